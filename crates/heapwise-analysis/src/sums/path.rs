//! Sums of samples over everything that is on their path, touching only what changes from one
//! sample to the next.

use std::ops::{AddAssign, SubAssign};

/// Adds the values of samples to every item (a site, or a call between two) on the sample's path,
/// once per sample however often the item is on it.
///
/// What an item collects is what all samples add up to when it leaves the path less what they
/// added up to when it came: adding a sample touches one number, and a frame that stays on the
/// path from one sample to the next costs nothing. Only the occurrence of an item nearest to the
/// root is kept, so recursion is counted once (graph/graph.go: newGraph, seenNode and seenEdge);
/// the others come after it and are gone before it.
///
/// `V` is what is summed. Sums of 64-bit values do not leave 128 bits.
#[derive(Debug)]
pub(crate) struct PathSums<V> {
    /// What the samples so far add up to.
    total: V,
    /// What each item has collected; less the total when it came while it is on the path.
    sums: Vec<V>,
    is_on_path: Vec<bool>,
    /// The items on the path from the root to the leaf, each once, and then unused places.
    places: Vec<Place>,
    /// Places in use.
    used: usize,
    /// Places whose items have the total taken from their sum.
    entered: usize,
    depth: usize,
}

/// An item on the path.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Place {
    pub(crate) item: u32,
    /// Frames between its frame and the root.
    pub(crate) depth: u32,
}

impl<V: Copy + Default + AddAssign + SubAssign> PathSums<V> {
    pub(crate) fn new() -> Self {
        Self {
            total: V::default(),
            sums: Vec::new(),
            is_on_path: Vec::new(),
            places: Vec::new(),
            used: 0,
            entered: 0,
            depth: 0,
        }
    }

    /// Frames on the path.
    #[inline]
    pub(crate) fn depth(&self) -> usize {
        self.depth
    }

    /// One more than the highest item that was ever on the path.
    pub(crate) fn item_count(&self) -> usize {
        self.is_on_path.len()
    }

    /// Whether an item is on the path.
    #[inline]
    pub(crate) fn is_on_path(&self, item: u32) -> bool {
        self.is_on_path.get(item as usize) == Some(&true)
    }

    /// The items on the path, from the root to the leaf.
    #[inline]
    pub(crate) fn places(&self) -> &[Place] {
        self.places.get(..self.used).unwrap_or_default()
    }

    /// Puts a frame at the leaf side: its items, which are below `end`.
    #[inline]
    pub(crate) fn push_frame(&mut self, items: &[u32], end: usize) {
        self.extend(std::iter::once(items), end);
    }

    /// Puts frames at the leaf side: the items of each, all below `end`.
    #[inline]
    pub(crate) fn extend<'a>(&mut self, frames: impl Iterator<Item = &'a [u32]>, end: usize) {
        if self.is_on_path.len() < end {
            self.is_on_path.resize(end, false);
        }
        // Kept in registers: through memory, each item would wait for the one before it.
        let (mut used, mut depth) = (self.used, self.depth);
        for items in frames {
            if self.places.len() < used + items.len() {
                self.places
                    .resize(2 * (used + items.len()), Place::default());
            }
            for &item in items {
                let place = self.places.get_mut(used);
                let is_on_path = self.is_on_path.get_mut(item as usize);
                if let (Some(place), Some(is_on_path)) = (place, is_on_path) {
                    // Recursion makes it a coin toss whether the item is new, so there is no
                    // branch: what is not new is written all the same, and then written over.
                    *place = Place {
                        item,
                        depth: depth as u32,
                    };
                    used += usize::from(!*is_on_path);
                    *is_on_path = true;
                }
            }
            depth += 1;
        }
        (self.used, self.depth) = (used, depth);
    }

    /// Adds a sample's values to everything on the path.
    #[inline]
    pub(crate) fn add(&mut self, values: V) {
        self.enter();
        self.total += values;
    }

    /// Takes the total from the sums of items that have come since the last sample.
    #[inline]
    fn enter(&mut self) {
        if self.sums.len() < self.is_on_path.len() {
            self.sums.resize(self.is_on_path.len(), V::default());
        }
        for place in self.places.get(self.entered..self.used).unwrap_or_default() {
            if let Some(sum) = self.sums.get_mut(place.item as usize) {
                *sum -= self.total;
            }
        }
        self.entered = self.used;
    }

    /// Takes frames off the path until `depth` are left.
    #[inline]
    pub(crate) fn truncate(&mut self, depth: usize) {
        if self.depth <= depth {
            return;
        }
        self.enter();
        self.depth = depth;
        let places = self.places.get(..self.used).unwrap_or_default();
        let leaving = places.iter().rev();
        for place in leaving.take_while(|place| place.depth as usize >= depth) {
            let at = place.item as usize;
            if let (Some(is_on_path), Some(sum)) =
                (self.is_on_path.get_mut(at), self.sums.get_mut(at))
            {
                *is_on_path = false;
                *sum += self.total;
            }
            self.used -= 1;
        }
        self.entered = self.used;
    }

    /// The sums by item.
    pub(crate) fn finish(mut self) -> Vec<V> {
        self.truncate(0);
        self.sums
    }
}

#[cfg(test)]
mod tests {
    use super::PathSums;

    #[test]
    fn counts_recursion_once_and_keeps_what_is_shared() {
        let mut path: PathSums<i128> = PathSums::new();
        path.push_frame(&[0], 3);
        path.push_frame(&[1, 2], 3);
        path.push_frame(&[1], 3);
        path.add(10);
        path.truncate(1);
        path.add(1);
        path.push_frame(&[2], 3);
        path.add(100);
        assert_eq!(path.finish(), [111, 10, 110]);
    }
}
