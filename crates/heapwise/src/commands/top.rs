//! Ranks sites: what answers in one reading, and what needs the samples twice.

use anyhow::{Context, bail};
use heapwise_analysis::graph::{CallGraph, GraphKind};
use heapwise_analysis::{
    Along, Columns, RankOptions, Ranking, Sampling, Selector, UnknownError, ViewOptions,
    rank_reader, rank_selected,
};
use heapwise_report::{Format, TopReport, ValueStyle, Warning, write_pprof_top};

use super::input_notes::{self, InputNotes};
use super::profiles::{self, Question};
use super::same_moment;
use super::view::{self, Sources};
use super::windows::Rate;
use crate::args::{Color, ReportArgs, TopArgs};
use crate::exit::Gate;
use crate::output::Output;
use crate::zone;

/// Runs `heapwise top`.
pub(crate) fn run(args: &TopArgs, color: Color) -> anyhow::Result<Gate> {
    let output = args.report.output(TopReport::FORMATS, color)?;
    let output = output.with_many(&args.report.question.sources.many)?;
    let selector = view::selector(&args.report.question)?;
    if args.report.question.is_compatible() {
        compatible(&args.report, &output)?;
        return Ok(output.many.gate());
    }
    let report = report(args, &selector, &output)?;
    output.warn(&report.warnings)?;
    output.warn_of_omitted(report.shown.omitted.rows, report.omitted_label())?;
    output.write(|out| report.write(output.format, output.layout, out))?;
    Ok(output.many.gate())
}

/// What `go tool pprof -top` shows.
fn compatible(args: &ReportArgs, output: &Output) -> anyhow::Result<()> {
    let mut options = args.question.options(output.default_trim());
    options.along = Along::Sums;
    let looked = view::look_at(args, options, output)?;
    let graph = CallGraph::of(&looked.view, GraphKind::Top)?;
    output.write(|out| write_pprof_top(&graph, out))
}

/// What is ranked, as a value.
pub(super) fn answer(args: &TopArgs, output: &Output) -> anyhow::Result<TopReport> {
    report(args, &view::selector(&args.report.question)?, output)
}

/// heapwise's own answer.
fn report(args: &TopArgs, selector: &Selector, output: &Output) -> anyhow::Result<TopReport> {
    let confidence = args.confidence.confidence;
    let is_rate = args.rate.per.is_some();
    let args = &args.report;
    let mut sources = Sources::open(&args.question.sources, output)?;
    let mut ranked = ranked(args, &mut sources, selector, output)?;
    ranked.ranking.header.zone = zone::local();
    let sample_index = ranked
        .ranking
        .header
        .sample_index(args.question.sample_index())
        .with_context(|| sources.names())?;
    let inputs = ranked.seen.inputs();
    let same = same_moment::warnings(&sources.sources, ranked.seen.forms(), &output.limits);
    let (notes, types) = ranked.seen.parted_warnings(&ranked.ranking.header);
    let mut warnings = notes;
    warnings.extend(same);
    warnings.extend(ranked.warnings);
    warnings.extend(types);
    warnings.extend(output.many.passed_over());
    let rate = match is_rate {
        true => Some(Rate::of(
            &sources,
            &ranked.ranking,
            sample_index,
            &output.limits,
        )?),
        false => None,
    };
    if let Some(rate) = &rate {
        warnings.extend(rate.doubt.clone());
        // Between two snapshots of one process what was allocated is a sample like any other.
        if let Some(sampling) = ranked.sampling.filter(|_| rate.is_window) {
            ranked.ranking.sampling = sampling;
        }
    }
    let options = args.question.options(output.default_trim());
    let mut shown = ranked
        .ranking
        .take_shown(sample_index, &options.trim, options.order());
    if options.mean {
        // Which rows matter is for the sums to tell, as in pprof (graph/graph.go: Nodes.Sort).
        ranked.ranking.rows = shown.rows;
        ranked.ranking = ranked.ranking.per_object(sample_index);
        shown.rows = std::mem::take(&mut ranked.ranking.rows);
    }
    if options.relative_percentages {
        ranked.ranking.whole = None;
    }
    let mut report = TopReport::new(ranked.ranking, sample_index, shown)
        .with_warnings(warnings)
        .with_merged(sources.sources.len())
        .with_inputs(inputs)
        .with_left_out(output.many.what_was_left_out())
        .with_order(options.order())
        .with_confidence(confidence)
        .with_values(value_style(&options, args.question.unit()))
        .with_filters(selector.options().active());
    report.values.seconds = rate.map(|rate| rate.seconds);
    if report.values.unit == "minimum" {
        report.values.unit = report.least_unit();
    }
    Ok(report)
}

/// Values in the unit asked for; where none was, each in its own.
fn value_style(options: &ViewOptions, unit: Option<&str>) -> ValueStyle {
    let mut style = ValueStyle::default();
    style.divide_by = options.divide_by;
    style.are_means = options.mean;
    if let Some(unit) = unit {
        unit.clone_into(&mut style.unit);
    }
    style
}

/// A ranking, and what is to be said of what it is of.
struct Answer {
    ranking: Ranking,
    seen: InputNotes,
    warnings: Vec<Warning>,
    /// What is known of the sampling of a difference, if its parts are a sample.
    sampling: Option<Sampling>,
}

fn ranked(
    args: &ReportArgs,
    sources: &mut Sources,
    selector: &Selector,
    output: &Output,
) -> anyhow::Result<Answer> {
    let asked = args.question.options(output.default_trim());
    let mut options = RankOptions::new(asked.granularity.unwrap_or_default());
    options.frames.no_inlines = asked.no_inlines;
    options.frames.show_columns = asked.show_columns;
    let is_plain = selector.options().is_empty();
    let is_single = sources.single().is_some() && !asked.mean;
    if is_single && !shows_all_types(output) {
        options.columns = Columns::One(asked.sample_index.clone());
    }
    let question = Question {
        options: &options,
        selector,
        unit: &asked.unit,
        limits: &output.limits,
    };
    let many = &output.many;
    let mut seen = InputNotes::of(output.format);
    let (ranking, mut warnings) =
        profiles::rank_all(&mut sources.sources, question, &mut seen, many)?;
    if sources.sources.is_empty() {
        bail!("{}: found no profile that can be read", sources.asked());
    }
    if let Some(ranking) = ranking.filter(|_| sources.bases.is_empty()) {
        return Ok(Answer {
            ranking,
            seen,
            warnings,
            sampling: None,
        });
    }
    // A difference, or values in several units, are for the sum of the samples to tell.
    let bases = sources.bases.len();
    profiles::rank_all(&mut sources.bases, question, &mut seen, many)?;
    sources.expect_bases(bases)?;
    let sum = sources.sum(output)?;
    let mut ranking = if is_plain {
        rank_reader(&sum, &options)?
    } else {
        let selected = selector.of_reader(sum, &asked.unit)?;
        warnings = input_notes::of_filters(selected.notes());
        rank_selected(&selected, &options)?
    };
    let sampling = Some(ranking.sampling);
    if !sources.bases.is_empty() {
        ranking.sampling = Sampling::Unknown(UnknownError::Difference);
    }
    Ok(Answer {
        ranking,
        seen,
        warnings,
        sampling,
    })
}

/// Whether the report has room for the sample types that were not asked for.
fn shows_all_types(output: &Output) -> bool {
    output.format == Format::Text && TopReport::shows_all_types(output.layout)
}
