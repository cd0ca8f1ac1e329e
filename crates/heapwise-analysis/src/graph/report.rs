//! A graph as reports show it: rows in order, and the calls between them.

use super::build::{Graph, NodeId};
use super::head::ReportHead;
use super::info::NodeInfo;
use super::kind::GraphKind;
use super::order::sort_edges;
use super::sites::{SiteId, Sites};
use super::tags::Tags;
use super::trim::Trimmed;
use crate::error::Result;
use crate::profile::output_unit::OutputUnit;
use crate::profile::units::narrow;
use crate::rank::Omitted;
use crate::site::identity::Site;
use crate::site::inlined::Inlined;
use crate::view::View;

/// What a report shows of a view: rows in order, and the calls between them.
#[derive(Debug, Clone)]
pub struct CallGraph {
    head: ReportHead,
    omitted: Omitted,
    pub(super) sites: Sites,
    nodes: Vec<GraphNode>,
    calls: Vec<GraphCall>,
    pub(super) tags: Tags,
    functions: Vec<u32>,
}

/// A row, or what a row calls or is called by although it is no row itself.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct GraphNode {
    /// Its number in the graph that it was made from.
    pub(super) number: NodeId,
    pub(super) site: SiteId,
    /// Whether it is a row.
    pub is_row: bool,
    /// What was sampled in it.
    pub flat: i64,
    /// What was sampled in it and in what it called.
    pub cum: i64,
    /// The calls to it, heaviest first, as places in [`CallGraph::calls`].
    pub callers: Vec<usize>,
    /// The calls from it, heaviest first.
    pub callees: Vec<usize>,
}

/// A call between two nodes.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct GraphCall {
    /// Who calls, as a place in [`CallGraph::nodes`].
    pub caller: usize,
    /// Who is called.
    pub callee: usize,
    /// What was sampled in the callee and below, when called so.
    pub weight: i64,
    /// What the samples behind that are to be divided by for a mean; 0 where none is asked for.
    pub divisor: i64,
    /// Whether the call went over nodes that are left out, at least once.
    pub is_residual: bool,
    /// Whether the call was inlined, always.
    pub is_inlined: bool,
}

impl GraphCall {
    /// The weight, as a mean where one is asked for (graph/graph.go: WeightValue).
    pub fn mean(&self) -> i64 {
        self.weight.checked_div(self.divisor).unwrap_or(self.weight)
    }
}

impl CallGraph {
    /// The graph of a view, for a report.
    ///
    /// # Errors
    ///
    /// More frames than a graph may be made of.
    pub fn of(view: &View, kind: GraphKind) -> Result<CallGraph> {
        let trimmed = Trimmed::of(view, kind)?;
        let (nodes, places) = nodes(&trimmed.graph);
        let mut order: Vec<u32> = (0..trimmed.graph.edges.len() as u32).collect();
        sort_edges(&trimmed.graph, &trimmed.sites, &mut order);
        let edges = order
            .iter()
            .filter_map(|&at| trimmed.graph.edges.get(at as usize));
        let calls = edges.map(|edge| GraphCall {
            caller: place(&places, edge.caller),
            callee: place(&places, edge.callee),
            weight: narrow(edge.weight.value),
            divisor: narrow(edge.weight.divisor),
            is_residual: edge.is_residual,
            is_inlined: edge.is_inlined,
        });
        let mut graph = CallGraph {
            head: head(view, kind, &trimmed, &nodes),
            omitted: trimmed.omitted,
            calls: calls.collect(),
            nodes,
            sites: trimmed.sites,
            tags: trimmed.tags,
            functions: trimmed.functions,
        };
        graph.link();
        Ok(graph)
    }

    /// Lists the calls of each node.
    fn link(&mut self) {
        for (at, call) in self.calls.iter().enumerate() {
            if let Some(caller) = self.nodes.get_mut(call.caller) {
                caller.callees.push(at);
            }
            if let Some(callee) = self.nodes.get_mut(call.callee) {
                callee.callers.push(at);
            }
        }
    }

    /// What stands above the rows.
    pub fn head(&self) -> &ReportHead {
        &self.head
    }

    /// What is no row.
    pub fn omitted(&self) -> Omitted {
        self.omitted
    }

    /// The rows, in order.
    pub fn rows(&self) -> &[GraphNode] {
        self.nodes.get(..self.head.shown_nodes).unwrap_or_default()
    }

    /// The rows, and behind them other nodes at an end of a call.
    pub fn nodes(&self) -> &[GraphNode] {
        &self.nodes
    }

