//! The sampling errors of a graph's nodes, found by the site that a node is.

use heapwise_stats::Confidence;

use super::report::{CallGraph, GraphNode};
use crate::rank::{Ranking, rank_sites};
use crate::sums::estimate::Estimate;
use crate::view::View;

/// The values of a graph's nodes with their sampling errors. Trimming takes nodes away and leaves
/// the values of the others, so that they are those of all samples of the view.
///
/// Not for a call tree, in which a site is several nodes, and not for means.
#[derive(Debug)]
pub struct NodeErrors {
    ranking: Ranking,
    sample_index: usize,
    /// By site, its row.
    rows: Vec<Option<u32>>,
}

impl NodeErrors {
    /// The errors of a view's samples, by the sites of its graph.
    pub fn of(view: &View, graph: &CallGraph) -> NodeErrors {
        let sites = graph.sites.table().clone();
        let mut rows = vec![None; sites.len()];
        let (ranking, numbers) = rank_sites(view.profile(), sites);
        for (row, site) in numbers.into_iter().enumerate() {
            if let Some(slot) = rows.get_mut(site as usize) {
                *slot = Some(row as u32);
            }
        }
        NodeErrors {
            ranking,
            sample_index: view.sample_index(),
            rows,
        }
    }

    /// The flat and the cumulative value of a node.
    pub fn of_node(&self, node: &GraphNode, confidence: Confidence) -> (Estimate, Estimate) {
        let row = self.rows.get(node.site as usize).copied().flatten();
        let row = row.and_then(|row| self.ranking.rows.get(row as usize));
        match row {
            Some(row) => (
                self.ranking
                    .flat_estimate(row, self.sample_index, confidence),
                self.ranking
                    .cum_estimate(row, self.sample_index, confidence),
            ),
            None => (
                Estimate::unknown(node.flat.into()),
                Estimate::unknown(node.cum.into()),
            ),
        }
    }
}
