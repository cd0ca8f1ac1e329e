//! OTLP profiles give the answers of the profiles that they were made of, errors included; one of several is chosen
//! and none are added up unasked; what is written is read again.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    reason = "runs the command and reads what it wrote"
)]

mod common;

use std::path::{Path, PathBuf};

use common::beside::corpus;
use common::{files, run, workspace};
use heapwise_decode::{Function, Limits, Line, ProfileMaker, encode};
use serde_json::Value;

/// An answer in JSON without what tells the inputs apart.
fn answer(args: &[&str]) -> Value {
    let answer = run(&[args, &["-f", "json"]].concat());
    assert_eq!(answer.code, Some(0), "{args:?}: {}", answer.err);
    let mut json: Value = serde_json::from_str(&answer.out).unwrap();
    forget(&mut json);
    json
}

fn forget(json: &mut Value) {
    match json {
        Value::Object(fields) => {
            ["path", "encoding", "before", "after"]
                .into_iter()
                .for_each(|name| {
                    if fields.get(name).is_some_and(Value::is_string) {
                        fields.remove(name);
                    }
                });
            fields.values_mut().for_each(forget);
        }
        Value::Array(items) => items.iter_mut().for_each(forget),
        _ => {}
    }
}

#[test]
fn what_a_collector_wrote_has_the_answers_of_the_profile() {
    const HEAP: &str = "testdata/server/heap.pb.gz";
    for index in ["inuse_space", "alloc_space", "alloc_objects"] {
        let index = format!("--sample_index={index}");
        let expected = answer(&["top", "--cum", "-n0", &index, HEAP]);
        assert!(expected.to_string().contains("\"se\":"), "{expected}");
        for name in [
            "heap.otlp",
            "heap.otlp.json",
            "heap.1.7.otlp",
            "heap.1.9.otlp",
            "heap.1.10.otlp",
        ] {
            let otlp = format!("testdata/otlp/{name}");
            assert_eq!(
                answer(&["top", "--cum", "-n0", &index, &otlp]),
                expected,
                "{name}"
            );
        }
    }
    let (before, after) = (
        "testdata/server/leak/heap.01.pb.gz",
        "testdata/server/leak/heap.19.pb.gz",
    );
    let parts = ["1", "3"].map(|number| format!("testdata/otlp/two-services.jsonl#{number}"));
    let found = answer(&["diff", &parts[0], &parts[1]]);
    assert_eq!(found, answer(&["diff", before, after]));
}

#[test]
fn captured_profiles_have_the_same_answers_after_a_turn_through_otlp() {
    let mut paths = files(&workspace().join("testdata/server"));
    if let Some(corpus) = corpus("server") {
        let mut more = files(&corpus.join("server"));
        more.retain(|path| path.to_string_lossy().contains("heap"));
        paths.extend(more.into_iter().step_by(7));
    }
    paths.retain(|path| path.to_string_lossy().ends_with(".pb.gz"));
    let folder = tempfile::tempdir().unwrap();
    let mut count = 0;
    for (at, path) in paths.iter().enumerate() {
        let path = path.display().to_string();
        if run(&["info", "-q", &path]).code != Some(0) {
            continue;
        }
        let end = if at % 2 == 0 { "otlp" } else { "otlp.json" };
        let otlp = written(folder.path(), &format!("{at}.{end}"), &path);
        let otlp = otlp.display().to_string();
        assert_eq!(
            answer(&["top", "-n0", &otlp]),
            answer(&["top", "-n0", &path]),
            "{path}"
        );
        let back = written(folder.path(), &format!("{at}.pb.gz"), &otlp);
        let back = back.display().to_string();
        assert_eq!(
            answer(&["traces", &back]),
            answer(&["traces", &path]),
            "{path}"
        );
        count += 1;
    }
    assert!(count > 20, "{count}");
}

fn written(folder: &Path, name: &str, from: &str) -> PathBuf {
    let path = folder.join(name);
    let answer = run(&["convert", "-q", "-o", &path.display().to_string(), from]);
    assert_eq!(answer.code, Some(0), "{from}: {}", answer.err);
    path
}

