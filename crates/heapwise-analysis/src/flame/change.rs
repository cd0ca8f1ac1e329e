//! What became of each frame between two sides, and how sure that is.

use heapwise_stats::{Confidence, Exposure};

use super::graph::{FlameGraph, is_root, node_of};
use crate::compare::diff::{Change, DiffOptions, DiffSide, Difference, diff};
use crate::error::Result;

/// Two sides as one flame graph.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct FlameDifference {
    /// The frames of both sides.
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

impl FlameGraph {
    /// Compares the first `before` profiles with the others, whose place of the compared sample type
    /// and work are told for each; frames are judged by what is sampled in them and below.
    ///
    /// # Errors
    ///
    /// When the sides cannot be compared as asked.
    pub fn compare(
        self,
        before: usize,
        sample_index: &[usize],
        exposures: &[Exposure],
        options: &DiffOptions,
    ) -> Result<FlameDifference> {
        let without_root = self.rankings.iter().map(|ranking| {
            let mut ranking = ranking.clone();
            ranking
                .rows
                .retain(|row| node_of(&row.site).is_some_and(|at| !is_root(at)));
            ranking
        });
        let rankings: Vec<_> = without_root.collect();
        let split = before.min(rankings.len());
        let (old, new) = rankings.split_at(split);
        let (old_index, new_index) = sample_index.split_at(split.min(sample_index.len()));
        let (old_work, new_work) = exposures.split_at(split.min(exposures.len()));
        let old = DiffSide::new(old, old_index).with_exposures(old_work);
        let new = DiffSide::new(new, new_index).with_exposures(new_work);
        let options = DiffOptions {
            by_cum: true,
            detailed_rows: usize::MAX,
            node_fraction: 0.0,
            ..options.clone()
        };
        let mut difference = diff(&old, &new, &options)?;
        let nothing = FlameChange {
            cum: Change::nothing(),
            flat: Change::nothing(),
            moved: None,
        };
        let mut changes = vec![nothing; self.nodes.len()];
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
            graph: self,
            changes,
            difference,
            confidence: options.confidence,
            min_change: options.min_change,
        })
    }
}
