//! The calls of each node.

use super::build::{Graph, NodeId};

/// The edges into and out of each node, as places in [`Graph::edges`].
#[derive(Debug, Clone, Default)]
pub(crate) struct Links {
    into: Lists,
    out_of: Lists,
}

/// A list per node, one after the other.
#[derive(Debug, Clone, Default)]
struct Lists {
    ends: Vec<u32>,
    items: Vec<u32>,
}

impl Links {
    /// Of all edges of a graph.
    pub(crate) fn of(graph: &Graph) -> Links {
        let nodes = graph.nodes.len();
        Links {
            into: Lists::of(nodes, graph.edges.iter().map(|edge| edge.callee)),
            out_of: Lists::of(nodes, graph.edges.iter().map(|edge| edge.caller)),
        }
    }

    /// The edges into a node.
    pub(crate) fn calls_to(&self, node: NodeId) -> &[u32] {
        self.into.get(node)
    }

    /// The edges out of a node.
    pub(crate) fn calls_of(&self, node: NodeId) -> &[u32] {
        self.out_of.get(node)
    }
}

impl Lists {
    /// Groups edges by the node that each belongs to.
    fn of(nodes: usize, owners: impl Iterator<Item = NodeId> + Clone) -> Lists {
        let mut ends = vec![0_u32; nodes];
        let mut count = 0;
        for owner in owners.clone() {
            count += 1;
            if let Some(end) = ends.get_mut(owner as usize) {
                *end += 1;
            }
        }
        let mut sum = 0;
        for end in &mut ends {
            // Where the list starts, until it is filled.
            (*end, sum) = (sum, sum + *end);
        }
        let mut items = vec![0_u32; count];
        for (edge, owner) in owners.enumerate() {
            let Some(end) = ends.get_mut(owner as usize) else {
                continue;
            };
            if let Some(item) = items.get_mut(*end as usize) {
                *item = edge as u32;
            }
            *end += 1;
        }
        Lists { ends, items }
    }

    fn get(&self, node: NodeId) -> &[u32] {
        let at = node as usize;
        let start = at.checked_sub(1).and_then(|before| self.ends.get(before));
        let start = start.copied().unwrap_or(0) as usize;
        let end = self.ends.get(at).copied().unwrap_or(0) as usize;
        self.items.get(start..end).unwrap_or_default()
    }
}
