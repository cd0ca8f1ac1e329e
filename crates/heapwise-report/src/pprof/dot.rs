//! `go tool pprof -dot`, byte for byte: the graph that graphviz draws (report/report.go: printDOT;
//! graph/dotgraph.go: ComposeDot).

use std::io::{self, Write};

use heapwise_analysis::graph::{CallGraph, GraphCall, GraphNode, ReportHead};
use heapwise_analysis::units::percentage;

use super::dot_color::{Ground, color};
use super::dot_tags::write_tags;
use super::dot_text::{box_name, escape};
use super::head::{HeadKind, head_lines};

/// Writes the graph for graphviz.
///
/// # Errors
///
/// Only those of `out`.
pub fn write_dot(graph: &CallGraph, out: &mut dyn Write) -> io::Result<()> {
    let head = graph.head();
    let title = head.header.binary_name();
    let title = title.as_deref();
    writeln!(out, "digraph \"{}\" {{", title.unwrap_or("unnamed"))?;
    writeln!(out, "node [style=filled fillcolor=\"#f8f8f8\"]")?;
    write_legend(head, title, out)?;
    let rows = graph.rows();
    let greatest = rows.iter().map(|row| row.flat.unsigned_abs()).max();
    let mut has_tags = Vec::with_capacity(rows.len());
    for (at, row) in rows.iter().enumerate() {
        write_box(graph, row, at + 1, greatest.unwrap_or(0), out)?;
        has_tags.push(write_tags(graph, row, at + 1, out)?);
    }
    // Heaviest first: a hint to graphviz.
    for call in graph.calls().iter().filter(|call| call.caller < rows.len()) {
        write_call(graph, call, has_tags.get(call.caller) == Some(&true), out)?;
    }
    writeln!(out, "}}")
}

/// The box that tells what the picture shows (graph/dotgraph.go: addLegend).
fn write_legend(head: &ReportHead, title: Option<&str>, out: &mut dyn Write) -> io::Result<()> {
    let lines = head_lines(head, HeadKind::Picture);
    let lines: Vec<Vec<u8>> = lines.iter().map(|line| escape(line.as_bytes())).collect();
    out.write_all(b"subgraph cluster_L { \"")?;
    out.write_all(lines.first().map_or(&[], Vec::as_slice))?;
    out.write_all(b"\" [shape=box fontsize=16 label=\"")?;
    out.write_all(&lines.join(&br"\l"[..]))?;
    out.write_all(br#"\l""#)?;
    if let Some(title) = title {
        write!(out, " tooltip=\"{title}\"")?;
    }
    writeln!(out, "] }}")
}

/// The box of a node (graph/dotgraph.go: addNode).
fn write_box(
    graph: &CallGraph,
    row: &GraphNode,
    id: usize,
    greatest: u64,
    out: &mut dyn Write,
) -> io::Result<()> {
    let head = graph.head();
    let info = graph.info(row);
    let part = |value: i64| percentage(value, head.total).trim().to_owned();
    let flat = head.unit.label(row.flat);
    let mut values = match row.flat {
        0 => "0".to_owned(),
        _ => format!("{flat} ({})", part(row.flat)),
    };
    let mut cum = flat;
    if row.cum != row.flat {
        cum = head.unit.label(row.cum);
        let gap = if row.flat == 0 { " " } else { r"\n" };
        values.push_str(&format!("{gap}of {cum} ({})", part(row.cum)));
    }
    let score = row.cum as f64 / total(head);
    write!(out, "N{id} [label=\"")?;
    out.write_all(&box_name(&info))?;
    write!(
        out,
        "{values}\" id=\"node{id}\" fontsize={} shape=box tooltip=\"",
        font_size(row.flat, greatest)
    )?;
    out.write_all(&escape(&info.printed()))?;
    writeln!(
        out,
        " ({cum})\" color=\"{}\" fillcolor=\"{}\"]",
        color(score, Ground::Front),
        color(score, Ground::Back)
    )
}

/// From 8 to 24, the more the larger.
fn font_size(flat: i64, greatest: u64) -> u32 {
    const BASE: u32 = 8;
    const GROWTH: f64 = 16.0;
    if flat == 0 || greatest == 0 {
        return BASE;
    }
    let part = flat.unsigned_abs() as f64 / greatest as f64;
    BASE + (GROWTH * part.sqrt()).ceil() as u32
}

/// What parts of the total are taken of.
fn total(head: &ReportHead) -> f64 {
    head.total.unsigned_abs() as f64
}

/// An arrow (graph/dotgraph.go: addEdge).
fn write_call(
    graph: &CallGraph,
    call: &GraphCall,
    has_tags: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    let head = graph.head();
    let id = |at: usize| if at < graph.rows().len() { at + 1 } else { 0 };
    let weight = head.unit.label(call.mean());
    let inline = if call.is_inlined { r"\n (inline)" } else { "" };
    write!(
        out,
        "N{} -> N{} [label=\" {weight}{inline}\"",
        id(call.caller),
        id(call.callee)
    )?;
    if head.total != 0 {
        // Calls of a difference may be heavier than the total.
        let parts = |count: i64| {
            let part = call.mean().wrapping_mul(count).wrapping_div(head.total);
            1 + part.wrapping_abs().min(count)
        };
        for (name, value) in [("weight", parts(100)), ("penwidth", parts(5))] {
            if value > 1 {
                write!(out, " {name}={value}")?;
            }
        }
        let score = call.mean() as f64 / total(head);
        write!(out, " color=\"{}\"", color(score, Ground::Front))?;
    }
    let name = |at: usize| {
        let node = graph.nodes().get(at);
        escape(&node.map_or_else(Vec::new, |node| graph.name(node)))
    };
    let arrow = if call.is_residual { "..." } else { "->" };
    let mut tooltip = name(call.caller);
    tooltip.extend(format!(" {arrow} ").as_bytes());
    tooltip.extend(name(call.callee));
    tooltip.extend(format!(" ({weight})").as_bytes());
    for attribute in ["tooltip", "labeltooltip"] {
        write!(out, " {attribute}=\"")?;
        out.write_all(&tooltip)?;
        out.write_all(b"\"")?;
    }
    if call.is_residual {
        out.write_all(br#" style="dotted""#)?;
    }
    if has_tags {
        out.write_all(b" minlen=2")?;
    }
    writeln!(out, "]")
}
