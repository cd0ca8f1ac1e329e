//! What became of each frame between two sides, and how sure that is.

use heapwise_stats::{Confidence, Exposure};

use super::forest::Forest;
use super::graph::FlameGraph;
use super::layout::Layout;
use super::options::FlameOptions;
use super::values::{is_root, node_of, ranking};
use crate::compare::diff::{Change, DiffOptions, DiffSide, Difference, RunSites, diff};
use crate::error::Error;
use crate::rank::RankRow;
use crate::view::View;

/// Two sides as one flame graph.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct FlameDifference {
    /// The frames of both sides, with the values of the newest profile alone: those of the sides are in the changes.
    pub graph: FlameGraph,
    /// By node, what became of it; the root's is the change of the total.
    pub changes: Vec<FlameChange>,
    /// The comparison of all frames, without its rows, which are the changes.
    pub difference: Difference,
    /// Of the verdicts.
    pub confidence: Confidence,
    /// The part of the older value below which a change gets no verdict.
    pub min_change: f64,
}

/// What became of a frame, in what was sampled in it and below.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct FlameChange {
    /// Of what was sampled in it and below.
    pub cum: Change,
    /// Of what was sampled in itself.
    pub flat: Change,
    /// The node that what it lost went to, or that what it gained came from.
    pub moved: Option<usize>,
}

/// Bytes of trees and tables that are kept in memory while profiles are compared. What is beyond is read again.
const ROOM: usize = 32 << 20;

impl FlameDifference {
    /// Compares the first profiles, as many as the options say are of an older build, with the others: `open` is asked
    /// for one of them, by its place, whenever it is looked at, so that only as many are in memory as take little. Frames
    /// are judged by what is sampled in them and below. There are as many profiles as compared sample types are told; of
    /// each may be told how much work it covers, and `sites` takes what the profiles of each side have.
    ///
    /// # Errors
    ///
    /// When a profile cannot be opened or has more frames than fit into memory, when the sides cannot be compared as
    /// asked, or when what does not fit in memory cannot be put into a file.
    pub fn of<E: From<Error>>(
        open: impl FnMut(usize) -> Result<View, E>,
        drawn: &FlameOptions,
        exposures: &[Exposure],
        options: &DiffOptions,
        sites: [RunSites; 2],
    ) -> Result<FlameDifference, E> {
        let forest = Forest::new(open, drawn.sample_index.len(), drawn.shape(), ROOM);
        compared(forest, drawn, exposures, options, sites)
    }
}

fn compared<E: From<Error>>(
    mut forest: Forest<View, impl FnMut(usize) -> Result<View, E>>,
    drawn: &FlameOptions,
    exposures: &[Exposure],
    options: &DiffOptions,
    [mut old_sites, mut new_sites]: [RunSites; 2],
) -> Result<FlameDifference, E> {
    let count = forest.count();
    let split = drawn.before.min(count);
    let mut layout = Layout::of(&mut forest, drawn)?;
    let (mut rankings, mut newest) = (Vec::new(), None);
    for at in 0..count {
        let mut ranking = forest.look(at, |view, tree| {
            let shown = layout.shown(at, tree);
            ranking(view, tree.0, &shown, layout.nodes())
        })?;
        newest = (at + 1 == count).then(|| ranking.clone());
        ranking.rows.retain(is_there);
        match at < split {
            true => old_sites.take(&mut ranking)?,
            false => new_sites.take(&mut ranking)?,
        }
        rankings.push(ranking);
    }
    let left_out = layout.left_out(drawn);
    let graph = FlameGraph::new(layout, left_out, newest.into_iter().collect());
    let (old, new) = rankings.split_at(split);
    let (old_index, new_index) = drawn.sample_index.split_at(split);
    let (old_work, new_work) = exposures.split_at(split.min(exposures.len()));
    let old = DiffSide::new(old, old_index).with_exposures(old_work);
    let new = DiffSide::new(new, new_index).with_exposures(new_work);
    let sides = (old.with_sites(&old_sites), new.with_sites(&new_sites));
    Ok(judged(graph, (&sides.0, &sides.1), options)?)
}

