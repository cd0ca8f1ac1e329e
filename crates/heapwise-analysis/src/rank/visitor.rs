//! Sums samples by site while they are read.

use heapwise_decode::{Flow, LocationSet, Sample, Tables, Visitor};

use super::depth::Deepest;
use super::options::{Columns, Frames, RankOptions};
use super::presence::Presence;
use super::ranking::{RankRow, Ranking};
use crate::profile::base_label::BaseLabel;
use crate::profile::header::Header;
use crate::site::granularity::Granularity;
use crate::site::shape::Shape;
use crate::site::source_path::PathTrim;
use crate::site::table::{NodeId, Nodes};
use crate::sums::blocks::{BlockPath, BlockTable, Blocks, Entry, Recovery};
use crate::sums::by_site::{NodeSums, StackFrames, Summing};
use crate::sums::estimate::sampling_of;
use crate::sums::reading::Reading;
use crate::sums::totals::Totals;

/// Sums samples by site as they come.
pub(crate) struct RankVisitor {
    granularity: Granularity,
    nodes: Nodes,
    sums: Summing,
    path_blocks: Option<BlockPath>,
    totals: Totals,
    sample_count: u64,
    deepest: Deepest,
    reading: Reading,
    with_errors: bool,
    columns: Columns,
    all_sites: bool,
    is_pruned: bool,
    frames: Frames,
    /// Sites to sum by that are known before, and whether there were any.
    sites: Option<Nodes>,
    are_given: bool,
    /// The only column of interest.
    only: Option<usize>,
    /// Which sites are there, where that is to be known beside the only column.
    presence: Option<Presence>,
    /// Whether sums need more than 64 bits.
    is_wide: bool,
    /// Whether samples that are 0 in the only column are passed over.
    may_skip: bool,
    /// Frames shared with the last sample that was not skipped.
    shared: usize,
    flat_blocks: BlockTable,
    stackless_blocks: BlockTable,
    cum_blocks: BlockTable,
}

impl RankVisitor {
    pub(crate) fn new(granularity: Granularity) -> Self {
        Self {
            granularity,
            nodes: Nodes::new(Shape::new(granularity)),
            sums: Summing::new(0, None),
            path_blocks: None,
            totals: Totals::default(),
            sample_count: 0,
            deepest: Deepest::default(),
            reading: Reading::none(),
            with_errors: false,
            columns: Columns::All,
            all_sites: false,
            is_pruned: false,
            frames: Frames::default(),
            sites: None,
            are_given: false,
            only: None,
            presence: None,
            is_wide: false,
            may_skip: true,
            shared: usize::MAX,
            flat_blocks: BlockTable::default(),
            stackless_blocks: BlockTable::default(),
            cum_blocks: BlockTable::default(),
        }
    }

    pub(crate) fn with_options(mut self, options: &RankOptions) -> Self {
        self.with_errors = options.with_errors;
        self.columns = options.columns.clone();
        self.all_sites = options.all_sites;
        self.is_pruned = options.is_pruned;
        self.frames = options.frames.clone();
        self
    }

    /// Sums by sites of complete tables that are known already.
    pub(super) fn with_sites(mut self, sites: Nodes) -> Self {
        self.sites = Some(sites);
        self.are_given = true;
        self
    }

    /// The only column that is summed, if there is one, from [`Visitor::start`] on.
    pub(crate) fn only(&self) -> Option<usize> {
        self.only
    }

    /// What all samples add up to.
    pub(crate) fn totals(&self) -> &Totals {
        &self.totals
    }

    /// Whether a sample has nothing to add to any site.
    #[inline]
    fn skips(&self, values: &[i64]) -> bool {
        self.may_skip && self.sums.skips(values)
    }

    /// Looks for sites that are not known to be there in a sample that is 0 in the only column, and
    /// meets them in the order in which they are met where all columns are summed.
    #[inline]
    fn look_for_sites(&mut self, tables: &Tables, sample: &Sample<'_>) {
        if self.presence.is_none() {
            return;
        }
        let stack = self.reading.cut(sample.stack());
        let is_summed = !self.sums.skips(sample.values());
        let Some(presence) = &mut self.presence else {
            return;
        };
        presence.share(sample.shared_frames());
        if is_summed {
            return;
        }
        let new = presence.see(stack, sample.values());
        for &at in new.last().into_iter().chain(new) {
            self.nodes.of_location(tables, at);
        }
    }

