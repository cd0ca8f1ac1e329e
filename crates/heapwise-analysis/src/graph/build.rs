//! A graph of sites, or of the ways to them.

use super::measured::Sum;
use super::sites::SiteId;

/// A node's number in its graph.
pub(crate) type NodeId = u32;

/// Sites, or in a call tree the ways to them, and the calls between them.
///
/// Calls may lead to and from nodes that are not listed: those that add up to 0, and those that
/// `drop_negative` leaves out.
#[derive(Debug, Clone, Default)]
pub(crate) struct Graph {
    pub(crate) nodes: Vec<Node>,
    pub(crate) edges: Vec<Edge>,
    /// The nodes that a report shows, in its order.
    pub(crate) listed: Vec<NodeId>,
}

#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Node {
    pub(crate) site: SiteId,
    pub(crate) flat: Sum,
    pub(crate) cum: Sum,
}

/// A call, or several over nodes that were left out.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Edge {
    pub(crate) caller: NodeId,
    pub(crate) callee: NodeId,
    pub(crate) weight: Sum,
    pub(crate) is_residual: bool,
    pub(crate) is_inlined: bool,
}

impl Graph {
    /// Lists the nodes that are not 0 (graph/graph.go: selectNodesForGraph, isNegative).
    pub(crate) fn list(&mut self, drop_negative: bool) {
        let is_listed = |node: &Node| {
            let (flat, cum) = (node.flat.value, node.cum.value);
            let is_negative = flat < 0 || (flat == 0 && cum < 0);
            (flat != 0 || cum != 0) && !(drop_negative && is_negative)
        };
        let nodes = self.nodes.iter().enumerate();
        self.listed = nodes
            .filter(|(_, node)| is_listed(node))
            .map(|(at, _)| at as NodeId)
            .collect();
    }

    pub(crate) fn node(&self, at: NodeId) -> Node {
        self.nodes.get(at as usize).copied().unwrap_or_default()
    }
}