/// Whether a node is to be judged by what a profile has of it: the root is judged as the total is.
fn is_there(row: &RankRow) -> bool {
    let is_nothing = row.cum.iter().chain(&row.flat).all(|&value| value == 0)
        && row.cum_blocks.counts().is_empty()
        && row.flat_blocks.counts().is_empty();
    !is_nothing && node_of(&row.site).is_some_and(|at| !is_root(at))
}

/// What became of the nodes of a graph.
fn judged(
    graph: FlameGraph,
    (old, new): (&DiffSide<'_>, &DiffSide<'_>),
    options: &DiffOptions,
) -> Result<FlameDifference, Error> {
    let options = DiffOptions {
        by_cum: true,
        detailed_rows: usize::MAX,
        node_fraction: 0.0,
        ..options.clone()
    };
    let mut difference = diff(old, new, &options)?;
    let nothing = FlameChange {
        cum: Change::nothing(),
        flat: Change::nothing(),
        moved: None,
    };
    let mut changes = vec![nothing; graph.nodes.len()];
    for row in std::mem::take(&mut difference.rows) {
        let change = FlameChange {
            cum: row.cum,
            flat: row.flat,
            moved: row.moved.and_then(|moved| node_of(moved.with.first()?)),
        };
        let node = node_of(&row.site).unwrap_or(0);
        if let Some(slot) = changes.get_mut(node) {
            *slot = change;
        }
    }
    if let Some(root) = changes.first_mut() {
        root.cum = difference.total.clone();
    }
    Ok(FlameDifference {
        graph,
        changes,
        difference,
        confidence: options.confidence,
        min_change: options.min_change,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests may panic")]

    use heapwise_decode::Limits;

    use super::*;
    use crate::profile::select::{SelectOptions, Selector};
    use crate::view::ViewOptions;

    /// Compares the first two profiles with the others, and tells how often one was opened.
    fn compared_in(room: usize) -> (FlameDifference, usize) {
        let profiles = [
            "main;a;x 900\nmain;b 5\n",
            "main;a;x 910\nmain;gone 70\n",
            "main;a;x 905\nmain;b 6\nmain;c;y 40\n",
            "main;c;y 41\nmain;a;z 2\n",
            "other;c 3\n",
        ];
        let drawn = FlameOptions {
            sample_index: vec![0; profiles.len()],
            before: 2,
            fraction: 0.01,
            ..FlameOptions::default()
        };
        let selector = Selector::new(&SelectOptions::default()).unwrap();
        let mut opened = 0;
        let open = |at: usize| {
            opened += 1;
            let bytes = profiles[at].as_bytes().to_vec();
            View::read(bytes, &selector, ViewOptions::default(), &Limits::default())
        };
        let forest = Forest::new(open, profiles.len(), drawn.shape(), room);
        let options = DiffOptions::default();
        let found = compared(forest, &drawn, &[], &options, <[RunSites; 2]>::default());
        (found.unwrap(), opened)
    }

    #[test]
    fn what_is_read_again_is_compared_as_what_is_in_memory() {
        let (whole, once) = compared_in(usize::MAX);
        let (again, often) = compared_in(0);
        let (some, between) = compared_in(1500);
        assert_eq!(once, 5);
        assert_eq!(often, 4 * 5);
        assert!((once + 1..often).contains(&between), "{between}");
        let told = |difference: &FlameDifference| format!("{difference:?}");
        assert_eq!(told(&whole), told(&again));
        assert_eq!(told(&whole), told(&some));
        let gone = whole
            .changes
            .iter()
            .filter(|change| change.cum.after.value == 0);
        assert!(gone.count() > 0);
        assert_eq!(whole.graph.rankings().len(), 1);
    }
}
