//! The logarithm of what was measured of one side, from several runs or from the steps of one, and the test of two.
//!
//! Source: Welch 1947 on logarithms, where a ratio is a difference; the steps of one run through
//! blocks (Künsch 1989), whose number takes the place of that of the values.

use super::block_bootstrap::{Spread, log_spread};
use super::confidence::Confidence;
use super::ratio::RatioInterval;
use super::ratio_test::RatioTest;
use super::skellam::{Tails, exact_tails};
use super::student::{student_isf, student_sf};

/// Difference of two logarithms that is put down to rounding.
const ROUNDING: f64 = 1e-9;

/// The logarithm of a value above 0, with its variance and how well that is known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LogMean {
    log: f64,
    variance: f64,
    degrees: f64,
}

impl LogMean {
    /// Steps that [`Self::of_steps`] and [`Self::of_quantile`] take at least.
    pub const FEWEST_STEPS: usize = 8;

    /// The geometric mean of several independent values. `None` for fewer than two, and for one that is not above 0.
    #[must_use]
    pub fn of_values(values: &[f64]) -> Option<LogMean> {
        let count = values.len() as f64;
        let is_usable = |value: &f64| *value > 0.0 && value.is_finite();
        if values.len() < 2 || !values.iter().all(is_usable) {
            return None;
        }
        let log = values.iter().map(|value| value.ln()).sum::<f64>() / count;
        let squares: f64 = values.iter().map(|value| (value.ln() - log).powi(2)).sum();
        Some(LogMean {
            log,
            variance: squares / (count - 1.0) / count,
            degrees: count - 1.0,
        })
    }

    /// The sum of amounts over the sum of what they are of, as bytes over seconds, of the steps of a series in order
    /// of time. `None` for fewer than [`Self::FEWEST_STEPS`], and where the amounts may all be 0.
    #[must_use]
    pub fn of_steps(steps: &[(f64, f64)]) -> Option<LogMean> {
        let ratio = |(amount, base): (f64, f64)| (base > 0.0).then(|| amount / base);
        let value = ratio(sums(steps.iter()))?;
        let signs: Vec<f64> = steps
            .iter()
            .map(|(amount, base)| amount - value * base)
            .collect();
        let drawn = |places: &[usize]| {
            let drawn = places.iter().filter_map(|&at| steps.get(at));
            ratio(sums(drawn))
        };
        Self::of_series(value, &signs, drawn)
    }

    /// The value that a part of a series, from 0 to 1, does not exceed; likewise. Quantiles near the end of a series
    /// have no trustworthy error: `None` where fewer than [`Self::FEWEST_STEPS`] values are beyond it, or below.
    #[must_use]
    pub fn of_quantile(series: &[f64], part: f64) -> Option<LogMean> {
        let count = series.len() as f64;
        let beyond = count * part.min(1.0 - part);
        // Half a value off is rounding.
        if beyond + 0.5 < (Self::FEWEST_STEPS / 2) as f64 {
            return None;
        }
        let mut room: Vec<f64> = series.to_vec();
        let value = quantile(&mut room, part)?;
        let signs: Vec<f64> = series
            .iter()
            .map(|&one| f64::from(u8::from(one > value)))
            .collect();
        Self::of_series(value, &signs, |places| {
            room.clear();
            room.extend(places.iter().filter_map(|&at| series.get(at)));
            quantile(&mut room, part)
        })
    }

    fn of_series(
        value: f64,
        signs: &[f64],
        statistic: impl FnMut(&[usize]) -> Option<f64>,
    ) -> Option<LogMean> {
        let is_usable = value > 0.0 && value.is_finite();
        if signs.len() < Self::FEWEST_STEPS || !is_usable {
            return None;
        }
        let Spread { variance, block } = log_spread(signs, statistic)?;
        Some(LogMean {
            log: value.ln(),
            variance,
            degrees: (signs.len() as f64 / block as f64 - 1.0).max(1.0),
        })
    }

    /// The geometric mean of several, each of which is known for itself: how they differ among each other says nothing.
    #[must_use]
    pub fn mean(all: &[LogMean]) -> Option<LogMean> {
        let count = all.len() as f64;
        let variance: f64 = all.iter().map(|one| one.variance).sum();
        let weighted: f64 = all
            .iter()
            .map(|one| one.variance.powi(2) / one.degrees)
            .sum();
        let fewest = all.iter().map(|one| one.degrees).reduce(f64::min)?;
        Some(LogMean {
            log: all.iter().map(|one| one.log).sum::<f64>() / count,
            variance: variance / (count * count),
            degrees: match weighted > 0.0 {
                true => variance * variance / weighted,
                false => fewest,
            },
        })
    }

    /// The value.
    #[must_use]
    pub fn value(&self) -> f64 {
        self.log.exp()
    }
}

