//! The tables that samples refer to, and the builder that checks them.

mod builder;
mod ids;
mod rows;
mod strings;
mod view;

pub(crate) use builder::TablesBuilder;
pub(crate) use ids::IdMap;
pub use rows::{
    Function, FunctionIndex, Line, Location, LocationIndex, Mapping, MappingIndex, SymbolFlags,
    ValueType,
};
pub use strings::StringIndex;

pub use view::Tables;
