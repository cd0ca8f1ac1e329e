//! Decides how the sites of a profile rank: what each allocates, and in which order they stand.

pub(crate) mod column;
mod depth;
mod errors;
mod options;
mod order;
pub(crate) mod packed;
mod per_object;
mod presence;
mod ranking;
mod selected;
mod shown;
mod sum;
mod trim;
mod visitor;
mod whole;

use heapwise_decode::{Limits, Profile, ProfileReader, Source, visit};

pub(crate) use errors::{is_negative, sampling_of_lifetime};
pub use options::{Columns, Frames, RankOptions};
pub(crate) use order::taken;
pub(crate) use per_object::objects_of;
pub use ranking::{RankRow, Ranking, Whole};
pub use selected::rank_selected;
pub use shown::{Omitted, RowOrder, Shown};
pub use sum::RankingSum;
pub use trim::Trim;
pub(crate) use trim::{Cutoffs, Worth};
pub(crate) use visitor::RankVisitor;

pub use crate::sums::totals::Total;

use crate::error::Result;
use crate::site::table::{NodeId, Nodes};
use crate::view::View;

/// Ranks the sites of a profile in memory that does not grow with the number of its samples.
///
/// # Errors
///
/// As [`heapwise_decode::visit`].
pub fn rank(
    source: &(impl Source + ?Sized),
    options: &RankOptions,
    limits: &Limits,
) -> Result<Ranking> {
    let mut visitor = RankVisitor::new(options.granularity).with_options(options);
    let tables = visit(source, limits, &mut visitor)?;
    Ok(visitor.into_ranking(&tables))
}

/// Ranks the sites of a profile whose tables have been read.
///
/// # Errors
///
/// As [`heapwise_decode::visit`].
pub fn rank_reader<S: Source>(
    profile: &ProfileReader<S>,
    options: &RankOptions,
) -> Result<Ranking> {
    let mut visitor = RankVisitor::new(options.granularity).with_options(options);
    profile.visit(&mut visitor)?;
    Ok(visitor.into_ranking(profile.tables()))
}

/// Ranks the sites of a profile that is in memory.
pub fn rank_profile(profile: &Profile, options: &RankOptions) -> Ranking {
    let mut visitor = RankVisitor::new(options.granularity).with_options(options);
    profile.visit(&mut visitor);
    visitor.into_ranking(profile.tables())
}

/// Ranks sites that are known already, by the samples of a view, and
/// tells which of them each row is.
pub(crate) fn rank_sites(view: &View, sites: Nodes) -> Result<(Ranking, Vec<NodeId>)> {
    let mut options = RankOptions::new(sites.granularity());
    options.is_pruned = true;
    let visitor = RankVisitor::new(options.granularity).with_options(&options);
    let mut visitor = visitor.with_sites(sites);
    view.visit(&mut visitor)?;
    Ok(visitor.into_numbered(view.tables()))
}
