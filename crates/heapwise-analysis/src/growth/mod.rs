//! Decides what memory in use does over a series of snapshots: which sites grow, how fast, since when.

mod answer;
mod copies;
mod early;
mod gather;
mod hidden;
mod judge;
mod process;
mod question;
mod records;
mod sites;
mod sizes;
mod snapshot;
mod stacks;
mod values;

pub use answer::{
    GrowthAnswer, LevelPoint, LevelVerdict, ProcessSeries, RateTime, SiteGrowth, SizeGrowth,
};
pub use hidden::Hidden;
pub use judge::{growth, growth_of_each, level_processes};
pub use question::Levels;
pub use sites::LevelSites;
pub use snapshot::{LevelColumn, LevelSnapshot};
pub use values::LevelValues;
