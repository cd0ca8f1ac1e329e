//! The totals of everything, where filters leave something out.

use heapwise_decode::{Sample, Tables};

use super::RankOptions;
use super::ranking::{Total, Whole};
use crate::profile::base_label::BaseLabel;
use crate::sums::blocks::{BlockTable, Blocks, Recovery};

/// What all samples of a profile with complete tables add up to.
pub(super) struct WholeSums {
    totals: Vec<Total>,
    base: BaseLabel,
    recovery: Option<Recovery>,
    blocks: BlockTable,
}

impl WholeSums {
    pub(super) fn start(tables: &Tables, options: &RankOptions) -> WholeSums {
        WholeSums {
            totals: vec![Total::default(); tables.sample_types().len()],
            base: BaseLabel::of(tables),
            recovery: options.with_errors.then(|| Recovery::start(tables, true)),
            blocks: BlockTable::default(),
        }
    }

    #[inline]
    pub(super) fn add(&mut self, sample: &Sample<'_>) {
        let is_base = self.base.marks(sample);
        for (total, &value) in self.totals.iter_mut().zip(sample.values()) {
            total.add_value(value, is_base);
        }
        let recovery = self.recovery.as_mut();
        if let Some(entry) = recovery.and_then(|recovery| recovery.entry(sample)) {
            self.blocks.add(0, entry);
        }
    }

    pub(super) fn finish(self) -> Whole {
        let recovery = self.recovery.as_ref();
        let recovery = recovery.filter(|recovery| recovery.failure().is_none());
        let entries = self.blocks.entries(0);
        Whole {
            blocks: recovery.map_or_else(Blocks::default, |recovery| recovery.blocks(entries)),
            totals: self.totals,
        }
    }
}
