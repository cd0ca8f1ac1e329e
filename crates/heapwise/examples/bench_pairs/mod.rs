//! What is measured on pairs of benchmark profiles, shared by the example and by the test that runs it
//! on a few.

mod ask;
mod changed;
mod exact;
pub(crate) mod pair;
mod same;
pub(crate) mod table;
mod unknown;
mod verdicts;

use std::io;
use std::path::Path;

pub(crate) use ask::Heapwise;
use pair::Pair;
pub(crate) use table::Table;

/// Asks about all pairs of a folder.
pub(crate) fn measure(folder: &Path, heapwise: &Heapwise) -> io::Result<Table> {
    let pairs = Pair::all(folder)?;
    let mut table = Table::default();
    unknown::work(&pairs, heapwise, &mut table)?;
    same::code(&pairs, heapwise, &mut table)?;
    changed::code(&pairs, heapwise, &mut table)?;
    exact::totals(&pairs, heapwise, &mut table)?;
    Ok(table)
}
