//! How much tables may take, and how many rows they may have.

use std::ops::Range;

use crate::error::{Error, ErrorKind, Result, Stage};
use crate::tables::Budget;
use crate::words::counted;

/// Positions of rows.
pub(super) fn range(start: usize, end: usize) -> Result<Range<u32>> {
    match (u32::try_from(start), u32::try_from(end)) {
        (Ok(start), Ok(end)) => Ok(start..end),
        _ => Err(too_many()),
    }
}

fn too_many() -> Error {
    Error::structure("dictionary", "more than 4294967295 rows", "fewer rows")
}

/// Takes memory for rows.
pub(super) fn take(budget: &mut Budget, bytes: usize) -> Result<()> {
    budget.take(bytes).ok_or_else(|| {
        Error::new(
            ErrorKind::TooLarge,
            Stage::Otlp,
            "dictionary",
            format!(
                "tables that take {} more than there is room for",
                counted(bytes, "byte")
            ),
            "tables within the limit",
        )
    })
}
