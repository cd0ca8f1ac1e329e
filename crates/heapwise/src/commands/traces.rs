use heapwise_analysis::Traces;
use heapwise_report::{TracesReport, write_pprof_traces};

use super::view;
use crate::args::{Color, ReportArgs};
use crate::output::Output;

/// Options that mean nothing to traces.
const UNUSED: [&str; 9] = [
    "cum",
    "flat",
    "nodefraction",
    "trim-path",
    "source-path",
    "edgefraction",
    "call-tree",
    "compact-labels",
    "add-comment",
];

/// Runs `heapwise traces`.
pub(crate) fn run(args: &ReportArgs, color: Color) -> anyhow::Result<()> {
    let output = Output::new(&args.output, color);
    output.expect_format(TracesReport::FORMATS)?;
    args.refuse(&UNUSED)?;
    let looked = view::look(args, &output)?;
    if args.question.graph.pprof_compatible {
        let traces = Traces::of_pprof(&looked.view);
        return output.write(|out| write_pprof_traces(&traces, out));
    }
    let report = TracesReport {
        report: looked.report(),
        traces: Traces::of(&looked.view),
    };
    output.write(|out| report.write(output.format, output.layout, out))
}
