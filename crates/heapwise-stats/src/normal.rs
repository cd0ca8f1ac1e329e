//! The normal distribution: upper tail and its inverse.

use super::confidence::Confidence;

/// Beyond this many standard deviations the tail, 4.6e-308, loses digits.
const LARGEST_DEVIATE: f64 = 37.5;

/// Chance that a standard normal variable is at least `z`, accurate in relative terms in the upper tail.
pub(crate) fn normal_sf(z: f64) -> f64 {
    0.5 * libm::erfc(z * std::f64::consts::FRAC_1_SQRT_2)
}

/// Density of the standard normal distribution.
pub(crate) fn normal_density(z: f64) -> f64 {
    (-0.5 * z * z).exp() / (2.0 * std::f64::consts::PI).sqrt()
}

/// The z whose upper tail is `chance`; at most +-37.5.
///
/// Newton's method on the logarithm of the tail, which is close to a parabola, from the rational
/// approximation 26.2.23 of Abramowitz and Stegun, off by at most 4.5e-4.
pub(crate) fn normal_isf(chance: f64) -> f64 {
    if chance > 0.5 {
        return -normal_isf(1.0 - chance);
    }
    if chance.is_nan() || chance <= normal_sf(LARGEST_DEVIATE) {
        return LARGEST_DEVIATE;
    }
    let t = (-2.0 * chance.ln()).sqrt();
    let top = 2.515517 + t * (0.802853 + t * 0.010328);
    let bottom = 1.0 + t * (1.432788 + t * (0.189269 + t * 0.001308));
    let mut z = t - top / bottom;
    for _ in 0..4 {
        let tail = normal_sf(z);
        z += (tail / chance).ln() * tail / normal_density(z);
    }
    z
}

/// How many standard errors an interval of this confidence reaches to either side of a normal
/// estimate: 1.96 at 95 %.
pub(crate) fn two_sided_normal(confidence: Confidence) -> f64 {
    normal_isf(confidence.each_tail())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numeric::check;

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
            (0.0, LARGEST_DEVIATE),
            (1.0, -LARGEST_DEVIATE),
        ] {
            check(normal_isf(arguments), expected, 1e-12);
        }
    }
}
