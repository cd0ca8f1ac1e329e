//! Samples handed out one by one, in memory that does not grow with their number.

mod known;
mod label_limit;
mod reader;
mod sample;
mod stack;
mod visit;

pub use reader::{ProfileReader, SampleStore};
pub use sample::{KeptLabels, Label, LabelValue, Labels, Sample};
pub use visit::{Flow, Visitor, visit};
