//! The interval of a ratio, found by inverting a test.

use super::numeric::crossing;
use super::skellam::Tails;

/// Steps of a factor e that the search goes outwards before it calls a side unbounded.
const LARGEST_BRACKET: u32 = 40;

/// The ratio after / before with its confidence interval.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct RatioInterval {
    /// The estimate. `None` when before is empty and after is not (a new site).
    pub ratio: Option<f64>,
    /// Lower limit, 0 when nothing speaks against disappearance. `None` when even the smallest ratio is
    /// infinite: before is known to be exactly zero.
    pub low: Option<f64>,
    /// Upper limit. `None` when unbounded.
    pub high: Option<f64>,
}

impl RatioInterval {
    /// Of a ratio with this logarithm, from which arms reach down and up.
    pub(crate) fn around_log(log: f64, (down, up): (f64, f64)) -> Self {
        Self {
            ratio: Some(log.exp()),
            low: Some((log - down).exp()),
            high: Some((log + up).exp()).filter(|high| high.is_finite()),
        }
    }
}

/// A test of the hypothesis after = ratio * before, with where to start looking for its limits.
pub(crate) struct Inversion<F> {
    /// Tails of the observed difference for a hypothetical ratio; `at_least` rises with it.
    pub(crate) tails: F,
    /// Logarithm of a ratio not below the lower limit. `None`: the limit is zero.
    pub(crate) lower_start: Option<f64>,
    /// Logarithm of a ratio not above the upper limit. `None`: there is no upper limit.
    pub(crate) upper_start: Option<f64>,
}

impl<F: Fn(f64) -> Tails> Inversion<F> {
    /// All ratios neither tail of which is below `tail`, around the estimate.
    pub(crate) fn interval(&self, ratio: Option<f64>, tail: f64) -> RatioInterval {
        RatioInterval {
            ratio,
            low: Some(self.lower(tail)),
            high: self.upper(tail),
        }
    }

    /// The smallest ratio whose upper tail reaches `tail`.
    fn lower(&self, tail: f64) -> f64 {
        let excess = |ln_ratio: f64| ((self.tails)(ln_ratio.exp()).at_least / tail).ln();
        self.lower_start
            .and_then(|start| outward(start, -1.0, |ln_ratio| excess(ln_ratio) < 0.0))
            .map_or(0.0, |outer| crossing(outer, outer + 1.0, excess).exp())
    }

    /// The largest ratio whose lower tail reaches `tail`; `None` when there is none.
    fn upper(&self, tail: f64) -> Option<f64> {
        let excess = |ln_ratio: f64| ((self.tails)(ln_ratio.exp()).at_most / tail).ln();
        let outer = outward(self.upper_start?, 1.0, |ln_ratio| excess(ln_ratio) <= 0.0)?;
        Some(crossing(outer - 1.0, outer, excess).exp())
    }
}

/// The first rejected point from `start` outwards, `step` apart. `None` when the search gives up.
fn outward(start: f64, step: f64, rejected: impl Fn(f64) -> bool) -> Option<f64> {
    (1..=LARGEST_BRACKET)
        .map(|steps| start + step * f64::from(steps))
        .find(|&ln_ratio| rejected(ln_ratio))
}