    /// Whether sites may be there whose samples add up to 0.
    fn may_cancel_out(&self) -> bool {
        let mut totals = self.totals.by_type().iter();
        self.presence.is_some() && totals.any(|total| total.net != total.absolute)
    }

    /// Whether sums turned out to need more bits than they were kept in.
    fn must_widen(&self) -> bool {
        !self.sums.holds(self.totals.by_type())
    }

    /// Whether complete tables show that other values had to be summed.
    fn were_other_values(&self, tables: &Tables) -> bool {
        let is_other_column = || self.only != self.columns.resolve(tables, true);
        !self.reading.is_complete
            && (BaseLabel::of(tables).is_used() || self.only.is_some() && is_other_column())
    }

    /// The sums by node; call once, at the end.
    fn take_sums(&mut self) -> NodeSums {
        let width = self.totals.by_type().len();
        if let Some(blocks) = self.path_blocks.take() {
            self.cum_blocks = self.sums.leave_path(blocks);
        }
        std::mem::replace(&mut self.sums, Summing::new(width, None)).finish(width)
    }

    pub(crate) fn into_ranking(self, tables: &Tables) -> Ranking {
        self.into_numbered(tables).0
    }

    /// The ranking, and the site of each row.
    pub(super) fn into_numbered(mut self, tables: &Tables) -> (Ranking, Vec<NodeId>) {
        let sums = self.take_sums();
        let width = self.totals.by_type().len();
        let of = |sum: &dyn Fn(usize) -> i128| (0..width).map(sum).collect::<Vec<i128>>();
        let row = |node: NodeId| RankRow {
            site: self.nodes.site(node),
            inlined: self.nodes.inlined(node),
            flat: of(&|index| sums.flat(node, index)),
            cum: of(&|index| sums.cum(node, index)),
            flat_blocks: self.blocks(self.flat_blocks.entries(node)),
            cum_blocks: self.blocks(self.cum_blocks.entries(node)),
            function_start: self.nodes.function_start(tables, node),
        };
        let present = self.presence.as_ref();
        let present = present.map(|presence| presence.sites(tables, &self.nodes));
        let is_present = |node: NodeId| {
            let present = present.as_ref();
            present.is_some_and(|present| present.get(node as usize) == Some(&true))
        };
        let is_there = |&node: &NodeId| {
            is_present(node)
                || (0..width).any(|at| sums.flat(node, at) != 0 || sums.cum(node, at) != 0)
        };
        let numbers = (0..self.nodes.len() as NodeId).filter(is_there);
        let numbers: Vec<NodeId> = numbers.collect();
        let rows = numbers.iter().copied().map(row).collect();
        let mut header = Header::of(tables);
        let note = self.deepest.note(header.kind, tables);
        if note.is_some() {
            header.program_mut().notes.extend(note);
        }
        let ranking = Ranking {
            sampling: sampling_of(self.reading.recovery.as_ref(), header.kind),
            blocks: self.all_blocks(),
            header,
            granularity: self.granularity,
            sample_count: self.sample_count,
            totals: self.totals.by_type().to_vec(),
            whole: None,
            rows,
            only: self.only,
        };
        (ranking, numbers)
    }

    fn all_blocks(&self) -> Blocks {
        let nodes = 0..self.nodes.len() as NodeId;
        let with_leaf = nodes.flat_map(|node| self.flat_blocks.entries(node));
        self.blocks(with_leaf.chain(self.stackless_blocks.entries(0)))
    }

    /// Entries as blocks; nothing where the profile turned out not to be as Go writes it.
    fn blocks(&self, entries: impl Iterator<Item = Entry>) -> Blocks {
        let recovery = self.reading.recovery.as_ref();
        let recovery = recovery.filter(|recovery| recovery.failure().is_none());
        recovery.map_or_else(Blocks::default, |recovery| recovery.blocks(entries))
    }

