//! Sums of samples over everything that is on their path, touching only what changes from one
//! sample to the next.

use std::ops::{AddAssign, SubAssign};

pub(crate) use super::on_path::Leaving;
use super::on_path::OnPath;

/// Adds the values of samples to every item (a site) on the sample's path, once per sample however often the item is on it
/// ([`OnPath`]), frame by frame.
#[derive(Debug)]
pub(crate) struct PathSums<V> {
    on_path: OnPath<V>,
    /// For each frame on the path, the items before its own, and at the end all of them.
    starts: Vec<u32>,
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

impl<V: Copy + Default + AddAssign + SubAssign> PathSums<V> {
    pub(crate) fn new() -> Self {
        Self {
            on_path: OnPath::default(),
            starts: vec![0],
        }
    }

    /// Frames on the path.
    #[inline]
    pub(crate) fn depth(&self) -> usize {
        self.starts.len() - 1
    }

    /// One more than the highest item that was ever on the path.
    pub(crate) fn item_count(&self) -> usize {
        self.on_path.item_count()
    }

    /// Puts an item on the path, of a frame that [`PathSums::end_frame`] ends.
    #[inline]
    pub(crate) fn push_item(&mut self, item: u32) {
        let depth = self.depth();
        self.on_path.pushing(item as usize + 1, depth).push(item);
    }

    /// Puts a frame at the leaf side: the items that came since the last one.
    #[inline]
    pub(crate) fn end_frame(&mut self) {
        self.on_path.open_segment(self.depth());
        self.starts.push(self.on_path.used() as u32);
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
        let depth = self.depth();
        let mut count = 0;
        let mut pushing = self.on_path.pushing(end, depth);
        self.starts.resize(depth + 1 + most, 0);
        let starts = self.starts.get_mut(depth + 1..).unwrap_or_default();
        for (start, frame) in starts.iter_mut().zip(frames) {
            let [outer, inner] = frame.first;
            pushing.push(outer);
            pushing.push(inner);
            for &item in frame.others {
                pushing.push(item);
            }
            *start = pushing.used() as u32;
            count += 1;
        }
        self.starts.truncate(depth + 1 + count);
        count
    }

    /// Adds a sample's values to everything on the path.
    #[inline]
    pub(crate) fn add(&mut self, values: V) {
        self.on_path.add(values);
    }

    /// Takes frames off the path until `depth` are left.
    pub(crate) fn truncate(&mut self, depth: usize) {
        self.truncate_and(depth, |_, _| ());
    }

    /// The same, and tells of the items that leave, segment by segment from the leaf side.
    #[inline]
    pub(crate) fn truncate_and(&mut self, depth: usize, mut tell: impl FnMut(&[u32], Leaving)) {
        while self.depth() > depth
            && let Some(left) = self.on_path.left(depth)
        {
            let start = self
                .starts
                .get(left.stay)
                .map_or(0, |&start| start as usize);
            self.starts.truncate(left.stay + 1);
            tell(self.on_path.leave(start, left.collected), left.leaving);
        }
    }

    /// The sums by item.
    pub(crate) fn finish(mut self) -> Vec<V> {
        self.truncate(0);
        self.on_path.into_sums()
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
