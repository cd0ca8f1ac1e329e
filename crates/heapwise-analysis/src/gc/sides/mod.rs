//! What changed between the collectors of an older and a newer side: which numbers can be compared, how far off each
//! may be, and whether a difference is one.

mod change;
mod compare;
mod of_log;
mod of_snapshots;
mod quantity;
mod sample;
mod side;

pub use change::{GcBasis, GcChange, GcVerdict};
pub use compare::{GcComparison, GcDifference, compare_gc};
pub use quantity::GcQuantity;
pub use sample::{Sample, SampleResult};
pub use side::{GcProcessKind, GcSide, SideProcess};
