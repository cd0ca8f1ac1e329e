//! The sites of many profiles of a side, each with what every profile has of it: in memory for the distinct sites, and
//! a few bytes for each profile that has one.

use std::collections::HashMap;

use super::column::Column;
use super::packed::{self, Bytes, Head, Shape};
use super::same_key::{Joined, Places, SameKey, joined};
use crate::rank::{RankRow, Ranking};
use crate::site::identity::Site;
use crate::site::inlined::Inlined;
use crate::sums::blocks::Blocks;

/// The sites of the profiles of one side, whose rankings then need no rows of their own.
///
/// A comparison by them answers what it would by the rows.
#[derive(Debug, Default)]
pub struct RunSites {
    sites: Vec<RunSite>,
    places: Places,
    sizes: Sizes,
    runs: Vec<Shape>,
    /// Bytes that names and what the profiles have take.
    size: usize,
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
    /// What each profile that has it has, behind how many profiles before it have not.
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
    /// Takes the rows of a ranking, as those of the next profile. All rankings are of one granularity.
    pub fn take(&mut self, ranking: &mut Ranking) {
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
                    self.size += 2 * row.size();
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
            self.size += site.cells.capacity().saturating_sub(before);
        }
    }

    /// About how many bytes of memory they take, with what a comparison needs beside them.
    pub fn size(&self) -> usize {
        // One number of a column of each site and profile.
        let numbers = size_of::<f64>() * self.sites.len() * self.runs.len();
        self.size + numbers
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
        let mut cells = Cells::new(&site.cells, &self.runs);
        std::iter::from_fn(move || {
            let (run, head, shape) = cells.next_run()?;
            let index = index.get(run).copied().unwrap_or(usize::MAX);
            let (value, blocks) = cells
                .bytes
                .row(head, (column, index), shape, &self.sizes.known);
            Some((run, value, blocks))
        })
    }
}

/// The cells of a site, one after the other.
struct Cells<'a> {
    bytes: Bytes<'a>,
    runs: &'a [Shape],
    /// One more than the last profile.
    end: usize,
}

impl<'a> Cells<'a> {
    fn new(cells: &'a [u8], runs: &'a [Shape]) -> Cells<'a> {
        Cells {
            bytes: Bytes(cells),
            runs,
            end: 0,
        }
    }

    /// The next profile, whose row is to be read then.
    fn next_run(&mut self) -> Option<(usize, Head, Shape)> {
        if self.bytes.is_at_end() {
            return None;
        }
        let (gap, head) = self.bytes.head();
        let run = self.end + gap;
        self.end = run + 1;
        Some((run, head, *self.runs.get(run)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rank::{RankOptions, rank_profile};
    use heapwise_decode::{Function, Limits, Line, ProfileMaker};

    #[test]
    fn every_site_takes_a_number_of_each_profile() {
        let size = |sites: usize, profiles: usize| {
            let mut maker = ProfileMaker::new(&Limits::default(), [(&b"space"[..], &b"bytes"[..])]);
            for at in 0..sites {
                let name = maker.text(format!("main.f{at}").as_bytes());
                let function = maker.add_function(Function::new(name));
                let place = maker.add_location(None, 0, &[Line::new(function, 1)], false);
                maker.add_sample(&[place], &[1], &[]);
            }
            let profile = maker.finish().unwrap();
            let mut all = RunSites::default();
            for _ in 0..profiles {
                let options = RankOptions::new(crate::site::granularity::Granularity::Functions);
                all.take(&mut rank_profile(&profile, &options));
            }
            assert_eq!(all.sites().len(), sites);
            let held = all
                .sites()
                .iter()
                .map(|site| site.cells.capacity())
                .sum::<usize>();
            (all.size() as f64, held as f64)
        };
        // What is held beside the bytes of the cells: names, and eight bytes for each site and profile.
        let ((one, held), (many, held_by_many)) = (size(100, 1), size(100, 201));
        let more = (many - held_by_many) - (one - held);
        assert_eq!(more, 8.0 * 100.0 * 200.0);
        assert_eq!(size(0, 5).0, 0.0);
    }
}
