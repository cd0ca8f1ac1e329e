//! Which snapshots are of one process, and in which order they were taken.

use std::collections::BTreeMap;

use super::answer::{RateTime, are_surely_one};
use super::sites::{LevelSites, SiteRow, row_of};
use super::snapshot::LevelSnapshot;
use crate::error::Result;
use crate::gc::Succession;
use crate::rank::taken;
use crate::sums::blocks::BlockCount;
use crate::sums::estimate::Sampling;
use heapwise_stats::SamplingRate;

/// Snapshots by process, each the earliest first; processes by their first snapshot.
pub(super) struct Processes {
    pub(super) series: Vec<Vec<LevelSnapshot>>,
    pub(super) time: RateTime,
    /// Whether times, or without times what was allocated, were followed, and are another order than the one given.
    pub(super) contradicts: bool,
}

/// Tells processes apart: what was allocated never falls in one. What may be a later snapshot of a process is taken
/// for one.
pub(super) fn processes(
    mut snapshots: Vec<LevelSnapshot>,
    sites: &LevelSites,
) -> Result<Processes> {
    // Early ones have no part in a series but where there are no others.
    let has_late = snapshots.iter().any(|one| !one.is_early());
    let counts = |one: &&LevelSnapshot| !(has_late && one.is_early());
    let mut counting = snapshots.iter().filter(counts);
    let has_times = counting.all(|one| one.nanos().is_some());
    let is_published = |one: &LevelSnapshot| {
        one.moment
            .as_ref()
            .is_some_and(|moment| moment.published_nanos().is_some())
    };
    let mut contradicts = false;
    if has_times {
        let goes_back = |pair: &[LevelSnapshot]| matches!(pair, [a, b] if b.nanos().is_some() && a.nanos() > b.nanos());
        contradicts = snapshots.windows(2).any(goes_back);
        if contradicts {
            snapshots.sort_by_key(LevelSnapshot::nanos);
        }
    }
    let time = match has_times {
        false => RateTime::Unknown,
        true if snapshots.iter().filter(counts).all(is_published) => RateTime::Cycles,
        true => RateTime::Taken,
    };
    let (mut numbers, mut count) = numbered(snapshots.iter(), sites)?;
    if !has_times && count > 1 {
        let order = by_allocated(&snapshots, sites)?;
        let sorted = || order.iter().filter_map(|&at| snapshots.get(at));
        let (in_order, of_one) = numbered(sorted(), sites)?;
        // What one process can have done in order is not taken for several that were started one after the other.
        if of_one == 1
            && (are_short(count, snapshots.len())
                || are_surely_one(unchanged_counts(sorted(), sites)?))
        {
            (numbers, count, contradicts) = (in_order, of_one, true);
            snapshots = taken(snapshots, order);
        }
    }
    Ok(Processes {
        series: parted(snapshots, &numbers, count),
        time,
        contradicts,
    })
}

/// Of each snapshot the number of its process, and how many there are.
fn numbered<'a>(
    snapshots: impl Iterator<Item = &'a LevelSnapshot>,
    sites: &'a LevelSites,
) -> Result<(Vec<usize>, usize)> {
    let mut open = Open::new(sites);
    let numbers: Result<Vec<usize>> = snapshots.map(|snapshot| open.add(snapshot)).collect();
    Ok((numbers?, open.last.len()))
}

/// Whether so many processes have so few snapshots in turn as one has in an order by chance: about two.
fn are_short(count: usize, snapshots: usize) -> bool {
    snapshots > 2 && snapshots < 3 * count
}

/// The places of snapshots by what was ever allocated, which never falls.
fn by_allocated(snapshots: &[LevelSnapshot], sites: &LevelSites) -> Result<Vec<usize>> {
    let mut keys = Vec::with_capacity(snapshots.len());
    for (at, snapshot) in snapshots.iter().enumerate() {
        let rows = sites.rows(snapshot)?;
        let blocks = rows.iter().flat_map(|row| row.blocks.counts());
        let blocks: i128 = blocks.map(|count| i128::from(count.allocated)).sum();
        let bytes: i128 = rows.iter().filter_map(|row| row.allocated).sum();
        keys.push((blocks, bytes, at));
    }
    keys.sort_unstable();
    Ok(keys.into_iter().map(|(_, _, at)| at).collect())
}

/// Snapshots by the numbers of their processes, of which there are so many.
fn parted(
    snapshots: Vec<LevelSnapshot>,
    numbers: &[usize],
    count: usize,
) -> Vec<Vec<LevelSnapshot>> {
    if count == 1 {
        return vec![snapshots];
    }
    // There may be very many: no room for more than each has.
    let mut counts = vec![0; count];
    for &number in numbers {
        if let Some(known) = counts.get_mut(number) {
            *known += 1;
        }
    }
    let mut series: Vec<Vec<LevelSnapshot>> = counts.into_iter().map(Vec::with_capacity).collect();
    for (snapshot, &number) in snapshots.into_iter().zip(numbers) {
        if let Some(known) = series.get_mut(number) {
            known.push(snapshot);
        }
    }
    series
}

/// Processes whose snapshots are still coming.
struct Open<'a> {
    sites: &'a LevelSites,
    last: Vec<Last<'a>>,
    /// How many rows are in memory.
    rows: usize,
}

/// The last snapshot of a process.
struct Last<'a> {
    snapshot: &'a LevelSnapshot,
    /// What it has, where that is in memory.
    rows: Option<Vec<SiteRow>>,
}

