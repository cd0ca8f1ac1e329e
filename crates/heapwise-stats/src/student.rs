//! Student's t distribution: upper tail and its inverse, for any real degrees of freedom.

use super::gamma::ln_gamma;
use super::numeric::crossing;

/// Chance that a t variable with `degrees` > 0 degrees of freedom is at least `t`.
///
/// Half the regularised incomplete beta function I(degrees/2, 1/2) at degrees/(degrees + t^2).
pub(crate) fn student_sf(t: f64, degrees: f64) -> f64 {
    if t < 0.0 {
        return 1.0 - student_sf(-t, degrees);
    }
    let square = t * t;
    if square.is_infinite() {
        return 0.0;
    }
    let x = degrees / (degrees + square);
    let complement = square / (degrees + square);
    0.5 * incomplete_beta(0.5 * degrees, 0.5, x, complement)
}

/// The t whose upper tail is `chance`, for a chance of at most one half.
pub(crate) fn student_isf(chance: f64, degrees: f64) -> f64 {
    let mut high = 1.0;
    while student_sf(high, degrees) > chance && high < 1e150 {
        high *= 2.0;
    }
    crossing(0.0, high, |t| (student_sf(t, degrees) / chance).ln())
}

/// Regularised incomplete beta function I_x(a, b); `complement` is 1 - x, given apart because it
/// may be far below the rounding error of x.
fn incomplete_beta(a: f64, b: f64, x: f64, complement: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if complement <= 0.0 {
        return 1.0;
    }
    let log_front = ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * x.ln() + b * complement.ln();
    let front = log_front.exp();
    if x < (a + 1.0) / (a + b + 2.0) {
        front * beta_fraction(a, b, x) / a
    } else {
        1.0 - front * beta_fraction(b, a, complement) / b
    }
}

/// The continued fraction of the incomplete beta function (modified Lentz method).
fn beta_fraction(a: f64, b: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let keep_off_zero = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut c = 1.0;
    let mut d = 1.0 / keep_off_zero(1.0 - (a + b) * x / (a + 1.0));
    let mut fraction = d;
    for step in 1..10_000_u32 {
        let m = f64::from(step);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let mut factor = 1.0;
        for coefficient in [even, odd] {
            d = 1.0 / keep_off_zero(1.0 + coefficient * d);
            c = keep_off_zero(1.0 + coefficient / c);
            factor = d * c;
            fraction *= factor;
        }
        if (factor - 1.0).abs() < 1e-16 {
            break;
        }
    }
    fraction
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numeric::check;

    #[test]
    fn upper_tail_is_accurate() {
        for (arguments, expected) in [
            ((0.0, 3.0), 0.5),
            ((-1.5, 4.0), 0.896),
            ((1e-05, 2.0), 0.49999646446609414),
            ((2.5, 1.0), 0.12111894159084341),
            ((3.0, 6.7), 0.010504439159968685),
            ((37.0, 4.0), 1.5929509927326851e-06),
            ((2.0, 300.0), 0.02320076049157455),
            ((12.0, 8.0), 1.0719333738443846e-06),
            ((10000.0, 2.0), 4.9999999250000005e-09),
        ] {
            check(student_sf(arguments.0, arguments.1), expected, 1e-11);
        }
    }

    #[test]
    fn inverse_is_accurate() {
        for (arguments, expected) in [
            ((0.025, 1.0), 12.706204736174705),
            ((0.025, 2.0), 4.302652729749464),
            ((0.025, 8.5), 2.282604893392452),
            ((0.005, 4.0), 4.604094871349993),
            ((1e-09, 3.0), 1033.1096745038078),
        ] {
            check(student_isf(arguments.0, arguments.1), expected, 1e-11);
        }
    }
}
