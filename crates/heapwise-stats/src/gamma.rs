//! Relatives of the gamma function: the incomplete gamma function, digamma, trigamma.
//!
//! Written here because the chance of a count needs the incomplete gamma function at a relative
//! accuracy of about 1e-12 deep in the tail, where a difference from one would be lost.

use super::numeric::{bisect, crossing};

/// From this argument on the asymptotic series below are accurate to the last digit or two.
const ASYMPTOTIC_FROM: f64 = 12.0;

/// Largest number of terms of a series or continued fraction; never reached for counts below 10^9.
const MAX_TERMS: u32 = 200_000;

/// Coefficients of 1/x^2, 1/x^4, ... in the asymptotic series of digamma (Bernoulli numbers over 2k).
const DIGAMMA: [f64; 7] = [
    1.0 / 12.0,
    -1.0 / 120.0,
    1.0 / 252.0,
    -1.0 / 240.0,
    1.0 / 132.0,
    -691.0 / 32_760.0,
    1.0 / 12.0,
];

/// Coefficients of 1/x^3, 1/x^5, ... in the asymptotic series of trigamma (Bernoulli numbers).
const TRIGAMMA: [f64; 7] = [
    1.0 / 6.0,
    -1.0 / 30.0,
    1.0 / 42.0,
    -1.0 / 30.0,
    5.0 / 66.0,
    -691.0 / 2730.0,
    7.0 / 6.0,
];

/// Natural logarithm of the gamma function for x > 0; infinite at and below zero.
pub(crate) fn ln_gamma(x: f64) -> f64 {
    if x <= 0.0 {
        return f64::INFINITY;
    }
    libm::lgamma(x)
}

/// The sum of `coefficients[k] / x^(2k)`, by Horner's rule.
fn inverse_square_series(coefficients: &[f64], x: f64) -> f64 {
    let inverse_square = 1.0 / (x * x);
    coefficients
        .iter()
        .rev()
        .fold(0.0, |sum, coefficient| sum * inverse_square + coefficient)
}

/// Regularised lower incomplete gamma function P(a, x): the chance that a Poisson count of mean `x`
/// reaches `a`, continued to real `a`. One for a <= 0, zero for x <= 0 < a.
pub(crate) fn gamma_p(a: f64, x: f64) -> f64 {
    if a <= 0.0 {
        1.0
    } else if x <= 0.0 {
        0.0
    } else if x < a + 1.0 {
        lower_series(a, x).min(1.0)
    } else {
        (1.0 - upper_fraction(a, x)).max(0.0)
    }
}

/// The complement Q(a, x) = 1 - P(a, x), without cancellation where it is small.
pub(crate) fn gamma_q(a: f64, x: f64) -> f64 {
    if a <= 0.0 {
        0.0
    } else if x <= 0.0 {
        1.0
    } else if x < a + 1.0 {
        (1.0 - lower_series(a, x)).max(0.0)
    } else {
        upper_fraction(a, x).min(1.0)
    }
}

/// x^a e^-x / gamma(a), from its logarithm so that it cannot overflow.
fn gamma_front(a: f64, x: f64) -> f64 {
    (a * x.ln() - x - ln_gamma(a)).exp()
}

/// P(a, x) by its power series, which converges quickly for x < a + 1.
fn lower_series(a: f64, x: f64) -> f64 {
    let mut term = 1.0 / a;
    let mut sum = term;
    let mut denominator = a;
    for _ in 0..MAX_TERMS {
        denominator += 1.0;
        term *= x / denominator;
        sum += term;
        if term < sum * 1e-17 {
            break;
        }
    }
    sum * gamma_front(a, x)
}

/// Q(a, x) by Legendre's continued fraction (modified Lentz method), for x >= a + 1.
fn upper_fraction(a: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let mut b = x + 1.0 - a;
    let mut c = 1.0 / TINY;
    let mut d = 1.0 / b;
    let mut fraction = d;
    for step in 1..MAX_TERMS {
        let i = f64::from(step);
        let numerator = -i * (i - a);
        b += 2.0;
        d = numerator * d + b;
        if d.abs() < TINY {
            d = TINY;
        }
        c = b + numerator / c;
        if c.abs() < TINY {
            c = TINY;
        }
        d = 1.0 / d;
        let factor = d * c;
        fraction *= factor;
        if (factor - 1.0).abs() < 1e-16 {
            break;
        }
    }
    fraction * gamma_front(a, x)
}

/// Digamma, the derivative of ln gamma, for x > 0.
pub(crate) fn digamma(x: f64) -> f64 {
    let mut shifted = x;
    let mut correction = 0.0;
    while shifted < ASYMPTOTIC_FROM {
        correction += 1.0 / shifted;
        shifted += 1.0;
    }
    let series = inverse_square_series(&DIGAMMA, shifted) / (shifted * shifted);
    shifted.ln() - 0.5 / shifted - series - correction
}

