#![allow(
    clippy::disallowed_methods,
    reason = "measuring starts with reading files"
)]

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use heapwise_analysis::stats::Exposure;
use heapwise_analysis::{
    DiffOptions, DiffSide, Difference, Granularity, RankOptions, RankRow, Ranking, diff, rank,
};
use heapwise_decode::{BenchmarkRun, Limits, benchmarks};

use super::Effort;

/// Runs of the program with known allocations at one rate and one amount of work.
pub(crate) struct RunSet {
    pub(crate) rate: u64,
    /// As in the file names.
    pub(crate) scale: String,
    pub(crate) runs: Vec<Ranking>,
}

/// The sets of runs in a folder, by rate and scale; a few runs of each when quick.
pub(crate) fn run_sets(folder: &Path, effort: Effort) -> io::Result<Vec<RunSet>> {
    let mut sets: BTreeMap<(u64, String), Vec<Ranking>> = BTreeMap::new();
    for path in files(folder)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let parts: Vec<&str> = name.trim_end_matches(".pb.gz").split('_').collect();
        if let ["s", rate, scale, _] = parts.as_slice()
            && let Ok(rate) = rate.parse()
        {
            let runs = sets.entry((rate, (*scale).to_owned())).or_default();
            if effort == Effort::All || runs.len() < 8 {
                runs.push(ranking(&path)?);
            }
        }
    }
    Ok(sets
        .into_iter()
        .map(|((rate, scale), runs)| RunSet { rate, scale, runs })
        .collect())
}

/// Runs of one binary doing the same work.
pub(crate) struct Side {
    pub(crate) name: String,
    pub(crate) runs: Vec<Ranking>,
}

impl Side {
    /// The runs in a folder.
    pub(crate) fn read(folder: &Path, name: &str) -> io::Result<Side> {
        let paths = files(&folder.join(name))?;
        let profiles = paths.iter().filter(|path| is_profile(path));
        let runs = profiles.map(|path| ranking(path));
        Ok(Side {
            name: name.to_owned(),
            runs: runs.collect::<io::Result<_>>()?,
        })
    }

    /// Each profile in a folder, with the name of its file.
    pub(crate) fn read_profiles(folder: &Path) -> io::Result<Vec<(String, Ranking)>> {
        let paths = files(folder)?;
        let profiles = paths.iter().filter(|path| is_profile(path));
        let named = profiles.map(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            Ok((name.into_owned(), ranking(path)?))
        });
        named.collect()
    }

    /// Every set of runs between which nothing changed: both sides of the comparisons of a binary
    /// with itself, and each side of a change alone.
    pub(crate) fn unchanged(folder: &Path) -> io::Result<Vec<Side>> {
        let mut sides = Vec::new();
        for path in files(folder)? {
            let change = path.file_name().unwrap_or_default().to_string_lossy();
            if change.starts_with("AA-") {
                let mut side = Side::read(folder, &format!("{change}/a1"))?;
                let other = Side::read(folder, &format!("{change}/a2"))?;
                side.runs.extend(other.runs);
                change.as_ref().clone_into(&mut side.name);
                sides.push(side);
            } else if !change.ends_with("-timebased") {
                for half in ["before", "after"] {
                    let name = format!("{change}/{half}");
                    if folder.join(&name).is_dir() {
                        sides.push(Side::read(folder, &name)?);
                    }
                }
            }
        }
        Ok(sides
            .into_iter()
            .filter(|side| side.runs.len() >= 6)
            .collect())
    }
}

/// Paths in a folder, by name.
pub(crate) fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder)
        .map_err(|error| io::Error::other(format!("{}: {error}", folder.display())))?;
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<io::Result<_>>()?;
    paths.sort();
    Ok(paths)
}

fn is_profile(path: &Path) -> bool {
    path.to_string_lossy().ends_with(".pb.gz")
}

fn ranking(path: &Path) -> io::Result<Ranking> {
    let bytes = std::fs::read(path)?;
    rank(
        &bytes[..],
        &RankOptions::new(Granularity::Functions),
        &Limits::default(),
    )
    .map_err(|error| io::Error::other(format!("{}: {error}", path.display())))
}

/// Operations of each run, as `go test -bench` printed them.
pub(crate) fn operations(bench: &Path) -> io::Result<Vec<f64>> {
    let text = std::fs::read_to_string(bench)?;
    let runs = benchmarks(&text)
        .map_err(|error| io::Error::other(format!("{}: {error}", bench.display())))?;
    let operations = |run: &BenchmarkRun| run.lines.iter().map(|line| line.operations).sum();
    Ok(runs.iter().map(operations).collect())
}

/// The row of a function.
pub(crate) fn row<'a>(run: &'a Ranking, function: &str) -> Option<&'a RankRow> {
    let is_it = |row: &&RankRow| row.site.function.as_deref() == Some(function);
    run.rows.iter().find(is_it)
}

/// The place of a sample type.
pub(crate) fn index(run: &Ranking, sample_type: &str) -> usize {
    run.header
        .sample_index(Some(sample_type))
        .unwrap_or_default()
}

/// The difference of one sample type between two sets of runs.
pub(crate) fn compare(
    before: &[Ranking],
    after: &[Ranking],
    sample_type: &str,
    options: &DiffOptions,
    exposures: (&[Exposure], &[Exposure]),
) -> Option<Difference> {
    let indexes = |runs: &[Ranking]| -> Vec<usize> {
        runs.iter().map(|run| index(run, sample_type)).collect()
    };
    let (before_index, after_index) = (indexes(before), indexes(after));
    diff(
        &DiffSide::new(before, &before_index).with_exposures(exposures.0),
        &DiffSide::new(after, &after_index).with_exposures(exposures.1),
        options,
    )
    .ok()
}

/// Verdicts alone, without the intervals that take most of the time.
pub(crate) fn verdicts_only() -> DiffOptions {
    let mut options = DiffOptions::default();
    options.detailed_rows = 0;
    options
}
