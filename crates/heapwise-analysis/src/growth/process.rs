//! Which snapshots are of one process, and in which order they were taken.

use std::collections::BTreeMap;

use super::answer::RateTime;
use super::snapshot::{LevelRow, LevelSnapshot};
use crate::sums::blocks::BlockCount;
use crate::sums::estimate::Sampling;

/// Snapshots by process, each the earliest first; processes by their first snapshot.
pub(super) struct Processes {
    pub(super) series: Vec<Vec<LevelSnapshot>>,
    pub(super) time: RateTime,
    /// Whether times were followed, and are another order than the one given.
    pub(super) contradicts: bool,
}

/// Tells processes apart: what was allocated never falls in one. What may be a later snapshot of a process is taken
/// for one.
pub(super) fn processes(mut snapshots: Vec<LevelSnapshot>) -> Processes {
    let has_times = snapshots.iter().all(|one| one.nanos().is_some());
    let is_published = |one: &LevelSnapshot| {
        one.moment
            .as_ref()
            .is_some_and(|moment| moment.published_nanos().is_some())
    };
    let mut contradicts = false;
    if has_times {
        let goes_back = |pair: &[LevelSnapshot]| matches!(pair, [a, b] if a.nanos() > b.nanos());
        contradicts = snapshots.windows(2).any(goes_back);
        snapshots.sort_by_key(LevelSnapshot::nanos);
    }
    let time = match has_times {
        false => RateTime::Unknown,
        true if snapshots.iter().all(is_published) => RateTime::Cycles,
        true => RateTime::Taken,
    };
    let mut series: Vec<Vec<LevelSnapshot>> = Vec::new();
    for snapshot in snapshots {
        let fits = |known: &&mut Vec<LevelSnapshot>| {
            known.last().is_some_and(|last| may_follow(last, &snapshot))
        };
        match series.iter_mut().rev().find(fits) {
            Some(known) => known.push(snapshot),
            None => series.push(vec![snapshot]),
        }
    }
    Processes {
        series,
        time,
        contradicts,
    }
}

/// Whether one may be a later snapshot of the process of another.
fn may_follow(earlier: &LevelSnapshot, later: &LevelSnapshot) -> bool {
    let (old, new) = (&earlier.header.build_id, &later.header.build_id);
    if matches!((old, new), (Some(old), Some(new)) if old != new) {
        return false;
    }
    if let (Some(old), Some(new)) = (&earlier.moment, &later.moment)
        && !old.may_precede(new)
    {
        return false;
    }
    let are_counted = [earlier, later].map(|one| matches!(one.sampling, Sampling::Known(_)));
    let has_fallen = match are_counted {
        [true, true] => counts_fell,
        _ => values_fell,
    };
    !earlier
        .rows
        .iter()
        .any(|row| has_fallen(row, later.row(&row.site)))
}

/// Whether fewer bytes were ever allocated. Where no counter is, a level may be gone.
fn values_fell(before: &LevelRow, after: Option<&LevelRow>) -> bool {
    let new = after.and_then(|row| row.allocated).unwrap_or(0);
    before.allocated.is_some_and(|old| old > new)
}

/// Whether fewer blocks of a size were ever allocated, or freed.
fn counts_fell(before: &LevelRow, after: Option<&LevelRow>) -> bool {
    if before.allocated.is_none() {
        return false;
    }
    let counts = after.map_or(&[][..], |row| row.blocks.counts());
    let later: BTreeMap<u64, (i64, i64)> = counts
        .iter()
        .map(|count| (count.size, (count.allocated, count.in_use)))
        .collect();
    before.blocks.counts().iter().any(|old| {
        let (allocated, in_use) = later.get(&old.size).copied().unwrap_or((0, 0));
        let freed = |all: i64, live: i64| all.saturating_sub(live);
        allocated < old.allocated || freed(allocated, in_use) < freed(old.allocated, old.in_use)
    })
}

/// At how many sites and sizes each snapshot of a process has sampled as many blocks as the one before; the fewest.
pub(super) fn unchanged_counts(series: &[LevelSnapshot]) -> Option<usize> {
    let pairs = series.windows(2).map(|pair| match pair {
        [earlier, later] => unchanged_between(earlier, later),
        _ => None,
    });
    let counts: Option<Vec<usize>> = pairs.collect();
    counts?.into_iter().min()
}

fn unchanged_between(earlier: &LevelSnapshot, later: &LevelSnapshot) -> Option<usize> {
    let (Sampling::Known(rate), Sampling::Known(_)) = (earlier.sampling, later.sampling) else {
        return None;
    };
    let rows = earlier.rows.iter().filter_map(|row| {
        let same_site = later.row(&row.site)?;
        let later = same_site.blocks.counts();
        let is_unchanged = |old: &&BlockCount| {
            let is_by_chance = old.allocated > 0 && old.size < rate.bytes() / 2;
            let is_same = |new: &BlockCount| new.size == old.size && new.allocated == old.allocated;
            is_by_chance && later.iter().any(is_same)
        };
        Some(row.blocks.counts().iter().filter(is_unchanged).count())
    });
    Some(rows.sum())
}
