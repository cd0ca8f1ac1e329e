use std::collections::HashMap;

use heapwise_decode::{
    Error, Flow, LabelValue, Limits, Profile, ProfileKind, Sample, Source, StringIndex, Tables,
    Visitor, visit,
};

use crate::blocks::{
    BlockPath, Blocks, Entry, EntryLists, Recovery, UnknownError, counts_everything,
};
use crate::estimate::Sampling;
use crate::granularity::Granularity;
use crate::header::Header;
use crate::inlined::Inlined;
use crate::nodes::{Fold, NodeId, Nodes};
use crate::prune::Prune;
use crate::site::Site;
use crate::sums::{NodeSums, StackFrames, Summing};

/// The text label by which pprof marks the samples of a base (driver/fetch.go: fetchProfiles).
pub(crate) const BASE_LABEL: &str = "pprof::base";

/// How to rank.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RankOptions {
    /// What counts as one site.
    pub granularity: Granularity,
    /// Whether to find out the sampled blocks behind every number, from which errors follow.
    pub with_errors: bool,
    /// Which sample types to sum by site. Totals are always of all.
    pub columns: Columns,
    /// Whether the frames that a profile calls uninteresting are gone already, or are to stay.
    pub is_pruned: bool,
    /// How frames become sites.
    pub frames: Frames,
}

/// How frames become sites, beside the granularity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Frames {
    /// Inlined functions are part of the function they were inlined into.
    pub no_inlines: bool,
    /// Lines are told apart by column.
    pub show_columns: bool,
}

/// Which sample types are summed by site.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Columns {
    /// All of them.
    #[default]
    All,
    /// The one that a question with this sample index is about, as
    /// [`Header::sample_index`] understands it; rows hold 0 for the others. Samples that are 0
    /// in it, most of a profile for what is in use, then cost next to nothing.
    One(Option<String>),
}

impl Columns {
    /// The only column of interest; `None` is all. Before texts are there the four types of a
    /// heap profile are taken to be in Go's order, to be checked at the end.
    fn resolve(&self, tables: &Tables, complete: bool) -> Option<usize> {
        const GO_ORDER: [&str; 4] = [
            "alloc_objects",
            "alloc_space",
            "inuse_objects",
            "inuse_space",
        ];
        let Columns::One(name) = self else {
            return None;
        };
        if complete {
            return Header::of(tables).sample_index(name.as_deref()).ok();
        }
        let types = tables.sample_types();
        let Some(name) = name.as_deref().filter(|name| !name.is_empty()) else {
            return tables.default_sample_index_by_number();
        };
        match name.parse::<usize>() {
            Ok(index) => (index < types.len()).then_some(index),
            Err(_) if types.len() == GO_ORDER.len() => {
                GO_ORDER.iter().position(|&known| known == name)
            }
            Err(_) => None,
        }
    }
}

impl RankOptions {
    /// Ranks by sites of this granularity, with sampling errors.
    pub fn new(granularity: Granularity) -> Self {
        Self {
            granularity,
            with_errors: true,
            columns: Columns::All,
            is_pruned: false,
            frames: Frames::default(),
        }
    }
}

/// The sites of one or more profiles with what each allocates, for all sample types.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranking {
    /// What the profile says of itself.
    pub header: Header,
    /// What counts as one site.
    pub granularity: Granularity,
    /// Number of samples.
    pub sample_count: u64,
    /// The total of each sample type.
    pub totals: Vec<Total>,
    /// What is known of the sampling behind the numbers.
    pub sampling: Sampling,
    /// The sampled blocks behind the total.
    pub blocks: Blocks,
    /// Where filters have left something out: what there was before.
    pub whole: Option<Whole>,
    /// The sites, in order of appearance. A site may be zero in some of the types.
    pub rows: Vec<RankRow>,
}

/// A profile before filters have left something out.
#[derive(Debug, Clone, PartialEq)]
pub struct Whole {
    /// The total of each sample type.
    pub totals: Vec<Total>,
    /// The sampled blocks behind the total.
    pub blocks: Blocks,
}

