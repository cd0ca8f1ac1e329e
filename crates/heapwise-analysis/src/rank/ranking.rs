//! The sites of one or more profiles with what each allocates.

use super::order::{sort_rows, taken};
use super::shown::{RowOrder, Shown};
use super::trim::{Trim, Worth};
use crate::profile::header::Header;
use crate::site::granularity::Granularity;
use crate::site::identity::Site;
use crate::site::inlined::Inlined;
use crate::sums::blocks::Blocks;
use crate::sums::estimate::Sampling;
use crate::sums::totals::Total;

/// The sites of one or more profiles with what each allocates, for all sample types.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
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
    /// The only sample type that rows are summed for; `None` is all.
    pub(super) only: Option<usize>,
}

/// A profile before filters have left something out.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Whole {
    /// The total of each sample type.
    pub totals: Vec<Total>,
    /// The sampled blocks behind the total.
    pub blocks: Blocks,
    /// Whether these are known.
    pub(super) has_blocks: bool,
}

/// A site's values, one per sample type.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
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

impl RankRow {
    /// Of what was allocated in a site itself, where nothing else is asked.
    pub(crate) fn of_flat(site: Site, flat: Vec<i128>, flat_blocks: Blocks) -> RankRow {
        RankRow {
            site,
            inlined: Inlined::default(),
            cum: flat.clone(),
            cum_blocks: flat_blocks.clone(),
            flat,
            flat_blocks,
            function_start: None,
        }
    }
}

impl Ranking {
    /// Of rows that were added up elsewhere, of so many samples with these totals; each sample is in one of them.
    pub(crate) fn of_rows(
        header: Header,
        (sample_count, totals): (u64, Vec<Total>),
        sampling: Sampling,
        rows: Vec<RankRow>,
    ) -> Ranking {
        let counts = rows.iter().flat_map(|row| row.flat_blocks.counts());
        let blocks = Blocks::of(counts.copied());
        Ranking {
            header,
            granularity: Granularity::Lines,
            sample_count,
            totals,
            sampling,
            blocks,
            whole: None,
            rows,
            only: None,
        }
    }

    /// The rows that are not zero for a sample type, as many as are to be shown, in order: largest
    /// absolute value first, equal ones by name (graph/graph.go: Nodes.Sort, FlatNameOrder).
    pub fn shown(&self, index: usize, trim: &Trim, order: RowOrder) -> Shown<&RankRow> {
        let rows = self.rows.iter();
        self.shown_of(rows, |row| row, index, trim, order)
    }

    /// The same rows, which leave the ranking, as those do that are not shown: a row of a large profile takes as long to copy
    /// as to write out.
    pub fn take_shown(&mut self, index: usize, trim: &Trim, order: RowOrder) -> Shown<RankRow> {
        let rows = self.rows.iter().enumerate();
        let shown = self.shown_of(rows, |(_, row)| row, index, trim, order);
        let Shown { rows, omitted } = shown.map(|(at, _)| at);
        let rows = taken(std::mem::take(&mut self.rows), rows);
        Shown { rows, omitted }
    }

    /// What of some rows, all of them, is shown.
    fn shown_of<T>(
        &self,
        rows: impl Iterator<Item = T>,
        row: impl Fn(&T) -> &RankRow,
        index: usize,
        trim: &Trim,
        order: RowOrder,
    ) -> Shown<T> {
        let worth = |of: &T| Worth {
            flat: row(of).flat_of(index),
            cum: row(of).cum_of(index),
        };
        let mut shown = Shown::of(rows, trim, worth, |rows| {
            sort_rows(rows, |of| order.key(worth(of)), |of| row(of).site.clone())
        });
        let flat: i128 = shown.rows.iter().map(|of| worth(of).flat).sum();
        shown.omitted.flat = self.total(index).net - flat;
        shown
    }

    /// Whether the rows hold the sums of a sample type, and not 0 because it was of no interest
    /// ([`Columns::One`](super::Columns::One)).
    pub fn sums(&self, index: usize) -> bool {
        self.only.is_none_or(|only| only == index)
    }

    /// The only sample type that the rows hold the sums of; `None` is all.
    pub(crate) fn only_sum(&self) -> Option<usize> {
        self.only
    }

    /// The total of a sample type; zero for an index that does not exist.
    pub fn total(&self, index: usize) -> Total {
        self.totals.get(index).copied().unwrap_or_default()
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

    /// Only some sample types, in the order given.
    pub(super) fn select(mut self, indexes: &[usize]) -> Ranking {
        if indexes
            .iter()
            .copied()
            .eq(0..self.header.sample_types.len())
        {
            return self;
        }
        let default = self.header.default_sample_index;
        let header = self.header.program_mut();
        header.default_sample_index = indexes
            .iter()
            .position(|&index| Some(index) == default)
            .or(indexes.len().checked_sub(1));
        header.sample_types = pick(&header.sample_types, indexes);
        self.totals = pick(&self.totals, indexes);
        self.only = self
            .only
            .and_then(|only| indexes.iter().position(|&index| index == only));
        if let Some(whole) = &mut self.whole {
            whole.totals = pick(&whole.totals, indexes);
        }
        for row in &mut self.rows {
            row.flat = pick(&row.flat, indexes);
            row.cum = pick(&row.cum, indexes);
        }
        self
    }

    /// Adds all but the rows of another one.
    pub(super) fn absorb_totals(&mut self, other: &Ranking) {
        self.header.absorb(&other.header);
        self.sampling = self.sampling.or(other.sampling);
        self.blocks.absorb(&other.blocks);
        if let (Some(mine), Some(theirs)) = (&mut self.whole, &other.whole) {
            mine.absorb(theirs);
        }
        self.sample_count += other.sample_count;
        for (mine, &theirs) in self.totals.iter_mut().zip(&other.totals) {
            mine.add(theirs);
        }
    }

    /// About how many bytes of memory it takes.
    pub fn size(&self) -> usize {
        let rows = self.rows.iter().map(RankRow::size).sum::<usize>();
        rows + self.blocks.size()
    }
}

fn pick<T: Clone>(items: &[T], indexes: &[usize]) -> Vec<T> {
    indexes
        .iter()
        .filter_map(|&index| items.get(index).cloned())
        .collect()
}

impl Whole {
    /// Of totals alone: how far they may be off is not known.
    pub(crate) fn of_totals(totals: &[Total]) -> Whole {
        Whole {
            totals: totals.to_vec(),
            blocks: Blocks::default(),
            has_blocks: false,
        }
    }

    fn absorb(&mut self, other: &Whole) {
        self.has_blocks &= other.has_blocks;
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

    /// About how many bytes of memory it takes.
    pub(crate) fn size(&self) -> usize {
        let texts = [&self.site.function, &self.site.package, &self.site.file];
        let texts = texts.into_iter().flatten().map(String::len).sum::<usize>();
        let values = size_of::<i128>() * (self.flat.len() + self.cum.len());
        size_of::<RankRow>() + texts + values + self.flat_blocks.size() + self.cum_blocks.size()
    }

    pub(crate) fn absorb(&mut self, other: &RankRow) {
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
