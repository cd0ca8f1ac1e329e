//! What sums along the paths of samples are kept in.

use std::num::Wrapping;
use std::ops::{AddAssign, SubAssign};

use crate::sums::measured::Sum;

/// What is added up: all of what is measured, or a value alone in 64 bits that wrap around, where what all
/// samples measure together fits into these, at a quarter of the memory to wait for.
pub(super) trait Summed: Copy + Default + AddAssign + SubAssign {
    fn of(sum: Sum) -> Self;
    fn whole(self) -> Sum;
}

impl Summed for Sum {
    fn of(sum: Sum) -> Sum {
        sum
    }

    fn whole(self) -> Sum {
        self
    }
}

impl Summed for Wrapping<i64> {
    #[inline]
    fn of(sum: Sum) -> Wrapping<i64> {
        Wrapping(sum.value as i64)
    }

    fn whole(self) -> Sum {
        Sum {
            value: self.0.into(),
            divisor: 0,
        }
    }
}
