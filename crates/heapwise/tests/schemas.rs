//! What `--format json` prints is what the published schemas describe.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "reads its own output"
)]

mod common;

use common::pod::{Mood, Pod};
use common::schema::violations;
use common::{heapwise, workspace};
use serde_json::Value;

const HEAP: &str = "testdata/server/heap.pb.gz";
const LATER: &str = "testdata/server/go1.27/heap.later.pb.gz";
const EXACT: &str = "testdata/beforeafter/buffer-vs-pool/before.rate1.pb.gz";
const CPU: &str = "testdata/server/go1.27/profile.seconds3.pb.gz";

#[test]
fn top_prints_what_its_schema_describes() {
    for granularity in [
        "functions",
        "filefunctions",
        "files",
        "lines",
        "addresses",
        "packages",
    ] {
        let by = format!("--granularity={granularity}");
        check("top", &[&by, HEAP]);
        check("top", &[&by, "-n3", CPU]);
    }
    check("top", &["-diff_base", HEAP, LATER]);
    check("top", &[EXACT]);
    check("top", &["--focus=json", "-n4", HEAP]);
    check("top", &["--mean", "--divide-by=3", "-alloc_space", HEAP]);
}

#[test]
fn tree_and_peek_print_what_their_schemas_describe() {
    for granularity in ["functions", "files", "lines", "addresses", "packages"] {
        let by = format!("--granularity={granularity}");
        check("tree", &[&by, HEAP]);
    }
    check("tree", &["-alloc_space", "-focus=json", LATER]);
    check("tree", &["-mean", CPU]);
    check("peek", &["json", "-alloc_space", "-diff_base", HEAP, LATER]);
}

#[test]
fn diff_prints_what_its_schema_describes() {
    check("diff", &[HEAP, LATER]);
    check("diff", &["--same-process", "--lines", "-n4", HEAP, LATER]);
    check("diff", &["-alloc_space", "--same-work", HEAP, LATER]);
    check("diff", &[EXACT, HEAP]);
    check("diff", &["--same-work", EXACT, EXACT]);
    let runs = "testdata/beforeafter/sprintf-vs-strconv";
    let (before, after) = (format!("{runs}/before"), format!("{runs}/after"));
    let sides = ["--before", &before, "--after", &after];
    check("diff", &sides);
    let work = ["--before-ops=300000", "--after-ops=300000"];
    check("diff", &[&sides[..], &work[..]].concat());
    let printed = |name: &str| format!("testdata/work/several/{name}.txt");
    let (old, new) = (printed("a"), printed("b"));
    let benchmarks = ["--before-bench", &old, "--after-bench", &new];
    let pair = [
        "testdata/work/several/a.pb.gz",
        "testdata/work/several/b.pb.gz",
    ];
    check("diff", &[&pair[..], &benchmarks[..]].concat());
    check("diff", &pair);
    let seconds = ["--before-seconds=9000", "--after-seconds=9000"];
    check("diff", &[&pair[..], &seconds[..]].concat());
}

#[test]
fn gc_prints_what_its_schema_describes() {
    let [one, two, three, vars] = [
        "testdata/gc/heap-1.debug1.txt",
        "testdata/gc/heap-2-gc1.debug1.txt",
        "testdata/gc/heap-3.debug1.txt",
        "testdata/gc/vars.json",
    ];
    check("gc", &[one]);
    let calibrate = ["heap-gc1.debug1.txt", "vars.json"];
    let pair = calibrate.map(|name| format!("testdata/gc/calibrate/00.{name}.gz"));
    check("gc", &[&pair[0], &pair[1]]);
    check("gc", &[vars, "--rss=90MB"]);
    check("gc", &[one, two, three, "--interval=3"]);
    check("gc", &[two, three, "--cgroup=testdata/gc/cgroup"]);
    let log = "testdata/gc/go1.27.3.steady.log";
    check("gc", &["--before", log, "--after", log]);
    check("gc", &["--before", one, two, "--after", two, three]);
    check("gc", &["--before", one, "--after", log]);
    check("verify", &["--gc", log, "--require=gc cpu <= 5%"]);
    check(
        "verify",
        &[
            "--before-gc",
            log,
            "--gc",
            log,
            "--require=gc rate <= +300%",
        ],
    );
    for page in ["prometheus.txt", "otel.txt", "runtime-metrics.json"] {
        check("gc", &[&format!("testdata/gc/{page}")]);
    }
    for log in [
        "go1.27.3.steady.log",
        "go1.27.3.torn.txt",
        "go1.21.13.pacer-scav.log",
    ] {
        check("gc", &[&format!("testdata/gc/{log}"), vars]);
    }
}

