use super::view::{self, Sources};
use super::written::Written;
use crate::args::{Color, ConvertArgs};
use crate::output::Output;

/// Runs `heapwise convert`.
pub(crate) fn run(args: &ConvertArgs, color: Color) -> anyhow::Result<()> {
    let output = Output::of_profile(&args.target, color);
    let written = Written::new(&args.target, &output)?;
    let selector = view::selector_of(&args.filters, args.all_frames)?;
    let sources = Sources::single_of(&args.profile, &output.limits)?;
    written.write(&sources, &selector, &output)
}
