//! What the compiler decided: read from logs, or built now.

mod build;
mod log;

pub(crate) use build::build;
pub(crate) use log::{Log, read};
