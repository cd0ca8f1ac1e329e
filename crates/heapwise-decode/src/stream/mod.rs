//! Samples handed out one by one, in memory that does not grow with their number.

mod first_reading;
mod known;
mod label_limit;
mod reader;
mod sample;
mod stack;
mod visitor;
mod wanted;

pub use reader::{ProfileReader, SampleStore, visit};
pub use sample::{KeptLabels, Label, LabelValue, Labels, Sample};
pub use visitor::{Flow, Visitor};
