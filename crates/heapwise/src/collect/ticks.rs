//! When the next bundle is due: at a fixed beat from the start, which nothing that takes its time shifts.

use std::time::{Duration, Instant};

use crate::interrupt::Interrupt;

/// The beat of a series.
#[derive(Debug)]
pub(crate) struct Ticks {
    first: Instant,
    every: Duration,
    /// Beats that were waited for.
    next: u64,
    /// Beats that passed meanwhile.
    skipped: u64,
}

/// What came first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Beat {
    Due,
    Over,
    Interrupted,
}

impl Ticks {
    /// A beat whose first is so far away.
    pub(crate) fn new(until_first: Duration, every: Duration) -> Ticks {
        Ticks {
            first: Instant::now() + until_first,
            every,
            next: 0,
            skipped: 0,
        }
    }

    /// Waits for the next beat, which is no later than `end`.
    pub(crate) fn wait(&mut self, end: Option<Instant>, interrupt: &Interrupt) -> Beat {
        let passed = Instant::now().saturating_duration_since(self.first);
        let due = next_beat(self.next, passed, self.every);
        self.skipped += due - self.next;
        self.next = due + 1;
        let at = self.first.checked_add(times(self.every, due));
        let (until, beat) = match (at, end) {
            (Some(at), Some(end)) if end < at => (Some(end), Beat::Over),
            (at, _) => (at, Beat::Due),
        };
        let left = until.map_or(Duration::MAX, |until| {
            until.saturating_duration_since(Instant::now())
        });
        match interrupt.sleep(left) || interrupt.is_set() {
            true => Beat::Interrupted,
            false => beat,
        }
    }

    /// Beats that passed while something else was done.
    pub(crate) fn skipped(&self) -> u64 {
        self.skipped
    }
}

/// The beat to wait for: `next`, unless later ones passed too. One that is only late is still met.
fn next_beat(next: u64, passed: Duration, every: Duration) -> u64 {
    let beats = passed.as_nanos().checked_div(every.as_nanos());
    let beats = u64::try_from(beats.unwrap_or(0)).unwrap_or(u64::MAX);
    match beats > next {
        true => beats.saturating_add(1),
        false => next,
    }
}

fn times(every: Duration, count: u64) -> Duration {
    const SECOND: u128 = 1_000_000_000;
    let nanos = every.as_nanos().saturating_mul(count.into());
    let seconds = u64::try_from(nanos / SECOND).unwrap_or(u64::MAX);
    Duration::new(seconds, u32::try_from(nanos % SECOND).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{next_beat, times};

    #[test]
    fn what_takes_long_skips_beats_and_shifts_none() {
        let every = Duration::from_secs(10);
        let after = |next, seconds| next_beat(next, Duration::from_secs(seconds), every);
        assert_eq!(after(0, 0), 0);
        assert_eq!(after(1, 3), 1);
        // Late, but within its beat.
        assert_eq!(after(1, 12), 1);
        // Two passed: 2 s are no time to start in.
        assert_eq!(after(1, 28), 3);
        assert_eq!(after(5, 28), 5);
    }

    #[test]
    fn beats_are_multiples() {
        assert_eq!(
            times(Duration::from_millis(250), 9),
            Duration::from_millis(2250)
        );
        assert_eq!(times(Duration::from_secs(u64::MAX), 3).subsec_nanos(), 0);
    }
}
