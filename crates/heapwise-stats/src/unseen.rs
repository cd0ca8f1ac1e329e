//! Two sides of blocks that are too large to be missed: small ones may have gone unseen beside them.
//!
//! So much of them that they amount to u have all been missed with the chance exp(-u / weight), where the
//! weight is what one sampled small block stands for: the rate, in bytes. That a side has more than it
//! seems is then as likely as that.

use super::ratio::RatioInterval;
use super::skellam::{Tails, exact_tails};

/// Tails of a difference after - ratio * before that has no noise, where the weights of what may have gone
/// unseen are given before, times the ratio, and after.
pub(crate) fn certain_tails(difference: f64, rounding: f64, (before, after): (f64, f64)) -> Tails {
    let exact = exact_tails(difference, rounding);
    Tails {
        at_least: exact.at_least.max(chance(difference, before)),
        at_most: exact.at_most.max(chance(-difference, after)),
    }
}

/// The ratios that [`certain_tails`] do not reject, with `tail` on either side.
pub(crate) fn certain_interval(
    (before, after): (f64, f64),
    (unseen_before, unseen_after): (f64, f64),
    tail: f64,
) -> RatioInterval {
    let most = |weight: f64| -tail.ln() * weight;
    let over = |above: f64, below: f64| (below > 0.0).then(|| above / below);
    RatioInterval {
        ratio: over(after, before),
        low: over(after, before + most(unseen_before)),
        high: over(after + most(unseen_after), before),
    }
}

/// The chance that so much went unseen.
fn chance(amount: f64, weight: f64) -> f64 {
    if weight > 0.0 {
        (-amount.max(0.0) / weight).exp()
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::{certain_interval, certain_tails};

    #[test]
    fn limits_are_where_the_tails_are() {
        let (before, after, unseen) = (20.0, 30.0, (1.0, 2.0));
        let tail = 0.025;
        let found = certain_interval((before, after), unseen, tail);
        let tails =
            |ratio: f64| certain_tails(after - ratio * before, 1e-9, (ratio * unseen.0, unseen.1));
        let (low, high) = (found.low.expect("a limit"), found.high.expect("a limit"));
        assert!((tails(low).at_least - tail).abs() < 1e-12);
        assert!((tails(high).at_most - tail).abs() < 1e-12);
        assert!(low < 1.5 && high > 1.5);
    }

    #[test]
    fn is_certain_where_nothing_can_be_missed() {
        let found = certain_interval((20.0, 30.0), (0.0, 0.0), 0.025);
        assert_eq!((found.low, found.high), (Some(1.5), Some(1.5)));
        let tails = certain_tails(1.0, 1e-9, (0.0, 0.0));
        assert_eq!((tails.at_least, tails.at_most), (0.0, 1.0));
    }

    #[test]
    fn equal_sides_reject_nothing() {
        let tails = certain_tails(0.0, 1e-9, (1.0, 1.0));
        assert_eq!((tails.at_least, tails.at_most), (1.0, 1.0));
    }
}
