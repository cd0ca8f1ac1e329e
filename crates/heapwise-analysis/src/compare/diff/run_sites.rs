//! The sites of many profiles of a side, each with what every profile has of it: in memory for the distinct sites, and
//! a few bytes for each profile that has one, which go to a file where they are many.

use std::borrow::Cow;
use std::collections::HashMap;

use super::column::Column;
use super::packed::{self, Bytes, Shape};
use super::same_key::{Joined, Places, SameKey, joined};
use crate::error::{Error, Result};
use crate::rank::{RankRow, Ranking};
use crate::site::identity::Site;
use crate::site::inlined::Inlined;
use crate::sums::blocks::Blocks;
use crate::sums::spill::{Spill, Spilled};

/// The sites of the profiles of one side, whose rankings then need no rows of their own.
///
/// A comparison by them answers what it would by the rows.
#[derive(Debug, Default)]
pub struct RunSites {
    sites: Vec<RunSite>,
    places: Places,
    sizes: Sizes,
    runs: Vec<Shape>,
    /// Bytes that names take.
    names: usize,
    /// Bytes that what the profiles have takes in memory.
    cells: usize,
    spill: Option<Spill>,
}

/// The sizes of blocks by their numbers.
#[derive(Debug, Default)]
struct Sizes {
    known: Vec<u64>,
    numbers: HashMap<u64, u64>,
}

impl Sizes {
    fn number(&mut self, size: u64) -> u64 {
        *self.numbers.entry(size).or_insert_with(|| {
            self.known.push(size);
            self.known.len() as u64 - 1
        })
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
    /// What each profile that has it has, behind how many profiles before it have not; the first of these in the file.
    spilled: Vec<Spilled>,
    cells: Vec<u8>,
    /// One more than the last profile that has it.
    end: usize,
}

impl RunSite {
    fn new(row: &RankRow) -> RunSite {
        RunSite {
            first: row.site.clone(),
            last: None,
            has_variants: false,
            function_start: row.function_start,
            inlined: row.inlined,
            spilled: Vec::new(),
            cells: Vec::new(),
            end: 0,
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

    /// How many profiles before this one have no cell behind the last that has.
    fn gap(&mut self, run: usize) -> usize {
        let gap = run.saturating_sub(self.end);
        self.end = run + 1;
        gap
    }

    /// Room for a row, without twice the room that there is.
    fn make_room(&mut self) {
        let room = self.cells.capacity() - self.cells.len();
        if room < MOST_OFTEN {
            self.cells.reserve_exact(MOST_OFTEN + self.cells.len() / 8);
        }
    }
}

/// Most rows take no more bytes than this.
const MOST_OFTEN: usize = 32;

impl RunSites {
    /// Of no profiles yet, where a file takes what is too much for memory.
    pub fn with_spill(spill: Spill) -> RunSites {
        RunSites {
            spill: Some(spill),
            ..RunSites::default()
        }
    }

    /// Takes the rows of a ranking, as those of the next profile. All rankings are of one granularity.
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
            let before = site.cells.capacity();
            site.inlined = site.inlined.or(row.inlined);
            site.note_name(&row.site);
            others.iter().for_each(|name| site.note_name(name));
            site.make_room();
            let gap = site.gap(run);
            let sizes = &mut self.sizes;
            packed::put(&mut site.cells, (gap, &row), shape, |size| {
                sizes.number(size)
            });
            self.cells += site.cells.capacity().saturating_sub(before);
        }
        self.spill()
    }

    /// Puts what all profiles have into the file, where it takes too much memory.
    fn spill(&mut self) -> Result<()> {
        let cells = self.cells;
        let Some(spill) = self.spill.as_mut().filter(|spill| cells > spill.beyond()) else {
            return Ok(());
        };
        let filled = |site: &&mut RunSite| !site.cells.is_empty();
        let mut places = Vec::new();
        let pieces = self.sites.iter().map(|site| site.cells.as_slice());
        spill.put(pieces.filter(|piece| !piece.is_empty()), |piece| {
            places.push(piece);
        })?;
        for (site, place) in self.sites.iter_mut().filter(filled).zip(places) {
            site.spilled.push(place);
            site.cells = Vec::new();
            self.names += size_of::<Spilled>();
        }
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

    /// All that profiles have of a site.
    fn cells<'a>(&self, site: &'a RunSite) -> Cow<'a, [u8]> {
        match &self.spill {
            Some(spill) if !site.spilled.is_empty() => {
                let mut cells = spill.bytes(&site.spilled);
                // What follows means nothing behind what is missing.
                if !cells.is_empty() {
                    cells.extend_from_slice(&site.cells);
                }
                Cow::Owned(cells)
            }
            _ => Cow::Borrowed(&site.cells),
        }
    }

    pub(super) fn sites(&self) -> &[RunSite] {
        &self.sites
    }

    /// What each profile that has a site has of it, by the place of the profile: the value of the sample type with
    /// this index in the profile, and the blocks.
    pub(super) fn numbers<'a>(
        &'a self,
        site: &'a RunSite,
        column: Column,
        index: &'a [usize],
    ) -> impl Iterator<Item = (usize, i128, Blocks)> + 'a {
        let cells = self.cells(site);
        let (mut at, mut end) = (0, 0);
        std::iter::from_fn(move || {
            let mut bytes = Bytes(cells.get(at..)?);
            if bytes.is_at_end() {
                return None;
            }
            let (gap, head) = bytes.head();
            let run = end + gap;
            let shape = *self.runs.get(run)?;
            let index = index.get(run).copied().unwrap_or(usize::MAX);
            let (value, blocks) = bytes.row(head, (column, index), shape, &self.sizes.known);
            (at, end) = (cells.len() - bytes.0.len(), run + 1);
            Some((run, value, blocks))
        })
    }
}
