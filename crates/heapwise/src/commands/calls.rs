//! `heapwise tree` and `heapwise peek`.

use anyhow::{Context, bail};
use heapwise_analysis::graph::{CallGraph, GraphKind, NodeErrors};
use heapwise_analysis::units::narrow;
use heapwise_analysis::{Along, GoRegex};
use heapwise_report::{CallsReport, write_peek, write_tree};

use super::view::{self, Looked};
use crate::args::{Color, PeekArgs, ReportArgs, TopArgs};
use crate::output::Output;

/// Options that mean nothing to heapwise's own layout.
const UNUSED: [&str; 3] = ["call-tree", "compact-labels", "add-comment"];

/// Options that mean nothing where only what matches is shown.
const UNUSED_IN_PEEK: [&str; 4] = ["nodecount", "nodefraction", "edgefraction", "trim"];

/// Runs `heapwise tree`.
pub(crate) fn tree(args: &TopArgs, color: Color) -> anyhow::Result<()> {
    args.report.refuse(&UNUSED)?;
    let (output, looked) = look(&args.report, color)?;
    let graph = CallGraph::of(&looked.view, GraphKind::Tree)?;
    if args.report.question.graph.pprof_compatible {
        return output.write(|out| write_tree(&graph, out));
    }
    let report = report(&looked, graph, None, args.confidence)?;
    let omitted = report.omitted();
    let value = (!looked.view.options().mean).then(|| report.report.label(narrow(omitted.flat)));
    output.warn_of_omitted(omitted.rows, value)?;
    output.write(|out| report.write(output.format, output.layout, out))
}

/// Runs `heapwise peek`.
pub(crate) fn peek(args: &PeekArgs, color: Color) -> anyhow::Result<()> {
    args.tree.report.refuse(&UNUSED)?;
    args.tree.report.refuse(&UNUSED_IN_PEEK)?;
    let pattern = GoRegex::new(&args.pattern).context("REGEX")?;
    let (output, looked) = look(&args.tree.report, color)?;
    let graph = CallGraph::of(&looked.view, GraphKind::Peek)?;
    let report = report(&looked, graph, Some(pattern.clone()), args.tree.confidence)?;
    if report.site_count() == 0 {
        bail!("no matches found for regexp: {}", args.pattern);
    }
    if args.tree.report.question.graph.pprof_compatible {
        return output.write(|out| write_peek(&report.graph, &pattern, out).map(|_| ()));
    }
    output.write(|out| report.write(output.format, output.layout, out))
}

fn look(args: &ReportArgs, color: Color) -> anyhow::Result<(Output, Looked)> {
    let output = Output::new(&args.output, color);
    output.expect_format(CallsReport::FORMATS)?;
    let question = &args.question;
    let mut options = question.options(output.default_trim());
    let sources = &question.sources;
    let has_base = !sources.base.is_empty() || !sources.diff_base.is_empty();
    options.along = if options.mean || has_base || question.graph.pprof_compatible {
        Along::Sums
    } else {
        Along::Errors
    };
    let looked = view::look_at(args, options, &output)?;
    Ok((output, looked))
}

fn report<'a>(
    looked: &'a Looked,
    graph: CallGraph,
    pattern: Option<GoRegex>,
    confidence: heapwise_analysis::stats::Confidence,
) -> anyhow::Result<CallsReport<'a>> {
    let errors = match looked.view.options().along {
        Along::Errors => Some(NodeErrors::of(&looked.view, &graph)?),
        Along::Sums | Along::Nothing => None,
    };
    Ok(CallsReport {
        report: looked.report(),
        graph,
        errors,
        pattern,
        confidence,
    })
}