/// The total of one sample type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Total {
    /// Sum of absolute values.
    pub absolute: i128,
    /// Sum of signed values: what all sites and the samples without a stack add up to.
    pub net: i128,
    /// Sum of absolute values of the samples marked as a base.
    pub base: i128,
}

impl Total {
    /// What pprof calls the total and takes percentages of: of the base alone where there is one
    /// (report/report.go: computeTotal).
    pub fn of_pprof(self) -> i128 {
        if self.base > 0 {
            self.base
        } else {
            self.absolute
        }
    }

    fn add(&mut self, other: Total) {
        self.absolute += other.absolute;
        self.net += other.net;
        self.base += other.base;
    }
}

/// A site's values, one per sample type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RankRow {
    /// The site.
    pub site: Site,
    /// Whether its frames were inlined into their callers.
    pub inlined: Inlined,
    /// What was allocated in the site itself.
    pub flat: Vec<i128>,
    /// What was allocated in the site or in what it called.
    pub cum: Vec<i128>,
    /// The sampled blocks behind the flat values; empty where sampling errors are not known.
    pub flat_blocks: Blocks,
    /// The sampled blocks behind the cumulative values.
    pub cum_blocks: Blocks,
    /// The line at which the function starts, where the profile tells and the site has one.
    pub function_start: Option<i64>,
}

/// What a shortened list leaves out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Omitted {
    /// Sites left out.
    pub rows: usize,
    /// The flat values of those sites and of samples without a stack: shown and omitted together
    /// are the net total.
    pub flat: i128,
}

impl Ranking {
    /// The rows that are not zero for a sample type, largest absolute flat value first; equal ones
    /// by name (graph/graph.go: Nodes.Sort, FlatNameOrder).
    pub fn sorted_by_flat(&self, index: usize) -> Vec<&RankRow> {
        self.sorted(index, |row| (row.flat_of(index), row.cum_of(index)))
    }

    /// The rows that are not zero for a sample type, largest absolute cumulative value first.
    pub fn sorted_by_cum(&self, index: usize) -> Vec<&RankRow> {
        self.sorted(index, |row| (row.cum_of(index), row.flat_of(index)))
    }

    fn sorted(&self, index: usize, key: impl Fn(&RankRow) -> (i128, i128)) -> Vec<&RankRow> {
        let mut rows: Vec<((i128, i128), &RankRow)> = self
            .rows
            .iter()
            .filter(|row| row.flat_of(index) != 0 || row.cum_of(index) != 0)
            .map(|row| (key(row), row))
            .collect();
        sort_rows(&mut rows, |row| &row.site);
        rows.into_iter().map(|(_, row)| row).collect()
    }

    /// The total of a sample type; zero for an index that does not exist.
    pub fn total(&self, index: usize) -> Total {
        self.totals.get(index).copied().unwrap_or_default()
    }

    /// What is left out when only `shown` rows are.
    pub fn omitted(&self, index: usize, shown: &[&RankRow]) -> Omitted {
        let is_there = |row: &&RankRow| row.flat_of(index) != 0 || row.cum_of(index) != 0;
        let all = self.rows.iter().filter(is_there).count();
        let shown_flat: i128 = shown.iter().map(|row| row.flat_of(index)).sum();
        Omitted {
            rows: all.saturating_sub(shown.len()),
            flat: self.total(index).net - shown_flat,
        }
    }

    /// Adds rankings of the same granularity up, site by site. Sample types that not all of them
    /// have are left out; the order is that of the first (profile/merge.go:
    /// CompatibilizeSampleTypes). `None` without rankings or without a common type in one unit.
    pub fn sum(rankings: Vec<Ranking>) -> Option<Ranking> {
        let mut rankings = rankings.into_iter();
        let mut sum = rankings.next()?;
        for other in rankings {
            sum = sum.plus(other)?;
        }
        Some(sum)
    }

