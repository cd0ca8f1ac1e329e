//! Snapshots of a process that has hardly collected: they tell of another moment than that at which they were taken.

use super::snapshot::LevelSnapshot;
use crate::gc::Succession;

/// Cycles after which a profile shows what was there at the end of a cycle.
const CYCLES: u64 = 2;

impl LevelSnapshot {
    /// Whether it was taken before the second cycle had ended. Until then a profile shows what there was when the first one
    /// was asked for, whenever that was (runtime/mprof.go: memProfileInternal, "Absolutely no garbage collection has
    /// occurred").
    pub(super) fn is_early(&self) -> bool {
        self.moment.as_ref().is_some_and(|moment| {
            let count = moment.cycle_count();
            moment.published_nanos().is_none() && count.is_some_and(|count| count < CYCLES)
        })
    }

    /// A time before which the next snapshot of its process cannot be published, where it is an early one.
    pub(super) fn early_nanos(&self) -> Option<i64> {
        let moment = self.moment.as_ref().filter(|_| self.is_early())?;
        let end = moment.cycle_end(CYCLES - 1)?;
        i64::try_from(end).ok()?.checked_sub(1)
    }
}

/// Takes early snapshots out of those of a process, where others are left to be a series. How many.
pub(super) fn take_early(series: &mut Vec<LevelSnapshot>) -> usize {
    let early = series.iter().filter(|one| one.is_early()).count();
    if series.len() - early < 2 {
        return 0;
    }
    series.retain(|one| !one.is_early());
    early
}
