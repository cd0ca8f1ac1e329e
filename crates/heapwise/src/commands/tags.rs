use heapwise_analysis::Tags;
use heapwise_report::{TagsReport, write_pprof_tags};

use super::view;
use crate::args::{Color, ReportArgs};
use crate::output::Output;

/// Options that mean nothing to labels.
const UNUSED: [&str; 16] = [
    "all-frames",
    "prune-from",
    "tagroot",
    "tagleaf",
    "granularity",
    "cum",
    "flat",
    "nodefraction",
    "noinlines",
    "showcolumns",
    "trim-path",
    "source-path",
    "edgefraction",
    "call-tree",
    "compact-labels",
    "add-comment",
];

/// Runs `heapwise tags`.
pub(crate) fn run(args: &ReportArgs, color: Color) -> anyhow::Result<()> {
    let output = Output::new(&args.output, color);
    output.expect_format(TagsReport::FORMATS)?;
    args.refuse(&UNUSED)?;
    let looked = view::look(args, &output)?;
    if args.question.graph.pprof_compatible {
        let tags = Tags::of_pprof(&looked.view)?;
        return output.write(|out| write_pprof_tags(&tags, &looked.view, out));
    }
    let report = TagsReport {
        report: looked.report(),
        tags: Tags::of(&looked.view)?,
    };
    output.write(|out| report.write(output.format, output.layout, out))
}