fn sums<'a>(steps: impl Iterator<Item = &'a (f64, f64)>) -> (f64, f64) {
    steps.fold((0.0, 0.0), |(amounts, bases), (amount, base)| {
        (amounts + amount, bases + base)
    })
}

/// The least value that so large a part does not exceed; reorders.
fn quantile(values: &mut [f64], part: f64) -> Option<f64> {
    let rank = (values.len() as f64 * part).ceil().max(1.0) as usize;
    let place = (rank - 1).min(values.len().checked_sub(1)?);
    Some(*values.select_nth_unstable_by(place, f64::total_cmp).1)
}

/// The ratio of two.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LogMeanTest {
    log: f64,
    variance: f64,
    degrees: f64,
}

impl LogMeanTest {
    /// The newer over the older.
    #[must_use]
    pub fn new(before: &LogMean, after: &LogMean) -> Self {
        let variance = before.variance + after.variance;
        let weighted =
            before.variance.powi(2) / before.degrees + after.variance.powi(2) / after.degrees;
        Self {
            log: after.log - before.log,
            variance,
            degrees: match weighted > 0.0 {
                true => variance * variance / weighted,
                false => before.degrees.min(after.degrees),
            },
        }
    }
}

impl RatioTest for LogMeanTest {
    fn ratio(&self) -> Option<f64> {
        Some(self.log.exp())
    }

    fn tails(&self, ratio: f64) -> Tails {
        let difference = self.log - ratio.max(0.0).ln();
        if self.variance <= 0.0 {
            return exact_tails(difference, ROUNDING);
        }
        let t = difference / self.variance.sqrt();
        Tails {
            at_least: student_sf(t, self.degrees),
            at_most: student_sf(-t, self.degrees),
        }
    }

    /// Always known.
    fn ratio_interval(&self, confidence: Confidence) -> Option<RatioInterval> {
        let arm = student_isf(confidence.each_tail(), self.degrees) * self.variance.sqrt();
        Some(RatioInterval::around_log(self.log, (arm, arm)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::splitmix::SplitMix;

    #[test]
    fn several_runs_are_welchs_test_on_logarithms() {
        let before = [100.0, 110.0, 121.0];
        let after = [50.0, 60.0, 55.0];
        let logs = |values: [f64; 3]| values.map(f64::ln);
        let test = LogMeanTest::new(
            &LogMean::of_values(&before).expect("usable"),
            &LogMean::of_values(&after).expect("usable"),
        );
        let welch = crate::welch_p_value(&logs(before), &logs(after)).expect("usable");
        assert!((test.p_value() - welch).abs() < 1e-12);
        assert!((test.ratio().expect("known") - 0.5).abs() < 0.01);
        assert_eq!(LogMean::of_values(&[1.0]), None);
        assert_eq!(LogMean::of_values(&[1.0, 0.0]), None);
    }

    #[test]
    fn too_few_steps_and_nothing_at_all_have_no_error() {
        assert_eq!(LogMean::of_steps(&[(1.0, 1.0); 7]), None);
        assert_eq!(LogMean::of_steps(&[(0.0, 1.0); 20]), None);
        assert_eq!(
            LogMean::of_quantile(&[1.0; 399], 0.99).map(|_| ()),
            Some(())
        );
        assert_eq!(LogMean::of_quantile(&[1.0; 300], 0.99), None);
        let steady = LogMean::of_steps(&[(2.0, 1.0); 20]).expect("usable");
        assert!((steady.value() - 2.0).abs() < 1e-12 && steady.variance < 1e-20);
    }

    /// Steps around 10 of which each remembers `memory` of the last.
    fn series(random: &mut SplitMix, count: usize, memory: f64) -> Vec<f64> {
        let mut noise = || (0..6).map(|_| random.unit() - 0.5).sum::<f64>();
        let mut level = noise() / (1.0 - memory * memory).sqrt();
        let step = |_| {
            level = memory * level + noise();
            10.0 + level
        };
        (0..count).map(step).collect()
    }

    /// How often two series of the same program are told apart at 5 %.
    fn false_positives(count: usize, memory: f64, tries: usize) -> f64 {
        let mut random = SplitMix::new(count as u64);
        let mut found = 0;
        for _ in 0..tries {
            let mut side = || {
                let steps = series(&mut random, count, memory);
                let steps: Vec<(f64, f64)> = steps.into_iter().map(|one| (one, 1.0)).collect();
                LogMean::of_steps(&steps).expect("usable")
            };
            let (before, after) = (side(), side());
            found += usize::from(LogMeanTest::new(&before, &after).p_value() <= 0.05);
        }
        found as f64 / tries as f64
    }

    #[test]
    fn the_same_is_told_apart_at_most_twice_as_often_as_said() {
        for (count, most) in [(8, 0.12), (20, 0.1), (60, 0.08)] {
            for memory in [0.0, 0.5, 0.7] {
                let rate = false_positives(count, memory, 400);
                assert!(rate <= most, "{count} {memory}: {rate}");
            }
        }
    }
}
