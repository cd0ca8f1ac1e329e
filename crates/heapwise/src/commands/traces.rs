use heapwise_analysis::Traces;
use heapwise_report::{TracesReport, write_pprof_traces};

use super::view;
use crate::args::{Color, ReportArgs};

/// Runs `heapwise traces`.
pub(crate) fn run(args: &ReportArgs, color: Color) -> anyhow::Result<()> {
    let output = args.output(TracesReport::FORMATS, color)?;
    let looked = view::look(args, &output)?;
    if args.question.is_compatible() {
        let traces = Traces::of_pprof(&looked.view);
        return output.write(|out| write_pprof_traces(&traces, out));
    }
    let report = TracesReport::new(looked.report(), Traces::of(&looked.view));
    output.write(|out| report.write(output.format, output.layout, out))
}
