//! Goroutines: how many of which kind, where they were created, and whether they ever end.
//!
//! Dumps in any form are added to a [`Gatherer`], which finishes with [`GoroutineGroups`]: one
//! dump gives groups, several give what became of each group, and a profile of leaked goroutines
//! among them gives proof.

mod answer;
mod cause;
mod clock;
mod finish;
mod followed;
mod gather;
mod group_by;
mod keys;
mod lasting;
mod merged;
mod park;
mod pattern;
mod phantom;
mod plan;
mod proofs;
mod reading;
mod sites;
mod state;
mod tree;
mod unread;

pub use answer::{
    GoroutineGroup, GoroutineGroups, GroupTrend, LabelCounts, LeakVerdict, SeriesPoint, SitePlace,
    Survivors,
};
pub use cause::Cause;
pub use gather::{DumpInfo, Gatherer, GoroutineOptions};
pub use group_by::{GroupBy, GroupByError};
pub use lasting::{Lasting, Sureness};
pub use pattern::LeakPattern;
pub use phantom::Phantoms;
pub use plan::{Contradiction, Order, Role};
pub use proofs::LeakedOverTime;
pub use tree::CreatorNode;
pub use unread::Unread;

/// What goroutines in a state wait for, in words; `None` for a state that speaks for itself.
pub fn state_in_words(state: &str) -> Option<&'static str> {
    state::in_words(state)
}
