//! What `heapwise verify` decides of the collector.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "runs the command and reads what it wrote"
)]

mod common;

use common::collector::Process;
use common::{beside, heapwise, workspace};
use std::fs;

use serde_json::Value;

const STEADY: &str = "testdata/gc/go1.27.3.steady.log";
const TEXTS: [&str; 3] = [
    "testdata/gc/heap-1.debug1.txt",
    "testdata/gc/heap-2-gc1.debug1.txt",
    "testdata/gc/heap-3.debug1.txt",
];

fn run(before: &[String], after: &[String], claims: &[&str]) -> (i32, String, String) {
    let mut command = heapwise(&workspace());
    command.args(["verify", "-f", "json"]);
    if !before.is_empty() {
        command.arg("--before-gc").args(before);
    }
    if !after.is_empty() {
        command.arg("--gc").args(after);
    }
    for claim in claims {
        command.arg("--require").arg(claim);
    }
    let output = command.output().unwrap();
    (
        output.status.code().unwrap(),
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

/// The results of claims, in order.
fn results(before: &[String], after: &[String], claims: &[&str]) -> Vec<String> {
    let (_, text, stderr) = run(before, after, claims);
    let answer: Value = serde_json::from_str(&text).expect(&stderr);
    let all = answer["claims"].as_array().unwrap().iter();
    all.map(|claim| claim["result"].as_str().unwrap().to_owned())
        .collect()
}

fn paths(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn a_log_decides_what_it_tells() {
    let claims = [
        "gc pause_p99 <= 1ms",
        "gc pause_p99 <= 30ms",
        "gc pause_p99 >= 1ms",
        "gc pause_p50 <= 1ms",
        "gc cpu <= 5%",
        "gc rate <= 2/s",
        "gc rate >= 2/s",
        "gc alloc_rate <= 100MB/s",
        "gc alloc_rate <= 46MB/s",
        "gc heap <= 128MB",
        "gc heap growth none",
    ];
    let expected = [
        "fail",
        "pass",
        "pass",
        "pass",
        "pass",
        "pass",
        "fail",
        "pass",
        "inconclusive",
        "pass",
        "pass",
    ];
    assert_eq!(results(&[], &paths(&[STEADY]), &claims), expected);
}

#[test]
fn too_few_cycles_decide_only_what_they_can() {
    let claims = [
        "gc pause_p99 <= 1ms",
        "gc pause_p99 <= 100ms",
        "gc pause_p99 <= 1us",
        "gc pause_max <= 100ms",
        "gc heap growth none",
    ];
    let expected = [
        "inconclusive",
        "inconclusive",
        "fail",
        "pass",
        "inconclusive",
    ];
    assert_eq!(results(&[], &paths(&TEXTS), &claims), expected);
    let (code, text, _) = run(&[], &paths(&TEXTS), &claims[..1]);
    assert_eq!(code, 3);
    assert!(
        text.contains("15 cycles, by the ring of pauses: it takes 100 or more"),
        "{text}"
    );
}

#[test]
fn cycles_that_a_ring_no_longer_has_decide_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let far = Process {
        cycles: 400,
        ..Process::steady(1)
    };
    let snapshots = far.write(folder.path(), 0, 2);
    let (code, text, _) = run(&[], &snapshots, &["gc pause_p99 <= 1ms"]);
    assert_eq!(code, 3);
    assert!(
        text.contains("hidden: a snapshot has the last 256"),
        "{text}"
    );
    let near = far.write(folder.path(), 0, 1);
    assert_eq!(results(&[], &near, &["gc pause_p99 <= 1ms"]), ["pass"]);
}

#[test]
fn a_share_since_the_start_decides_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let late = Process::steady(1).write(folder.path(), 30, 3);
    let (code, text, _) = run(&[], &late, &["gc cpu <= 5%"]);
    assert_eq!(code, 3);
    assert!(text.contains("known only since the start"), "{text}");
}

#[test]
fn what_was_not_understood_decides_nothing() {
    let claims = [
        "gc rate <= 100/s",
        "gc pause_max <= 1us",
        "gc heap growth none",
    ];
    let torn = paths(&["testdata/gc/go1.27.3.torn.txt"]);
    let (code, _, _) = run(&[], &torn, &claims);
    assert_eq!(code, 3);
    assert!(
        results(&[], &torn, &claims)
            .iter()
            .all(|one| one == "inconclusive")
    );
}

#[test]
fn a_heap_that_grows_fails() {
    let folder = tempfile::tempdir().unwrap();
    let leak = Process {
        growth: 3 << 20,
        ..Process::steady(1)
    };
    let snapshots = leak.write(folder.path(), 0, 12);
    let claims = ["gc heap growth none", "gc heap <= 64MB"];
    assert_eq!(results(&[], &snapshots, &claims), ["fail", "fail"]);
    let steady = Process::steady(2).write(folder.path(), 0, 12);
    assert_eq!(results(&[], &steady, &claims), ["pass", "pass"]);
    // Each process must hold.
    let both = [snapshots, steady].concat();
    assert_eq!(results(&[], &both, &claims[..1]), ["fail"]);
}

#[test]
fn changes_are_decided_on_both_sides() {
    let folder = tempfile::tempdir().unwrap();
    let before = Process::steady(1).write(folder.path(), 0, 20);
    let same = Process::steady(2).write(folder.path(), 0, 20);
    let less = Process {
        bytes: 5 << 20,
        ..Process::steady(3)
    };
    let less = less.write(folder.path(), 0, 20);
    let claims = ["gc alloc_rate <= -20%", "gc alloc_rate <= +5%"];
    assert_eq!(results(&before, &less, &claims), ["pass", "pass"]);
    assert_eq!(results(&before, &same, &claims[..1]), ["fail"]);
    let few = [&same[..2], &before[..2]];
    assert_eq!(results(few[1], few[0], &claims[..1]), ["inconclusive"]);
    let log = paths(&[STEADY]);
    assert_eq!(results(&before, &log, &claims[..1]), ["inconclusive"]);
}

#[test]
fn another_setting_is_seen_and_the_same_is_not() {
    let Some(folder) = beside::shared("corpus/server/gctrace") else {
        return;
    };
    let path = |name: &str| {
        let path = folder.join(format!("go1.27.{name}.stderr.log"));
        vec![path.to_str().unwrap().to_owned()]
    };
    let (old, new) = (path("gogc20"), path("gogc100"));
    assert_eq!(results(&old, &new, &["gc rate <= -50%"]), ["pass"]);
    assert_eq!(results(&old, &old, &["gc rate <= -20%"]), ["inconclusive"]);
    assert_eq!(results(&new, &old, &["gc rate <= +20%"]), ["fail"]);
}

#[test]
fn the_same_data_on_both_sides_shows_no_change() {
    let folder = tempfile::tempdir().unwrap();
    let one = Process::steady(1).write(folder.path(), 0, 30);
    let log = paths(&[STEADY]);
    for (before, after, why) in [
        (&log[..], &log[..], "the same data is on both sides"),
        (&one[..], &one[..], "the same data is on both sides"),
        (&one[..20], &one[10..], "the same data is on both sides"),
        (&one[15..], &one[..15], "a later part of the same process"),
    ] {
        let (code, text, _) = run(before, after, &["gc alloc_rate <= +50%"]);
        assert_eq!(code, 3, "{text}");
        assert!(text.contains(why), "{text}");
    }
    // Windows that follow one another may have the snapshot between them in common.
    for from in [14, 15] {
        let later = &one[from..];
        let claim = ["gc alloc_rate <= +50%"];
        assert_eq!(results(&one[..15], later, &claim), ["pass"]);
    }
}

#[test]
fn what_heap_was_between_snapshots_is_not_known() {
    let folder = tempfile::tempdir().unwrap();
    let seldom = Process::steady(1).write(folder.path(), 0, 6);
    // From the system it had 48 MB.
    for (claim, result) in [
        ("gc heap <= 40MB", "inconclusive"),
        ("gc heap <= 51MB", "pass"),
        ("gc heap <= 30MB", "fail"),
    ] {
        assert_eq!(results(&[], &seldom, &[claim]), [result], "{claim}");
    }
    assert_eq!(results(&[], &seldom[..1], &["gc heap <= 40MB"]), ["pass"]);
}

/// The snapshots with other numbers, by the place of each.
fn changed(paths: &[String], change: impl Fn(u64, &mut Value)) {
    for (at, path) in (0..).zip(paths) {
        let text = fs::read_to_string(path).unwrap();
        let mut page: Value = serde_json::from_str(&text).unwrap();
        change(at, &mut page["memstats"]);
        fs::write(path, page.to_string()).unwrap();
    }
}

#[test]
fn cycles_that_were_asked_for_are_cycles() {
    let folder = tempfile::tempdir().unwrap();
    let snapshots = Process::steady(1).write(folder.path(), 0, 6);
    changed(&snapshots, |_, stats| {
        stats["NumForcedGC"] = stats["NumGC"].clone();
    });
    let (code, text, _) = run(&[], &snapshots, &["gc rate <= 2/s"]);
    assert_eq!(code, 3, "{text}");
    assert!(text.contains("without those that were asked for"), "{text}");
    assert_eq!(results(&[], &snapshots, &["gc rate <= 9/s"]), ["pass"]);
}

#[test]
fn a_goal_that_a_memory_limit_holds_hides_what_is_live() {
    let folder = tempfile::tempdir().unwrap();
    let snapshots = Process::steady(1).write(folder.path(), 0, 16);
    // Each cycle has half a MB less.
    changed(&snapshots, |at, stats| {
        let cycles = 10 * (at + 1);
        stats["TotalAlloc"] = (cycles * (20 << 20) - 5 * at * at * (1 << 19)).into();
    });
    let claim = ["gc heap growth none"];
    let (code, text, _) = run(&[], &snapshots, &claim);
    assert_eq!(code, 3, "{text}");
    assert!(text.contains("below a memory limit"), "{text}");
}

#[test]
fn claims_that_cannot_be_asked_are_refused() {
    let log = paths(&[STEADY]);
    for (after, claim, expected) in [
        (&log[..], "gc rate <= -5%", "expected --before-gc"),
        (&[][..], "gc rate <= 5/s", "expected --gc"),
        (
            &log[..],
            "gc pauses <= 1ms",
            "expected a number of the collector",
        ),
        (&log[..], "gc cpu <= 1ms", "expected a share such as 5%"),
        (&log[..], "gc heap growth some", "expected none"),
        (&log[..], "gc cpu <= 5% optional", "expected the end"),
    ] {
        let (code, _, stderr) = run(&[], after, &[claim]);
        assert_eq!(code, 2, "{claim}: {stderr}");
        assert!(stderr.contains(expected), "{claim}: {stderr}");
    }
}

#[test]
fn a_budget_and_other_formats_have_such_claims() {
    let folder = tempfile::tempdir().unwrap();
    let budget = folder.path().join("heapwise.toml");
    let text = "[[claim]]\nrequire = \"gc cpu <= 5%\"\nreason = \"latency\"\n";
    std::fs::write(&budget, text).unwrap();
    for (format, expected) in [
        ("junit", "gc cpu &lt;= 5%"),
        ("markdown", "gc cpu"),
        ("text", "by the cycles of the log"),
    ] {
        let output = heapwise(&workspace())
            .args(["verify", "--gc", STEADY, "-f", format, "--budget"])
            .arg(&budget)
            .output()
            .unwrap();
        assert!(output.status.success());
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.contains(expected), "{format}: {text}");
    }
}