#[test]
fn verify_prints_what_its_schema_describes() {
    let claims = [
        "--require=alloc_space total <= +900%",
        "--require=inuse_space /./ <= 9GB",
        "--require=alloc_objects main.nowhere <= +5% optional",
        "--require=alloc_space total <= 9GB/op",
        "--inconclusive=pass",
    ];
    check("verify", &[&[HEAP, LATER][..], &claims[..]].concat());
    check(
        "verify",
        &[
            "--same-work",
            "--forbid-growth=15%",
            "-alloc_space",
            "testdata/renamed/before1.pb.gz",
            "testdata/renamed/before2.pb.gz",
        ],
    );
    check("verify", &["--require=samples total <= 900", CPU]);
    for missing in [
        "inuse_space main.nowhere <= 5",
        "spce total <= 5",
        "inuse_space main.x <= -5%",
    ] {
        let claim = format!("--require={missing}");
        let args = ["verify", "-q", "-f", "json", &claim, HEAP, LATER];
        let output = heapwise(&workspace()).args(args).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{missing}");
        let document: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(document["claims"][0]["result"], "error", "{missing}");
        assert!(document["claims"][0]["near"].is_array(), "{missing}");
        let found = violations(&json_schema("verify"), &document);
        assert!(found.is_empty(), "{missing}: {found:?}");
    }
}

#[test]
fn the_example_of_a_budget_is_what_its_schema_describes() {
    let output = heapwise(&workspace())
        .args(["verify", "--example-budget"])
        .output()
        .unwrap();
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    let example: Value = toml::from_str(&text).unwrap();
    let schema = json_schema("budget");
    assert!(violations(&schema, &example).is_empty());
    let wrong: Value = toml::from_str("[[claim]]\nreqire = \"inuse_space total <= 5\"").unwrap();
    assert!(!violations(&schema, &wrong).is_empty());
}

#[test]
fn goroutines_prints_what_its_schema_describes() {
    let dump = "testdata/states/goroutine.pb.gz";
    for by in ["stack", "function", "creator", "state", "label:tenant"] {
        check("goroutines", &["--group-by", by, dump]);
    }
    check("goroutines", &["--tree", dump]);
    check("goroutines", &["testdata/states"]);
    check("goroutines", &["testdata/server/series/chanrecv"]);
    check("goroutines", &["testdata/server/series/plateau"]);
    check("goroutines", &["testdata/states/goroutineleak.pb.gz"]);
    for leaks in ["phantom", "known-and-new", "churn", "moment"] {
        check("goroutines", &[&format!("testdata/leaks/{leaks}")]);
    }
}

#[test]
fn explain_prints_what_its_schema_describes() {
    for pair in ["append-cap", "boxing-vs-generics", "sprintf-vs-strconv"] {
        let heap = format!("testdata/explain/{pair}/heap.pb.gz");
        check("explain", &[&heap]);
        for form in ["m1.txt", "m2.txt", "json"] {
            let log = format!("testdata/explain/{pair}/{form}");
            check("explain", &["-e", &log, &heap]);
        }
    }
    let logs = [
        "-e",
        "testdata/explain/append-cap/m2.txt",
        "--compare",
        "testdata/explain/append-cap/m1.txt",
    ];
    let heap = "testdata/explain/append-cap/heap.pb.gz";
    check("explain", &[&logs[..], &[heap]].concat());
    check("explain", &["-n1", "-inuse_space", HEAP]);
    check("explain", &["--ops=10", "-inuse_space", HEAP]);
    let source = ["--source", "examples/go/advice/map-hint/before"];
    let maps = "testdata/advice/map-hint/before.pb.gz";
    check("explain", &[&source[..], &[maps]].concat());
    check("explain", &["testdata/server/go1.27/allocs.seconds3.pb.gz"]);
}

#[test]
fn diff_with_reasons_prints_what_its_schema_describes() {
    for pair in ["slice-capacity", "format", "return-value"] {
        let side = |side: &str| format!("testdata/advice/{pair}/{side}.pb.gz");
        let log = |side: &str| format!("testdata/advice/{pair}/{side}.m2.txt");
        let sides = [side("before"), side("after")];
        let sides = ["-alloc_space", &sides[0], &sides[1]];
        let logs = [log("before"), log("after")];
        let asked = ["-e", &logs[1], "--before-escapes", &logs[0]];
        check("diff", &[&["--explain"], &sides[..]].concat());
        check("diff", &[&asked[..2], &sides].concat());
        check("diff", &[&asked[..], &["--lines"], &sides].concat());
    }
}

