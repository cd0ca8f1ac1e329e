use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// Two profiles with what their benchmarks printed, and what is true of them.
#[derive(Debug)]
pub(crate) struct Pair {
    /// The folder's name.
    pub(crate) name: String,
    folder: PathBuf,
    pub(crate) truth: Truth,
}

/// `pair.json`.
#[derive(Debug, Deserialize)]
pub(crate) struct Truth {
    /// How many benchmarks a file has: `one` or `several`.
    pub(crate) group: String,
    pub(crate) package: String,
    /// What chose the benchmarks.
    pub(crate) benchmarks: String,
    /// What differs between the builds; nothing when it is one build.
    #[serde(flatten)]
    pub(crate) change: Option<Change>,
}

/// A change at one site.
#[derive(Debug, Deserialize)]
pub(crate) struct Change {
    pub(crate) benchmark: String,
    pub(crate) site: String,
    /// Bytes of the site after over before.
    pub(crate) ratio: f64,
    /// Bytes per operation of the site, before and after.
    pub(crate) site_bytes: [f64; 2],
    /// Bytes per operation of the benchmark, before and after.
    pub(crate) bytes_per_op: [f64; 2],
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ([from, to], [all_from, all_to]) = (self.site_bytes, self.bytes_per_op);
        let ratio = self.ratio;
        write!(
            f,
            "site {from} -> {to} ({ratio:.3}) of {all_from} -> {all_to} B/op"
        )
    }
}

/// A line that a benchmark printed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Printed {
    /// Without the number of processors.
    pub(crate) name: String,
    pub(crate) bytes_per_op: f64,
    pub(crate) allocs_per_op: f64,
}

/// Which side of a pair.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Side {
    Before,
    After,
}

impl Side {
    pub(crate) const BOTH: [Side; 2] = [Side::Before, Side::After];

    /// Its field in JSON.
    pub(crate) fn field(self) -> &'static str {
        match self {
            Side::Before => "before",
            Side::After => "after",
        }
    }

    fn letter(self) -> &'static str {
        match self {
            Side::Before => "a",
            Side::After => "b",
        }
    }
}

impl Pair {
    /// The pairs of a folder, in the order of their names.
    pub(crate) fn all(folder: &Path) -> io::Result<Vec<Pair>> {
        let mut pairs = Vec::new();
        for entry in fs::read_dir(folder)? {
            let folder = entry?.path();
            if folder.join("pair.json").exists() {
                pairs.push(Pair::read(folder)?);
            }
        }
        if pairs.is_empty() {
            let found = format!("found no pair in {}, expected some", folder.display());
            return Err(io::Error::other(found));
        }
        pairs.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(pairs)
    }

    fn read(folder: PathBuf) -> io::Result<Pair> {
        let path = folder.join("pair.json");
        let truth = serde_json::from_slice(&fs::read(&path)?)
            .map_err(|error| io::Error::other(format!("{}: {error}", path.display())))?;
        let name = folder.file_name().unwrap_or_default();
        Ok(Pair {
            name: name.to_string_lossy().into_owned(),
            folder,
            truth,
        })
    }

    pub(crate) fn profile(&self, side: Side) -> PathBuf {
        self.folder.join(format!("{}.pb.gz", side.letter()))
    }

    /// What the benchmarks printed.
    pub(crate) fn bench(&self, side: Side) -> PathBuf {
        self.folder.join(format!("{}.txt", side.letter()))
    }

    pub(crate) fn printed(&self, side: Side) -> io::Result<Vec<Printed>> {
        let text = fs::read_to_string(self.bench(side))?;
        Ok(text.lines().filter_map(printed).collect())
    }
}

/// `BenchmarkX/sub-2 1374910 873.2 ns/op 64 B/op 4 allocs/op`, in columns.
fn printed(line: &str) -> Option<Printed> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let name = words.first().filter(|name| name.starts_with("Benchmark"))?;
    let before = |unit: &str| {
        let at = words.iter().position(|word| *word == unit)?;
        words.get(at.checked_sub(1)?)?.parse::<f64>().ok()
    };
    Some(Printed {
        name: without_processors(name).to_owned(),
        bytes_per_op: before("B/op")?,
        allocs_per_op: before("allocs/op")?,
    })
}

/// A benchmark's name without the `-2` that `go test` appends.
pub(crate) fn without_processors(name: &str) -> &str {
    match name.rsplit_once('-') {
        Some((start, end)) if !end.is_empty() && end.bytes().all(|b| b.is_ascii_digit()) => start,
        _ => name,
    }
}
