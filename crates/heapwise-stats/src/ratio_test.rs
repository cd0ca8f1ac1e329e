//! What every test of a ratio after / before answers.

use super::confidence::Confidence;
use super::ratio::RatioInterval;
use super::skellam::Tails;

/// A test of the ratio after / before: its p values and its interval, which agree with each other.
pub trait RatioTest {
    /// The estimated ratio. `None` when before is empty.
    fn ratio(&self) -> Option<f64>;

    /// Tails of the observed difference after - ratio * before, if after were `ratio` times before.
    fn tails(&self, ratio: f64) -> Tails;

    /// The interval of the ratio at this confidence, all ratios that the two-sided test does not
    /// reject. `None` when nothing was sampled.
    fn ratio_interval(&self, confidence: Confidence) -> Option<RatioInterval>;

    /// Two-sided p value of "nothing changed".
    fn p_value(&self) -> f64 {
        self.tails(1.0).two_sided()
    }

    /// One-sided p value in favour of "after is less than `ratio` times before": the chance of a
    /// difference so low, or lower, if it were exactly `ratio` times before.
    fn p_value_below(&self, ratio: f64) -> f64 {
        self.tails(ratio).at_most
    }

    /// One-sided p value in favour of "after is more than `ratio` times before"; see
    /// [`Self::p_value_below`].
    fn p_value_above(&self, ratio: f64) -> f64 {
        self.tails(ratio).at_least
    }
}
