//! Real profiles are accepted where `go tool pprof` accepts them, refused where it refuses them,
//! and survive writing.
//!
//! The corpus is not part of the repository. It is looked for in `HEAPWISE_CORPUS`, then beside
//! the workspace in `../shared/corpus`; without it the test notes that it is skipped.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "walks over files outside the repository"
)]

#[path = "common/beside.rs"]
mod beside;
mod common;

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use beside::corpus;
use common::{encode, read};
use flate2::read::MultiGzDecoder;
use heapwise_decode::{Encoding, NoteKind, Profile, ProfileKind};

const FOLDERS: [&str; 8] = [
    "published",
    "golden/inputs",
    "derived",
    "gotool",
    "server",
    "beforeafter",
    "escape",
    "large",
];

/// Larger files take too long in a debug build.
const LARGEST: u64 = 1 << 20;

#[derive(Debug, Default)]
struct Tally {
    accepted: usize,
    refused: usize,
    skipped: usize,
    wrong: Vec<String>,
}

#[test]
fn the_corpus_is_read_as_pprof_reads_it() {
    let Some(root) = corpus("expected") else {
        return;
    };
    let mut tally = Tally::default();
    for folder in FOLDERS {
        for path in files(&root.join("expected").join(folder)) {
            compare(&root, &path, &mut tally);
        }
    }
    println!(
        "{} accepted, {} refused, {} skipped",
        tally.accepted, tally.refused, tally.skipped
    );
    assert!(tally.wrong.is_empty(), "{}", tally.wrong.join("\n"));
    assert!(tally.accepted > 0 && tally.refused > 0, "{tally:?}");
}

/// All files below a folder, in order; none when there is no such folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let below = |path: PathBuf| match path.is_dir() {
        true => files(&path),
        false => vec![path],
    };
    paths.into_iter().flat_map(below).collect()
}

/// Compares one profile with what is expected of it.
fn compare(root: &Path, expected: &Path, tally: &mut Tally) {
    let name = expected.strip_prefix(root.join("expected")).unwrap();
    let name = name.to_str().unwrap().strip_suffix(".jsonl.gz").unwrap();
    let path = root.join(name);
    let is_small = fs::metadata(&path).is_ok_and(|file| file.len() <= LARGEST);
    let input = if is_small {
        fs::read(&path).unwrap()
    } else {
        Vec::new()
    };
    if input.is_empty() {
        tally.skipped += 1;
        return;
    }
    let is_accepted = exits(expected).contains(&0);
    match (read(&input), is_accepted) {
        (Ok(profile), true) => {
            tally.accepted += 1;
            // Labels of 0 and notes are in texts only: the first writing loses them.
            let is_kept = !is_text(&plain(&input));
            if let Some(difference) = changed_by_writing(&profile, is_kept) {
                tally.wrong.push(format!("{name}: {difference}"));
            }
        }
        (Err(_), false) => tally.refused += 1,
        (Ok(profile), false) if is_read_beyond_pprof(&profile) => tally.skipped += 1,
        (Ok(_), false) if is_text_beyond_pprof(&input) => tally.skipped += 1,
        (Ok(_), false) => tally.wrong.push(format!("{name}: pprof refuses it")),
        (Err(error), true) => tally.wrong.push(format!("{name}: {error}")),
    }
}

/// Compression that pprof does not undo, goroutine dumps, which have no addresses, what is left of a
/// text that was cut, and what stands before bytes that are no gzip.
fn is_read_beyond_pprof(profile: &Profile) -> bool {
    let tables = profile.tables();
    let layers = tables.encoding();
    let is_recompressed = layers.len() > 1 || layers.contains(&Encoding::Zstd);
    let is_goroutine = profile.kind() == ProfileKind::Goroutine;
    let is_dump = is_goroutine && tables.locations().all(|location| location.address == 0);
    let mut notes = tables.notes().iter();
    let is_cut = notes.any(|note| {
        let kinds = [NoteKind::Truncated, NoteKind::TailLeftOut];
        kinds.contains(&note.kind())
    });
    let is_old_threadcreate = profile.kind() == ProfileKind::ThreadCreate
        && profile.samples().any(|sample| sample.stack().is_empty());
    is_recompressed || is_dump || is_cut || is_old_threadcreate
}

/// Heaps of jemalloc, and texts with debug=1 that something stands before.
fn is_text_beyond_pprof(input: &[u8]) -> bool {
    let text = plain(input);
    let starts = |start: &[u8]| text.starts_with(start);
    starts(b"heap_v2/") || starts(b"HTTP/") || starts(b"\n")
}

fn changed_by_writing(profile: &Profile, is_kept: bool) -> Option<String> {
    let once = match read(&encode(profile)) {
        Ok(once) => once,
        Err(error) => return Some(format!("what was written is refused: {error}")),
    };
    let is_packed_alike = once.tables().encoding() == profile.tables().encoding();
    if is_kept && is_packed_alike && once != *profile {
        return Some("changed by writing".to_owned());
    }
    let twice = read(&encode(&once)).ok();
    (twice.as_ref() != Some(&once)).then(|| "changed by writing twice".to_owned())
}

/// What is looked at of one view: the texts around it may hold half a surrogate pair.
#[derive(serde::Deserialize)]
struct View {
    exit: i64,
}

/// The exit codes of all views of a profile.
fn exits(expected: &Path) -> Vec<i64> {
    let mut lines = String::new();
    let file = fs::File::open(expected).unwrap();
    MultiGzDecoder::new(file)
        .read_to_string(&mut lines)
        .unwrap();
    lines
        .lines()
        .map(|line| serde_json::from_str::<View>(line).unwrap().exit)
        .collect()
}

/// What is inside gzip, as far as it can be inflated.
fn plain(input: &[u8]) -> Vec<u8> {
    if !input.starts_with(&[0x1f, 0x8b]) {
        return input.to_vec();
    }
    let mut plain = Vec::new();
    let mut head = MultiGzDecoder::new(input).take(4096);
    // A truncated stream still shows what it is.
    let _ = head.read_to_end(&mut plain);
    plain
}

/// The text forms of profiles, and other text that pprof may take for one.
fn is_text(plain: &[u8]) -> bool {
    let mut head = plain.iter().take(512);
    head.all(|&byte| byte >= 0x20 || matches!(byte, b'\n' | b'\r' | b'\t'))
}
