use super::view::{self, Sources};
use super::written::Written;
use crate::args::{Color, MergeArgs, SourceArgs};
use crate::input::with_directories;
use crate::output::Output;

/// Runs `heapwise merge`.
pub(crate) fn run(args: &MergeArgs, color: Color) -> anyhow::Result<()> {
    let output = Output::of_profile(&args.target, color);
    let written = Written::new(&args.target, &output)?;
    let selector = view::selector_of(&args.filters, args.sources.all_frames)?;
    let names = SourceArgs {
        profiles: with_directories(&args.sources.profiles)?,
        ..args.sources.clone()
    };
    let sources = Sources::open(&names, &output.limits)?;
    written.write(&sources, &selector, &output)
}
