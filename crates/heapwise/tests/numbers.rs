//! Values are those of pprof in every format, whatever their error; advice can be followed.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "writes files, runs the command and reads what it wrote"
)]

mod common;

use common::{heapwise, workspace};
use heapwise_decode::{Function, Limits, Line, ProfileMaker, encode};
use serde_json::Value;

const PROFILES: [&str; 4] = [
    "testdata/server/go1.27/heap.later.pb.gz",
    "testdata/server/go1.21/heap.later.pb.gz",
    "testdata/gotool/bench/json.default.pb.gz",
    "testdata/gotool/prog/fmt_std.heap.pb.gz",
];
const OBJECTS: [&str; 2] = ["-alloc_objects", "-inuse_objects"];

#[test]
fn mixed_sizes_leave_the_values_as_pprof_has_them_in_all_formats() {
    let mut open = 0;
    for profile in PROFILES {
        for objects in OBJECTS {
            let args = [
                "top",
                "-n9",
                "--nodefraction=0",
                "--granularity=packages",
                objects,
                profile,
            ];
            let json: Value =
                serde_json::from_str(&run(&[&args[..], &["-f", "json"]].concat())).unwrap();
            let rows = json["rows"].as_array().unwrap();
            let values: Vec<String> = rows
                .iter()
                .map(|row| row["flat"]["value"].to_string())
                .collect();
            for (format, separator) in [("text", " "), ("markdown", " | ")] {
                let text = run(&[&args[..], &["-f", format]].concat());
                let start = text.find("flat%").unwrap();
                let lines: Vec<&str> = text[start..]
                    .lines()
                    .skip(1)
                    .filter(|l| !l.starts_with("| -"))
                    .collect();
                for (value, line) in values.iter().zip(lines) {
                    let first = line.trim_start_matches(['|', ' ']).split(separator).next();
                    assert_eq!(first, Some(value.as_str()), "{line}\n{text}");
                }
                let is_open = rows.iter().any(|row| {
                    !row["flat"]["low"].is_null()
                        && row["flat"]["high"].is_null()
                        && row["flat"]["value"] != 0
                });
                assert!(
                    !is_open || text.contains("there is no upper limit"),
                    "{text}"
                );
                assert!(!text.contains(">= "), "{text}");
                open += usize::from(is_open);
            }
            let csv = run(&[&args[..], &["-f", "csv"]].concat());
            for (value, line) in values.iter().zip(csv.lines().skip(1)) {
                assert!(line.split(',').any(|field| field == value), "{line}");
            }
        }
    }
    assert!(open > 0);
}

#[test]
fn rows_are_in_the_order_of_pprof() {
    for profile in PROFILES {
        for objects in OBJECTS {
            let ours = run(&["top", "-n9", objects, profile]);
            let theirs = run(&["top", "--pprof-compatible", "-n9", objects, profile]);
            let values = |text: &str, column: usize| -> Vec<String> {
                let lines = text
                    .lines()
                    .skip_while(|line| !line.contains("flat%"))
                    .skip(1);
                let lines =
                    lines.filter(|line| !line.contains(" more") && !line.starts_with("where "));
                let cell = |line: &str| {
                    line.split_whitespace()
                        .nth(column)
                        .unwrap_or_default()
                        .to_owned()
                };
                lines.map(cell).filter(|value| value != "0").collect()
            };
            let (ours, theirs) = (values(&ours, 0), values(&theirs, 0));
            let count = ours.len().min(theirs.len());
            assert!(count > 0 || ours.len() == theirs.len());
            assert_eq!(ours[..count], theirs[..count], "{profile} {objects}");
        }
    }
}

#[test]
fn advice_can_be_followed() {
    let [later, older, ..] = PROFILES;
    let bench = "testdata/beforeafter/sprintf-vs-strconv";
    let runs = [
        format!("{bench}/before/heap.01.pb.gz"),
        format!("{bench}/before/heap.06.pb.gz"),
    ];
    for (args, has_longer) in [
        (
            ["diff", "-inuse_space", "testdata/server/heap.pb.gz", later],
            false,
        ),
        (["diff", "-inuse_objects", older, later], false),
        (["diff", "-alloc_space", &runs[0], &runs[1]], true),
    ] {
        let text = run(&args);
        assert_eq!(text.contains("times longer"), has_longer, "{text}");
        let rate = text
            .split("memprofilerate=")
            .nth(1)
            .unwrap()
            .lines()
            .next()
            .unwrap();
        assert!(rate.parse::<u64>().unwrap() >= 1, "{text}");
        for times in text
            .split("profile ")
            .skip(1)
            .filter_map(|rest| rest.split(" times").next())
        {
            assert!(
                times.parse::<u64>().map_or(true, |times| times <= 100),
                "{text}"
            );
        }
    }
}

