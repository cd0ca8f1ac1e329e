//! The difference of two Poisson counts, and noise approximated by one.
//!
//! The sampling noise of a profile is a weighted sum of binomial counts. Its second, third and
//! fourth cumulant determine one scaled Skellam variable c (K1 - K2), whose tails are then taken as
//! those of the noise. For a binomial count of N trials the match is exact in both limits: rare
//! hits (p to 0) and rare misses (p to 1).
//!
//! Source: Skellam 1946.

use super::gamma::{gamma_p, gamma_q, ln_gamma};
use super::normal::normal_sf;
use super::skellam_large::skellam_sf_large;

/// Above this sum of the two means the series, whose cost grows with its root, gives way to expansions.
const SERIES_UP_TO: f64 = 3000.0;

/// The second, third and fourth cumulant of a noise with mean zero, in powers of its own unit.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Cumulants {
    /// The variance.
    pub(crate) second: f64,
    /// The third cumulant: positive when the noise leans to large values.
    pub(crate) third: f64,
    /// The fourth cumulant, never negative here.
    pub(crate) fourth: f64,
}

/// The chances of a noise at least, and at most, as large as what was observed. Both include the
/// observed value itself, so together they are at least one.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Tails {
    /// Chance that the noise is at least the observed value.
    pub at_least: f64,
    /// Chance that the noise is at most the observed value.
    pub at_most: f64,
}

impl Tails {
    /// Either tail, put through `change`.
    pub(crate) fn map(self, change: impl Fn(f64) -> f64) -> Self {
        Self {
            at_least: change(self.at_least),
            at_most: change(self.at_most),
        }
    }

    /// Twice the smaller tail, at most one.
    #[must_use]
    pub fn two_sided(self) -> f64 {
        (2.0 * self.at_least.min(self.at_most)).min(1.0)
    }
}

/// Chance that K1 - K2 is at least `y`, for independent Poisson counts of means `mean_1` and `mean_2`,
/// continued to real `y` through the incomplete gamma function. At integers it is exact.
///
/// With means of zero (or less) the result is 1 for y <= 0 and 0 above. The series has an absolute error
/// below 1e-11; above a sum of means of 3000 expansions are used, with a relative error below 5e-7 within
/// three standard deviations and 1e-5 beyond.
#[must_use]
pub fn skellam_sf(y: f64, mean_1: f64, mean_2: f64) -> f64 {
    let sum = mean_1 + mean_2;
    if sum.is_nan() || y.is_nan() {
        return f64::NAN;
    }
    if sum <= 0.0 {
        return if y <= 0.0 { 1.0 } else { 0.0 };
    }
    if sum > SERIES_UP_TO {
        return skellam_sf_large(y, mean_1, mean_2);
    }
    if mean_2 <= 0.0 {
        return gamma_p(y, mean_1);
    }
    if mean_1 <= 0.0 {
        return if y > 0.0 {
            0.0
        } else {
            gamma_q(1.0 - y, mean_2)
        };
    }
    series(y, mean_1, mean_2)
}

/// Sums P(K2 = j) P(K1 >= y + j) over j, downwards: P(a - 1, x) = P(a, x) + x^(a-1) e^-x / gamma(a)
/// then only adds positive terms.
fn series(y: f64, mean_1: f64, mean_2: f64) -> f64 {
    // Tails that fall with j leave nothing to sum beyond what K2 is likely to reach.
    let last = likely_below(mean_2);
    // Where K1 reaches y + j with a chance of at most 1e-16 there is nothing either, unless that is
    // all there is.
    let reached = (likely_below(mean_1) - y).ceil();
    if reached < last && reached > 0.0 {
        let sum = series_from(reached, y, mean_1, mean_2);
        const FAR_ABOVE_WHAT_IS_LEFT_OUT: f64 = 1e-6;
        if sum > FAR_ABOVE_WHAT_IS_LEFT_OUT {
            return sum;
        }
    }
    series_from(last, y, mean_1, mean_2)
}

/// A Poisson count of this mean is larger with a chance of at most 1e-16 (Chernoff's bound: for d
/// above the mean m it is exp(-d^2 / (2 m + 2 d / 3))).
fn likely_below(mean: f64) -> f64 {
    (mean + 12.3 + (151.0 + 73.7 * mean).sqrt()).ceil()
}

