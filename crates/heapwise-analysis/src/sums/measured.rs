//! Decides what a sample adds to a value that is shown, and to what a mean divides it by.

use std::ops::{AddAssign, SubAssign};

use heapwise_decode::LocationIndex;

/// A value and the divisor by which it becomes a mean (graph/graph.go: Node.Flat, Node.FlatDiv).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Sum {
    pub(crate) value: i128,
    /// 0 where no mean is asked for.
    pub(crate) divisor: i128,
}

impl Sum {
    /// The mean where there is a divisor (graph/graph.go: Node.FlatValue).
    pub(crate) fn mean(self) -> i128 {
        self.value.checked_div(self.divisor).unwrap_or(self.value)
    }
}

impl AddAssign for Sum {
    fn add_assign(&mut self, other: Sum) {
        self.value += other.value;
        self.divisor += other.divisor;
    }
}

impl SubAssign for Sum {
    fn sub_assign(&mut self, other: Sum) {
        self.value -= other.value;
        self.divisor -= other.divisor;
    }
}

/// A sample of which something is measured.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MeasuredStack<'a> {
    /// From the root to the leaf.
    pub(crate) stack: &'a [LocationIndex],
    /// How many frames, from the root, are those of the stack told before.
    pub(crate) shared: usize,
    /// What is measured: never nothing.
    pub(crate) sum: Sum,
}

/// Which value of samples is shown, and by which it is divided.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Measured {
    pub(crate) value: usize,
    pub(crate) divisor: Option<usize>,
}

impl Measured {
    /// What is measured in a sample.
    #[inline]
    pub(crate) fn all(self, values: &[i64]) -> Sum {
        let at = |index: usize| i128::from(values.get(index).copied().unwrap_or(0));
        Sum {
            value: at(self.value),
            divisor: self.divisor.map_or(0, at),
        }
    }

    /// What is measured in a sample; `None` when that is nothing.
    #[inline]
    pub(crate) fn of(self, values: &[i64]) -> Option<Sum> {
        Some(self.all(values)).filter(|&sum| sum != Sum::default())
    }
}
