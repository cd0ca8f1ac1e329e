//! The rows of one site in each profile of a side.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::run_sites::{RunSite, RunSites};
use crate::rank::RankRow;
use crate::rank::column::Column;
use crate::site::identity::Site;
use crate::site::inlined::Inlined;
use crate::sums::blocks::Blocks;

/// The rows of one site in each profile of a side, or the same in fewer bytes.
#[derive(Debug, Clone)]
pub(crate) enum Rows<'a> {
    /// Those of each profile.
    Whole(Vec<Slot<'a>>),
    /// What profiles that are kept in few bytes have of it.
    Packed(&'a RunSites, Packed<'a>),
    /// None has it.
    None,
}

/// A site of profiles that are kept in few bytes, nearly always one.
#[derive(Debug, Clone)]
pub(crate) struct Packed<'a> {
    first: &'a RunSite,
    others: Vec<&'a RunSite>,
}

impl<'a> Packed<'a> {
    pub(super) fn of(site: &'a RunSite) -> Packed<'a> {
        Packed {
            first: site,
            others: Vec::new(),
        }
    }

    fn sites(&self) -> impl DoubleEndedIterator<Item = &'a RunSite> {
        [self.first].into_iter().chain(self.others.iter().copied())
    }

    /// What each profile that has one of the sites has of all, by the place of the profile.
    fn numbers<'s>(
        &'s self,
        of: &'s RunSites,
        column: Column,
        index: &'s [usize],
    ) -> PackedNumbers<'s> {
        if self.others.is_empty() {
            return Box::new(of.numbers(self.first, column, index));
        }
        let mut sums: BTreeMap<usize, (i128, Blocks)> = BTreeMap::new();
        for (run, value, blocks) in self
            .sites()
            .flat_map(|site| of.numbers(site, column, index))
        {
            let (sum, known) = sums.entry(run).or_default();
            *sum += value;
            known.absorb(&blocks);
        }
        let sums = sums.into_iter();
        Box::new(sums.map(|(run, (value, blocks))| (run, value, blocks)))
    }
}

/// The rows of one site in one profile: none or one, but where it holds several builds of a function.
#[derive(Debug, Clone, Default)]
pub(crate) struct Slot<'a> {
    first: Option<&'a RankRow>,
    others: Vec<&'a RankRow>,
}

impl<'a> Slot<'a> {
    pub(super) fn of(row: Option<&'a RankRow>) -> Slot<'a> {
        Slot {
            first: row,
            others: Vec::new(),
        }
    }

    pub(super) fn push(&mut self, row: &'a RankRow) {
        match self.first {
            None => self.first = Some(row),
            Some(_) => self.others.push(row),
        }
    }

    fn rows(&self) -> impl DoubleEndedIterator<Item = &'a RankRow> {
        self.first.into_iter().chain(self.others.iter().copied())
    }

    /// What they add up to.
    fn number(&self, column: Column, index: usize) -> Option<Number<'a>> {
        let mut blocks = Cow::Borrowed(column.blocks(self.first?));
        for row in &self.others {
            blocks.to_mut().absorb(column.blocks(row));
        }
        Some(Number {
            value: self.rows().map(|row| column.value(row, index)).sum(),
            blocks,
        })
    }
}

/// What one profile has of a site.
pub(crate) struct Number<'a> {
    pub(crate) value: i128,
    pub(crate) blocks: Cow<'a, Blocks>,
}

impl<'a> Rows<'a> {
    /// Rows of several sites of one side that are one.
    pub(super) fn joined(all: Vec<Rows<'a>>) -> Rows<'a> {
        all.into_iter().fold(Rows::None, Rows::with)
    }

    fn with(self, other: Rows<'a>) -> Rows<'a> {
        match (self, other) {
            (Rows::Whole(mut rows), Rows::Whole(others)) => {
                for (place, slot) in rows.iter_mut().zip(others) {
                    slot.rows().for_each(|row| place.push(row));
                }
                Rows::Whole(rows)
            }
            (Rows::Packed(of, mut packed), Rows::Packed(_, other)) => {
                packed.others.extend(other.sites());
                Rows::Packed(of, packed)
            }
            (Rows::None, rows) | (rows, _) => rows,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        match self {
            Rows::Whole(rows) => rows.iter().all(|slot| slot.first.is_none()),
            Rows::Packed(..) => false,
            Rows::None => true,
        }
    }

    /// The site as the first profile that has it names it, and the line at which its function starts there.
    pub(super) fn first(&self) -> Option<(&'a Site, Option<i64>)> {
        match self {
            Rows::Whole(rows) => {
                let row = rows.iter().find_map(|slot| slot.first)?;
                Some((&row.site, row.function_start))
            }
            Rows::Packed(_, packed) => {
                let site = packed.first;
                Some((&site.first, site.function_start))
            }
            Rows::None => None,
        }
    }

    /// The site as the last profile that has it names it.
    pub(super) fn last(&self) -> Option<&'a Site> {
        match self {
            Rows::Whole(rows) => rows
                .iter()
                .flat_map(Slot::rows)
                .next_back()
                .map(|row| &row.site),
            Rows::Packed(_, packed) => packed.sites().next_back().map(RunSite::last),
            Rows::None => None,
        }
    }

    pub(super) fn inlined(&self) -> Option<Inlined> {
        match self {
            Rows::Whole(rows) => {
                let rows = rows.iter().flat_map(Slot::rows);
                rows.map(|row| row.inlined).reduce(Inlined::or)
            }
            Rows::Packed(_, packed) => packed.sites().map(|site| site.inlined).reduce(Inlined::or),
            Rows::None => None,
        }
    }

    /// What each profile has, by the place of the sample type in each; `None` of one that has not the site.
    pub(crate) fn numbers<'s>(&'s self, column: Column, index: &'s [usize]) -> Numbers<'s> {
        let source = match self {
            Rows::Whole(rows) => Source::Whole(rows),
            Rows::Packed(sites, packed) => {
                let mut packed = packed.numbers(sites, column, index);
                Source::Packed(packed.next(), packed)
            }
            Rows::None => Source::None,
        };
        Numbers {
            at: 0,
            column,
            index,
            source,
        }
    }
}

/// What each profile has of a site.
pub(crate) struct Numbers<'a> {
    at: usize,
    column: Column,
    index: &'a [usize],
    source: Source<'a>,
}

type PackedNumbers<'a> = Box<dyn Iterator<Item = (usize, i128, Blocks)> + 'a>;

enum Source<'a> {
    Whole(&'a [Slot<'a>]),
    /// The next, and those behind it.
    Packed(Option<(usize, i128, Blocks)>, PackedNumbers<'a>),
    None,
}

impl<'a> Iterator for Numbers<'a> {
    type Item = Option<Number<'a>>;

    fn next(&mut self) -> Option<Self::Item> {
        let at = self.at;
        let index = *self.index.get(at)?;
        self.at += 1;
        Some(match &mut self.source {
            Source::None => None,
            Source::Whole(rows) => rows
                .get(at)
                .and_then(|slot| slot.number(self.column, index)),
            Source::Packed(next, rest) => {
                let here = next.take_if(|(run, ..)| *run == at);
                if here.is_some() {
                    *next = rest.next();
                }
                here.map(|(_, value, blocks)| Number {
                    value,
                    blocks: Cow::Owned(blocks),
                })
            }
        })
    }
}
