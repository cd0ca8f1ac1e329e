//! `heapwise tree` and `heapwise peek`.

use anyhow::{Context, bail};
use heapwise_analysis::GoRegex;
use heapwise_analysis::graph::{CallGraph, GraphKind, NodeErrors};
use heapwise_analysis::units::narrow;
use heapwise_report::{CallsReport, write_peek, write_tree};

use super::view::{self, Subject};
use crate::args::{Color, PeekArgs, ReportArgs, TopArgs};
use crate::output::Output;

/// Runs `heapwise tree`.
pub(crate) fn tree(args: &TopArgs, color: Color) -> anyhow::Result<()> {
    let (output, subject) = look(&args.report, color)?;
    let graph = CallGraph::of(&subject.view, GraphKind::Tree)?;
    if args.report.question.is_compatible() {
        return output.write(|out| write_tree(&graph, out));
    }
    let report = report(
        &args.report,
        &subject,
        graph,
        None,
        args.confidence.confidence,
    );
    let omitted = report.omitted();
    let value = (!subject.view.options().mean).then(|| report.report.label(narrow(omitted.flat)));
    output.warn_of_omitted(omitted.rows, value)?;
    output.write(|out| report.write(output.format, output.layout, out))
}

/// Runs `heapwise peek`.
pub(crate) fn peek(args: &PeekArgs, color: Color) -> anyhow::Result<()> {
    let pattern = GoRegex::new(&args.pattern).context("REGEX")?;
    let (output, subject) = look(&args.tree.report, color)?;
    let graph = CallGraph::of(&subject.view, GraphKind::Peek)?;
    let report = report(
        &args.tree.report,
        &subject,
        graph,
        Some(pattern.clone()),
        args.tree.confidence.confidence,
    );
    if report.site_count() == 0 {
        bail!("no matches found for regexp: {}", args.pattern);
    }
    if args.tree.report.question.is_compatible() {
        return output.write(|out| write_peek(&report.graph, &pattern, out).map(|_| ()));
    }
    output.write(|out| report.write(output.format, output.layout, out))
}

fn look(args: &ReportArgs, color: Color) -> anyhow::Result<(Output, Subject)> {
    let output = args.output(CallsReport::FORMATS, color)?;
    let subject = view::look(args, &output)?;
    Ok((output, subject))
}

fn report<'a>(
    args: &ReportArgs,
    subject: &'a Subject,
    graph: CallGraph,
    pattern: Option<GoRegex>,
    confidence: heapwise_analysis::stats::Confidence,
) -> CallsReport<'a> {
    let is_plain = !subject.view.options().mean
        && args.question.sources.bases.base.is_empty()
        && args.question.sources.bases.diff_base.is_empty();
    let is_compatible = args.question.is_compatible();
    let errors = (is_plain && !is_compatible).then(|| NodeErrors::of(&subject.view, &graph));
    CallsReport::new(subject.report(), graph)
        .with_errors(errors)
        .with_pattern(pattern)
        .with_confidence(confidence)
}
