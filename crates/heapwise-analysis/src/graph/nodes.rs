//! What every site of a view adds up to (graph/graph.go: newGraph).

use std::collections::HashMap;

use super::build::{Graph, Node};
use super::sites::{SiteId, Sites};
use crate::error::Result;
use crate::rank::Ranking;
use crate::sums::measured::{Measured, MeasuredStack, Sum};
use crate::sums::path::PathSums;
use crate::view::View;

impl Graph {
    /// The sites, with the calls between them still to be found.
    pub(super) fn of_sites(view: &View, sites: &Sites, measured: Measured) -> Result<Graph> {
        let ranked = view.ranking();
        match ranked.and_then(|ranking| Graph::of_ranking(ranking, sites, measured)) {
            Some(graph) => Ok(graph),
            None => Graph::of_samples(view, sites, measured),
        }
    }

    /// Takes the sums over from a ranking, if its sites are these.
    fn of_ranking(ranking: &Ranking, sites: &Sites, measured: Measured) -> Option<Graph> {
        let mut nodes = Vec::with_capacity(sites.len());
        let mut by_site = HashMap::new();
        for site in 0..sites.len() as SiteId {
            nodes.push(Node {
                site,
                ..Node::default()
            });
            let is_new = by_site.insert(sites.site(site), site).is_none();
            is_new.then_some(())?;
        }
        let sum = |of: &dyn Fn(usize) -> i128| Sum {
            value: of(measured.value),
            divisor: measured.divisor.map_or(0, of),
        };
        for row in &ranking.rows {
            // A site that comes twice is told apart by what these sites do not know.
            let site = by_site.remove(&row.site)?;
            let node = nodes.get_mut(site as usize)?;
            node.flat = sum(&|index| row.flat_of(index));
            node.cum = sum(&|index| row.cum_of(index));
        }
        Some(Graph {
            nodes,
            ..Graph::default()
        })
    }

    /// Sums the samples.
    fn of_samples(view: &View, sites: &Sites, measured: Measured) -> Result<Graph> {
        let mut path = PathSums::<Sum>::new();
        let mut flat = vec![Sum::default(); sites.len()];
        view.each_stack(measured, |MeasuredStack { stack, shared, sum }| {
            path.truncate(shared);
            for &at in stack.get(path.depth()..).unwrap_or_default() {
                for &site in sites.of_location(at) {
                    path.push_item(site);
                }
                path.end_frame();
            }
            path.add(sum);
            let leaf = stack.last().and_then(|&at| sites.of_location(at).last());
            if let Some(flat) = leaf.and_then(|&leaf| flat.get_mut(leaf as usize)) {
                *flat += sum;
            }
        })?;
        let cum = path.finish();
        let nodes = flat.into_iter().enumerate().map(|(site, flat)| Node {
            site: site as SiteId,
            flat,
            cum: cum.get(site).copied().unwrap_or_default(),
        });
        Ok(Graph {
            nodes: nodes.collect(),
            ..Graph::default()
        })
    }
}
