//! The sampling errors of a graph's nodes, found by the site that a node is.

use std::collections::HashMap;

use heapwise_stats::Confidence;

use super::report::{CallGraph, GraphNode};
use super::sites::SiteId;
use crate::error::Result;
use crate::rank::{Ranking, rank_sites};
use crate::sums::estimate::Estimate;
use crate::view::{Along, View};

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
    ///
    /// # Errors
    ///
    /// As [`heapwise_decode::visit`].
    pub fn of(view: &View, graph: &CallGraph) -> Result<NodeErrors> {
        let along = view
            .ranking()
            .filter(|_| view.options().along == Along::Errors);
        if let Some(errors) = along.and_then(|ranking| NodeErrors::along(ranking, view, graph)) {
            return Ok(errors);
        }
        let sites = graph.sites.table().clone();
        let mut rows = vec![None; sites.len()];
        let (ranking, numbers) = rank_sites(view, sites)?;
        for (row, site) in numbers.into_iter().enumerate() {
            if let Some(slot) = rows.get_mut(site as usize) {
                *slot = Some(row as u32);
            }
        }
        Ok(NodeErrors {
            ranking,
            sample_index: view.sample_index(),
            rows,
        })
    }

    /// Takes a ranking over, if its sites are these.
    fn along(ranking: &Ranking, view: &View, graph: &CallGraph) -> Option<NodeErrors> {
        let sites = 0..graph.sites.len() as SiteId;
        let mut by_site = HashMap::new();
        for site in sites {
            let is_new = by_site.insert(graph.sites.site(site), site).is_none();
            is_new.then_some(())?;
        }
        let mut rows = vec![None; graph.sites.len()];
        for (at, row) in ranking.rows.iter().enumerate() {
            let site = by_site.remove(&row.site)?;
            *rows.get_mut(site as usize)? = Some(at as u32);
        }
        Some(NodeErrors {
            ranking: ranking.clone(),
            sample_index: view.sample_index(),
            rows,
        })
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
