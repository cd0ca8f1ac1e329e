use heapwise_report::{RawReport, write_raw_view};

use super::view;
use crate::args::{Color, ReportArgs};

/// Runs `heapwise raw`.
pub(crate) fn run(args: &ReportArgs, color: Color) -> anyhow::Result<()> {
    let output = args.output(RawReport::FORMATS, color)?;
    let looked = view::look(args, &output)?;
    if args.question.is_compatible() {
        return output.write(|out| write_raw_view(&looked.view, out));
    }
    let report = RawReport::new(looked.report());
    output.write(|out| report.write(output.format, out))
}
