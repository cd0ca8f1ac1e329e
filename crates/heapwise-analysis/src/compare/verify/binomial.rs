//! How likely so many of some cycles are within a bound.

/// Chance that at least `count` of `of` are, each with the chance `part` strictly between 0 and 1 (binomial, exact).
pub(super) fn at_least(count: u64, of: u64, part: f64) -> f64 {
    let odds = (part / (1.0 - part)).ln();
    let mut log = of as f64 * (1.0 - part).ln();
    let mut sum = 0.0;
    for hits in 0..=of {
        if hits >= count {
            sum += log.exp();
        }
        log += ((of - hits) as f64 / (hits + 1) as f64).ln() + odds;
    }
    f64::min(sum, 1.0)
}

/// Chance that at most so many are.
pub(super) fn at_most(count: u64, of: u64, part: f64) -> f64 {
    at_least(of.saturating_sub(count), of, 1.0 - part)
}

#[cfg(test)]
mod tests {
    use super::{at_least, at_most};

    #[test]
    fn all_of_many_are_as_likely_as_the_power() {
        assert!((at_least(299, 299, 0.99) - 0.99_f64.powi(299)).abs() < 1e-12);
        assert!((at_least(3, 5, 0.5) - 0.5).abs() < 1e-12);
        assert!((at_most(0, 4, 0.5) - 0.0625).abs() < 1e-12);
        assert!((at_most(4, 4, 0.3) - 1.0).abs() < 1e-12);
    }
}
