//! The sampling error of a difference of levels: of a slope, or of a mean less an earlier one.
//!
//! Snapshots of one process are not independent: a block that stays alive stays sampled. A contrast, a weighted sum of
//! levels whose weights add up to 0, is by parts a sum over what was born less what died between each snapshot and the
//! next, weighted by the sum of the later weights. Blocks that live through all of it cancel. A block that is born and
//! dies counts once with either sign, so that taking both for independent is on the safe side where the weights of
//! all windows have one sign, as those of a slope have and those of late levels less early ones.

use super::confidence::Confidence;
use super::interval::{limits_of, unseen};
use super::level_series::{LevelRecord, LevelSampling, LevelSeries};
use super::quantity::Quantity;
use super::sampling::{SamplingRate, chances};
use super::skellam::{Cumulants, skellam_at_least};

/// Objects that may go unseen are not worth a word up to this part of what was born.
const NEGLIGIBLE: f64 = 0.1;

/// A contrast of a series.
pub(crate) struct Contrast<'a> {
    series: &'a LevelSeries,
    /// Weights of the levels, which add up to 0.
    weights: Vec<f64>,
    /// Weights of the windows between them: the sums of all later weights, none below 0.
    windows: Vec<f64>,
    /// The squares of what blocks contribute are at most this part of the blocks in all snapshots: no lifetime
    /// contributes more for each snapshot that it covers.
    largest_part: f64,
}

/// How far the truth may be from the value on either side. `None`: any distance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Arms {
    pub(crate) below: Option<f64>,
    pub(crate) above: Option<f64>,
}

/// What was born, or died, in all windows, by their weights.
#[derive(Default)]
struct Sum {
    value: f64,
    seen: f64,
    noise: Cumulants,
}

