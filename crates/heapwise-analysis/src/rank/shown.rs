//! Decides which rows of a ranked view are shown, in which order, and counts those that are not.

use super::trim::{Trim, Worth};

/// The rows of a view that are shown, and what they leave out.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Shown<T> {
    /// The rows, in order.
    pub rows: Vec<T>,
    /// The others.
    pub omitted: Omitted,
}

/// What a shortened list leaves out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Omitted {
    /// Rows left out.
    pub rows: usize,
    /// Those of them that are small; the others are too many.
    pub small: usize,
    /// Their flat values, and in a ranking those of samples without a stack: shown and omitted
    /// together are the net total.
    pub flat: i128,
}

/// What rows are ordered by: largest absolute value first, equal ones by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum RowOrder {
    /// What was sampled in the row itself.
    #[default]
    Flat,
    /// What was sampled in it and in what it called.
    Cum,
}

impl RowOrder {
    /// By cumulative values where that is asked for.
    pub fn by_cum(is_cum: bool) -> RowOrder {
        match is_cum {
            true => RowOrder::Cum,
            false => RowOrder::Flat,
        }
    }

    /// What comes first and what second.
    pub(crate) fn key(self, worth: Worth) -> (i128, i128) {
        match self {
            RowOrder::Flat => (worth.flat, worth.cum),
            RowOrder::Cum => (worth.cum, worth.flat),
        }
    }
}

impl<T> Shown<T> {
    /// Leaves out what is small, orders the rest, and leaves out what is too much (report/report.go:
    /// newTrimmedGraph).
    pub(crate) fn of(
        rows: impl Iterator<Item = T>,
        trim: &Trim,
        worth: impl Fn(&T) -> Worth,
        sort: impl FnOnce(&mut [T]),
    ) -> Shown<T> {
        let mut rows: Vec<T> = rows.filter(|row| trim.lists(worth(row))).collect();
        let sum = |rows: &[T]| -> i128 { rows.iter().map(|row| worth(row).flat).sum() };
        let (all, total) = (rows.len(), sum(&rows));
        let cutoffs = trim.cutoffs(total);
        rows.retain(|row| cutoffs.keeps(worth(row)));
        let small = all - rows.len();
        sort(&mut rows);
        rows.truncate(trim.limit());
        let omitted = Omitted {
            rows: all - rows.len(),
            small,
            flat: total - sum(&rows),
        };
        Shown { rows, omitted }
    }

    /// The first rows of a list that is in order and has no small ones.
    pub fn first(mut rows: Vec<T>, limit: usize, flat: impl Fn(&T) -> i128) -> Shown<T> {
        let left = rows.split_off(limit.min(rows.len()));
        let omitted = Omitted {
            rows: left.len(),
            small: 0,
            flat: left.iter().map(flat).sum(),
        };
        Shown { rows, omitted }
    }

    /// All rows.
    pub fn count(&self) -> usize {
        self.rows.len() + self.omitted.rows
    }

    /// The same with other rows for these.
    pub fn map<U>(self, row: impl FnMut(T) -> U) -> Shown<U> {
        Shown {
            rows: self.rows.into_iter().map(row).collect(),
            omitted: self.omitted,
        }
    }
}
