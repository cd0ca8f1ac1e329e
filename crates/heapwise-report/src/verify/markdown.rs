//! Outcomes of claims as Markdown.

use std::io::{self, Write};

use crate::formats::markdown;
use crate::formats::table::Table;
use crate::verify::VerifyReport;

/// What fits a comment on a pull request, with room for what a script puts around it.
const MOST_BYTES: usize = 60_000;
/// Kept free for what stands below the table.
const FOOTER_BYTES: usize = 500;

/// For a pull request or a job summary: never longer than they take.
pub(crate) fn write(report: &VerifyReport, out: &mut dyn Write) -> io::Result<()> {
    let mut text = Vec::new();
    writeln!(text, "**{}**\n", markdown::escape(&report.headline()))?;
    let mut table = report.table();
    let rows = std::mem::take(&mut table.rows);
    markdown::write_table(&table, &mut text)?;
    let count = rows.len();
    let mut written = 0;
    for row in rows {
        let mut line = Vec::new();
        let single = Table {
            columns: Vec::new(),
            rows: vec![row],
        };
        markdown::write_rows(&single, &mut line)?;
        if text.len() + line.len() > MOST_BYTES - FOOTER_BYTES {
            break;
        }
        text.extend(line);
        written += 1;
    }
    if written < count {
        writeln!(text, "\n{} more", count - written)?;
    }
    for line in report.footer() {
        writeln!(text, "\n{}", markdown::escape(&line))?;
    }
    out.write_all(&text)
}
