//! `go tool pprof -top`, byte for byte.

use std::io::{self, Write};

use heapwise_analysis::graph::{CallGraph, ReportHead};
use heapwise_analysis::units::percentage;
use heapwise_analysis::{Inlined, PprofTop};

use super::head::{HeadKind, head_lines};

/// Prints what `go tool pprof -top` prints (report/report.go: printText).
///
/// # Errors
///
/// Only those of `out`.
pub fn write_pprof_top(top: &PprofTop, out: &mut dyn Write) -> io::Result<()> {
    let mut table = Table::start(top.head.clone(), out)?;
    for row in &top.rows {
        table.row(row.flat, row.cum, &row.name, row.inlined)?;
    }
    Ok(())
}

/// [`write_pprof_top`] of the rows of a graph.
///
/// # Errors
///
/// Only those of `out`.
pub fn write_pprof_top_of(graph: &CallGraph, out: &mut dyn Write) -> io::Result<()> {
    let mut table = Table::start(graph.head().clone(), out)?;
    for row in graph.rows() {
        table.row(row.flat, row.cum, &graph.name(row), graph.inlined(row))?;
    }
    Ok(())
}

struct Table<'a> {
    head: ReportHead,
    sum: i64,
    out: &'a mut dyn Write,
}

impl<'a> Table<'a> {
    fn start(head: ReportHead, out: &'a mut dyn Write) -> io::Result<Table<'a>> {
        for line in head_lines(&head, HeadKind::Text) {
            writeln!(out, "{line}")?;
        }
        writeln!(
            out,
            "{:>10} {:>5}% {:>5}% {:>10} {:>5}%",
            "flat", "flat", "sum", "cum", "cum"
        )?;
        Ok(Table { head, sum: 0, out })
    }

    fn row(&mut self, flat: i64, cum: i64, name: &[u8], inlined: Inlined) -> io::Result<()> {
        let head = &self.head;
        self.sum = self.sum.saturating_add(flat);
        write!(
            self.out,
            "{:>10} {} {} {:>10} {}  ",
            head.unit.label(flat),
            percentage(flat, head.total),
            percentage(self.sum, head.total),
            head.unit.label(cum),
            percentage(cum, head.total),
        )?;
        self.out.write_all(name)?;
        writeln!(self.out, "{}", inlined.suffix())
    }
}
