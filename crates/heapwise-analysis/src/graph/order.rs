//! In which order nodes and calls are shown (graph/graph.go: Nodes.Sort, EdgeMap.Sort).
//!
//! Where pprof's own order is that of a hash map, content decides.

use std::cmp::Reverse;

use super::build::{Graph, NodeId};
use super::entropy::entropy_scores;
use super::links::Links;
use super::sites::Sites;

/// What nodes are ordered by first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NodeOrder {
    Flat,
    Cum,
    /// How much a node adds to a picture.
    Entropy,
}

/// Orders the nodes that are listed: largest first, equal ones by name. Nodes of a call tree that are
/// alike in all that stay in the order that they had.
pub(crate) fn sort_nodes(graph: &mut Graph, sites: &Sites, order: NodeOrder) {
    let scores = match order {
        NodeOrder::Entropy => entropy_scores(graph, &Links::of(graph)),
        NodeOrder::Flat | NodeOrder::Cum => Vec::new(),
    };
    let mut listed = std::mem::take(&mut graph.listed);
    let key = |&at: &NodeId| {
        let node = graph.node(at);
        let (flat, cum) = (node.flat.value, node.cum.value);
        let (first, second) = match order {
            NodeOrder::Flat => (flat.abs(), cum),
            NodeOrder::Cum => (cum.abs(), flat),
            NodeOrder::Entropy => {
                let score = scores.get(at as usize).copied().unwrap_or(0);
                // The least number has no absolute value and comes last.
                (i128::from(score.wrapping_abs()), flat)
            }
        };
        let name = sites.name(node.site);
        let names = (name.name, Reverse(second.unsigned_abs()), name.content);
        (Reverse(first), names)
    };
    listed.sort_by_cached_key(key);
    graph.listed = listed;
}

/// Orders edges, given as places in the graph's list: heaviest first, equal ones by the names of
/// caller and callee.
pub(crate) fn sort_edges(graph: &Graph, sites: &Sites, edges: &mut [u32]) {
    edges.sort_by_cached_key(|&at| {
        let edge = graph.edges.get(at as usize);
        edge.map(|edge| {
            let caller = sites.name(graph.node(edge.caller).site);
            let callee = sites.name(graph.node(edge.callee).site);
            (
                Reverse(edge.weight.value.unsigned_abs()),
                (caller.name, callee.name),
                (caller.content, callee.content),
                (edge.caller, edge.callee),
            )
        })
    });
}