#[test]
fn growth_prints_what_its_schema_describes() {
    for series in ["leak", "warmup"] {
        let series = format!("testdata/growth/{series}");
        check("growth", &[&series]);
        check("growth", &["--lines", "--cum", "-inuse_objects", &series]);
    }
    check("growth", &["--taghide=bytes", "testdata/growth/leak"]);
    check("growth", &[HEAP, "testdata/server/go1.27/heap.later.pb.gz"]);
    for (series, claim) in [
        (
            "testdata/growth/steady",
            "inuse_space main.fill growth none",
        ),
        ("testdata/growth/leak", "inuse_space total growth <= 9TB/h"),
    ] {
        check("verify", &[series, "--require", claim]);
    }
}

#[test]
fn tune_prints_what_its_schema_describes() {
    let snapshots = [
        "testdata/gc/heap-1.debug1.txt",
        "testdata/gc/heap-3.debug1.txt",
    ];
    check("tune", &snapshots);
    let cost = ["--gomaxprocs=2", "--gc-cpu=30", "--non-go=5MB"];
    for container in ["256MB", "44MB", "1kB"] {
        let container = format!("--memory-limit={container}");
        check("tune", &[&snapshots[..], &cost[..], &[&container]].concat());
    }
    let given = [
        "--live=1MB",
        "--alloc-rate=0",
        "--non-heap=4MB",
        "--gogc=0,1,off",
    ];
    check("tune", &given);
}

#[test]
fn collect_prints_and_writes_what_its_schemas_describe() {
    let pod = Pod::start(Mood::Well, 2);
    for more in [&["--gc", "--leaks"][..], &["--trigger=inuse_space > 1kB"]] {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().to_str().unwrap();
        let (pid, url) = (format!("--pid={}", std::process::id()), pod.url());
        let args = ["--count=1", "--max-goroutines=1", "--out", out, &pid, &url];
        check("collect", &[&args, more].concat());
        let mut files = common::files(folder.path()).into_iter();
        let file = files.find(|file| file.ends_with("bundle.json")).unwrap();
        let record: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
        let found = violations(&json_schema("bundle"), &record);
        assert!(found.is_empty(), "{found:?}");
    }
}

#[test]
fn info_prints_what_its_schema_describes() {
    for profile in [HEAP, EXACT, CPU, "testdata/states/goroutineleak.pb.gz"] {
        check("info", &[profile]);
    }
}

#[test]
fn listings_print_what_their_schemas_describe() {
    for profile in [HEAP, EXACT, CPU, "testdata/states/goroutineleak.pb.gz"] {
        check("traces", &["-n3", profile]);
        check("traces", &["-addresses", "-mean", profile]);
        check("tags", &["-n2", profile]);
        check("tags", &[profile]);
        check("raw", &[profile]);
        check("raw", &["-noinlines", profile]);
        check("comments", &[profile, "-add_comment=said"]);
        check("list", &["runtime|main", profile]);
    }
    check("tags", &["-diff_base", HEAP, LATER]);
    check("list", &["main[.]", "--source-path=testdata/src", HEAP]);
}

#[test]
fn the_validator_sees_what_is_wrong() {
    let schema = json(&["schema", "top"]);
    let good = json(&["top", "-f", "json", HEAP]);
    for (pointer, bad) in [
        ("/schema", Value::from("heapwise.top/2")),
        ("/total/value", Value::from(1.5)),
        ("/rows/0/site/inlined", Value::from("perhaps")),
        ("/rows/0/flat", Value::Null),
        ("/inputs/0/sample_count", Value::from(-1)),
    ] {
        let mut document = good.clone();
        *document.pointer_mut(pointer).unwrap() = bad;
        assert_eq!(violations(&schema, &document).len(), 1, "{pointer}");
    }
}

fn json_schema(name: &str) -> Value {
    json(&["schema", name])
}

fn check(command: &str, args: &[&str]) {
    let document = json(&[&[command, "-q", "-f", "json"], args].concat());
    let found = violations(&json(&["schema", command]), &document);
    assert!(
        found.is_empty(),
        "{command} {args:?}:\n{}",
        found.join("\n")
    );
}

fn json(args: &[&str]) -> Value {
    let output = heapwise(&workspace()).args(args).output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    // A claim may be open: one log is on both sides.
    assert!(
        matches!(output.status.code(), Some(0 | 3)),
        "{args:?}: {stderr}"
    );
    serde_json::from_slice(&output.stdout).unwrap()
}
