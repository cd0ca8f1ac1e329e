//! What the collector is doing, as Markdown.

use std::io::{self, Write};

use super::facts::{facts, headline};
use super::{GcReport, memory, text};
use crate::formats::format::Format;
use crate::formats::markdown::{escape, write_table};
use crate::formats::table::{Cell, Column, Table};
use crate::formats::text::Layout;

/// The same as text, in tables.
pub(super) fn write(report: &GcReport, out: &mut dyn Write) -> io::Result<()> {
    for (at, process) in report.answer.processes.iter().enumerate() {
        if at > 0 {
            writeln!(out)?;
        }
        for line in headline(process, &report.paths_of(process), &report.zone) {
            writeln!(out, "{}\n", escape(&line))?;
        }
        let rows = facts(process).into_iter().map(|fact| {
            let (sign, why) = match fact.finding {
                Some(finding) => (finding.sign.name(), finding.why.as_str()),
                None => ("", ""),
            };
            [fact.name, &fact.value, sign, why]
                .map(Cell::plain)
                .to_vec()
        });
        let table = Table {
            columns: ["", "value", "", "why"].map(Column::left).into(),
            rows: rows.collect(),
        };
        write_table(&table, out)?;
        if let Some(screen) = &process.memory {
            writeln!(out)?;
            write_table(&memory::table(process, screen), out)?;
            writeln!(out, "\n{}", escape(&memory::advice(process, screen)))?;
        }
        if let Some(costs) = &process.costs {
            writeln!(out, "\n{}\n", escape(text::costs_title(costs)))?;
            if let Some(sentence) = report.calibrated_by(costs) {
                writeln!(out, "{}\n", escape(&sentence))?;
            }
            write_table(&text::costs_table(process, costs), out)?;
        }
    }
    for (at, trace) in report.traces.iter().enumerate() {
        if at > 0 || !report.answer.processes.is_empty() {
            writeln!(out)?;
        }
        trace.write(Format::Markdown, Layout::default(), out)?;
    }
    Ok(())
}
