//! Texts with debug=1 that were appended to one another: two profiles, which are neither added up nor is the second passed over.

#![allow(
    clippy::disallowed_methods,
    clippy::panic,
    reason = "heaps are read from files, and a refusal says why"
)]

#[path = "common/logs.rs"]
mod logs;

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use heapwise_decode::{ErrorKind, Limits, Profile, TextReading};
use logs::text;

const COUNT: &str =
    "goroutine profile: total 2\n2 @ 0x45b425\n#\t0x45b424\tmain.f+0x1\t/a/b.go:3\n\n";
const LOCKS: &str = "--- mutex:\ncycles/second=2599925490\nsampling period=1\n6672 6 @ 0x4a012f\n#\t0x4a012e\tmain.f+0xe\t/a.go:65\n";
const MAP: &str = "MAPPED_LIBRARIES:\n00400000-00fcb000 r-xp 00000000 fd:01 12345 /bin/app\n";

fn read(bytes: &[u8], texts: TextReading) -> Result<Profile, heapwise_decode::Error> {
    let mut limits = Limits::default();
    limits.texts = texts;
    Profile::read(bytes, &limits)
}

/// That a text is refused for what starts behind so many of its lines.
fn refused_behind(first: &str, second: &[u8], what: &str) {
    let text = [first.as_bytes(), second].concat();
    let error = read(&text, TextReading::WithNames).expect_err(what);
    assert_eq!(error.kind(), ErrorKind::Concatenated, "{error}");
    let place = format!("text: line {}: found {what}", first.lines().count() + 1);
    assert!(
        error.to_string().starts_with(&place),
        "{error}, not {place}"
    );
}

fn gzipped(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).expect("memory");
    encoder.finish().expect("memory")
}

#[test]
fn a_second_profile_is_refused_with_its_line() {
    let (heap, later) = (text("gc/heap-1.debug1.txt"), text("gc/heap-3.debug1.txt"));
    let with_map = format!("{heap}\n{MAP}");
    let second = "a second profile with debug=1";
    for first in [&heap, &with_map, COUNT, LOCKS] {
        for appended in [&later, COUNT, LOCKS] {
            refused_behind(first, appended.as_bytes(), second);
        }
        let gzip = "gzip data behind a profile with debug=1";
        refused_behind(first, &gzipped(&later), gzip);
    }
    // Appended in one format of compression, they are one text.
    let both = [gzipped(&heap), gzipped(&later)].concat();
    let error = read(&both, TextReading::WithNames).expect_err("two profiles");
    let line = heap.lines().count() + 1;
    assert!(
        error.to_string().contains(&format!("line {line}: ")),
        "{error}"
    );
}

#[test]
fn a_second_one_in_a_log_is_refused_with_its_line() {
    let heap = text("gc/heap-1.debug1.txt");
    let cri = |text: &str| -> String {
        let lines = text.lines();
        lines
            .map(|line| format!("2026-11-25T14:26:07Z stderr F {line}\n"))
            .collect()
    };
    refused_behind(
        &cri(&heap),
        cri(&heap).as_bytes(),
        "a second profile with debug=1",
    );
    refused_behind(
        &heap,
        cri(&heap).as_bytes(),
        "a second profile with debug=1",
    );
    let said = format!("2026/11/25 14:26:07 listening\n{heap}");
    refused_behind(&said, heap.as_bytes(), "a second profile with debug=1");
}

/// pprof takes the second header for a record.
#[test]
fn read_as_pprof_does_a_text_has_what_pprof_finds_in_it() {
    let heap = text("gc/heap-1.debug1.txt");
    let one = read(heap.as_bytes(), TextReading::AsPprof).expect("a profile");
    let two = read(format!("{heap}{heap}").as_bytes(), TextReading::AsPprof).expect("a profile");
    assert_eq!(two.sample_count(), 2 * one.sample_count() + 1);
}
