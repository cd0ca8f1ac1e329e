//! What `heapwise gc` says of snapshots of a collector.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "runs the command and reads what it wrote"
)]

mod common;

use common::{beside, heapwise, workspace};
use serde_json::Value;

const TEXTS: [&str; 3] = [
    "testdata/gc/heap-1.debug1.txt",
    "testdata/gc/heap-2-gc1.debug1.txt",
    "testdata/gc/heap-3.debug1.txt",
];

fn run(args: &[&str]) -> String {
    let output = heapwise(&workspace())
        .arg("gc")
        .args(args)
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{args:?}: {stderr}");
    String::from_utf8(output.stdout).unwrap()
}

fn json(args: &[&str]) -> Value {
    let text = run(&[&["-q", "-f", "json"], args].concat());
    serde_json::from_str(&text).unwrap()
}

#[test]
fn counters_between_two_snapshots_are_exact() {
    let process = &json(&TEXTS)["processes"][0];
    assert_eq!(process["alloc_bytes"], 489_544_192_u64 - 220_466_048);
    assert_eq!(process["cycles"], 15);
    assert_eq!(process["forced_cycles"], 8);
    assert_eq!(process["clock"], "gc_ends");
    assert_eq!(process["pause_nanos"]["count"], 15);
    assert_eq!(process["pause_nanos"]["hidden"], 0);
    assert_eq!(process["steps"].as_array().unwrap().len(), 2);
    // From the end of cycle 11 to that of cycle 26.
    let seconds = (1_795_852_781_599_387_664_u64 - 1_795_852_776_271_217_791) as f64 / 1e9;
    let rate = process["gc_per_second"].as_f64().unwrap();
    assert!((rate - 15.0 / seconds).abs() < 1e-9, "{rate}");
}

#[test]
fn the_order_of_arguments_does_not_matter() {
    let [one, two, three] = TEXTS;
    let first = json(&[one, two, three]);
    let other = json(&[three, one, two]);
    let of = |answer: &Value| answer["processes"][0]["steps"].clone();
    assert_eq!(of(&first), of(&other));
}

#[test]
fn the_same_cycle_twice_is_said() {
    let output = heapwise(&workspace())
        .args(["gc", TEXTS[0], TEXTS[0]])
        .output()
        .unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(
        stderr.contains("their profiles are the same data"),
        "{stderr}"
    );
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert!(!stdout.contains("MB/s"), "{stdout}");
}

#[test]
fn another_process_is_told_apart() {
    let text = std::fs::read_to_string(workspace().join(TEXTS[2])).unwrap();
    // Every cycle of it ended a second later.
    let end = text.find("# PauseEnd").unwrap();
    let other = text[..end].to_owned() + &text[end..].replace("17958527", "17958528");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("other.txt");
    std::fs::write(&path, other).unwrap();
    let answer = json(&[TEXTS[0], path.to_str().unwrap()]);
    assert_eq!(answer["processes"].as_array().unwrap().len(), 2);
    assert_eq!(answer["warnings"][0]["code"], "several_processes");
    assert_eq!(
        answer["processes"][0]["alloc_bytes_per_second"],
        Value::Null
    );
}

