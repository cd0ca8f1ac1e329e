//! Sums up the labels of samples.

use heapwise_analysis::Tags;
use heapwise_report::{TagsReport, write_pprof_tags};

use super::view;
use crate::args::{Color, ReportArgs};

/// Runs `heapwise tags`.
pub(crate) fn run(args: &ReportArgs, color: Color) -> anyhow::Result<()> {
    let output = args.output(TagsReport::FORMATS, color)?;
    let subject = view::look(args, &output)?;
    if args.question.is_compatible() {
        let tags = Tags::of_pprof(&subject.view)?;
        return output.write(|out| write_pprof_tags(&tags, &subject.view, out));
    }
    let report = TagsReport::new(subject.report(), Tags::of(&subject.view)?);
    output.write(|out| report.write(output.format, output.layout, out))
}
