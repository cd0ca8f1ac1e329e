//! Welch's t test, for totals without sampling error measured in several profiles.
//!
//! Source: Welch 1947 (and Satterthwaite 1946 for the degrees of freedom); the interval of the ratio
//! inverts the test (Fieller 1954).

use super::ratio::{Inversion, RatioInterval};
use super::skellam::{Tails, exact_tails};
use super::student::student_sf;

/// Relative difference of two means that is put down to rounding.
const ROUNDING: f64 = 1e-9;

/// With so many degrees of freedom Student's distribution is the normal one.
const AS_GOOD_AS_NORMAL: f64 = 1e6;

/// Two-sided p value of "both means are equal" (unequal variances allowed).
///
/// A side with a single value is taken to vary as the other one. `None` when a side is empty, both
/// have a single value, or a value is not finite. Without any spread the answer is 1 for equal means and 0 otherwise.
#[must_use]
pub fn welch_p_value(before: &[f64], after: &[f64]) -> Option<f64> {
    let welch = Welch::new(before, after)?;
    Some(welch.tails(1.0).two_sided())
}

/// Means of both sides with what is known of their spread.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Welch {
    before: Group,
    after: Group,
    /// By how much the mean of a side may be off beyond what its values show, as a coefficient.
    doubt: f64,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Group {
    mean: f64,
    count: f64,
    /// Sum of squares around the mean.
    squares: f64,
}

impl Welch {
    pub(crate) fn new(before: &[f64], after: &[f64]) -> Option<Self> {
        if before.len() + after.len() < 3 {
            return None;
        }
        Some(Self {
            before: Group::new(before)?,
            after: Group::new(after)?,
            doubt: 0.0,
        })
    }

    /// With means that may be off beyond what their values show, by this part.
    pub(crate) fn with_doubt(self, doubt: f64) -> Self {
        Self { doubt, ..self }
    }

    /// The ratio of the means; `None` when before is zero.
    pub(crate) fn ratio(&self) -> Option<f64> {
        (self.before.mean > 0.0).then(|| self.after.mean / self.before.mean)
    }

    /// Degrees of freedom of the test of equal means.
    pub(crate) fn degrees(&self) -> f64 {
        self.spread(1.0).1
    }

    /// Tails of the observed difference if after were `ratio` times before.
    pub(crate) fn tails(&self, ratio: f64) -> Tails {
        let (variance, degrees) = self.spread(ratio);
        let difference = self.after.mean - ratio * self.before.mean;
        if variance <= 0.0 {
            let size = self.after.mean.abs() + ratio * self.before.mean.abs();
            return exact_tails(difference, ROUNDING * size);
        }
        let t = difference / variance.sqrt();
        Tails {
            at_least: student_sf(t, degrees),
            at_most: student_sf(-t, degrees),
        }
    }

    /// All ratios that the test does not reject. `None` when both means are zero.
    pub(crate) fn ratio_interval(&self, tail: f64) -> Option<RatioInterval> {
        let ratio = self.ratio();
        if self.before.mean <= 0.0 {
            let new = RatioInterval {
                ratio,
                low: None,
                high: None,
            };
            return (self.after.mean > 0.0).then_some(new);
        }
        if self.after.mean <= 0.0 || self.spread(1.0).0 <= 0.0 {
            return Some(RatioInterval {
                ratio,
                low: ratio,
                high: ratio,
            });
        }
        let start = ratio.map(f64::ln);
        let inversion = Inversion {
            tails: |ratio| self.tails(ratio),
            lower_start: start,
            upper_start: start,
        };
        Some(inversion.interval(ratio, tail))
    }

    /// Variance of the difference after - ratio * before, and its degrees of freedom.
    fn spread(&self, ratio: f64) -> (f64, f64) {
        let (before, after) = (&self.before, &self.after);
        let pooled_degrees = before.count + after.count - 2.0;
        let level = 0.5 * (ratio * before.mean + after.mean);
        let shared = 2.0 * (self.doubt * level).powi(2);
        if before.count < 2.0 || after.count < 2.0 {
            let variance = (before.squares + after.squares) / pooled_degrees;
            let both = ratio * ratio / before.count + 1.0 / after.count;
            let shown = variance * both;
            let known = degrees(shown + shared, [(shown, pooled_degrees)], pooled_degrees);
            return (shown + shared, known);
        }
        let before_part = ratio * ratio * before.variance_of_mean();
        let after_part = after.variance_of_mean();
        let variance = before_part + after_part + shared;
        let parts = [
            (before_part, before.count - 1.0),
            (after_part, after.count - 1.0),
        ];
        (variance, degrees(variance, parts, pooled_degrees))
    }
}

/// The degrees of freedom of a variance of which these parts are known to so many, and the rest exactly;
/// where there is none, those of the `pooled` values.
fn degrees<const N: usize>(variance: f64, parts: [(f64, f64); N], pooled: f64) -> f64 {
    if variance <= 0.0 {
        return pooled;
    }
    let part = |(part, degrees): (f64, f64)| (part / variance).powi(2) / degrees;
    let weighted: f64 = parts.into_iter().map(part).sum();
    weighted.max(AS_GOOD_AS_NORMAL.recip()).recip()
}

impl Group {
    fn new(values: &[f64]) -> Option<Self> {
        if values.is_empty() || !values.iter().all(|value| value.is_finite()) {
            return None;
        }
        let count = values.len() as f64;
        let mean = values.iter().sum::<f64>() / count;
        let squares = values.iter().map(|value| (value - mean).powi(2)).sum();
        Some(Self {
            mean,
            count,
            squares,
        })
    }

    fn variance_of_mean(&self) -> f64 {
        self.squares / (self.count - 1.0) / self.count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubt_about_means_adds_to_what_their_values_show() {
        // One value beside three: the spread of the three is that of both sides.
        let one = Welch::new(&[10.0], &[11.0, 12.0, 13.0]).unwrap();
        assert!((one.spread(1.0).0 - 4.0 / 3.0).abs() < 1e-12);
        let level = 11.0;
        let doubt = 2.0 * (0.1_f64 * level).powi(2);
        let doubted = one.with_doubt(0.1).spread(1.0);
        assert!((doubted.0 - 4.0 / 3.0 - doubt).abs() < 1e-12);
        assert!(doubted.1 > one.degrees());
        // Several on both sides: each has its own.
        let both = Welch::new(&[9.0, 11.0], &[11.0, 12.0, 13.0]).unwrap();
        assert!((both.spread(2.0).0 - 4.0 - 1.0 / 3.0).abs() < 1e-12);
        let level = 0.5 * (2.0 * 10.0 + 12.0);
        let doubt = 2.0 * (0.1_f64 * level).powi(2);
        assert!((both.with_doubt(0.1).spread(2.0).0 - 4.0 - 1.0 / 3.0 - doubt).abs() < 1e-12);
    }

    #[test]
    fn nothing_on_either_side_has_no_ratio() {
        let of = |before: f64, after: f64| {
            Welch::new(&[before; 2], &[after; 2])
                .unwrap()
                .ratio_interval(0.025)
        };
        assert_eq!(of(0.0, 0.0), None);
        let new = of(0.0, 5.0).unwrap();
        assert_eq!((new.ratio, new.low, new.high), (None, None, None));
        let gone = of(5.0, 0.0).unwrap();
        assert_eq!(
            (gone.ratio, gone.low, gone.high),
            (Some(0.0), Some(0.0), Some(0.0))
        );
    }
}
