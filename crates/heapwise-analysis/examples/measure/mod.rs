//! What is measured, shared by the example and by the test that runs a part of it.

mod attack;
mod boundary;
mod command;
mod coverage;
#[path = "../../../heapwise-stats/tests/draws/mod.rs"]
mod draws;
mod generated;
#[path = "../../tests/common/heap.rs"]
mod heap;
mod power;
mod report;
mod runs;
mod same;
mod trends;

use std::io;
use std::path::Path;

pub(crate) use report::Report;
use runs::{Side, run_sets};

/// How much of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effort {
    /// A part that takes seconds without optimisation.
    Quick,
    /// Everything.
    All,
}

impl Effort {
    /// Only so many when quick.
    fn of<T>(self, items: &[T], quick: usize) -> &[T] {
        match self {
            Effort::All => items,
            Effort::Quick => items.get(..quick.min(items.len())).unwrap_or(items),
        }
    }
}

/// Measures runs of one program whose allocations are known.
pub(crate) fn replicates(folder: &Path, effort: Effort) -> io::Result<Report> {
    let sets = run_sets(folder, effort)?;
    let mut report = Report::new(effort);
    coverage::intervals(&sets, &mut report);
    coverage::ratios(&sets, effort, &mut report);
    same::pairs_of_known_sites(&sets, effort, &mut report);
    boundary::claims(&sets, effort, &mut report);
    Ok(report)
}

/// Measures comparisons of two builds, and of builds with themselves.
pub(crate) fn before_after(folder: &Path, effort: Effort) -> io::Result<Report> {
    let mut report = Report::new(effort);
    same::splits(&Side::unchanged(folder)?, effort, &mut report);
    power::changes(folder, effort, &mut report)?;
    Ok(report)
}

/// Measures runs of programs that the methods were not tuned to.
pub(crate) fn attacked(folder: &Path, effort: Effort) -> io::Result<Report> {
    let mut report = Report::new(effort);
    attack::programs(folder, effort, &mut report)?;
    Ok(report)
}

/// Measures on generated numbers of known truth.
pub(crate) fn generated(effort: Effort) -> Report {
    // Shares of few hundreds even when all is measured.
    let mut report = Report::new(Effort::Quick);
    generated::all(effort, &mut report);
    command::all(effort, &mut report);
    trends::labels(effort, &mut report);
    report
}
