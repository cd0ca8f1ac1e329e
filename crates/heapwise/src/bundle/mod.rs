//! Bundles: folders with what a program showed at one moment, as `collect` writes them and every command reads them.

mod find;
mod part;
mod pick;
mod record;

pub(crate) use find::{Bundle, bundles, is_name, server};
pub(crate) use part::Part;
pub(crate) use pick::{Facts, Pick, pick};
pub(crate) use record::{Forced, PartRecord, PartStatus, ProcessRecord, Record, TriggerRecord};

/// The file of a bundle that says what it is.
pub(crate) const RECORD: &str = "bundle.json";
