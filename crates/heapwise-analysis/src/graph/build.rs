//! A graph of sites, from the tree of stacks (graph/graph.go: newGraph).

use std::collections::HashMap;

use super::sites::SiteId;
use super::tree::StackTree;
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
    /// The graph of the sites that are kept; of all when `kept` is `None`.
    pub(crate) fn of(tree: &StackTree, sites: usize, kept: Option<&[bool]>, trim: &Trim) -> Graph {
        let mut builder = Builder::new(sites, kept);
        for node in &tree.nodes {
            builder.leave(node.depth as usize);
            let caller = builder.path.last().copied().unwrap_or(Step::START);
            if !builder.is_kept(node.site) {
                builder.path.push(Step {
                    is_residual: true,
                    edge: None,
                    ..caller
                });
                continue;
            }
            if let Some(site) = builder.nodes.get_mut(node.site as usize) {
                site.flat += node.flat;
                if node.is_outermost {
                    site.cum += node.cum;
                }
            }
            let edge = caller
                .site
                .filter(|&caller| caller != node.site)
                .map(|site| builder.edge(site, node.site));
            if let Some(edge) = edge {
                builder.call(edge, node.cum, caller.is_residual, node.is_inlined);
            }
            builder.path.push(Step {
                site: Some(node.site),
                is_residual: false,
                edge,
            });
        }
        builder.finish(trim)
    }

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

struct Builder<'a> {
    kept: Option<&'a [bool]>,
    nodes: Vec<Node>,
    edges: Vec<Edge>,
    ids: HashMap<(SiteId, SiteId), u32>,
    /// How often each call is on the path.
    on_path: Vec<u32>,
    path: Vec<Step>,
}

/// A frame of the stack that is looked at.
#[derive(Debug, Clone, Copy)]
struct Step {
    /// The kept site nearest to it on the root side, itself included.
    site: Option<SiteId>,
    /// Sites between that and the frame were left out.
    is_residual: bool,
    edge: Option<u32>,
}

impl Step {
    const START: Step = Step {
        site: None,
        is_residual: false,
        edge: None,
    };
}

impl<'a> Builder<'a> {
    fn new(sites: usize, kept: Option<&'a [bool]>) -> Self {
        let node = |site: usize| Node {
            site: site as SiteId,
            ..Node::default()
        };
        Self {
            kept,
            nodes: (0..sites).map(node).collect(),
            edges: Vec::new(),
            ids: HashMap::new(),
            on_path: Vec::new(),
            path: Vec::new(),
        }
    }

    fn is_kept(&self, site: SiteId) -> bool {
        let kept = |kept: &[bool]| kept.get(site as usize).copied().unwrap_or(false);
        self.kept.is_none_or(kept)
    }

    fn leave(&mut self, depth: usize) {
        for step in self.path.drain(depth..) {
            if let Some(edge) = step.edge
                && let Some(count) = self.on_path.get_mut(edge as usize)
            {
                *count -= 1;
            }
        }
    }

    fn edge(&mut self, caller: SiteId, callee: SiteId) -> u32 {
        let next = self.edges.len() as u32;
        let edge = *self.ids.entry((caller, callee)).or_insert(next);
        if edge == next {
            self.on_path.push(0);
            self.edges.push(Edge {
                caller,
                callee,
                weight: Sum::default(),
                is_residual: false,
                is_inlined: true,
            });
        }
        edge
    }

    /// Adds to a call where it is on the path for the first time (graph/graph.go: AddToEdgeDiv).
    fn call(&mut self, edge: u32, weight: Sum, is_residual: bool, is_inlined: bool) {
        let at = edge as usize;
        let (Some(count), Some(edge)) = (self.on_path.get_mut(at), self.edges.get_mut(at)) else {
            return;
        };
        *count += 1;
        if *count == 1 {
            edge.weight += weight;
            edge.is_residual |= is_residual;
            edge.is_inlined &= is_inlined;
        }
    }

    fn finish(self, trim: &Trim) -> Graph {
        let mut graph = Graph {
            nodes: self.nodes,
            edges: self.edges,
            listed: Vec::new(),
        };
        graph.list(trim);
        graph
    }
}
