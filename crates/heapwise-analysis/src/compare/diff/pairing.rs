//! Which site of one build is which of another.

use std::collections::{BTreeMap, HashMap};

use super::side::{DiffSide, Rows};
use crate::rank::RankRow;
use crate::site::granularity::Granularity;
use crate::site::identity::Site;
use crate::site::similar::{file_tail, only_pairs, similar_name, similar_site};

/// How a site was found again on the other side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Match {
    /// Under the same name, file and line.
    Same,
    /// On the same line counted from the start of its function: code above it moved.
    RelativeLine,
    /// Under a name that differs in type arguments, in the number of a closure, or in the path of
    /// its file.
    SimilarName,
    /// On one side only.
    OneSided,
}

impl Match {
    /// The name used in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Match::Same => "same",
            Match::RelativeLine => "relative_line",
            Match::SimilarName => "similar_name",
            Match::OneSided => "one_sided",
        }
    }
}

/// A site on both sides.
pub(super) struct Pair<'a> {
    pub(super) site: &'a Site,
    pub(super) matched: Match,
    pub(super) before: Rows<'a>,
    pub(super) after: Rows<'a>,
}

impl<'a> Pair<'a> {
    /// Any row of the pair, the newer side's first.
    pub(super) fn any_row(&self) -> Option<&'a RankRow> {
        let mut rows = self.after.iter().chain(&self.before);
        rows.find_map(|row| *row)
    }

    /// The site as the older side names it.
    pub(super) fn older(&self) -> Option<&'a Site> {
        let rows = self.before.iter().flatten();
        rows.last().map(|row| &row.site)
    }
}

/// Pairs the sites of two sides.
pub(super) fn pair<'a>(before: &DiffSide<'a>, after: &DiffSide<'a>) -> Vec<Pair<'a>> {
    let mut pairs = pair_same(before, after);
    pair_similar(&mut pairs);
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
            let key = pair.any_row().and_then(|row| loose_name(&row.site));
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
            *is_before |= !is_empty(&pair.before);
            *is_after |= !is_empty(&pair.after);
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

/// By what is the same in both builds: for lines of functions whose start is known, the line
/// counted from there, which survives code that moves.
fn pair_same<'a>(before: &DiffSide<'a>, after: &DiffSide<'a>) -> Vec<Pair<'a>> {
    let mut pairs: Vec<Pair<'a>> = Vec::new();
    let mut places: HashMap<SameKey<'a>, usize> = HashMap::new();
    for (is_after, side) in [(false, before), (true, after)] {
        for (profile, ranking) in side.rankings.iter().enumerate() {
            for row in &ranking.rows {
                let at = *places
                    .entry(SameKey::of(row, ranking.granularity))
                    .or_insert_with(|| {
                        pairs.push(Pair {
                            site: &row.site,
                            matched: Match::Same,
                            before: vec![None; before.count()],
                            after: vec![None; after.count()],
                        });
                        pairs.len() - 1
                    });
                let Some(pair) = pairs.get_mut(at) else {
                    continue;
                };
                if *pair.site != row.site {
                    pair.matched = Match::RelativeLine;
                    pair.site = &row.site;
                }
                let rows = if is_after {
                    &mut pair.after
                } else {
                    &mut pair.before
                };
                if let Some(slot) = rows.get_mut(profile) {
                    *slot = Some(row);
                }
            }
        }
    }
    for pair in &mut pairs {
        if is_empty(&pair.before) || is_empty(&pair.after) {
            pair.matched = Match::OneSided;
        }
    }
    pairs
}

fn is_empty(rows: &Rows<'_>) -> bool {
    rows.iter().all(Option::is_none)
}

#[derive(PartialEq, Eq, Hash)]
enum SameKey<'a> {
    Site(&'a Site),
    Relative(&'a str, i64),
}

impl<'a> SameKey<'a> {
    fn of(row: &'a RankRow, granularity: Granularity) -> SameKey<'a> {
        match (&row.site.function, row.site.line, row.function_start) {
            (Some(function), Some(line), Some(start)) if granularity == Granularity::Lines => {
                SameKey::Relative(function, line - start)
            }
            _ => SameKey::Site(&row.site),
        }
    }
}

/// Joins what is left over on either side where exactly one of each looks alike.
fn pair_similar(pairs: &mut Vec<Pair<'_>>) {
    let one_sided = pairs.iter().enumerate();
    let one_sided = one_sided.filter(|(_, pair)| pair.matched == Match::OneSided);
    let keyed = one_sided.filter_map(|(at, pair)| {
        let key = SimilarKey::of(pair.any_row()?)?;
        Some((is_empty(&pair.after), (key, at)))
    });
    let (old, new): (Vec<_>, Vec<_>) = keyed.partition(|(is_old, _)| *is_old);
    let of = |side: Vec<(bool, (SimilarKey, usize))>| side.into_iter().map(|(_, one)| one);
    let joined = only_pairs(of(old), of(new));
    for &(old, new) in &joined {
        let rows = pairs
            .get_mut(old)
            .map(|pair| std::mem::take(&mut pair.before));
        if let (Some(rows), Some(pair)) = (rows, pairs.get_mut(new)) {
            pair.before = rows;
            pair.matched = Match::SimilarName;
        }
    }
    let mut at = 0;
    pairs.retain(|_| {
        let is_taken = joined.binary_search_by_key(&at, |&(old, _)| old).is_ok();
        at += 1;
        !is_taken
    });
}

/// A site without what may differ between builds of the same code.
#[derive(PartialEq, Eq, Hash)]
struct SimilarKey {
    function: String,
    line: Option<i64>,
}

impl SimilarKey {
    fn of(row: &RankRow) -> Option<SimilarKey> {
        let site = &row.site;
        let function = similar_site(site)?;
        let line = site.line.map(|line| line - row.function_start.unwrap_or(0));
        Some(SimilarKey { function, line })
    }
}
