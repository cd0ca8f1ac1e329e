//! Differences that were written as profiles (`merge --base`), asked again: no error, verdict or gate rests on them.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "runs the command on files"
)]

use std::path::PathBuf;
use std::process::Command;

use heapwise_decode::{Function, Limits, Line, MadeLabel, ProfileMaker, encode};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
const EARLY: &str = "testdata/growth/leak/00.txt.gz";
const LATE: &str = "testdata/growth/leak/05.txt.gz";
const LAST: &str = "testdata/growth/leak/09.txt.gz";

/// The exit code, and all that was said.
fn run(args: &[&str]) -> (i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_heapwise"))
        .args(args)
        .current_dir(ROOT)
        .env_clear()
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    (
        output.status.code().unwrap(),
        String::from_utf8_lossy(&said).into_owned(),
    )
}

/// What `merge` writes of a later profile without an earlier one.
fn difference(test: &str, more: &[&str]) -> String {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("written_differences");
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join(format!("{test}.pb.gz"));
    let path = path.to_str().unwrap().to_owned();
    let (code, said) = run(&[&["merge", "-o", &path], more].concat());
    assert_eq!(code, 0, "{said}");
    path
}

#[track_caller]
fn expect((code, said): (i32, String), expected: i32, words: &[&str]) {
    assert_eq!(code, expected, "{said}");
    for words in words {
        assert!(said.contains(words), "{words:?}: {said}");
    }
}

#[test]
fn its_numbers_have_no_sampling_error() {
    for (test, option) in [("base", "--base"), ("diff", "--diff-base")] {
        let path = difference(test, &[option, EARLY, LATE]);
        let unknown = "sampling error unknown: this is the difference of two profiles";
        for value in ["alloc_space", "inuse_space"] {
            let top = run(&["top", "--sample-index", value, &path]);
            expect(top, 0, &[unknown, "a base was subtracted"]);
        }
        let json = run(&["top", "-f", "json", &path]);
        expect(
            json,
            0,
            &["\"base_subtracted\"", "\"sampling_error\": \"unknown\""],
        );
    }
}

#[test]
fn neither_verdict_nor_gate_rests_on_it() {
    let path = difference("gate", &["--base", EARLY, LATE]);
    let told = ["is the difference of two profiles"];
    let value = ["--sample-index", "alloc_space", "--same-work"];
    expect(
        run(&[&["diff", LATE, &path], &value[..]].concat()),
        0,
        &told,
    );
    for claim in ["alloc_space total <= +5%", "alloc_space main.render <= -5%"] {
        let verified = run(&["verify", "--same-work", "--require", claim, LATE, &path]);
        expect(verified, 3, &told);
        let verified = run(&["verify", "--same-work", "--require", claim, &path, LATE]);
        expect(verified, 3, &told);
    }
}

#[test]
fn it_is_no_level() {
    let path = difference("level", &["--base", EARLY, LATE]);
    let growth = run(&["growth", EARLY, &path, LAST]);
    expect(growth, 2, &["difference"]);
}

#[test]
fn what_is_made_of_it_says_so_too() {
    let path = difference("first", &["--base", EARLY, LATE]);
    let sum = difference("sum", &[&path, LAST]);
    let unknown = "sampling error unknown: this is the difference of two profiles";
    expect(run(&["top", &sum]), 0, &[unknown]);
    // The remark is there once.
    let again = difference("again", &["--base", EARLY, &path]);
    let (_, comments) = run(&["comments", &again]);
    assert_eq!(comments.matches("base_subtracted").count(), 1, "{comments}");
}

/// The remark is heapwise's own: pprof's answers have none.
#[test]
fn as_pprof_writes_it_has_no_remark() {
    for form in ["dot", "callgrind"] {
        let convert = ["convert", "--pprof-compatible", "--to", form];
        let (code, said) = run(&[&convert[..], &["--diff-base", EARLY, LATE]].concat());
        assert_eq!(code, 0, "{said}");
        assert!(!said.contains("base_subtracted"), "{said}");
    }
    let path = difference("as-pprof", &["--pprof-compatible", "--base", EARLY, LATE]);
    let (_, comments) = run(&["comments", &path]);
    assert!(!comments.contains("base_subtracted"), "{comments}");
}

