//! Sums of samples over everything that is on their path, touching only what changes from one
//! sample to the next.

use std::ops::{AddAssign, SubAssign};

/// Adds the values of samples to every item (a site, or a call between two) on the sample's path,
/// once per sample however often the item is on it.
///
/// What an item collects is what all samples add up to when it leaves the path less what they
/// added up to when it came: adding a sample touches one number, and a frame that stays on the
/// path from one sample to the next costs nothing. Only the first and the last occurrence of an
/// item count, so recursion is counted once (graph/graph.go: newGraph, seenNode and seenEdge).
///
/// `V` is what is summed. Sums of 64-bit values do not leave 128 bits.
#[derive(Debug)]
pub(crate) struct PathSums<V> {
    /// What the samples so far add up to.
    total: V,
    items: Vec<Item<V>>,
    /// The items on the path from the root to the leaf.
    path: Vec<u32>,
    /// Where the items of each frame on the path start.
    frames: Vec<usize>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Item<V> {
    /// How often it is on the path.
    on_path: u32,
    /// What it has collected; less the total when it came while it is on the path.
    sum: V,
}

impl<V: Copy + Default + AddAssign + SubAssign> PathSums<V> {
    pub(crate) fn new() -> Self {
        Self {
            total: V::default(),
            items: Vec::new(),
            path: Vec::new(),
            frames: Vec::new(),
        }
    }

    /// Frames on the path.
    #[inline]
    pub(crate) fn depth(&self) -> usize {
        self.frames.len()
    }

    /// One more than the highest item that was ever on the path.
    pub(crate) fn item_count(&self) -> usize {
        self.items.len()
    }

    /// The item nearest to the leaf.
    #[inline]
    pub(crate) fn last_item(&self) -> Option<u32> {
        self.path.last().copied()
    }

    /// Starts a frame at the leaf side.
    #[inline]
    pub(crate) fn push_frame(&mut self) {
        self.frames.push(self.path.len());
    }

    /// Puts an item into the frame started last; `true` when it was not on the path yet.
    #[inline]
    pub(crate) fn push_item(&mut self, item: u32) -> bool {
        self.path.push(item);
        let at = item as usize;
        if at >= self.items.len() {
            self.items.resize(at + 1, Item::default());
        }
        let Some(item) = self.items.get_mut(at) else {
            return false;
        };
        item.on_path += 1;
        let is_first = item.on_path == 1;
        if is_first {
            item.sum -= self.total;
        }
        is_first
    }

    /// Adds a sample's values to everything on the path.
    #[inline]
    pub(crate) fn add(&mut self, values: V) {
        self.total += values;
    }

    /// Takes frames off the path until `depth` are left.
    #[inline]
    pub(crate) fn truncate(&mut self, depth: usize) {
        let Some(&start) = self.frames.get(depth) else {
            return;
        };
        self.frames.truncate(depth);
        for &item in self.path.get(start..).unwrap_or_default() {
            let Some(item) = self.items.get_mut(item as usize) else {
                continue;
            };
            item.on_path -= 1;
            if item.on_path == 0 {
                item.sum += self.total;
            }
        }
        self.path.truncate(start);
    }

    /// The sums by item.
    pub(crate) fn finish(mut self) -> Vec<V> {
        self.truncate(0);
        self.items.into_iter().map(|item| item.sum).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::PathSums;

    fn push(path: &mut PathSums<i128>, items: &[u32]) {
        path.push_frame();
        for &item in items {
            path.push_item(item);
        }
    }

    #[test]
    fn counts_recursion_once_and_keeps_what_is_shared() {
        let mut path = PathSums::new();
        push(&mut path, &[0]);
        push(&mut path, &[1, 2]);
        push(&mut path, &[1]);
        path.add(10);
        path.truncate(1);
        path.add(1);
        push(&mut path, &[2]);
        path.add(100);
        assert_eq!(path.finish(), [111, 10, 110]);
    }
}
