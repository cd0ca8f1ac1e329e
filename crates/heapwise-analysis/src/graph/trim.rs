//! What of a graph a report shows (report/report.go: newTrimmedGraph).

use std::collections::HashMap;

use super::build::{Graph, NodeId};
use super::calls::{Wanted, calls};
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
        let sites = Sites::of(view.tables(), options, kind);
        let trim = kind.trim(options);
        let tree = match kind.is_call_tree(options) {
            true => Some(StackTree::of(view, &sites, measured)?),
            false => None,
        };
        let mut graph = match &tree {
            Some(tree) => Graph::of_calls(tree),
            None => Graph::of_sites(view, &sites, measured)?,
        };
        graph.list(&trim);
        let (all, total) = (graph.listed.len(), graph.listed_flat());
        let cutoffs = trim.cutoffs(total);
        let mut trimming = Trimming {
            view,
            measured,
            sites: &sites,
            tree: tree.as_ref(),
            order: match kind.is_visual() {
                true => NodeOrder::Entropy,
                false => NodeOrder::Rows(options.order()),
            },
            marks_rows: kind == GraphKind::Top,
            kept: None,
            graph,
            tags: Tags::default(),
        };
        let small = trimming.drop_small_nodes(cutoffs);
        if kind.is_visual() {
            trimming.find_calls()?;
            trimming.tag(cutoffs)?;
        }
        trimming.sort();
        let is_limited = trim.limit() < usize::MAX;
        let is_cut = is_limited && trimming.keep_first(trim.limit(), cutoffs)?;
        if !kind.is_visual() {
            trimming.find_calls()?;
        }
        if is_limited && !is_cut {
            // What was dropped before the rows were chosen is not counted.
            trimming.graph.drop_small_edges(cutoffs.edge);
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
    view: &'a View,
    measured: Measured,
    sites: &'a Sites,
    /// The nodes of a call tree.
    tree: Option<&'a StackTree>,
    order: NodeOrder,
    /// Whether calls are for nothing but to mark rows that were inlined.
    marks_rows: bool,
    /// By node, whether it is kept; absent while all are.
    kept: Option<Vec<bool>>,
    graph: Graph,
    tags: Tags,
}

impl Trimming<'_> {
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

    /// Keeps only the first rows, if there are more.
    fn keep_first(&mut self, count: usize, cutoffs: Cutoffs) -> Result<bool> {
        self.graph.drop_small_edges(cutoffs.edge);
        let count = self.rows(count);
        let first: Vec<NodeId> = self.graph.listed.iter().copied().take(count).collect();
        let is_cut = first.len() < self.graph.listed.len();
        if is_cut {
            self.keep(&first);
            self.sort_again()?;
        }
        Ok(is_cut)
    }

    /// Finds the calls between sites that are kept. Those of a call tree are its nodes.
    fn find_calls(&mut self) -> Result<()> {
        if self.tree.is_some() {
            return Ok(());
        }
        let callees = self.marks_rows.then(|| self.inlined_rows());
        if callees.as_ref().is_some_and(|rows| !rows.contains(&true)) {
            return Ok(());
        }
        let wanted = Wanted {
            kept: self.kept.as_deref(),
            callees: callees.as_deref(),
        };
        self.graph.edges = calls(self.view, self.sites, self.measured, wanted)?;
        Ok(())
    }

    /// The rows that are inlined somewhere: only of these can the calls tell how.
    fn inlined_rows(&self) -> Vec<bool> {
        let mut rows = self.sites.ever_inlined();
        let listed = self.graph.listed_flags();
        for (row, is_listed) in rows.iter_mut().zip(listed) {
            *row &= is_listed;
        }
        rows
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
    fn tag(&mut self, cutoffs: Cutoffs) -> Result<()> {
        let listed = self.graph.listed_flags();
        self.tags = Tags::of(self.view, self.sites, self.tree, self.measured, &listed)?;
        self.tags.drop_small(cutoffs.node);
        Ok(())
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
        match self.tree {
            Some(tree) => {
                let nodes = tree.nodes.iter();
                nodes
                    .map(|node| number(node.parent.unwrap_or(u32::MAX), node.site))
                    .collect()
            }
            None => {
                let nodes = self.graph.nodes.iter();
                nodes.map(|node| number(u32::MAX, node.site)).collect()
            }
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
        match self.tree {
            Some(_) => self.graph.trim_tree(&kept),
            None => {
                let is_kept = |node: &NodeId| kept.get(*node as usize) == Some(&true);
                self.graph.listed.retain(is_kept);
                self.kept = Some(kept);
            }
        }
    }

    fn sort(&mut self) {
        sort_nodes(&mut self.graph, self.sites, self.order);
    }

    /// Orders the rows that are left: other calls make another order.
    fn sort_again(&mut self) -> Result<()> {
        if self.tree.is_some() {
            sort_nodes_again(&mut self.graph, self.sites, self.order);
        } else if self.order == NodeOrder::Entropy {
            self.find_calls()?;
            self.sort();
        }
        Ok(())
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
