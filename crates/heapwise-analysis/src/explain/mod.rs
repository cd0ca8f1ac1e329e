//! Decides why a site allocates, and what would help: the compiler's escape decisions joined with bytes, block sizes,
//! how long they stay, and advice.

mod advice;
mod answer;
mod code;
mod compare;
pub(crate) mod enclosing;
mod fate;
mod gather;
mod index;
mod join;
mod lifetime;
mod measured;
pub(crate) mod named;
mod other_source;
mod own;
mod paths;
mod place;
mod rate;
mod reason;
mod results;
mod row;
mod service;
mod sizes;
mod spoken;
mod standing;
mod statement;
mod still;
mod subject;
mod words;

pub use advice::{Advice, Evidence, Rule, Saving};
pub use answer::{Coverage, Evidences, Explanation, ReasonShare, explain};
pub use code::Code;
pub use compare::{ChangedSite, Fate, LogComparison};
pub use fate::ReasonFate;
pub use index::EscapeIndex;
pub use join::{Cause, Lines, Unmatched};
pub use lifetime::{Kept, Stay};
pub use measured::most_measured;
pub use other_source::{OtherSign, OtherSource};
pub use rate::{Allocation, AllocationRate, Covered};
pub use reason::Reason;
pub use row::RowShape;
pub use sizes::{BlockSize, Ladder};
pub use still::{ReasonPart, RowReasons, SideReasons, reasons_of_rows};
pub use subject::Subject;