    /// What stays of a sample's stack, with the number of frames that all samples since the one
    /// summed last have shared.
    #[inline]
    fn frames<'a>(&self, sample: &Sample<'a>, shared: usize) -> StackFrames<'a> {
        let stack = self.reading.cut(sample.stack());
        StackFrames {
            stack,
            shared: shared.min(sample.shared_frames()).min(stack.len()),
        }
    }
}

impl Visitor for RankVisitor {
    fn start(&mut self, tables: &Tables, complete: bool) -> Flow {
        let shape = Shape {
            no_inlines: self.frames.no_inlines,
            show_columns: self.frames.show_columns,
            across_builds: self.frames.across_builds,
            trim: Some(PathTrim::new(&self.frames.trim_path, "")),
            ..Shape::new(self.granularity)
        };
        let (is_pruned, with_errors) = (self.is_pruned, self.with_errors);
        let started = Reading::start(&shape, (tables, complete), is_pruned, with_errors);
        let Some(reading) = started else {
            return Flow::Reread;
        };
        let width = tables.sample_types().len();
        *self = RankVisitor {
            nodes: match (self.sites.take(), complete) {
                (Some(sites), _) => sites,
                (None, true) => Nodes::settled(tables, shape),
                (None, false) => Nodes::new(shape),
            },
            frames: std::mem::take(&mut self.frames),
            totals: Totals::start(tables, complete),
            with_errors: self.with_errors,
            only: self.columns.resolve(tables, complete),
            columns: self.columns.clone(),
            all_sites: self.all_sites,
            is_pruned: self.is_pruned,
            is_wide: self.is_wide,
            are_given: self.are_given,
            reading,
            ..RankVisitor::new(self.granularity)
        };
        self.sums = match self.is_wide {
            true => Summing::wide(width, self.only),
            false => Summing::new(width, self.only),
        };
        let has_blocks = self.reading.recovery.as_ref();
        let has_blocks = has_blocks.is_some_and(Recovery::is_needed);
        self.path_blocks = has_blocks.then(BlockPath::default);
        let looks_for_sites = self.all_sites && self.only.is_some();
        self.presence = looks_for_sites.then(Presence::default);
        // Blocks are of all samples where rows are.
        self.may_skip = !(looks_for_sites && has_blocks);
        if complete {
            self.reading.shorten(tables, &mut self.nodes);
        }
        Flow::Proceed
    }

    #[inline]
    fn sample(&mut self, tables: &Tables, sample: &Sample<'_>) {
        self.sample_count += 1;
        self.deepest.see(sample.stack());
        self.totals.add(sample);
        self.shared = self.shared.min(sample.shared_frames());
        self.look_for_sites(tables, sample);
        if self.skips(sample.values()) {
            return;
        }
        let frames = self.frames(sample, self.shared);
        self.shared = usize::MAX;
        let blocks = self.path_blocks.as_mut();
        let leaf = self
            .sums
            .add(&mut self.nodes, tables, frames, sample.values(), blocks);
        let recovery = self.reading.recovery.as_mut();
        let Some(entry) = recovery.and_then(|known| known.entry(sample)) else {
            return;
        };
        if let Some(blocks) = &mut self.path_blocks {
            blocks.add(entry);
        }
        match leaf {
            Some(node) => self.flat_blocks.add(node, entry),
            None => self.stackless_blocks.add(0, entry),
        }
    }

    #[inline]
    fn least_frames(&self, values: &[i64]) -> usize {
        if self.skips(values) {
            self.deepest.locations()
        } else {
            0
        }
    }

    #[inline]
    fn familiar(&self) -> Option<&LocationSet> {
        self.presence.as_ref().map(Presence::found)
    }

    fn end(&mut self, tables: &Tables) -> Flow {
        if self.may_cancel_out() {
            self.columns = Columns::All;
            Flow::Reread
        } else if self.must_widen() {
            self.is_wide = true;
            self.sites = self.are_given.then(|| self.nodes.clone());
            Flow::Reread
        } else if self.were_other_values(tables)
            || self.reading.must_be_repeated(tables, &mut self.nodes)
        {
            Flow::Reread
        } else {
            Flow::Proceed
        }
    }
}
