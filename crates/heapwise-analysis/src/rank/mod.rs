//! Decides how the sites of a profile rank: what each allocates, and in which order they stand.

mod depth;
mod errors;
mod options;
mod order;
mod per_object;
mod ranking;
mod selected;
mod visitor;
mod whole;

use heapwise_decode::{Error, Limits, Profile, Source, visit};

pub use options::{Columns, Frames, RankOptions};
pub(crate) use per_object::objects_of;
pub use ranking::{Omitted, RankRow, Ranking, Total, Whole};
pub use selected::rank_selected;
pub(crate) use visitor::RankVisitor;

/// Ranks the sites of a profile in memory that does not grow with the number of its samples.
///
/// # Errors
///
/// As [`heapwise_decode::visit`].
pub fn rank(
    source: &(impl Source + ?Sized),
    options: &RankOptions,
    limits: &Limits,
) -> Result<Ranking, Error> {
    let mut visitor = RankVisitor::new(options.granularity).with_options(options);
    let tables = visit(source, limits, &mut visitor)?;
    Ok(visitor.into_ranking(&tables))
}

/// Ranks the sites of a profile that is in memory.
pub fn rank_profile(profile: &Profile, options: &RankOptions) -> Ranking {
    let mut visitor = RankVisitor::new(options.granularity).with_options(options);
    profile.visit(&mut visitor);
    visitor.into_ranking(profile.tables())
}
