//! A profile as rows for other engines: its samples, each with the id of its stack, the frames of those stacks, and
//! what is known of how it was sampled.
//!
//! A [`RowSink`] is handed the rows while a profile is read, in memory that does not grow with it.

mod labels;
mod read;
mod sink;
mod stack_id;

pub use read::read_rows;
pub use sink::{RowFrame, RowSink, RowsOf, SampleRow};
pub use stack_id::StackId;
