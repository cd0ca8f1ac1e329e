//! What each source line of chosen functions is worth: `go tool pprof -list`.

mod nodes;
mod options;
mod routines;

pub use options::ListOptions;
pub use routines::{LineValue, Listing, Routine, RoutineFile};
