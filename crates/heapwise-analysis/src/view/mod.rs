//! A profile as a report of pprof's looks at it: selected, with a value, a total and a granularity.

mod frames;
mod options;
mod selected;
mod total;

pub(crate) use frames::object_file;
pub use frames::{Frame, ViewFrames};
pub use options::{Objects, Trim, ViewOptions};
pub use selected::{View, ViewError};
