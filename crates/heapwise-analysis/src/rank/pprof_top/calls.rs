use std::collections::HashMap;

use heapwise_decode::{LocationIndex, Sample, Tables};

use super::Selection;
use crate::rank::RankVisitor;
use crate::site::inlined::Inlined;
use crate::site::interner::Numbering;
use crate::site::table::{NodeId, Nodes};
use crate::sums::by_site::StackFrames;
use crate::sums::path::PathSums;

/// The calls to rows that were inlined somewhere, which decide what a row is marked with
/// (graph/graph.go: newGraph with kept nodes, AddToEdgeDiv; report/report.go: TextItems).
pub(super) struct Calls {
    is_kept: Vec<bool>,
    is_inlined: Vec<bool>,
    pub(super) any_inlined: bool,
    ids: Numbering<(NodeId, NodeId), RECENT>,
    edges: Vec<Edge>,
    sums: PathSums<i128>,
    /// What each location adds to the path.
    by_location: Vec<Option<LocationCalls>>,
    /// The calls within locations.
    inner: Vec<u32>,
    /// Per frame on the path, the row nearest to it on the root side.
    callers: Vec<Option<NodeId>>,
    /// Frames shared with the last sample that was not skipped.
    shared: usize,
}

struct Edge {
    callee: NodeId,
    is_inlined: bool,
}

/// The rows of a location, as far as calls are concerned.
#[derive(Clone, Copy)]
struct LocationCalls {
    /// The outermost row, if calls to it count, and whether it is inlined here.
    entered: Option<(NodeId, bool)>,
    /// Where the calls within the location are, all of them inlined.
    inner: (usize, usize),
    /// The innermost row.
    last: Option<NodeId>,
}

/// Calls that are found without hashing.
const RECENT: usize = 1024;

impl Calls {
    pub(super) fn new(rank: &RankVisitor, selection: &Selection) -> Self {
        let mut is_shown = vec![false; rank.nodes.len()];
        for &node in &selection.shown.rows {
            if let Some(shown) = is_shown.get_mut(node as usize) {
                *shown = true;
            }
        }
        let is_inlined: Vec<bool> = (0..rank.nodes.len() as NodeId)
            .zip(&is_shown)
            .map(|(node, &shown)| shown && rank.nodes.is_ever_inlined(node))
            .collect();
        // Where nothing was left out pprof looks at the graph it built first, in which sites that
        // add up to zero are still callers.
        let is_kept = if selection.is_trimmed() {
            is_shown
        } else {
            vec![true; rank.nodes.len()]
        };
        Self {
            any_inlined: is_inlined.contains(&true),
            is_kept,
            is_inlined,
            ids: Numbering::new(),
            edges: Vec::new(),
            sums: PathSums::new(),
            by_location: Vec::new(),
            inner: Vec::new(),
            callers: Vec::new(),
            shared: usize::MAX,
        }
    }

    pub(super) fn reset(&mut self) {
        self.ids = Numbering::new();
        self.edges.clear();
        self.by_location.clear();
        self.inner.clear();
        self.sums = PathSums::new();
        self.callers.clear();
        self.shared = usize::MAX;
    }

    pub(super) fn sample(
        &mut self,
        rank: &mut RankVisitor,
        index: usize,
        tables: &Tables,
        sample: &Sample<'_>,
    ) {
        let value = sample.values().get(index).copied().unwrap_or(0);
        let StackFrames { stack, shared } = rank.frames(sample, self.shared);
        self.shared = shared;
        if value == 0 {
            return;
        }
        self.shared = usize::MAX;
        let shared = shared.min(self.sums.depth());
        self.sums.truncate(shared);
        self.callers.truncate(shared);
        for &location in stack.get(shared..).unwrap_or_default() {
            self.push_frame(&mut rank.nodes, tables, location);
        }
        self.sums.add(i128::from(value));
    }