/// So many rows of last snapshots stay in memory.
const MOST_ROWS: usize = 200_000;

impl<'a> Open<'a> {
    fn new(sites: &'a LevelSites) -> Open<'a> {
        Open {
            sites,
            last: Vec::new(),
            rows: 0,
        }
    }

    /// Adds the next snapshot to the process that was met last of those which it may be of, and tells its number.
    fn add(&mut self, snapshot: &'a LevelSnapshot) -> Result<usize> {
        let rows = self.sites.rows_as_in_texts(snapshot)?;
        let mut known = self.last.len();
        for (at, last) in self.last.iter().enumerate().rev() {
            if self.may_follow(last, (snapshot, &rows))? {
                known = at;
                break;
            }
        }
        self.remember(known, snapshot, rows);
        Ok(known)
    }

    /// Keeps what the last snapshot of a process has, and lets go of that of others where it is too much.
    fn remember(&mut self, at: usize, snapshot: &'a LevelSnapshot, rows: Vec<SiteRow>) {
        self.rows += rows.len();
        let last = Last {
            snapshot,
            rows: Some(rows),
        };
        match self.last.get_mut(at) {
            Some(known) => {
                let old = std::mem::replace(known, last);
                self.rows -= old.rows.map_or(0, |old| old.len());
            }
            None => self.last.push(last),
        }
        let others = self.last.iter_mut().enumerate();
        for (_, last) in others.filter(|(other, _)| *other != at) {
            if self.rows <= MOST_ROWS {
                return;
            }
            self.rows -= last.rows.take().map_or(0, |gone| gone.len());
        }
    }

    /// Whether a snapshot may be a later one of the process whose last one is known.
    fn may_follow(&self, last: &Last<'_>, later: (&LevelSnapshot, &[SiteRow])) -> Result<bool> {
        let earlier = last.snapshot;
        if !may_be_later(earlier, later.0) {
            return Ok(false);
        }
        match &last.rows {
            Some(rows) => Ok(!has_fallen((earlier, rows), later)),
            None => Ok(!has_fallen(
                (earlier, &self.sites.rows_as_in_texts(earlier)?),
                later,
            )),
        }
    }
}

/// Whether one may be a later snapshot of the process of another, but for what their sites have.
fn may_be_later(earlier: &LevelSnapshot, later: &LevelSnapshot) -> bool {
    let (old, new) = (&earlier.header.build_id, &later.header.build_id);
    if matches!((old, new), (Some(old), Some(new)) if old != new) {
        return false;
    }
    match (&earlier.moment, &later.moment) {
        (Some(old), Some(new)) => old.is_followed_by(&**new),
        _ => true,
    }
}

/// Whether a site has ever allocated less.
fn has_fallen(
    (earlier, old): (&LevelSnapshot, &[SiteRow]),
    (later, new): (&LevelSnapshot, &[SiteRow]),
) -> bool {
    let are_counted = [earlier, later].map(|one| matches!(one.sampling, Sampling::Known(_)));
    let fell = match are_counted {
        [true, true] => counts_fell,
        _ => values_fell,
    };
    // Texts, which have no time, and profiles in protobuf name functions that were inlined differently: what all sites
    // have is the same in both.
    if earlier.header.time_nanos.is_some() != later.header.time_nanos.is_some() {
        return fell(&all_of(old), Some(&all_of(new)));
    }
    old.iter().any(|row| fell(row, row_of(new, row.site)))
}

/// All sites as one.
fn all_of(rows: &[SiteRow]) -> SiteRow {
    let mut all = SiteRow::default();
    for row in rows {
        all.absorb(row);
    }
    all
}

/// Whether fewer bytes were ever allocated. Where no counter is, a level may be gone.
fn values_fell(before: &SiteRow, after: Option<&SiteRow>) -> bool {
    let new = after.and_then(|row| row.allocated).unwrap_or(0);
    before.allocated.is_some_and(|old| old > new)
}

/// Whether fewer blocks of a size were ever allocated, or freed.
fn counts_fell(before: &SiteRow, after: Option<&SiteRow>) -> bool {
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
pub(super) fn unchanged_counts<'a>(
    series: impl Iterator<Item = &'a LevelSnapshot>,
    sites: &LevelSites,
) -> Result<Option<usize>> {
    let mut fewest: Option<usize> = None;
    let mut before: Option<(SamplingRate, Vec<SiteRow>)> = None;
    for snapshot in series {
        let Sampling::Known(rate) = snapshot.sampling else {
            return Ok(None);
        };
        let rows = sites.rows_as_in_texts(snapshot)?;
        if let Some((rate, before)) = &before {
            let count = unchanged_between(before, &rows, *rate);
            fewest = Some(fewest.map_or(count, |fewest| fewest.min(count)));
        }
        before = Some((rate, rows));
    }
    Ok(fewest)
}

fn unchanged_between(earlier: &[SiteRow], later: &[SiteRow], rate: SamplingRate) -> usize {
    let rows = earlier.iter().filter_map(|row| {
        let later = row_of(later, row.site)?.blocks.counts();
        let is_unchanged = |old: &&BlockCount| {
            let is_by_chance = old.allocated > 0 && old.size < rate.bytes() / 2;
            let is_same = |new: &BlockCount| new.size == old.size && new.allocated == old.allocated;
            is_by_chance && later.iter().any(is_same)
        };
        Some(row.blocks.counts().iter().filter(is_unchanged).count())
    });
    rows.sum()
}
