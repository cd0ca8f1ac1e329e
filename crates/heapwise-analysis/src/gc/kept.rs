//! What is kept of the memory statistics of each snapshot of a series.

use std::ops::RangeInclusive;

use super::process::GcMoment;
use super::succession::Succession;
use crate::sums::numbers::{put_signed, signed};

/// What tells when a snapshot was published, and which process it is of. A series may have ten thousands of them, so it is
/// kept in few bytes: the ends of the last 256 cycles take four each where collections follow one another in less
/// than a second, of the 16 that a pause and its end take.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct KeptMoment {
    counters: [Option<u64>; 5],
    process: Option<u32>,
    published: Option<i64>,
    /// How many cycles the ring has.
    ring: u64,
    /// The end of each of these, the last one first, each as the difference to the one after it; 0 where there is none.
    ends: Box<[u8]>,
}

impl KeptMoment {
    pub(crate) fn of(moment: &GcMoment) -> KeptMoment {
        let first = moment.snapshot.first_cycle_kept();
        let kept = first.zip(moment.cycle_count());
        let (ring, ends) = kept.map_or((0, Vec::new()), |(first, last)| {
            let ring = last.checked_sub(first).map_or(0, |more| more + 1);
            (ring, ends(moment, first..=last))
        });
        KeptMoment {
            counters: moment.counters(),
            process: Succession::process(moment),
            published: moment.published_nanos(),
            ring,
            ends: ends.into_boxed_slice(),
        }
    }

    /// As [`GcMoment::published_nanos`].
    pub(crate) fn published_nanos(&self) -> Option<i64> {
        self.published
    }

    /// About how many bytes of memory it takes.
    pub(crate) fn size(&self) -> usize {
        size_of::<KeptMoment>() + self.ends.len()
    }
}

impl Succession for KeptMoment {
    fn counters(&self) -> [Option<u64>; 5] {
        self.counters
    }

    fn process(&self) -> Option<u32> {
        self.process
    }

    fn cycle_end(&self, number: u64) -> Option<u64> {
        let after = self.cycle_count()?.checked_sub(number)?;
        if after >= self.ring {
            return None;
        }
        let mut bytes = &*self.ends;
        let end: i128 = (0..=after).map(|_| signed(&mut bytes)).sum();
        u64::try_from(end).ok().filter(|&end| end > 0)
    }
}

fn ends(moment: &GcMoment, cycles: RangeInclusive<u64>) -> Vec<u8> {
    let (mut bytes, mut after) = (Vec::new(), 0);
    for number in cycles.rev() {
        let end = i128::from(moment.cycle_end(number).unwrap_or(0));
        put_signed(&mut bytes, end - after);
        after = end;
    }
    bytes
}

#[cfg(test)]
mod tests {
    use heapwise_decode::{GcSnapshot, GcSource, PauseRing};

    use super::*;

    /// After so many cycles of a process whose first ended at a time.
    fn moment(cycles: u64, start: u64) -> GcMoment {
        let mut snapshot = GcSnapshot::new(GcSource::HeapText);
        let mut ends = vec![0; 256];
        for number in 1..=cycles {
            ends[(number as usize - 1) % 256] = start + number * 1_000_003;
        }
        snapshot.counters.num_gc = Some(cycles);
        snapshot.counters.num_forced_gc = Some(cycles / 2);
        snapshot.pauses = PauseRing::new(vec![7; 256], ends);
        GcMoment::new(snapshot, 0)
    }

    #[test]
    fn what_is_kept_says_what_the_whole_does() {
        let start = 1_795_893_460_345_701_147;
        let all: Vec<GcMoment> = [0, 1, 2, 117, 255, 256, 257, 1000]
            .into_iter()
            .flat_map(|cycles| [moment(cycles, start), moment(cycles, start + 1)])
            .collect();
        for old in &all {
            let kept = KeptMoment::of(old);
            assert_eq!(kept.published_nanos(), old.published_nanos());
            for number in 0..1003 {
                assert_eq!(kept.cycle_end(number), Succession::cycle_end(old, number));
            }
            for new in &all {
                let later = KeptMoment::of(new);
                assert_eq!(kept.is_followed_by(&later), old.may_precede(new));
                assert_eq!(kept.has_the_same_cycle(&later), old.shares_cycles(new));
            }
        }
    }

    #[test]
    fn a_count_of_cycles_may_be_anything() {
        let mut moment = moment(300, 5);
        for cycles in [0, u64::MAX - 1, u64::MAX] {
            moment.snapshot.counters.num_gc = Some(cycles);
            let kept = KeptMoment::of(&moment);
            for number in [0, 1, cycles / 2, cycles.saturating_sub(255), cycles] {
                let whole = Succession::cycle_end(&moment, number);
                assert_eq!(kept.cycle_end(number), whole, "{cycles} {number}");
            }
        }
    }

    #[test]
    fn without_a_ring_counters_tell() {
        let mut without = moment(3, 5);
        without.snapshot.pauses = None;
        let (without, later) = (KeptMoment::of(&without), KeptMoment::of(&moment(4, 5)));
        assert_eq!(without.cycle_end(3), None);
        assert!(without.is_followed_by(&later) && !later.is_followed_by(&without));
        assert_eq!(without.has_the_same_cycle(&later), None);
    }
}
