//! How many operations profiles cover, by what their benchmarks printed.

use anyhow::Context;
use heapwise_analysis::explain::{Covered, most_measured};
use heapwise_analysis::stats::Confidence;
use heapwise_analysis::{Benchmark, BenchmarkInput, Benchmarks, Per, Samples, Selector};
use heapwise_decode::{Profile, counted};
use heapwise_report::Warning;

use super::benchmarked::runs_of;
use super::profiles;
use super::view::Sources;
use crate::output::Output;

/// What benchmarks printed tells of profiles.
pub(super) struct Operations {
    /// The operations of the one benchmark that is looked at; a warning where these cannot be told: nothing is made up.
    pub(super) covered: Result<Covered, Warning>,
    /// The most bytes that what was measured may have allocated, where that is known.
    pub(super) most_measured: Option<f64>,
}

/// What the text of benchmarks tells of the profiles that they wrote.
pub(super) fn of(
    path: &str,
    (sources, selector): (&Sources, &Selector),
    confidence: Confidence,
    output: &Output,
) -> anyhow::Result<Operations> {
    let runs = runs_of(path)?;
    let all = profiles::read(&sources.sources, &output.limits)?;
    let input = BenchmarkInput::new(&all, &runs);
    let known = Benchmarks::of(input, input).with_context(|| path.to_owned())?;
    let looked_at = looked_at(&known, &all, selector)?;
    let told = match looked_at.as_slice() {
        [] if prints_nothing(&known) => Err(
            "its benchmarks print 0 B/op: they allocate what is in the profile before they measure"
                .to_owned(),
        ),
        looked_at => told(looked_at, confidence),
    };
    Ok(Operations {
        covered: told.map_err(|why| {
            let message =
                format!("{path}: what is allocated for each operation is not known: {why}");
            Warning::new("operations_unknown", message)
        }),
        most_measured: most_measured(&runs),
    })
}

/// Whether no operation allocates a byte.
fn prints_nothing(known: &Benchmarks) -> bool {
    let mut all = known.all().iter();
    !known.all().is_empty() && all.all(|benchmark| benchmark.after.bytes.value < 1.0)
}

/// The benchmarks of which filters leave something.
fn looked_at<'a>(
    known: &'a Benchmarks,
    profiles: &[Profile],
    selector: &Selector,
) -> anyhow::Result<Vec<&'a Benchmark>> {
    let has_samples = |benchmark: usize| -> anyhow::Result<bool> {
        for (at, profile) in profiles.iter().enumerate() {
            let part = known.part(true, at, profile, (benchmark, Samples::Counted));
            let is_empty = match selector.options().is_empty() {
                true => part.samples().len() == 0,
                false => leaves_nothing(selector, part)?,
            };
            if !is_empty {
                return Ok(true);
            }
        }
        Ok(false)
    };
    let mut found = Vec::new();
    for (at, benchmark) in known.all().iter().enumerate() {
        if has_samples(at)? {
            found.push(benchmark);
        }
    }
    Ok(found)
}

fn leaves_nothing(selector: &Selector, part: Profile) -> anyhow::Result<bool> {
    let mut left = 0_u64;
    selector.of(part, "minimum")?.each_left(|_, _| left += 1)?;
    Ok(left == 0)
}

/// How many operations of one benchmark all profiles cover, or why that is not known.
fn told(benchmarks: &[&Benchmark], confidence: Confidence) -> Result<Covered, String> {
    let benchmark = match benchmarks {
        [] => return Err("no benchmark of it has samples in the profile".to_owned()),
        [one] => one,
        several => {
            let count = counted(several.len(), "benchmark");
            return Err(format!("{count} allocate there; look at one"));
        }
    };
    let named = |why: &str| format!("{}: {why}", benchmark.name);
    if let Some(why) = benchmark.uncovered() {
        return Err(named(why.reason()));
    }
    let each = benchmark.after.covered();
    each.map_err(|why| named(why.reason()))?;
    // In the middle of what they may be, as the variation is.
    let each = benchmark.after.between().into_iter();
    let each = each.map(|(least, most)| (least * most).sqrt());
    let covered = Covered::new(Per::Operation, each.sum());
    let covered = covered.ok_or_else(|| named("it has no operations"))?;
    Ok(covered.with_variation(benchmark.variation(), confidence))
}
