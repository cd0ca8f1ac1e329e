//! `go tool pprof -top`, byte for byte.

use std::io::{self, Write};

use heapwise_analysis::graph::CallGraph;
use heapwise_analysis::units::percentage;

use super::head::{HeadKind, head_lines};

/// Prints what `go tool pprof -top` prints (report/report.go: printText).
///
/// # Errors
///
/// Only those of `out`.
pub fn write_pprof_top(graph: &CallGraph, out: &mut dyn Write) -> io::Result<()> {
    let head = graph.head();
    for line in head_lines(head, HeadKind::Text) {
        writeln!(out, "{line}")?;
    }
    writeln!(
        out,
        "{:>10} {:>5}% {:>5}% {:>10} {:>5}%",
        "flat", "flat", "sum", "cum", "cum"
    )?;
    let mut sum = 0_i64;
    for row in graph.rows() {
        sum = sum.saturating_add(row.flat);
        write!(
            out,
            "{:>10} {} {} {:>10} {}  ",
            head.unit.label(row.flat),
            percentage(row.flat, head.total),
            percentage(sum, head.total),
            head.unit.label(row.cum),
            percentage(row.cum, head.total),
        )?;
        out.write_all(&graph.name(row))?;
        writeln!(out, "{}", graph.inlined(row).suffix())?;
    }
    Ok(())
}
