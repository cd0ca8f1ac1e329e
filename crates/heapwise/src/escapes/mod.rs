//! What the compiler decided: read from logs, or built now.

mod build;
mod log;
mod modules;
mod other_sources;
mod sources;
mod texts;

pub(crate) use build::build;
pub(crate) use log::{Log, read};
pub(crate) use other_sources::other_sources;
pub(crate) use sources::Sources as SourceLines;
