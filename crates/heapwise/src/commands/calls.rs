//! `heapwise tree` and `heapwise peek`.

use anyhow::{Context, bail};
use heapwise_analysis::graph::{CallGraph, GraphKind, NodeErrors};
use heapwise_analysis::units::narrow;
use heapwise_analysis::{Along, GoRegex};
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
    let report = report(&subject, graph, None, args.confidence.confidence)?;
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
    let confidence = args.tree.confidence.confidence;
    let report = report(&subject, graph, Some(pattern.clone()), confidence)?;
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
    let question = &args.question;
    let mut options = question.options(output.default_trim());
    let bases = &question.sources.bases;
    let has_base = !bases.base.is_empty() || !bases.diff_base.is_empty();
    options.along = if options.mean || has_base || question.is_compatible() {
        Along::Sums
    } else {
        Along::Errors
    };
    let subject = view::look_at(args, options, &output)?;
    Ok((output, subject))
}

fn report<'a>(
    subject: &'a Subject,
    graph: CallGraph,
    pattern: Option<GoRegex>,
    confidence: heapwise_analysis::stats::Confidence,
) -> anyhow::Result<CallsReport<'a>> {
    let errors = match subject.view.options().along {
        Along::Errors => Some(NodeErrors::of(&subject.view, &graph)?),
        Along::Sums | Along::Nothing => None,
    };
    Ok(CallsReport::new(subject.report(), graph)
        .with_errors(errors)
        .with_pattern(pattern)
        .with_confidence(confidence))
}
