//! `write_raw` beside `go tool pprof -raw`, on every profile of a corpus of real and damaged ones.
//!
//! The corpus is not part of the repository; without it the test says that it is skipped.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "walks over files outside the repository"
)]

mod common;

use std::fs;
use std::io::Read;
use std::path::Path;

use common::recorded::{Record, corpus, records};
use common::{files, in_parallel};
use flate2::read::MultiGzDecoder;
use heapwise_decode::{Encoding, Limits, Profile};
use heapwise_report::write_raw;

/// Larger files take too long in a debug build.
const LARGEST: u64 = 1 << 19;

/// A profile as it was read; pprof merges only several.
fn raw(profile: &Profile) -> Vec<u8> {
    let mut text = Vec::new();
    write_raw(profile, &mut text).unwrap();
    text
}

/// Compression that heapwise takes off and pprof does not: zstd, and more than one layer.
fn is_read_beyond_pprof(profile: &Profile) -> bool {
    let layers = profile.tables().encoding();
    layers.len() > 1 || layers.contains(&Encoding::Zstd)
}

fn is_raw(record: &Record) -> bool {
    let asked: Vec<&str> = record.args.iter().map(String::as_str).collect();
    asked == ["-symbolize=none", "-raw"] && record.files.len() == 1
}

/// The first line in which two texts differ.
fn difference(found: &[u8], expected: &[u8]) -> Option<String> {
    let mut found = found.split(|&byte| byte == b'\n');
    let mut expected = expected.split(|&byte| byte == b'\n');
    for number in 1.. {
        let pair = (found.next(), expected.next());
        match pair {
            (None, None) => return None,
            (found, expected) if found != expected => {
                let show = |line: Option<&[u8]>| line.map(|line| line.escape_ascii().to_string());
                let (found, expected) = (show(found), show(expected));
                return Some(format!("line {number}: {found:?}, pprof {expected:?}"));
            }
            _ => {}
        }
    }
    None
}

/// Whether this is a text or gperftools' binary form, whose names pprof does not read.
fn is_legacy(bytes: &[u8]) -> bool {
    let mut head = Vec::new();
    let mut start: Box<dyn Read> = match bytes.starts_with(b"\x1f\x8b") {
        true => Box::new(MultiGzDecoder::new(bytes)),
        false => Box::new(bytes),
    };
    let _ = start.by_ref().take(200).read_to_end(&mut head);
    let is_text = head.iter().all(|b| matches!(b, 32..=126 | 9 | 10 | 13));
    is_text || head.starts_with(&[0, 0, 0, 0]) || head.starts_with(b"\x28\xb5\x2f\xfd")
}

fn compare(root: &Path, record: &Record) -> Option<String> {
    let name = record.files.first()?;
    let path = root.join(name);
    let size = fs::metadata(&path).ok()?.len();
    if size > LARGEST {
        return None;
    }
    let bytes = fs::read(&path).unwrap();
    if is_legacy(&bytes) {
        return None;
    }
    match (Profile::read(&bytes, &Limits::default()), record.exit) {
        (Ok(profile), 0) => {
            difference(&raw(&profile), &record.stdout).map(|what| format!("{name}: {what}"))
        }
        (Err(_), 1..) => None,
        (Ok(profile), _) if is_read_beyond_pprof(&profile) => None,
        (Ok(_), _) => Some(format!("{name}: pprof refuses it")),
        (Err(error), _) => Some(format!("{name}: {error}")),
    }
}

#[test]
fn raw_prints_what_pprof_prints() {
    let Some(root) = corpus() else {
        println!("skipped: no corpus (set HEAPWISE_CORPUS)");
        return;
    };
    let paths = files(&root.join("expected"));
    let mut all: Vec<Record> = paths.iter().flat_map(|path| records(path)).collect();
    all.retain(is_raw);
    let wrong: Vec<String> = in_parallel(&all, |record| compare(&root, record))
        .into_iter()
        .flatten()
        .collect();
    println!("{} profiles", all.len());
    assert!(
        wrong.is_empty(),
        "{} differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(all.len() > 100);
}
