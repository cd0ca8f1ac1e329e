//! Legacy profiles, changed at random, beside `go tool pprof -raw`: what it refuses is refused, and
//! what it reads is read alike.
//!
//! Needs a pprof of Go 1.27.3, named by `HEAPWISE_PPROF`; `HEAPWISE_COMBINATIONS` is how many to
//! try, `HEAPWISE_SEED` where to start. `scripts/compare-with-pprof.sh` runs it. The legacy profiles
//! of a corpus are changed as well where there is one.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "asks another program, which reads files"
)]

mod common;
#[path = "../../heapwise-decode/tests/common/legacy.rs"]
mod legacy;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::beside::corpus;
use common::recorded::difference;
use common::{files, in_parallel};
use heapwise_decode::{ErrorKind, Limits, Profile, TextReading};
use heapwise_report::write_raw;

/// Changes to larger inputs rarely matter.
const LARGEST: usize = 40 << 10;

/// What changes put into an input, besides bytes of its own.
const WORDS: [&str; 38] = [
    "---",
    "\n",
    " ",
    "0x",
    "0",
    "1",
    "-",
    "@",
    "[",
    "]",
    ":",
    "=",
    "$build",
    "#",
    "\r\n",
    "\u{b}",
    "\u{a0}",
    "MAPPED_LIBRARIES:\n",
    "--- Memory map: ---\n",
    "heap_v2/",
    "heap/3",
    "growth",
    "format = java\n",
    "resolution = bytes\n",
    "same as previous thread",
    "---- no stack trace for",
    "00400000-00500000 r-xp 00001000 00:00 0 /bin/x\n",
    "a=b\n",
    "(deleted)",
    ".so.1",
    "0x0 ",
    "99999999999999999999",
    "sampling period = 0x10\n",
    "cycles/second=1\n",
    "_",
    "--- threadz 1 ---\n",
    "12 3 @ 0x3 0x4\n",
    "x: 1: 2 [3: 4] @ 0x5\n",
];

struct Random(u64);

impl Random {
    /// SplitMix64.
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }
}

/// An input with a few changes.
fn changed(seeds: &[Vec<u8>], seed: u64) -> Vec<u8> {
    let mut random = Random(seed);
    let mut bytes = seeds[random.below(seeds.len())].clone();
    for _ in 0..random.below(4) {
        let at = random.below(bytes.len() + 1);
        let end = (at + 1 + random.below(30)).min(bytes.len());
        match random.below(6) {
            0 => drop(bytes.drain(at..end)),
            1 => {
                let again = bytes[at..end].to_vec();
                let to = random.below(bytes.len() + 1);
                bytes.splice(to..to, again);
            }
            2 if at < bytes.len() => bytes[at] = b"0123456789abcdefx@[]:- \n="[random.below(25)],
            3 if random.below(8) == 0 => bytes.truncate(at),
            _ => {
                let word = WORDS[random.below(WORDS.len())].as_bytes();
                bytes.splice(at..at, word.iter().copied());
            }
        }
    }
    bytes
}

fn compare(pprof: &Path, folder: &Path, bytes: &[u8], seed: u64) -> Option<String> {
    let path = folder.join(format!("{seed}.txt"));
    fs::write(&path, bytes).unwrap();
    let mut command = Command::new(pprof);
    command.args(["-symbolize=none", "-raw"]).arg(&path);
    command.env_clear().env("PPROF_BINARY_PATH", "/nonexistent");
    command.env("HOME", folder).env("TZ", "UTC");
    let expected = command.output().unwrap();
    fs::remove_file(&path).unwrap();
    let mut limits = Limits::default();
    limits.texts = TextReading::AsPprof;
    match (Profile::read(bytes, &limits), expected.status.success()) {
        (Ok(profile), true) => {
            let mut raw = Vec::new();
            write_raw(&profile, &mut raw).unwrap();
            difference(&raw, &expected.stdout)
        }
        (Ok(profile), false) if !is_read_beyond_pprof(&profile) => {
            let stderr = String::from_utf8_lossy(&expected.stderr);
            Some(format!("pprof refuses it: {}", stderr.trim_end()))
        }
        (Err(error), true) => {
            let is_claimed = error.kind() == ErrorKind::Cpu || bytes.starts_with(b"heap profile:");
            let is_other_form = is_claimed && expected.stdout.starts_with(THREAD);
            let is_refused = is_other_form || is_out_of_range(&error.to_string(), error.kind());
            (!is_refused).then(|| error.to_string())
        }
        _ => None,
    }
}

/// How pprof's answer on threads starts. A damaged profile of another form may hold their header
/// somewhere, which makes it threads for pprof; heapwise tells the damage.
const THREAD: &[u8] = b"PeriodType: thread count";

/// Folded stacks and goroutine dumps, which have no addresses; and a profile of nothing, which the
/// command refuses when it looks for a value.
fn is_read_beyond_pprof(profile: &Profile) -> bool {
    let tables = profile.tables();
    if tables.sample_types().is_empty() {
        return true;
    }
    tables.locations().all(|location| location.address == 0) && !tables.functions().is_empty()
}

/// Where pprof lets a number wrap around, and Go's conversions of floats do what the machine does,
/// heapwise refuses.
fn is_out_of_range(message: &str, kind: ErrorKind) -> bool {
    kind == ErrorKind::Cpu && message.contains("fits 64 bits") || has_long_number(message)
}

/// Whether a line that is shown has a number that may have wrapped around.
fn has_long_number(message: &str) -> bool {
    let mut numbers = message.split(|c: char| !c.is_ascii_digit());
    numbers.any(|digits| digits.len() > 12)
}

#[test]
#[ignore = "asks pprof: scripts/compare-with-pprof.sh"]
fn changed_legacy_profiles_are_read_as_pprof_reads_them() {
    let pprof = PathBuf::from(std::env::var_os("HEAPWISE_PPROF").expect("names pprof"));
    let number = |name: &str, default: u64| {
        std::env::var(name).map_or(default, |text| text.parse().expect("a number"))
    };
    let mut seeds = legacy::all();
    if let Some(root) = corpus("golden/parse") {
        let inputs = files(&root.join("golden/parse/inputs"));
        let bytes = inputs.iter().map(|path| fs::read(path).unwrap());
        seeds.extend(bytes.filter(|bytes| bytes.len() < LARGEST));
    }
    let folder = tempfile::tempdir().unwrap();
    let start = number("HEAPWISE_SEED", 1).wrapping_mul(1 << 32);
    let all: Vec<u64> = (0..number("HEAPWISE_COMBINATIONS", 2000)).collect();
    let wrong: Vec<String> = in_parallel(&all, |&at| {
        let bytes = match usize::try_from(at).ok().and_then(|at| seeds.get(at)) {
            Some(unchanged) => unchanged.clone(),
            None => changed(&seeds, start.wrapping_add(at)),
        };
        let what = compare(&pprof, folder.path(), &bytes, at)?;
        Some(format!("{at}: {what}\n{}", bytes.escape_ascii()))
    })
    .into_iter()
    .flatten()
    .collect();
    println!("{} inputs", all.len());
    let first: Vec<&str> = wrong.iter().take(20).map(String::as_str).collect();
    assert!(
        wrong.is_empty(),
        "{} differ:\n{}",
        wrong.len(),
        first.join("\n\n")
    );
}
