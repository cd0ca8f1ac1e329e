//! Prints the remarks of a profile.

use heapwise_report::{CommentsReport, write_pprof_comments};

use super::view;
use crate::args::{Color, ReportArgs};

/// Runs `heapwise comments`.
pub(crate) fn run(args: &ReportArgs, color: Color) -> anyhow::Result<()> {
    let output = args.output(CommentsReport::FORMATS, color)?;
    let subject = view::look(args, &output)?;
    if args.question.is_compatible() {
        return output.write(|out| write_pprof_comments(&subject.view, out));
    }
    let report = CommentsReport::new(subject.report());
    output.write(|out| report.write(output.format, out))
}