#[test]
fn a_sum_is_none() {
    let sum = difference("plain", &[EARLY, LATE]);
    let (code, said) = run(&["top", &sum]);
    assert_eq!(code, 0, "{said}");
    assert!(!said.contains("difference"), "{said}");
    assert!(said.contains("± is the 95% interval"), "{said}");
}

#[test]
fn goroutines_and_what_is_live_are_no_differences() {
    let [early, late] =
        ["00", "05"].map(|at| format!("testdata/server/series/chanrecv/goroutine.{at}.pb.gz"));
    let path = difference("goroutines", &["--base", &early, &late]);
    let claim = ["verify", "--require", "goroutines total <= +5%"];
    let told = ["is the difference of two profiles"];
    expect(run(&[&claim[..], &[&early, &path]].concat()), 3, &told);
    let series = run(&["goroutines", &early, &path]);
    expect(series, 0, &["of no use in a series: left out"]);
    let path = difference("live", &["--base", EARLY, LATE]);
    let live = run(&["gc", "testdata/gc/vars.json", &path]);
    expect(
        live,
        0,
        &["what is live, and which sites allocate, is not known"],
    );
}

/// A heap profile of these objects of 64 MiB, allocated and in use, one site each, sampled by the MiB: every one is.
fn heap_of(objects: &[(i64, i64)]) -> Vec<u8> {
    let types = [
        "alloc_objects",
        "alloc_space",
        "inuse_objects",
        "inuse_space",
    ];
    let types = types.map(|name| {
        let unit = if name.ends_with("space") {
            "bytes"
        } else {
            "count"
        };
        (name.as_bytes(), unit.as_bytes())
    });
    let mut maker = ProfileMaker::new(&Limits::default(), types);
    maker.set_period(b"space", b"bytes", 1 << 20);
    maker.set_default_sample_type(b"inuse_space");
    let (key, unit) = (maker.text(b"bytes"), maker.text(b"bytes"));
    for (at, &(allocated, in_use)) in objects.iter().enumerate() {
        let name = maker.text(format!("main.f{at}").as_bytes());
        let function = maker.add_function(Function::new(name));
        let line = Line::new(function, 1);
        let stack = maker.add_location(None, 0, &[line], false);
        let bytes = |objects: i64| objects << 26;
        let values = [allocated, bytes(allocated), in_use, bytes(in_use)];
        maker.add_sample(&[stack], &values, &[MadeLabel::Number(key, 1 << 26, unit)]);
    }
    let mut written = Vec::new();
    encode(&maker.finish().unwrap(), &mut written).unwrap();
    written
}

/// As `pprof -proto -base` writes it, which leaves no remark: what was allocated fell at one site, and nothing in use did.
#[test]
fn what_pprof_subtracted_is_known_by_what_is_negative() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("written_differences");
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("pprof.pb.gz");
    let path = path.to_str().unwrap();
    let unknown = "sampling error unknown: ";
    for (objects, alloc, in_use) in [
        ([(-2, 1), (3, 1)], true, true),
        // What a window of one process has: what was allocated in it is known.
        ([(2, -1), (3, 1)], false, true),
    ] {
        std::fs::write(path, heap_of(&objects)).unwrap();
        for (value, is_unknown) in [("alloc_space", alloc), ("inuse_space", in_use)] {
            let (code, said) = run(&["top", "--sample-index", value, path]);
            assert_eq!(code, 0, "{said}");
            assert_eq!(said.contains(unknown), is_unknown, "{value} {said}");
        }
        expect(run(&["growth", LATE, path]), 2, &["difference"]);
    }
}
