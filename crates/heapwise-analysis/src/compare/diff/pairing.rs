//! Which site of one build is which of another.

use std::collections::{BTreeMap, HashMap};

use super::elided::pair_elided;
use super::lines::Lines;
use super::pair::{Match, Pair, leave_out};
use super::rows::{Packed, Rows, Slot};
use super::run_sites::RunSites;
use super::same_key::SameKey;
use super::side::DiffSide;
use crate::site::granularity::Granularity;
use crate::site::identity::Site;
use crate::site::similar::{file_tail, only_pairs, similar_name, similar_site};

/// Pairs the sites of two sides.
pub(super) fn pair<'a>(before: &DiffSide<'a>, after: &DiffSide<'a>) -> Vec<Pair<'a>> {
    let lines = Lines::of([before, after]);
    let mut pairs = pair_same(before, after, lines);
    pair_elided(&mut pairs, lines);
    pair_similar(&mut pairs, lines);
    pairs
}

/// What of the sites cannot be told to be the same on both sides, though it may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Unmatched {
    pub(super) sites: usize,
    /// The values of the older and of the newer side's.
    pub(super) values: (i128, i128),
}

impl Unmatched {
    /// Counts the sites that are on one side only while a site of the same function is on the other
    /// only: lines of changed functions, closures and instances that look alike. Addresses of one
    /// build say nothing in another, so all of them count.
    pub(super) fn of(pairs: &[Pair<'_>], value: impl Fn(&Pair<'_>) -> (i128, i128)) -> Unmatched {
        let mut groups: BTreeMap<String, (Unmatched, [bool; 2])> = BTreeMap::new();
        for pair in pairs {
            let key = pair.any_name().and_then(|(site, _)| loose_name(site));
            let values = value(pair);
            let (Some(key), Match::OneSided) = (key, pair.matched) else {
                continue;
            };
            if values == (0, 0) {
                continue;
            }
            let (group, [is_before, is_after]) = groups.entry(key).or_default();
            group.sites += 1;
            group.values.0 += values.0;
            group.values.1 += values.1;
            *is_before |= !pair.before.is_empty();
            *is_after |= !pair.after.is_empty();
        }
        let both = groups
            .into_values()
            .filter(|(_, sides)| *sides == [true; 2]);
        both.fold(Unmatched::default(), |all, (group, _)| Unmatched {
            sites: all.sites + group.sites,
            values: (all.values.0 + group.values.0, all.values.1 + group.values.1),
        })
    }
}

/// What sites that may be the same have in common.
fn loose_name(site: &Site) -> Option<String> {
    match (site.address, &site.function, &site.file) {
        (Some(_), None, _) => Some("an address".to_owned()),
        (_, Some(function), _) => Some(similar_name(function)),
        (_, None, Some(file)) => Some(file_tail(file)),
        (None, None, None) => None,
    }
}

/// By what is the same in both builds ([`SameKey`]).
fn pair_same<'a>(before: &DiffSide<'a>, after: &DiffSide<'a>, lines: Lines) -> Vec<Pair<'a>> {
    let mut pairing = Pairing {
        pairs: Vec::new(),
        places: HashMap::new(),
        lines,
    };
    for (is_after, side) in [(false, before), (true, after)] {
        match side.packed() {
            Some(sites) => pairing.add_packed(is_after, side, sites),
            None => pairing.add_whole(is_after, side),
        }
    }
    let mut pairs = pairing.pairs;
    for pair in &mut pairs {
        if pair.before.is_empty() || pair.after.is_empty() {
            pair.matched = Match::OneSided;
        }
    }
    pairs
}

/// Pairs by the keys of their sites.
struct Pairing<'a> {
    pairs: Vec<Pair<'a>>,
    places: HashMap<SameKey<'a>, usize>,
    lines: Lines,
}

impl<'a> Pairing<'a> {
    fn add_whole(&mut self, is_after: bool, side: &DiffSide<'a>) {
        for (profile, ranking) in side.rankings.iter().enumerate() {
            for row in &ranking.rows {
                let start = self.lines.start(row.function_start);
                let key = SameKey::of_site(&row.site, start, ranking.granularity);
                let Some(pair) = self.named(key, &row.site) else {
                    continue;
                };
                let rows = pair.side(is_after);
                if !matches!(rows, Rows::Whole(_)) {
                    *rows = Rows::Whole(vec![Slot::default(); side.count()]);
                }
                if let Rows::Whole(rows) = rows
                    && let Some(slot) = rows.get_mut(profile)
                {
                    slot.push(row);
                }
            }
        }
    }

    fn add_packed(&mut self, is_after: bool, side: &DiffSide<'a>, sites: &'a RunSites) {
        let granularity = side.rankings.first().map(|ranking| ranking.granularity);
        let granularity = granularity.unwrap_or(Granularity::Functions);
        for site in sites.sites() {
            let start = self.lines.start(site.function_start);
            let key = SameKey::of_site(&site.first, start, granularity);
            let Some(pair) = self.named(key, &site.first) else {
                continue;
            };
            if site.has_variants {
                pair.matched = Match::RelativeLine;
                pair.site = site.last();
            }
            *pair.side(is_after) = Rows::Packed(sites, Packed::of(site));
        }
    }

    /// The pair of a key, which takes the name that comes last.
    fn named(&mut self, key: SameKey<'a>, site: &'a Site) -> Option<&mut Pair<'a>> {
        let at = *self.places.entry(key).or_insert_with(|| {
            self.pairs.push(Pair {
                site,
                matched: Match::Same,
                before: Rows::None,
                after: Rows::None,
            });
            self.pairs.len() - 1
        });
        let pair = self.pairs.get_mut(at)?;
        if *pair.site != *site {
            pair.matched = Match::RelativeLine;
            pair.site = site;
        }
        Some(pair)
    }
}

/// Joins what is left over on either side where exactly one of each looks alike.
fn pair_similar(pairs: &mut Vec<Pair<'_>>, lines: Lines) {
    let one_sided = pairs.iter().enumerate();
    let one_sided = one_sided.filter(|(_, pair)| pair.matched == Match::OneSided);
    let keyed = one_sided.filter_map(|(at, pair)| {
        let (site, start) = pair.any_name()?;
        let key = SimilarKey::of(site, lines.start(start))?;
        Some((pair.after.is_empty(), (key, at)))
    });
    let (old, new): (Vec<_>, Vec<_>) = keyed.partition(|(is_old, _)| *is_old);
    let of = |side: Vec<(bool, (SimilarKey, usize))>| side.into_iter().map(|(_, one)| one);
    let joined = only_pairs(of(old), of(new));
    for &(old, new) in &joined {
        let rows = pairs
            .get_mut(old)
            .map(|pair| std::mem::replace(&mut pair.before, Rows::None));
        if let (Some(rows), Some(pair)) = (rows, pairs.get_mut(new)) {
            pair.before = rows;
            pair.matched = Match::SimilarName;
        }
    }
    leave_out(pairs, |at| {
        joined.binary_search_by_key(&at, |&(old, _)| old).is_ok()
    });
}

/// A site without what may differ between builds of the same code.
#[derive(PartialEq, Eq, Hash)]
struct SimilarKey {
    function: String,
    line: Option<i64>,
}

impl SimilarKey {
    fn of(site: &Site, function_start: Option<i64>) -> Option<SimilarKey> {
        let function = similar_site(site)?;
        let line = site.line.map(|line| line - function_start.unwrap_or(0));
        Some(SimilarKey { function, line })
    }
}
