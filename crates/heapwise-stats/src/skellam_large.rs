//! Tails of the difference of two Poisson counts when their means are large.
//!
//! Near the centre an Edgeworth expansion, beyond three standard deviations the saddlepoint
//! approximation, whose relative error stays small however far out. Against direct summation, for means
//! that sum to 3000 or more, the relative error is below 5e-7 near the centre and 1e-5 anywhere.
//!
//! Source: Lugannani and Rice 1980, with the second continuity correction of Daniels 1987; Edgeworth's
//! series to the order variance^(-3/2), with the Euler-Maclaurin term of a lattice.

use super::normal::{normal_density, normal_sf};

/// Standard deviations from which on the saddlepoint approximation is used.
const SADDLEPOINT_FROM: f64 = 3.0;

/// Above this sum of means the saddlepoint's exponent loses its digits, and Edgeworth is exact enough.
const SADDLEPOINT_UP_TO: f64 = 1e8;

/// P(K1 - K2 >= y) for Poisson counts whose means sum to some thousands at least.
pub(crate) fn skellam_sf_large(y: f64, mean_1: f64, mean_2: f64) -> f64 {
    let variance = mean_1 + mean_2;
    let mean = mean_1 - mean_2;
    // The middle of the step to the integer before: what lattice corrections refer to.
    let x = y - 0.5;
    let z = (x - mean) / variance.sqrt();
    let tail = if z.abs() > SADDLEPOINT_FROM && variance < SADDLEPOINT_UP_TO {
        saddlepoint(x, mean_1, mean_2)
    } else {
        edgeworth(z, mean, variance)
    };
    tail.clamp(0.0, 1.0)
}

/// Edgeworth's series in the Hermite polynomials of z.
fn edgeworth(z: f64, mean: f64, variance: f64) -> f64 {
    if z.abs() > 38.0 {
        return if z > 0.0 { 0.0 } else { 1.0 };
    }
    let skewness = mean / (variance * variance.sqrt());
    let excess = 1.0 / variance;
    let s = z * z;
    let hermite_2 = s - 1.0;
    let hermite_3 = z * (s - 3.0);
    let hermite_4 = s * (s - 6.0) + 3.0;
    let hermite_5 = z * (s * (s - 10.0) + 15.0);
    let hermite_6 = s * (s * (s - 15.0) + 45.0) - 15.0;
    let hermite_8 = s * (s * (s * (s - 28.0) + 210.0) - 420.0) + 105.0;
    let square = skewness * skewness;
    let first = skewness / 6.0 * hermite_2;
    let second = excess / 24.0 * (hermite_3 - z) + square / 72.0 * hermite_5;
    let third = skewness
        * (excess / 720.0 * hermite_4 + excess / 144.0 * hermite_6 + square / 1296.0 * hermite_8);
    normal_sf(z) + normal_density(z) * (first + second + third)
}

/// The saddlepoint approximation at the half-integer `x`, well away from the mean.
///
/// The cumulant generating function is K(s) = m1 (e^s - 1) + m2 (e^-s - 1); K'(s) = x is a quadratic
/// equation in e^s.
fn saddlepoint(x: f64, mean_1: f64, mean_2: f64) -> f64 {
    let root = x.hypot(2.0 * (mean_1 * mean_2).sqrt());
    let exponential = if x >= 0.0 {
        (x + root) / (2.0 * mean_1)
    } else {
        2.0 * mean_2 / (root - x)
    };
    if exponential <= 0.0 {
        return 1.0;
    }
    if exponential.is_infinite() {
        return 0.0;
    }
    let s = exponential.ln();
    let generating = mean_1 * (exponential - 1.0) + mean_2 * (1.0 / exponential - 1.0);
    let curvature = mean_1 * exponential + mean_2 / exponential;
    let deviate = (2.0 * (s * x - generating)).max(0.0).sqrt().copysign(s);
    let scaled = 2.0 * (0.5 * s).sinh() * curvature.sqrt();
    normal_sf(deviate) + normal_density(deviate) * (1.0 / scaled - 1.0 / deviate)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Compares with direct summation.
    fn check(y: f64, mean_1: f64, mean_2: f64, expected: f64) {
        let actual = skellam_sf_large(y, mean_1, mean_2);
        let error = (actual / expected - 1.0).abs();
        let is_near = (y - mean_1 + mean_2).abs() <= 3.0 * (mean_1 + mean_2).sqrt();
        assert!(
            error < if is_near { 5e-7 } else { 1e-5 },
            "{y} {mean_1} {mean_2}: {actual} is not {expected}"
        );
    }

    #[test]
    fn tails_are_accurate_from_the_centre_outwards() {
        check(-113.0, 1600.0, 1600.0, 0.9775939953522262);
        check(0.0, 1600.0, 1600.0, 0.5035263226628433);
        check(113.0, 1600.0, 1600.0, 0.02336501070614091);
        check(283.0, 1600.0, 1600.0, 2.9788606990505037e-07);
        check(679.0, 1600.0, 1600.0, 2.4691713008101684e-33);
        check(3086.0, 3200.0, 0.5, 0.9785290135220621);
        check(3200.0, 3200.0, 0.5, 0.4988250221570875);
        check(3313.0, 3200.0, 0.5, 0.023363400153724897);
        check(3482.0, 3200.0, 0.5, 4.394041761070066e-07);
        check(3878.0, 3200.0, 0.5, 2.1133940710914194e-31);
        check(-3313.0, 0.5, 3200.0, 0.9775846710414215);
        check(-3200.0, 0.5, 3200.0, 0.5082257874861578);
        check(-3086.0, 0.5, 3200.0, 0.02240763769105249);
        check(-2917.0, 0.5, 3200.0, 2.121434606820917e-07);
        check(-2521.0, 0.5, 3200.0, 7.274359041888266e-36);
        check(29654.0, 30000.0, 0.0, 0.9774341128820081);
        check(30000.0, 30000.0, 0.0, 0.5007677649187711);
        check(30346.0, 30000.0, 0.0, 0.023191287064966006);
        check(30866.0, 30000.0, 0.0, 3.276195153397688e-07);
        check(32078.0, 30000.0, 0.0, 9.456237399498394e-33);
        check(1687.0, 2500.0, 700.0, 0.9778625978272002);
        check(1800.0, 2500.0, 700.0, 0.5028650756210481);
        check(1913.0, 2500.0, 700.0, 0.023634085759514468);
        check(2083.0, 2500.0, 700.0, 3.630909236070445e-07);
        check(2479.0, 2500.0, 700.0, 3.2771642449746577e-32);
    }

    #[test]
    fn both_expansions_agree_where_they_meet() {
        for (mean_1, mean_2) in [
            (1600.0, 1600.0),
            (3200.0, 0.5),
            (0.0, 4000.0),
            (4000.0, 0.0),
        ] {
            let y = mean_1 - mean_2 + 3.0 * f64::sqrt(mean_1 + mean_2);
            let outside = saddlepoint(y, mean_1, mean_2);
            let inside = edgeworth(3.0, mean_1 - mean_2, mean_1 + mean_2);
            assert!((outside / inside - 1.0).abs() < 5e-6, "{inside} {outside}");
        }
    }
}
