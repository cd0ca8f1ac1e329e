//! Samples handed out one by one, in memory that does not grow with their number.

mod known;
mod sample;
mod stack;
mod visit;

pub use sample::{Label, LabelValue, Labels, Sample};
pub use visit::{Flow, Visitor, visit};