    /// What percentages are of: everything, whatever filters have left out
    /// (driver/driver.go: generateRawReport).
    pub fn reference_total(&self, index: usize) -> i128 {
        let totals = self
            .whole
            .as_ref()
            .map_or(&self.totals, |whole| &whole.totals);
        totals.get(index).copied().unwrap_or_default().of_pprof()
    }

    fn plus(self, other: Ranking) -> Option<Ranking> {
        let common: Vec<(usize, usize)> = self
            .header
            .sample_types
            .iter()
            .enumerate()
            .filter_map(|(mine, sample_type)| {
                let theirs = &other.header.sample_types;
                let theirs = theirs.iter().position(|known| known == sample_type)?;
                Some((mine, theirs))
            })
            .collect();
        if common.is_empty() {
            return None;
        }
        let mine: Vec<usize> = common.iter().map(|&(mine, _)| mine).collect();
        let theirs: Vec<usize> = common.iter().map(|&(_, theirs)| theirs).collect();
        let mut sum = self.select(&mine);
        sum.absorb(other.select(&theirs));
        Some(sum)
    }

    /// Only some sample types, in the order given.
    fn select(mut self, indexes: &[usize]) -> Ranking {
        let default = self.header.default_sample_index;
        self.header.default_sample_index = indexes
            .iter()
            .position(|&index| Some(index) == default)
            .or(indexes.len().checked_sub(1));
        self.header.sample_types = pick(&self.header.sample_types, indexes);
        self.totals = pick(&self.totals, indexes);
        if let Some(whole) = &mut self.whole {
            whole.totals = pick(&whole.totals, indexes);
        }
        for row in &mut self.rows {
            row.flat = pick(&row.flat, indexes);
            row.cum = pick(&row.cum, indexes);
        }
        self
    }

    fn absorb(&mut self, other: Ranking) {
        self.header.absorb(&other.header);
        self.sampling = self.sampling.or(other.sampling);
        self.blocks.absorb(&other.blocks);
        if let (Some(mine), Some(theirs)) = (&mut self.whole, &other.whole) {
            mine.absorb(theirs);
        }
        self.sample_count += other.sample_count;
        for (mine, theirs) in self.totals.iter_mut().zip(other.totals) {
            mine.add(theirs);
        }
        let mut places: HashMap<Site, usize> = self
            .rows
            .iter()
            .enumerate()
            .map(|(at, row)| (row.site.clone(), at))
            .collect();
        for row in other.rows {
            match places.get(&row.site).and_then(|&at| self.rows.get_mut(at)) {
                Some(mine) => mine.absorb(&row),
                None => {
                    places.insert(row.site.clone(), self.rows.len());
                    self.rows.push(row);
                }
            }
        }
    }
}

fn pick<T: Clone>(items: &[T], indexes: &[usize]) -> Vec<T> {
    indexes
        .iter()
        .filter_map(|&index| items.get(index).cloned())
        .collect()
}

/// Largest absolute first key first, then by name, then by the second key.
///
/// Names are made once for each row that shares its first key with another, not for each
/// comparison: most rows of a profile are zero in themselves.
pub(crate) fn sort_rows<T>(rows: &mut [((i128, i128), T)], site: impl Fn(&T) -> &Site) {
    rows.sort_by_key(|((first, _), _)| std::cmp::Reverse(first.unsigned_abs()));
    let same =
        |a: &((i128, i128), T), b: &((i128, i128), T)| a.0.0.unsigned_abs() == b.0.0.unsigned_abs();
    for group in rows.chunk_by_mut(same).filter(|group| group.len() > 1) {
        group.sort_by_cached_key(|((_, second), row)| {
            let site = site(row);
            // Two addresses order as numbers, which is how their printed digits order.
            (
                site.pprof_name().into_bytes(),
                std::cmp::Reverse(second.unsigned_abs()),
                site.clone(),
            )
        });
    }
}