impl<'a> Contrast<'a> {
    /// The least-squares slope over time.
    pub(crate) fn slope(series: &'a LevelSeries) -> Contrast<'a> {
        let times = &series.times;
        let mean = times.iter().sum::<f64>() / times.len() as f64;
        let squares: f64 = times.iter().map(|time| (time - mean).powi(2)).sum();
        let weights = times.iter().map(|time| (time - mean) / squares);
        Self::new(series, weights.collect())
    }

    /// The mean from `second` on less that of those before `first`.
    pub(crate) fn means(series: &'a LevelSeries, first: usize, second: usize) -> Contrast<'a> {
        let count = series.count();
        let (before, after) = (first as f64, (count - second) as f64);
        let weight = |at: usize| match at {
            at if at < first => -1.0 / before,
            at if at >= second => 1.0 / after,
            _ => 0.0,
        };
        Self::new(series, (0..count).map(weight).collect())
    }

    fn new(series: &'a LevelSeries, weights: Vec<f64>) -> Contrast<'a> {
        let mut later = 0.0;
        let mut windows: Vec<f64> = Vec::with_capacity(weights.len());
        for weight in weights.iter().skip(1).rev() {
            later += weight;
            windows.push(f64::max(later, 0.0));
        }
        windows.reverse();
        Contrast {
            series,
            largest_part: largest_part(&weights),
            weights,
            windows,
        }
    }

    pub(crate) fn weights(&self) -> &[f64] {
        &self.weights
    }

    pub(crate) fn value(&self) -> f64 {
        // What is the same in all snapshots cancels, without rounding.
        let first = self.series.values.first().copied().unwrap_or(0.0);
        let both = self.weights.iter().zip(&self.series.values);
        both.map(|(weight, value)| weight * (value - first)).sum()
    }

    /// How far sampling alone may have put the value from the truth; `None` where that is not known.
    pub(crate) fn arms(&self, confidence: Confidence) -> Option<Arms> {
        let (rate, records) = match &self.series.sampling {
            LevelSampling::Unknown => return None,
            LevelSampling::Exact => {
                return Some(Arms {
                    below: Some(0.0),
                    above: Some(0.0),
                });
            }
            LevelSampling::Sampled(rate, records) => (*rate, records),
        };
        let (born, died) = self.sums(rate, records);
        let largest = self.windows.iter().copied().fold(0.0, f64::max);
        let quantity = self.series.quantity;
        let most = unseen(rate, quantity, confidence) * largest;
        let limits = |sum: &Sum| {
            let (low, high) = limits_of(sum.value, sum.seen, sum.noise, confidence);
            let high = match quantity {
                Quantity::Bytes => Some(high.max(sum.value + most)),
                Quantity::Objects if most <= NEGLIGIBLE * sum.value => Some(high + most),
                Quantity::Objects => None,
            };
            (sum.value - low, high.map(|high| high - sum.value))
        };
        let (born_below, born_above) = limits(&born);
        let (died_below, died_above) = limits(&died);
        Some(Arms {
            below: died_above.map(|above| above.hypot(born_below)),
            above: born_above.map(|above| above.hypot(died_below)),
        })
    }

    /// The chance of as much more born than died by sampling alone, if as much was born as died. `None` where the
    /// sampling is not known.
    pub(crate) fn p_rise(&self) -> Option<f64> {
        self.p(1.0)
    }

    /// The same of a fall.
    pub(crate) fn p_fall(&self) -> Option<f64> {
        self.p(-1.0)
    }

    fn p(&self, sign: f64) -> Option<f64> {
        match &self.series.sampling {
            LevelSampling::Unknown => None,
            LevelSampling::Exact => Some(if self.value() * sign > 0.0 { 0.0 } else { 1.0 }),
            LevelSampling::Sampled(rate, records) => {
                let (born, died) = self.sums(*rate, records);
                // As much born as died, of the same sizes: the noise leans to neither side.
                let noise = Cumulants {
                    second: born.noise.second + died.noise.second,
                    third: 0.0,
                    fourth: born.noise.fourth + died.noise.fourth,
                };
                Some(match born.value + died.value > 0.0 {
                    true => skellam_at_least((born.value - died.value) * sign, noise),
                    false => 1.0,
                })
            }
        }
    }

    fn sums(&self, rate: SamplingRate, records: &[LevelRecord]) -> (Sum, Sum) {
        let (mut born, mut died) = (Sum::default(), Sum::default());
        for record in records {
            let (hit, miss) = chances(record.size(), rate);
            let unit = self.series.quantity.of_block(record.size());
            let thinning = self.thinning(record);
            for ((events_born, events_died), window) in record.events().zip(&self.windows) {
                for (sum, events) in [(&mut born, events_born), (&mut died, events_died)] {
                    let events = events as f64;
                    sum.value += window * unit / hit * events;
                    sum.seen += window * unit * events;
                    sum.noise.add_binomial(
                        window * unit / hit,
                        events * thinning * miss,
                        miss - hit,
                    );
                }
            }
        }
        (born, died)
    }

    /// By which part of them the events of a record vary at most as much as they were taken for.
    fn thinning(&self, record: &LevelRecord) -> f64 {
        let by_events: f64 = record
            .events()
            .zip(&self.windows)
            .map(|((born, died), window)| window * window * (born as f64 + died as f64))
            .sum();
        let in_use = record.counts().iter().map(|count| count.in_use() as f64);
        let by_blocks = self.largest_part * in_use.sum::<f64>();
        if by_blocks < by_events {
            by_blocks / by_events
        } else {
            1.0
        }
    }
}

/// The largest square of a sum of weights that follow each other, over their number. Of so many weights that never fall,
/// the first have the smallest sum and the last the largest: no others need be looked at.
fn largest_part(weights: &[f64]) -> f64 {
    debug_assert!(
        weights.is_sorted(),
        "weights of a later snapshot are no smaller"
    );
    let (first, last) = (weights.iter().copied(), weights.iter().rev().copied());
    largest_of_first(first).max(largest_of_first(last))
}

fn largest_of_first(weights: impl Iterator<Item = f64>) -> f64 {
    let mut sum = 0.0;
    let parts = weights.zip(1_u32..).map(|(weight, covered)| {
        sum += weight;
        sum * sum / f64::from(covered)
    });
    parts.fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nested::LifeCounts;
    use crate::skellam::skellam_sf;

    /// A rise between two snapshots of one process, in blocks far smaller than the rate.
    fn rise(born: u64, died: u64) -> LevelSeries {
        let counts = vec![
            LifeCounts::new(60, 60),
            LifeCounts::new(60 + born, 60 + born - died),
        ];
        let rate = SamplingRate::new(524_288).unwrap();
        let records = vec![LevelRecord::new(16, counts)];
        let sampling = LevelSampling::Sampled(rate, records);
        let levels = vec![60.0, 60.0 + born as f64 - died as f64];
        LevelSeries::new(vec![0.0, 1.0], levels, sampling, Quantity::Objects).unwrap()
    }

    #[test]
    fn chances_are_those_of_two_poisson_counts_of_one_mean() {
        for (born, died) in [(100, 60), (60, 60), (90, 55), (40, 50), (75, 0)] {
            let series = rise(born, died);
            let contrast = Contrast::means(&series, 1, 1);
            let mean = (born + died) as f64 / 2.0;
            let net = born as f64 - died as f64;
            for (found, net) in [(contrast.p_rise(), net), (contrast.p_fall(), -net)] {
                let (found, expected) = (found.unwrap(), skellam_sf(net - 0.5, mean, mean));
                let of_one = skellam_sf(net + 0.5, mean, mean);
                assert!(
                    (0.98 * of_one..1.02 * expected).contains(&found),
                    "{born} {died}: {found}, expected {of_one} to {expected}"
                );
            }
        }
    }

    #[test]
    fn a_slope_weighs_levels_by_their_time_from_the_middle() {
        let times = vec![0.0, 1.0, 2.0, 5.0];
        let series = LevelSeries::new(
            times,
            vec![1.0, 4.0, 2.0, 9.0],
            LevelSampling::Exact,
            Quantity::Bytes,
        )
        .unwrap();
        let slope = Contrast::slope(&series);
        let expected = [-2.0, -1.0, 0.0, 3.0].map(|weight| weight / 14.0);
        for (weight, expected) in slope.weights().iter().zip(expected) {
            assert!((weight - expected).abs() < 1e-12);
        }
        assert_eq!(slope.weights().len(), 4);
        assert!((slope.value() - 21.0 / 14.0).abs() < 1e-12);
    }

    #[test]
    fn nothing_born_and_nothing_died_is_no_rise() {
        let series = rise(0, 0);
        let contrast = Contrast::means(&series, 1, 1);
        assert_eq!(
            (contrast.p_rise(), contrast.p_fall()),
            (Some(1.0), Some(1.0))
        );
    }

    #[test]
    fn the_snapshots_between_early_and_late_ones_have_no_weight() {
        let times = vec![0.0, 1.0, 2.0, 3.0, 4.0];
        let series =
            LevelSeries::new(times, vec![1.0; 5], LevelSampling::Exact, Quantity::Bytes).unwrap();
        let contrast = Contrast::means(&series, 1, 3);
        assert_eq!(contrast.weights, [-1.0, 0.0, 0.0, 0.5, 0.5]);
        assert_eq!(contrast.windows, [1.0, 1.0, 1.0, 0.5]);
        let all = Contrast::means(&series, 2, 2).weights;
        assert!((all.iter().sum::<f64>()).abs() < 1e-12);
        assert!(all.iter().all(|&weight| weight != 0.0));
    }

    #[test]
    fn no_lifetime_contributes_more_for_each_snapshot() {
        let times: Vec<f64> = [0.0, 1.0, 1.5, 4.0, 4.25, 9.0, 30.0].to_vec();
        let values = vec![1.0; times.len()];
        let series =
            LevelSeries::new(times, values, LevelSampling::Exact, Quantity::Bytes).unwrap();
        for contrast in [
            Contrast::slope(&series),
            Contrast::means(&series, 2, 4),
            Contrast::means(&series, 1, 6),
        ] {
            let weights = &contrast.weights;
            let all = (0..weights.len())
                .flat_map(|from| (from + 1..=weights.len()).map(move |to| from..to));
            let part = |range: std::ops::Range<usize>| {
                let length = range.len() as f64;
                weights[range].iter().sum::<f64>().powi(2) / length
            };
            let most = all.map(part).fold(0.0, f64::max);
            assert!(
                (contrast.largest_part - most).abs() < 1e-12 * most,
                "{weights:?}"
            );
        }
    }

    #[test]
    fn a_rise_is_no_less_than_what_was_seen() {
        // Three blocks of 1 MiB born, each seen with this chance: fewer than three they were not.
        const SIZE: u64 = 1 << 20;
        let rate = SamplingRate::new(524_288).unwrap();
        let counts = vec![LifeCounts::new(0, 0), LifeCounts::new(3, 3)];
        let sampling = LevelSampling::Sampled(rate, vec![LevelRecord::new(SIZE, counts)]);
        let hit = 1.0 - (-2.0_f64).exp();
        let level = 3.0 * SIZE as f64 / hit;
        let series =
            LevelSeries::new(vec![0.0, 1.0], vec![0.0, level], sampling, Quantity::Bytes).unwrap();
        let contrast = Contrast::means(&series, 1, 1);
        let confidence = Confidence::default();
        let arms = contrast.arms(confidence).unwrap();
        let unseen = unseen(rate, Quantity::Bytes, confidence);
        let below = (arms.below.unwrap().powi(2) - unseen * unseen).sqrt();
        let seen = 3.0 * SIZE as f64;
        assert!(
            (below - (level - seen)).abs() < 1e-6 * seen,
            "{below} {}",
            level - seen
        );
    }

    #[test]
    fn objects_have_limits_only_where_little_can_be_unseen() {
        let of = |born, died| {
            let series = rise(born, died);
            let arms = Contrast::means(&series, 1, 1)
                .arms(Confidence::default())
                .unwrap();
            (arms.below.is_some(), arms.above.is_some())
        };
        // Of blocks of 8 bytes, 65536 for each sample, 3.7 times as many may have gone unseen: a tenth of what 74 samples
        // of 16 bytes stand for, and more than all of what a few do.
        assert_eq!(of(5, 5), (false, false));
        assert_eq!(of(70, 0), (false, false));
        assert_eq!(of(80, 0), (false, true));
    }
}
