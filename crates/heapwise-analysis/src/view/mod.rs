//! Decides what a report of pprof's looks at: what is selected, with which value, total and
//! granularity, and which frames, lines, tags and traces that has.

mod first_reading;
pub(crate) mod folded;
mod frames;
pub(crate) mod listing;
mod options;
mod selected;
pub(crate) mod tags;
pub(crate) mod traces;
mod trail;

pub use frames::{Frame, ViewFrames};
pub use options::{Along, Objects, ViewOptions};
pub use selected::View;