const SEVERAL: &str = "testdata/otlp/two-services.jsonl";

#[test]
fn one_of_several_is_chosen_and_none_are_added_up_unasked() {
    for args in [
        &["top", SEVERAL][..],
        &["growth", SEVERAL],
        &["merge", "-o", "/dev/null", SEVERAL],
    ] {
        let answer = run(args);
        assert_eq!(answer.code, Some(2), "{args:?}: {}", answer.out);
        assert!(
            answer.err.contains("found 3 profiles of 2 processes"),
            "{}",
            answer.err
        );
    }
    for (which, same) in [
        ("2", "testdata/server/go1.27/heap.gc1.pb.gz"),
        ("service.name=cart", "testdata/server/go1.27/heap.gc1.pb.gz"),
        (
            "service.name=cart,type=alloc_space",
            "testdata/server/go1.27/heap.gc1.pb.gz",
        ),
        ("1", "testdata/server/leak/heap.01.pb.gz"),
    ] {
        let chosen = format!("{SEVERAL}#{which}");
        assert_eq!(answer(&["top", &chosen]), answer(&["top", same]), "{which}");
    }
    for (which, words) in [
        (
            "service.name=checkout",
            "found 2 profiles, expected one: 1 alloc_objects+",
        ),
        (
            "service.name=nobody",
            "found no profile service.name=nobody, expected one of 1 ",
        ),
        ("9", "found no profile 9"),
        ("checkout", "expected a number, or NAME=VALUE"),
    ] {
        let answer = run(&["top", &format!("{SEVERAL}#{which}")]);
        assert_eq!(answer.code, Some(2), "{which}");
        assert!(answer.err.contains(words), "{}", answer.err);
    }
    let other = run(&["top", "testdata/server/heap.pb.gz#1"]);
    assert!(
        other.err.contains("found no OTLP profiles"),
        "{}",
        other.err
    );
}

#[test]
fn several_times_of_one_process_are_a_series() {
    let of_one = format!("{SEVERAL}#service.name=checkout");
    let series = [
        "testdata/server/leak/heap.01.pb.gz",
        "testdata/server/leak/heap.19.pb.gz",
    ];
    let found = answer(&["growth", "-q", &of_one]);
    let expected = answer(&["growth", "-q", series[0], series[1]]);
    assert_eq!(found["total"], expected["total"]);
    assert_eq!(found["sites"], expected["sites"]);
    let sum = answer(&["top", series[0], series[1]]);
    let folder = tempfile::tempdir().unwrap();
    let merged = folder.path().join("sum.pb.gz").display().to_string();
    assert_eq!(run(&["merge", "-q", "-o", &merged, &of_one]).code, Some(0));
    assert_eq!(answer(&["top", &merged])["rows"], sum["rows"]);
}

#[test]
fn the_format_is_told() {
    let info = run(&["info", "testdata/otlp/heap.1.9.otlp"]);
    assert!(
        info.out.contains("format          OTLP profiles (development, as of opentelemetry-proto 1.9.0) in protobuf, 4 profiles joined\n"),
        "{}",
        info.out
    );
    assert!(
        !run(&["info", "testdata/server/heap.pb.gz"])
            .out
            .contains("format ")
    );
}

#[test]
fn one_of_several_says_how_it_is_stored() {
    let info = run(&["info", "testdata/otlp/two-services.jsonl#2"]);
    assert_eq!(info.code, Some(0), "{}", info.err);
    let format = info.out.lines().find(|line| line.starts_with("format "));
    let format = format.unwrap_or_default();
    assert!(format.contains("OTLP profiles"), "{}", info.out);
    assert!(format.contains("JSON"), "{format}");
    assert!(
        info.out.contains("\nencoding        plain\n"),
        "{}",
        info.out
    );
}

