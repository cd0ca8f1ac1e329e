//! The command beside `go tool pprof`, on every profile of a corpus of real and damaged ones.
//!
//! The corpus is not part of the repository. It is looked for in `HEAPWISE_CORPUS`, then beside
//! the workspace in `../shared/corpus`; without it the test notes that it is skipped.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "walks over files outside the repository"
)]

mod common;

use std::fs;
use std::io::Read;
use std::path::Path;

use common::beside::corpus;
use common::recorded::{Record, records};
use common::{comparable, files, in_parallel, pprof_compatible};
use flate2::read::MultiGzDecoder;

/// pprof's reports that are compared.
const REPORTS: [&str; 7] = [
    "-top",
    "-tree",
    "-peek",
    "-traces",
    "-tags",
    "-raw",
    "-comments",
];

/// pprof's options that heapwise has, too.
const OPTIONS: [&str; 26] = [
    "-symbolize",
    "-cum",
    "-lines",
    "-files",
    "-functions",
    "-filefunctions",
    "-addresses",
    "-sample_index",
    "-nodecount",
    "-nodefraction",
    "-edgefraction",
    "-unit",
    "-mean",
    "-divide_by",
    "-noinlines",
    "-base",
    "-diff_base",
    "-focus",
    "-ignore",
    "-hide",
    "-show",
    "-show_from",
    "-tagfocus",
    "-tagignore",
    "-relative_percentages",
    "-normalize",
];

/// Larger files take too long in a debug build.
const LARGEST: u64 = 1 << 19;

/// How an answer compares.
enum Outcome {
    Equal,
    Refused,
    Missing,
    Large,
    /// heapwise takes off compression that pprof does not know, and reads goroutine dumps.
    ReadOnPurpose,
    Wrong(String),
}

#[test]
fn prints_what_pprof_prints() {
    let Some(root) = corpus("expected") else {
        return;
    };
    let mut records: Vec<Record> = files(&root.join("expected"))
        .iter()
        .flat_map(|path| records(path))
        .collect();
    records.retain(Question::is_comparable);
    let outcomes = in_parallel(&records, |record| record.compare(&root));
    let count = |wanted: fn(&Outcome) -> bool| outcomes.iter().filter(|o| wanted(o)).count();
    let equal = count(|outcome| matches!(outcome, Outcome::Equal));
    let refused = count(|outcome| matches!(outcome, Outcome::Refused));
    println!(
        "{equal} views equal, {refused} refused as pprof refuses, {} skipped (not there), {} skipped (large), {} read although pprof refuses",
        count(|outcome| matches!(outcome, Outcome::Missing)),
        count(|outcome| matches!(outcome, Outcome::Large)),
        count(|outcome| matches!(outcome, Outcome::ReadOnPurpose)),
    );
    let wrong: Vec<&str> = outcomes.iter().filter_map(Outcome::wrong).collect();
    let first: Vec<&str> = wrong.iter().take(20).copied().collect();
    assert!(
        wrong.is_empty(),
        "{} differ:\n{}",
        wrong.len(),
        first.join("\n")
    );
    assert!(equal > 0 && refused > 0);
}

/// What is done with a record.
trait Question {
    fn is_comparable(&self) -> bool;
    fn inputs(&self) -> impl Iterator<Item = &str>;
    fn compare(&self, root: &Path) -> Outcome;
}

impl Question for Record {
    /// Whether the question is one that `heapwise top` answers.
    fn is_comparable(&self) -> bool {
        let names: Vec<&str> = self.args.iter().map(|arg| name_of(arg)).collect();
        let count = |wanted: &str| names.iter().filter(|&&name| name == wanted).count();
        let (reports, options): (Vec<&str>, Vec<&str>) =
            names.iter().partition(|name| REPORTS.contains(name));
        reports.len() == 1
            && options.iter().all(|name| OPTIONS.contains(name))
            && count("-base") < 2
            && count("-diff_base") < 2
    }

    fn inputs(&self) -> impl Iterator<Item = &str> {
        let bases = self.args.iter().filter_map(|arg| {
            let base = arg.strip_prefix("-base=");
            base.or_else(|| arg.strip_prefix("-diff_base="))
        });
        self.files.iter().map(String::as_str).chain(bases)
    }

    fn compare(&self, root: &Path) -> Outcome {
        for input in self.inputs() {
            let path = root.join(input);
            match fs::metadata(&path) {
                Err(_) => return Outcome::Missing,
                Ok(data) if data.len() > LARGEST => return Outcome::Large,
                Ok(_) => {}
            }
            match Look::at(&path) {
                Look::Recompressed | Look::Dump if self.exit != 0 => return Outcome::ReadOnPurpose,
                Look::Recompressed | Look::Dump | Look::Other => {}
            }
        }
        let unasked = |arg: &&String| !matches!(name_of(arg), "-top" | "-symbolize");
        let args = self.args.iter().filter(unasked).chain(&self.files);
        let args: Vec<String> = args.cloned().collect();
        let found = pprof_compatible(root, &args);
        let by_file = self.args.iter().any(|arg| arg == "-files");
        let stderr = String::from_utf8_lossy(&found.stderr);
        match (self.exit, found.status.code()) {
            (0, Some(0))
                if comparable(&found.stdout, by_file) == comparable(&self.stdout, by_file) =>
            {
                Outcome::Equal
            }
            (1.., Some(2)) if found.stdout.is_empty() && is_message(&stderr) => Outcome::Refused,
            (expected, status) => Outcome::Wrong(format!(
                "{}: pprof exits with {expected}, heapwise with {status:?} {}",
                args.join(" "),
                stderr.trim_end()
            )),
        }
    }
}

fn name_of(arg: &str) -> &str {
    arg.split_once('=').map_or(arg, |(name, _)| name)
}

/// One line, and perhaps one of advice.
fn is_message(stderr: &str) -> bool {
    stderr.starts_with("heapwise: ") && (1..=2).contains(&stderr.lines().count())
}

impl Outcome {
    fn wrong(&self) -> Option<&str> {
        match self {
            Outcome::Wrong(message) => Some(message),
            _ => None,
        }
    }
}

/// What a file is.
enum Look {
    /// A text with goroutines as debug=2 prints them.
    Dump,
    /// zstd, or gzip within gzip.
    Recompressed,
    Other,
}

impl Look {
    fn at(path: &Path) -> Look {
        let bytes = fs::read(path).unwrap();
        let is_gzip = bytes.starts_with(b"\x1f\x8b");
        let mut plain = Vec::new();
        let packed: &mut dyn Read = match is_gzip {
            true => &mut MultiGzDecoder::new(bytes.as_slice()),
            false => &mut bytes.as_slice(),
        };
        let _ = packed.read_to_end(&mut plain);
        let is_zstd = plain.starts_with(b"\x28\xb5\x2f\xfd");
        if is_zstd || is_gzip && plain.starts_with(b"\x1f\x8b") {
            return Look::Recompressed;
        }
        let is_goroutine = |line: &[u8]| line.starts_with(b"goroutine ") && line.ends_with(b"]:");
        if plain.split(|&b| b == b'\n').any(is_goroutine) {
            return Look::Dump;
        }
        Look::Other
    }
}
