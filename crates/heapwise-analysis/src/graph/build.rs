//! A graph of sites, or of the ways to them.

use super::sites::SiteId;
use crate::rank::{Trim, Worth};
use crate::sums::measured::Sum;

/// A node's number in its graph.
pub(crate) type NodeId = u32;

/// Sites, or in a call tree the ways to them, and the calls between them.
///
/// Calls may lead to and from nodes that are not listed: those that add up to 0, and those that
/// a [`Trim`] drops as negative.
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

impl Node {
    /// What decides on it.
    pub(crate) fn worth(self) -> Worth {
        Worth {
            flat: self.flat.value,
            cum: self.cum.value,
        }
    }
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
    /// Lists the nodes that are rows.
    pub(crate) fn list(&mut self, trim: &Trim) {
        let nodes = self.nodes.iter().enumerate();
        self.listed = nodes
            .filter(|(_, node)| trim.lists(node.worth()))
            .map(|(at, _)| at as NodeId)
            .collect();
    }

    pub(crate) fn node(&self, at: NodeId) -> Node {
        self.nodes.get(at as usize).copied().unwrap_or_default()
    }
}
