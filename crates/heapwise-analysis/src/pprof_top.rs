//! The rows of `go tool pprof -top`, with its trimming.

use std::collections::HashMap;

use heapwise_decode::{
    Error, Flow, Limits, LocationIndex, Profile, Sample, Source, Tables, Visitor, visit,
};

use crate::granularity::Granularity;
use crate::graph::ReportHead;
use crate::header::{Header, SampleIndexError};
use crate::inlined::Inlined;
use crate::nodes::{NodeId, Nodes};
use crate::output_unit::OutputUnit;
use crate::path::PathSums;
use crate::rank::{RankVisitor, sort_rows};
use crate::site::Site;
use crate::sums::{NodeSums, StackFrames};
use crate::units::narrow;

/// What to show and what to leave out, as pprof's options of the same names.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct PprofTopOptions {
    /// What counts as one site.
    pub granularity: Granularity,
    /// The value to show: a type, a number, or the default.
    pub sample_index: Option<String>,
    /// Order by cumulative instead of flat values.
    pub cum: bool,
    /// Rows to show at most; 0 is all.
    pub node_count: usize,
    /// Sites below this part of the total are left out.
    pub node_fraction: f64,
    /// Calls below this part of the total are not looked at when telling whether a site was
    /// inlined.
    pub edge_fraction: f64,
}

impl Default for PprofTopOptions {
    /// The defaults of `go tool pprof -top` (driver/config.go: defaultConfig).
    fn default() -> Self {
        Self {
            granularity: Granularity::Functions,
            sample_index: None,
            cum: false,
            node_count: 0,
            node_fraction: 0.005,
            edge_fraction: 0.001,
        }
    }
}

/// What `go tool pprof -top` shows.
#[derive(Debug, Clone, PartialEq)]
pub struct PprofTop {
    /// What the profile says of itself.
    pub header: Header,
    /// The sample type shown.
    pub sample_index: usize,
    /// What percentages are of.
    pub total: i64,
    /// Sites below `node_fraction`.
    pub dropped: usize,
    /// Sites that were left to choose `node_count` from.
    pub candidates: usize,
    /// `node_fraction`, which the report repeats.
    pub node_fraction: f64,
    /// The rows, in order.
    pub rows: Vec<PprofTopRow>,
}

impl PprofTop {
    /// What stands above the rows.
    pub fn head(&self) -> ReportHead {
        let sample_type = self.header.sample_types.get(self.sample_index);
        let (type_, unit) = sample_type.map_or(("", ""), |sample_type| {
            (sample_type.type_.as_str(), sample_type.unit.as_str())
        });
        let values = self.rows.iter().map(|row| (row.flat, row.cum));
        let flat = self.rows.iter().map(|row| i128::from(row.flat));
        ReportHead {
            header: self.header.clone(),
            sample_type: type_.to_owned(),
            unit: OutputUnit::new(unit, "minimum", 1.0).fit(values, self.total, false),
            filters: Vec::new(),
            is_compact: false,
            total: self.total,
            shown: narrow(flat.sum()),
            shown_nodes: self.rows.len(),
            candidates: self.candidates,
            dropped_nodes: self.dropped,
            dropped_edges: 0,
            node_fraction: self.node_fraction,
            edge_fraction: 0.0,
        }
    }
}

/// A row of [`PprofTop`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PprofTopRow {
    /// The site.
    pub site: Site,
    /// The site's printed name, in the bytes of the profile even where they are not UTF-8.
    pub name: Vec<u8>,
    /// Whether the calls to it that are left were inlined.
    pub inlined: Inlined,
    /// The value of the site itself.
    pub flat: i64,
    /// The value of the site and what it called.
    pub cum: i64,
}

/// Reads a profile and selects the rows that pprof shows.
///
/// The profile is read twice where the rows contain functions that were inlined, because which
/// calls count depends on which rows are left.
///
/// # Errors
///
/// As [`heapwise_decode::visit`]; the inner result refuses an unknown sample index.
pub fn pprof_top(
    source: &(impl Source + ?Sized),
    options: &PprofTopOptions,
    limits: &Limits,
) -> Result<Result<PprofTop, SampleIndexError>, Error> {
    let mut visitor = PprofTopVisitor::new(options);
    let tables = visit(source, limits, &mut visitor)?;
    Ok(visitor.finish(&tables))
}

/// [`pprof_top`] of a profile that is in memory.
///
/// # Errors
///
/// Refuses an unknown sample index.
pub fn pprof_top_of(
    profile: &Profile,
    options: &PprofTopOptions,
) -> Result<PprofTop, SampleIndexError> {
    let mut visitor = PprofTopVisitor::new(options);
    profile.visit(&mut visitor);
    visitor.finish(profile.tables())
}