fn run(args: &[&str]) -> String {
    let output = heapwise(&workspace()).args(args).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{args:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// A profile with these sample types, and what it says of `main.a`: 1, 2, ...
fn with_types(types: &[&str], default: &str, path: &std::path::Path) {
    let names = types.iter().map(|name| (name.as_bytes(), &b"count"[..]));
    let mut maker = ProfileMaker::new(&Limits::default(), names);
    maker.set_default_sample_type(default.as_bytes());
    let name = maker.text(b"main.a");
    let function = maker.add_function(Function::new(name));
    let location = maker.add_location(None, 0, &[Line::new(function, 1)], false);
    let values: Vec<i64> = (1..).take(types.len()).collect();
    maker.add_sample(&[location], &values, &[]);
    let mut bytes = Vec::new();
    encode(&maker.finish().unwrap(), &mut bytes).unwrap();
    std::fs::write(path, bytes).unwrap();
}

#[test]
fn types_of_one_name_are_left_out_as_pprof_does() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("types.pb");
    let top = |args: &[&str]| {
        let mut command = heapwise(&workspace());
        let command = command.args(["top", "--pprof-compatible"]).args(args);
        let output = command.arg(&path).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let first = text.lines().next().unwrap_or_default().to_owned();
        let error = String::from_utf8(output.stderr).unwrap();
        match output.status.code() {
            Some(0) => Ok((first, text.lines().last().unwrap_or_default().to_owned())),
            _ => Err(error),
        }
    };
    let four = ["foo", "foo", "cpu", "other"];
    // As `go tool pprof -top` of Go 1.27 has it.
    for (types, default, asked, told, value) in [
        (&four[..], "", &[][..], "cpu", 3),
        (&four, "foo", &[], "cpu", 3),
        (&four, "other", &[], "other", 4),
        (&four, "", &["-sample_index=0"], "cpu", 3),
        (&four, "", &["-sample_index=1"], "other", 4),
        (&four, "", &["-sample_index=other"], "other", 4),
        (&["foo", "bar", "foo"], "", &[], "bar", 2),
        (&["foo", "bar", "foo"], "", &["-sample_index=0"], "bar", 2),
        (&["foo", "foo", "bar", "bar", "baz"], "", &[], "baz", 5),
        (
            &["a", "space", "space", "inuse_space"],
            "",
            &["-sample_index=inuse_space"],
            "inuse_space",
            4,
        ),
        (&["cpu", "other"], "", &[], "other", 2),
    ] {
        with_types(types, default, &path);
        let (first, last) = top(asked).unwrap();
        assert_eq!(
            first,
            format!("Type: {told}"),
            "{types:?} {default} {asked:?}"
        );
        assert!(
            last.trim_start().starts_with(&format!("{value} ")),
            "{types:?}: {last}"
        );
    }
    with_types(&four, "", &path);
    for asked in ["foo", "2"] {
        let error = top(&[&format!("-sample_index={asked}")]).unwrap_err();
        assert!(
            error.contains("expected one of cpu, other or a number below 2"),
            "{error}"
        );
    }
    for types in [&["foo", "foo", "foo"][..], &["foo", "foo", "bar", "bar"]] {
        with_types(types, "", &path);
        let error = top(&[]).unwrap_err();
        assert!(error.contains("no sample types"), "{error}");
    }
    // The mean is by the first that is left.
    with_types(&["foo", "foo", "objects", "bytes"], "", &path);
    let (first, last) = top(&["-mean", "-sample_index=bytes"]).unwrap();
    assert_eq!(first, "Type: mean_bytes");
    assert!(last.trim_start().starts_with("1 "), "{last}");
}
