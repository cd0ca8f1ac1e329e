//! Both sides of a comparison as one flame graph.

use anyhow::Context;
use heapwise_analysis::flame::{FlameDifference, FlameGraph, FlameOptions};
use heapwise_analysis::stats::Exposure;
use heapwise_analysis::{DiffOptions, GivenWork, Granularity, Selector, View, ViewOptions};

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
    drawn.before = before.sources.len();
    drawn.granularity = granularity(args);
    drawn.fraction = args.rows.fraction().unwrap_or(drawn.fraction);
    let index = drawn.sample_index.clone();
    let graph = FlameGraph::of(&views, &drawn)?;
    let (options, exposures) = work(sides, options);
    let difference = graph.compare(before.sources.len(), &index, &exposures, &options);
    Ok(Some(difference.context("diff")?))
}

/// What is known of the work of whole profiles. What a benchmark tells is of those of its stacks that are
/// no set-up, and so not of a frame.
fn work(sides: &Sides, options: &DiffOptions) -> (DiffOptions, Vec<Exposure>) {
    let is_of_benchmarks = sides.parts().iter().any(|part| part.benchmark.is_some());
    if is_of_benchmarks {
        let mut options = options.clone();
        options.work = GivenWork::Nothing;
        return (options, Vec::new());
    }
    let whole = sides.whole();
    let exposures = [whole.before.exposures(), whole.after.exposures()].concat();
    (whole.options(options), exposures)
}

/// Lines and addresses of one build are not those of another.
fn granularity(args: &DiffArgs) -> Granularity {
    match args.view.sites.asked() {
        Some(Granularity::Lines | Granularity::Addresses) | None => Granularity::Functions,
        Some(other) => other,
    }
}
