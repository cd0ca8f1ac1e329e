//! Adds profiles up and writes the result in another form.

use heapwise_analysis::Trim;

use super::form::Form;
use super::memory_space;
use super::view::{self, Sources};
use crate::args::{Color, ConvertArgs, FilesFromArgs, SourceArgs};
use crate::bundle::Pick;
use crate::exit::Gate;
use crate::fetch::Endpoint;
use crate::output::Output;

/// Runs `heapwise convert`: of a folder of bundles, the newest.
pub(crate) fn run(args: &ConvertArgs, color: Color) -> anyhow::Result<Gate> {
    write(args, Pick::Heap, color)
}

/// Runs `heapwise merge`: of a folder of bundles, all.
pub(crate) fn merge(args: &ConvertArgs, color: Color) -> anyhow::Result<Gate> {
    write(args, Pick::Heaps, color)
}

fn write(args: &ConvertArgs, pick: Pick, color: Color) -> anyhow::Result<Gate> {
    let output = Output::of_profile(&args.target.file, color);
    let output = output.with_many(&args.question.sources.many)?;
    output.warn(args.question.ignored().as_slice())?;
    args.target.expect_ending()?;
    let written = Form::new(args, &output)?;
    if args.space.memory_space {
        memory_space::run(args, &output)?;
        return Ok(Gate::Holds);
    }
    let selector = view::selector(&args.question)?;
    let asked = &args.question.sources;
    let named = asked.list.all(&asked.profiles)?;
    let names = SourceArgs {
        profiles: output.opener(Endpoint::Heap).expanded(&named, pick)?,
        list: FilesFromArgs::default(),
        ..asked.clone()
    };
    let sources = if args.question.is_compatible() {
        Sources::open_as_pprof(&names, &output)?
    } else {
        Sources::open(&names, &output)?.for_a_file()
    };
    let view = sources.view(&selector, args.question.options(Trim::default()), &output)?;
    written.write(&view, &output)?;
    Ok(output.many.gate())
}