/// Trigamma, the second derivative of ln gamma, for x > 0.
pub(crate) fn trigamma(x: f64) -> f64 {
    let mut shifted = x;
    let mut correction = 0.0;
    while shifted < ASYMPTOTIC_FROM {
        correction += 1.0 / (shifted * shifted);
        shifted += 1.0;
    }
    let square = shifted * shifted;
    let series = inverse_square_series(&TRIGAMMA, shifted) / (square * shifted);
    1.0 / shifted + 0.5 / square + series + correction
}

/// The x > 0 whose trigamma is `value`. Trigamma falls steadily, so bisection in ln x finds it; outside
/// 1e-12..1e12 the leading terms 1/x^2 and 1/x are exact to all digits.
pub(crate) fn trigamma_inverse(value: f64) -> f64 {
    if value > 1e12 {
        return 1.0 / value.sqrt();
    }
    if value < 1e-12 {
        return 1.0 / value;
    }
    bisect(-30.0, 30.0, 100, |ln_x| trigamma(ln_x.exp()) > value).exp()
}

/// Median of the chi-square distribution with `degrees` > 0 degrees of freedom.
pub(crate) fn chi_square_median(degrees: f64) -> f64 {
    chi_square_quantile(0.5, degrees)
}

/// The chi-square value that is not exceeded with this chance, strictly between 0 and 1.
pub(crate) fn chi_square_quantile(chance: f64, degrees: f64) -> f64 {
    let half = 0.5 * degrees;
    let mut high = half + 1.0;
    while gamma_p(half, high) < chance && high < 1e6 * (half + 1.0) {
        high *= 2.0;
    }
    2.0 * crossing(0.0, high, |x| gamma_p(half, x) - chance)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numeric::check;

    #[test]
    fn ln_gamma_is_accurate() {
        for (arguments, expected) in [
            (1e-09, 20.723265836369194),
            (0.5, 0.5723649429247),
            (3.7, 1.428072326665388),
            (12.0, 17.502307845873887),
            (171.0, 706.5730622457875),
            (3000.5, 21020.021627595055),
            (10000000.0, 151180949.36947393),
        ] {
            check(ln_gamma(arguments), expected, 1e-13);
        }
    }

    #[test]
    fn incomplete_gamma_is_accurate_in_both_tails() {
        for (arguments, expected) in [
            ((0.5, 0.1), 0.34527915398142317),
            ((5.0, 0.001), 8.326391864211505e-18),
            ((5.0, 5.0), 0.5595067149347879),
            ((40.5, 12.0), 8.417875160337684e-11),
            ((1000.0, 800.0), 5.501419776179194e-12),
            ((1000.0, 1100.0), 0.9989406767460701),
            ((3.0, 30.0), 0.9999999999549898),
        ] {
            check(gamma_p(arguments.0, arguments.1), expected, 1e-11);
        }
    }

    #[test]
    fn complement_keeps_its_digits() {
        for (arguments, expected) in [
            ((0.5, 30.0), 9.485737571073857e-15),
            ((5.0, 60.0), 5.060046065842555e-21),
            ((1000.0, 1300.0), 1.8736155715785688e-18),
            ((7.0, 0.001), 1.0),
        ] {
            check(gamma_q(arguments.0, arguments.1), expected, 1e-11);
        }
    }

    #[test]
    fn digamma_is_accurate() {
        for (arguments, expected) in [
            (0.01, -100.56088545786868),
            (0.5, -1.9635100260214235),
            (1.0, -0.5772156649015329),
            (2.0, 0.42278433509846713),
            (7.5, 1.9467574842460866),
            (10000.0, 9.21029037114285),
        ] {
            check(digamma(arguments), expected, 1e-13);
        }
    }

    #[test]
    fn trigamma_is_accurate() {
        for (arguments, expected) in [
            (0.01, 10001.621213528311),
            (0.5, 4.93480220054468),
            (1.0, 1.6449340668482266),
            (2.0, 0.6449340668482266),
            (7.5, 0.1426158966967038),
            (10000.0, 0.00010000500016666666),
        ] {
            check(trigamma(arguments), expected, 1e-13);
        }
    }

    #[test]
    fn trigamma_inverse_undoes_trigamma() {
        for x in [1e-7, 0.02, 1.0, 7.02, 350.0, 1e13] {
            check(trigamma_inverse(trigamma(x)), x, 1e-9);
        }
    }

    #[test]
    fn chi_square_median_is_accurate() {
        for (arguments, expected) in [
            (1.0, 0.454936423119572),
            (2.0, 1.386294361119891),
            (4.0, 3.3566939800333224),
            (18.0, 17.33790236874074),
            (198.0, 197.33373385847673),
        ] {
            check(chi_square_median(arguments), expected, 1e-12);
        }
    }
}
