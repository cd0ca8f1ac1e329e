//! Quantiles of many values of which few are distinct, since they are printed with two digits.

use std::collections::BTreeMap;

/// Quantiles of times, in nanoseconds. Each is a value that was printed: cut to two digits below 10 ms
/// and to milliseconds above, so that what was may be up to a tenth more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Quantiles {
    /// How many times there are.
    pub count: u64,
    /// Half of them are at most this.
    pub p50: u64,
    /// 99 of 100 are at most this.
    pub p99: u64,
    /// The longest.
    pub max: u64,
    /// All together.
    pub total: u64,
    /// Those of a millisecond or more.
    pub long: u64,
}

/// Counts values.
#[derive(Debug, Clone, Default)]
pub(super) struct Values {
    counts: BTreeMap<u64, u64>,
    count: u64,
    total: u64,
    long: u64,
}

/// Distinct values that are told apart; beyond, as no runtime prints them, they are cut to two digits.
const MOST_DISTINCT: usize = 4096;
/// A pause from which on it is long.
const LONG: u64 = 1_000_000;

impl Values {
    pub(super) fn add(&mut self, value: u64) {
        self.count += 1;
        self.total = self.total.saturating_add(value);
        self.long += u64::from(value >= LONG);
        let is_known = self.counts.len() < MOST_DISTINCT || self.counts.contains_key(&value);
        let key = if is_known { value } else { two_digits(value) };
        *self.counts.entry(key).or_default() += 1;
    }

    /// `None` without any value.
    pub(super) fn quantiles(&self) -> Option<Quantiles> {
        let max = *self.counts.last_key_value()?.0;
        Some(Quantiles {
            count: self.count,
            p50: self.at_rank(self.count.div_ceil(2)),
            p99: self.at_rank(self.count - self.count / 100),
            max,
            total: self.total,
            long: self.long,
        })
    }

    /// The value that so many do not exceed.
    fn at_rank(&self, rank: u64) -> u64 {
        let mut below = 0;
        let mut values = self.counts.iter().map(|(&value, &count)| {
            below += count;
            (value, below)
        });
        let found = values.find(|&(_, below)| below >= rank);
        found.map_or(0, |(value, _)| value)
    }
}

fn two_digits(value: u64) -> u64 {
    let mut unit = 1;
    while value / unit >= 100 {
        unit *= 10;
    }
    value / unit * unit
}

#[cfg(test)]
mod tests {
    use super::{MOST_DISTINCT, Values};

    #[test]
    fn quantiles_are_values_that_were_printed() {
        let mut values = Values::default();
        assert_eq!(values.quantiles(), None);
        for value in (1..=200).rev() {
            values.add(value * 10_000);
        }
        let found = values.quantiles().expect("has some");
        assert_eq!(
            (found.count, found.long, found.total),
            (200, 101, 201_000_000)
        );
        assert_eq!(
            (found.p50, found.p99, found.max),
            (1_000_000, 1_980_000, 2_000_000)
        );
    }

    #[test]
    fn memory_is_bounded_whatever_is_printed() {
        let mut values = Values::default();
        (0..200_000).for_each(|value| values.add(value * 1_000_003));
        assert!(values.counts.len() < MOST_DISTINCT + 2_000);
        assert_eq!(values.quantiles().map(|found| found.count), Some(200_000));
    }
}
