//! What is measured, added up along the paths of samples.

use heapwise_decode::Sample;

use crate::sums::measured::{Measured, Sum};
use crate::sums::path::PathSums;

/// Adds what is measured to everything on the path of a sample.
#[derive(Debug)]
pub(super) struct MeasuredPath {
    measured: Measured,
    values: PathSums<i128>,
    divisors: Option<PathSums<i128>>,
    /// Frames shared with the last sample in which something was measured.
    shared: usize,
}

impl MeasuredPath {
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
        self.values.add(sum.value);
        if let Some(divisors) = &mut self.divisors {
            divisors.add(sum.divisor);
        }
    }

    /// The sums by item.
    pub(super) fn finish(self) -> Vec<Sum> {
        let divisors = self.divisors.map(PathSums::finish).unwrap_or_default();
        let values = self.values.finish().into_iter().enumerate();
        values
            .map(|(at, value)| Sum {
                value,
                divisor: divisors.get(at).copied().unwrap_or(0),
            })
            .collect()
    }
}
