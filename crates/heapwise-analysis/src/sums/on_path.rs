//! The items on a path, each once, and what they collect while it changes.

use std::ops::{AddAssign, SubAssign};

/// Adds the values of samples to every item on a path, touching only what comes and goes.
///
/// What an item collects is what all samples add up to when it leaves the path less what they
/// added up to when it came. Items that came together, a segment, share both: adding a sample
/// touches one number, an item that stays costs nothing, and one that comes or goes a few
/// instructions. Only the occurrence of an item nearest to the root is kept, so recursion is counted once
/// (graph/graph.go: newGraph, seenNode and seenEdge); the others come after it and are gone before it.
///
/// How much of the path is below a segment is counted by who keeps the path, in frames or in items.
///
/// `V` is what is summed. Sums of 64-bit values do not leave 128 bits; in 64 that wrap around, those that
/// fit are right.
#[derive(Debug, Default)]
pub(super) struct OnPath<V> {
    /// What the samples so far add up to.
    total: V,
    /// What each item has collected on paths that it has left.
    sums: Vec<V>,
    is_on_path: Vec<bool>,
    /// The items on the path from the root to the leaf, each once, and then unused places.
    places: Vec<u32>,
    /// Places in use.
    used: usize,
    segments: Vec<Segment<V>>,
    /// Whether nothing was added since the last segment came, so that it takes more items.
    is_open: bool,
}

/// Items that came together.
#[derive(Debug, Clone, Copy)]
struct Segment<V> {
    /// How much of the path is below it, towards the root.
    below: usize,
    /// What the samples before it add up to.
    total: V,
}

/// How much of a segment leaves the path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Leaving {
    /// What is at its leaf side.
    Part,
    /// All that is left of it.
    Rest,
}

/// What of the segment at the leaf side leaves.
#[derive(Debug, Clone, Copy)]
pub(super) struct Left<V> {
    /// How much of the path stays.
    pub(super) stay: usize,
    /// What was collected while it was there.
    pub(super) collected: V,
    pub(super) leaving: Leaving,
}

/// Where the next item goes, in registers: through memory each item would wait for the one before it, and the vectors
/// would be looked up anew. What was pushed stays when it is dropped.
pub(crate) struct Pushing<'a> {
    used: usize,
    places: &'a mut [u32],
    is_on_path: &'a mut [bool],
    after: &'a mut usize,
}

impl Pushing<'_> {
    /// Puts an item at the leaf side; whether it was not on the path before. The item must be below the end that was told.
    #[inline]
    pub(crate) fn push(&mut self, item: u32) -> bool {
        let before = self.used;
        if let Some(is_on_path) = self.is_on_path.get_mut(item as usize)
            && let Some(place) = self.places.get_mut(self.used)
        {
            // Recursion makes it a coin toss whether the item is new, so there is no branch: what is
            // not new is written all the same, and then written over.
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

impl<V: Copy + Default + AddAssign + SubAssign> OnPath<V> {
    /// Items on the path.
    #[inline]
    pub(super) fn used(&self) -> usize {
        self.used
    }

    /// One more than the highest item that was ever on the path.
    pub(super) fn item_count(&self) -> usize {
        self.is_on_path.len()
    }

    /// Items to put at the leaf side, all below `end`; of the path there is `below`.
    #[inline]
    pub(super) fn pushing(&mut self, end: usize, below: usize) -> Pushing<'_> {
        if self.is_on_path.len() < end {
            self.make_room(end);
        }
        self.open_segment(below);
        Pushing {
            used: self.used,
            places: &mut self.places,
            is_on_path: &mut self.is_on_path,
            after: &mut self.used,
        }
    }

    /// What comes now is of a segment that nothing was added to.
    #[inline]
    pub(super) fn open_segment(&mut self, below: usize) {
        if self.is_open {
            return;
        }
        let segment = Segment {
            below,
            total: self.total,
        };
        match self.segments.last_mut() {
            // Nothing has come since.
            Some(empty) if empty.below == below => *empty = segment,
            _ => self.segments.push(segment),
        }
        self.is_open = true;
    }

    /// Each item is at one place at most, and the next one is written before it is known to stay.
    #[cold]
    fn make_room(&mut self, end: usize) {
        self.is_on_path.resize(end, false);
        self.sums.resize(end, V::default());
        self.places.resize(end + 1, 0);
    }

    /// Adds a sample's values to everything on the path.
    #[inline]
    pub(super) fn add(&mut self, values: V) {
        self.is_open = false;
        self.total += values;
    }

    /// What of the segment at the leaf side leaves where only `stay` of the path stays, if there is one. Its items are
    /// those that [`OnPath::leave`] is to be told of.
    #[inline]
    pub(super) fn left(&mut self, stay: usize) -> Option<Left<V>> {
        let segment = *self.segments.last()?;
        let mut collected = self.total;
        collected -= segment.total;
        let is_part = stay > segment.below;
        if !is_part {
            self.segments.pop();
            self.is_open = false;
        }
        Some(Left {
            stay: segment.below.max(stay),
            collected,
            leaving: if is_part {
                Leaving::Part
            } else {
                Leaving::Rest
            },
        })
    }

    /// Takes items off the path until `used` are left, and gives each what was collected. Returns those.
    #[inline]
    pub(super) fn leave(&mut self, used: usize, collected: V) -> &[u32] {
        let items = self.places.get(used..self.used).unwrap_or_default();
        self.used = used;
        for &item in items {
            let is_on_path = self.is_on_path.get_mut(item as usize);
            let sum = self.sums.get_mut(item as usize);
            if let (Some(is_on_path), Some(sum)) = (is_on_path, sum) {
                *is_on_path = false;
                *sum += collected;
            }
        }
        items
    }

    /// The sums by item, of a path that is empty.
    pub(super) fn into_sums(self) -> Vec<V> {
        self.sums
    }
}
