//! The sampled blocks of a site in each of many snapshots, by their sizes.

use std::collections::BTreeMap;

use crate::sums::blocks::{BlockCount, Blocks};
use heapwise_stats::{LevelRecord, LifeCounts};

/// Counts of each size in every snapshot: two numbers a size and snapshot, and nothing else, as there may be very many.
pub(super) struct Records {
    snapshots: usize,
    sizes: BTreeMap<u64, Vec<LifeCounts>>,
    /// Whether a count is none.
    is_negative: bool,
}

impl Records {
    /// Of so many snapshots, none of which has a block.
    pub(super) fn new(snapshots: usize) -> Records {
        Records {
            snapshots,
            sizes: BTreeMap::new(),
            is_negative: false,
        }
    }

    /// Sets what the snapshot with this number has.
    pub(super) fn add(&mut self, at: usize, blocks: &Blocks) {
        for count in blocks.counts() {
            let Some(life) = life(count) else {
                self.is_negative = true;
                return;
            };
            let sizes = self.sizes.entry(count.size);
            let all = sizes.or_insert_with(|| vec![LifeCounts::default(); self.snapshots]);
            if let Some(place) = all.get_mut(at) {
                *place = life;
            }
        }
    }

    /// By size. `None` where a count is negative.
    pub(super) fn all(self) -> Option<Vec<LevelRecord>> {
        if self.is_negative {
            return None;
        }
        let sizes = self.sizes.into_iter();
        Some(
            sizes
                .map(|(size, counts)| LevelRecord::new(size, counts))
                .collect(),
        )
    }
}

fn life(count: &BlockCount) -> Option<LifeCounts> {
    let allocated = u64::try_from(count.allocated).ok()?;
    let in_use = u64::try_from(count.in_use).ok()?;
    Some(LifeCounts::new(allocated, in_use))
}
