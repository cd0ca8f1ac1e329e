//! Where each frame of a picture is.

use heapwise_analysis::flame::{FlameGraph, FlameKind};

use super::names::shown;
use super::sizes::Sizes;

/// A frame of a picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Rect {
    pub(super) node: usize,
    pub(super) x: f64,
    pub(super) width: f64,
    pub(super) row: u32,
}

/// Narrower frames cannot be seen.
const LEAST: f64 = 0.3;

/// The frames of a graph, each as wide as its size is a part of the root's, its children beside one
/// another below it.
pub(super) fn layout(graph: &FlameGraph, width: f64, sizes: &Sizes) -> Vec<Rect> {
    let total = sizes.get(0) as f64;
    let scale = if total > 0.0 { width / total } else { 0.0 };
    // By node, where its next child begins.
    let mut next: Vec<f64> = vec![0.0; graph.nodes.len()];
    let mut rects = Vec::new();
    for (at, node) in graph.nodes.iter().enumerate() {
        let own = sizes.get(at) as f64 * scale;
        let x = match at {
            0 => 0.0,
            _ => next.get(node.parent as usize).copied().unwrap_or(0.0),
        };
        if let Some(slot) = next.get_mut(at) {
            *slot = x;
        }
        if at > 0
            && let Some(slot) = next.get_mut(node.parent as usize)
        {
            *slot += own;
        }
        if own >= LEAST {
            rects.push(Rect {
                node: at,
                x,
                width: own,
                row: node.depth,
            });
        }
    }
    rects
}

/// What is written into a node.
pub(super) fn name_of(graph: &FlameGraph, node: usize) -> String {
    match graph.nodes.get(node).map(|known| known.kind) {
        Some(FlameKind::LeftOut(count)) => format!("({count} smaller frames)"),
        Some(FlameKind::Frame(_)) => graph
            .frame(node)
            .map_or_else(String::new, |frame| shown(&frame.name())),
        _ => "all".to_owned(),
    }
}
