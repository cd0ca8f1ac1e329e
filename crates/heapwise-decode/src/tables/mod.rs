//! The tables that samples refer to, and the builder that checks them.

mod budget;
mod builder;
mod ids;
mod location_set;
mod rows;
mod strings;
mod view;

pub(crate) use budget::Budget;
pub(crate) use builder::TablesBuilder;
pub(crate) use ids::IdMap;
pub use location_set::LocationSet;
pub use rows::{
    Function, FunctionIndex, Line, Location, LocationIndex, Mapping, MappingIndex, SymbolFlags,
    ValueType,
};
pub use strings::StringIndex;

pub use view::Tables;
