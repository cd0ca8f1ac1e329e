//! Goroutines followed by their numbers over the dumps of a series.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::answer::Survivors;
use super::gather::{Gathered, Gatherer, GroupIndex, Key, NONE};
use super::lasting::{Judgement, Lasting, Lives};
use super::park::Frame;

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

/// What a goroutine keeps all its life: the function that it started in and the one that started
/// it. Its stack and its state come and go. A number for each; `NONE` where groups do not tell it.
pub(super) fn families(all: &Gatherer) -> Vec<u32> {
    let mut known: HashMap<(&str, &str), u32> = HashMap::new();
    let function = |site: u32| match site {
        NONE => "",
        site => all.sites.function(site),
    };
    let families = all.keys.iter().map(|key| {
        let name = match *key {
            Key::Stack(stack, creator) => {
                let frames = all.stacks.get(stack).map_or(&[][..], |s| &s.frames);
                let mut code = frames.iter().map(|&site| function(site));
                let root = code.rfind(|name| Frame::of(name) != Frame::Runtime);
                (root.unwrap_or(""), function(creator))
            }
            Key::Creator(site) => ("", function(site)),
            Key::Started(site) => (function(site), ""),
            Key::Function(_) | Key::Word(_) => return NONE,
        };
        let next = known.len() as u32;
        *known.entry(name).or_insert(next)
    });
    families.collect()
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
pub(super) fn follow(
    dumps: &[&Gathered],
    families: &[u32],
    target: &dyn Fn(GroupIndex) -> GroupIndex,
) -> Found {
    if dumps.len() < 2 || dumps.iter().any(|dump| dump.ids.is_empty()) {
        return Found::default();
    }
    let (lives, tainted) = lives(dumps, families);
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
    by_family.remove(&NONE);
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

/// The life of every goroutine, and the families of which a number is that of two goroutines: then
/// the dumps are not of one process, or frames are missing.
fn lives(dumps: &[&Gathered], families: &[u32]) -> (Vec<Life>, BTreeSet<u32>) {
    let family = |group: GroupIndex| families.get(group as usize).copied().unwrap_or(NONE);
    let mut seen: Vec<(u64, usize, GroupIndex)> = Vec::new();
    for (at, dump) in dumps.iter().enumerate() {
        seen.extend(dump.ids.iter().map(|&(id, group)| (id, at, group)));
    }
    seen.sort_unstable();
    let mut tainted = BTreeSet::new();
    let mut lives = Vec::new();
    for of_one in seen.chunk_by(|a, b| a.0 == b.0) {
        let (Some(first), Some(last)) = (of_one.first(), of_one.last()) else {
            continue;
        };
        let own = family(last.2);
        if of_one.iter().any(|&(.., group)| family(group) != own) {
            tainted.extend(of_one.iter().map(|&(.., group)| family(group)));
        }
        lives.push(Life {
            first: first.1,
            last: last.1,
            family: own,
            group: last.2,
        });
    }
    (lives, tainted)
}
