//! A log of the collector as a document: within its width, the same each time, and nothing in it that a terminal acts
//! on.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "logs are read from files"
)]

use std::path::Path;

use heapwise_analysis::gc::trace;
use heapwise_decode::Limits;
use heapwise_report::{Format, GcReport, GcTraceReport, Layout};

fn log(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/gc");
    std::fs::read(folder.join(name)).unwrap()
}

fn report(log: &[u8]) -> GcTraceReport {
    GcTraceReport::new(trace(log, &Limits::default()).unwrap())
}

fn write(log: &[u8], format: Format, width: Option<usize>) -> String {
    let mut out = Vec::new();
    GcReport::default()
        .with_traces(vec![report(log)])
        .write(format, Layout::new(width, false), &mut out)
        .unwrap();
    String::from_utf8(out).unwrap()
}

/// Two processes with what is to be said of logs: a restart, lines that are cut, other lines.
fn hostile() -> Vec<u8> {
    let one = log("go1.27.3.mixed.log");
    let line = b"\x1b]0;x\x07 gc 9 @0.1\x1b[31m\nhello\n".to_vec();
    let prefixed: Vec<u8> = String::from_utf8_lossy(&log("go1.27.3.steady.log"))
        .lines()
        .flat_map(|line| format!("web\u{7}-1 | {line}\n").into_bytes())
        .collect();
    let other = String::from_utf8_lossy(&one).replace("@0.0", "@0.1");
    [one, line, other.into_bytes(), prefixed].concat()
}

#[test]
fn a_steady_server_as_text() {
    let text = write(&log("go1.27.3.steady.log"), Format::Text, Some(80));
    for part in [
        "101 cycles of 1 process",
        "pauses        look here  p50 40us, p99 1.6ms, max 29ms",
        "and 5 to look for leaked goroutines",
        "from the start of the process on",
        "live heap     ",
        "Other lines: 101 of the scavenger.",
    ] {
        assert!(text.contains(part), "{part}:\n{text}");
    }
    assert!(text.contains('█'), "{text}");
}

#[test]
fn lines_fit_and_hold_no_control_characters() {
    for bytes in [
        log("go1.27.3.steady.log"),
        log("go1.21.13.gctrace2.log"),
        hostile(),
    ] {
        for width in [60, 80, 200] {
            let text = write(&bytes, Format::Text, Some(width));
            for line in text.lines() {
                assert!(line.chars().count() <= width, "{width}: {line}");
                assert!(!line.chars().any(char::is_control), "{line}");
            }
        }
    }
}

#[test]
fn every_format_has_every_process() {
    let bytes = hostile();
    let json: serde_json::Value = serde_json::from_str(&write(&bytes, Format::Json, None)).unwrap();
    let processes = json["traces"][0]["processes"].as_array().unwrap();
    assert_eq!(json["schema"], "heapwise.gc/1");
    let found: Vec<(bool, u64)> = processes
        .iter()
        .map(|process| {
            (
                process["restart"].as_bool().unwrap(),
                process["cycles"].as_u64().unwrap(),
            )
        })
        .collect();
    assert_eq!(found, [(false, 8), (true, 8), (false, 101)]);
    assert_eq!(json["traces"][0]["not_understood"], 1);
    let csv = write(&bytes, Format::Csv, None);
    let cycles: u64 = csv
        .lines()
        .skip(1)
        .map(|row| row.split(',').nth(5).unwrap().parse::<u64>().unwrap())
        .sum();
    assert_eq!(cycles, 117);
    let markdown = write(&bytes, Format::Markdown, None);
    assert_eq!(markdown.matches("| pauses |").count(), 3, "{markdown}");
    for format in GcReport::FORMATS {
        assert_eq!(write(&bytes, *format, None), write(&bytes, *format, None));
    }
    assert!(
        report(&bytes)
            .write(Format::Junit, Layout::default(), &mut Vec::new())
            .is_err()
    );
}

#[test]
fn what_was_not_understood_is_in_the_first_lines() {
    let text = write(&hostile(), Format::Text, Some(80));
    let first: Vec<&str> = text.lines().take(4).collect();
    assert!(
        first[0].starts_with("117 cycles of 3 processes, 1 restart among them"),
        "{text}"
    );
    assert!(first[1].starts_with("1 line looks like a trace"), "{text}");
    assert!(first.concat().contains("gc 9 @0.1"), "{text}");
}

#[test]
fn a_log_without_cycles_says_what_to_do() {
    let text = write(b"hello\n", Format::Text, Some(80));
    assert!(text.contains("GODEBUG=gctrace=1"), "{text}");
}
