//! Decides what a profile says of itself, in which units and at which time, and what profile comes of merging,
//! subtracting, scaling, pruning and filtering others.

pub(crate) mod base_label;
pub(crate) mod calendar;
pub(crate) mod difference;
pub(crate) mod header;
pub(crate) mod headers;
pub(crate) mod labels;
pub(crate) mod merge;
pub(crate) mod normalize;
pub(crate) mod output_unit;
mod outside;
pub(crate) mod prune;
pub(crate) mod select;
pub(crate) mod told;
pub mod units;
