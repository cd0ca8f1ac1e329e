//! Dumps that were copied are one moment, be they profiles or texts.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "runs the command on files"
)]

mod common;

use std::fs;

use common::{heapwise, workspace};
use serde_json::Value;

/// A text with debug=2: so many goroutines wait, the last with this number.
fn dump(waiting: u64, last: u64) -> String {
    let one = |number: u64, state: &str, function: &str, line: u64| {
        format!(
            "goroutine {number} [{state}]:\n{function}(...)\n\t/src/main.go:{line} +0x1d\ncreated by main.main in goroutine 1\n\t/src/main.go:5 +0x2d\n\n"
        )
    };
    let mut text = String::from("goroutine 1 [running]:\nmain.main()\n\t/src/main.go:9 +0x1d\n\n");
    for number in last - waiting + 1..=last {
        text += &one(number, "chan receive", "main.wait", 7);
    }
    text
}

/// The moments of a series of texts, and its exit code with a claim that nothing leaks.
fn moments(texts: &[String]) -> (usize, Option<i32>) {
    let folder = tempfile::tempdir().unwrap();
    let names: Vec<String> = (0..texts.len()).map(|at| format!("{at}.txt")).collect();
    for (name, text) in names.iter().zip(texts) {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let run = |args: &[&str]| {
        heapwise(folder.path())
            .args(args)
            .args(&names)
            .output()
            .unwrap()
    };
    let json: Value = serde_json::from_slice(&run(&["goroutines", "-f", "json"]).stdout).unwrap();
    let claimed = run(&["verify", "--require", "goroutines total <= +0", "--after"]);
    (
        json["series"].as_array().map_or(0, Vec::len),
        claimed.status.code(),
    )
}

#[test]
fn texts_with_the_same_bytes_are_one_moment() {
    let text = dump(3, 20);
    let alone = moments(std::slice::from_ref(&text));
    assert_eq!(moments(&[text.clone(), text.clone(), text.clone()]), alone);
    let three = moments(&[dump(3, 20), dump(3, 21), dump(3, 22)]);
    assert_eq!(three.0, 3);
    // One more is a copy of the first.
    let copied = moments(&[dump(3, 20), dump(3, 21), dump(3, 22), dump(3, 20)]);
    assert_eq!(copied.0, 3);
    let folder = tempfile::tempdir().unwrap();
    for name in ["0.txt", "1.txt"] {
        fs::write(folder.path().join(name), &text).unwrap();
    }
    let mut command = heapwise(folder.path());
    let said = command.args(["goroutines", "0.txt", "1.txt"]).output();
    let said = String::from_utf8(said.unwrap().stderr).unwrap();
    assert!(
        said.contains("1.txt: has the same bytes as 0.txt: one moment"),
        "{said}"
    );
}

#[test]
fn texts_that_only_look_alike_are_moments() {
    let other = dump(3, 20).replace("[chan receive]", "[select]");
    assert_eq!(moments(&[dump(3, 20), other]).0, 2);
    // Counts without numbers are often the same at several moments.
    let counts = "goroutine profile: total 1\n1 @ 0x4c\n#\t0x4c\tmain.main+0x2\t/src/main.go:9\n";
    assert_eq!(moments(&[counts.to_owned(), counts.to_owned()]).0, 2);
}

#[test]
fn profiles_that_were_copied_are_one_moment_as_before() {
    let profile = workspace().join("testdata/server/go1.27/goroutine.pb.gz");
    let profile = profile.to_str().unwrap();
    let folder = tempfile::tempdir().unwrap();
    fs::copy(profile, folder.path().join("copy.pb.gz")).unwrap();
    let run = heapwise(folder.path())
        .args(["goroutines", "-f", "json", profile, "copy.pb.gz"])
        .output()
        .unwrap();
    let json: Value = serde_json::from_slice(&run.stdout).unwrap();
    assert!(json["series"].as_array().map_or(0, Vec::len) <= 1, "{json}");
}
