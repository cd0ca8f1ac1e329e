//! Snapshots that show the same data as an earlier one, which is no second look at the process.

use super::sites::LevelSites;
use super::snapshot::LevelSnapshot;
use crate::error::Result;
use crate::gc::Succession;

/// Takes copies out of the snapshots of a process: those after the same cycle, and one that is given twice. Inputs of
/// the first and of the copy.
pub(super) fn take_copies(
    series: &mut Vec<LevelSnapshot>,
    sites: &LevelSites,
) -> Result<Vec<(usize, usize)>> {
    let (mut copies, mut are_kept) = (Vec::new(), Vec::with_capacity(series.len()));
    let mut last: Option<&LevelSnapshot> = None;
    for snapshot in series.iter() {
        let first = match last {
            Some(last) if is_copy(last, snapshot, sites)? => Some(last.input),
            _ => None,
        };
        are_kept.push(first.is_none());
        match first {
            Some(first) => copies.push((first, snapshot.input)),
            None => last = Some(snapshot),
        }
    }
    let mut are_kept = are_kept.into_iter();
    series.retain(|_| are_kept.next().unwrap_or(true));
    Ok(copies)
}

fn is_copy(earlier: &LevelSnapshot, later: &LevelSnapshot, sites: &LevelSites) -> Result<bool> {
    let cycles = |one: &LevelSnapshot| one.moment.as_ref()?.cycle_count();
    match (cycles(earlier), cycles(later)) {
        (Some(old), Some(new)) => Ok(old == new),
        _ => {
            let time = earlier.header.time_nanos;
            Ok(
                time.is_some()
                    && time == later.header.time_nanos
                    && is_same(earlier, later, sites)?,
            )
        }
    }
}

/// How many snapshots show exactly what the one before does, although nothing tells that it is the same cycle.
pub(super) fn unchanged(series: &[LevelSnapshot], sites: &LevelSites) -> Result<usize> {
    let mut count = 0;
    for pair in series.windows(2) {
        if let [earlier, later] = pair
            && (earlier.moment.is_none() || later.moment.is_none())
            && is_same(earlier, later, sites)?
        {
            count += 1;
        }
    }
    Ok(count)
}

fn is_same(earlier: &LevelSnapshot, later: &LevelSnapshot, sites: &LevelSites) -> Result<bool> {
    if earlier.total != later.total {
        return Ok(false);
    }
    let (old, new) = (
        sites.rows_as_in_texts(earlier)?,
        sites.rows_as_in_texts(later)?,
    );
    let mut rows = old.iter().zip(&new);
    Ok(old.len() == new.len()
        && rows.all(|(one, other)| {
            (one.site, one.value, one.allocated) == (other.site, other.value, other.allocated)
        }))
}
