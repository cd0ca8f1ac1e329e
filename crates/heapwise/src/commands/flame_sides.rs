//! Both sides of a comparison as one flame graph.

use anyhow::Context;
use heapwise_analysis::flame::{FlameDifference, FlameGraph, FlameOptions};
use heapwise_analysis::{DiffOptions, GivenWork, Granularity, Selector, View, ViewOptions};

use super::side::{LoadedSide, Part};
use super::sides::Sides;
use crate::args::DiffArgs;
use crate::output::Output;

/// Compares the stacks of two sides, frame by frame; `None` where what is compared is what happened
/// between snapshots, of which there are no stacks.
pub(super) fn compare(
    args: &DiffArgs,
    sides: &Sides,
    options: &DiffOptions,
    output: &Output,
) -> anyhow::Result<Option<FlameDifference>> {
    let (before, after) = (&sides.before, &sides.after);
    if before.windows.is_some() || after.windows.is_some() {
        return Ok(None);
    }
    let selector = Selector::new(&args.filters.options())?;
    let mut views = Vec::new();
    for source in before.sources.iter().chain(&after.sources) {
        let view = View::read(
            source.clone(),
            &selector,
            ViewOptions::default(),
            &output.limits,
        );
        views.push(view.with_context(|| source.path.clone())?);
    }
    let views: Vec<&View> = views.iter().collect();
    let mut drawn = FlameOptions::default();
    drawn.sample_index = [before.sample_index.as_slice(), &after.sample_index].concat();
    drawn.across_builds = true;
    drawn.granularity = granularity(args);
    drawn.fraction = args.rows.fraction().unwrap_or(drawn.fraction);
    let index = drawn.sample_index.clone();
    let graph = FlameGraph::of(&views, &drawn)?;
    let parts = sides.parts();
    let part = parts
        .first()
        .filter(|part| is_of_all(part, parts.len(), before, after));
    let mut options = options.clone();
    let mut exposures = Vec::new();
    match part {
        Some(part) => {
            options = part.options(&options);
            exposures.extend_from_slice(part.before.exposures());
            exposures.extend_from_slice(part.after.exposures());
        }
        // Several benchmarks in one profile have no common work.
        None => options.work = GivenWork::Nothing,
    }
    let difference = graph.compare(before.sources.len(), &index, &exposures, &options);
    Ok(Some(difference.context("diff")?))
}

/// Whether a part is of the profiles as they are.
fn is_of_all(part: &Part<'_>, parts: usize, before: &LoadedSide, after: &LoadedSide) -> bool {
    parts == 1
        && part.before.rankings().len() == before.sources.len()
        && part.after.rankings().len() == after.sources.len()
}

/// Lines and addresses of one build are not those of another.
fn granularity(args: &DiffArgs) -> Granularity {
    match args.view.sites.asked() {
        Some(Granularity::Lines | Granularity::Addresses) | None => Granularity::Functions,
        Some(other) => other,
    }
}
