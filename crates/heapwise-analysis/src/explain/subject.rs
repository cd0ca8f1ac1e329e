//! What advice is about: one line of code that can act, with one reason.

use std::collections::BTreeMap;

use super::enclosing::{Enclosed, enclosed};
use super::join::Cause;
use super::lifetime::Kept;
use super::place::Place;
use super::rate::Allocation;
use super::reason::Reason;
use super::sizes::{Allocated, BlockSize, Grows, Ladder, block_sizes, given_up, ladder};
use super::spoken::{Spoken, is_spoken_of};
use crate::site::identity::Site;
use crate::site::inlined::Inlined;
use crate::sums::blocks::Blocks;
use crate::sums::estimate::Estimate;

/// Places of which one line of code is the reason.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Subject {
    /// The line: the program's own, else where it allocates.
    pub at: Site,
    /// The line at which its function starts, where the profile tells.
    pub start: Option<i64>,
    /// Whether its frames were inlined.
    pub inlined: Inlined,
    /// The function that it calls and in which it is allocated, if not there itself.
    pub entry: Option<String>,
    /// Where it is allocated, most first.
    pub leaves: Vec<Site>,
    /// Why.
    pub cause: Cause,
    /// What is asked about, such as bytes allocated.
    pub value: Estimate,
    /// What was ever allocated, where the profile tells.
    pub allocated: Option<Allocation>,
    /// Its part of the total, from 0 to 1.
    pub share: f64,
    /// Blocks by size, the smallest first.
    pub sizes: Vec<BlockSize>,
    /// The steps of something that grew, of the places of which each has its own.
    pub ladder: Option<Ladder>,
    /// How much stays.
    pub kept: Option<Kept>,
    /// What was decided in functions that its places were inlined into.
    pub(crate) enclosed: Vec<Enclosed>,
    /// Whether nothing but what benchmarks do before they measure leads there.
    pub(super) is_set_up: bool,
}

/// Places of one line, while they are added up.
#[derive(Debug, Default)]
pub(super) struct Gathering<'a> {
    places: Vec<(&'a Place, &'a Cause, i128)>,
    blocks: Vec<&'a Blocks>,
    sums: PlaceSums,
}

/// What a place has.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct PlaceSums {
    /// What is asked about.
    pub(super) value: i128,
    /// Bytes ever allocated and in use; 0 where the profile does not have both.
    pub(super) allocated: i128,
    pub(super) in_use: i128,
    /// Objects and bytes ever allocated; 0 where the profile does not have both.
    pub(super) all: (i128, i128),
}

impl<'a> Gathering<'a> {
    pub(super) fn add(
        &mut self,
        (place, cause): (&'a Place, &'a Cause),
        blocks: &'a Blocks,
        sums: PlaceSums,
    ) {
        self.places.push((place, cause, sums.value));
        self.blocks.push(blocks);
        self.sums.value += sums.value;
        self.sums.allocated += sums.allocated;
        self.sums.in_use += sums.in_use;
        self.sums.all.0 += sums.all.0;
        self.sums.all.1 += sums.all.1;
    }

    /// As what advice is about. `estimate` puts an error to a number of blocks in a column, of what is asked about without
    /// one; `all` is the total.
    pub(super) fn finish(
        mut self,
        (at, entry): (Site, Option<String>),
        columns: Option<Allocated>,
        estimate: impl Fn(i128, &Blocks, Option<usize>) -> Estimate,
        all: i128,
    ) -> Subject {
        self.places.sort_by_key(|(_, _, value)| -value);
        let counts = self.blocks.iter().flat_map(|blocks| blocks.counts());
        let blocks = Blocks::of(counts.copied());
        let mut sizes: BTreeMap<u64, Vec<i128>> = BTreeMap::new();
        for (place, _, _) in &self.places {
            for (size, values) in &place.sizes {
                let sums = sizes.entry(*size).or_insert_with(|| vec![0; values.len()]);
                sums.iter_mut()
                    .zip(values)
                    .for_each(|(sum, value)| *sum += value);
            }
        }
        let sizes = columns.map_or_else(Vec::new, |columns| block_sizes(&sizes, columns));
        let cause = cause(&self.places);
        let grows = match cause.reason() {
            Some(Reason::MapGrowth) => Grows::BySplitting,
            _ => Grows::Whole,
        };
        Subject {
            leaves: leaves(&self.places),
            cause,
            value: estimate(self.sums.value, &blocks, None),
            allocated: columns.map(|columns| Allocation {
                objects: estimate(self.sums.all.0, &blocks, Some(columns.objects)),
                bytes: estimate(self.sums.all.1, &blocks, Some(columns.bytes)),
            }),
            share: match all {
                0 => 0.0,
                _ => self.sums.value as f64 / all as f64,
            },
            ladder: ladder(&sizes, grows),
            sizes,
            kept: Kept::of(self.sums.in_use, self.sums.allocated),
            enclosed: enclosed(&self.places),
            is_set_up: self.places.iter().all(|(place, _, _)| place.is_set_up),
            start: self
                .places
                .iter()
                .find_map(|(place, _, _)| place.start_of(&at)),
            inlined: self
                .places
                .iter()
                .find_map(|(place, _, _)| place.inlined(&at))
                .unwrap_or_default(),
            at,
            entry,
        }
    }
}

fn leaves(places: &[(&Place, &Cause, i128)]) -> Vec<Site> {
    let mut leaves: Vec<Site> = Vec::new();
    for (place, _, _) in places {
        if let Some(site) = place.site()
            && !leaves.contains(site)
        {
            leaves.push(site.clone());
        }
    }
    leaves
}

/// What is behind most of the bytes.
fn cause(places: &[(&Place, &Cause, i128)]) -> Cause {
    let first = places.first().map(|(_, cause, _)| (*cause).clone());
    first.unwrap_or(Cause::Runtime)
}

impl Subject {
    /// Why, where that is known.
    pub fn reason(&self) -> Option<Reason> {
        self.cause.reason()
    }

    /// Whether a line of source may be that which was compiled: it has what was decided, or calls what allocates.
    pub fn may_be_on(&self, code: &str) -> bool {
        let spoken = match &self.entry {
            Some(function) => Spoken::Called(function),
            None => Spoken::Decided(self.cause.decisions()),
        };
        is_spoken_of(code, self.at.line, spoken)
    }

    /// Which part of it is saved where something that grew is made as large at once.
    pub(super) fn given_up(&self) -> Option<(f64, f64)> {
        Some(given_up(self.ladder?, &self.sizes))
    }
}