struct PprofTopVisitor<'a> {
    options: &'a PprofTopOptions,
    rank: RankVisitor,
    phase: Phase,
}

enum Phase {
    /// Summing by site.
    Ranking,
    /// The rows are known; looking at the calls between them.
    Calls(Box<Selection>, Box<Calls>),
    /// The sample index does not exist.
    Refused(SampleIndexError),
}

/// The rows that are left, before their calls are known.
struct Selection {
    sample_index: usize,
    dropped: usize,
    candidates: usize,
    /// The signed sum of flat values, of which the cutoffs are parts.
    all_flat: i128,
    sums: NodeSums,
    nodes: Vec<NodeId>,
}

impl Selection {
    /// Whether sites were left out because they are small or too many.
    fn is_trimmed(&self) -> bool {
        self.dropped > 0 || self.nodes.len() < self.candidates
    }
}

impl<'a> PprofTopVisitor<'a> {
    fn new(options: &'a PprofTopOptions) -> Self {
        Self {
            options,
            rank: RankVisitor::of_column(options.granularity, options.sample_index.clone()),
            phase: Phase::Ranking,
        }
    }

    /// Leaves out what pprof leaves out (report/report.go: newTrimmedGraph).
    fn select(&mut self, tables: &Tables) -> Result<Selection, SampleIndexError> {
        let header = Header::of(tables);
        let index = header.sample_index(self.options.sample_index.as_deref())?;
        let sums = self.rank.take_sums();
        let mut nodes: Vec<NodeId> = (0..self.rank.nodes.len() as NodeId)
            .filter(|&node| sums.flat(node, index) != 0 || sums.cum(node, index) != 0)
            .collect();
        let all = nodes.len();
        let all_flat = nodes.iter().map(|&node| sums.flat(node, index)).sum();
        let cutoff = fraction(all_flat, self.options.node_fraction);
        nodes.retain(|&node| sums.cum(node, index).unsigned_abs() >= cutoff);
        let candidates = nodes.len();
        self.sort(tables, &mut nodes, &sums, index);
        if self.options.node_count > 0 {
            nodes.truncate(self.options.node_count);
        }
        Ok(Selection {
            sample_index: index,
            dropped: all - candidates,
            candidates,
            all_flat,
            sums,
            nodes,
        })
    }

    fn sort(&self, tables: &Tables, nodes: &mut [NodeId], sums: &NodeSums, index: usize) {
        let key = |node: NodeId| {
            let (flat, cum) = (sums.flat(node, index), sums.cum(node, index));
            if self.options.cum {
                (cum, flat)
            } else {
                (flat, cum)
            }
        };
        let mut keyed: Vec<_> = nodes
            .iter()
            .map(|&node| (key(node), (self.rank.nodes.site(tables, node), node)))
            .collect();
        sort_rows(&mut keyed, |(site, _)| site);
        for (slot, (_, (_, node))) in nodes.iter_mut().zip(keyed) {
            *slot = node;
        }
    }

    fn finish(self, tables: &Tables) -> Result<PprofTop, SampleIndexError> {
        let (selection, calls) = match self.phase {
            Phase::Calls(selection, calls) => (selection, calls),
            Phase::Refused(error) => return Err(error),
            Phase::Ranking => return Err(SampleIndexError::without_types()),
        };
        let index = selection.sample_index;
        let total = self.rank.totals().get(index).copied().unwrap_or_default();
        let inlined = calls.inlined(fraction(selection.all_flat, self.options.edge_fraction));
        let rows = selection
            .nodes
            .iter()
            .map(|&node| PprofTopRow {
                site: self.rank.nodes.site(tables, node),
                name: self.rank.nodes.printed_name(tables, node),
                inlined: inlined.get(&node).copied().unwrap_or(Inlined::No),
                flat: narrow(selection.sums.flat(node, index)),
                cum: narrow(selection.sums.cum(node, index)),
            })
            .collect();
        Ok(PprofTop {
            header: Header::of(tables),
            sample_index: index,
            total: narrow(total.of_pprof()),
            dropped: selection.dropped,
            candidates: selection.candidates,
            node_fraction: self.options.node_fraction,
            rows,
        })
    }
}

/// The least absolute value that stays (report/report.go: newTrimmedGraph, nodeCutoff).
fn fraction(value: i128, part: f64) -> u128 {
    ((value as f64 * part) as i128).unsigned_abs()
}

