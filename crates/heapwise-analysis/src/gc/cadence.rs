//! How often a process collects, seen over snapshots of it, and what that asks of whoever takes them.
//!
//! A heap profile is as of the last collection: snapshots closer together than collections are show the same data, and
//! what was allocated between two is known to a collection at each end.

use std::collections::VecDeque;

use super::process::GcMoment;

/// The gaps that are kept: the last ones.
const MOST_GAPS: usize = 1024;

/// The gaps before the first snapshot that are kept: a program that has just started collects more often.
const MOST_BEFORE: usize = 16;

/// Collections between two snapshots for a rate to be known to a tenth: it is off by one of them at most.
const COLLECTIONS_FOR_A_TENTH: f64 = 10.0;

/// What was seen of how often a process collects.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct Cadence {
    /// Seconds between the ends of successive collections that nobody asked for, before the first snapshot.
    before: VecDeque<f64>,
    /// The same since then.
    since: VecDeque<f64>,
    /// Seconds from the end of the last collection to the last snapshot.
    pub open_seconds: f64,
    /// Collections that the program, or whoever fetched, asked for.
    pub asked_for: u64,
    /// Collections between snapshots besides those, where some were asked for, and the seconds that they are of.
    among_asked: (u64, f64),
    last: Option<GcMoment>,
}

impl Cadence {
    /// Nothing seen yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a snapshot, taken at this time in nanoseconds since 1970-01-01 UTC and later than the ones before; one of
    /// another process starts anew.
    pub fn add(&mut self, moment: &GcMoment, taken_nanos: i64) {
        let earlier = self.last.take();
        let earlier = earlier.filter(|earlier| earlier.may_precede(moment));
        if earlier.is_none() {
            *self = Self::default();
        }
        self.add_between(earlier.as_ref(), moment);
        let taken = u64::try_from(taken_nanos).unwrap_or(0);
        let end = moment.snapshot.heap.last_gc.filter(|&end| end > 0);
        self.open_seconds = end.map_or(0.0, |end| taken.saturating_sub(end) as f64 / 1e9);
        self.last = Some(moment.clone());
    }

    fn add_between(&mut self, earlier: Option<&GcMoment>, later: &GcMoment) {
        let counters = |moment: &GcMoment| moment.snapshot.counters;
        let asked = |moment: &GcMoment| counters(moment).num_forced_gc.unwrap_or(0);
        let asked = asked(later).saturating_sub(earlier.map_or(0, asked));
        self.asked_for = self.asked_for.saturating_add(asked);
        let Some(last) = counters(later).num_gc else {
            return;
        };
        if asked > 0 {
            self.add_average(earlier, later, asked);
            return;
        }
        let (gaps, most) = match earlier {
            None => (&mut self.before, MOST_BEFORE),
            Some(_) => (&mut self.since, MOST_GAPS),
        };
        let kept = later.snapshot.first_cycle_kept().unwrap_or(last);
        let first = earlier.and_then(|moment| counters(moment).num_gc);
        let first = first.unwrap_or(1).max(kept).max(1);
        for number in first..last {
            let ends = later.snapshot.cycle_end(number);
            let ends = ends.zip(later.snapshot.cycle_end(number + 1));
            let Some((start, end)) = ends.filter(|(start, end)| start < end) else {
                continue;
            };
            if gaps.len() == most {
                gaps.pop_front();
            }
            gaps.push_back((end - start) as f64 / 1e9);
        }
    }

    /// Which of the collections was asked for is told by none: the others are known by their number alone.
    fn add_average(&mut self, earlier: Option<&GcMoment>, later: &GcMoment, asked: u64) {
        let Some(earlier) = earlier else {
            return;
        };
        let count = |moment: &GcMoment| moment.snapshot.counters.num_gc.unwrap_or(0);
        let end = |moment: &GcMoment| moment.snapshot.heap.last_gc.unwrap_or(0);
        let own = count(later)
            .saturating_sub(count(earlier))
            .saturating_sub(asked);
        let nanos = end(later).saturating_sub(end(earlier));
        self.among_asked.0 = self.among_asked.0.saturating_add(own);
        self.among_asked.1 += nanos as f64 / 1e9;
    }

