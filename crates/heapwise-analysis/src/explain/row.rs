//! Which rows of a comparison a stack counts for.

use heapwise_decode::{LocationIndex, Tables};

use crate::site::granularity::Granularity;
use crate::site::identity::Site;
use crate::site::shape::Shape;
use crate::site::table::{NodeId, Nodes};

/// What counts as one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowShape {
    /// What counts as one site.
    pub granularity: Granularity,
    /// Whether what a site called counts for it.
    pub is_cumulative: bool,
}

/// The sites of a profile as a comparison names them.
#[derive(Debug)]
pub(super) struct RowNodes {
    nodes: Nodes,
    is_cumulative: bool,
}

impl RowNodes {
    /// Of tables that are complete.
    pub(super) fn of(tables: &Tables, asked: RowShape) -> RowNodes {
        let shape = Shape {
            across_builds: true,
            ..Shape::new(asked.granularity)
        };
        RowNodes {
            nodes: Nodes::of(tables, shape),
            is_cumulative: asked.is_cumulative,
        }
    }

    /// The site of a row.
    pub(super) fn site(&self, node: NodeId) -> Site {
        self.nodes.site(node)
    }

    /// The rows that a stack counts for, each once: the site that allocates, or all. With each whether it is own code or
    /// reached from there: those from `below` on.
    pub(super) fn of_stack(&self, stack: &[LocationIndex], below: usize) -> Vec<(NodeId, bool)> {
        let frames = stack.iter().enumerate().flat_map(|(at, &location)| {
            let sites = self.nodes.known(location).iter();
            sites.map(move |&site| (site, at >= below))
        });
        if !self.is_cumulative {
            return frames.last().into_iter().collect();
        }
        let mut rows: Vec<(NodeId, bool)> = frames.collect();
        rows.sort_unstable_by_key(|&(row, is_below)| (row, !is_below));
        rows.dedup_by_key(|(row, _)| *row);
        rows
    }
}
