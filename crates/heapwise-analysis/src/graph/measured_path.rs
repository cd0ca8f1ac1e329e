//! What is measured, added up along the paths of samples.

use std::num::Wrapping;
use std::ops::{AddAssign, SubAssign};

use heapwise_decode::Sample;

use crate::sums::measured::{Measured, Sum};
use crate::sums::path::PathSums;

/// What sums are kept in: 128 bits, or 64 that wrap around where what all samples measure together fits
/// into these, at half the memory to wait for.
pub(super) trait Summed: Copy + Default + AddAssign + SubAssign {
    fn of(value: i128) -> Self;
    fn whole(self) -> i128;
}

impl Summed for i128 {
    fn of(value: i128) -> i128 {
        value
    }

    fn whole(self) -> i128 {
        self
    }
}

impl Summed for Wrapping<i64> {
    #[inline]
    fn of(value: i128) -> Wrapping<i64> {
        Wrapping(value as i64)
    }

    fn whole(self) -> i128 {
        self.0.into()
    }
}

/// Adds what is measured to everything on the path of a sample.
#[derive(Debug)]
pub(super) struct MeasuredPath<V> {
    measured: Measured,
    values: PathSums<V>,
    divisors: Option<PathSums<V>>,
    /// Frames shared with the last sample in which something was measured.
    shared: usize,
}

impl<V: Summed> MeasuredPath<V> {
    pub(super) fn new(measured: Measured) -> Self {
        Self {
            measured,
            values: PathSums::new(),
            divisors: measured.divisor.map(|_| PathSums::new()),
            shared: usize::MAX,
        }
    }

    /// Leaves on the path what a sample shares with it, and tells how many frames that are and what
    /// is measured; `None` when that is nothing.
    #[inline]
    pub(super) fn enter(&mut self, sample: &Sample<'_>) -> Option<(usize, Sum)> {
        self.shared = self.shared.min(sample.shared_frames());
        let sum = self.measured.of(sample.values())?;
        let shared = self.shared.min(self.values.depth());
        self.shared = usize::MAX;
        self.values.truncate(shared);
        if let Some(divisors) = &mut self.divisors {
            divisors.truncate(shared);
        }
        Some((shared, sum))
    }

    /// Puts an item on the path, of a frame that [`MeasuredPath::end_frame`] ends. Returns whether it was
    /// not there before.
    #[inline]
    pub(super) fn push_item(&mut self, item: u32) -> bool {
        if let Some(divisors) = &mut self.divisors {
            divisors.push_item(item);
        }
        self.values.push_item(item)
    }

    /// Puts a frame at the leaf side: the items that came since the last one.
    #[inline]
    pub(super) fn end_frame(&mut self) {
        if let Some(divisors) = &mut self.divisors {
            divisors.end_frame();
        }
        self.values.end_frame();
    }

    /// Adds to everything on the path.
    #[inline]
    pub(super) fn add(&mut self, sum: Sum) {
        self.values.add(V::of(sum.value));
        if let Some(divisors) = &mut self.divisors {
            divisors.add(V::of(sum.divisor));
        }
    }

    /// The sums by item.
    pub(super) fn finish(self) -> Vec<Sum> {
        let divisors = self.divisors.map(PathSums::finish).unwrap_or_default();
        let values = self.values.finish().into_iter().enumerate();
        values
            .map(|(at, value)| Sum {
                value: value.whole(),
                divisor: divisors.get(at).map_or(0, |divisor| divisor.whole()),
            })
            .collect()
    }
}
