//! Values are those of pprof in every format, whatever their error; advice can be followed.
#![allow(
    clippy::unwrap_used,
    reason = "runs the command and reads what it wrote"
)]

mod common;

use common::{heapwise, workspace};
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
