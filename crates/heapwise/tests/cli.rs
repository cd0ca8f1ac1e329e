//! The whole program: exit code, stdout and stderr, in a clean environment.
//!
//! `SNAPSHOTS=overwrite cargo test -p heapwise --test cli` refreshes the snapshots.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "runs the command and reads what it wrote"
)]

mod common;

use std::fs;
use std::io::{Read, Write};
use std::process::{Command, Output, Stdio};

use common::{heapwise, workspace};
use snapbox::{Assert, Data};

const HEAP: &str = "testdata/server/heap.pb.gz";
const LATER: &str = "testdata/server/go1.27/heap.later.pb.gz";
const BEFORE: &str = "testdata/beforeafter/buffer-vs-pool/before.merged.pb.gz";
const AFTER: &str = "testdata/beforeafter/buffer-vs-pool/after.merged.pb.gz";
const EXACT: &str = "testdata/beforeafter/buffer-vs-pool/before.rate1.pb.gz";
const GOROUTINES: &str = "testdata/server/go1.27/goroutine.pb.gz";

#[test]
fn top() {
    check("top", &["top", HEAP]);
    check("top-cum", &["top", "-cum", "-n10", LATER]);
    check(
        "top-lines",
        &[
            "top",
            "-lines",
            "-sample_index=alloc_space",
            "-nodecount=5",
            LATER,
        ],
    );
    check(
        "top-packages",
        &["top", "--packages", "-alloc_objects", LATER],
    );
    check("top-merged", &["top", "-n3", HEAP, LATER]);
    check("top-diff-base", &["top", "-n5", "-diff_base", HEAP, LATER]);
    check("top-exact", &["top", "-n5", "-alloc_space", EXACT]);
    check("top-goroutines", &["top", "-n5", GOROUTINES]);
    check("top-json", &["top", "-n2", "-f", "json", HEAP]);
    check("top-csv", &["top", "-n3", "-f", "csv", HEAP]);
    check("top-markdown", &["top", "-n3", "-f", "markdown", HEAP]);
    check("top-colour", &["top", "-n8", "--color", "always", HEAP]);
    let filtered = [
        "top",
        "-n4",
        "-alloc_space",
        "-focus=json",
        "-hide=^runtime",
    ];
    check("top-focus", &[&filtered[..], &[HEAP]].concat());
    check("top-focus-nothing", &["top", "-focus=nowhere", HEAP]);
    check("top-mean", &["top", "-n4", "-mean", "-unit=kB", LATER]);
    check(
        "top-negative",
        &["top", "-n4", "-drop_negative", "-base", LATER, HEAP],
    );
}

#[test]
fn tree() {
    check("tree", &["tree", "-n4", "-alloc_space", LATER]);
    check(
        "tree-lines",
        &["tree", "-n2", "-lines", "-focus=gzip", LATER],
    );
    check("tree-json", &["tree", "-n1", "-f", "json", HEAP]);
    check("tree-csv", &["tree", "-n3", "-f", "csv", HEAP]);
    check("tree-markdown", &["tree", "-n3", "-f", "markdown", HEAP]);
    check("peek", &["peek", "makeOrder|newFastEnc", HEAP]);
    check("peek-nothing", &["peek", "nowhere", HEAP]);
    check("peek-wrong", &["peek", "(", HEAP]);
}

#[test]
fn traces() {
    check("traces", &["traces", "-n3", HEAP]);
    check("traces-labels", &["traces", "-n2", "-lines", GOROUTINES]);
    check("traces-json", &["traces", "-n1", "-f", "json", HEAP]);
    check("traces-csv", &["traces", "-n3", "-f", "csv", HEAP]);
    check(
        "traces-markdown",
        &["traces", "-n2", "-f", "markdown", HEAP],
    );
}

#[test]
fn tags() {
    check("tags", &["tags", HEAP]);
    check("tags-mean", &["tags", "-mean", "-n4", HEAP]);
    check("tags-json", &["tags", "-n2", "-f", "json", HEAP]);
    check("tags-csv", &["tags", "-n4", "-f", "csv", HEAP]);
    check("tags-markdown", &["tags", "-n2", "-f", "markdown", HEAP]);
}

