//! How fast it is allocated: bytes and objects for each second or operation, where it is known how many there were.

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
        (amount > 0.0 && amount.is_finite()).then_some(Covered { per, amount })
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

    /// What an estimate is for each.
    pub fn rate(&self, estimate: Estimate) -> AllocationRate {
        let each = |value: i128| value as f64 / self.amount;
        AllocationRate {
            value: each(estimate.value),
            low: estimate.low.map(each),
            high: estimate.high.map(each),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Covered, Estimate, Per};

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
    }
}
