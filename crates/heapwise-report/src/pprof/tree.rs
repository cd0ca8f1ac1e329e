//! `go tool pprof -tree` and `-peek`, byte for byte (report/report.go: printTree).

use std::io::{self, Write};

use heapwise_analysis::GoRegex;
use heapwise_analysis::graph::{CallGraph, GraphCall, GraphNode};
use heapwise_analysis::units::percentage;

use super::head::{HeadKind, head_lines};

const SEPARATOR: &str = "----------------------------------------------------------+-------------";
const COLUMNS: &str = "      flat  flat%   sum%        cum   cum%   calls calls% + context \t \t ";

/// Prints every row between its callers and its callees.
///
/// # Errors
///
/// Only those of `out`.
pub fn write_tree(graph: &CallGraph, out: &mut dyn Write) -> io::Result<()> {
    let rows: Vec<&GraphNode> = graph.rows().iter().collect();
    write_rows(graph, &rows, out)
}

/// Prints the rows whose printed name matches between their callers and their callees, and tells
/// how many that are. Prints nothing when there are none: pprof takes that for an error.
///
/// # Errors
///
/// Only those of `out`.
pub fn write_peek(graph: &CallGraph, symbol: &GoRegex, out: &mut dyn Write) -> io::Result<usize> {
    let is_match = |row: &&GraphNode| symbol.is_match(&graph.name(row));
    let rows: Vec<&GraphNode> = graph.rows().iter().filter(is_match).collect();
    if !rows.is_empty() {
        write_rows(graph, &rows, out)?;
    }
    Ok(rows.len())
}

fn write_rows(graph: &CallGraph, rows: &[&GraphNode], out: &mut dyn Write) -> io::Result<()> {
    let head = graph.head();
    for line in head_lines(head, HeadKind::Text) {
        writeln!(out, "{line}")?;
    }
    writeln!(out, "{SEPARATOR}\n{COLUMNS}")?;
    let mut sum: i64 = 0;
    for row in rows {
        writeln!(out, "{SEPARATOR}")?;
        for (caller, call) in graph.callers_of(row) {
            write_call(graph, row, caller, call, out)?;
        }
        sum = sum.saturating_add(row.flat);
        write!(
            out,
            "{:>10} {} {} {:>10} {}                | ",
            head.unit.label(row.flat),
            percentage(row.flat, head.total),
            percentage(sum, head.total),
            head.unit.label(row.cum),
            percentage(row.cum, head.total),
        )?;
        out.write_all(&graph.name(row))?;
        writeln!(out)?;
        for (callee, call) in graph.callees_of(row) {
            write_call(graph, row, callee, call, out)?;
        }
    }
    if !graph.rows().is_empty() {
        writeln!(out, "{SEPARATOR}")?;
    }
    Ok(())
}

/// A call and its other end, as a part of the row's value.
fn write_call(
    graph: &CallGraph,
    row: &GraphNode,
    other: &GraphNode,
    call: &GraphCall,
    out: &mut dyn Write,
) -> io::Result<()> {
    write!(
        out,
        "{:>50} {} |   ",
        graph.head().unit.label(call.weight),
        percentage(call.weight, row.cum)
    )?;
    out.write_all(&graph.name(other))?;
    writeln!(out, "{}", if call.is_inlined { " (inline)" } else { "" })
}
