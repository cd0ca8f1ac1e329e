//! The stacks of a profile as a tree, with what was sampled at the end of each.

use super::ends::Ends;
use super::stems::Stems;
use crate::site::shape::Shape;
use crate::site::table::Nodes;
use crate::sums::blocks::{BlockTable, Blocks, Recovery};
use crate::sums::estimate::Sampling;
use crate::sums::totals::Total;

/// The stacks of a profile.
#[derive(Debug)]
pub(crate) struct Grown {
    pub(super) shape: Shape,
    pub(super) sample_count: u64,
    pub(super) totals: Vec<Total>,
    pub(super) sampling: Sampling,
    pub(super) sites: Nodes,
    pub(super) stems: Stems,
    pub(super) ends: Ends,
    pub(super) blocks: BlockTable,
    pub(super) recovery: Option<Recovery>,
}

impl Grown {
    /// How frames became sites.
    pub(crate) fn shape(&self) -> &Shape {
        &self.shape
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
