//! Which value two sides are compared by, and what is said of sides that do not belong together.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "runs the command and reads what it wrote"
)]

mod common;

use std::fs;
use std::path::Path;

use common::{heapwise, workspace};
use serde_json::Value;

const HEAP: &str = "testdata/server/go1.27/heap.later.pb.gz";
const ALLOCS: &str = "testdata/server/go1.27/allocs.pb.gz";

#[test]
fn heap_against_allocs_is_compared_by_one_type_whichever_comes_first() {
    expect_opposites(&workspace(), HEAP, ALLOCS, "alloc_space");
    let answer = json(&workspace(), &["diff", "-inuse_space", HEAP, ALLOCS]);
    assert_eq!(answer["sample_type"], "inuse_space");
    let warning = warnings(&json(&workspace(), &["diff", HEAP, ALLOCS]));
    assert!(
        warning.contains("both are compared by alloc_space: where inuse_space and alloc_space"),
        "{warning}"
    );
    assert!(
        warning.contains("a heap profile is compared with an allocs profile"),
        "{warning}"
    );
}

#[test]
fn in_use_is_compared_where_nothing_was_freed_on_one_side() {
    let cxx = |name| format!("testdata/alloc-columns-equal/{name}.heap");
    expect_opposites(&workspace(), &cxx("before"), &cxx("after"), "inuse_space");
    for asked in ["space", "inuse_space", "objects", "inuse_objects"] {
        let option = format!("-sample_index={asked}");
        let answer = json(
            &workspace(),
            &["diff", &option, &cxx("before"), &cxx("after")],
        );
        assert!(
            answer["sample_type"]
                .as_str()
                .unwrap()
                .ends_with(asked.trim_start_matches("inuse_"))
        );
        assert_eq!(answer["warnings"].as_array().unwrap().len(), 0, "{answer}");
    }
    let twice = json(&workspace(), &["diff", &cxx("before"), &cxx("before")]);
    assert_eq!(twice["sample_type"], "space");
}

/// The same of heaps that tcmalloc sampled, of several functions, and of the number of a type.
#[test]
fn siblings_of_the_two_forms_of_a_heap() {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    put(
        "live",
        "heap profile: 7: 3670016 [7: 3670016] @ heap_v2/524288\n7: 3670016 [7: 3670016] @ 0x401000\n",
    );
    put(
        "freed",
        "heap profile: 9: 4718592 [20: 10485760] @ heap_v2/524288\n9: 4718592 [20: 10485760] @ 0x401000\n",
    );
    expect_opposites(folder.path(), "live", "freed", "inuse_space");
    let by_number = heapwise(folder.path())
        .args(["diff", "-sample_index=1", "live", "freed"])
        .output()
        .unwrap();
    assert_eq!(by_number.status.code(), Some(2));
    let first = json(folder.path(), &["diff", "-sample_index=1", "live", "live"]);
    assert_eq!(first["sample_type"], "space");
}

#[test]
fn different_programs_are_said_before_any_verdict() {
    let bench = "testdata/beforeafter/buffer-vs-pool/before.merged.pb.gz";
    for (before, after) in [
        (HEAP, bench),
        (bench, HEAP),
        ("testdata/gotool/bench/json.default.pb.gz", bench),
        (
            "testdata/beforeafter/sprintf-vs-strconv/before.merged.pb.gz",
            bench,
        ),
    ] {
        let output = heapwise(&workspace())
            .args(["diff", "-q", "--raw", before, after])
            .output();
        let text = String::from_utf8(output.unwrap().stdout).unwrap();
        assert!(
            text.starts_with("these look like different programs, "),
            "{before} {after}: {text}"
        );
        let answer = json(&workspace(), &["diff", "--raw", before, after]);
        assert_eq!(answer["warnings"][0]["code"], "different_program");
    }
}

#[test]
fn builds_of_one_program_are_nothing_to_warn_of() {
    let runs = "testdata/beforeafter";
    for (before, after) in [
        (
            format!("{runs}/buffer-vs-pool/before.merged.pb.gz"),
            format!("{runs}/buffer-vs-pool/after.merged.pb.gz"),
        ),
        (
            format!("{runs}/sprintf-vs-strconv/before.merged.pb.gz"),
            format!("{runs}/sprintf-vs-strconv/after.merged.pb.gz"),
        ),
        (
            "testdata/escape/boxing-vs-generics.before.rate1.pb.gz".to_owned(),
            "testdata/escape/boxing-vs-generics.after.rate1.pb.gz".to_owned(),
        ),
        ("testdata/server/heap.pb.gz".to_owned(), HEAP.to_owned()),
        (
            "testdata/server/go1.21/heap.later.pb.gz".to_owned(),
            HEAP.to_owned(),
        ),
        (
            "testdata/gotool/compile/strings.default.pb.gz".to_owned(),
            "testdata/gotool/compile/go_constant.default.pb.gz".to_owned(),
        ),
        (
            "testdata/gotool/bench/fmt.default.pb.gz".to_owned(),
            "testdata/gotool/bench/fmt.rate4096.pb.gz".to_owned(),
        ),
    ] {
        let said = warnings(&json(&workspace(), &["diff", "--raw", &before, &after]));
        assert!(!said.contains("different programs"), "{before}: {said}");
        assert!(
            !said.contains("different builds") || said.contains("could not be matched"),
            "{said}"
        );
    }
}

#[test]
fn of_two_builds_what_could_not_be_matched_is_counted() {
    let side = |name| format!("testdata/beforeafter/sprintf-vs-strconv/{name}.merged.pb.gz");
    let addresses = [
        "diff",
        "--raw",
        "-addresses",
        &side("before"),
        &side("after"),
    ];
    let said = warnings(&json(&workspace(), &addresses));
    assert!(said.contains("could not be matched"), "{said}");
}

/// `diff(a, b)` = −`diff(b, a)`, by the same type.
fn expect_opposites(folder: &Path, a: &str, b: &str, sample_type: &str) {
    let forth = json(folder, &["diff", "--raw", a, b]);
    let back = json(folder, &["diff", "--raw", b, a]);
    for answer in [&forth, &back] {
        assert_eq!(answer["sample_type"], sample_type, "{a} {b}");
    }
    let delta = |answer: &Value| answer["total"]["delta"]["value"].as_i64().unwrap();
    assert_ne!(delta(&forth), 0);
    assert_eq!(delta(&forth), -delta(&back));
    let mut deltas = [&forth, &back].map(|answer| {
        let rows = answer["rows"].as_array().unwrap().iter();
        let row = |row: &Value| {
            let value = row["flat"]["delta"]["value"].as_i64().unwrap();
            (row["site"].to_string(), value)
        };
        rows.map(row).collect::<Vec<_>>()
    });
    for row in &mut deltas[1] {
        row.1 = -row.1;
    }
    for rows in &mut deltas {
        rows.sort();
    }
    assert_eq!(deltas[0], deltas[1]);
    assert_eq!(forth["total"]["before"], back["total"]["after"]);
}

fn json(folder: &Path, args: &[&str]) -> Value {
    let mut command = heapwise(folder);
    let output = command
        .args(args)
        .args(["-f", "json", "-q"])
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{args:?}: {stderr}");
    serde_json::from_slice(&output.stdout).unwrap()
}

fn warnings(answer: &Value) -> String {
    let all = answer["warnings"].as_array().unwrap().iter();
    let all = all.map(|warning| warning["message"].as_str().unwrap());
    all.collect::<Vec<_>>().join("\n")
}
