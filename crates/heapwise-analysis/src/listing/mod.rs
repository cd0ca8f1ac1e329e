//! What each source line of chosen functions is worth: `go tool pprof -list`.

mod nodes;
mod routines;
mod source_path;

pub use routines::{LineValue, ListOptions, Listing, ListingError, Routine, RoutineFile};
pub use source_path::{source_candidates, trim_path};
