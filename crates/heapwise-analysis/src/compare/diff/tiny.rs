//! Small objects whose site is a matter of chance.
//!
//! The runtime puts objects of less than 16 bytes without pointers together into blocks of 16, and a
//! block is sampled at the site that happens to begin it (`runtime/malloc.go`: `mallocgcTiny`). Where
//! two sites take turns, one of them may begin every block in one run, and the other in the next:
//! what one lost the other gained, though neither changed.

use super::side::DiffSide;
use heapwise_stats::{Mix, Quantity};

/// The size of the blocks that small objects share.
const TINY_BLOCK: u64 = 16;

/// What is in such blocks on both sides, for each unit of work.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Tiny {
    before: f64,
    after: f64,
}

impl Tiny {
    /// Of the sampled sizes of both sides.
    pub(super) fn of(
        (before, after): (&DiffSide<'_>, &DiffSide<'_>),
        mixes: &(Vec<Mix>, Vec<Mix>),
        quantity: Quantity,
    ) -> Tiny {
        let sum = |side: &DiffSide<'_>, mixes: &[Mix]| {
            let each = mixes.iter().map(|mix| {
                let tiny = mix
                    .sizes()
                    .iter()
                    .filter(|sampled| sampled.size == TINY_BLOCK);
                let records = tiny.map(|sampled| (sampled.size, sampled.samples));
                Mix::from_records(mix.rate(), records).total(quantity)
            });
            each.sum::<f64>() / side.exposure()
        };
        Tiny {
            before: sum(before, &mixes.0),
            after: sum(after, &mixes.1),
        }
    }

    fn change(self) -> f64 {
        self.after - self.before
    }

    /// Whether a change is one of such blocks for the most part, while all of them together have
    /// not changed as much in that direction: then blocks are begun elsewhere.
    pub(super) fn is_by_chance(self, change: f64, all: Tiny) -> bool {
        const MOST: f64 = 0.5;
        let own = self.change();
        own * change > 0.0
            && own.abs() >= MOST * change.abs()
            && all.change() * own.signum() < MOST * own.abs()
    }
}
