//! No option is accepted and ignored: each flag that a command's help lists changes what it
//! answers, and each is tried here.
#![allow(clippy::unwrap_used, reason = "reads its own output")]

mod common;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Output;

use common::{heapwise, workspace};

/// A flag, what it is tried with, and how it is given; arguments are separated by spaces.
type Case = (&'static str, &'static str, &'static str);

const HEAP: &str = "testdata/server/heap.pb.gz";

/// What filters do to every report.
const FILTERS: [Case; 12] = [
    ("focus", "", "--focus=json"),
    ("ignore", "", "--ignore=json"),
    ("show", "", "--show=json"),
    ("hide", "", "--hide=json"),
    ("show-from", "", "--show-from=ServeHTTP"),
    ("prune-from", "", "--prune-from=ServeHTTP"),
    ("tagfocus", "", "--tagfocus=1kb:"),
    ("tagignore", "", "--tagignore=1kb:"),
    ("tagshow", "", "--tagshow=nothing-is-called-so"),
    ("taghide", "", "--taghide=nothing-is-called-so"),
    ("tagroot", "", "--tagroot=bytes"),
    ("tagleaf", "", "--tagleaf=bytes"),
];

/// What sources and values do to every report.
const VALUES: [Case; 26] = [
    ("base", "", "--base=LATER"),
    ("diff-base", "", "--diff-base=LATER"),
    ("normalize", "--base=LATER", "--normalize"),
    ("all-frames", "DROPPING --pprof-compatible", "--all-frames"),
    ("add-comment", "--pprof-compatible", "--add-comment=release"),
    ("sample-index", "", "--sample-index=alloc_space"),
    ("granularity", "", "--granularity=files"),
    ("functions", "--lines", "--functions"),
    ("filefunctions", "", "--filefunctions"),
    ("files", "", "--files"),
    ("lines", "", "--lines"),
    ("addresses", "", "--addresses"),
    ("packages", "", "--packages"),
    ("cum", "", "--cum"),
    ("flat", "--cum", "--flat"),
    ("nodecount", "", "-n3"),
    ("nodefraction", "", "--nodefraction=0.2"),
    ("mean", "", "--mean"),
    ("divide-by", "", "--divide-by=10"),
    ("unit", "", "--unit=kB"),
    ("noinlines", "", "--noinlines"),
    ("showcolumns", "COLUMNS --lines", "--showcolumns"),
    ("drop-negative", "--base=LATER", "--drop-negative"),
    (
        "relative-percentages",
        "--focus=json",
        "--relative-percentages",
    ),
    ("trim", "-n3", "--trim=false"),
    ("pprof-compatible", "", "--pprof-compatible"),
];

/// What only graphs and sources have, with what makes them matter.
const GRAPH: [Case; 5] = [
    (
        "edgefraction",
        "--pprof-compatible -alloc_space -n9",
        "--edgefraction=0.9",
    ),
    ("call-tree", "", "--call-tree"),
    ("compact-labels", "--pprof-compatible", "--compact-labels"),
    (
        "trim-path",
        "--pprof-compatible --files",
        "--trim-path=example.com",
    ),
    (
        "source-path",
        "--pprof-compatible --files",
        "--source-path=/x/net",
    ),
];

/// Where answers go.
const OUTPUT: [Case; 6] = [
    ("format", "", "-f json"),
    ("output", "", "-o NEW"),
    ("max-bytes", "", "--max-bytes=1kB"),
    ("quiet", "--focus=nothing-is-called-so", "-q"),
    ("color", "", "--color=always"),
    ("confidence", "", "--confidence=0.5"),
];

/// Options that a command refuses in its own layout, because they mean nothing to it: to see
/// them refused is to see them noticed.
#[test]
fn each_flag_of_a_report_changes_what_it_answers() {
    for (command, before, after) in [
        ("top", "", ""),
        ("tree", "", ""),
        ("peek", "alloc|Read|json", ""),
        ("traces", "", ""),
        ("tags", "", ""),
        ("raw", "", ""),
        ("comments", "", ""),
        ("list", "json", ""),
    ] {
        let own = [&FILTERS[..], &VALUES[..], &GRAPH[..], &OUTPUT[..]].concat();
        check(command, before, after, &own);
    }
}

/// Tries each flag in the help of a command.
fn check(command: &str, before: &str, after: &str, cases: &[Case]) {
    let listed = flags(command);
    for flag in &listed {
        let found: Vec<&Case> = cases.iter().filter(|case| case.0 == flag).collect();
        assert!(!found.is_empty(), "{command} --{flag} is not tried");
        let is_seen = found.iter().any(|(_, with, given)| {
            let args = |extra: &str| {
                let profile = if with.contains("DROPPING") || with.contains("COLUMNS") {
                    ""
                } else {
                    HEAP
                };
                format!("{command} {before} {with} {extra} {profile} {after}")
            };
            answer(&args("")) != answer(&args(given))
        });
        assert!(is_seen, "{command} --{flag} changes nothing");
    }
}

/// What a command answers, in full.
fn answer(args: &str) -> (Option<i32>, Vec<u8>, Vec<u8>) {
    let folder = tempfile::tempdir().unwrap();
    let args: Vec<String> = args
        .split_whitespace()
        .map(|word| {
            word.replace("LATER", "testdata/server/go1.27/heap.later.pb.gz")
                .replace("DROPPING", "testdata/server/go1.27/heap.debug1.txt")
                .replace("COLUMNS", "testdata/escape/std-strconv.rate1.pb.gz")
                .replace("NEW", &folder.path().join("new").display().to_string())
        })
        .collect();
    let Output {
        status,
        stdout,
        stderr,
    } = heapwise(&workspace()).args(&args).output().unwrap();
    let _: &Path = folder.path();
    (status.code(), stdout, stderr)
}

/// The long flags that the help of a command lists.
fn flags(command: &str) -> BTreeSet<String> {
    let output = heapwise(&workspace())
        .args([command, "--help"])
        .output()
        .unwrap();
    let help = String::from_utf8(output.stdout).unwrap();
    let lines = help
        .lines()
        .filter(|line| line.trim_start().starts_with('-'));
    let long = lines
        .filter_map(|line| line.split_once("--"))
        .map(|(_, rest)| {
            rest.chars()
                .take_while(|c| c.is_ascii_alphanumeric() || *c == '-')
                .collect::<String>()
        });
    long.filter(|flag| flag != "help" && flag != "version")
        .collect()
}
