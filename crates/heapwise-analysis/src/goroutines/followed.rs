//! Goroutines followed by their numbers over the dumps of a series.

use std::collections::{BTreeMap, BTreeSet};

use super::answer::Survivors;
use super::dump::{Dump, GroupIndex, Place};
use super::lasting::{Judgement, Lasting, Lives};

/// Dumps that are followed at most, spread over the series.
const MOST_DUMPS: usize = 40;
/// Numbers that are held at most, over all dumps.
const MOST_NUMBERS: usize = 1 << 23;

/// Of the places of a series, in order, those to follow: the first, the last and some between, so
/// many as can be held when a dump has so many goroutines.
pub(super) fn spread(places: &[usize], largest: usize) -> Vec<usize> {
    let can = MOST_NUMBERS.checked_div(largest).unwrap_or(MOST_DUMPS);
    let most = can.clamp(2, MOST_DUMPS).min(places.len());
    if most < 2 {
        return Vec::new();
    }
    let last = places.len() - 1;
    let at = |step: usize| places.get(step * last / (most - 1)).copied();
    (0..most).filter_map(at).collect()
}

/// What following found.
#[derive(Default)]
pub(super) struct Found {
    pub(super) survivors: Option<Survivors>,
    /// Of each group, goroutines of the first dump that are in the last.
    pub(super) still: BTreeMap<GroupIndex, i64>,
    /// Groups in which goroutines pile up.
    pub(super) lasting: BTreeMap<GroupIndex, Lasting>,
}

/// A goroutine of the last dump, or one that is gone.
struct Life {
    first: usize,
    last: usize,
    family: u32,
    /// Its group when it was last seen.
    group: GroupIndex,
}

/// Follows goroutines over these dumps, first to last; groups are named by where they are joined.
pub(super) fn follow(dumps: &[&Dump], target: &dyn Fn(GroupIndex) -> GroupIndex) -> Found {
    if dumps.len() < 2 || dumps.iter().any(|dump| dump.ids.is_empty()) {
        return Found::default();
    }
    let (lives, tainted) = lives(dumps);
    let last = dumps.len() - 1;
    let mut found = Found::default();
    let mut still = 0;
    for life in lives.iter().filter(|l| l.first == 0 && l.last == last) {
        still += 1;
        *found.still.entry(target(life.group)).or_default() += 1;
    }
    found.survivors = Some(Survivors {
        first: dumps.first().map_or(0, |dump| dump.ids.len()),
        still,
    });
    let mut by_family: BTreeMap<u32, Vec<&Life>> = BTreeMap::new();
    for life in lives.iter().filter(|l| !tainted.contains(&l.family)) {
        by_family.entry(life.family).or_default().push(life);
    }
    for lives in by_family.values() {
        let mut all = Lives::new(dumps.len());
        lives.iter().for_each(|life| all.add(life.first, life.last));
        if let Some(judged) = all.judge() {
            found.lasting.extend(lasting(lives, judged, last, target));
        }
    }
    found
}

/// The groups of a family that hold what piles up: some of its goroutines may only pass through
/// others.
fn lasting(
    lives: &[&Life],
    judged: Judgement,
    last: usize,
    target: &dyn Fn(GroupIndex) -> GroupIndex,
) -> Vec<(GroupIndex, Lasting)> {
    /// A group has at least so many of them, and this part of them.
    const LEAST: i64 = 3;
    const PART: i64 = 4;
    let mut by_group: BTreeMap<GroupIndex, BTreeMap<usize, i64>> = BTreeMap::new();
    for life in lives.iter().filter(|l| l.last == last && l.first < last) {
        let births = by_group.entry(target(life.group)).or_default();
        *births.entry(life.first).or_default() += 1;
    }
    let aged = |births: &BTreeMap<usize, i64>| -> i64 {
        let aged = births.range(1..=last.saturating_sub(judged.age));
        aged.map(|(_, count)| count).sum()
    };
    let all: i64 = by_group.values().map(aged).sum();
    let held = by_group.iter().filter(|(_, births)| {
        let aged = aged(births);
        aged >= LEAST && aged * PART >= all
    });
    let lasting = held.map(|(&group, births)| {
        let (still, dumps) = births_told(births);
        let lasting = Lasting {
            sureness: judged.sureness,
            still,
            dumps,
            age: judged.age,
            aged: judged.aged,
            ended: judged.ended,
        };
        (group, lasting)
    });
    lasting.collect()
}

/// Goroutines with the number of dumps that they were first seen in. Those of the first dump may
/// be a pool that is as old as the program: they count when they are no more than of another.
fn births_told(births: &BTreeMap<usize, i64>) -> (i64, usize) {
    let most = births.range(1..).map(|(_, &count)| count).max();
    let told = births
        .iter()
        .filter(|&(&first, &count)| first > 0 || Some(count) <= most);
    told.fold((0, 0), |(still, dumps), (_, count)| {
        (still + count, dumps + 1)
    })
}

/// The life of every goroutine, and the families of which a number is that of two goroutines, or is
/// missing in between: then the dumps are not all of one process, or not whole.
fn lives(dumps: &[&Dump]) -> (Vec<Life>, BTreeSet<u32>) {
    let mut seen: Vec<(u64, usize, Place)> = Vec::new();
    for (at, dump) in dumps.iter().enumerate() {
        seen.extend(dump.ids.iter().map(|one| (one.id, at, one.place)));
    }
    seen.sort_unstable();
    seen.dedup_by_key(|&mut (id, at, _)| (id, at));
    let mut tainted = BTreeSet::new();
    let mut lives = Vec::new();
    for of_one in seen.chunk_by(|a, b| a.0 == b.0) {
        let (Some(first), Some(last)) = (of_one.first(), of_one.last()) else {
            continue;
        };
        let families = || of_one.iter().map(|&(.., place)| place.family);
        let is_whole = of_one.len() == last.1 - first.1 + 1;
        if !is_whole || families().any(|family| family != last.2.family) {
            tainted.extend(families());
        }
        lives.push(Life {
            first: first.1,
            last: last.1,
            family: last.2.family,
            group: last.2.group,
        });
    }
    (lives, tainted)
}
