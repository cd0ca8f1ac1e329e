//! Decides how samples add up by site, in themselves and along their stacks, which sampled blocks are behind
//! each sum, and the error that follows from them.

pub(crate) mod blocks;
pub(crate) mod by_site;
pub(crate) mod cells;
pub(crate) mod estimate;
pub(crate) mod item_path;
pub(crate) mod measured;
pub(crate) mod numbers;
mod on_path;
pub(crate) mod path;
pub(crate) mod reading;
pub(crate) mod spill;
pub(crate) mod totals;