    #[inline]
    fn push_frame(&mut self, nodes: &mut Nodes, tables: &Tables, location: LocationIndex) {
        let at = location.get();
        if !matches!(self.by_location.get(at), Some(Some(_))) {
            self.look_at(nodes.of_location(tables, location), at);
        }
        let Some(&Some(calls)) = self.by_location.get(at) else {
            return;
        };
        let caller = self.callers.last().copied().flatten();
        self.callers.push(calls.last.or(caller));
        let entered = calls.entered.zip(caller);
        let entered = entered.filter(|&((node, _), caller)| node != caller);
        let (start, end) = calls.inner;
        if let Some(((node, is_inlined), caller)) = entered {
            let edge = self.edge(caller, node);
            self.push_edge(edge, is_inlined);
        }
        for at in start..end {
            if let Some(&edge) = self.inner.get(at) {
                self.push_edge(edge, true);
            }
        }
        self.sums.end_frame();
    }

    /// Finds out what the sites of a location mean for calls.
    #[cold]
    fn look_at(&mut self, nodes: &[NodeId], at: usize) {
        let kept = nodes.iter().enumerate();
        let kept: Vec<(usize, NodeId)> = kept
            .map(|(depth, &node)| (depth, node))
            .filter(|&(_, node)| set(&self.is_kept, node))
            .collect();
        let entered = kept.first().map(|&(depth, node)| (node, depth > 0));
        let inner = kept.windows(2).filter_map(|pair| match pair {
            [(_, caller), (_, callee)] if caller != callee => Some((*caller, *callee)),
            _ => None,
        });
        let inner = inner.filter(|&(_, callee)| set(&self.is_inlined, callee));
        let inner: Vec<(NodeId, NodeId)> = inner.collect();
        let start = self.inner.len();
        for (caller, callee) in inner {
            let edge = self.edge(caller, callee);
            self.inner.push(edge);
        }
        let calls = LocationCalls {
            entered: entered.filter(|&(node, _)| set(&self.is_inlined, node)),
            inner: (start, self.inner.len()),
            last: kept.last().map(|&(_, node)| node),
        };
        if self.by_location.len() <= at {
            self.by_location.resize(at + 1, None);
        }
        if let Some(place) = self.by_location.get_mut(at) {
            *place = Some(calls);
        }
    }

    /// The number of a call.
    #[inline]
    fn edge(&mut self, caller: NodeId, callee: NodeId) -> u32 {
        let spread = caller.wrapping_mul(0x9e37_79b1) >> 16 ^ callee;
        let (edge, is_new) = self.ids.of((caller, callee), spread.into());
        if is_new {
            self.edges.push(Edge {
                callee,
                is_inlined: true,
            });
        }
        edge
    }

    /// An edge is inlined when it is at its first place on every path.
    #[inline]
    fn push_edge(&mut self, edge: u32, is_inlined: bool) {
        if self.sums.push_item(edge)
            && let Some(known) = self.edges.get_mut(edge as usize)
        {
            known.is_inlined &= is_inlined;
        }
    }

    /// What each row is marked with, from the calls of at least `cutoff`.
    pub(super) fn inlined(self, cutoff: u128) -> HashMap<NodeId, Inlined> {
        let sums = self.sums.finish();
        let mut seen: HashMap<NodeId, (bool, bool)> = HashMap::new();
        for (edge, sum) in self.edges.iter().zip(sums) {
            if sum.unsigned_abs() < cutoff {
                continue;
            }
            let (inlined, called) = seen.entry(edge.callee).or_default();
            if edge.is_inlined {
                *inlined = true;
            } else {
                *called = true;
            }
        }
        seen.into_iter()
            .map(|(node, (inlined, called))| (node, Inlined::from_seen(inlined, called)))
            .collect()
    }
}

fn set(flags: &[bool], node: NodeId) -> bool {
    flags.get(node as usize).copied().unwrap_or(false)
}
