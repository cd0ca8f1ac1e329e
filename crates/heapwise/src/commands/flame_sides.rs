//! Both sides of a comparison as one flame graph.

use heapwise_analysis::flame::{FlameDifference, FlameOptions};
use heapwise_analysis::stats::Exposure;
use heapwise_analysis::{
    DiffOptions, Error, ErrorKind, GivenWork, Granularity, Selector, View, ViewOptions,
};

use super::runs::run_sites;
use super::sides::Sides;
use crate::args::DiffArgs;
use crate::input::NamedSource;
use crate::many::in_temporary_folder;
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
    let sources: Vec<&NamedSource> = before.sources.iter().chain(&after.sources).collect();
    let mut drawn = FlameOptions::default();
    drawn.sample_index = [before.sample_index.as_slice(), &after.sample_index].concat();
    drawn.across_builds = true;
    drawn.before = before.sources.len();
    drawn.granularity = granularity(args);
    drawn.fraction = args.rows.fraction().unwrap_or(drawn.fraction);
    let mut view = ViewOptions::default();
    view.stacks = Some(drawn.clone());
    let open = |at: usize| {
        let source = *sources
            .get(at)
            .ok_or(ErrorKind::NoProfiles)
            .map_err(Error::from)?;
        let opened = View::read(source.clone(), &selector, view.clone(), &output.limits);
        opened.map_err(|error| Failed::Read(error, source.path.to_string()))
    };
    let (options, exposures) = work(sides, options);
    let sites = [run_sites(&output.many), run_sites(&output.many)];
    let difference = FlameDifference::of(open, &drawn, &exposures, &options, sites);
    Ok(Some(difference.map_err(Failed::told)?))
}

/// Why stacks were not compared.
enum Failed {
    /// A profile could not be read.
    Read(Error, String),
    Compare(Error),
}

impl From<Error> for Failed {
    fn from(error: Error) -> Failed {
        Failed::Compare(error)
    }
}

impl Failed {
    fn told(self) -> anyhow::Error {
        match self {
            Failed::Read(error, path) => anyhow::Error::new(error).context(path),
            Failed::Compare(error) if matches!(error.kind(), ErrorKind::Spill { .. }) => {
                in_temporary_folder(error)
            }
            Failed::Compare(error) => anyhow::Error::new(error).context("diff"),
        }
    }
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
