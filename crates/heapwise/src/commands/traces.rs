//! Prints samples with their stacks.

use heapwise_analysis::Traces;
use heapwise_report::{TracesReport, write_pprof_traces};

use super::view;
use crate::args::{Color, ReportArgs};

/// Runs `heapwise traces`.
pub(crate) fn run(args: &ReportArgs, color: Color) -> anyhow::Result<()> {
    let output = args.output(TracesReport::FORMATS, color)?;
    let subject = view::look(args, &output)?;
    if args.question.is_compatible() {
        let traces = Traces::of_pprof(&subject.view);
        return output.write(|out| write_pprof_traces(&traces, out));
    }
    let report = TracesReport::new(subject.report(), Traces::of(&subject.view));
    output.write(|out| report.write(output.format, output.layout, out))
}
