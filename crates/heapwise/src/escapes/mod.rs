//! What the compiler decided: read from logs, or built now.

mod build;
mod log;
mod modules;
mod sources;
mod texts;

pub(crate) use build::build;
pub(crate) use log::{Log, read};
pub(crate) use sources::Sources as SourceLines;
