//! What `heapwise gc --before ... --after ...` says of two sides.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "runs the command and reads what it wrote"
)]

mod common;

use common::collector::Process;
use common::{beside, heapwise, workspace};
use serde_json::Value;

const STEADY: &str = "testdata/gc/go1.27.3.steady.log";

fn compare(before: &[String], after: &[String], format: &str) -> (String, String) {
    let output = heapwise(&workspace())
        .args(["gc", "-f", format, "--before"])
        .args(before)
        .arg("--after")
        .args(after)
        .output()
        .unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{stderr}");
    (String::from_utf8(output.stdout).unwrap(), stderr)
}

/// The first difference.
fn changes(before: &[String], after: &[String]) -> Value {
    let (text, _) = compare(before, after, "json");
    let answer: Value = serde_json::from_str(&text).unwrap();
    answer["comparison"]["differences"][0]["changes"].clone()
}

fn of<'a>(changes: &'a Value, quantity: &str) -> &'a Value {
    let mut all = changes.as_array().unwrap().iter();
    all.find(|one| one["quantity"] == quantity).unwrap()
}

fn verdicts(changes: &Value) -> Vec<&str> {
    let all = changes.as_array().unwrap().iter();
    all.map(|one| one["verdict"].as_str().unwrap()).collect()
}

/// Parts of a log, as many lines each.
fn parts(log: &str, folder: &std::path::Path, count: usize) -> Vec<String> {
    let lines: Vec<&str> = log.lines().filter(|line| line.starts_with("gc ")).collect();
    let parts = lines.chunks(lines.len() / count).take(count).enumerate();
    let paths = parts.map(|(at, part)| {
        let path = folder.join(format!("part-{at}.log"));
        std::fs::write(&path, part.join("\n") + "\n").unwrap();
        path.to_str().unwrap().to_owned()
    });
    paths.collect()
}

#[test]
fn parts_of_the_same_series_do_not_differ() {
    let mut logs = vec![std::fs::read_to_string(workspace().join(STEADY)).unwrap()];
    if let Some(folder) = beside::shared("corpus/server/gctrace") {
        for name in ["gogc20", "gogc100", "nogreenteagc"] {
            let path = folder.join(format!("go1.27.{name}.stderr.log"));
            logs.push(std::fs::read_to_string(path).unwrap());
        }
    }
    let mut seen = 0;
    for log in &logs {
        for count in [2, 3] {
            let folder = tempfile::tempdir().unwrap();
            let paths = parts(log, folder.path(), count);
            // The start of a process is not as the rest of it.
            for pair in paths.windows(2).skip(usize::from(count > 2)) {
                let changes = changes(&pair[..1], &pair[1..]);
                let verdicts = verdicts(&changes);
                assert!(!verdicts.contains(&"decreased"), "{pair:?}: {changes}");
                seen += verdicts.len();
            }
        }
    }
    assert!(seen >= 14, "{seen}");
}

#[test]
fn another_setting_is_seen() {
    let Some(folder) = beside::shared("corpus/server/gctrace") else {
        return;
    };
    let path = |name: &str| {
        let path = folder.join(format!("go1.27.{name}.stderr.log"));
        vec![path.to_str().unwrap().to_owned()]
    };
    let changes = changes(&path("gogc20"), &path("gogc100"));
    let cycles = of(&changes, "gc_per_second");
    assert_eq!(cycles["verdict"], "decreased");
    assert!(cycles["high"].as_f64().unwrap() < 0.5, "{cycles}");
    assert_eq!(of(&changes, "heap_goal")["verdict"], "increased");
    let (text, _) = compare(&path("gogc20"), &path("gogc100"), "text");
    assert!(
        text.starts_with("Improved: cycles per second -64.5 %"),
        "{text}"
    );
}

#[test]
fn a_series_of_snapshots_tells_a_change_from_none() {
    let folder = tempfile::tempdir().unwrap();
    let old = Process::steady(1);
    let before = old.write(folder.path(), 0, 20);
    let after = Process::steady(2).write(folder.path(), 0, 20);
    let same = changes(&before, &after);
    for quantity in ["alloc_bytes_per_second", "gc_per_second", "pause_p50"] {
        assert_eq!(of(&same, quantity)["verdict"], "no_change_seen", "{same}");
    }
    assert_eq!(of(&same, "gc_cpu_fraction")["verdict"], "undecidable");
    let less = Process {
        bytes: 4 << 20,
        pause: 150_000,
        ..Process::steady(3)
    };
    let after = less.write(folder.path(), 0, 20);
    let changed = changes(&before, &after);
    for quantity in ["alloc_bytes_per_second", "pause_p50"] {
        let change = of(&changed, quantity);
        assert_eq!(change["verdict"], "decreased", "{change}");
        assert_eq!(change["basis"], "steps");
        let (low, high) = (change["low"].as_f64(), change["high"].as_f64());
        assert!(low.unwrap() < 0.5 && high.unwrap() < 0.6, "{change}");
    }
    assert_eq!(of(&changed, "gc_per_second")["verdict"], "no_change_seen");
}

