//! A ratio of two measured values whose errors are known, tested on its logarithm.

use super::confidence::Confidence;
use super::normal::{normal_sf, two_sided_normal};
use super::ratio::RatioInterval;

/// The logarithm of a ratio with its standard error, taken to be normal.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LogRatioTest {
    log: f64,
    error: f64,
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
        })
    }

    /// Two-sided p value of "nothing changed".
    #[must_use]
    pub fn p_value(&self) -> f64 {
        let (below, above) = self.tails(1.0);
        (2.0 * below.min(above)).min(1.0)
    }

    /// One-sided p value in favour of "after is less than `ratio` times before".
    #[must_use]
    pub fn p_value_below(&self, ratio: f64) -> f64 {
        self.tails(ratio).0
    }

    /// One-sided p value in favour of "after is more than `ratio` times before".
    #[must_use]
    pub fn p_value_above(&self, ratio: f64) -> f64 {
        self.tails(ratio).1
    }

    /// The interval of the ratio.
    #[must_use]
    pub fn ratio_interval(&self, confidence: Confidence) -> RatioInterval {
        let arm = two_sided_normal(confidence) * self.error;
        RatioInterval {
            ratio: Some(self.log.exp()),
            low: Some((self.log - arm).exp()),
            high: Some((self.log + arm).exp()),
        }
    }

    /// The number of samples on one side that would be as precise; `None` when exact.
    #[must_use]
    pub fn effective_samples(&self) -> Option<f64> {
        (self.error > 0.0).then(|| 2.0 / self.error.powi(2))
    }

    fn tails(&self, ratio: f64) -> (f64, f64) {
        let difference = self.log - ratio.max(0.0).ln();
        if self.error <= 0.0 {
            let tail = |is_beyond: bool| if is_beyond { 0.0 } else { 1.0 };
            return (tail(difference < -1e-12), tail(difference > 1e-12));
        }
        let z = difference / self.error;
        (normal_sf(-z), normal_sf(z))
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
        let interval = test.ratio_interval(Confidence::default());
        let low = interval.low.unwrap();
        assert!(
            (low.ln() - (0.2 - 0.195_996_398_454_005_4)).abs() < 1e-12,
            "{low}"
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
}