#[test]
fn numbers_are_told_in_the_unit_of_the_claim() {
    // As the log has them: the longest stop and the largest goal are cut behind their last digit.
    for (claim, unit, low, high) in [
        ("gc pause_max <= 100ms", "nanoseconds", 29_031e3, 30_032e3),
        (
            "gc heap <= 128MB",
            "bytes",
            70.0 * 1_048_576.0,
            71.0 * 1_048_576.0,
        ),
        ("gc rate <= 9/s", "count/s", 1.539, 1.540),
        ("gc cpu <= 5%", "percent", 0.056, 0.168),
        ("gc alloc_rate <= 90MB/s", "bytes/s", 47.3e6, 51e6),
    ] {
        let (_, text, stderr) = run(&[], &paths(&[STEADY]), &[claim]);
        let answer: Value = serde_json::from_str(&text).expect(&stderr);
        let one = &answer["claims"][0];
        assert_eq!(one["unit"], unit, "{claim}");
        let measured = &one["sites"][0]["measured"];
        let ends = ["low", "high"].map(|end| measured[end].as_f64().unwrap());
        assert!(ends[0] >= low && ends[1] <= high, "{claim}: {measured}");
        assert!(
            ends[0] >= 0.99 * low || unit == "percent",
            "{claim}: {measured}"
        );
    }
    // A change has the numbers of both sides in that unit, and their ratio.
    let log = paths(&[STEADY]);
    let (_, text, stderr) = run(&log, &log, &["gc cpu <= +50%"]);
    let answer: Value = serde_json::from_str(&text).expect(&stderr);
    let measured = &answer["claims"][0]["sites"][0]["measured"];
    let of = |name: &str| measured[name].as_f64().unwrap();
    assert_eq!(of("before"), of("value"));
    assert!((0.056..0.168).contains(&of("value")), "{measured}");
}
