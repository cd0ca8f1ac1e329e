//! Which of the two values of a site is meant.

use super::ranking::RankRow;
use crate::sums::blocks::Blocks;

/// Flat or cumulative.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Column {
    /// What was allocated in the site itself.
    Flat,
    /// What was allocated in it or in what it called.
    Cum,
}

impl Column {
    /// A row's value of a sample type.
    pub(crate) fn value(self, row: &RankRow, index: usize) -> i128 {
        match self {
            Column::Flat => row.flat_of(index),
            Column::Cum => row.cum_of(index),
        }
    }

    /// The sampled blocks behind it.
    pub(crate) fn blocks(self, row: &RankRow) -> &Blocks {
        match self {
            Column::Flat => &row.flat_blocks,
            Column::Cum => &row.cum_blocks,
        }
    }
}
