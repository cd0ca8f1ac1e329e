//! The library's calls answer what the commands of their names answer.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "runs the command and reads what it wrote"
)]

mod common;

use std::fs;

use common::{heapwise, workspace};
use heapwise_analysis::{Change, Diff, Dumps, ErrorKind, Estimate, GroupBy, Top, Verdict};
use serde_json::Value;

const HEAP: &str = "testdata/server/go1.27/heap.later.pb.gz";
const BEFORE: &str = "testdata/beforeafter/buffer-vs-pool/before.merged.pb.gz";
const AFTER: &str = "testdata/beforeafter/buffer-vs-pool/after.merged.pb.gz";

fn bytes(path: &str) -> Vec<u8> {
    fs::read(workspace().join(path)).unwrap()
}

fn command(args: &[&str]) -> Value {
    let mut command = heapwise(&workspace());
    let output = command.args(args).args(["-f", "json"]).output().unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

#[track_caller]
fn expect_estimate(answer: &Estimate, json: &Value) {
    assert_eq!(Value::from(answer.value as i64), json["value"]);
    let end = |end: Option<i128>| end.map_or(Value::Null, |end| Value::from(end as i64));
    assert_eq!(end(answer.low), json["low"]);
    assert_eq!(end(answer.high), json["high"]);
}

#[test]
fn top_ranks_as_the_command() {
    let json = command(&["top", "-sample_index=alloc_space", "-cum", "-n", "7", HEAP]);
    let top = Top::new().sample_index("alloc_space").by_cum().limit(7);
    let answer = top.read(&bytes(HEAP)).unwrap();
    assert_eq!(answer.sample_type.type_, json["sample_type"]);
    expect_estimate(&answer.total, &json["total"]);
    assert_eq!(answer.omitted.rows, json["omitted"]["rows"]);
    let rows = json["rows"].as_array().unwrap();
    assert_eq!(answer.rows.len(), rows.len());
    for (row, json) in answer.rows.iter().zip(rows) {
        assert_eq!(json["site"]["function"], row.site.pprof_name());
        expect_estimate(&row.flat, &json["flat"]);
        expect_estimate(&row.cum, &json["cum"]);
    }
}

#[test]
fn a_value_that_is_not_there_is_refused() {
    let error = Top::new().sample_index("cpu").read(&bytes(HEAP));
    let error = error.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::SampleIndex { asked, .. } if asked == "cpu"));
}

fn expect_change(change: &Change, json: &Value) {
    assert_eq!(change.verdict.name(), json["verdict"]);
    let conditional = change
        .if_same_work
        .map_or(Value::Null, |verdict| verdict.name().into());
    assert_eq!(conditional, json["if_same_work"]);
}

/// Compares by call and by command.
fn expect_same(diff: &Diff, args: &[&str]) {
    let json = command(&[&["diff", BEFORE, AFTER], args].concat());
    let answer = diff.read(&bytes(BEFORE), &bytes(AFTER)).unwrap();
    assert_eq!(answer.work.kind(), json["work"]["kind"], "{args:?}");
    expect_change(&answer.total, &json["total"]);
    let rows = json["rows"].as_array().unwrap();
    assert_eq!(answer.rows.len(), rows.len(), "{args:?}");
    for (row, json) in answer.rows.iter().zip(rows) {
        assert_eq!(json["site"]["function"], row.site.pprof_name(), "{args:?}");
        expect_change(&row.flat, &json["flat"]);
    }
}

#[test]
fn diff_judges_as_the_command() {
    let allocated = || Diff::new().sample_index("alloc_space");
    let unknown = allocated().read(&bytes(BEFORE), &bytes(AFTER)).unwrap();
    assert_eq!(unknown.total.verdict, Verdict::NotJudged);
    expect_same(&allocated(), &["-sample_index=alloc_space"]);
    expect_same(
        &allocated().same_work(),
        &["-sample_index=alloc_space", "--same-work"],
    );
    let operations = ["--before-ops=1000", "--after-ops=2000"];
    expect_same(
        &allocated().operations(1000.0, 2000.0),
        &[&["-sample_index=alloc_space"], &operations[..]].concat(),
    );
    // A level is not divided by work.
    expect_same(
        &Diff::new()
            .sample_index("inuse_space")
            .operations(1000.0, 2000.0),
        &[&["-sample_index=inuse_space"], &operations[..]].concat(),
    );
}

#[test]
fn no_work_is_refused() {
    let diff = Diff::new().sample_index("alloc_space").operations(0.0, 1.0);
    let error = diff.read(&bytes(BEFORE), &bytes(AFTER)).unwrap_err();
    assert_eq!(error.to_string(), "found 0 as work, expected more than 0");
}

#[test]
fn goroutines_are_grouped_as_by_the_command() {
    let folder = "testdata/server/series/chanrecv";
    let names = ["00.debug2.txt", "13.debug2.txt"].map(|at| format!("{folder}/goroutine.{at}"));
    let json = command(&["goroutines", "--group-by=function", &names[0], &names[1]]);
    let dumps = names.each_ref().map(|name| bytes(name));
    let answer = Dumps::new()
        .group_by(GroupBy::Function)
        .read(&dumps)
        .unwrap();
    let survivors = answer.survivors.map(|survivors| survivors.still);
    assert_eq!(Value::from(survivors), json["survivors"]["still"]);
    let groups = json["groups"].as_array().unwrap();
    assert_eq!(answer.groups.len(), groups.len());
    for (group, json) in answer.groups.iter().zip(groups) {
        assert_eq!(group.count, json["count"]);
        assert_eq!(Value::from(group.counts.clone()), json["counts"]);
        assert_eq!(Value::from(group.survivors), json["survivors"]);
    }
}

#[test]
fn what_is_no_dump_is_named_by_its_place() {
    let error = Dumps::new().read(&[bytes(HEAP)]).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::NoGoroutines { at: 0 }));
}
