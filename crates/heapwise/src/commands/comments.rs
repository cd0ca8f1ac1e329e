use heapwise_report::{CommentsReport, write_pprof_comments};

use super::view;
use crate::args::{Color, FILTERS, ReportArgs};
use crate::output::Output;

/// Options that mean nothing to remarks.
const UNUSED: [&str; 20] = [
    "all-frames",
    "granularity",
    "sample-index",
    "cum",
    "flat",
    "nodecount",
    "nodefraction",
    "mean",
    "divide-by",
    "unit",
    "noinlines",
    "showcolumns",
    "drop-negative",
    "relative-percentages",
    "trim",
    "trim-path",
    "source-path",
    "edgefraction",
    "call-tree",
    "compact-labels",
];

/// Runs `heapwise comments`.
pub(crate) fn run(args: &ReportArgs, color: Color) -> anyhow::Result<()> {
    let output = Output::new(&args.output, color);
    output.expect_format(CommentsReport::FORMATS)?;
    args.refuse(&UNUSED)?;
    args.refuse(&FILTERS)?;
    let looked = view::look(args, &output)?;
    if args.question.graph.pprof_compatible {
        return output.write(|out| write_pprof_comments(&looked.view, out));
    }
    let report = CommentsReport {
        report: looked.report(),
    };
    output.write(|out| report.write(output.format, out))
}
