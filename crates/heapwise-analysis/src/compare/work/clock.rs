//! What is known of the seconds that a heap profile covers.
//!
//! Allocations are published when a mark phase ends, one cycle late (`runtime/mprof.go`, above
//! `type memRecord`): a profile covers whole cycles of the collector, and at each end its window
//! is off by up to the time from one collection to the next.

use crate::gc::span::LONGEST_PERIOD_SECONDS;

/// So many profiles a side show themselves how much they vary.
const ENOUGH_PROFILES: usize = 3;

/// Beyond this coefficient of variation, seconds decide nothing.
const MOST_VARIATION: f64 = 0.1;

/// How much the rate of a steady program varies from one window between collections to the next, as a coefficient of
/// variation. By its exact counter, a server under constant load showed 0.043 with GOGC=100, 0.047 with 400, 0.055 with
/// 1000 and 0.057 with 2000 (`scripts/measure-windows.py` measures such servers).
const STEADY_VARIATION: f64 = 0.05;

/// How long profiles are beside what is not known of their ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Clock {
    shortest_seconds: f64,
    /// By how much each end may be off.
    end_seconds: f64,
    both_ends: bool,
    profiles: usize,
    /// What varies although the ends are known.
    steady_variation: f64,
}

impl Clock {
    /// The shortest time that one of the profiles covers, and how many profiles there are on the side
    /// that has fewer. Collections are as far apart as the runtime ever lets them be.
    pub fn new(shortest_seconds: f64, profiles: usize) -> Self {
        Self {
            shortest_seconds,
            end_seconds: LONGEST_PERIOD_SECONDS,
            both_ends: false,
            profiles,
            steady_variation: 0.0,
        }
    }

    /// Windows between the ends of collections, of which the shortest takes `shortest_seconds` and each may be off by
    /// `doubt_seconds`.
    pub fn published(shortest_seconds: f64, doubt_seconds: f64, windows: usize) -> Self {
        Self {
            shortest_seconds,
            end_seconds: doubt_seconds,
            both_ends: true,
            profiles: windows,
            steady_variation: STEADY_VARIATION,
        }
    }

    /// Both ends are in doubt where `both_ends` is true, as those of a delta profile: a profile since the
    /// start of the process has one.
    pub fn with_both_ends(self, both_ends: bool) -> Self {
        Self { both_ends, ..self }
    }

    /// Whether the ends are those of collections.
    pub(crate) fn is_published(self) -> bool {
        self.steady_variation > 0.0
    }

    /// The error of the window over its length, as a coefficient of variation: each end is
    /// somewhere within a period, all places alike.
    pub fn variation(self) -> f64 {
        let ends: f64 = if self.both_ends { 2.0 } else { 1.0 };
        let of_ends = self.end_seconds / self.shortest_seconds * (ends / 12.0).sqrt();
        of_ends.hypot(self.steady_variation)
    }

    /// Whether the seconds are known well enough, or so many profiles are given that they show
    /// themselves how much they vary.
    pub fn is_sure(self) -> bool {
        self.variation() <= MOST_VARIATION || self.profiles >= ENOUGH_PROFILES
    }

    /// What to add to the variation between runs: nothing where enough of them show it themselves.
    pub(crate) fn assumed_variation(self) -> f64 {
        let shows_itself = self.is_published() && self.profiles >= ENOUGH_PROFILES;
        match self.variation() <= MOST_VARIATION && !shows_itself {
            true => self.variation(),
            false => 0.0,
        }
    }

    /// Why seconds decide nothing.
    pub fn doubt(self) -> String {
        format!(
            "a heap profile covers whole GC cycles, published one cycle late, not the {:.1}s between \
             two fetches: without the times of the collections these may be off by up to {:.0}s at \
             each end. Profile for much longer, give three or more profiles a side, or compare per \
             operation",
            self.shortest_seconds, self.end_seconds
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

    #[test]
    fn ends_are_anywhere_within_a_period() {
        // Two minutes, as far apart as collections ever are: evenly spread, a twelfth of the square.
        let of_one = 120.0 / 400.0 / 12_f64.sqrt();
        let one = clock(400.0, false, 1);
        assert!((one.variation() - of_one).abs() < 1e-12);
        let both = clock(400.0, true, 1);
        assert!((both.variation() - of_one * 2_f64.sqrt()).abs() < 1e-12);
        let published = Clock::published(10.0, 0.5, 1);
        let expected = (0.05 * (2.0_f64 / 12.0).sqrt()).hypot(0.05);
        assert!((published.variation() - expected).abs() < 1e-12);
        assert!(published.is_published() && !both.is_published());
    }

    #[test]
    fn variation_is_assumed_where_it_decides_and_does_not_show_itself() {
        let long = clock(900.0, false, 1);
        assert_eq!(long.assumed_variation(), long.variation());
        // Too short to decide by itself.
        assert_eq!(clock(2.0, false, 3).assumed_variation(), 0.0);
        let two = Clock::published(100.0, 0.5, 2);
        assert_eq!(two.assumed_variation(), two.variation());
        assert_eq!(Clock::published(100.0, 0.5, 3).assumed_variation(), 0.0);
        let three = clock(900.0, false, 3);
        assert_eq!(three.assumed_variation(), three.variation());
    }
}
