//! Goroutines: how many of which kind, where they were created, and whether they ever end.
//!
//! Dumps in any form are added to a [`Gatherer`], which finishes with [`GoroutineGroups`]: one
//! dump gives groups, several give what became of each group, and a profile of leaked goroutines
//! among them gives proof.

mod allowance;
mod answer;
mod cause;
mod dump;
mod dump_reader;
mod dump_source;
mod falls;
mod finish;
mod followed;
mod gather;
mod group_by;
mod groups;
mod keys;
mod lasting;
mod merged;
mod park;
mod pattern;
mod phantom;
mod plan;
mod proofs;
mod series;
mod sites;
mod state;
mod tree;
mod unread;

pub use allowance::Allowance;
pub use answer::{GoroutineGroup, GoroutineGroups, LabelCounts, LeakVerdict, Survivors};
pub use cause::Cause;
pub use dump::DumpInfo;
pub use dump_source::DumpSource;
pub use gather::Gatherer;
pub use group_by::GroupBy;
pub use groups::GoroutineOptions;
pub use lasting::{Lasting, Sureness};
pub use pattern::LeakPattern;
pub use phantom::Phantoms;
pub use plan::{Contradiction, Counts, Order, Role};
pub use proofs::LeakedOverTime;
pub use series::{GroupTrend, SeriesPoint};
pub use sites::SitePlace;
pub use tree::CreatorNode;
pub use unread::Unread;

/// What goroutines in a state wait for, in words; `None` for a state that speaks for itself.
pub fn state_in_words(state: &str) -> Option<&'static str> {
    state::in_words(state)
}
