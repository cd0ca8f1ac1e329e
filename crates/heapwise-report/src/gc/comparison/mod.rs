//! What differs between two sides, in every format.

mod json;
mod table;
mod words;

pub(super) use json::JsonComparison;

use std::io::{self, Write};

use heapwise_analysis::gc::GcComparison;

use crate::formats::delimited::write_rows;
use crate::formats::markdown::{escape, write_table as write_markdown};
use crate::formats::text::{Layout, write_sentence, write_table};

/// For people: what changed and how surely, then all numbers.
pub(super) fn text(
    comparison: &GcComparison,
    layout: Layout,
    out: &mut dyn Write,
) -> io::Result<()> {
    for line in words::nothing(comparison) {
        write_sentence(&line, layout, out)?;
    }
    for (at, difference) in comparison.differences.iter().enumerate() {
        if at > 0 {
            writeln!(out)?;
        }
        for line in words::headline(difference) {
            write_sentence(&line, layout, out)?;
        }
        writeln!(out)?;
        write_table(&table::table(difference), layout, out)?;
        for line in words::footer(difference) {
            writeln!(out)?;
            write_sentence(&line, layout, out)?;
        }
    }
    Ok(())
}

/// The same in tables.
pub(super) fn markdown(comparison: &GcComparison, out: &mut dyn Write) -> io::Result<()> {
    for line in words::nothing(comparison) {
        writeln!(out, "{}", escape(&line))?;
    }
    for (at, difference) in comparison.differences.iter().enumerate() {
        if at > 0 {
            writeln!(out)?;
        }
        for line in words::headline(difference) {
            writeln!(out, "{}\n", escape(&line))?;
        }
        write_markdown(&table::table(difference), out)?;
        for line in words::footer(difference) {
            writeln!(out, "\n{}", escape(&line))?;
        }
    }
    Ok(())
}

/// A row for each number.
pub(super) fn csv(comparison: &GcComparison, out: &mut dyn Write) -> io::Result<()> {
    let differences = comparison.differences.iter();
    write_rows(&table::HEADER, differences.flat_map(table::rows), out)
}
