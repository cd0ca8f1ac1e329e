//! A log of the collector as Markdown.

use std::io::{self, Write};

use heapwise_analysis::gc::TraceProcess;

use super::rows::rows;
use super::spark::sparks;
use super::{GcTraceReport, words};
use crate::formats::markdown;
use crate::formats::table::{Cell, Column, Table};

/// Bars of a series.
const BARS: usize = 60;

/// For a ticket or a pull request.
pub(super) fn write(report: &GcTraceReport, out: &mut dyn Write) -> io::Result<()> {
    let trace = &report.trace;
    for line in words::headline(trace) {
        writeln!(out, "{}\n", markdown::escape(line.trim()))?;
    }
    let count = trace.processes.len();
    for (at, process) in trace.processes.iter().enumerate() {
        let title = words::title(process, at, count);
        writeln!(out, "**{}**\n", markdown::escape(&title))?;
        write_process(process, out)?;
    }
    for line in words::footer(trace) {
        writeln!(out, "{}\n", markdown::escape(&line))?;
    }
    Ok(())
}

fn write_process(process: &TraceProcess, out: &mut dyn Write) -> io::Result<()> {
    markdown::write_table(&table(process), out)?;
    writeln!(out)?;
    if let Some((sparks, nanos)) = sparks(process, BARS) {
        writeln!(out, "```text")?;
        for spark in sparks {
            writeln!(out, "{:<14}{}  {}", spark.name, spark.bars, spark.most)?;
        }
        writeln!(out, "```\n\neach bar {}\n", super::rows::time(nanos))?;
    }
    for line in words::remarks(process) {
        writeln!(out, "{}\n", markdown::escape(&line))?;
    }
    Ok(())
}

fn table(process: &TraceProcess) -> Table {
    let line = |(name, value, sign, why): (&'static str, String, &'static str, String)| {
        vec![
            (Column::left("of"), Cell::plain(name)),
            (Column::left("value"), Cell::plain(value)),
            (Column::left("sign"), Cell::plain(sign)),
            (Column::left("why"), Cell::plain(why)),
        ]
    };
    Table::of_lines(rows(process).into_iter().map(|row| {
        let (sign, why) = match row.finding {
            Some(finding) => (finding.sign.name(), finding.why),
            None => ("", String::new()),
        };
        line((row.name, row.value, sign, why))
    }))
}