impl Whole {
    fn absorb(&mut self, other: &Whole) {
        self.blocks.absorb(&other.blocks);
        for (mine, &theirs) in self.totals.iter_mut().zip(&other.totals) {
            mine.add(theirs);
        }
    }
}

impl RankRow {
    /// The flat value of a sample type.
    pub fn flat_of(&self, index: usize) -> i128 {
        self.flat.get(index).copied().unwrap_or(0)
    }

    /// The cumulative value of a sample type.
    pub fn cum_of(&self, index: usize) -> i128 {
        self.cum.get(index).copied().unwrap_or(0)
    }

    fn absorb(&mut self, other: &RankRow) {
        self.inlined = self.inlined.or(other.inlined);
        self.flat_blocks.absorb(&other.flat_blocks);
        self.cum_blocks.absorb(&other.cum_blocks);
        for (mine, theirs) in self.flat.iter_mut().zip(&other.flat) {
            *mine += theirs;
        }
        for (mine, theirs) in self.cum.iter_mut().zip(&other.cum) {
            *mine += theirs;
        }
    }
}

/// Ranks the sites of a profile in memory that does not grow with the number of its samples.
///
/// # Errors
///
/// As [`heapwise_decode::visit`].
pub fn rank(
    source: &(impl Source + ?Sized),
    options: &RankOptions,
    limits: &Limits,
) -> Result<Ranking, Error> {
    let mut visitor = RankVisitor::new(options.granularity).with_options(options);
    let tables = visit(source, limits, &mut visitor)?;
    Ok(visitor.into_ranking(&tables))
}

/// Ranks the sites of a profile that is in memory.
pub fn rank_profile(profile: &Profile, options: &RankOptions) -> Ranking {
    let mut visitor = RankVisitor::new(options.granularity).with_options(options);
    profile.visit(&mut visitor);
    visitor.into_ranking(profile.tables())
}

/// Sums samples by site as they come.
pub(crate) struct RankVisitor {
    granularity: Granularity,
    pub(crate) nodes: Nodes,
    sums: Summing,
    path_blocks: Option<BlockPath>,
    totals: Vec<Total>,
    sample_count: u64,
    prune: Option<Prune>,
    base: BaseLabel,
    is_complete: bool,
    with_errors: bool,
    columns: Columns,
    is_pruned: bool,
    frames: Frames,
    /// The only column of interest.
    only: Option<usize>,
    /// Frames shared with the last sample that was not skipped.
    shared: usize,
    recovery: Option<Recovery>,
    flat_blocks: EntryLists,
    all_blocks: EntryLists,
    cum_blocks: Vec<Vec<Entry>>,
}

impl RankVisitor {
    pub(crate) fn new(granularity: Granularity) -> Self {
        Self {
            granularity,
            nodes: Nodes::new(granularity, None),
            sums: Summing::new(0, None),
            path_blocks: None,
            totals: Vec::new(),
            sample_count: 0,
            prune: None,
            base: BaseLabel::default(),
            is_complete: false,
            with_errors: false,
            columns: Columns::All,
            is_pruned: false,
            frames: Frames::default(),
            only: None,
            shared: usize::MAX,
            recovery: None,
            flat_blocks: EntryLists::default(),
            all_blocks: EntryLists::default(),
            cum_blocks: Vec::new(),
        }
    }

    /// Sums only the sample type that a sample index means.
    pub(crate) fn of_column(granularity: Granularity, sample_index: Option<String>) -> Self {
        Self {
            columns: Columns::One(sample_index),
            ..Self::new(granularity)
        }
    }

    fn with_options(mut self, options: &RankOptions) -> Self {
        self.with_errors = options.with_errors;
        self.columns = options.columns.clone();
        self.is_pruned = options.is_pruned;
        self.frames = options.frames;
        self
    }