    /// The calls, heaviest first.
    pub fn calls(&self) -> &[GraphCall] {
        &self.calls
    }

    /// The calls to a node with who makes them, heaviest first.
    pub fn callers_of<'a>(
        &'a self,
        node: &'a GraphNode,
    ) -> impl Iterator<Item = (&'a GraphNode, &'a GraphCall)> {
        let calls = node.callers.iter().filter_map(|&at| self.calls.get(at));
        calls.filter_map(|call| Some((self.nodes.get(call.caller)?, call)))
    }

    /// The calls from a node with whom they call, heaviest first.
    pub fn callees_of<'a>(
        &'a self,
        node: &'a GraphNode,
    ) -> impl Iterator<Item = (&'a GraphNode, &'a GraphCall)> {
        let calls = node.callees.iter().filter_map(|&at| self.calls.get(at));
        calls.filter_map(|call| Some((self.nodes.get(call.callee)?, call)))
    }

    /// What names a node.
    pub fn info(&self, node: &GraphNode) -> NodeInfo {
        self.sites.info(node.site)
    }

    /// What pprof prints for a node, in the bytes of the profile.
    pub fn name(&self, node: &GraphNode) -> Vec<u8> {
        self.info(node).printed()
    }

    /// The site that a node stands for.
    pub fn site(&self, node: &GraphNode) -> Site {
        self.sites.site(node.site)
    }

    /// A number that nodes of one function share, in a call tree those of one caller; only in a
    /// graph for callgrind.
    pub fn function_number(&self, node: &GraphNode) -> Option<u32> {
        self.functions.get(node.number as usize).copied()
    }

    /// Whether the calls to a node that are left were inlined (report/report.go: TextItems).
    pub fn inlined(&self, node: &GraphNode) -> Inlined {
        let calls = || node.callers.iter().filter_map(|&at| self.calls.get(at));
        Inlined::from_seen(
            calls().any(|call| call.is_inlined),
            calls().any(|call| !call.is_inlined),
        )
    }
}

/// The rows, then other ends of calls; and where each node of the graph went.
fn nodes(graph: &Graph) -> (Vec<GraphNode>, Vec<Option<usize>>) {
    let ends = graph
        .edges
        .iter()
        .flat_map(|edge| [edge.caller, edge.callee]);
    let mut places = vec![None; graph.nodes.len()];
    let mut nodes = Vec::with_capacity(graph.listed.len());
    for at in graph.listed.iter().copied().chain(ends) {
        let Some(place @ None) = places.get_mut(at as usize) else {
            continue;
        };
        *place = Some(nodes.len());
        let node = graph.node(at);
        nodes.push(GraphNode {
            number: at,
            is_row: nodes.len() < graph.listed.len(),
            site: node.site,
            flat: narrow(node.flat.mean()),
            cum: narrow(node.cum.mean()),
            callers: Vec::new(),
            callees: Vec::new(),
        });
    }
    (nodes, places)
}

fn place(places: &[Option<usize>], node: NodeId) -> usize {
    places
        .get(node as usize)
        .copied()
        .flatten()
        .unwrap_or(usize::MAX)
}

fn head(view: &View, kind: GraphKind, trimmed: &Trimmed, nodes: &[GraphNode]) -> ReportHead {
    let options = view.options();
    let shown_nodes = trimmed.graph.listed.len();
    let rows = nodes.get(..shown_nodes).unwrap_or_default();
    let (type_, unit) = view.sample_type().map_or(("", ""), |sample_type| {
        (sample_type.type_.as_str(), sample_type.unit.as_str())
    });
    let mean = if options.mean { "mean_" } else { "" };
    let values = rows.iter().map(|row| (row.flat, row.cum));
    let is_callgrind = kind == GraphKind::Callgrind;
    ReportHead {
        header: view.header().clone(),
        sample_type: format!("{mean}{type_}"),
        unit: OutputUnit::new(unit, options.unit.as_str(), options.divide_by).fit(
            values,
            view.total(),
            is_callgrind,
        ),
        filters: view.filters().to_vec(),
        is_compact: options.compact_labels,
        total: view.total(),
        shown: narrow(rows.iter().map(|row| i128::from(row.flat)).sum()),
        shown_nodes,
        candidates: shown_nodes + trimmed.omitted.rows - trimmed.omitted.small,
        dropped_nodes: trimmed.omitted.small,
        dropped_edges: trimmed.dropped_edges,
        node_fraction: trimmed.trim.node_fraction,
        edge_fraction: trimmed.trim.edge_fraction,
    }
}
