//! The sites of many profiles of a side, each with what every profile has of it: in memory for the distinct sites, and
//! a few bytes for each profile that has one, which go to a file where they are many.

use super::same_key::{Joined, Places, SameKey, joined};
use crate::error::{Error, Result};
use crate::profile::headers::Headers;
use crate::rank::column::Column;
use crate::rank::packed::{self, Bytes, Part, Shape, Sizes};
use crate::rank::{RankRow, Ranking};
use crate::site::identity::Site;
use crate::site::inlined::Inlined;
use crate::sums::blocks::Blocks;
use crate::sums::cells::Cells;
use crate::sums::spill::Spill;

/// The sites of the profiles of one side, whose rankings then need no rows of their own.
///
/// A comparison by them answers what it would by the rows.
#[derive(Debug, Default)]
pub struct RunSites {
    sites: Vec<RunSite>,
    places: Places,
    sizes: Sizes,
    /// What is kept of each profile: its place among the kinds of profiles.
    runs: Vec<u32>,
    kinds: Vec<Kind>,
    /// The total of each profile with its sampled blocks, which its ranking then has not.
    totals: Cells,
    headers: Headers,
    /// Bytes that names take.
    names: usize,
    /// Bytes that what the profiles have takes in memory.
    cells: usize,
    spill: Option<Spill>,
}

/// What is kept of profiles that are alike, as nearly all are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Kind {
    shape: Shape,
    /// The number of sample types.
    types: usize,
}

impl Kind {
    /// Of totals, which have all types.
    fn of_totals(self) -> Shape {
        Shape::new(self.types, None, None)
    }
}

/// One site.
#[derive(Debug)]
pub(crate) struct RunSite {
    /// As the first profile that has it names it.
    pub(super) first: Site,
    /// As the last one does, where it is not as the first.
    last: Option<Site>,
    /// Whether not all name it alike.
    pub(super) has_variants: bool,
    /// The line at which its function starts in the first.
    pub(super) function_start: Option<i64>,
    /// Of all.
    pub(super) inlined: Inlined,
    /// What each profile that has it has.
    cells: Cells,
}

impl RunSite {
    fn new(row: &RankRow) -> RunSite {
        RunSite {
            first: row.site.clone(),
            last: None,
            has_variants: false,
            function_start: row.function_start,
            inlined: row.inlined,
            cells: Cells::default(),
        }
    }

    /// As the last profile that has it names it.
    pub(super) fn last(&self) -> &Site {
        self.last.as_ref().unwrap_or(&self.first)
    }

    fn note_name(&mut self, name: &Site) {
        if self.last() != name {
            self.has_variants = true;
            self.last = (self.first != *name).then(|| name.clone());
        }
    }
}

impl RunSites {
    /// Of no profiles yet, where a file takes what is too much for memory.
    pub fn with_spill(spill: Spill) -> RunSites {
        RunSites {
            spill: Some(spill),
            ..RunSites::default()
        }
    }

    /// Takes the rows, the totals and the blocks of a ranking, as those of the next profile; of its header, what others say as well.
    /// All rankings are of one granularity.
    ///
    /// # Errors
    ///
    /// When the file for what does not fit in memory cannot be written.
    pub fn take(&mut self, ranking: &mut Ranking) -> Result<()> {
        let run = self.runs.len();
        let only = ranking.only_sum();
        let measure = only.and_then(|only| ranking.measure(only));
        let types = ranking.header.sample_types.len();
        let shape = Shape::new(types, only, measure.map(|measure| measure.lifetime));
        let kind = Kind { shape, types };
        let number = self.number(kind);
        self.runs.push(number);
        // In the order of the sizes, as far as they are met for the first time together.
        for block in ranking.blocks.counts() {
            self.sizes.number(block.size);
        }
        let blocks = std::mem::take(&mut ranking.blocks);
        let totals = std::mem::take(&mut ranking.totals);
        let values: Vec<i128> = totals.iter().map(|total| total.net).collect();
        self.cells += self.totals.add(run, |bytes, gap| {
            let part = Part {
                values: &values,
                blocks: &blocks,
            };
            let row = (gap, [part, part]);
            packed::put(bytes, row, kind.of_totals(), &mut self.sizes);
        });
        ranking.header = self.headers.shared(ranking.header.clone());
        for Joined { row, others } in joined(std::mem::take(&mut ranking.rows), ranking.granularity)
        {
            let key = SameKey::of(&row, ranking.granularity);
            let at = match self.places.get(key) {
                Some(at) => at,
                None => {
                    self.places.insert(key, self.sites.len());
                    self.names += 2 * row.size();
                    self.sites.push(RunSite::new(&row));
                    self.sites.len() - 1
                }
            };
            let Some(site) = self.sites.get_mut(at) else {
                continue;
            };
            site.inlined = site.inlined.or(row.inlined);
            site.note_name(&row.site);
            others.iter().for_each(|name| site.note_name(name));
            let sizes = &mut self.sizes;
            self.cells += site.cells.add(run, |bytes, gap| {
                packed::put(bytes, (gap, packed::parts(&row)), shape, sizes);
            });
        }
        self.spill()
    }

