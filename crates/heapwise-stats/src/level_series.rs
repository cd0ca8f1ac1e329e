//! What a level in use was in snapshots of one process, with the sampled blocks behind it.

use super::nested::{LifeCounts, NestedRecord, events};
use super::quantity::Quantity;
use super::sampling::{SamplingRate, chances};
use super::skellam::skellam_sf;

/// Sampled counts of one stack, or of one site, and block size in every snapshot of one process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LevelRecord {
    size: u64,
    counts: Vec<LifeCounts>,
}

impl LevelRecord {
    /// Blocks of one size in bytes: their counts in each snapshot, the earliest first.
    #[must_use]
    pub fn new(size: u64, counts: Vec<LifeCounts>) -> Self {
        Self { size, counts }
    }

    /// Block size in bytes.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Counts in each snapshot.
    #[must_use]
    pub fn counts(&self) -> &[LifeCounts] {
        &self.counts
    }
}

/// What is known of the sampling behind levels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LevelSampling {
    /// The levels are estimates from these records, sampled at this rate.
    Sampled(SamplingRate, Vec<LevelRecord>),
    /// The levels have no sampling error.
    Exact,
    /// They have one that cannot be told.
    Unknown,
}

/// Levels in use over time.
#[derive(Debug, Clone, PartialEq)]
pub struct LevelSeries {
    pub(crate) times: Vec<f64>,
    pub(crate) values: Vec<f64>,
    pub(crate) sampling: LevelSampling,
    pub(crate) quantity: Quantity,
}

impl LevelSeries {
    /// Levels of at least two snapshots, at times of any unit that increase. `None` for lists of other lengths, times
    /// that do not increase, values that are no numbers, and records whose counts fall: those are not of one process.
    #[must_use]
    pub fn new(
        times: Vec<f64>,
        values: Vec<f64>,
        sampling: LevelSampling,
        quantity: Quantity,
    ) -> Option<Self> {
        let are_increasing = times.windows(2).all(|pair| pair[0] < pair[1]);
        let are_numbers = times.iter().chain(&values).all(|value| value.is_finite());
        let fitting = times.len() == values.len() && values.len() >= 2;
        let are_nested = match &sampling {
            LevelSampling::Sampled(_, records) => records
                .iter()
                .all(|record| record.counts.len() == values.len() && record.is_nested()),
            LevelSampling::Exact | LevelSampling::Unknown => true,
        };
        (are_increasing && are_numbers && fitting && are_nested).then_some(Self {
            times,
            values,
            sampling,
            quantity,
        })
    }

    /// Number of snapshots.
    #[must_use]
    pub fn count(&self) -> usize {
        self.values.len()
    }

    /// The levels.
    #[must_use]
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// When they were.
    #[must_use]
    pub fn times(&self) -> &[f64] {
        &self.times
    }

    /// What is known of their sampling.
    #[must_use]
    pub fn sampling(&self) -> &LevelSampling {
        &self.sampling
    }

    /// Whether a rise could be shown at this level at all: whether it would if everything that was born or died had
    /// been born.
    #[must_use]
    pub fn could_show(&self, alpha: f64) -> bool {
        match &self.sampling {
            LevelSampling::Sampled(_, records) => {
                let events = records.iter().flat_map(LevelRecord::events);
                let events = events.fold(0_u64, |sum, (born, died)| {
                    sum.saturating_add(born).saturating_add(died)
                }) as f64;
                events > 0.0 && skellam_sf(events, 0.5 * events, 0.5 * events) <= alpha
            }
            LevelSampling::Exact | LevelSampling::Unknown => {
                self.values.windows(2).any(|pair| pair[0] != pair[1])
            }
        }
    }

    /// The snapshots from `first` on.
    pub(crate) fn from(&self, first: usize) -> LevelSeries {
        let sampling = match &self.sampling {
            LevelSampling::Sampled(rate, records) => {
                let part = |record: &LevelRecord| LevelRecord {
                    size: record.size,
                    counts: record.counts[first..].to_vec(),
                };
                LevelSampling::Sampled(*rate, records.iter().map(part).collect())
            }
            other => other.clone(),
        };
        LevelSeries {
            times: self.times[first..].to_vec(),
            values: self.values[first..].to_vec(),
            sampling,
            quantity: self.quantity,
        }
    }

    /// What one sample stands for; 0 where there is no sampling error, or none is known.
    pub(crate) fn weight_of_one(&self) -> f64 {
        let LevelSampling::Sampled(rate, records) = &self.sampling else {
            return 0.0;
        };
        let (mut variance, mut total) = (0.0, 0.0);
        for record in records {
            let (hit, miss) = chances(record.size, *rate);
            let weight = self.quantity.of_block(record.size) / hit;
            let most = record.counts.iter().map(|count| count.in_use()).max();
            let samples = most.unwrap_or(0) as f64;
            variance += weight * weight * samples * miss;
            total += weight * samples;
        }
        if total > 0.0 { variance / total } else { 0.0 }
    }
}

impl LevelRecord {
    /// Whether the counts can be those of one process: what was ever allocated, and what was ever freed, never falls.
    #[must_use]
    pub fn is_nested(&self) -> bool {
        self.pairs().all(|pair| pair.can_be_nested())
    }

    fn pairs(&self) -> impl Iterator<Item = NestedRecord> {
        let pairs = self.counts.windows(2);
        pairs.map(|pair| NestedRecord::new(self.size, pair[0], pair[1]))
    }

    /// Births and deaths that can have changed the level between each snapshot and the next.
    pub(crate) fn events(&self) -> impl Iterator<Item = (u64, u64)> {
        self.pairs().map(|pair| events(&pair).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sampled(counts: &[(u64, u64)]) -> LevelSeries {
        let lives = counts
            .iter()
            .map(|&(allocated, in_use)| LifeCounts::new(allocated, in_use));
        let records = vec![LevelRecord::new(64, lives.collect())];
        let times = (0..counts.len()).map(|at| at as f64).collect();
        let sampling = LevelSampling::Sampled(SamplingRate::new(524_288).unwrap(), records);
        LevelSeries::new(times, vec![1.0; counts.len()], sampling, Quantity::Bytes).unwrap()
    }

    #[test]
    fn a_rise_could_show_where_enough_happened() {
        assert!(!sampled(&[(9, 5), (9, 5), (9, 5)]).could_show(1.0));
        // One event is a rise in half of all cases, ten are one in a thousand.
        let one = sampled(&[(9, 5), (10, 6)]);
        assert!(!one.could_show(0.01) && one.could_show(0.9));
        let both = sampled(&[(9, 9), (14, 9)]);
        assert!(both.could_show(0.01) && !both.could_show(0.0001));
    }

    #[test]
    fn levels_that_are_exact_show_any_change() {
        let series = |values: [f64; 3]| {
            let times = vec![0.0, 1.0, 2.0];
            LevelSeries::new(
                times,
                values.to_vec(),
                LevelSampling::Exact,
                Quantity::Bytes,
            )
            .unwrap()
        };
        assert!(series([1.0, 1.0, 2.0]).could_show(0.01));
        assert!(!series([1.0; 3]).could_show(1.0));
    }

    #[test]
    fn a_series_says_what_it_was_made_of() {
        let (times, values) = (vec![0.0, 1.5, 4.0], vec![3.0, 2.0, 7.0]);
        let sampling = LevelSampling::Exact;
        let series =
            LevelSeries::new(times.clone(), values.clone(), sampling, Quantity::Bytes).unwrap();
        assert_eq!(
            (series.times(), series.values(), series.count()),
            (&times[..], &values[..], 3)
        );
    }
}
