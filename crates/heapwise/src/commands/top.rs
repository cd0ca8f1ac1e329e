use anyhow::Context;
use heapwise_analysis::graph::{CallGraph, GraphKind};
use heapwise_analysis::{
    Along, Columns, Header, RankOptions, RankRow, Ranking, Sampling, Selector, UnknownError,
    rank_profile, rank_selected,
};
use heapwise_report::{Format, Input, TopReport, ValueStyle, Warning, write_pprof_top};

use super::load;
use super::seen::left_out;
use super::view::{self, Sources};
use crate::args::{Color, ReportArgs, TopArgs, ValueArgs};
use crate::output::Output;
use crate::zone;

/// Runs `heapwise top`.
pub(crate) fn run(args: &TopArgs, color: Color) -> anyhow::Result<()> {
    let output = Output::new(&args.report.output, color);
    output.expect_format(TopReport::FORMATS)?;
    args.report.refuse(&[
        "edgefraction",
        "call-tree",
        "compact-labels",
        "trim-path",
        "source-path",
        "add-comment",
    ])?;
    let selector = view::selector(&args.report)?;
    if args.report.question.graph.pprof_compatible {
        return compatible(&args.report, &output);
    }
    let report = report(args, &selector, &output)?;
    output.warn(&report.warnings)?;
    output.warn_of_omitted(report.shown.omitted.rows, report.omitted_label())?;
    output.write(|out| report.write(output.format, output.layout, out))
}

/// What `go tool pprof -top` shows.
fn compatible(args: &ReportArgs, output: &Output) -> anyhow::Result<()> {
    let mut options = args.question.options(output.default_trim());
    options.along = Along::Sums;
    let looked = view::look_at(args, options, output)?;
    let graph = CallGraph::of(&looked.view, GraphKind::Top)?;
    output.write(|out| write_pprof_top(&graph, out))
}

/// heapwise's own answer.
fn report(args: &TopArgs, selector: &Selector, output: &Output) -> anyhow::Result<TopReport> {
    let confidence = args.confidence;
    let args = &args.report;
    let sources = Sources::open(&args.question.sources, &output.limits)?;
    let mut ranked = ranked(args, &sources, selector, output)?;
    ranked.ranking.header.zone = zone::local();
    let sample_index = ranked
        .ranking
        .header
        .sample_index(args.question.view.sample_index.as_deref())
        .with_context(|| sources.names())?;
    let mut warnings = load::input_warnings(&ranked.inputs);
    warnings.extend(ranked.warnings);
    warnings.extend(types_left_out(&ranked.inputs, &ranked.ranking.header));
    let options = args.question.options(output.default_trim());
    let shown = ranked
        .ranking
        .shown(sample_index, &options.trim, options.order());
    let mut shown = shown.map(RankRow::clone);
    if options.mean {
        // Which rows matter is for the sums to tell, as in pprof (graph/graph.go: Nodes.Sort).
        ranked.ranking.rows = shown.rows;
        ranked.ranking = ranked.ranking.per_object(sample_index);
        shown.rows = std::mem::take(&mut ranked.ranking.rows);
    }
    if args.question.values.relative_percentages {
        ranked.ranking.whole = None;
    }
    let mut report = TopReport {
        warnings,
        merged: sources.sources.len(),
        inputs: ranked.inputs,
        ranking: ranked.ranking,
        sample_index,
        shown,
        order: options.order(),
        confidence,
        values: value_style(&args.question.values)?,
        filters: selector.options().active(),
    };
    if report.values.unit == "minimum" {
        report.values.unit = report.least_unit();
    }
    Ok(report)
}

/// Says which sample types only some of the profiles have.
fn types_left_out(inputs: &[Input], kept: &Header) -> Option<Warning> {
    let names = |header: &Header| -> Vec<String> {
        let types = header.sample_types.iter();
        types.map(|known| known.type_.clone()).collect()
    };
    let all: Vec<String> = inputs
        .iter()
        .flat_map(|input| names(&input.header))
        .collect();
    left_out(&all, &names(kept))
}

fn value_style(args: &ValueArgs) -> anyhow::Result<ValueStyle> {
    let mut style = ValueStyle::default();
    if args.divide_by == 0.0 {
        anyhow::bail!("--divide-by: found 0, expected another number");
    }
    style.divide_by = args.divide_by;
    style.are_means = args.mean;
    if let Some(unit) = &args.unit {
        style.unit.clone_from(unit);
    }
    Ok(style)
}

/// A ranking, and what is to be said of what it is of.
struct Ranked {
    ranking: Ranking,
    inputs: Vec<Input>,
    warnings: Vec<Warning>,
}

fn ranked(
    args: &ReportArgs,
    sources: &Sources,
    selector: &Selector,
    output: &Output,
) -> anyhow::Result<Ranked> {
    let mut options = RankOptions::new(args.question.view.granularity());
    options.frames.no_inlines = args.question.values.noinlines;
    options.frames.show_columns = args.question.values.showcolumns;
    let is_plain = selector.options().is_empty();
    let is_single = sources.single().is_some() && !args.question.values.mean;
    if is_single && !shows_all_types(output) {
        options.columns = Columns::One(args.question.view.sample_index.clone());
    }
    let limits = &output.limits;
    let unit = args.question.values.unit.as_deref().unwrap_or("minimum");
    let (rankings, mut warnings) =
        load::rank_each(&sources.sources, &options, selector, unit, limits)?;
    let mut inputs: Vec<Input> = sources
        .sources
        .iter()
        .zip(&rankings)
        .map(|(source, ranking)| load::input_of(source, ranking))
        .collect();
    if sources.bases.is_empty()
        && let Some(ranking) = Ranking::sum(rankings)
    {
        return Ok(Ranked {
            ranking,
            inputs,
            warnings,
        });
    }
    // A difference, or values in several units, are for the sum of the samples to tell.
    let (bases, _) = load::rank_each(&sources.bases, &options, selector, unit, limits)?;
    let of_bases = sources.bases.iter().zip(&bases);
    inputs.extend(of_bases.map(|(base, ranking)| load::input_of(base, ranking)));
    let profile = sources.profile(limits)?;
    let mut ranking = if is_plain {
        rank_profile(&profile, &options)
    } else {
        let selected = selector.of(profile, unit)?;
        warnings = view::warnings(selected.notes());
        rank_selected(&selected, &options)?
    };
    if !sources.bases.is_empty() {
        ranking.sampling = Sampling::Unknown(UnknownError::Difference);
    }
    Ok(Ranked {
        ranking,
        inputs,
        warnings,
    })
}

/// Whether the report has room for the sample types that were not asked for.
fn shows_all_types(output: &Output) -> bool {
    output.format == Format::Text && TopReport::shows_all_types(output.layout)
}
