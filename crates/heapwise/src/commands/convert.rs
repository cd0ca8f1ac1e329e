use heapwise_analysis::Trim;

use super::view::{self, Sources};
use super::written::Written;
use crate::args::{Color, ConvertArgs, SourceArgs};
use crate::input::with_directories;
use crate::output::Output;

/// Runs `heapwise convert` and `heapwise merge`.
pub(crate) fn run(args: &ConvertArgs, color: Color) -> anyhow::Result<()> {
    let output = Output::of_profile(&args.target, color);
    let written = Written::new(args, &output)?;
    let selector = view::selector_of(&args.question.filters, args.question.sources.all_frames)?;
    let names = SourceArgs {
        profiles: with_directories(&args.question.sources.profiles)?,
        ..args.question.sources.clone()
    };
    let sources = if args.question.graph.pprof_compatible {
        Sources::open_as_pprof(&names, &output.limits, &output)?
    } else {
        Sources::open(&names, &output.limits)?
    };
    let view = sources.view(&selector, args.question.options(Trim::default()), &output)?;
    written.write(&view, &output)
}
