//! In which order nodes and calls are shown (graph/graph.go: Nodes.Sort, EdgeMap.Sort).
//!
//! Where pprof's own order is that of a hash map, content decides; where it is what Go's sort makes
//! of an order before, so it is here.

use std::cmp::Reverse;

use super::build::{Graph, NodeId};
use super::entropy::entropy_scores;
use super::go_sort::go_sort;
use super::links::Links;
use super::names::NameRank;
use super::sites::Sites;
use crate::rank::RowOrder;

/// What nodes are ordered by first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NodeOrder {
    /// What rows are ordered by.
    Rows(RowOrder),
    /// How much a node adds to a picture.
    Entropy,
}

/// Orders the nodes that are listed: largest first, equal ones by name. Nodes of a call tree that are
/// alike in all that stay in the order that they had.
pub(crate) fn sort_nodes(graph: &mut Graph, sites: &Sites, order: NodeOrder) {
    let ranks = Ranks::of(graph, sites, order);
    let mut listed = graph.listed.clone();
    listed.sort_by_cached_key(|&at| {
        let rank = ranks.of_node(at);
        let names = (rank.name.name, Reverse(rank.second), rank.name.content);
        (Reverse(rank.first), names)
    });
    graph.listed = listed;
}

/// Orders the nodes of a call tree that were in order, until some were left out.
///
/// Nodes that are alike now were not before, so that their order before tells pprof's order now,
/// by way of how Go sorts. It cannot for other graphs: pprof makes those anew, in random order.
pub(crate) fn sort_nodes_again(graph: &mut Graph, sites: &Sites, order: NodeOrder) {
    let ranks = Ranks::of(graph, sites, order);
    let listed = graph.listed.iter();
    let mut ranked: Vec<(Rank, NodeId)> = listed.map(|&at| (ranks.of_node(at), at)).collect();
    go_sort(&mut ranked, |(left, _), (right, _)| left.is_before(right));
    graph.listed = ranked.into_iter().map(|(_, at)| at).collect();
}

/// What tells the places of nodes.
struct Ranks<'a> {
    graph: &'a Graph,
    sites: &'a Sites,
    order: NodeOrder,
    /// By node; only where they matter.
    scores: Vec<i64>,
}

/// What tells the place of a node.
#[derive(Debug, Clone, Copy)]
struct Rank {
    first: i128,
    name: NameRank,
    second: u128,
}

impl<'a> Ranks<'a> {
    fn of(graph: &'a Graph, sites: &'a Sites, order: NodeOrder) -> Ranks<'a> {
        let scores = match order {
            NodeOrder::Entropy => entropy_scores(graph, &Links::of(graph)),
            NodeOrder::Rows(_) => Vec::new(),
        };
        Ranks {
            graph,
            sites,
            order,
            scores,
        }
    }

    fn of_node(&self, at: NodeId) -> Rank {
        let node = self.graph.node(at);
        let (first, second) = match self.order {
            NodeOrder::Rows(order) => {
                let (first, second) = order.key(node.worth());
                (first.abs(), second)
            }
            NodeOrder::Entropy => {
                let score = self.scores.get(at as usize).copied().unwrap_or(0);
                // The least number has no absolute value and comes last.
                (i128::from(score.wrapping_abs()), node.flat.value)
            }
        };
        Rank {
            first,
            name: self.sites.name(node.site),
            second: second.unsigned_abs(),
        }
    }
}

impl Rank {
    /// Whether pprof asks for this order (graph/graph.go: Nodes.Sort). It does not where different
    /// sites print as the same name.
    fn is_before(&self, other: &Rank) -> bool {
        if self.first != other.first {
            self.first > other.first
        } else if self.name.content != other.name.content {
            self.name.name < other.name.name
        } else {
            self.second > other.second
        }
    }
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