#[test]
fn list() {
    let sources = ["--trim-path=/src/corpus/server", "--source-path=testdata"];
    check("list", &[&["list", "main[.]", HEAP][..], &sources].concat());
    check(
        "list-address",
        &[&["list", "0x819ad8", HEAP][..], &sources].concat(),
    );
    check("list-no-source", &["list", "makeOrder|apiGzip", HEAP]);
    check("list-nothing", &["list", "nowhere", HEAP]);
    check("list-pattern", &["list", "(", HEAP]);
    let json = ["list", "makeOrder", "-f", "json", HEAP];
    check("list-json", &[&json[..], &sources].concat());
}

#[test]
fn comments() {
    check("comments", &["comments", "-add_comment=said", HEAP]);
    check(
        "comments-json",
        &["comments", "-add_comment=said", "-f", "json", HEAP],
    );
    check("comments-refused", &["comments", "-cum", HEAP]);
}

#[test]
fn diff() {
    check("diff", &["diff", "--same-work", BEFORE, AFTER]);
    check("diff-work", &["diff", "-n5", BEFORE, AFTER]);
    check(
        "diff-cum",
        &["diff", "--same-work", "-cum", "-n5", BEFORE, AFTER],
    );
    check(
        "diff-verbose",
        &["diff", "--same-work", "-v", "-n3", BEFORE, AFTER],
    );
    check(
        "diff-labels",
        &[
            "diff",
            "--same-work",
            "-q",
            "-n2",
            &format!("old={BEFORE}"),
            &format!("new={AFTER}"),
        ],
    );
    check(
        "diff-json",
        &["diff", "--same-work", "-n1", "-f", "json", BEFORE, AFTER],
    );
    check(
        "diff-csv",
        &["diff", "--same-work", "-n3", "-f", "csv", BEFORE, AFTER],
    );
    check(
        "diff-markdown",
        &[
            "diff",
            "--same-work",
            "-n3",
            "-f",
            "markdown",
            BEFORE,
            AFTER,
        ],
    );
    check("diff-nothing", &["diff", BEFORE, BEFORE]);
    check(
        "diff-same-process",
        &["diff", "-n3", "--same-process", HEAP, LATER],
    );
    let runs = "testdata/beforeafter/buffer-vs-pool";
    let sides = [format!("{runs}/before"), format!("{runs}/after")];
    let bench = [
        format!("{runs}/before.bench.txt"),
        format!("{runs}/after.bench.txt"),
    ];
    let [before, after] = &sides;
    let [before_bench, after_bench] = &bench;
    let args = ["diff", "-n5", "--before", before, "--after", after];
    let work = ["--before-bench", before_bench, "--after-bench", after_bench];
    check("diff-runs", &[&args[..], &work[..]].concat());
}

#[test]
fn info() {
    check("info", &["info", HEAP]);
    check("info-goroutines", &["info", GOROUTINES]);
    check(
        "info-delta",
        &["info", "testdata/server/go1.27/heap.seconds3.pb.gz"],
    );
    check("info-json", &["info", "-f", "json", HEAP]);
    check("info-csv", &["info", "-f", "csv", HEAP]);
    check("info-markdown", &["info", "-f", "markdown", HEAP]);
}

#[test]
fn tune() {
    let both = [
        "testdata/gc/heap-1.debug1.txt",
        "testdata/gc/heap-3.debug1.txt",
    ];
    check("tune", &["tune", both[0], both[1]]);
    let cost = [
        "--gomaxprocs=2",
        "--gc-cpu=12.5",
        "--non-go=20MB",
        "--gogc=100,off",
    ];
    let fits = ["tune", both[0], both[1], "--memory-limit=256MiB"];
    check("tune-fits", &[&fits[..], &cost[..]].concat());
    let small = ["tune", both[0], both[1], "--memory-limit=64MiB"];
    check("tune-too-small", &[&small[..], &cost[..]].concat());
    let range = ["--live=300MB-420MB", "--alloc-rate=80MB", "--non-heap=30MB"];
    let said = [
        "tune",
        "--memory-limit=1GiB",
        "--gogc=100,off",
        "--margin=64MB",
    ];
    check("tune-live-varies", &[&said[..], &range[..]].concat());
    let forms = [
        "tune",
        both[0],
        both[1],
        "--gogc=100,off",
        "--memory-limit=256MiB",
        "-f",
    ];
    check("tune-markdown", &[&forms[..], &["markdown"]].concat());
    check("tune-csv", &[&forms[..], &["csv"]].concat());
    check("error-tune-rate", &["tune", both[0]]);
    check("error-tune-nothing", &["tune"]);
    check(
        "error-tune-two",
        &["tune", both[0], "testdata/gc/vars.json"],
    );
    check("error-tune-profile", &["tune", HEAP]);
}

