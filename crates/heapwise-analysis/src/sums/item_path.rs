//! Sums of samples over items on their path, where places on the path are counted in items.

use std::ops::{AddAssign, SubAssign};

/// Adds the values of samples to every item on the path, as [`PathSums`] does, for those who know how many items
/// there are after each of their frames: what a frame costs that has none of them is theirs.
///
/// [`PathSums`]: super::path::PathSums
#[derive(Debug, Default)]
pub(crate) struct ItemPath<V> {
    /// What the samples so far add up to.
    total: V,
    /// What each item has collected on paths that it has left.
    sums: Vec<V>,
    is_on_path: Vec<bool>,
    /// The items on the path from the root to the leaf, each once, and then unused places.
    items: Vec<u32>,
    /// Places in use.
    used: usize,
    segments: Vec<Segment<V>>,
    /// Whether nothing was added since the last segment came, so that it takes more items.
    is_open: bool,
}

/// Items that came together.
#[derive(Debug, Clone, Copy)]
struct Segment<V> {
    /// Items below it, towards the root.
    start: usize,
    /// What the samples before it add up to.
    total: V,
}

/// Where the next item goes, in registers. What was pushed stays when it is dropped.
pub(crate) struct Pushing<'a> {
    used: usize,
    places: &'a mut [u32],
    is_on_path: &'a mut [bool],
    after: &'a mut usize,
}

impl Pushing<'_> {
    /// Puts an item at the leaf side; whether it was not on the path before. The item must be below what
    /// [`ItemPath::pushing`] was told.
    #[inline]
    pub(crate) fn push(&mut self, item: u32) -> bool {
        let before = self.used;
        if let Some(is_on_path) = self.is_on_path.get_mut(item as usize)
            && let Some(place) = self.places.get_mut(self.used)
        {
            // Without a branch: what is not new is written all the same, and then written over.
            *place = item;
            self.used += usize::from(!*is_on_path);
            *is_on_path = true;
        }
        self.used > before
    }

    /// Items on the path.
    #[inline]
    pub(crate) fn used(&self) -> usize {
        self.used
    }
}

impl Drop for Pushing<'_> {
    fn drop(&mut self) {
        *self.after = self.used;
    }
}

impl<V: Copy + Default + AddAssign + SubAssign> ItemPath<V> {
    /// Items to put at the leaf side, all below `end`.
    #[inline]
    pub(crate) fn pushing(&mut self, end: usize) -> Pushing<'_> {
        if self.is_on_path.len() < end {
            self.make_room(end);
        }
        self.open_segment();
        Pushing {
            used: self.used,
            places: &mut self.items,
            is_on_path: &mut self.is_on_path,
            after: &mut self.used,
        }
    }

    /// Items that come now are of a segment that nothing was added to.
    #[inline]
    fn open_segment(&mut self) {
        if self.is_open {
            return;
        }
        let segment = Segment {
            start: self.used,
            total: self.total,
        };
        match self.segments.last_mut() {
            // No item has come since.
            Some(empty) if empty.start == segment.start => *empty = segment,
            _ => self.segments.push(segment),
        }
        self.is_open = true;
    }

    /// Each item is at one place at most, and the next one is written before it is known to stay.
    #[cold]
    fn make_room(&mut self, end: usize) {
        self.is_on_path.resize(end, false);
        self.sums.resize(end, V::default());
        self.items.resize(end + 1, 0);
    }

    /// Adds a sample's values to everything on the path.
    #[inline]
    pub(crate) fn add(&mut self, values: V) {
        self.is_open = false;
        self.total += values;
    }

    /// Takes items off the path until `count` are left.
    #[inline]
    pub(crate) fn truncate(&mut self, count: usize) {
        while self.used > count
            && let Some(&segment) = self.segments.last()
        {
            let stay = segment.start.max(count);
            let mut collected = self.total;
            collected -= segment.total;
            for &item in self.items.get(stay..self.used).unwrap_or_default() {
                let is_on_path = self.is_on_path.get_mut(item as usize);
                let sum = self.sums.get_mut(item as usize);
                if let (Some(is_on_path), Some(sum)) = (is_on_path, sum) {
                    *is_on_path = false;
                    *sum += collected;
                }
            }
            self.used = stay;
            if stay == segment.start {
                self.segments.pop();
                self.is_open = false;
            }
        }
    }

    /// The sums by item.
    pub(crate) fn finish(mut self) -> Vec<V> {
        self.truncate(0);
        self.sums
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::ItemPath;

    /// Frames that stay, the items of those that come, and the value of a sample.
    type Told = (usize, Vec<Vec<u32>>, i64);

    const ITEMS: u32 = 6;

    fn samples() -> impl Strategy<Value = Vec<Told>> {
        let frame = vec(0..ITEMS, 0..3);
        vec((0_usize..8, vec(frame, 0..5), -9_i64..10), 0..30)
    }

    /// Adds each value to every item of the stack, once.
    fn plainly(samples: &[Told]) -> Vec<i64> {
        let (mut stack, mut sums) = (Vec::new(), vec![0; ITEMS as usize]);
        for (stay, new, value) in samples {
            stack.truncate(*stay);
            stack.extend(new.iter().cloned());
            for (item, sum) in (0..).zip(&mut sums) {
                if stack.iter().flatten().any(|&at| at == item) {
                    *sum += value;
                }
            }
        }
        sums
    }

    proptest! {
        #[test]
        fn adds_to_every_item_on_the_path_once(samples in samples()) {
            let mut path = ItemPath::<i64>::default();
            let mut used: Vec<usize> = Vec::new();
            for (stay, new, value) in &samples {
                used.truncate(*stay);
                path.truncate(used.last().copied().unwrap_or(0));
                let mut pushing = path.pushing(ITEMS as usize);
                for frame in new {
                    for &item in frame {
                        pushing.push(item);
                    }
                    used.push(pushing.used());
                }
                drop(pushing);
                path.add(*value);
            }
            let mut sums = path.finish();
            sums.resize(ITEMS as usize, 0);
            prop_assert_eq!(sums, plainly(&samples));
        }
    }
}
