//! Goroutines followed by their numbers over the dumps of a series.

use std::collections::{BTreeMap, BTreeSet};

use super::answer::Survivors;
use super::dump::{Dump, GroupIndex, MOST_NUMBERS, Place};
use super::lasting::{Judgement, Lasting, Lives};

/// Dumps that are followed at most, spread over the series.
const MOST_DUMPS: usize = 40;

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
    /// Groups of which no goroutine was seen in two dumps: how many there were before the last.
    pub(super) passing: BTreeMap<GroupIndex, i64>,
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
    let Followed {
        lives,
        tainted,
        stayed,
    } = lives(dumps);
    let last = dumps.len() - 1;
    let mut found = Found::default();
    let stayed: BTreeSet<GroupIndex> = stayed.into_iter().map(target).collect();
    for life in lives.iter().filter(|life| life.last < last) {
        let group = target(life.group);
        if !stayed.contains(&group) {
            *found.passing.entry(group).or_default() += 1;
        }
    }
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

/// Whether two dumps are of two processes for certain: they have a goroutine of one number, which was created by one function in
/// the one and by another in the other. Numbers are never used twice, and the creator is the first thing that a goroutine has.
pub(super) fn are_of_two<'a>(a: &Dump, b: &Dump, creator: impl Fn(u32) -> Option<&'a str>) -> bool {
    let mut of_a = a.ids.iter().peekable();
    b.ids.iter().any(|of_b| {
        while of_a.next_if(|of_a| of_a.id < of_b.id).is_some() {}
        let same = of_a.peek().filter(|of_a| of_a.id == of_b.id);
        let families = same.map(|of_a| (of_a.place.family, of_b.place.family));
        families.is_some_and(|(a, b)| {
            let creators = creator(a).zip(creator(b));
            a != b && creators.is_some_and(|(a, b)| a != b)
        })
    })
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

/// What became of the goroutines of some dumps.
struct Followed {
    /// The life of every one.
    lives: Vec<Life>,
    /// The families of which a number is that of two goroutines, or is missing in between: then the dumps are not all of
    /// one process, or not whole.
    tainted: BTreeSet<u32>,
    /// The groups of those that are in several dumps, in any of these.
    stayed: BTreeSet<GroupIndex>,
}

fn lives(dumps: &[&Dump]) -> Followed {
    let mut seen: Vec<(u64, usize, Place)> = Vec::new();
    for (at, dump) in dumps.iter().enumerate() {
        seen.extend(dump.ids.iter().map(|one| (one.id, at, one.place)));
    }
    seen.sort_unstable();
    seen.dedup_by_key(|&mut (id, at, _)| (id, at));
    let (mut tainted, mut stayed) = (BTreeSet::new(), BTreeSet::new());
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
        if of_one.len() > 1 {
            stayed.extend(of_one.iter().map(|&(.., place)| place.group));
        }
        lives.push(Life {
            first: first.1,
            last: last.1,
            family: last.2.family,
            group: last.2.group,
        });
    }
    Followed {
        lives,
        tainted,
        stayed,
    }
}

#[cfg(test)]
mod tests {
    use super::{Judgement, Life, MOST_DUMPS, MOST_NUMBERS, births_told, lasting, lives, spread};
    use crate::goroutines::Sureness;
    use std::collections::BTreeMap;

    #[test]
    fn dumps_are_spread_from_the_first_to_the_last() {
        let places: Vec<usize> = (10..110).collect();
        let all = spread(&places, 1);
        assert_eq!(
            (all.len(), all[0], all[MOST_DUMPS - 1]),
            (MOST_DUMPS, 10, 109)
        );
        assert!(
            all.windows(2)
                .all(|pair| matches!(pair[1] - pair[0], 2 | 3))
        );
        // So many as can be held, and never less than two.
        assert_eq!(spread(&places, MOST_NUMBERS / 3), [10, 59, 109]);
        assert_eq!(spread(&places, MOST_NUMBERS), [10, 109]);
        assert_eq!(spread(&places, usize::MAX), [10, 109]);
        assert_eq!(spread(&places, 0).len(), MOST_DUMPS);
        assert_eq!(spread(&places[..3], 1), [10, 11, 12]);
        assert_eq!(spread(&places[..2], 1), [10, 11]);
        assert_eq!(spread(&places[..1], 1), [0; 0]);
        assert_eq!(spread(&[], 1), [0; 0]);
    }

    #[test]
    fn goroutines_of_the_first_dump_count_unless_they_are_more_than_of_another() {
        let told = |births: &[(usize, i64)]| births_told(&births.iter().copied().collect());
        assert_eq!(told(&[(1, 3), (2, 4)]), (7, 2));
        assert_eq!(told(&[(0, 4), (1, 3), (2, 4)]), (11, 3));
        assert_eq!(told(&[(0, 5), (1, 3), (2, 4)]), (7, 2));
        assert_eq!(told(&[(0, 5)]), (0, 0));
        assert_eq!(told(&[]), (0, 0));
    }

    fn life(first: usize, last: usize, group: u32) -> Life {
        Life {
            first,
            last,
            family: 0,
            group,
        }
    }

    #[test]
    fn groups_that_hold_a_quarter_of_what_piles_up_and_three_are_told() {
        let judged = || Judgement {
            sureness: Sureness::Sure,
            age: 2,
            aged: 20,
            ended: 1,
        };
        let of = |lives: &[Life]| -> BTreeMap<u32, (i64, usize)> {
            let lives: Vec<&Life> = lives.iter().collect();
            let found = lasting(&lives, judged(), 5, &|group| group % 10);
            let told = |(group, found): (u32, super::Lasting)| {
                assert_eq!((found.age, found.aged, found.ended), (2, 20, 1));
                (group, (found.still, found.dumps))
            };
            found.into_iter().map(told).collect()
        };
        // Group 12 is joined with group 2.
        let mut all: Vec<Life> = (1..4).map(|first| life(first, 5, 2)).collect();
        all.extend((1..4).map(|first| life(first, 5, 12)));
        all.push(life(4, 5, 2));
        // These are gone, only just there, or were there before.
        all.extend([
            life(1, 4, 2),
            life(5, 5, 2),
            life(0, 5, 3),
            life(0, 5, 3),
            life(0, 5, 3),
        ]);
        assert_eq!(of(&all), BTreeMap::from([(2, (7, 4))]));
        // Two are too few, three are not.
        all.extend([life(1, 5, 4), life(2, 5, 4)]);
        assert_eq!(of(&all).keys().copied().collect::<Vec<_>>(), [2]);
        all.push(life(3, 5, 4));
        assert_eq!(of(&all).keys().copied().collect::<Vec<_>>(), [2, 4]);
        // Three of twelve are a quarter, of thirteen no more.
        all.extend((0..3).map(|_| life(2, 5, 2)));
        assert_eq!(of(&all).keys().copied().collect::<Vec<_>>(), [2, 4]);
        all.push(life(2, 5, 2));
        assert_eq!(of(&all).keys().copied().collect::<Vec<_>>(), [2]);
    }

    #[test]
    fn nothing_is_followed_without_dumps() {
        let followed = lives(&[]);
        assert!(followed.lives.is_empty() && followed.tainted.is_empty());
        assert!(followed.stayed.is_empty());
    }
}
