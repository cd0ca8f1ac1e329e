//! The normal distribution: upper tail and its inverse.

use super::gamma::{gamma_p, gamma_q};
use super::interval::Confidence;
use super::numeric::bisect;

/// Beyond this many standard deviations the tail is below the smallest number.
const LARGEST_DEVIATE: f64 = 38.5;

/// Complementary error function, accurate in relative terms in the upper tail.
///
/// erfc(x) = Q(1/2, x^2) for x >= 0, and 1 + P(1/2, x^2) below zero.
pub(crate) fn erfc(x: f64) -> f64 {
    if x >= 0.0 {
        gamma_q(0.5, x * x)
    } else {
        1.0 + gamma_p(0.5, x * x)
    }
}

/// Chance that a standard normal variable is at least `z`.
pub(crate) fn normal_sf(z: f64) -> f64 {
    0.5 * erfc(z * std::f64::consts::FRAC_1_SQRT_2)
}

/// Density of the standard normal distribution.
pub(crate) fn normal_density(z: f64) -> f64 {
    (-0.5 * z * z).exp() / (2.0 * std::f64::consts::PI).sqrt()
}

/// The z whose upper tail is `chance`; +-38.5 where `chance` is 0 or 1 to the last digit.
pub(crate) fn normal_isf(chance: f64) -> f64 {
    bisect(-LARGEST_DEVIATE, LARGEST_DEVIATE, 64, |z| {
        normal_sf(z) > chance
    })
}

/// How many standard errors an interval of this confidence reaches to either side of a normal
/// estimate: 1.96 at 95 %.
#[must_use]
pub fn two_sided_normal(confidence: Confidence) -> f64 {
    normal_isf(confidence.each_tail())
}

#[cfg(test)]
mod tests {
    use super::super::numeric::check;
    use super::*;

    #[test]
    fn upper_tail_is_accurate() {
        for (arguments, expected) in [
            (-3.0, 0.9986501019683699),
            (-0.1, 0.539827837277029),
            (0.0, 0.5),
            (0.5, 0.3085375387259869),
            (1.959963984540054, 0.025),
            (8.0, 6.22096057427174e-16),
            (25.0, 3.056696706382561e-138),
            (37.0, 5.7255712225239266e-300),
        ] {
            check(normal_sf(arguments), expected, 1e-12);
        }
    }

    #[test]
    fn inverse_is_accurate() {
        for (arguments, expected) in [
            (0.975, -1.959963984540054),
            (0.3, 0.5244005127080409),
            (0.025, 1.9599639845400545),
            (1e-08, 5.612001244174789),
            (1e-200, 30.20559417957964),
        ] {
            check(normal_isf(arguments), expected, 1e-12);
        }
    }
}