#[test]
fn bytes_beyond_the_cap_are_refused_with_the_option_that_raises_it() {
    for name in [
        "testdata/otlp/heap.otlp",
        "testdata/otlp/two-services.jsonl#2",
    ] {
        let answer = run(&["top", "--max-bytes=1kB", name]);
        assert_eq!(answer.code, Some(2), "{name}");
        assert!(
            answer.err.contains("expected at most 1024 bytes"),
            "{}",
            answer.err
        );
        assert!(answer.err.contains("--max-bytes"), "{}", answer.err);
    }
}

#[test]
fn a_layout_before_dictionaries_is_named_with_those_that_are_read() {
    // As 1.6.0 had it: tables in the profile itself.
    let sample = [0x08, 0, 0x10, 1, 0x1a, 1, 7];
    let mut profile = vec![0x0a, 4, 0x08, 1, 0x10, 2, 0x12, 7];
    profile.extend(sample);
    for name in ["", "space", "bytes", "main.f"] {
        profile.extend([0x52, name.len() as u8]);
        profile.extend(name.bytes());
    }
    let mut bytes = profile;
    for tag in [0x12, 0x12, 0x0a] {
        bytes = [&[tag, bytes.len() as u8], bytes.as_slice()].concat();
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("old.otlp");
    std::fs::write(&path, bytes).unwrap();
    let answer = run(&["top", path.to_str().unwrap()]);
    assert_eq!(answer.code, Some(2));
    let said = "found profiles without a dictionary, as before 1.7.0, expected the layout of opentelemetry-proto 1.7.0, \
                1.8.0, 1.9.0, or 1.10.0 and later";
    assert!(answer.err.contains(said), "{}", answer.err);
}

/// Each type is a profile of its own in OTLP, and two of one name would be read as those of two moments.
#[test]
fn two_sample_types_of_one_name_are_not_written() {
    let folder = tempfile::tempdir().unwrap();
    let of = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let (odd, out) = (of("odd.pb"), of("out.otlp"));
    let types = [
        (&b"foo"[..], &b"count"[..]),
        (b"foo", b"bytes"),
        (b"objects", b"count"),
    ];
    let mut maker = ProfileMaker::new(&Limits::default(), types);
    let name = maker.text(b"main.f");
    let function = maker.add_function(Function::new(name).with_system_name(name));
    let location = maker.add_location(None, 0, &[Line::new(function, 3)], false);
    maker.add_sample(&[location], &[3, 5, 9], &[]);
    let mut bytes = Vec::new();
    encode(&maker.finish().unwrap(), &mut bytes).unwrap();
    std::fs::write(&odd, bytes).unwrap();
    for form in ["otlp", "otlp-json"] {
        let answer = run(&["convert", &odd, "--to", form, "-o", &out]);
        assert_eq!(answer.code, Some(2), "{}", answer.err);
        let said = "otlp: found two sample types called foo, expected each name once";
        assert!(answer.err.contains(said), "{}", answer.err);
        assert!(!Path::new(&out).exists());
    }
    assert_eq!(
        run(&["convert", &odd, "-o", &of("out.pb.gz")]).code,
        Some(0)
    );

    // In tables each has a name of its own, and its unit that name.
    let tables = of("tables");
    let answer = run(&["export", &odd, "-d", &tables, "-f", "ndjson"]);
    assert_eq!(answer.code, Some(0), "{}", answer.err);
    let read = |part: &str| {
        let mut path = folder.path().join("tables").join(part);
        while path.is_dir() {
            path = std::fs::read_dir(path)
                .unwrap()
                .next()
                .unwrap()
                .unwrap()
                .path();
        }
        let text = std::fs::read_to_string(path).unwrap();
        serde_json::from_str::<Value>(text.lines().next().unwrap()).unwrap()
    };
    let units = serde_json::json!({"foo": "count", "foo#1": "bytes", "objects": "count"});
    assert_eq!(read("profiles")["units"], units);
    let values = serde_json::json!({"foo": 3, "foo#1": 5});
    assert_eq!(read("samples")["other_values"], values);
}
