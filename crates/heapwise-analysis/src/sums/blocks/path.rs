//! The sampled blocks of everything on the path of samples.

use super::entry::{Adder, Entry, SMALLEST_LIMIT};
use super::table::BlockTable;
use crate::sums::path::Leaving;

/// The blocks of samples added to every item on the path, as [`PathSums`] adds values.
///
/// What samples add, they add to the segment at the leaf side alone. When it leaves the path, its
/// items get what it has collected, and so does the segment below: their entries lie one after the
/// other, so only the border between them goes. A segment of which some frames stay keeps its
/// entries: they are those of all its frames.
///
/// [`PathSums`]: crate::sums::path::PathSums
#[derive(Debug, Default)]
pub(crate) struct BlockPath {
    segments: Vec<Segment>,
    /// What the segments have collected, from the root to the leaf.
    entries: Vec<Entry>,
    items: BlockTable,
    adder: Adder,
}

#[derive(Debug, Clone, Copy)]
struct Segment {
    /// Where its entries start.
    start: usize,
    /// With more entries than this, those of the same size are added up.
    limit: usize,
}

impl BlockPath {
    /// Follows a path that gets frames at its leaf side.
    #[inline]
    pub(crate) fn push_frames(&mut self, count: usize) {
        if count > 0 {
            self.segments.push(Segment {
                start: self.entries.len(),
                limit: SMALLEST_LIMIT,
            });
        }
    }

    /// Adds a sample's blocks to everything on the path.
    #[inline]
    pub(crate) fn add(&mut self, entry: Entry) {
        self.entries.push(entry);
        self.collect();
    }

    /// Follows a path that the last segment leaves, with these items.
    #[inline]
    pub(crate) fn leave(&mut self, items: &[u32], leaving: Leaving) {
        let Some(segment) = self.segments.last() else {
            return;
        };
        for &entry in self.entries.get(segment.start..).unwrap_or_default() {
            self.items.add_to_all(items, entry);
        }
        if leaving == Leaving::Rest {
            self.segments.pop();
            self.collect();
        }
    }

    /// Keeps what the segment at the leaf side has collected short; without one, nobody wants it.
    #[inline]
    fn collect(&mut self) {
        match self.segments.last_mut() {
            None => self.entries.clear(),
            Some(segment) if self.entries.len() - segment.start > segment.limit => {
                segment.limit = self.adder.add_up(&mut self.entries, segment.start);
            }
            Some(_) => {}
        }
    }

    /// What each item has collected, once the path is empty.
    pub(crate) fn into_items(self) -> BlockTable {
        self.items
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;
    use crate::sums::path::PathSums;

    const ITEMS: u32 = 6;

    /// A sample: how many frames it shares with the one before, the items of its other frames, its
    /// size class.
    fn samples() -> impl Strategy<Value = Vec<(usize, Vec<u32>, u32)>> {
        vec((0_usize..8, vec(0..ITEMS, 0..5), 0_u32..90), 0..60)
    }

    proptest! {
        #[test]
        fn items_get_what_samples_with_them_on_the_path_add(samples in samples()) {
            let mut path: PathSums<i128> = PathSums::new();
            let mut blocks = BlockPath::default();
            let mut stack = Vec::new();
            let mut expected: BTreeMap<(u32, u32), i64> = BTreeMap::new();
            for (at, (shared, new, class)) in samples.into_iter().enumerate() {
                let shared = shared.min(stack.len());
                stack.truncate(shared);
                stack.extend(&new);
                path.truncate_and(shared, |items, leaving| blocks.leave(items, leaving));
                blocks.push_frames(new.len());
                for &item in &new {
                    path.push_item(item);
                    path.end_frame();
                }
                let allocated = at as i64 + 1;
                path.add(1);
                blocks.add(Entry { class, allocated, in_use: 1 });
                for item in (0..ITEMS).filter(|item| stack.contains(item)) {
                    *expected.entry((item, class)).or_default() += allocated;
                }
            }
            path.truncate_and(0, |items, leaving| blocks.leave(items, leaving));
            let items = blocks.into_items();
            for item in 0..ITEMS {
                let mut found: BTreeMap<u32, i64> = BTreeMap::new();
                for entry in items.entries(item) {
                    *found.entry(entry.class).or_default() += entry.allocated;
                }
                let found: Vec<_> = found.into_iter().filter(|&(_, count)| count != 0).collect();
                let of_item = expected.iter().filter(|((at, _), _)| *at == item);
                let of_item: Vec<_> = of_item.map(|(&(_, class), &count)| (class, count)).collect();
                prop_assert_eq!(found, of_item);
            }
        }
    }
}
