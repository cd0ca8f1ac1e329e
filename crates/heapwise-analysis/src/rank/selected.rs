use heapwise_decode::{Limits, Profile};

use super::{RankOptions, Ranking, Whole, rank_profile};
use crate::error::Result;
use crate::profile::select::Selector;

/// Ranks what filters leave of a profile. The second value is what the user should know, such as
/// a filter that matched nothing.
///
/// # Errors
///
/// A result beyond the limits.
pub fn rank_selected(
    profile: Profile,
    selector: &Selector,
    unit: &str,
    options: &RankOptions,
    limits: &Limits,
) -> Result<(Ranking, Vec<String>)> {
    let options = RankOptions {
        is_pruned: true,
        ..options.clone()
    };
    let prepared = selector.prepare(profile, unit, limits)?;
    let before = rank_profile(&prepared.profile, &options);
    let selected = selector.filter(prepared.profile, limits)?;
    let mut ranking = rank_profile(&selected.profile, &options);
    ranking.whole = Some(Whole {
        totals: before.totals,
        blocks: before.blocks,
    });
    let mut notes = prepared.notes;
    notes.extend(selected.notes);
    Ok((ranking, notes))
}
