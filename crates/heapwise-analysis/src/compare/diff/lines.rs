//! Whether lines of functions are compared by their number, or as they are counted from the start of the function.

use super::side::DiffSide;

/// How the lines of two sides are told to be the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lines {
    /// Counted from the start of their function.
    Relative,
    /// By their number: one side does not tell where functions start, as texts do not.
    Numbered,
}

impl Lines {
    /// Of sides one of which may tell of no function where it starts.
    pub(super) fn of(sides: [&DiffSide<'_>; 2]) -> Lines {
        match sides
            .iter()
            .all(|side| side.is_empty() || side.has_starts())
        {
            true => Lines::Relative,
            false => Lines::Numbered,
        }
    }

    /// Where a function starts, as far as that counts.
    pub(super) fn start(self, start: Option<i64>) -> Option<i64> {
        start.filter(|_| self == Lines::Relative)
    }
}
