//! What memory in use does over a series of snapshots.

use heapwise_analysis::flame::FlameOptions;
use heapwise_analysis::{LevelColumn, RateTime, Selector};
use heapwise_decode::Limits;
use heapwise_report::{FlamePicture, Format, GrowthReport};

use super::levels::{LevelQuestion, LevelSources, Levels};
use super::series::{self, Drawn, Moment};
use crate::args::{Color, GrowthArgs};
use crate::browser;
use crate::executable::without_binary;
use crate::exit::Gate;
use crate::output::Output;

/// Runs `heapwise growth`.
pub(crate) fn run(args: &GrowthArgs, color: Color) -> anyhow::Result<Gate> {
    let output = Output::new(&args.output, color).with_many(&args.many)?;
    output.expect_format(GrowthReport::FORMATS)?;
    let report = answer(args, &output)?;
    output.warn(&report.warnings)?;
    let gate = match report.is_mixed {
        true => Gate::Undecided,
        false => output.many.gate(),
    };
    browser::write(output, "growth", &args.open, |output, out| {
        report.write(output.format, output.layout, out)
    })?;
    Ok(gate)
}

/// What grows, as a value.
pub(super) fn answer(args: &GrowthArgs, output: &Output) -> anyhow::Result<GrowthReport> {
    answer_of(args, &args.profiles, output)
}

/// The same of other profiles than those that are named.
pub(super) fn answer_of(
    args: &GrowthArgs,
    profiles: &[String],
    output: &Output,
) -> anyhow::Result<GrowthReport> {
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
    let sources = sources(args, profiles, output)?;
    let levels = Levels::read(&sources, &question, output)?;
    let flame = match output.format {
        Format::Html => {
            let mut drawn = FlameOptions::default();
            drawn.granularity = question.granularity;
            picture(&levels, &question, &drawn, &output.limits)?
        }
        _ => None,
    };
    Ok(GrowthReport::new(levels.answer)
        .with_cum(args.order.cum)
        .with_mixed(levels.instances.is_some())
        .with_flame(flame)
        .with_inputs(levels.inputs)
        .with_warnings(levels.warnings)
        .with_left_out(output.many.what_was_left_out())
        .with_limit(args.count.limit(default_limit(output))))
}

/// What is named, opened. There may be very many: their names are let go of.
fn sources(
    args: &GrowthArgs,
    profiles: &[String],
    output: &Output,
) -> anyhow::Result<LevelSources> {
    let names = args.list.all(profiles)?;
    LevelSources::open(without_binary(&names, output)?, output)
}

/// The stacks of the moments that the answer is about.
pub(super) fn picture(
    levels: &Levels,
    question: &LevelQuestion<'_>,
    options: &FlameOptions,
    limits: &Limits,
) -> anyhow::Result<Option<FlamePicture>> {
    let is_known = levels.answer.time != RateTime::Unknown;
    let points = levels.answer.points.iter();
    let moments = points.filter_map(|point| {
        let (source, index) = levels.sources.get(point.input)?;
        Some(Moment {
            source,
            index: *index,
            nanos: point.nanos.filter(|_| is_known),
        })
    });
    let moments: Vec<Moment<'_>> = moments.collect();
    let drawn = Drawn {
        selector: question.selector,
        options,
        confidence: question.confidence,
    };
    series::picture(&moments, &drawn, limits)
}

/// What people read; programs get all.
fn default_limit(output: &Output) -> Option<usize> {
    match output.format {
        Format::Text if output.is_terminal => Some(20),
        Format::Text | Format::Markdown | Format::Html => Some(100),
        _ => None,
    }
}
