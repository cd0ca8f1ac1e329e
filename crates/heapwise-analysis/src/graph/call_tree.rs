//! A graph in which a function called from two places is two nodes (graph/graph.go: newTree).

use super::build::{Edge, Graph, Node, NodeId};
use super::tree::StackTree;

impl Graph {
    /// The tree of stacks as it is.
    pub(crate) fn of_calls(tree: &StackTree) -> Graph {
        let nodes = tree.nodes.iter().map(|node| Node {
            site: node.site,
            flat: node.flat,
            cum: node.cum,
        });
        let calls = tree.nodes.iter().enumerate();
        let edges = calls.filter_map(|(at, node)| {
            Some(Edge {
                caller: node.parent?,
                callee: at as NodeId,
                weight: node.cum,
                is_residual: false,
                is_inlined: node.is_inlined,
            })
        });
        Graph {
            nodes: nodes.collect(),
            edges: edges.collect(),
            listed: Vec::new(),
        }
    }

    /// Takes listed nodes that are not kept out of a tree: what they called is then called by
    /// their caller, or by nobody (graph/graph.go: TrimTree).
    ///
    /// Edges are in order of callees, which come after their callers, so one pass does.
    pub(crate) fn trim_tree(&mut self, kept: &[bool]) {
        let is_kept = |at: NodeId| kept.get(at as usize).copied().unwrap_or(false);
        let mut is_removed = vec![false; self.nodes.len()];
        for &node in &self.listed {
            if let Some(removed) = is_removed.get_mut(node as usize) {
                *removed = !is_kept(node);
            }
        }
        self.listed.retain(|&node| is_kept(node));
        // The call by which each node was reached, once what was before it is settled.
        let mut calls: Vec<Option<Edge>> = vec![None; self.nodes.len()];
        for &edge in &self.edges {
            let call = match is_removed.get(edge.caller as usize) {
                Some(true) => calls
                    .get(edge.caller as usize)
                    .copied()
                    .flatten()
                    .map(|above| Edge {
                        caller: above.caller,
                        is_residual: true,
                        is_inlined: above.is_inlined && edge.is_inlined,
                        ..edge
                    }),
                _ => Some(edge),
            };
            if let Some(slot) = calls.get_mut(edge.callee as usize) {
                *slot = call;
            }
        }
        self.edges.clear();
        let calls = calls.into_iter().zip(&is_removed);
        self.edges.extend(
            calls
                .filter(|(_, is_removed)| !**is_removed)
                .filter_map(|(call, _)| call),
        );
    }
}
