//! The tree that d3-flame-graph and its like read: names, values and children.

use std::io::{self, Write};

use serde::Serialize;

use super::FlameReport;
use super::picture::name_of;
use super::sizes::Sizes;

/// A node with everything below it.
#[derive(Debug, Serialize)]
struct Tree {
    name: String,
    /// How large it is drawn.
    value: i128,
    /// What it adds up to, where that is something else.
    #[serde(skip_serializing_if = "Option::is_none")]
    net: Option<i128>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    children: Vec<Tree>,
}

/// Writes the sample type that is shown.
pub(super) fn write(report: &FlameReport, out: &mut dyn Write) -> io::Result<()> {
    let graph = &report.graph;
    let ranking = graph.rankings().last();
    let value = |node: usize| {
        let row = ranking.and_then(|ranking| ranking.rows.get(node));
        row.map_or(0, |row| row.cum_of(report.sample_index))
    };
    let sizes = Sizes::of(graph, value);
    // The path to the node at hand, each with what is known of its children.
    let mut path: Vec<Tree> = Vec::new();
    for (at, node) in graph.nodes.iter().enumerate() {
        close(&mut path, node.depth as usize);
        path.push(Tree {
            name: match at {
                0 => report.named("all"),
                _ => name_of(graph, at),
            },
            value: sizes.get(at),
            net: (sizes.get(at) != value(at)).then(|| value(at)),
            children: Vec::new(),
        });
    }
    close(&mut path, 1);
    if let Some(root) = path.pop() {
        serde_json::to_writer(&mut *out, &root)?;
    }
    writeln!(out)
}

/// Gives nodes to those above them until so many are left.
fn close(path: &mut Vec<Tree>, depth: usize) {
    while path.len() > depth.max(1)
        && let Some(last) = path.pop()
    {
        if let Some(parent) = path.last_mut() {
            parent.children.push(last);
        }
    }
}
