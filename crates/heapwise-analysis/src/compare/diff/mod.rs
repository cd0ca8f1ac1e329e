//! What changed between two sides, and how sure that is.

mod at_work;
mod change;
mod compare;
mod difference;
mod evidence;
mod judge;
mod moved;
mod nested;
mod options;
mod pairing;
mod program;
mod rows;
mod run_sites;
mod same_key;
mod sample_type;
mod side;
mod table;
mod tested;
mod tiny;
mod warnings;

pub(crate) use crate::rank::column::Column;
pub use change::{Basis, Change, Delta, Detectable, Per, PerWork, Ratio, Verdict};
pub use difference::{DiffRow, Difference};
pub use moved::Moved;
pub use options::{DiffOptions, TestKind};
pub use pairing::Match;
pub(crate) use rows::Rows;
pub use run_sites::RunSites;
pub use sample_type::common_sample_index;
pub use side::DiffSide;
pub(crate) use side::mean;
pub use tested::diff;
pub(crate) use tested::{Grounds, Subject, TestedDifference};
pub use warnings::Note;
