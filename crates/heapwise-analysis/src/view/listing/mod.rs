//! What each source line of chosen functions is worth: `go tool pprof -list`.

mod nodes;
mod routines;

pub use routines::{LineValue, ListOptions, Listing, Routine, RoutineFile};
