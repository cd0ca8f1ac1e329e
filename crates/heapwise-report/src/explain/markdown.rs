//! Why sites allocate and what would help, as Markdown.

use std::io::{self, Write};

use super::{ExplainReport, table};
use crate::formats::markdown;

pub(super) fn write(report: &ExplainReport, out: &mut dyn Write) -> io::Result<()> {
    for line in report.headline().into_iter().chain(report.log_line()) {
        writeln!(out, "{}\n", markdown::escape(&line))?;
    }
    if !report.answer.reasons.is_empty() {
        markdown::write_table(&table::reasons(report), out)?;
        writeln!(out)?;
    }
    markdown::write_table(&table::sites_with_code(report), out)?;
    if let Some(line) = report.omitted() {
        writeln!(out, "\n{}", markdown::escape(&line))?;
    }
    if let Some(line) = report.missing_code() {
        writeln!(out, "\n{}", markdown::escape(&line))?;
    }
    if let Some(comparison) = &report.answer.comparison {
        for line in report.comparison() {
            writeln!(out, "\n{}", markdown::escape(&line))?;
        }
        if !comparison.sites.is_empty() {
            writeln!(out)?;
            markdown::write_table(&table::changes(report, comparison), out)?;
        }
    }
    for advice in &report.answer.advice {
        let title = format!(
            "{} at {}",
            advice.rule.name(),
            advice.subject.at.pprof_name()
        );
        writeln!(out, "\n**{}**\n", markdown::escape(&title))?;
        for (name, text) in report.details(advice) {
            writeln!(out, "- {name}: {}", markdown::escape(&text))?;
        }
    }
    if let Some(line) = report.unchecked() {
        writeln!(out, "\n{}", markdown::escape(&line))?;
    }
    Ok(())
}
