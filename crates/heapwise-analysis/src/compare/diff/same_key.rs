//! By what a site is the same in every build: for lines of functions whose start is known, the line counted from there,
//! which survives code that moves.

use std::collections::{BTreeMap, HashMap};

use crate::rank::RankRow;
use crate::site::granularity::Granularity;
use crate::site::identity::Site;

/// What two rows of one site have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum SameKey<'a> {
    Site(&'a Site),
    Relative(&'a str, i64),
}

impl<'a> SameKey<'a> {
    /// Of a row among others of a granularity.
    pub(super) fn of(row: &'a RankRow, granularity: Granularity) -> SameKey<'a> {
        SameKey::of_site(&row.site, row.function_start, granularity)
    }

    /// Of a site whose function starts at a line, where that is known.
    pub(super) fn of_site(
        site: &'a Site,
        function_start: Option<i64>,
        granularity: Granularity,
    ) -> SameKey<'a> {
        match (&site.function, site.line, function_start) {
            (Some(function), Some(line), Some(start)) if granularity == Granularity::Lines => {
                SameKey::Relative(function, line - start)
            }
            _ => SameKey::Site(site),
        }
    }
}

/// Rows of one profile that are one site, added up.
pub(super) struct Joined {
    /// Under the name of the first.
    pub(super) row: RankRow,
    /// How the others name it.
    pub(super) others: Vec<Site>,
}

/// Adds up rows of one profile that are one site: lines of several builds of a function.
pub(super) fn joined(rows: Vec<RankRow>, granularity: Granularity) -> Vec<Joined> {
    let mut places = HashMap::new();
    let mut at = Vec::with_capacity(rows.len());
    for row in &rows {
        let next = places.len();
        at.push(*places.entry(SameKey::of(row, granularity)).or_insert(next));
    }
    let mut all: Vec<Joined> = Vec::with_capacity(places.len());
    for (row, at) in rows.into_iter().zip(at) {
        match all.get_mut(at) {
            Some(known) => {
                known.row.absorb(&row);
                known.others.push(row.site);
            }
            None => all.push(Joined {
                row,
                others: Vec::new(),
            }),
        }
    }
    all
}

/// Numbers of sites, of which the names are kept.
#[derive(Debug, Default)]
pub(super) struct Places {
    sites: HashMap<Site, usize>,
    relative: HashMap<String, BTreeMap<i64, usize>>,
}

impl Places {
    pub(super) fn get(&self, key: SameKey<'_>) -> Option<usize> {
        match key {
            SameKey::Site(site) => self.sites.get(site).copied(),
            SameKey::Relative(function, line) => self.relative.get(function)?.get(&line).copied(),
        }
    }

    pub(super) fn insert(&mut self, key: SameKey<'_>, place: usize) {
        match key {
            SameKey::Site(site) => {
                self.sites.insert(site.clone(), place);
            }
            SameKey::Relative(function, line) => {
                let lines = self.relative.entry(function.to_owned()).or_default();
                lines.insert(line, place);
            }
        }
    }
}
