//! What of a graph a report shows (report/report.go: newTrimmedGraph).

use std::collections::HashMap;

use super::build::{Graph, NodeId};
use super::kind::GraphKind;
use super::order::{NodeOrder, sort_nodes, sort_nodes_again};
use super::sites::{SiteId, Sites};
use super::tags::Tags;
use super::tree::StackTree;
use crate::error::Result;
use crate::rank::{Cutoffs, Omitted, Trim};
use crate::sums::measured::Measured;
use crate::view::View;

/// Tags of a node that count as boxes, at most (graph/dotgraph.go: maxNodelets).
const MAX_TAGS: usize = 4;

/// A graph of what a report shows, and how much it does not.
pub(crate) struct Trimmed {
    pub(crate) graph: Graph,
    pub(crate) sites: Sites,
    /// The tags of nodes, for a picture.
    pub(crate) tags: Tags,
    /// By node, which are the same function; for callgrind.
    pub(crate) functions: Vec<u32>,
    pub(crate) trim: Trim,
    /// Nodes that are no rows.
    pub(crate) omitted: Omitted,
    /// Calls that were too small.
    pub(crate) dropped_edges: usize,
}

impl Trimmed {
    pub(crate) fn of(view: &View, kind: GraphKind) -> Result<Trimmed> {
        let options = view.options();
        let measured = Measured {
            value: view.sample_index(),
            divisor: view.divisor_index(),
        };
        let sites = Sites::of(view.profile().tables(), options, kind);
        let tree = StackTree::of(view.profile(), &sites, measured)?;
        let trim = kind.trim(options);
        let mut trimming = Trimming {
            tree: &tree,
            sites: &sites,
            order: match kind.is_visual() {
                true => NodeOrder::Entropy,
                false => NodeOrder::Rows(options.order()),
            },
            is_call_tree: kind.is_call_tree(options),
            trim,
            graph: Graph::default(),
            tags: Tags::default(),
        };
        trimming.graph = trimming.whole();
        let (all, total) = (trimming.graph.listed.len(), trimming.graph.listed_flat());
        let cutoffs = trim.cutoffs(total);
        let small = trimming.drop_small_nodes(cutoffs);
        trimming.sort();
        if kind.is_visual() {
            trimming.tag(view, measured, cutoffs);
        }
        if trim.limit() < usize::MAX {
            trimming.keep_first(trim.limit(), cutoffs);
        }
        let dropped_edges = trimming.graph.drop_small_edges(cutoffs.edge);
        let functions = match kind {
            GraphKind::Callgrind => trimming.functions(),
            _ => Vec::new(),
        };
        let (mut graph, tags) = (trimming.graph, trimming.tags);
        if kind.is_visual() {
            graph.remove_redundant(&sites);
        }
        Ok(Trimmed {
            omitted: Omitted {
                rows: all - graph.listed.len(),
                small,
                flat: total - graph.listed_flat(),
            },
            graph,
            sites,
            tags,
            functions,
            trim,
            dropped_edges,
        })
    }
}

/// A graph while it is trimmed.
struct Trimming<'a> {
    tree: &'a StackTree,
    sites: &'a Sites,
    order: NodeOrder,
    is_call_tree: bool,
    trim: Trim,
    graph: Graph,
    tags: Tags,
}

