//! The totals of everything, where filters leave something out.

use heapwise_decode::{Sample, Tables};

use super::RankOptions;
use super::ranking::Whole;
use crate::sums::blocks::{BlockTable, Blocks, Recovery};
use crate::sums::totals::Totals;

/// The sampled blocks of all samples of a profile with complete tables.
pub(super) struct WholeBlocks {
    recovery: Option<Recovery>,
    blocks: BlockTable,
}

impl WholeBlocks {
    pub(super) fn start(tables: &Tables, options: &RankOptions) -> WholeBlocks {
        WholeBlocks {
            recovery: options.with_errors.then(|| Recovery::start(tables, true)),
            blocks: BlockTable::default(),
        }
    }

    #[inline]
    pub(super) fn add(&mut self, sample: &Sample<'_>) {
        let recovery = self.recovery.as_mut();
        if let Some(entry) = recovery.and_then(|recovery| recovery.entry(sample)) {
            self.blocks.add(0, entry);
        }
    }

    /// With what everything adds up to.
    pub(super) fn finish(self, totals: &Totals) -> Whole {
        let recovery = self.recovery.as_ref();
        let recovery = recovery.filter(|recovery| recovery.failure().is_none());
        let entries = self.blocks.entries(0);
        Whole {
            blocks: recovery.map_or_else(Blocks::default, |recovery| recovery.blocks(entries)),
            has_blocks: true,
            totals: totals.by_type().to_vec(),
        }
    }
}
