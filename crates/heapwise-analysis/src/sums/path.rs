//! Sums of samples over everything that is on their path, touching only what changes from one
//! sample to the next.

use std::ops::{AddAssign, SubAssign};

/// Adds the values of samples to every item (a site, or a call between two) on the sample's path,
/// once per sample however often the item is on it.
///
/// What an item collects is what all samples add up to when it leaves the path less what they
/// added up to when it came. Frames that came together, a segment, share both: adding a sample
/// touches one number, a frame that stays costs nothing, and one that comes or goes a few
/// instructions for each of its items. Only the occurrence of an item nearest to the root is kept,
/// so recursion is counted once (graph/graph.go: newGraph, seenNode and seenEdge); the others come
/// after it and are gone before it.
///
/// `V` is what is summed. Sums of 64-bit values do not leave 128 bits; in 64 that wrap around, those that
/// fit are right.
#[derive(Debug)]
pub(crate) struct PathSums<V> {
    /// What the samples so far add up to.
    total: V,
    /// What each item has collected on paths that it has left.
    sums: Vec<V>,
    is_on_path: Vec<bool>,
    /// The items on the path from the root to the leaf, each once, and then unused places.
    items: Vec<u32>,
    /// Places in use.
    used: usize,
    /// For each frame on the path, the items before its own, and at the end all of them.
    starts: Vec<u32>,
    segments: Vec<Segment<V>>,
    /// Whether nothing was added since the last segment came, so that it takes more frames.
    is_open: bool,
}

/// The items of a frame that has any: nearly all have one or two.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FrameItems<'a> {
    /// Two, which may be the same: without a branch, pushing it twice costs less than not doing so.
    pub(crate) first: [u32; 2],
    /// Whether the second is another one.
    pub(crate) are_two: bool,
    pub(crate) others: &'a [u32],
}

impl<'a> FrameItems<'a> {
    /// The item of the function really called.
    #[inline]
    pub(crate) fn outermost(&self) -> u32 {
        let [outermost, _] = self.first;
        outermost
    }

    /// The items of what was inlined, from the outermost on.
    #[inline]
    pub(crate) fn inlined(&self) -> impl Iterator<Item = &u32> {
        let [_, second] = &self.first;
        let second = self.are_two.then_some(second);
        second.into_iter().chain(self.others)
    }
}

/// Where the next item goes, in registers: through memory each item would wait for the one before it,
/// and the vectors would be looked up anew.
struct Pushing<'a> {
    used: usize,
    places: &'a mut [u32],
    is_on_path: &'a mut [bool],
}

impl<'a> Pushing<'a> {
    #[inline]
    fn at(used: usize, places: &'a mut [u32], is_on_path: &'a mut [bool]) -> Self {
        Pushing {
            used,
            places,
            is_on_path,
        }
    }

    /// Puts an item on the path; whether it was not there before.
    #[inline]
    fn push(&mut self, item: u32) -> bool {
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
}

/// Frames that came together.
#[derive(Debug, Clone, Copy)]
struct Segment<V> {
    /// Frames below it, towards the root.
    depth: usize,
    /// What the samples before it add up to.
    total: V,
}

/// How much of a segment leaves the path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Leaving {
    /// The frames at its leaf side.
    Part,
    /// All that is left of it.
    Rest,
}

impl<V: Copy + Default + AddAssign + SubAssign> PathSums<V> {
    pub(crate) fn new() -> Self {
        Self {
            total: V::default(),
            sums: Vec::new(),
            is_on_path: Vec::new(),
            items: Vec::new(),
            used: 0,
            starts: vec![0],
            segments: Vec::new(),
            is_open: false,
        }
    }

    /// Frames on the path.
    #[inline]
    pub(crate) fn depth(&self) -> usize {
        self.starts.len() - 1
    }

    /// One more than the highest item that was ever on the path.
    pub(crate) fn item_count(&self) -> usize {
        self.is_on_path.len()
    }

    /// Puts an item on the path, of a frame that [`PathSums::end_frame`] ends.
    #[inline]
    pub(crate) fn push_item(&mut self, item: u32) {
        if self.is_on_path.len() <= item as usize {
            self.make_room(item as usize + 1);
        }
        let mut pushing = Pushing::at(self.used, &mut self.items, &mut self.is_on_path);
        pushing.push(item);
        self.used = pushing.used;
    }

    /// Puts a frame at the leaf side: the items that came since the last one.
    #[inline]
    pub(crate) fn end_frame(&mut self) {
        self.open_segment();
        self.starts.push(self.used as u32);
    }

    /// Puts frames at the leaf side, up to `most`, whose items are all below `end`. Returns how many
    /// there were.
    #[inline]
    pub(crate) fn extend<'a>(
        &mut self,
        frames: impl Iterator<Item = FrameItems<'a>>,
        most: usize,
        end: usize,
    ) -> usize {
        if self.is_on_path.len() < end {
            self.make_room(end);
        }
        self.open_segment();
        let depth = self.depth();
        let mut count = 0;
        let mut pushing = Pushing::at(self.used, &mut self.items, &mut self.is_on_path);
        self.starts.resize(depth + 1 + most, 0);
        let starts = self.starts.get_mut(depth + 1..).unwrap_or_default();
        for (start, frame) in starts.iter_mut().zip(frames) {
            let [outer, inner] = frame.first;
            pushing.push(outer);
            pushing.push(inner);
            for &item in frame.others {
                pushing.push(item);
            }
            *start = pushing.used as u32;
            count += 1;
        }
        self.used = pushing.used;
        self.starts.truncate(depth + 1 + count);
        count
    }

    /// Frames that come now are of a segment that nothing was added to.
    #[inline]
    fn open_segment(&mut self) {
        if !self.is_open {
            let segment = Segment {
                depth: self.depth(),
                total: self.total,
            };
            match self.segments.last_mut() {
                // No frame has come since.
                Some(empty) if empty.depth == segment.depth => *empty = segment,
                _ => self.segments.push(segment),
            }
            self.is_open = true;
        }
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

    /// Takes frames off the path until `depth` are left.
    pub(crate) fn truncate(&mut self, depth: usize) {
        self.truncate_and(depth, |_, _| ());
    }

    /// The same, and tells of the items that leave, segment by segment from the leaf side.
    #[inline]
    pub(crate) fn truncate_and(&mut self, depth: usize, mut left: impl FnMut(&[u32], Leaving)) {
        while self.depth() > depth
            && let Some(&segment) = self.segments.last()
        {
            let stay = segment.depth.max(depth);
            let start = self.starts.get(stay).map_or(0, |&start| start as usize);
            self.starts.truncate(stay + 1);
            let items = self.items.get(start..self.used).unwrap_or_default();
            self.used = start;
            let mut collected = self.total;
            collected -= segment.total;
            for &item in items {
                let is_on_path = self.is_on_path.get_mut(item as usize);
                let sum = self.sums.get_mut(item as usize);
                if let (Some(is_on_path), Some(sum)) = (is_on_path, sum) {
                    *is_on_path = false;
                    *sum += collected;
                }
            }
            if stay == segment.depth {
                self.segments.pop();
                self.is_open = false;
                left(items, Leaving::Rest);
            } else {
                left(items, Leaving::Part);
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
    use super::PathSums;

    fn push(path: &mut PathSums<i128>, items: &[u32]) {
        for &item in items {
            path.push_item(item);
        }
        path.end_frame();
    }

    #[test]
    fn counts_recursion_once_and_keeps_what_is_shared() {
        let mut path: PathSums<i128> = PathSums::new();
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
