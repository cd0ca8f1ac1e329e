//! A profile as a report of pprof's looks at it: selected, with a value, a total and a granularity.

mod options;
mod selected;
mod total;

pub use options::{Trim, ViewOptions};
pub use selected::{View, ViewError};
