//! The rows of `go tool pprof -top`, with its trimming.

mod calls;

use heapwise_decode::{Flow, Limits, Profile, Sample, Source, Tables, Visitor, visit};

use self::calls::Calls;
use crate::error::{Error, ErrorKind, Result};
use crate::graph::ReportHead;
use crate::profile::header::Header;
use crate::profile::output_unit::OutputUnit;
use crate::profile::units::narrow;
use crate::rank::{RankVisitor, Shown, Worth, sort_rows};
use crate::site::identity::Site;
use crate::site::inlined::Inlined;
use crate::site::table::NodeId;
use crate::sums::by_site::NodeSums;
use crate::view::ViewOptions;

/// Whether sums by site answer what is asked; where not, a view does: means are not sums, and files
/// are named in full.
pub fn sums_answer(options: &ViewOptions) -> bool {
    let has_plain_sites = !options.no_inlines
        && !options.show_columns
        && options.trim_path.is_empty()
        && options.source_path.is_empty();
    has_plain_sites && !options.mean && options.divide_by != 0.0
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
    /// The rows, and what they leave out.
    pub shown: Shown<PprofTopRow>,
    options: ViewOptions,
}

impl PprofTop {
    /// What stands above the rows.
    pub fn head(&self) -> ReportHead {
        let sample_type = self.header.sample_types.get(self.sample_index);
        let (type_, unit) = sample_type.map_or(("", ""), |sample_type| {
            (sample_type.type_.as_str(), sample_type.unit.as_str())
        });
        let (rows, options) = (&self.shown.rows, &self.options);
        let values = rows.iter().map(|row| (row.flat, row.cum));
        let flat = rows.iter().map(|row| i128::from(row.flat));
        let unit = OutputUnit::new(unit, options.unit.as_str(), options.divide_by);
        ReportHead {
            header: self.header.clone(),
            sample_type: type_.to_owned(),
            unit: unit.fit(values, self.total, false),
            filters: Vec::new(),
            is_compact: options.compact_labels,
            total: self.total,
            shown: narrow(flat.sum()),
            shown_nodes: rows.len(),
            candidates: self.shown.candidates(),
            dropped_nodes: self.shown.omitted.small,
            dropped_edges: 0,
            node_fraction: options.trim.node_fraction,
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

/// Reads a profile and selects the rows that pprof shows, of a question that [`sums_answer`].
///
/// The profile is read twice where the rows contain functions that were inlined, because which
/// calls count depends on which rows are left.
///
/// # Errors
///
/// As [`heapwise_decode::visit`], and for an unknown sample index.
pub fn pprof_top(
    source: &(impl Source + ?Sized),
    options: &ViewOptions,
    limits: &Limits,
) -> Result<PprofTop> {
    let mut visitor = PprofTopVisitor::new(options);
    let tables = visit(source, limits, &mut visitor)?;
    visitor.finish(&tables)
}

/// [`pprof_top`] of a profile that is in memory.
///
/// # Errors
///
/// Refuses an unknown sample index.
pub fn pprof_top_of(profile: &Profile, options: &ViewOptions) -> Result<PprofTop> {
    let mut visitor = PprofTopVisitor::new(options);
    profile.visit(&mut visitor);
    visitor.finish(profile.tables())
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
    Refused(Error),
}

/// The rows that are left, before their calls are known.
struct Selection {
    sample_index: usize,
    /// The signed sum of flat values, of which the cutoffs are parts.
    all_flat: i128,
    sums: NodeSums,
    shown: Shown<NodeId>,
}

impl Selection {
    /// Whether sites were left out because they are small or too many.
    fn is_trimmed(&self) -> bool {
        self.shown.omitted.rows > 0
    }
}

impl<'a> PprofTopVisitor<'a> {
    fn new(options: &'a ViewOptions) -> Self {
        Self {
            options,
            rank: RankVisitor::of_column(
                options.granularity.unwrap_or_default(),
                options.sample_index.clone(),
            ),
            phase: Phase::Ranking,
        }
    }

    /// Leaves out what pprof leaves out (report/report.go: newTrimmedGraph).
    fn select(&mut self, tables: &Tables) -> Result<Selection> {
        let header = Header::of(tables);
        let index = header.sample_index(self.options.sample_index.as_deref())?;
        let sums = self.rank.take_sums();
        let worth = |&node: &NodeId| Worth {
            flat: sums.flat(node, index),
            cum: sums.cum(node, index),
        };
        let shown = Shown::of(
            0..self.rank.nodes.len() as NodeId,
            &self.options.trim,
            worth,
            |nodes| {
                let key = |node: &NodeId| self.options.order().key(worth(node));
                sort_rows(nodes, key, |&node| self.rank.nodes.site(node));
            },
        );
        let flat: i128 = shown.rows.iter().map(|node| worth(node).flat).sum();
        Ok(Selection {
            sample_index: index,
            all_flat: shown.omitted.flat + flat,
            sums,
            shown,
        })
    }

    fn finish(self, tables: &Tables) -> Result<PprofTop> {
        let (selection, calls) = match self.phase {
            Phase::Calls(selection, calls) => (selection, calls),
            Phase::Refused(error) => return Err(error),
            Phase::Ranking => {
                return Err(ErrorKind::SampleIndex {
                    asked: String::new(),
                    types: Vec::new(),
                }
                .into());
            }
        };
        let index = selection.sample_index;
        let total = self.rank.totals().get(index).copied().unwrap_or_default();
        let inlined = calls.inlined(self.options.trim.cutoffs(selection.all_flat).edge);
        let row = |node: NodeId| PprofTopRow {
            site: self.rank.nodes.site(node),
            name: self.rank.nodes.parts(node).printed(),
            inlined: inlined.get(&node).copied().unwrap_or(Inlined::No),
            flat: narrow(selection.sums.flat(node, index)),
            cum: narrow(selection.sums.cum(node, index)),
        };
        Ok(PprofTop {
            header: Header::of(tables),
            sample_index: index,
            total: narrow(total.of_pprof()),
            shown: selection.shown.map(row),
            options: self.options.clone(),
        })
    }
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