impl Trimming<'_> {
    fn whole(&self) -> Graph {
        if self.is_call_tree {
            Graph::of_calls(self.tree, &self.trim)
        } else {
            Graph::of(self.tree, self.sites.len(), None, &self.trim)
        }
    }

    /// Leaves out nodes of small cumulative value and tells how many.
    fn drop_small_nodes(&mut self, cutoffs: Cutoffs) -> usize {
        let listed = self.graph.listed.iter().copied();
        let large: Vec<NodeId> = listed
            .filter(|&node| cutoffs.keeps(self.graph.node(node).worth()))
            .collect();
        let dropped = self.graph.listed.len() - large.len();
        if dropped > 0 {
            self.keep(&large);
        }
        dropped
    }

    fn keep_first(&mut self, count: usize, cutoffs: Cutoffs) {
        self.graph.drop_small_edges(cutoffs.edge);
        let count = self.rows(count);
        let first: Vec<NodeId> = self.graph.listed.iter().copied().take(count).collect();
        if first.len() < self.graph.listed.len() {
            self.keep(&first);
            self.sort_again();
        }
    }

    /// How many rows there may be so that `count` boxes are shown: in a picture tags are boxes, too
    /// (graph/graph.go: selectTopNodes, countTags).
    fn rows(&self, count: usize) -> usize {
        if self.order != NodeOrder::Entropy {
            return count;
        }
        let mut boxes = 0;
        let full = self.graph.listed.iter().position(|&node| {
            let tags = self.tags.of_node(node).iter();
            let tags = tags.filter(|tag| tag.flat.value != 0).count();
            boxes += 1 + tags.min(MAX_TAGS);
            boxes >= count
        });
        full.map_or(count, |last| last + 1)
    }

    /// Finds the tags of the nodes that are left. Those of fewer nodes will be the same.
    fn tag(&mut self, view: &View, measured: Measured, cutoffs: Cutoffs) {
        let listed = self.graph.listed_flags();
        self.tags = Tags::of(view, self.tree, measured, &listed, self.is_call_tree);
        self.tags.drop_small(cutoffs.node);
    }

    /// Numbers nodes by function, in a call tree by function and caller (graph/graph.go:
    /// Node.Function).
    fn functions(&self) -> Vec<u32> {
        let mut numbers = HashMap::new();
        let mut number = |caller: u32, site: SiteId| {
            let next = numbers.len() as u32;
            *numbers
                .entry((caller, self.sites.function(site)))
                .or_insert(next)
        };
        if self.is_call_tree {
            let nodes = self.tree.nodes.iter();
            nodes
                .map(|node| {
                    let caller = if node.is_root() {
                        u32::MAX
                    } else {
                        node.parent
                    };
                    number(caller, node.site)
                })
                .collect()
        } else {
            let nodes = self.graph.nodes.iter();
            nodes.map(|node| number(u32::MAX, node.site)).collect()
        }
    }

    /// Keeps only these nodes.
    fn keep(&mut self, nodes: &[NodeId]) {
        let mut kept = vec![false; self.graph.nodes.len()];
        for &node in nodes {
            if let Some(kept) = kept.get_mut(node as usize) {
                *kept = true;
            }
        }
        if self.is_call_tree {
            self.graph.trim_tree(&kept);
        } else {
            let sites = self.sites.len();
            self.graph = Graph::of(self.tree, sites, Some(&kept), &self.trim);
        }
    }

    fn sort(&mut self) {
        sort_nodes(&mut self.graph, self.sites, self.order);
    }

    fn sort_again(&mut self) {
        if self.is_call_tree {
            sort_nodes_again(&mut self.graph, self.sites, self.order);
        } else {
            self.sort();
        }
    }
}

impl Graph {
    /// What the nodes that are listed add up to.
    fn listed_flat(&self) -> i128 {
        let listed = self.listed.iter();
        listed.map(|&node| self.node(node).flat.value).sum()
    }

    /// By node, whether it is listed.
    fn listed_flags(&self) -> Vec<bool> {
        let mut is_listed = vec![false; self.nodes.len()];
        for &node in &self.listed {
            if let Some(listed) = is_listed.get_mut(node as usize) {
                *listed = true;
            }
        }
        is_listed
    }

    /// Takes out small calls of listed nodes and tells how many (graph/graph.go:
    /// TrimLowFrequencyEdges).
    fn drop_small_edges(&mut self, cutoff: u128) -> usize {
        let is_listed = self.listed_flags();
        let before = self.edges.len();
        self.edges.retain(|edge| {
            edge.weight.value.unsigned_abs() >= cutoff
                || is_listed.get(edge.callee as usize) != Some(&true)
        });
        before - self.edges.len()
    }
}
