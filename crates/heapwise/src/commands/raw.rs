use heapwise_report::{RawReport, write_raw_view};

use super::view;
use crate::args::{Color, ReportArgs};
use crate::output::Output;

/// Options that mean nothing to the tables of a profile.
const UNUSED: [&str; 17] = [
    "granularity",
    "sample-index",
    "cum",
    "flat",
    "nodecount",
    "nodefraction",
    "mean",
    "divide-by",
    "unit",
    "drop-negative",
    "relative-percentages",
    "trim",
    "trim-path",
    "source-path",
    "edgefraction",
    "call-tree",
    "compact-labels",
];

/// Runs `heapwise raw`.
pub(crate) fn run(args: &ReportArgs, color: Color) -> anyhow::Result<()> {
    let output = Output::new(&args.output, color);
    output.expect_format(RawReport::FORMATS)?;
    args.refuse(&UNUSED)?;
    let looked = view::look(args, &output)?;
    if args.question.graph.pprof_compatible {
        return output.write(|out| write_raw_view(&looked.view, out));
    }
    let report = RawReport {
        report: looked.report(),
    };
    output.write(|out| report.write(output.format, out))
}