    /// The gaps to judge by: those between the snapshots; before the first, as long as they still fit.
    fn gaps(&self) -> Vec<f64> {
        let is_going_on = |longest: f64| self.open_seconds <= 2.0 * longest;
        let before = self.before.iter().copied().reduce(f64::max);
        let gaps = match self.since.is_empty() {
            false => &self.since,
            true if before.is_some_and(is_going_on) => &self.before,
            true => return Vec::new(),
        };
        let mut gaps: Vec<f64> = gaps.iter().copied().collect();
        gaps.sort_by(f64::total_cmp);
        gaps
    }

    /// The usual time between two collections that nobody asked for, in seconds: the median, or where others were among
    /// them the average.
    pub fn period_seconds(&self) -> Option<f64> {
        let gaps = self.gaps();
        let (count, seconds) = self.among_asked;
        let average = (count > 0 && seconds > 0.0).then(|| seconds / count as f64);
        gaps.get(gaps.len() / 2).copied().or(average)
    }

    /// The longest time between two collections, in seconds: snapshots that far apart are never of the same data.
    pub fn longest_seconds(&self) -> Option<f64> {
        let longest = self.gaps().last().copied()?;
        Some(longest.max(self.open_seconds))
    }

    /// How far apart two snapshots are to be so that the rate of allocation between them is known to a tenth.
    pub fn seconds_for_a_tenth(&self) -> Option<f64> {
        Some(self.period_seconds()? * COLLECTIONS_FOR_A_TENTH)
    }
}

#[cfg(test)]
mod tests {
    use heapwise_decode::{GcSnapshot, GcSource, PauseRing};

    use super::{Cadence, GcMoment};

    /// A snapshot after collections that ended at these seconds.
    fn moment(ends: &[u64], forced: u64) -> GcMoment {
        let mut snapshot = GcSnapshot::new(GcSource::HeapText);
        snapshot.counters.num_gc = Some(ends.len() as u64);
        snapshot.counters.num_forced_gc = Some(forced);
        let mut ring = vec![0; 256];
        for (place, end) in ring.iter_mut().zip(ends) {
            *place = end * 1_000_000_000;
        }
        snapshot.heap.last_gc = ring.get(ends.len() - 1).copied();
        snapshot.pauses = PauseRing::new(vec![0; 256], ring);
        GcMoment::new(snapshot, 0)
    }

    fn seconds(seconds: i64) -> i64 {
        seconds * 1_000_000_000
    }

    #[test]
    fn one_snapshot_tells_what_its_ring_holds() {
        let mut cadence = Cadence::new();
        cadence.add(&moment(&[10, 12, 14, 20], 0), seconds(21));
        assert_eq!(cadence.period_seconds(), Some(2.0));
        assert_eq!(cadence.longest_seconds(), Some(6.0));
        assert_eq!(cadence.seconds_for_a_tenth(), Some(20.0));
    }

    #[test]
    fn collections_of_the_start_are_no_period() {
        let mut cadence = Cadence::new();
        cadence.add(&moment(&[10, 11, 12], 0), seconds(80));
        assert_eq!(cadence.period_seconds(), None);
        assert_eq!(cadence.open_seconds, 68.0);
        cadence.add(&moment(&[10, 11, 12, 82], 0), seconds(83));
        assert_eq!(cadence.period_seconds(), Some(70.0));
    }

    #[test]
    fn each_gap_counts_once() {
        let mut cadence = Cadence::new();
        for ends in [&[10, 12][..], &[10, 12], &[10, 12, 15], &[10, 12, 15, 21]] {
            cadence.add(&moment(ends, 0), seconds(22));
        }
        assert_eq!(cadence.since, [3.0, 6.0]);
    }

    #[test]
    fn what_was_asked_for_is_no_period() {
        let mut cadence = Cadence::new();
        cadence.add(&moment(&[10, 12], 1), seconds(13));
        cadence.add(&moment(&[10, 12, 15], 2), seconds(16));
        assert_eq!(cadence.asked_for, 2);
        assert_eq!(cadence.period_seconds(), None);
        cadence.add(&moment(&[10, 12, 15, 16, 18, 21], 3), seconds(22));
        assert_eq!(cadence.period_seconds(), Some(4.5));
        assert_eq!(cadence.longest_seconds(), None);
    }

    #[test]
    fn another_process_starts_anew() {
        let mut cadence = Cadence::new();
        cadence.add(&moment(&[10, 12, 14], 0), seconds(15));
        cadence.add(&moment(&[50, 57], 0), seconds(58));
        assert_eq!(cadence.period_seconds(), Some(7.0));
    }
}
