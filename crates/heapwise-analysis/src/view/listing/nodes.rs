//! The lines of chosen functions with their values.

use heapwise_decode::{Error, LocationIndex, Tables};

use super::options::ListOptions;
use crate::rank::{Worth, objects_of};
use crate::site::granularity::Granularity;
use crate::site::shape::Shape;
use crate::site::table::{NodeId, Nodes};
use crate::sums::measured::{Measured, Sum};
use crate::view::View;

/// The lines of chosen functions, told apart as pprof does for listings, with their values
/// (graph/graph.go: newGraph, with the names of binaries kept).
pub(super) struct LineNodes {
    pub(super) nodes: Vec<LineNode>,
    sites: Nodes,
}

/// A line of a function.
#[derive(Debug, Clone, Copy)]
pub(super) struct LineNode {
    site: NodeId,
    is_listed: bool,
    pub(super) line: i64,
    pub(super) start_line: i64,
    pub(super) flat: Sum,
    pub(super) cum: Sum,
    last_sample: usize,
}

impl LineNodes {
    pub(super) fn name(&self, node: &LineNode) -> &[u8] {
        self.sites.parts(node.site).function
    }

    pub(super) fn file(&self, node: &LineNode) -> &[u8] {
        self.sites.parts(node.site).file
    }

    /// The lines of the functions chosen, in no particular order.
    pub(super) fn of(view: &View, choice: &ListOptions<'_>) -> Result<LineNodes, Error> {
        let shape = Shape {
            keeps_objects: true,
            ..view.options().shape(Granularity::Lines)
        };
        let sites = Nodes::of(view.tables(), shape);
        let mut lines = LineNodes {
            nodes: nodes(view.tables(), &sites, choice),
            sites,
        };
        let measured = Measured {
            value: view.sample_index(),
            divisor: Some(objects_of(view.header(), view.sample_index())),
        };
        let mut number = 0;
        view.each(|sample| {
            number += 1;
            let sum = measured.all(sample.values());
            let first = sample.values().first().copied().unwrap_or(0);
            if sum.value != 0 || view.options().mean && first != 0 {
                lines.add(number, sum, sample.stack());
            }
        })?;
        let worth = |node: &LineNode| Worth {
            flat: node.flat.value,
            cum: node.cum.value,
        };
        lines
            .nodes
            .retain(|node| view.options().trim.lists(worth(node)));
        Ok(lines)
    }

    /// Adds a sample: the cumulative value once to each node, the flat one to that of the leaf.
    fn add(&mut self, stamp: usize, value: Sum, stack: &[LocationIndex]) {
        let frames = stack.iter().flat_map(|&at| self.sites.known(at));
        let mut leaf = None;
        for &site in frames {
            leaf = Some(site);
            if let Some(node) = self.nodes.get_mut(site as usize)
                && node.is_listed
                && node.last_sample != stamp
            {
                node.last_sample = stamp;
                node.cum += value;
            }
        }
        let leaf = leaf.and_then(|leaf| self.nodes.get_mut(leaf as usize));
        if let Some(node) = leaf.filter(|node| node.is_listed) {
            node.flat += value;
        }
    }
}

/// A node for each site, listed where its function is.
fn nodes(tables: &Tables, sites: &Nodes, choice: &ListOptions<'_>) -> Vec<LineNode> {
    let on_address = tables
        .locations()
        .filter(|location| choice.address == Some(location.address));
    let lines = on_address.flat_map(|location| location.lines);
    let at_address: Vec<&[u8]> = lines
        .map(|line| tables.text_bytes(tables.function(line.function).name))
        .collect();
    let node = |site: NodeId| {
        let parts = sites.parts(site);
        LineNode {
            site,
            is_listed: (choice.matches)(parts.function) || at_address.contains(&parts.function),
            line: parts.line,
            start_line: parts.start_line,
            flat: Sum::default(),
            cum: Sum::default(),
            last_sample: 0,
        }
    };
    (0..sites.len() as NodeId).map(node).collect()
}