#[test]
fn two_snapshots_a_side_give_a_difference_without_a_verdict() {
    let folder = tempfile::tempdir().unwrap();
    let few = |start| Process {
        cycles: 3,
        ..Process::steady(start)
    };
    let before = few(1).write(folder.path(), 0, 2);
    let after = few(2).write(folder.path(), 0, 2);
    let (text, _) = compare(&before, &after, "text");
    assert!(
        text.starts_with("No improvement and nothing worse can be claimed."),
        "{text}"
    );
    assert!(
        text.contains("These are differences without a verdict"),
        "{text}"
    );
    let changes = changes(&before, &after);
    assert!(
        verdicts(&changes).iter().all(|one| *one == "undecidable"),
        "{changes}"
    );
    let alloc = of(&changes, "alloc_bytes_per_second");
    assert!(
        alloc["ratio"].is_number() && alloc["low"].is_null(),
        "{alloc}"
    );
    assert!(
        alloc["why"]
            .as_str()
            .unwrap()
            .contains("it takes 8 a process"),
        "{alloc}"
    );
}

#[test]
fn three_processes_a_side_are_compared_with_one_another() {
    let folder = tempfile::tempdir().unwrap();
    let side = |starts: std::ops::Range<u64>, bytes| -> Vec<String> {
        let all = starts.map(|start| Process {
            bytes,
            ..Process::steady(start)
        });
        all.flat_map(|process| process.write(folder.path(), 0, 3))
            .collect()
    };
    let changed = changes(&side(1..4, 8 << 20), &side(4..7, 6 << 20));
    let alloc = of(&changed, "alloc_bytes_per_second");
    assert_eq!(alloc["verdict"], "decreased", "{alloc}");
    assert_eq!(alloc["basis"], "processes");
    let same = changes(&side(1..4, 8 << 20), &side(7..10, 8 << 20));
    assert_eq!(
        of(&same, "alloc_bytes_per_second")["verdict"],
        "no_change_seen"
    );
}

#[test]
fn the_same_data_again_are_no_further_run() {
    let folder = tempfile::tempdir().unwrap();
    let log = std::fs::read_to_string(workspace().join(STEADY)).unwrap();
    let halves = parts(&log, folder.path(), 2);
    let again = [&halves[1..], &halves[1..], &halves[1..]].concat();
    let (text, stderr) = compare(&halves[..1], &again, "json");
    let answer: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(answer["comparison"]["repeated_logs"], 2);
    assert_eq!(answer["comparison"]["differences"][0]["processes_after"], 1);
    assert!(stderr.contains("given again"), "{stderr}");

    let process = Process::steady(1);
    let snapshots = process.write(folder.path(), 0, 3);
    let thrice = [&snapshots[..], &snapshots[..], &snapshots[..]].concat();
    let (text, _) = compare(&snapshots, &thrice, "json");
    let answer: Value = serde_json::from_str(&text).unwrap();
    let difference = &answer["comparison"]["differences"][0];
    assert_eq!(difference["processes_after"], 1);
    let alloc = of(&difference["changes"], "alloc_bytes_per_second");
    assert!(
        alloc["why"]
            .as_str()
            .unwrap()
            .starts_with("2 steps before and 2 after"),
        "{alloc}"
    );
}

#[test]
fn snapshots_are_not_compared_with_a_log() {
    let folder = tempfile::tempdir().unwrap();
    let snapshots = Process::steady(1).write(folder.path(), 0, 12);
    let log = [STEADY.to_owned()];
    for format in ["text", "markdown"] {
        let (text, _) = compare(&snapshots, &log, format);
        assert!(
            text.starts_with("Nothing can be compared: one side has snapshots"),
            "{text}"
        );
    }
}

#[test]
fn no_verdict_rests_on_a_log_that_was_not_understood() {
    let folder = tempfile::tempdir().unwrap();
    let log = std::fs::read_to_string(workspace().join(STEADY)).unwrap();
    let halves = parts(&log, folder.path(), 2);
    let torn = std::fs::read_to_string(&halves[1]).unwrap();
    let cut = torn.find(" ms cpu").unwrap();
    std::fs::write(
        &halves[1],
        format!("{}\n{}", &torn[..cut], &torn[cut + 90..]),
    )
    .unwrap();
    let changes = changes(&halves[..1], &halves[1..]);
    assert!(
        verdicts(&changes).iter().all(|one| *one == "undecidable"),
        "{changes}"
    );
}

#[test]
fn csv_and_markdown_have_all_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let log = std::fs::read_to_string(workspace().join(STEADY)).unwrap();
    let halves = parts(&log, folder.path(), 2);
    let (csv, _) = compare(&halves[..1], &halves[1..], "csv");
    assert!(
        csv.starts_with("source,name,before,after,ratio,low,high,p,q,verdict,basis,unit,why\n")
    );
    assert_eq!(csv.lines().count(), 8, "{csv}");
    assert!(csv.contains("log,cycle_stop_p99,"), "{csv}");
    let (markdown, _) = compare(&halves[..1], &halves[1..], "markdown");
    assert!(markdown.contains("| cycles per second |"), "{markdown}");
}
