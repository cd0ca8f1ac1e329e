//! What is known of the seconds that a heap profile covers.
//!
//! Allocations are published when a mark phase ends, one cycle late (`runtime/mprof.go`, above
//! `type memRecord`): a profile covers whole cycles of the collector, and at each end its window
//! is off by up to the time from one collection to the next.

/// The runtime collects at least this often (`runtime/proc.go`: `forcegcperiod`), unless GOGC is off.
const LONGEST_GC_PERIOD_SECONDS: f64 = 120.0;

/// Beyond this coefficient of variation, seconds decide nothing.
const MOST_VARIATION: f64 = 0.1;

/// How long profiles are beside what is not known of their ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Clock {
    shortest_seconds: f64,
    both_ends: bool,
    profiles: usize,
}

impl Clock {
    /// The shortest time that one of the profiles covers, and how many profiles there are on the side
    /// that has fewer. Collections are as far apart as the runtime ever lets them be.
    pub fn new(shortest_seconds: f64, profiles: usize) -> Self {
        Self {
            shortest_seconds,
            both_ends: false,
            profiles,
        }
    }

    /// Both ends are in doubt where `both_ends` is true, as those of a delta profile: a profile since the
    /// start of the process has one.
    pub fn with_both_ends(self, both_ends: bool) -> Self {
        Self { both_ends, ..self }
    }

    /// The error of the window over its length, as a coefficient of variation: each end is
    /// somewhere within a period, all places alike.
    pub fn variation(self) -> f64 {
        let ends: f64 = if self.both_ends { 2.0 } else { 1.0 };
        LONGEST_GC_PERIOD_SECONDS / self.shortest_seconds * (ends / 12.0).sqrt()
    }

    /// Whether the seconds are known well enough, or so many profiles are given that they show
    /// themselves how much they vary.
    pub fn is_sure(self) -> bool {
        const ENOUGH_PROFILES: usize = 3;
        self.variation() <= MOST_VARIATION || self.profiles >= ENOUGH_PROFILES
    }

    /// What to add to the variation between runs.
    pub(crate) fn assumed_variation(self) -> f64 {
        if self.variation() <= MOST_VARIATION {
            self.variation()
        } else {
            0.0
        }
    }

    /// Why seconds decide nothing.
    pub fn doubt(self) -> String {
        format!(
            "a heap profile covers whole GC cycles, published one cycle late, not the {:.1}s between \
             two fetches: without the times of the collections these may be off by up to {:.0}s at \
             each end. Profile for much longer, give three or more profiles a side, or compare per \
             operation",
            self.shortest_seconds, LONGEST_GC_PERIOD_SECONDS
        )
    }
}

#[cfg(test)]
mod tests {
    use super::Clock;

    fn clock(shortest_seconds: f64, both_ends: bool, profiles: usize) -> Clock {
        Clock::new(shortest_seconds, profiles).with_both_ends(both_ends)
    }

    #[test]
    fn short_windows_are_unsure_and_long_ones_are_not() {
        assert!(!clock(2.0, true, 1).is_sure());
        assert!(!clock(300.0, true, 2).is_sure());
        assert!(clock(900.0, true, 1).is_sure());
        assert!(clock(400.0, false, 1).is_sure());
        assert!(clock(2.0, true, 3).is_sure());
    }
}
