//! Groups of goroutines as Markdown.

use std::io::{self, Write};

use heapwise_analysis::GoroutineGroup;

use super::detail::Part;
use super::{GoroutinesReport, is_alarming};
use crate::formats::markdown;

/// For a ticket or a pull request.
pub(super) fn write(report: &GoroutinesReport, out: &mut dyn Write) -> io::Result<()> {
    for (at, line) in report.headline().into_iter().enumerate() {
        let line = markdown::escape(&line);
        match at {
            0 => writeln!(out, "**{line}**\n")?,
            _ => writeln!(out, "{line}\n")?,
        }
    }
    let groups: Vec<&GoroutineGroup> = report.shown().iter().collect();
    for group in groups.iter().filter(|group| is_alarming(group)) {
        writeln!(out, "**{}**\n", markdown::escape(&report.title(group)))?;
        for (name, text) in report.details(group, Part::First, None) {
            writeln!(out, "- {name} {}", markdown::escape(&text))?;
        }
        writeln!(out)?;
    }
    markdown::write_table(&report.table(&groups, None), out)?;
    for line in report.footer() {
        writeln!(out, "\n{}", markdown::escape(&line))?;
    }
    Ok(())
}