    /// What stays of a stack.
    #[inline]
    fn cut<'a>(&self, sample: &Sample<'a>) -> &'a [heapwise_decode::LocationIndex] {
        match &self.prune {
            None => sample.stack(),
            Some(prune) => prune.cut(sample.stack()),
        }
    }

    #[inline]
    fn add_totals(&mut self, sample: &Sample<'_>) {
        let is_base = self.base.marks(sample);
        for (total, &value) in self.totals.iter_mut().zip(sample.values()) {
            let value = i128::from(value);
            total.net += value;
            total.absolute += value.abs();
            if is_base {
                total.base += value.abs();
            }
        }
    }

    /// Whether complete tables show that the reading just made has to be made again.
    fn must_reread(&self, tables: &Tables) -> bool {
        !self.is_complete
            && (self.prune_of(tables).is_some()
                || BaseLabel::of(tables).is_used()
                || (self.only.is_some() && self.only != self.columns.resolve(tables, true))
                || self
                    .recovery
                    .as_ref()
                    .is_some_and(|known| known.was_wrong(tables))
                || !Fold::of(tables, self.granularity).is_identity())
    }

    fn prune_of(&self, tables: &Tables) -> Option<Prune> {
        if self.is_pruned {
            return None;
        }
        Prune::of(tables)
    }

    pub(crate) fn totals(&self) -> &[Total] {
        &self.totals
    }

    /// The sums by node; call once, at the end.
    pub(crate) fn take_sums(&mut self) -> NodeSums {
        let width = self.totals.len();
        let blocks = self.path_blocks.take();
        self.cum_blocks =
            blocks.map_or_else(Vec::new, |blocks| blocks.into_items(self.sums.places()));
        std::mem::replace(&mut self.sums, Summing::new(width, None)).finish(width)
    }

    fn into_ranking(mut self, tables: &Tables) -> Ranking {
        let sums = self.take_sums();
        let width = self.totals.len();
        let of = |sum: &dyn Fn(usize) -> i128| (0..width).map(sum).collect::<Vec<i128>>();
        let rows = (0..self.nodes.len() as NodeId)
            .map(|node| RankRow {
                site: self.nodes.site(tables, node),
                inlined: self.nodes.inlined(node),
                flat: of(&|index| sums.flat(node, index)),
                cum: of(&|index| sums.cum(node, index)),
                flat_blocks: self.blocks(self.flat_blocks.get(node)),
                cum_blocks: self.blocks(
                    self.cum_blocks
                        .get(node as usize)
                        .map_or(&[], Vec::as_slice),
                ),
                function_start: self.nodes.function_start(node),
            })
            .filter(|row| row.flat.iter().chain(&row.cum).any(|&value| value != 0))
            .collect();
        let header = Header::of(tables);
        Ranking {
            sampling: self.sampling(header.kind),
            blocks: self.blocks(self.all_blocks.get(0)),
            header,
            granularity: self.granularity,
            sample_count: self.sample_count,
            totals: self.totals,
            whole: None,
            rows,
        }
    }

    /// Entries as blocks; nothing where the profile turned out not to be as Go writes it.
    fn blocks(&self, entries: &[Entry]) -> Blocks {
        let recovery = self.recovery.as_ref();
        let recovery = recovery.filter(|recovery| recovery.failure().is_none());
        recovery.map_or_else(Blocks::default, |recovery| recovery.blocks(entries))
    }

    fn sampling(&self, kind: ProfileKind) -> Sampling {
        if counts_everything(kind) {
            return Sampling::Exact;
        }
        let Some(recovery) = &self.recovery else {
            return Sampling::Unknown(UnknownError::Kind);
        };
        match (recovery.failure(), recovery.rate()) {
            (Some(failure), _) => Sampling::Unknown(failure),
            (None, None) => Sampling::Unknown(UnknownError::NoPeriod),
            (None, Some(rate)) if rate.records_everything() => Sampling::Exact,
            (None, Some(rate)) => Sampling::Known(rate),
        }
    }

    /// What stays of a sample's stack, with the number of frames that all samples since the one
    /// summed last have shared.
    #[inline]
    pub(crate) fn frames<'a>(&self, sample: &Sample<'a>, shared: usize) -> StackFrames<'a> {
        let stack = self.cut(sample);
        StackFrames {
            stack,
            shared: shared.min(sample.shared_frames()).min(stack.len()),
        }
    }
}

