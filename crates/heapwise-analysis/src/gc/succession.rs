//! Decides whether of two snapshots of a collector's counters one may be a later one of the process of the other.

/// What tells snapshots of one process from those of others.
pub(crate) trait Succession {
    /// What never goes down in one process. The cycles that were finished come first.
    fn counters(&self) -> [Option<u64>; 5];

    /// The number of its process, where something else tells it from others.
    fn process(&self) -> Option<u32>;

    /// The end of a cycle, in nanoseconds since 1970-01-01 UTC, where the ring still has it.
    fn cycle_end(&self, number: u64) -> Option<u64>;

    /// The cycles that were finished.
    fn cycle_count(&self) -> Option<u64> {
        let [cycles, ..] = self.counters();
        cycles
    }

    /// Whether another may be a later one of the same process: counters never go down in one, and the end of a cycle
    /// that both rings have is to the nanosecond the same; of two processes it never is.
    fn is_followed_by(&self, later: &impl Succession) -> bool {
        let goes_down =
            |pair: (Option<u64>, Option<u64>)| matches!(pair, (Some(a), Some(b)) if a > b);
        let mut pairs = self.counters().into_iter().zip(later.counters());
        let are_others =
            matches!((self.process(), later.process()), (Some(old), Some(new)) if old != new);
        !are_others && !pairs.any(goes_down) && self.has_the_same_cycle(later) != Some(false)
    }

    /// Whether both rings have the end of the same cycle. `None` where no ring tells.
    fn has_the_same_cycle(&self, later: &impl Succession) -> Option<bool> {
        let cycles = self.cycle_count().min(later.cycle_count()).unwrap_or(0);
        Some(self.cycle_end(cycles)? == later.cycle_end(cycles)?)
    }
}