/// A heap text whose collector has run more often than the rings of both have room for.
fn much_later(text: &str, folder: &std::path::Path, drops: &str) -> String {
    let moved = |numbers: &str| {
        let numbers = numbers.trim_matches(|c| c == '[' || c == ']').split(' ');
        let later = numbers.map(|end| (end.parse::<u64>().unwrap() + 600_000_000_000).to_string());
        later.collect::<Vec<_>>().join(" ")
    };
    let parts: Vec<&str> = text.split("\n\n").collect();
    let kept = parts
        .iter()
        .filter(|part| drops.is_empty() || !part.contains(drops));
    let text = kept.copied().collect::<Vec<_>>().join("\n\n");
    let lines = text.lines().map(|line| match line.split_once(" = ") {
        Some((name @ "# PauseEnd", ends)) => format!("{name} = [{}]", moved(ends)),
        Some((name @ "# LastGC", end)) => format!("{name} = {}", moved(end)),
        Some((name @ ("# NumGC" | "# TotalAlloc" | "# Mallocs"), number)) => {
            format!(
                "{name} = {}",
                number.parse::<u64>().unwrap() + 4_000_000_000
            )
        }
        _ => line.to_owned(),
    });
    let path = folder.join(format!("later{}.txt", drops.len()));
    std::fs::write(&path, lines.collect::<Vec<_>>().join("\n")).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn what_a_profile_no_longer_has_is_another_process_where_no_ring_tells() {
    let text = std::fs::read_to_string(workspace().join(TEXTS[0])).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let record = text.split("\n\n").nth(1).unwrap().lines().nth(1).unwrap();
    let function = record.split('\t').nth(2).unwrap().trim();
    for (drops, processes) in [("", 1), (function, 2)] {
        let later = much_later(&text, folder.path(), drops);
        let answer = json(&[TEXTS[0], &later]);
        let found = answer["processes"].as_array().unwrap().len();
        assert_eq!(found, processes, "{drops}");
    }
}

#[test]
fn an_interval_that_is_given_goes_before_what_the_cycles_say() {
    let process = &json(&[TEXTS[0], TEXTS[2], "--interval=4"])["processes"][0];
    assert_eq!(process["interval_seconds"]["value"], 4.0);
    let rate = process["alloc_bytes_per_second"]["value"].as_f64().unwrap();
    assert_eq!(rate, (489_544_192_u64 - 220_466_048) as f64 / 4.0);
}

#[test]
fn what_is_no_snapshot_is_refused() {
    for name in [
        "testdata/server/heap.pb.gz",
        "README.md",
        "testdata/states/goroutine.pb.gz",
    ] {
        let output = heapwise(&workspace()).args(["gc", name]).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{name}");
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(
            stderr.contains("expected") && stderr.contains("debug=1"),
            "{stderr}"
        );
    }
}

/// Every byte of Sys is on one row, on every heap text and expvar of servers of four versions of Go.
#[test]
fn every_byte_is_on_one_row() {
    let mut files: Vec<String> = TEXTS.map(str::to_owned).into();
    files.push("testdata/gc/vars.json".to_owned());
    for part in ["corpus/server", "samples/go1.27.3"] {
        if let Some(folder) = beside::shared(part) {
            collect(&folder, &mut files);
        }
    }
    let mut checked = 0;
    for file in &files {
        let output = heapwise(&workspace())
            .args(["gc", "-q", "-f", "json", file])
            .output()
            .unwrap();
        let Ok(answer) = serde_json::from_slice::<Value>(&output.stdout) else {
            continue;
        };
        for process in answer["processes"].as_array().unwrap() {
            let memory = &process["memory"];
            let rows = memory["rows"].as_array().expect(file);
            let sum: u64 = rows.iter().map(|row| row["bytes"].as_u64().unwrap()).sum();
            assert_eq!(Some(sum), memory["sys_bytes"].as_u64(), "{file}");
            checked += 1;
        }
    }
    assert!(checked >= 4);
}

fn collect(folder: &std::path::Path, files: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        let name = path.to_string_lossy().into_owned();
        if path.is_dir() {
            collect(&path, files);
        } else if name.contains("heap") && name.ends_with(".txt") || name.contains("var") {
            files.push(name);
        }
    }
}

#[test]
fn what_the_system_sees_is_reconciled() {
    let memory = &json(&[TEXTS[2], "--rss=90MB"])["processes"][0]["memory"];
    let counted = memory["counted_bytes"].as_u64().unwrap();
    assert_eq!(memory["outside"][0]["kind"], "not_go");
    assert_eq!(
        memory["outside"][0]["bytes"].as_u64(),
        Some((90 << 20) - counted)
    );
    let memory = &json(&[TEXTS[2], "--rss=40MB"])["processes"][0]["memory"];
    assert_eq!(memory["outside"][0]["kind"], "not_resident");
    let memory = &json(&[TEXTS[2], "--cgroup=testdata/gc/cgroup"])["processes"][0]["memory"];
    let kinds = memory["outside"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["kind"].clone());
    assert_eq!(
        kinds.collect::<Vec<_>>(),
        ["file_pages", "kernel", "not_go"]
    );
    let bytes: u64 = memory["outside"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["bytes"].as_u64().unwrap())
        .sum();
    assert_eq!(
        Some(bytes + memory["counted_bytes"].as_u64().unwrap()),
        memory["resident_bytes"].as_u64()
    );
}