#[test]
fn growth() {
    let leak = "testdata/growth/leak";
    check("growth", &["growth", leak]);
    check("growth-step", &["growth", "testdata/growth/step"]);
    check("growth-markdown", &["growth", "-f", "markdown", leak]);
    check("growth-csv", &["growth", "-f", "csv", leak]);
    let claim = "inuse_space main.forget growth none";
    check("verify-growth", &["verify", leak, "--require", claim]);
    check("error-growth-alloc", &["growth", "-alloc_space", leak]);
}

#[test]
fn goroutines() {
    let dump = "testdata/states/goroutine.pb.gz";
    check("goroutines", &["goroutines", dump]);
    check(
        "goroutines-state",
        &["goroutines", "--group-by=state", dump],
    );
    check(
        "goroutines-label",
        &["goroutines", "--group-by=label:tenant", dump],
    );
    check("goroutines-tree", &["goroutines", "--tree", GOROUTINES]);
    check("goroutines-csv", &["goroutines", "-n3", "-f", "csv", dump]);
    let both = [dump, "testdata/states/goroutineleak.pb.gz"];
    check(
        "goroutines-leaked",
        &["goroutines", "-n3", both[0], both[1]],
    );
    let leaked = ["goroutines", "-n2", "-f", "markdown", both[0], both[1]];
    check("goroutines-markdown", &leaked);
    check(
        "goroutines-json",
        &["goroutines", "-n1", "-f", "json", dump],
    );
    let series = |name: &str| format!("testdata/server/series/{name}");
    check("goroutines-series", &["goroutines", &series("chanrecv")]);
    check("goroutines-http", &["goroutines", &series("http")]);
    check("goroutines-healthy", &["goroutines", &series("healthy")]);
    check("goroutines-plateau", &["goroutines", &series("plateau")]);
    let texts = [
        series("chanrecv/goroutine.00.debug2.txt"),
        series("chanrecv/goroutine.13.debug2.txt"),
    ];
    check("goroutines-texts", &["goroutines", &texts[0], &texts[1]]);
    let delta = "testdata/server/go1.27/goroutine.seconds3.pb.gz";
    check("goroutines-delta", &["goroutines", "-n2", delta]);
    check("goroutines-focus", &["goroutines", "-focus=Server", dump]);
    check("error-goroutines-kind", &["goroutines", HEAP]);
    check("error-goroutines-none", &["goroutines", "testdata/pprof"]);
    check(
        "error-goroutines-group",
        &["goroutines", "--group-by=x", dump],
    );
}

#[test]
fn what_cannot_be_read_in_a_directory_of_dumps_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let dump = fs::read(workspace().join("testdata/states/goroutine.pb.gz")).unwrap();
    let put = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
    put("goroutine.00.pb.gz", &dump);
    put("goroutine.01.pb.gz", &dump[..900]);
    put("vars.json", b"{}\n");
    put("stderr.log", b"");
    let mut command = heapwise(&workspace());
    let output = command.arg("goroutines").arg(folder.path()).output();
    let output = output.unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(stderr.lines().count(), 2, "{stderr}");
    assert!(
        stderr.contains("2 files in folders passed over (no goroutine dumps): "),
        "{stderr}"
    );
    assert!(
        stderr.contains("goroutine.01.pb.gz: left out: gzip: byte 900"),
        "{stderr}"
    );
}

