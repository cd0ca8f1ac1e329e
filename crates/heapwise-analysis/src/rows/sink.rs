//! What rows hold, and who takes them.

use std::sync::Arc;

use super::stack_id::StackId;
use crate::profile::header::Header;
use crate::sums::estimate::Sampling;

/// What is known of a profile before its rows.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct RowsOf {
    /// What the profile says of itself.
    pub header: Header,
    /// What is known of the sampling behind what was allocated, where that is told.
    pub allocated: Option<Sampling>,
    /// The same of what is in use.
    pub in_use: Option<Sampling>,
    /// How many samples there are.
    pub samples: u64,
}

/// A sample.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct SampleRow<'a> {
    /// Its stack.
    pub stack: StackId,
    /// The size of its blocks in bytes, where it tells that.
    pub block_size: Option<i64>,
    /// One value for each sample type.
    pub values: &'a [i64],
    /// The sampled blocks that what was allocated is an estimate from; `None` where that cannot be told.
    pub sampled_allocated: Option<i64>,
    /// The same of what is in use.
    pub sampled_in_use: Option<i64>,
    /// Its other labels in the order of their names, each name once: several values of one name are lines, and a number
    /// has its unit, where that is known, behind a space.
    pub labels: &'a [(String, String)],
}

/// A frame.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RowFrame {
    /// The function's name.
    pub function: Option<Arc<str>>,
    /// The Go package, from the function's name.
    pub package: Option<Arc<str>>,
    /// The source file's path, cleaned.
    pub file: Option<Arc<str>>,
    /// The line in the file.
    pub line: Option<i64>,
    /// The line at which the function starts.
    pub start_line: Option<i64>,
    /// The binary, where there is no function to name.
    pub object: Option<Arc<str>>,
    /// Whether the function was inlined into the next frame.
    pub is_inlined: bool,
}

/// Takes the rows of a profile.
pub trait RowSink {
    /// Called before the rows.
    fn start(&mut self, of: &RowsOf);

    /// Whether the frames of a stack are to be told.
    fn is_new(&mut self, stack: StackId) -> bool;

    /// The frames of a stack that is new, from the leaf to the root. Those of a location are the same in every stack, so
    /// that stacks which are kept can share them.
    fn frames(&mut self, stack: StackId, frames: &[&Arc<RowFrame>]);

    /// A sample. If its stack is new, its frames have been told.
    fn sample(&mut self, row: &SampleRow<'_>);
}
