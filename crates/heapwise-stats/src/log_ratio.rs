//! A ratio of two measured values whose errors are known, tested on its logarithm.

use super::confidence::Confidence;
use super::normal::{normal_sf, two_sided_normal};
use super::ratio::RatioInterval;
use super::ratio_test::RatioTest;
use super::skellam::{Tails, exact_tails};

/// Difference of two logarithms that is put down to rounding.
const ROUNDING: f64 = 1e-12;

/// The logarithm of a ratio with its standard error, taken to be normal.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LogRatioTest {
    log: f64,
    error: f64,
    /// How far the true logarithm may be below and above, apart from the error: what rounding hides.
    slack: (f64, f64),
}

impl LogRatioTest {
    /// Of a ratio after / before above 0 whose relative standard error, that of both sides together,
    /// is `error`. `None` for what is no ratio or no error.
    #[must_use]
    pub fn new(ratio: f64, error: f64) -> Option<Self> {
        let is_known = ratio > 0.0 && ratio.is_finite() && error >= 0.0 && error.is_finite();
        is_known.then(|| Self {
            log: ratio.ln(),
            error,
            slack: (0.0, 0.0),
        })
    }

    /// The same, where the values were rounded so that the ratio without the error may be anything from `low` to `high`:
    /// what is decided holds for all of it. `low` may be 0 and `high` infinite. `None` where the ratio is not between.
    #[must_use]
    pub fn within(self, low: f64, high: f64) -> Option<Self> {
        let slack = (self.log - low.ln(), high.ln() - self.log);
        (slack.0 >= -ROUNDING && slack.1 >= -ROUNDING).then(|| Self {
            slack: (slack.0.max(0.0), slack.1.max(0.0)),
            ..self
        })
    }

    /// The number of samples on one side that would be as precise; `None` when exact.
    #[must_use]
    pub fn effective_samples(&self) -> Option<f64> {
        (self.error > 0.0).then(|| 2.0 / self.error.powi(2))
    }
}

impl RatioTest for LogRatioTest {
    fn ratio(&self) -> Option<f64> {
        Some(self.log.exp())
    }

    fn tails(&self, ratio: f64) -> Tails {
        let difference = self.log - ratio.max(0.0).ln();
        let reach = |from: f64, slack: f64| {
            if slack.is_finite() {
                from + slack
            } else {
                slack
            }
        };
        let least = -reach(-difference, self.slack.0);
        let most = reach(difference, self.slack.1);
        if self.error <= 0.0 {
            return Tails {
                at_least: exact_tails(least, ROUNDING).at_least,
                at_most: exact_tails(most, ROUNDING).at_most,
            };
        }
        Tails {
            at_least: normal_sf(least / self.error),
            at_most: normal_sf(-most / self.error),
        }
    }

    /// Always known.
    fn ratio_interval(&self, confidence: Confidence) -> Option<RatioInterval> {
        let arm = two_sided_normal(confidence) * self.error;
        Some(RatioInterval::around_log(
            self.log,
            (self.slack.0 + arm, self.slack.1 + arm),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_the_normal_distribution() {
        let test = LogRatioTest::new(0.2_f64.exp(), 0.1).unwrap();
        assert!((test.p_value() - 0.045_500_263_896_358_4).abs() < 1e-12);
        assert!(test.p_value_above(1.0) < 0.03 && test.p_value_below(1.0) > 0.97);
        let interval = test.ratio_interval(Confidence::default()).unwrap();
        let low = interval.low.unwrap();
        assert!(
            (low.ln() - (0.2 - 0.195_996_398_454_005_4)).abs() < 1e-12,
            "{low}"
        );
    }

    #[test]
    fn an_error_is_that_of_as_many_samples_a_side() {
        let samples = |error| LogRatioTest::new(1.5, error).unwrap().effective_samples();
        assert_eq!(
            (samples(0.1).map(f64::round), samples(0.0)),
            (Some(200.0), None)
        );
    }

    #[test]
    fn without_error_numbers_decide() {
        let same = LogRatioTest::new(1.0, 0.0).unwrap();
        assert_eq!(same.p_value(), 1.0);
        let less = LogRatioTest::new(0.5, 0.0).unwrap();
        assert_eq!((less.p_value(), less.p_value_below(0.5)), (0.0, 1.0));
        assert_eq!(LogRatioTest::new(0.0, 0.1), None);
    }

    #[test]
    fn what_rounding_hides_decides_nothing() {
        let plain = LogRatioTest::new(2.0, 0.01).unwrap();
        let rounded = plain.within(1.0, 3.0).unwrap();
        assert!(plain.p_value() < 1e-9 && rounded.p_value() >= 1.0);
        assert!(rounded.p_value_above(0.9) < 1e-9 && rounded.p_value_below(3.3) < 1e-9);
        let interval = rounded.ratio_interval(Confidence::default()).unwrap();
        let (low, high) = (interval.low.unwrap(), interval.high.unwrap());
        assert!((0.97..1.0).contains(&low) && (3.0..3.07).contains(&high));
        let open = plain.within(0.0, f64::INFINITY).unwrap();
        let interval = open.ratio_interval(Confidence::default()).unwrap();
        assert_eq!((interval.low, interval.high), (Some(0.0), None));
        assert_eq!((open.p_value(), open.p_value_above(0.0)), (1.0, 1.0));
        assert_eq!(plain.within(2.5, 3.0), None);
        assert_eq!(plain.within(f64::NAN, 3.0), None);
    }

    #[test]
    fn a_ratio_at_the_end_of_what_it_was_rounded_from_is_within() {
        let plain = LogRatioTest::new(2.0, 0.01).unwrap();
        for (low, high, is_within) in [
            (2.0, 2.0, true),
            (1.0, 2.0, true),
            (2.0, 3.0, true),
            (1.0, 1.999, false),
            (2.001, 3.0, false),
        ] {
            assert_eq!(plain.within(low, high).is_some(), is_within, "{low} {high}");
        }
    }
}
