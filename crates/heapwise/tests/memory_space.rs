//! Where all memory of a process is, as a profile; and Go's own such numbers.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "runs the command and reads what it wrote"
)]

mod common;

use std::io::Write;

use common::{beside, heapwise, workspace};
use heapwise_decode::{
    Function, Limits, Line, LocationIndex, MadeLabel, Profile, ProfileKind, ProfileMaker, encode,
    gc_snapshots,
};
use serde_json::Value;

const TEXTS: [&str; 3] = [
    "testdata/gc/heap-1.debug1.txt",
    "testdata/gc/heap-2-gc1.debug1.txt",
    "testdata/gc/heap-3.debug1.txt",
];

fn run(args: &[&str]) -> (i32, Vec<u8>, String) {
    let output = heapwise(&workspace()).args(args).output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    (output.status.code().unwrap(), output.stdout, stderr)
}

fn space(inputs: &[&str]) -> Profile {
    let (code, written, stderr) = run(&[&["convert", "--memory-space"], inputs].concat());
    assert_eq!(code, 0, "{inputs:?}: {stderr}");
    Profile::read(&written[..], &Limits::default()).unwrap()
}

/// The names on a stack, from the root.
fn names(profile: &Profile, stack: &[LocationIndex]) -> Vec<String> {
    let tables = profile.tables();
    let lines = stack
        .iter()
        .flat_map(|at| tables.location(*at).lines.iter().rev());
    let name = |line: &Line| {
        tables
            .text(tables.function(line.function).name)
            .into_owned()
    };
    lines.map(name).collect()
}

/// Bytes of the samples below a frame.
fn below(profile: &Profile, frame: &str) -> i64 {
    let samples = profile.samples();
    let is_below = |stack: &[LocationIndex]| names(profile, stack).iter().any(|name| name == frame);
    let samples = samples.filter(|sample| is_below(sample.stack()));
    samples.map(|sample| sample.values()[0]).sum()
}

fn sum(profile: &Profile) -> i64 {
    profile.samples().map(|sample| sample.values()[0]).sum()
}

#[test]
fn samples_add_up_to_all_that_go_has() {
    for path in TEXTS {
        let bytes = std::fs::read(workspace().join(path)).unwrap();
        let snapshot = gc_snapshots(&bytes[..], &Limits::default())
            .unwrap()
            .remove(0);
        let profile = space(&[path]);
        let number = |value: Option<u64>| i64::try_from(value.unwrap()).unwrap();
        assert_eq!(sum(&profile), number(snapshot.system.sys), "{path}");
        let released = number(snapshot.heap.released);
        assert_eq!(below(&profile, "[released]"), released, "{path}");
        assert_eq!(
            below(&profile, "[Go memory]"),
            sum(&profile) - released,
            "{path}"
        );
        let objects = below(&profile, "[live heap]") + below(&profile, "[dead heap]");
        assert_eq!(objects, number(snapshot.heap.alloc), "{path}");
        assert_eq!(
            below(&profile, "[goroutine stacks]"),
            number(snapshot.system.stack_sys)
        );
        let types = profile.tables().sample_types();
        assert_eq!(types.len(), 1);
        assert_eq!(profile.tables().text(types[0].type_), "memory_space");
        assert_eq!(profile.tables().default_sample_type(), "memory_space");
        let comments: Vec<_> = profile.tables().comments().collect();
        assert!(
            comments[0].contains("The error of these numbers is not computed"),
            "{comments:?}"
        );
        assert!(
            comments[0].contains(&format!("Sys, {} bytes", sum(&profile))),
            "{comments:?}"
        );
    }
}

#[test]
fn live_and_dead_heap_are_divided_among_stacks() {
    let profile = space(&[TEXTS[2]]);
    let stacks = profile.samples();
    let stacks: Vec<_> = stacks
        .map(|sample| names(&profile, sample.stack()).join(";"))
        .collect();
    let live = "[Go memory];[live heap];runtime.goexit;runtime.main;main.main;main.hold";
    assert!(stacks.iter().any(|stack| stack == live), "{stacks:#?}");
    let dead = |stack: &&String| stack.starts_with("[Go memory];[dead heap];");
    assert!(
        stacks
            .iter()
            .filter(dead)
            .any(|stack| stack.contains("main.handle"))
    );
    assert!(
        !stacks
            .iter()
            .filter(dead)
            .any(|stack| stack.contains("main.hold"))
    );
}

#[test]
fn every_footer_beside_the_repository_adds_up() {
    let Some(folder) = beside::shared("samples") else {
        return;
    };
    for version in ["go1.21.13", "go1.24.11", "go1.26.6", "go1.27.3"] {
        for name in ["heap-1.debug1.txt", "heap-3.debug1.txt"] {
            let path = folder.join(version).join(name);
            let Ok(bytes) = std::fs::read(&path) else {
                continue;
            };
            let snapshot = gc_snapshots(&bytes[..], &Limits::default())
                .unwrap()
                .remove(0);
            let profile = space(&[path.to_str().unwrap()]);
            assert_eq!(
                u64::try_from(sum(&profile)).ok(),
                snapshot.system.sys,
                "{path:?}"
            );
        }
    }
}

#[test]
fn the_ranking_says_that_the_error_is_not_known() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("space.pb.gz");
    let path = path.to_str().unwrap();
    let (code, _, stderr) = run(&["convert", "--memory-space", TEXTS[0], "-o", path]);
    assert_eq!(code, 0, "{stderr}");
    let (_, text, _) = run(&["top", path]);
    let text = String::from_utf8(text).unwrap();
    assert!(
        text.contains("sampling error unknown: memory_space is made of counters"),
        "{text}"
    );
    let claim = "memory_space total <= 1GB";
    let (code, _, _) = run(&["verify", path, "--require", claim]);
    assert_eq!(code, 3, "nothing rests on numbers whose error is not known");
}

