//! The memory map that ends a legacy text, and the locations it holds.

mod attributes;
mod cover;
mod entries;
mod mappings;

pub(super) use entries::{Entry, read_map, read_sections};
pub(super) use mappings::Mappings;
