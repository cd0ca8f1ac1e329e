//! What changed between two sides, and how sure that is.

mod at_work;
mod change;
mod compare;
mod evidence;
mod judge;
mod moved;
mod nested;
mod options;
mod pairing;
mod program;
mod sample_type;
mod side;
mod table;
mod tiny;
mod warnings;
mod weighed;

pub use change::{Basis, Change, Delta, Detectable, Per, PerWork, Ratio, Verdict};
pub use compare::{DiffRow, Difference, diff};
pub use moved::Moved;
pub use options::{DiffError, DiffOptions, TestKind};
pub use pairing::Match;
pub use sample_type::{CommonTypeError, common_sample_index};
pub use side::DiffSide;
pub(crate) use side::{Column, mean};
pub use warnings::Note;
pub(crate) use weighed::{Grounds, Subject, Weighed};
