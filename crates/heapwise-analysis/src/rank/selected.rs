//! Ranks what filters leave, and tells what there was before.

use heapwise_decode::{Source, Visitor};

use super::whole::WholeBlocks;
use super::{Columns, RankOptions, RankVisitor, Ranking};
use crate::error::Result;
use crate::profile::select::Selected;

/// Ranks what filters leave of a profile, and remembers the totals of everything.
///
/// # Errors
///
/// As [`heapwise_decode::visit`].
pub fn rank_selected<S: Source>(selected: &Selected<S>, options: &RankOptions) -> Result<Ranking> {
    let tables = selected.tables();
    let mut whole = WholeBlocks::start(tables, options);
    let mut visitor = pruned(options);
    visitor.start(tables, true);
    selected.each(|tables, sample, left| {
        whole.add(sample);
        if let Some(left) = left {
            visitor.sample(tables, left);
        }
    })?;
    let mut ranking = visitor.into_ranking(tables);
    ranking.whole = Some(whole.finish(selected.totals()));
    Ok(ranking)
}

/// What was selected has been pruned. It is read once, but which sites are there may take summing all
/// sample types to know.
fn pruned(options: &RankOptions) -> RankVisitor {
    let columns = match options.all_sites {
        true => Columns::All,
        false => options.columns.clone(),
    };
    RankVisitor::new(options.granularity).with_options(&RankOptions {
        is_pruned: true,
        columns,
        ..options.clone()
    })
}
