//! How fast it is allocated: bytes and objects for each second or operation, where it is known how many there were.

use heapwise_stats::{Confidence, LogRatioTest, RatioTest};

use crate::compare::diff::Per;
use crate::sums::estimate::Estimate;

/// What was ever allocated.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Allocation {
    /// Its bytes.
    pub bytes: Estimate,
    /// Its objects.
    pub objects: Estimate,
}

/// How much work profiles cover.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Covered {
    /// What it is counted in.
    pub per: Per,
    /// How many of these, more than 0.
    pub amount: f64,
    /// Between how many it may be, where that is not known exactly: the fewest and the most.
    pub between: (f64, f64),
}

/// An estimate for each second or operation.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct AllocationRate {
    /// The rate.
    pub value: f64,
    /// The lower end of its interval.
    pub low: Option<f64>,
    /// The upper end of its interval.
    pub high: Option<f64>,
}

impl Covered {
    /// So much work; `None` where that is nothing.
    pub fn new(per: Per, amount: f64) -> Option<Covered> {
        (amount > 0.0 && amount.is_finite()).then_some(Covered {
            per,
            amount,
            between: (amount, amount),
        })
    }

    /// The same where it is known but for a coefficient of variation.
    #[must_use]
    pub fn with_variation(self, variation: f64, confidence: Confidence) -> Covered {
        let test = LogRatioTest::new(1.0, variation);
        let factors = test.and_then(|test| test.ratio_interval(confidence));
        let ends = factors.and_then(|factors| Some((factors.low?, factors.high?)));
        let (low, high) = ends.unwrap_or((1.0, 1.0));
        Covered {
            between: (self.amount * low, self.amount * high),
            ..self
        }
    }

    /// Of profiles that each cover so many nanoseconds, all together; `None` where one does not tell.
    pub fn of_durations(durations: impl IntoIterator<Item = Option<i64>>) -> Option<Covered> {
        let known = durations.into_iter();
        let known = known.map(|nanos| nanos.filter(|&nanos| nanos > 0));
        let nanos: f64 = known
            .map(|nanos| nanos.map(|nanos| nanos as f64))
            .sum::<Option<f64>>()?;
        Covered::new(Per::Second, nanos / 1e9)
    }

    /// The same where the amount was told by what was allocated, which is known with an error.
    #[must_use]
    pub fn told_by(self, allocated: Estimate) -> Covered {
        let value = allocated.value.max(1) as f64;
        let part = |end: Option<i128>| end.map_or(1.0, |end| end as f64 / value);
        let (low, high) = self.between;
        Covered {
            between: (low * part(allocated.low), high * part(allocated.high)),
            ..self
        }
    }

    /// What an estimate is for each.
    pub fn rate(&self, estimate: Estimate) -> AllocationRate {
        let each = |value: i128, amount: f64| value as f64 / amount;
        let (fewest, most) = self.between;
        AllocationRate {
            value: each(estimate.value, self.amount),
            low: estimate.low.map(|low| each(low, most)),
            // Of none at least nothing is known.
            high: estimate
                .high
                .filter(|_| fewest > 0.0)
                .map(|high| each(high, fewest)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Confidence, Covered, Estimate, Per};

    #[test]
    fn is_not_made_up_where_a_profile_does_not_tell() {
        let of = |all: &[Option<i64>]| Covered::of_durations(all.iter().copied());
        let amount = |all| of(all).map(|covered| covered.amount);
        assert_eq!(
            amount(&[Some(2_000_000_000), Some(1_000_000_000)]),
            Some(3.0)
        );
        assert_eq!(amount(&[Some(2_000_000_000), None]), None);
        assert_eq!(amount(&[Some(2_000_000_000), Some(0)]), None);
        assert_eq!(amount(&[Some(-1)]), None);
        assert_eq!(amount(&[]), None);
    }

    #[test]
    fn has_the_error_of_what_it_is_of() {
        let covered = Covered::new(Per::Second, 4.0);
        let rate = covered.map(|covered| covered.rate(Estimate::exact(10)));
        assert_eq!(
            rate.map(|rate| (rate.value, rate.low, rate.high)),
            Some((2.5, Some(2.5), Some(2.5)))
        );
        assert_eq!(Covered::new(Per::Operation, 0.0), None);
        let unsure = covered.map(|covered| covered.with_variation(0.1, Confidence::default()));
        let rate = unsure.map(|covered| covered.rate(Estimate::exact(10)));
        let (low, high) = rate.map_or((None, None), |rate| (rate.low, rate.high));
        assert!(low.is_some_and(|low| (2.0..2.1).contains(&low)), "{low:?}");
        assert!(
            high.is_some_and(|high| (3.0..3.1).contains(&high)),
            "{high:?}"
        );
        let sure = covered.map(|covered| covered.with_variation(0.0, Confidence::default()));
        assert_eq!(sure, covered);
        let estimate = |low| Estimate {
            low: Some(low),
            high: Some(15),
            ..Estimate::exact(10)
        };
        let between = |low| covered.map(|covered| covered.told_by(estimate(low)).between);
        assert_eq!(between(5), Some((2.0, 6.0)));
        let unknown = covered.map(|covered| covered.told_by(estimate(0)).rate(Estimate::exact(10)));
        assert_eq!(unknown.and_then(|rate| rate.high), None);
    }
}
