//! The stacks of a profile as a tree, with what was sampled at the end of each.

use crate::rank::Total;
use crate::site::shape::Shape;
use crate::site::table::{NodeId, Nodes};
use crate::sums::blocks::{BlockTable, Blocks, Recovery};
use crate::sums::estimate::Sampling;

/// The root, which all stacks have in common.
pub(super) const ROOT: u32 = 0;

/// No node, and no end.
pub(super) const NONE: u32 = u32::MAX;

/// The stacks of a profile. Parents have smaller numbers than their children.
#[derive(Debug)]
pub(crate) struct Grown {
    pub(super) shape: Shape,
    pub(super) sample_count: u64,
    pub(super) totals: Vec<Total>,
    pub(super) sampling: Sampling,
    pub(super) sites: Nodes,
    pub(super) nodes: Vec<Stem>,
    /// By the number of an end: what was sampled there, one value for each sample type.
    pub(super) ends: Vec<i128>,
    pub(super) blocks: BlockTable,
    pub(super) recovery: Option<Recovery>,
}

/// A node: a site with the calls that lead to it from the root.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stem {
    pub(super) site: NodeId,
    pub(super) parent: u32,
    /// Whether every call of it from there was inlined.
    pub(super) is_inlined: bool,
    /// The child that was looked for last: most stacks go where the one before them went.
    pub(super) last_child: u32,
    /// Which of the ends it is, if stacks end here.
    pub(super) end: u32,
}

impl Stem {
    pub(super) fn new(site: NodeId, parent: u32) -> Stem {
        Stem {
            site,
            parent,
            is_inlined: true,
            last_child: NONE,
            end: NONE,
        }
    }
}

impl Grown {
    /// How frames became sites.
    pub(crate) fn shape(&self) -> &Shape {
        &self.shape
    }

    /// How many sample types there are.
    pub(super) fn width(&self) -> usize {
        self.totals.len()
    }

    /// What was sampled at the end of a node's own stack, one value for each sample type; nothing where no stack ends.
    pub(super) fn flat(&self, stem: &Stem) -> &[i128] {
        let start = (stem.end as usize).checked_mul(self.width());
        let own = start.and_then(|start| self.ends.get(start..start.checked_add(self.width())?));
        own.unwrap_or_default()
    }

    /// The recovered blocks, if there are any.
    fn recovered(&self) -> Option<&Recovery> {
        let recovery = self.recovery.as_ref();
        recovery.filter(|known| known.is_needed())
    }

    /// Whether blocks were recovered.
    pub(super) fn has_blocks(&self) -> bool {
        self.recovered().is_some()
    }

    /// The blocks that were sampled at some ends together.
    pub(super) fn blocks(&self, ends: impl Iterator<Item = u32>) -> Blocks {
        self.recovered().map_or_else(Blocks::default, |recovery| {
            recovery.blocks(ends.flat_map(|end| self.blocks.entries(end)))
        })
    }
}