    /// The place of a kind of profiles.
    fn number(&mut self, kind: Kind) -> u32 {
        let known = self.kinds.iter().position(|&known| known == kind);
        let at = known.unwrap_or(self.kinds.len());
        if known.is_none() {
            self.kinds.push(kind);
        }
        u32::try_from(at).unwrap_or(u32::MAX)
    }

    fn kind(&self, run: usize) -> Option<Kind> {
        self.kinds.get(*self.runs.get(run)? as usize).copied()
    }

    /// Puts what all profiles have into the file, where it takes too much memory.
    fn spill(&mut self) -> Result<()> {
        let (cells, sites) = (self.cells, self.sites.len());
        let spill = self.spill.as_mut();
        let Some(spill) = spill.filter(|spill| Cells::are_too_many(cells, sites, spill)) else {
            return Ok(());
        };
        let sites = self.sites.iter_mut().map(|site| &mut site.cells);
        Cells::spill(sites.chain([&mut self.totals]), spill)?;
        self.cells = 0;
        Ok(())
    }

    /// About how many bytes of memory they take.
    pub fn size(&self) -> usize {
        self.names + self.cells
    }

    /// Why some of what the profiles have could not be read again, so that what was answered is not of all.
    pub(super) fn failure(&self) -> Option<&Error> {
        self.spill.as_ref()?.failure()
    }

    pub(super) fn sites(&self) -> &[RunSite] {
        &self.sites
    }

    /// The total of each profile: the value of the sample type with this index in the profile, and the blocks. Nothing where
    /// it cannot be read again.
    pub(super) fn totals<'a>(
        &'a self,
        index: &'a [usize],
    ) -> impl Iterator<Item = (i128, Blocks)> + 'a {
        let cells = self.totals.bytes(self.spill.as_ref());
        let (mut at, mut end) = (0, 0);
        let total = move |run: usize| {
            let mut bytes = Bytes(cells.get(at..)?);
            let (_, head) = bytes.next(&mut end)?;
            let shape = self.kind(run)?.of_totals();
            let index = index.get(run).copied().unwrap_or(usize::MAX);
            let total = bytes.row(head, (Column::Flat, index), shape, &self.sizes);
            at = cells.len() - bytes.0.len();
            Some(total)
        };
        (0..self.runs.len())
            .map(total)
            .map(Option::unwrap_or_default)
    }

    /// What each profile that has a site has of it, by the place of the profile: the value of the sample type with
    /// this index in the profile, and the blocks.
    pub(super) fn numbers<'a>(
        &'a self,
        site: &'a RunSite,
        column: Column,
        index: &'a [usize],
    ) -> impl Iterator<Item = (usize, i128, Blocks)> + 'a {
        let cells = site.cells.bytes(self.spill.as_ref());
        let (mut at, mut end) = (0, 0);
        std::iter::from_fn(move || {
            let mut bytes = Bytes(cells.get(at..)?);
            let (run, head) = bytes.next(&mut end)?;
            let shape = self.kind(run)?.shape;
            let index = index.get(run).copied().unwrap_or(usize::MAX);
            let (value, blocks) = bytes.row(head, (column, index), shape, &self.sizes);
            at = cells.len() - bytes.0.len();
            Some((run, value, blocks))
        })
    }
}
