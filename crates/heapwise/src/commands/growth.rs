//! What memory in use does over a series of snapshots.

use heapwise_analysis::{LevelColumn, Selector};
use heapwise_report::{Format, GrowthReport};

use super::levels::{LevelQuestion, LevelSources, Levels};
use crate::args::{Color, GrowthArgs};
use crate::executable::without_binary;
use crate::exit::Gate;
use crate::output::Output;

/// Runs `heapwise growth`.
pub(crate) fn run(args: &GrowthArgs, color: Color) -> anyhow::Result<Gate> {
    let output = Output::new(&args.output, color).with_many(&args.many)?;
    output.expect_format(GrowthReport::FORMATS)?;
    let report = answer(args, &output)?;
    output.warn(&report.warnings)?;
    output.write(|out| report.write(output.format, output.layout, out))?;
    Ok(output.many.gate())
}

/// What grows, as a value.
pub(super) fn answer(args: &GrowthArgs, output: &Output) -> anyhow::Result<GrowthReport> {
    output.warn(args.sample_type.ignored(false).as_slice())?;
    let selector = Selector::new(&args.filters.options())?;
    let question = LevelQuestion {
        sample_index: args.sample_type.chosen(false),
        granularity: args.sites.asked().unwrap_or_default(),
        column: match args.order.cum {
            true => LevelColumn::Cumulative,
            false => LevelColumn::Flat,
        },
        confidence: args.confidence(),
        selector: &selector,
    };
    let names = args.list.all(&args.profiles)?;
    let names = without_binary(&names, output)?;
    let sources = LevelSources::open(names, output)?;
    let levels = Levels::read(&sources, &question, output)?;
    Ok(GrowthReport::new(levels.answer)
        .with_inputs(levels.inputs)
        .with_warnings(levels.warnings)
        .with_left_out(output.many.what_was_left_out())
        .with_limit(args.count.limit(default_limit(output))))
}

/// What people read; programs get all.
fn default_limit(output: &Output) -> Option<usize> {
    match output.format {
        Format::Text if output.is_terminal => Some(20),
        Format::Text | Format::Markdown | Format::Html => Some(100),
        _ => None,
    }
}
