//! The rows of `go tool pprof -top`, with its trimming.

mod calls;

use heapwise_decode::{Error, Flow, Limits, Profile, Sample, Source, Tables, Visitor, visit};

use self::calls::Calls;
use crate::graph::ReportHead;
use crate::profile::header::{Header, SampleIndexError};
use crate::profile::output_unit::OutputUnit;
use crate::profile::units::narrow;
use crate::rank::{RankVisitor, sort_rows};
use crate::site::granularity::Granularity;
use crate::site::identity::Site;
use crate::site::inlined::Inlined;
use crate::site::table::NodeId;
use crate::sums::by_site::NodeSums;

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
#[non_exhaustive]
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
#[non_exhaustive]
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

    fn least_frames(&self, values: &[i64]) -> usize {
        match &self.phase {
            Phase::Ranking => self.rank.least_frames(values),
            Phase::Calls(selection, _) if values.get(selection.sample_index) != Some(&0) => 0,
            Phase::Calls(..) | Phase::Refused(_) => usize::MAX,
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