#[test]
fn what_cannot_be_made_is_refused() {
    let refused = |args: &[&str], words: &str| {
        let (code, written, stderr) = run(&[&["convert", "--memory-space"], args].concat());
        assert_eq!(code, 2, "{args:?}");
        assert!(
            written.is_empty() && stderr.contains(words),
            "{args:?}: {stderr}"
        );
    };
    refused(
        &["testdata/gc/vars.json"],
        "found 0 heap profiles and 1 snapshot",
    );
    refused(&["testdata/server/heap.pb.gz"], "and 0 snapshots");
    refused(
        &[TEXTS[0], TEXTS[2]],
        "found 2 heap profiles and 2 snapshots",
    );
    refused(&[TEXTS[0], "--to=folded"], "--memory-space");
    refused(&[TEXTS[0], "--focus=main"], "--focus");
    refused(&[TEXTS[0], "--pprof-compatible"], "--pprof-compatible");
    let (code, ..) = run(&["merge", "--memory-space", TEXTS[0]]);
    assert_eq!(code, 2);
}

#[test]
fn a_profile_and_counters_of_one_moment_are_as_good_as_a_text() {
    let profile = space(&["testdata/server/heap.pb.gz", "testdata/gc/vars.json"]);
    assert!(below(&profile, "[live heap]") > 0);
    let vars = std::fs::read(workspace().join("testdata/gc/vars.json")).unwrap();
    let snapshot = gc_snapshots(&vars[..], &Limits::default())
        .unwrap()
        .remove(0);
    assert_eq!(u64::try_from(sum(&profile)).ok(), snapshot.system.sys);
}

/// A heap profile as later versions of Go are to write it, with `memory_space` as a fifth type.
fn of_five_types(is_first: bool, rate: i64) -> Vec<u8> {
    let mut types = vec![
        "alloc_objects count",
        "alloc_space bytes",
        "inuse_objects count",
        "inuse_space bytes",
    ];
    types.insert(if is_first { 0 } else { 4 }, "memory_space bytes");
    let types = types.iter().map(|both| both.split_once(' ').unwrap());
    let types = types.map(|(name, unit)| (name.as_bytes(), unit.as_bytes()));
    let mut maker = ProfileMaker::new(&Limits::default(), types);
    maker.set_period(b"space", b"bytes", rate);
    maker.set_default_sample_type(b"memory_space");
    let places = ["main.f", "[Go memory]", "[live heap]", "[collector]"].map(|name| {
        let name = maker.text(name.as_bytes());
        let function = maker.add_function(Function::new(name).with_system_name(name));
        maker.add_location(None, 0, &[Line::new(function, 1)], false)
    });
    let [site, root, live, collector] = places;
    let mut sample = |stack: &[LocationIndex], four: [i64; 4], space: i64, size: Option<i64>| {
        let mut values = four.to_vec();
        values.insert(if is_first { 0 } else { 4 }, space);
        let (key, none) = (maker.text(b"bytes"), maker.text(b""));
        let label = size.map(|size| MadeLabel::Number(key, size, none));
        maker.add_sample(stack, &values, label.as_slice());
    };
    // 30 and 20 blocks of 1 KiB as Go scales them at 512 KiB.
    let four = match rate {
        1 => [30, 30 * 1024, 20, 20 * 1024],
        _ => [15_375, 15_744_006, 10_250, 10_496_004],
    };
    sample(&[site], four, 0, Some(1024));
    sample(&[root, live, site], [0; 4], 9_000_000, None);
    sample(&[root, collector], [0; 4], 3_000_000, None);
    let mut bytes = Vec::new();
    encode(&maker.finish().unwrap(), &mut bytes).unwrap();
    bytes
}

fn top(path: &str, sample_type: &str) -> Value {
    let index = format!("--sample_index={sample_type}");
    let (code, json, stderr) = run(&["top", "-f", "json", &index, path]);
    assert_eq!(code, 0, "{stderr}");
    serde_json::from_slice(&json).unwrap()
}

#[test]
fn gos_own_memory_space_has_no_error_and_the_other_types_keep_theirs() {
    for (is_first, rate) in [(true, 524_288), (false, 524_288), (false, 1)] {
        let bytes = of_five_types(is_first, rate);
        let profile = Profile::read(&bytes[..], &Limits::default()).unwrap();
        assert_eq!(profile.kind(), ProfileKind::Heap);
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(&bytes).unwrap();
        let path = file.path().to_str().unwrap();
        let flat = |sample_type| {
            let answer = top(path, sample_type);
            let rows = answer["rows"].as_array().unwrap();
            let row = rows.iter().find(|row| row["site"]["function"] == "main.f");
            row.unwrap()["flat"].clone()
        };
        let space = flat("memory_space");
        assert_eq!(space["value"], 9_000_000);
        assert_eq!(space["se"], Value::Null, "{is_first} {rate}");
        for known in [
            "alloc_objects",
            "alloc_space",
            "inuse_objects",
            "inuse_space",
        ] {
            let flat = flat(known);
            let se = flat["se"].as_f64();
            match rate {
                1 => assert_eq!(se, Some(0.0), "{known}: {flat}"),
                _ => assert!(se > Some(0.0), "{is_first}, {known}: {flat}"),
            }
        }
        let (_, text, _) = run(&["top", path]);
        let text = String::from_utf8(text).unwrap();
        assert!(
            text.contains("sampling error unknown: memory_space"),
            "{text}"
        );
    }
}
