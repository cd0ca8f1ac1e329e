//! `write_raw` beside `go tool pprof -raw`, on every profile of a corpus of real and damaged ones.
//!
//! The corpus is not part of the repository; without it the test notes that it is skipped.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "walks over files outside the repository"
)]

mod common;

use std::fs;
use std::path::Path;

use common::beside::corpus;
use common::recorded::{Record, difference, records};
use common::{files, in_parallel};
use heapwise_decode::{Encoding, Limits, Profile, ProfileKind, TextReading};
use heapwise_report::write_raw;

/// Larger files take too long in a debug build.
const LARGEST: u64 = 1 << 19;

/// A profile as it was read; pprof merges only several.
fn raw(profile: &Profile) -> Vec<u8> {
    let mut text = Vec::new();
    write_raw(profile, &mut text).unwrap();
    text
}

/// What heapwise reads although pprof does not: zstd, more than one layer of compression, and dumps
/// of goroutines, which have no addresses.
fn is_read_beyond_pprof(profile: &Profile) -> bool {
    let layers = profile.tables().encoding();
    let is_recompressed = layers.len() > 1 || layers.contains(&Encoding::Zstd);
    let mut locations = profile.tables().locations();
    let is_dump = profile.kind() == ProfileKind::Goroutine && locations.all(|l| l.address == 0);
    is_recompressed || is_dump
}

fn is_raw(record: &Record) -> bool {
    let asked: Vec<&str> = record.args.iter().map(String::as_str).collect();
    asked == ["-symbolize=none", "-raw"] && record.files.len() == 1
}

fn compare(root: &Path, record: &Record) -> Option<String> {
    let name = record.files.first()?;
    let path = root.join(name);
    let size = fs::metadata(&path).ok()?.len();
    if size > LARGEST {
        return None;
    }
    let bytes = fs::read(&path).unwrap();
    let mut limits = Limits::default();
    limits.texts = TextReading::AsPprof;
    match (Profile::read(&bytes, &limits), record.exit) {
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
    let Some(root) = corpus("expected") else {
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
