//! How much a node adds to a picture (graph/graph.go: entropyScore).

use super::build::{Graph, NodeId};
use super::links::Links;

/// The score of every listed node; 0 for others.
pub(super) fn entropy_scores(graph: &Graph, links: &Links) -> Vec<i64> {
    let mut scores = vec![0; graph.nodes.len()];
    for &at in &graph.listed {
        if let Some(score) = scores.get_mut(at as usize) {
            *score = entropy_score(graph, links, at);
        }
    }
    scores
}

/// Nodes that calls merely pass through score low, entries and leaves high.
fn entropy_score(graph: &Graph, links: &Links, at: NodeId) -> i64 {
    let node = graph.node(at);
    let flat = node.flat.value as f64;
    let side = |edges: &[u32], own: f64| match edges {
        [] => 1.0,
        edges => edge_entropy(graph, edges, own),
    };
    let score = side(links.calls_to(at), 0.0) + side(links.calls_of(at), flat);
    go_integer(score * node.cum.value as f64)
        .wrapping_add(crate::profile::units::narrow(node.flat.value))
}

/// The entropy of the calls on one side of a node (graph/graph.go: edgeEntropyScore). Not a number
/// where a call adds up to 0, as in pprof.
fn edge_entropy(graph: &Graph, edges: &[u32], own: f64) -> f64 {
    let weights = edges
        .iter()
        .filter_map(|&at| graph.edges.get(at as usize))
        .map(|edge| edge.weight.value as f64);
    let total = own + weights.clone().filter(|&weight| weight > 0.0).sum::<f64>();
    if total == 0.0 {
        return 0.0;
    }
    let part = |weight: f64| {
        let part = weight.abs() / total;
        -part * part.log2()
    };
    let own_part = if own > 0.0 { part(own) } else { 0.0 };
    weights.map(part).sum::<f64>() + own_part
}

/// What Go makes of a number that is none, or too large, on amd64.
fn go_integer(value: f64) -> i64 {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    if (-LIMIT..LIMIT).contains(&value) {
        value as i64
    } else {
        i64::MIN
    }
}
