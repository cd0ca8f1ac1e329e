//! Snapshots that show the same data as an earlier one, which is no second look at the process.

use super::snapshot::LevelSnapshot;

/// Takes copies out of the snapshots of a process: those after the same cycle, and one that is given twice. Inputs of
/// the first and of the copy.
pub(super) fn take_copies(series: &mut Vec<LevelSnapshot>) -> Vec<(usize, usize)> {
    let mut copies = Vec::new();
    let mut kept: Vec<LevelSnapshot> = Vec::with_capacity(series.len());
    for snapshot in std::mem::take(series) {
        match kept.last().filter(|last| is_copy(last, &snapshot)) {
            Some(first) => copies.push((first.input, snapshot.input)),
            None => kept.push(snapshot),
        }
    }
    *series = kept;
    copies
}

fn is_copy(earlier: &LevelSnapshot, later: &LevelSnapshot) -> bool {
    let cycles = |one: &LevelSnapshot| one.moment.as_ref()?.snapshot.counters.num_gc;
    match (cycles(earlier), cycles(later)) {
        (Some(old), Some(new)) => old == new,
        _ => {
            let time = earlier.header.time_nanos;
            time.is_some() && time == later.header.time_nanos && is_same(earlier, later)
        }
    }
}

/// How many snapshots show exactly what the one before does, although nothing tells that it is the same cycle.
pub(super) fn unchanged(series: &[LevelSnapshot]) -> usize {
    let is_unchanged = |pair: &&[LevelSnapshot]| {
        matches!(pair, [earlier, later]
            if (earlier.moment.is_none() || later.moment.is_none()) && is_same(earlier, later))
    };
    series.windows(2).filter(is_unchanged).count()
}

fn is_same(earlier: &LevelSnapshot, later: &LevelSnapshot) -> bool {
    let mut rows = earlier.rows.iter().zip(&later.rows);
    earlier.total == later.total
        && earlier.rows.len() == later.rows.len()
        && rows.all(|(one, other)| {
            (&one.site, one.value, one.allocated) == (&other.site, other.value, other.allocated)
        })
}
