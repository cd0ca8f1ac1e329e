//! Decides what a site is: which parts of a frame tell sites apart under a granularity, what a site is
//! called, and which site each location of a profile stands for.

pub(crate) mod granularity;
pub(crate) mod identity;
pub(crate) mod inlined;
pub(crate) mod interner;
pub(crate) mod origin;
pub(crate) mod shape;
pub(crate) mod similar;
pub(crate) mod source_path;
pub(crate) mod table;
mod texts;
