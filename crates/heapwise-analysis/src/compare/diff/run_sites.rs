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
    runs: Vec<Shape>,
    /// The sampled blocks of the total of each profile, which its ranking then has not.
    totals: Cells,
    headers: Headers,
    /// Bytes that names take.
    names: usize,
    /// Bytes that what the profiles have takes in memory.
    cells: usize,
    spill: Option<Spill>,
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

    /// Takes the rows and the blocks of a ranking, as those of the next profile; of its header, what others say as well.
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
        self.runs.push(shape);
        // In the order of the sizes, as far as they are met for the first time together.
        for block in ranking.blocks.counts() {
            self.sizes.number(block.size);
        }
        let blocks = std::mem::take(&mut ranking.blocks);
        self.cells += self.totals.add(run, |bytes, gap| {
            let part = Part {
                values: &[],
                blocks: &blocks,
            };
            packed::put(
                bytes,
                (gap, [part, part]),
                Shape::NO_VALUES,
                &mut self.sizes,
            );
        });
        ranking.header = self.headers.shared(ranking.header.clone());
        // A copy, as what was made while the profile was read is between what has been let go of.
        ranking.totals = ranking.totals.clone();
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

    /// The sampled blocks of the total of each profile.
    pub(super) fn total_blocks(&self) -> Vec<Blocks> {
        let cells = self.totals.bytes(self.spill.as_ref());
        let (mut bytes, mut end) = (Bytes(&cells), 0);
        let mut all = vec![Blocks::default(); self.runs.len()];
        while let Some((run, head)) = bytes.next(&mut end) {
            let known = (Shape::NO_VALUES, &self.sizes);
            let blocks = bytes.column(head, Column::Flat, known, |_, _| {});
            if let Some(place) = all.get_mut(run) {
                *place = blocks;
            }
        }
        all
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
            let shape = *self.runs.get(run)?;
            let index = index.get(run).copied().unwrap_or(usize::MAX);
            let (value, blocks) = bytes.row(head, (column, index), shape, &self.sizes);
            at = cells.len() - bytes.0.len();
            Some((run, value, blocks))
        })
    }
}