impl Visitor for RankVisitor {
    fn start(&mut self, tables: &Tables, complete: bool) -> Flow {
        // Packages are told apart by texts and files by their binary too; both come last.
        let needs_names = matches!(self.granularity, Granularity::Packages | Granularity::Files);
        if needs_names && !complete {
            return Flow::Reread;
        }
        let fold = complete
            .then(|| Fold::of(tables, self.granularity))
            .filter(|fold| !fold.is_identity());
        let width = tables.sample_types().len();
        *self = RankVisitor {
            nodes: Nodes::new(self.granularity, fold)
                .no_inlines(self.frames.no_inlines)
                .show_columns(self.frames.show_columns),
            frames: self.frames,
            totals: vec![Total::default(); width],
            is_complete: complete,
            with_errors: self.with_errors,
            only: self.columns.resolve(tables, complete),
            columns: self.columns.clone(),
            is_pruned: self.is_pruned,
            recovery: self.with_errors.then(|| Recovery::start(tables, complete)),
            ..RankVisitor::new(self.granularity)
        };
        self.sums = Summing::new(width, self.only);
        let has_blocks = self.recovery.as_ref().is_some_and(Recovery::is_needed);
        self.path_blocks = has_blocks.then(BlockPath::default);
        if complete {
            self.base = BaseLabel::of(tables);
            self.prune = self.prune_of(tables);
            if let Some(prune) = &self.prune {
                for (at, count) in prune.shortened() {
                    if let Some(location) = tables.location_index(at) {
                        self.nodes.keep_outer_lines(tables, location, count);
                    }
                }
            }
        }
        Flow::Proceed
    }

    #[inline]
    fn sample(&mut self, tables: &Tables, sample: &Sample<'_>) {
        self.sample_count += 1;
        self.add_totals(sample);
        self.shared = self.shared.min(sample.shared_frames());
        if self.sums.skips(sample.values()) {
            return;
        }
        let frames = self.frames(sample, self.shared);
        self.shared = usize::MAX;
        let blocks = self.path_blocks.as_mut();
        let leaf = self
            .sums
            .add(&mut self.nodes, tables, frames, sample.values(), blocks);
        let Some(entry) = self.recovery.as_mut().and_then(|known| known.entry(sample)) else {
            return;
        };
        if let Some(blocks) = &mut self.path_blocks {
            blocks.add(entry);
        }
        self.all_blocks.add(0, entry);
        if let Some(node) = leaf {
            self.flat_blocks.add(node, entry);
        }
    }

    fn end(&mut self, tables: &Tables) -> Flow {
        if self.must_reread(tables) {
            Flow::Reread
        } else {
            Flow::Proceed
        }
    }
}

/// Recognises the samples of a base by their label.
#[derive(Debug, Default)]
struct BaseLabel {
    keys: Vec<StringIndex>,
    values: Vec<StringIndex>,
}

impl BaseLabel {
    fn of(tables: &Tables) -> BaseLabel {
        let with_text = |text: &str| {
            tables
                .string_indexes()
                .filter(|&index| tables.text_bytes(index) == text.as_bytes())
                .collect()
        };
        BaseLabel {
            keys: with_text(BASE_LABEL),
            values: with_text("true"),
        }
    }

    fn is_used(&self) -> bool {
        !self.keys.is_empty() && !self.values.is_empty()
    }

    #[inline]
    fn marks(&self, sample: &Sample<'_>) -> bool {
        self.is_used()
            && sample.labels().iter().any(|label| match label.value {
                LabelValue::Text(text) => {
                    self.keys.contains(&label.key) && self.values.contains(&text)
                }
                LabelValue::Number { .. } => false,
            })
    }
}
