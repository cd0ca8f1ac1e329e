use std::cmp::Ordering;
use std::collections::HashMap;

use heapwise_decode::{
    Error, Flow, LabelValue, Limits, Profile, ProfileKind, Sample, Source, StringIndex, Tables,
    Visitor, visit,
};

use crate::blocks::{Blocks, Entry, EntryLists, Recovery, UnknownError, counts_everything};
use crate::estimate::Sampling;
use crate::granularity::Granularity;
use crate::header::Header;
use crate::inlined::Inlined;
use crate::nodes::{Fold, NodeId, Nodes};
use crate::path::PathSums;
use crate::prune::Prune;
use crate::site::Site;

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
}

impl RankOptions {
    /// Ranks by sites of this granularity, with sampling errors.
    pub fn new(granularity: Granularity) -> Self {
        Self {
            granularity,
            with_errors: true,
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
    /// The sites, in order of appearance. A site may be zero in some of the types.
    pub rows: Vec<RankRow>,
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
        let mut rows: Vec<&RankRow> = self
            .rows
            .iter()
            .filter(|row| row.flat_of(index) != 0 || row.cum_of(index) != 0)
            .collect();
        rows.sort_by(|left, right| {
            compare_rows((key(left), &left.site), (key(right), &right.site))
        });
        rows
    }

    /// The total of a sample type; zero for an index that does not exist.
    pub fn total(&self, index: usize) -> Total {
        self.totals.get(index).copied().unwrap_or_default()
    }

    /// What is left out when only `shown` rows are.
    pub fn omitted(&self, index: usize, shown: &[&RankRow]) -> Omitted {
        let all = self.sorted_by_flat(index).len();
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

/// Largest absolute key first, then by name, then by the second key.
pub(crate) fn compare_rows(left: ((i128, i128), &Site), right: ((i128, i128), &Site)) -> Ordering {
    let ((left_key, left_second), left_site) = left;
    let ((right_key, right_second), right_site) = right;
    right_key
        .unsigned_abs()
        .cmp(&left_key.unsigned_abs())
        .then_with(|| left_site.compare(right_site))
        .then_with(|| right_second.unsigned_abs().cmp(&left_second.unsigned_abs()))
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
    let mut visitor = RankVisitor::new(options.granularity).with_errors(options.with_errors);
    let tables = visit(source, limits, &mut visitor)?;
    Ok(visitor.into_ranking(&tables))
}

/// Ranks the sites of a profile that is in memory.
pub fn rank_profile(profile: &Profile, options: &RankOptions) -> Ranking {
    let mut visitor = RankVisitor::new(options.granularity).with_errors(options.with_errors);
    profile.visit(&mut visitor);
    visitor.into_ranking(profile.tables())
}

/// Sums samples by site as they come.
pub(crate) struct RankVisitor {
    granularity: Granularity,
    pub(crate) nodes: Nodes,
    path: PathSums,
    flat: Vec<i128>,
    totals: Vec<Total>,
    sample_count: u64,
    prune: Option<Prune>,
    base: BaseLabel,
    is_complete: bool,
    with_errors: bool,
    recovery: Option<Recovery>,
    flat_blocks: EntryLists,
    all_blocks: EntryLists,
    cum_blocks: Vec<Vec<Entry>>,
}

/// What a finished [`RankVisitor`] knows of each node.
pub(crate) struct NodeSums {
    width: usize,
    flat: Vec<i128>,
    cum: Vec<i128>,
}

impl NodeSums {
    pub(crate) fn flat(&self, node: NodeId, index: usize) -> i128 {
        at(&self.flat, self.width, node, index)
    }

    pub(crate) fn cum(&self, node: NodeId, index: usize) -> i128 {
        at(&self.cum, self.width, node, index)
    }
}

fn at(sums: &[i128], width: usize, node: NodeId, index: usize) -> i128 {
    sums.get(node as usize * width + index)
        .copied()
        .unwrap_or(0)
}

impl RankVisitor {
    pub(crate) fn new(granularity: Granularity) -> Self {
        Self {
            granularity,
            nodes: Nodes::new(granularity, None),
            path: PathSums::new(0),
            flat: Vec::new(),
            totals: Vec::new(),
            sample_count: 0,
            prune: None,
            base: BaseLabel::default(),
            is_complete: false,
            with_errors: false,
            recovery: None,
            flat_blocks: EntryLists::default(),
            all_blocks: EntryLists::default(),
            cum_blocks: Vec::new(),
        }
    }

    fn with_errors(mut self, with_errors: bool) -> Self {
        self.with_errors = with_errors;
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
            && (Prune::of(tables).is_some()
                || BaseLabel::of(tables).is_used()
                || self
                    .recovery
                    .as_ref()
                    .is_some_and(|known| known.was_wrong(tables))
                || !Fold::of(tables, self.granularity).is_identity())
    }

    pub(crate) fn totals(&self) -> &[Total] {
        &self.totals
    }

    /// The sums by node; call once, at the end.
    pub(crate) fn take_sums(&mut self) -> NodeSums {
        let width = self.totals.len();
        let path = std::mem::replace(&mut self.path, PathSums::new(width));
        let (cum, cum_blocks) = path.finish();
        self.cum_blocks = cum_blocks;
        NodeSums {
            width,
            flat: std::mem::take(&mut self.flat),
            cum,
        }
    }

    fn into_ranking(mut self, tables: &Tables) -> Ranking {
        let sums = self.take_sums();
        let width = sums.width;
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

    /// The sites of what stays of a sample's stack, from the root to the leaf, with the number of
    /// frames that the previous sample had too.
    #[inline]
    pub(crate) fn frames<'a>(
        &self,
        sample: &Sample<'a>,
        depth: usize,
    ) -> (usize, &'a [heapwise_decode::LocationIndex]) {
        let stack = self.cut(sample);
        let shared = sample.shared_frames().min(stack.len()).min(depth);
        (shared, stack)
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
            nodes: Nodes::new(self.granularity, fold),
            path: if self.with_errors {
                PathSums::with_blocks(width)
            } else {
                PathSums::new(width)
            },
            totals: vec![Total::default(); width],
            is_complete: complete,
            with_errors: self.with_errors,
            recovery: self.with_errors.then(|| Recovery::start(tables, complete)),
            ..RankVisitor::new(self.granularity)
        };
        if complete {
            self.base = BaseLabel::of(tables);
            self.prune = Prune::of(tables);
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
        let (shared, stack) = self.frames(sample, self.path.depth());
        self.path.truncate(shared);
        for &location in stack.get(shared..).unwrap_or_default() {
            self.path.push_frame();
            for &node in self.nodes.of_location(tables, location) {
                self.path.push_item(node);
            }
        }
        self.path.add(sample.values());
        let entry = self.recovery.as_mut().and_then(|known| known.entry(sample));
        if let Some(entry) = entry {
            self.path.add_blocks(entry);
            self.all_blocks.add(0, entry);
        }
        let Some(&leaf) = stack.last() else {
            return;
        };
        if let Some(&node) = self.nodes.of_location(tables, leaf).last() {
            add_flat(&mut self.flat, node, sample.values());
            if let Some(entry) = entry {
                self.flat_blocks.add(node, entry);
            }
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

#[inline]
fn add_flat(flat: &mut Vec<i128>, node: NodeId, values: &[i64]) {
    let start = node as usize * values.len();
    let end = start + values.len();
    if flat.len() < end {
        flat.resize(end, 0);
    }
    for (sum, &value) in flat.get_mut(start..end).into_iter().flatten().zip(values) {
        *sum += i128::from(value);
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
