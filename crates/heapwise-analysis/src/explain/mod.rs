//! Decides why a site allocates, and what would help: the compiler's escape decisions joined with bytes, block sizes,
//! how long they stay, and advice.

mod advice;
mod answer;
mod compare;
mod gather;
mod index;
mod join;
mod lifetime;
mod own;
mod paths;
mod place;
mod reason;
mod service;
mod sizes;
mod subject;

pub use advice::{Advice, Evidence, Rule, Saving};
pub use answer::{Coverage, Evidences, Explanation, ReasonShare, explain};
pub use compare::{ChangedSite, Fate, LogComparison};
pub use index::EscapeIndex;
pub use join::{Cause, Lines, Unmatched};
pub use lifetime::{Kept, Stay};
pub use reason::Reason;
pub use sizes::{BlockSize, Ladder};
pub use subject::Subject;