#[test]
fn errors() {
    check(
        "error-format-compatible",
        &["tree", "--pprof-compatible", "-f", "json", HEAP],
    );
    check("error-means-nothing", &["tags", "-cum", HEAP]);
    check("error-missing", &["top", "testdata/missing.pb.gz"]);
    check("error-directory", &["top", "testdata"]);
    check("error-sample-index", &["top", "-sample_index=alloc", HEAP]);
    check("error-sample-types", &["diff", HEAP, GOROUTINES]);
    check("error-no-profile", &["top"]);
    check("error-one-side", &["diff", HEAP]);
    check("error-text", &["top", "testdata/depth/main.go.txt"]);
    check("error-too-large", &["top", "--max-bytes=1kB", HEAP]);
    check(
        "error-output",
        &["top", "-o", "testdata/missing/out.json", HEAP],
    );
    check_stdin("error-truncated", &["top", "-"], &profile()[..1000]);
    check_stdin(
        "error-html",
        &["top", "-"],
        b"<!DOCTYPE html>\n<html></html>\n",
    );
    check_stdin("error-empty", &["top", "-"], b"");
}

#[test]
fn help() {
    check("help", &["--help"]);
    for command in [
        "top",
        "tree",
        "peek",
        "traces",
        "tags",
        "list",
        "raw",
        "comments",
        "diff",
        "verify",
        "goroutines",
        "growth",
        "info",
        "merge",
        "convert",
        "schema",
        "sources",
    ] {
        check(&format!("help-{command}"), &[command, "--help"]);
    }
}

#[test]
fn stdin_is_a_profile() {
    let named = heapwise(&workspace()).args(["top", HEAP]).output().unwrap();
    let piped = with_stdin(&["top", "-"], &profile());
    assert_eq!(piped.status.code(), Some(0));
    assert_eq!(piped.stdout, named.stdout);
}

#[test]
fn the_environment_takes_colour_away_and_the_option_gives_it_back() {
    let run = |color: &str, no_color: &str| {
        let mut command = heapwise(&workspace());
        command.env("NO_COLOR", no_color);
        let output = command.args(["top", "--color", color, HEAP]).output();
        output.unwrap().stdout.contains(&b'\x1b')
    };
    assert!(!run("auto", "1"));
    assert!(!run("never", ""));
    assert!(run("always", "1"));
}

#[test]
fn the_extension_of_the_output_chooses_the_format() {
    let folder = tempfile::tempdir().unwrap();
    for (name, start) in [
        ("out.json", "{\n"),
        ("out.csv", "function,"),
        ("out.md", "**inuse"),
    ] {
        let path = folder.path().join(name);
        let mut command = heapwise(&workspace());
        let output = command.args(["top", HEAP, "-o"]).arg(&path).output();
        assert!(output.unwrap().stdout.is_empty());
        assert!(
            fs::read_to_string(&path).unwrap().starts_with(start),
            "{name}"
        );
    }
}

#[test]
fn a_closed_pipe_is_success() {
    let mut command = heapwise(&workspace());
    // More than a pipe holds.
    command.args(["top", "-f", "json", "--addresses", LATER]);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdout.take().unwrap().read_exact(&mut [0]).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stderr.is_empty());
}

fn profile() -> Vec<u8> {
    fs::read(workspace().join(HEAP)).unwrap()
}

fn check(name: &str, args: &[&str]) {
    let output = heapwise(&workspace()).args(args).output().unwrap();
    compare(name, args, &output);
}

fn check_stdin(name: &str, args: &[&str], stdin: &[u8]) {
    compare(name, args, &with_stdin(args, stdin));
}

fn with_stdin(args: &[&str], stdin: &[u8]) -> Output {
    let mut command: Command = heapwise(&workspace());
    let streams = command.args(args).stdin(Stdio::piped());
    let mut child = streams
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that refuses early does not read everything.
    let _ = child.stdin.take().unwrap().write_all(stdin);
    child.wait_with_output().unwrap()
}

/// One file holds the command, its exit code and what it printed.
fn compare(name: &str, args: &[&str], output: &Output) {
    let found = format!(
        "$ heapwise {}\nexit {}\n--- stderr\n{}--- stdout\n{}",
        args.join(" "),
        output.status.code().unwrap(),
        String::from_utf8_lossy(&output.stderr),
        String::from_utf8_lossy(&output.stdout),
    );
    let folder = workspace().join("crates/heapwise/tests/snapshots");
    let expected = Data::read_from(&folder.join(format!("{name}.txt")), None);
    Assert::new()
        .action_env("SNAPSHOTS")
        .eq(found, expected.raw());
}
