//! The rows of `go tool pprof -top`, with its trimming.

mod calls;

use heapwise_decode::{Flow, Limits, Profile, Sample, Source, Tables, Visitor, visit};

use self::calls::Calls;
use crate::graph::ReportHead;
use crate::profile::header::{Header, SampleIndexError};
use crate::profile::output_unit::OutputUnit;
use crate::profile::units::narrow;
use crate::rank::{Columns, RankOptions, RankVisitor, sort_rows};
use crate::site::identity::Site;
use crate::site::inlined::Inlined;
use crate::site::table::NodeId;
use crate::sums::by_site::NodeSums;
use crate::view::{ViewError, ViewOptions};

/// What `go tool pprof -top` shows.
#[derive(Debug, Clone, PartialEq)]
pub struct PprofTop {
    /// What stands above the rows.
    pub head: ReportHead,
    /// The rows, in order.
    pub rows: Vec<PprofTopRow>,
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
/// calls count depends on which rows are left. [`pprof_top_answers`] tells for which options.
///
/// # Errors
///
/// As [`View::read`](crate::View::read).
pub fn pprof_top(
    source: &(impl Source + ?Sized),
    options: &ViewOptions,
    limits: &Limits,
) -> Result<PprofTop, ViewError> {
    let mut visitor = PprofTopVisitor::new(options)?;
    let tables = visit(source, limits, &mut visitor)?;
    Ok(visitor.finish(&tables)?)
}

/// [`pprof_top`] of a profile that is in memory.
///
/// # Errors
///
/// As [`View::new`](crate::View::new).
pub fn pprof_top_of(profile: &Profile, options: &ViewOptions) -> Result<PprofTop, ViewError> {
    let mut visitor = PprofTopVisitor::new(options)?;
    profile.visit(&mut visitor);
    Ok(visitor.finish(profile.tables())?)
}

/// Whether [`pprof_top`] knows all that is asked for; else a [`CallGraph`](crate::graph::CallGraph)
/// does.
pub fn pprof_top_answers(options: &ViewOptions) -> bool {
    !options.mean
        && options.comment.is_none()
        && options.trim_path.is_empty()
        && options.source_path.is_empty()
}

struct PprofTopVisitor<'a> {
    options: &'a ViewOptions,
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
    fn new(options: &'a ViewOptions) -> Result<Self, ViewError> {
        options.check()?;
        let mut rank = RankOptions::new(options.granularity.unwrap_or_default());
        rank.with_errors = false;
        rank.columns = Columns::One(options.sample_index.clone());
        rank.frames.no_inlines = options.no_inlines;
        rank.frames.show_columns = options.show_columns;
        Ok(Self {
            options,
            rank: RankVisitor::new(rank.granularity).with_options(&rank),
            phase: Phase::Ranking,
        })
    }

    /// Leaves out what pprof leaves out (report/report.go: newTrimmedGraph).
    fn select(&mut self, tables: &Tables) -> Result<Selection, SampleIndexError> {
        let header = Header::of(tables);
        let index = header.sample_index(self.options.sample_index.as_deref())?;
        let sums = self.rank.take_sums();
        let mut nodes: Vec<NodeId> = (0..self.rank.nodes.len() as NodeId)
            .filter(|&node| {
                let (flat, cum) = (sums.flat(node, index), sums.cum(node, index));
                let is_negative = flat < 0 || (flat == 0 && cum < 0);
                (flat != 0 || cum != 0) && !(self.options.drop_negative && is_negative)
            })
            .collect();
        let all = nodes.len();
        let all_flat = nodes.iter().map(|&node| sums.flat(node, index)).sum();
        let cutoff = fraction(all_flat, self.options.trim.node_fraction);
        nodes.retain(|&node| sums.cum(node, index).unsigned_abs() >= cutoff);
        let candidates = nodes.len();
        self.sort(tables, &mut nodes, &sums, index);
        if let Some(count) = self.options.trim.node_count.filter(|&count| count > 0) {
            nodes.truncate(count);
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
        let inlined = calls.inlined(fraction(
            selection.all_flat,
            self.options.trim.edge_fraction,
        ));
        let rows: Vec<PprofTopRow> = selection
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
        let total = narrow(total.of_pprof());
        Ok(PprofTop {
            head: head(Header::of(tables), self.options, total, &selection, &rows),
            rows,
        })
    }
}

fn head(
    header: Header,
    options: &ViewOptions,
    total: i64,
    selection: &Selection,
    rows: &[PprofTopRow],
) -> ReportHead {
    let sample_type = header.sample_types.get(selection.sample_index);
    let (type_, unit) = sample_type.map_or(("", ""), |sample_type| {
        (sample_type.type_.as_str(), sample_type.unit.as_str())
    });
    let values = rows.iter().map(|row| (row.flat, row.cum));
    let flat = rows.iter().map(|row| i128::from(row.flat));
    ReportHead {
        sample_type: type_.to_owned(),
        unit: OutputUnit::new(unit, options.unit.as_str(), options.divide_by)
            .fit(values, total, false),
        filters: Vec::new(),
        is_compact: options.compact_labels,
        total,
        shown: narrow(flat.sum()),
        shown_nodes: rows.len(),
        candidates: selection.candidates,
        dropped_nodes: selection.dropped,
        dropped_edges: 0,
        node_fraction: options.trim.node_fraction,
        edge_fraction: 0.0,
        header,
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