impl Visitor for PprofTopVisitor<'_> {
    fn start(&mut self, tables: &Tables, complete: bool) -> Flow {
        match &mut self.phase {
            Phase::Ranking => self.rank.start(tables, complete),
            Phase::Calls(_, calls) => {
                calls.reset();
                Flow::Proceed
            }
            Phase::Refused(_) => Flow::Proceed,
        }
    }

    fn sample(&mut self, tables: &Tables, sample: &Sample<'_>) {
        match &mut self.phase {
            Phase::Ranking => self.rank.sample(tables, sample),
            Phase::Calls(selection, calls) => {
                calls.sample(&mut self.rank, selection.sample_index, tables, sample);
            }
            Phase::Refused(_) => {}
        }
    }

    fn end(&mut self, tables: &Tables) -> Flow {
        if !matches!(self.phase, Phase::Ranking) {
            return Flow::Proceed;
        }
        if self.rank.end(tables) == Flow::Reread {
            return Flow::Reread;
        }
        match self.select(tables) {
            Err(error) => {
                self.phase = Phase::Refused(error);
                Flow::Proceed
            }
            Ok(selection) => {
                let calls = Calls::new(&self.rank, &selection);
                let is_needed = calls.any_inlined;
                self.phase = Phase::Calls(Box::new(selection), Box::new(calls));
                if is_needed {
                    Flow::Reread
                } else {
                    Flow::Proceed
                }
            }
        }
    }
}

/// The calls to rows that were inlined somewhere, which decide what a row is marked with
/// (graph/graph.go: newGraph with kept nodes, AddToEdgeDiv; report/report.go: TextItems).
struct Calls {
    is_kept: Vec<bool>,
    is_inlined: Vec<bool>,
    any_inlined: bool,
    ids: HashMap<(NodeId, NodeId), u32>,
    /// Calls looked up last, each at a place of its own.
    recent: Vec<((NodeId, NodeId), u32)>,
    edges: Vec<Edge>,
    sums: PathSums<i128>,
    /// What each location adds to the path.
    by_location: Vec<Option<LocationCalls>>,
    /// The calls within locations.
    inner: Vec<u32>,
    /// The calls of the frame at hand.
    new_edges: Vec<u32>,
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

/// Calls that are found without hashing; a power of two.
const RECENT: usize = 1024;

impl Calls {
    fn new(rank: &RankVisitor, selection: &Selection) -> Self {
        let mut is_shown = vec![false; rank.nodes.len()];
        for &node in &selection.nodes {
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
            ids: HashMap::new(),
            recent: Vec::new(),
            edges: Vec::new(),
            sums: PathSums::new(),
            by_location: Vec::new(),
            inner: Vec::new(),
            new_edges: Vec::new(),
            callers: Vec::new(),
            shared: usize::MAX,
        }
    }

    fn reset(&mut self) {
        self.ids.clear();
        self.recent = vec![((NodeId::MAX, NodeId::MAX), 0); RECENT];
        self.edges.clear();
        self.by_location.clear();
        self.inner.clear();
        self.sums = PathSums::new();
        self.callers.clear();
        self.shared = usize::MAX;
    }

    fn sample(
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
        if entered.is_none() && start == end {
            return self.sums.push_frame(&[], 0);
        }
        self.new_edges.clear();
        if let Some(((node, is_inlined), caller)) = entered {
            let edge = self.edge(caller, node);
            self.push_edge(edge, is_inlined);
        }
        for at in start..end {
            if let Some(&edge) = self.inner.get(at) {
                self.push_edge(edge, true);
            }
        }
        self.sums.push_frame(&self.new_edges, self.edges.len());
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
        let call = (caller, callee);
        let place = (caller.wrapping_mul(0x9e37_79b1) >> 16 ^ callee) as usize % RECENT;
        if let Some((known, edge)) = self.recent.get(place)
            && *known == call
        {
            return *edge;
        }
        let next = self.edges.len() as u32;
        let edge = *self.ids.entry(call).or_insert(next);
        if edge == next {
            self.edges.push(Edge {
                callee,
                is_inlined: true,
            });
        }
        if let Some(recent) = self.recent.get_mut(place) {
            *recent = (call, edge);
        }
        edge
    }

    /// An edge is inlined when it is at its first place on every path.
    #[inline]
    fn push_edge(&mut self, edge: u32, is_inlined: bool) {
        let is_first = !self.sums.is_on_path(edge) && !self.new_edges.contains(&edge);
        if let Some(known) = self.edges.get_mut(edge as usize)
            && is_first
        {
            known.is_inlined &= is_inlined;
        }
        self.new_edges.push(edge);
    }

    /// What each row is marked with, from the calls of at least `cutoff`.
    fn inlined(self, cutoff: u128) -> HashMap<NodeId, Inlined> {
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
