//! Prints the tables of a profile.

use heapwise_report::{RawReport, write_raw_view};

use super::view;
use crate::args::{Color, ReportArgs};

/// Runs `heapwise raw`.
pub(crate) fn run(args: &ReportArgs, color: Color) -> anyhow::Result<()> {
    let output = args.output(RawReport::FORMATS, color)?;
    let subject = view::look(args, &output)?;
    if args.question.is_compatible() {
        return output.write(|out| write_raw_view(&subject.view, out));
    }
    let report = RawReport::new(subject.report());
    output.write(|out| report.write(output.format, out))
}
