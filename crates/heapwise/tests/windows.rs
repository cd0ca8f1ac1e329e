//! Heap texts of one steady server: what it allocates by the second, by the ends of the cycles that published it.
#![allow(clippy::unwrap_used, reason = "reads its own output")]

mod common;

use common::{heapwise, workspace};
use serde_json::Value;
use std::process::Output;

const STEADY: [&str; 6] = [
    "testdata/gc/steady/000.txt",
    "testdata/gc/steady/004.txt",
    "testdata/gc/steady/008.txt",
    "testdata/gc/steady/012.txt",
    "testdata/gc/steady/016.txt",
    "testdata/gc/steady/020.txt",
];

/// Bytes a second of `TotalAlloc`, from the first to the last.
const EXACT: f64 = 45946634.4;

fn sides(before: &[&str], after: &[&str]) -> Vec<String> {
    let before = before.iter().flat_map(|path| ["--before", path]);
    let after = after.iter().flat_map(|path| ["--after", path]);
    let words = before.chain(after).chain(["--per", "seconds"]);
    words.map(str::to_owned).collect()
}

fn run(command: &str, args: &[&str], sides: &[String]) -> Output {
    let mut heapwise = heapwise(&workspace());
    heapwise
        .arg(command)
        .args(args)
        .args(sides)
        .output()
        .unwrap()
}

fn verify(claim: &str, sides: &[String]) -> Option<i32> {
    run("verify", &["-q", "--require", claim], sides)
        .status
        .code()
}

#[test]
fn the_rate_is_that_of_the_exact_counter() {
    let args = [
        "-q",
        "-f",
        "json",
        "-alloc_space",
        "--per",
        "seconds",
        "--base",
        STEADY[0],
        STEADY[5],
    ];
    let output = heapwise(&workspace())
        .arg("top")
        .args(args)
        .output()
        .unwrap();
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    let rate = answer["total"]["value"].as_f64().unwrap();
    assert!((rate / EXACT - 1.0).abs() < 0.1, "{rate} and {EXACT}");
    let (low, high) = (
        answer["total"]["low"].as_f64().unwrap(),
        answer["total"]["high"].as_f64().unwrap(),
    );
    assert!(low < rate && rate < high, "{low} {rate} {high}");
}

#[test]
fn a_server_that_does_not_change_shows_no_change() {
    for at in 0..4 {
        let pair = sides(&STEADY[at..at + 2], &STEADY[at + 1..at + 3]);
        assert_eq!(verify("alloc_space total <= -20%", &pair), Some(1), "{at}");
        assert_ne!(verify("alloc_space total <= +5%", &pair), Some(1), "{at}");
        let diff = run("diff", &["-q", "-f", "json", "-alloc_space"], &pair);
        let answer: Value = serde_json::from_slice(&diff.stdout).unwrap();
        assert_eq!(answer["total"]["verdict"], "no_change_seen", "{at}");
        assert_eq!(answer["work"]["basis"], "seconds");
    }
}

#[test]
fn the_same_data_twice_decides_nothing() {
    let same = sides(&[STEADY[0], STEADY[0]], &STEADY[1..3]);
    assert_eq!(verify("alloc_space total <= +5%", &same), Some(3));
    assert_eq!(run("diff", &["-alloc_space"], &same).status.code(), Some(2));
    let top = [
        "top",
        "-alloc_space",
        "--per",
        "seconds",
        "--base",
        STEADY[0],
        STEADY[0],
    ];
    let output = heapwise(&workspace()).args(top).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    // A copy among several is passed over.
    let more = sides(&[STEADY[0], STEADY[0], STEADY[1]], &STEADY[1..3]);
    let stderr = String::from_utf8(run("diff", &["-alloc_space"], &more).stderr).unwrap();
    assert!(
        stderr.contains("the same data as the one before"),
        "{stderr}"
    );
}

#[test]
fn a_copy_is_no_second_run() {
    let words = [
        "diff", "--before", STEADY[0], "--before", STEADY[0], "--after", STEADY[4], "--after",
        STEADY[5],
    ];
    let output = heapwise(&workspace()).args(words).output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.contains("of the same process and cycle"), "{stderr}");
}

#[test]
fn a_rate_needs_a_time() {
    for args in [
        &["top", "-alloc_space", "--per=seconds", STEADY[0]][..],
        &[
            "top",
            "-inuse_space",
            "--per=seconds",
            "--base",
            STEADY[0],
            STEADY[1],
        ],
        &[
            "top",
            "-alloc_space",
            "--per=seconds",
            "testdata/server/heap.pb.gz",
        ],
        // The later one is not of the same process.
        &[
            "top",
            "-alloc_space",
            "--per=seconds",
            "--base",
            STEADY[0],
            "testdata/gc/heap-3.debug1.txt",
        ],
    ] {
        let output = heapwise(&workspace()).args(args).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(stderr.contains("--per seconds"), "{stderr}");
    }
}
