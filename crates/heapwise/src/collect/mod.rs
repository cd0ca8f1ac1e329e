//! Collects a series of bundles from a running program.

mod check;
mod fetch;
mod folder;
mod follow;
mod look;
mod resident;
mod series;
mod server;
mod take;
mod ticks;
mod trigger;

pub(crate) use fetch::Source;
pub(crate) use folder::{Bounds, SeriesFolder};
pub(crate) use look::Looker;
pub(crate) use resident::Resident;
pub(crate) use series::{Event, Outcome, Plan, Series};
pub(crate) use server::server;
pub(crate) use take::{Taker, Wanted};
pub(crate) use trigger::Triggers;