fn series_from(last: f64, y: f64, mean_1: f64, mean_2: f64) -> f64 {
    // Far out in the tail it is the smaller counts that matter.
    let first = (mean_2 - 12.0 * mean_2.sqrt() - 20.0).floor().max(0.0);
    let mut j = last;
    let mut tail = gamma_p(y + j, mean_1);
    let mut weights = Weights::new(mean_2);
    let mut steps = Weights::new(mean_1);
    let mut sum = 0.0;
    loop {
        let weight = weights.at(j);
        sum += weight * tail;
        // Below the mean the weights only fall, and no tail exceeds one.
        let negligible = j < mean_2 && weight * (j - first) <= sum * 1e-15;
        if j <= first || negligible {
            return sum.min(1.0);
        }
        j -= 1.0;
        let a = y + j;
        tail = if a <= 0.0 {
            1.0
        } else {
            (tail + steps.at(a)).min(1.0)
        };
    }
}

/// Poisson weights m^k e^-m / gamma(k + 1) at places that go down by one: each from the one above it,
/// and every so often from its logarithm, so that neither rounding adds up nor an underflow stays.
struct Weights {
    mean: f64,
    ln_mean: f64,
    newest: f64,
    left: u32,
}

impl Weights {
    /// Each step rounds by 2e-16.
    const STEPS: u32 = 100;
    /// Below this a weight may have lost digits.
    const SMALLEST: f64 = 1e-280;

    fn new(mean: f64) -> Self {
        Self {
            mean,
            ln_mean: mean.ln(),
            newest: 0.0,
            left: 0,
        }
    }

    /// The weight at `place`, which is one below the place asked for before.
    fn at(&mut self, place: f64) -> f64 {
        if self.left > 0 && self.newest > Self::SMALLEST {
            self.left -= 1;
            self.newest *= (place + 1.0) / self.mean;
        } else {
            self.left = Self::STEPS;
            self.newest = (place * self.ln_mean - self.mean - ln_gamma(place + 1.0)).exp();
        }
        self.newest
    }
}

/// Tails of a noise with these cumulants at the observed value `observed` (same unit as the noise).
///
/// A noise without variance is compared with zero exactly; one whose fourth cumulant vanishes is
/// normal. Otherwise c = sqrt(k4/k2) is the weight of one event, k2/c^2 the sum of the two Poisson
/// means and k3/c^3 their difference; |k3| <= sqrt(k2 k4) makes the match possible, up to rounding.
pub(crate) fn skellam_tails(observed: f64, cumulants: Cumulants) -> Tails {
    Tails {
        at_least: skellam_at_least(observed, cumulants),
        at_most: skellam_at_most(observed, cumulants),
    }
}

/// [`Tails::at_least`] alone, for half the work.
pub(crate) fn skellam_at_least(observed: f64, cumulants: Cumulants) -> f64 {
    match Scaled::new(observed, cumulants) {
        Scaled::Certain => exact_tails(observed, 0.0).at_least,
        Scaled::Normal(z) => normal_sf(z),
        Scaled::Skellam(y, mean_1, mean_2) => skellam_sf(y, mean_1, mean_2),
    }
}

/// [`Tails::at_most`] alone.
pub(crate) fn skellam_at_most(observed: f64, cumulants: Cumulants) -> f64 {
    match Scaled::new(observed, cumulants) {
        Scaled::Certain => exact_tails(observed, 0.0).at_most,
        Scaled::Normal(z) => normal_sf(-z),
        Scaled::Skellam(y, mean_1, mean_2) => skellam_sf(-y, mean_2, mean_1),
    }
}

/// What an observed value is compared with.
enum Scaled {
    /// No noise at all.
    Certain,
    /// So many standard deviations.
    Normal(f64),
    /// The value, and the means of the two counts whose difference it is compared with.
    Skellam(f64, f64, f64),
}

impl Scaled {
    fn new(observed: f64, cumulants: Cumulants) -> Scaled {
        let Cumulants {
            second,
            third,
            fourth,
        } = cumulants;
        if second <= 0.0 {
            return Scaled::Certain;
        }
        let weight = (fourth / second).sqrt();
        let sum = second / (weight * weight);
        if !sum.is_finite() || sum > 1e18 {
            return Scaled::Normal(observed / second.sqrt());
        }
        let difference = (third / weight.powi(3)).clamp(-sum, sum);
        let y = observed / weight + difference;
        Scaled::Skellam(y, 0.5 * (sum + difference), 0.5 * (sum - difference))
    }
}

/// Tails where there is no noise at all: an observed difference beyond `tolerance` (rounding) is certain.
pub(crate) fn exact_tails(observed: f64, tolerance: f64) -> Tails {
    let chance = |possible: bool| if possible { 1.0 } else { 0.0 };
    Tails {
        at_least: chance(observed <= tolerance),
        at_most: chance(observed >= -tolerance),
    }
}