#[test]
fn every_format_has_the_same_numbers() {
    let csv = run(&[&["-q", "-f", "csv"], &TEXTS[..]].concat());
    assert!(
        csv.contains("0,interval,alloc_bytes,269078144,269078144,269078144,bytes\n"),
        "{csv}"
    );
    let markdown = run(&[&["-q", "-f", "markdown"], &TEXTS[..]].concat());
    assert!(
        markdown.contains("| collections | 2.82/s | ok |"),
        "{markdown}"
    );
    let text = run(&[&["-q"], &TEXTS[..]].concat());
    assert!(text.contains("collections  2.82/s\n"), "{text}");
}

#[test]
fn a_log_is_told_over_time() {
    let text = run(&["testdata/gc/go1.27.3.steady.log"]);
    assert!(text.contains("101 cycles in 59.77s"), "{text}");
    let both = run(&[TEXTS[2], "testdata/gc/go1.27.3.steady.log"]);
    assert!(
        both.contains("101 cycles in 59.77s") && both.contains("26 cycles"),
        "{both}"
    );
    let csv = run(&["-f", "csv", "testdata/gc/go1.27.3.steady.log"]);
    assert!(csv.lines().count() > 50, "{csv}");
    let mixed = [
        "gc",
        "-f",
        "csv",
        TEXTS[2],
        "testdata/gc/go1.27.3.steady.log",
    ];
    let output = heapwise(&workspace()).args(mixed).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn pages_of_metrics_are_snapshots() {
    for page in [
        "prometheus.txt",
        "openmetrics-all.txt",
        "otel.txt",
        "runtime-metrics.json",
        "runtime-metrics-values.txt",
    ] {
        let answer = json(&[&format!("testdata/gc/{page}")]);
        assert_eq!(answer["processes"].as_array().unwrap().len(), 1, "{page}");
    }
}

/// The server ran with GOGC=400: taken for 100, its heap goal would mean more than twice what is live.
#[test]
fn tune_refuses_a_setting_that_what_was_seen_contradicts() {
    let texts = ["testdata/gc/steady/000.txt", "testdata/gc/steady/020.txt"];
    let tune = |extra: &[&str]| {
        let args = [&["tune", "--gomaxprocs=2"][..], &texts[..], extra].concat();
        heapwise(&workspace()).args(args).output().unwrap()
    };
    let refused = tune(&[]);
    assert_eq!(refused.status.code(), Some(2));
    let stderr = String::from_utf8(refused.stderr).unwrap();
    assert!(stderr.contains("--ran-gogc"), "{stderr}");
    assert_eq!(tune(&["--ran-gogc=400"]).status.code(), Some(0));
    assert_eq!(tune(&["--live=33MB"]).status.code(), Some(0));
}

/// Behind prefixes all is read. Where a record is torn the counters are told, and that the profile is not.
#[test]
fn counters_are_told_without_their_profile() {
    let text = std::fs::read_to_string(workspace().join(TEXTS[2])).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.txt");
    let prefixed: String = text
        .lines()
        .map(|line| format!("pod-1 | {line}\r\n"))
        .collect();
    std::fs::write(&path, prefixed).unwrap();
    let answer = json(&[path.to_str().unwrap()]);
    assert!(answer["warnings"].as_array().unwrap().is_empty());
    assert_eq!(answer["processes"][0]["memory"]["sys_bytes"], 78_227_736);
    assert_eq!(
        answer["processes"][0]["memory"]["rows"][0]["kind"],
        "live heap"
    );
    std::fs::write(&path, text.replacen("] @ 0x", " @ 0x", 1)).unwrap();
    let answer = json(&[path.to_str().unwrap()]);
    assert_eq!(answer["warnings"][0]["code"], "no_profile");
    assert_eq!(answer["processes"][0]["memory"]["sys_bytes"], 78_227_736);
    assert_eq!(
        answer["processes"][0]["memory"]["rows"][0]["kind"],
        "objects, live or garbage"
    );
}

const CALIBRATE: [&str; 2] = [
    "testdata/gc/calibrate/00.heap-gc1.debug1.txt.gz",
    "testdata/gc/calibrate/00.vars.json.gz",
];

#[test]
fn counters_by_size_make_sites_more_exact() {
    let costs = &json(&CALIBRATE)["processes"][0]["costs"];
    assert_eq!(costs["counters"], 1);
    assert_eq!(costs["total"]["se"], 0.0, "the counter is exact");
    let [least, most] = [&costs["gain"][0], &costs["gain"][1]].map(|gain| gain.as_f64().unwrap());
    assert!(1.0 < least && least < most, "{least} to {most}");
    let sites = costs["sites"].as_array().unwrap();
    let pages = sites
        .iter()
        .find(|site| site["site"]["function"] == "main.pages");
    let pages = pages.unwrap();
    let width = |of: &Value| of["high"].as_i64().unwrap() - of["low"].as_i64().unwrap();
    assert!(
        3 * width(&pages["bytes"]) < width(&pages["sampled"]),
        "{pages}"
    );
    let truth = 184_320_000;
    assert!(pages["bytes"]["low"].as_i64().unwrap() <= truth);
    assert!(truth <= pages["bytes"]["high"].as_i64().unwrap());
    let text = run(&CALIBRATE);
    let sentence = format!("exact counters of {} the class: errors are", CALIBRATE[1]);
    assert!(text.contains(&sentence), "{text}");
    let markdown = run(&[&["-f", "markdown"], &CALIBRATE[..]].concat());
    assert!(markdown.contains("times smaller than those of the sample alone"));
    // Alone, the text has what the sample says.
    let alone = &json(&CALIBRATE[..1])["processes"][0]["costs"];
    assert_eq!(alone["counters"], Value::Null);
    let alone = alone["sites"].as_array().unwrap().iter();
    let mut alone = alone.filter(|site| site["site"] == pages["site"]);
    assert_eq!(alone.next().unwrap()["bytes"], pages["sampled"]);
}

#[test]
fn counters_that_cover_something_else_are_not_used_and_that_is_said() {
    let args = [
        "-f",
        "json",
        "testdata/gc/heap-1.debug1.txt",
        "testdata/gc/vars.json",
    ];
    let answer: Value = serde_json::from_str(&run(&args)).unwrap();
    let warnings = answer["warnings"].as_array().unwrap();
    let mut codes = warnings.iter().map(|warning| warning["code"].as_str());
    assert!(
        codes.any(|code| code == Some("not_calibrated")),
        "{warnings:?}"
    );
    assert_eq!(answer["processes"][0]["costs"]["counters"], Value::Null);
}

/// Before Go 1.12 texts lack some parts, whose bytes are then on the row of the rest; what is damaged is said.
#[test]
fn parts_that_are_missing_or_damaged() {
    let text = std::fs::read_to_string(workspace().join(TEXTS[2])).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("heap.txt");
    let answer = |text: String| {
        std::fs::write(&path, text).unwrap();
        json(&[path.to_str().unwrap()])
    };
    let without = |names: &[&str]| -> String {
        let is_kept = |line: &&str| !names.iter().any(|name| line.contains(name));
        text.lines()
            .filter(is_kept)
            .map(|line| format!("{line}\n"))
            .collect()
    };
    for names in [
        &["# OtherSys"][..],
        &["# GCSys"],
        &["# GCSys", "# OtherSys"],
    ] {
        let old = answer(without(names));
        let rows = old["memory"]["rows"].as_array().unwrap().clone();
        let sum: u64 = rows.iter().map(|row| row["bytes"].as_u64().unwrap()).sum();
        assert_eq!(sum, 78_227_736, "{names:?}");
    }
    for damaged in [
        text.replace("# Sys = 78227736", "# Sys = 5"),
        text.replace("# HeapAlloc = ", "# HeapAlloc = 9999999999999999999999")
            .replace("# Alloc = ", "# x = "),
        without(&["# HeapIdle"]),
    ] {
        let told = answer(damaged);
        assert_eq!(told["memory"], Value::Null);
        let warnings = told["warnings"].as_array().unwrap();
        assert!(
            warnings.iter().any(|one| one["code"] == "no_memory_screen"),
            "{warnings:?}"
        );
    }
}
