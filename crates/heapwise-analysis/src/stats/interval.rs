//! The confidence interval of one total.

use super::mix::{Mix, Quantity};
use super::numeric::crossing;
use super::skellam::{Cumulants, Tails, skellam_tails};

/// How often an interval is to contain the truth, strictly between 0 and 1.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Confidence(f64);

impl Confidence {
    /// A level such as 0.95. `None` outside the open interval from 0 to 1.
    #[must_use]
    pub fn new(level: f64) -> Option<Self> {
        (level > 0.0 && level < 1.0).then_some(Self(level))
    }

    /// The level, strictly between 0 and 1.
    #[must_use]
    pub fn level(self) -> f64 {
        self.0
    }

    /// What is left for either side: half of one minus the level.
    #[must_use]
    pub fn each_tail(self) -> f64 {
        0.5 * (1.0 - self.0)
    }
}

impl Default for Confidence {
    /// 0.95.
    fn default() -> Self {
        Self(0.95)
    }
}

/// An estimated total with its sampling error, in bytes or objects.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The unbiased estimate; zero when nothing was sampled.
    pub value: f64,
    /// Standard error of `value`; zero when exact, `None` when nothing was sampled at a rate that
    /// misses blocks.
    pub standard_error: Option<f64>,
    /// Lower limit, at least what was seen.
    pub low: f64,
    /// Upper limit. `None` when there is none: objects of which not one was sampled.
    pub high: Option<f64>,
    /// Whether `high` reaches its confidence level. False for objects at a site whose block sizes
    /// differ by more than a factor of four; show `low` as "at least" there.
    pub high_is_reliable: bool,
    /// Number of sampled blocks.
    pub sampled: u64,
}

/// Estimate and interval of the total of a mix.
///
/// A true total t is kept in the interval while noise as large as the observed deviation has at least
/// half of one minus the level in its tail; the noise at t has the observed cumulants times
/// t/estimate. For blocks much smaller than the rate this is the exact Poisson interval.
///
/// Without a sample the upper limit is -ln(tail) effective samples: 3.7 rates of bytes at 95%.
///
/// Source: Garwood 1936 for the Poisson limit; see [`skellam_tails`] for the noise.
#[must_use]
pub fn estimate(mix: &Mix, quantity: Quantity, confidence: Confidence) -> Estimate {
    let cumulants = mix.cumulants(quantity);
    let value = mix.total(quantity);
    if mix.is_empty() {
        return estimate_unsampled(mix, quantity, confidence);
    }
    let mut result = Estimate {
        value,
        standard_error: Some(cumulants.second.sqrt()),
        low: value,
        high: Some(value),
        high_is_reliable: true,
        sampled: mix.samples(),
    };
    if cumulants.second > 0.0 {
        let total = Total { value, cumulants };
        let tail = confidence.each_tail();
        result.low = total.lower(mix.seen(quantity), tail);
        result.high = Some(total.upper(tail));
        result.high_is_reliable = quantity == Quantity::Bytes || !mix.spans_widely();
    }
    result
}

fn estimate_unsampled(mix: &Mix, quantity: Quantity, confidence: Confidence) -> Estimate {
    let exact = mix.rate().records_everything();
    let high = match quantity {
        _ if exact => Some(0.0),
        Quantity::Bytes => Some(-confidence.each_tail().ln() * mix.rate().as_f64()),
        Quantity::Objects => None,
    };
    Estimate {
        value: 0.0,
        standard_error: exact.then_some(0.0),
        low: 0.0,
        high,
        high_is_reliable: high.is_some(),
        sampled: 0,
    }
}

/// A total with the cumulants of its noise at the estimate.
struct Total {
    value: f64,
    cumulants: Cumulants,
}

impl Total {
    /// Tails of the noise when the truth is `truth`.
    fn tails(&self, truth: f64) -> Tails {
        let factor = truth / self.value;
        let cumulants = Cumulants {
            second: self.cumulants.second * factor,
            third: self.cumulants.third * factor,
            fourth: self.cumulants.fourth * factor,
        };
        skellam_tails(self.value - truth, cumulants)
    }

    fn lower(&self, seen: f64, tail: f64) -> f64 {
        if self.tails(seen).at_least >= tail {
            return seen;
        }
        crossing(seen, self.value, |truth| {
            (self.tails(truth).at_least / tail).ln()
        })
    }

    fn upper(&self, tail: f64) -> f64 {
        let mut reach = 10.0 * self.cumulants.second.sqrt() + 1.0;
        for _ in 0..64 {
            if self.tails(self.value + reach).at_most <= tail {
                break;
            }
            reach *= 2.0;
        }
        crossing(self.value, self.value + reach, |truth| {
            (self.tails(truth).at_most / tail).ln()
        })
    }
}
