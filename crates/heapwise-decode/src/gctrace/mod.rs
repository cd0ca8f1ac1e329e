//! Which lines of a log are traces of Go's garbage collector (`GODEBUG=gctrace=1`), and what they say.

mod cycle;
mod damage;
mod grammar;
mod line;
mod notes;
mod number;
mod search;
mod visit;

pub use cycle::{GcClock, GcCpu, GcCycle};
pub use notes::{GcTraceLine, GcTraceNotes};
pub use visit::visit_gctrace;
