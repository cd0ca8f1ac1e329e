//! Sums of samples over everything that is on their path, touching only what changes from one
//! sample to the next.

use crate::blocks::{BlockPath, Entry};

/// Adds the values of samples to every item (a site, or a call between two) on the sample's path,
/// once per sample however often the item is on it.
///
/// The path is kept as a stack of frames, each with its items and with what was added while it was
/// on top. What a frame has collected is handed to the frame below it, towards the root, when it
/// is popped; an item gets its sum when its occurrence nearest to the root goes. Recursion is
/// thereby counted once (graph/graph.go: newGraph, seenNode and seenEdge).
#[derive(Debug)]
pub(crate) struct PathSums {
    width: usize,
    frames: Vec<Frame>,
    items: Vec<u32>,
    collected: Vec<i128>,
    on_path: Vec<u32>,
    sums: Vec<i128>,
    blocks: Option<BlockPath>,
}

#[derive(Debug, Clone, Copy)]
struct Frame {
    first_item: u32,
}

impl PathSums {
    /// Sums of samples with `width` values.
    pub(crate) fn new(width: usize) -> Self {
        Self {
            width,
            frames: Vec::new(),
            items: Vec::new(),
            collected: Vec::new(),
            on_path: Vec::new(),
            sums: Vec::new(),
            blocks: None,
        }
    }

    /// Also carries the sampled blocks along.
    pub(crate) fn with_blocks(width: usize) -> Self {
        Self {
            blocks: Some(BlockPath::default()),
            ..Self::new(width)
        }
    }

    /// Frames on the path.
    #[inline]
    pub(crate) fn depth(&self) -> usize {
        self.frames.len()
    }

    /// Starts a frame at the leaf side.
    #[inline]
    pub(crate) fn push_frame(&mut self) {
        if let Some(blocks) = &mut self.blocks {
            blocks.push(self.frames.len());
        }
        self.frames.push(Frame {
            first_item: self.items.len() as u32,
        });
        self.collected.extend(std::iter::repeat_n(0, self.width));
    }

    /// Puts an item into the frame started last; `true` when it was not on the path yet.
    #[inline]
    pub(crate) fn push_item(&mut self, item: u32) -> bool {
        let at = item as usize;
        if at >= self.on_path.len() {
            self.on_path.resize(at + 1, 0);
            self.sums.resize((at + 1) * self.width, 0);
        }
        self.items.push(item);
        match self.on_path.get_mut(at) {
            Some(count) => {
                *count += 1;
                *count == 1
            }
            None => false,
        }
    }

    /// Adds a sample's values to everything on the path.
    #[inline]
    pub(crate) fn add(&mut self, values: &[i64]) {
        let top = self.collected.len().saturating_sub(self.width);
        if let Some(sums) = self.collected.get_mut(top..) {
            for (sum, &value) in sums.iter_mut().zip(values) {
                *sum += i128::from(value);
            }
        }
    }

    /// Adds a sample's blocks to everything on the path.
    #[inline]
    pub(crate) fn add_blocks(&mut self, entry: Entry) {
        if let (Some(blocks), Some(top)) = (&mut self.blocks, self.frames.len().checked_sub(1)) {
            blocks.add(top, entry);
        }
    }

    /// Pops frames until `depth` are left.
    #[inline]
    pub(crate) fn truncate(&mut self, depth: usize) {
        while self.frames.len() > depth {
            self.pop_frame();
        }
    }

    #[inline]
    fn pop_frame(&mut self) {
        let Some(frame) = self.frames.pop() else {
            return;
        };
        let width = self.width;
        let top = self.collected.len() - width;
        let (below, done) = self.collected.split_at_mut(top);
        for &item in self
            .items
            .get(frame.first_item as usize..)
            .unwrap_or_default()
        {
            let at = item as usize;
            let Some(count) = self.on_path.get_mut(at) else {
                continue;
            };
            *count -= 1;
            if *count == 0
                && let Some(blocks) = &mut self.blocks
            {
                blocks.finish(self.frames.len(), item);
            }
            if *count == 0
                && let Some(sums) = self.sums.get_mut(at * width..(at + 1) * width)
            {
                add_each(sums, done);
            }
        }
        if let Some(blocks) = &mut self.blocks {
            blocks.carry(self.frames.len());
        }
        let parent = below.len().saturating_sub(width);
        if let Some(sums) = below.get_mut(parent..) {
            add_each(sums, done);
        }
        self.items.truncate(frame.first_item as usize);
        self.collected.truncate(top);
    }

    /// The sums by item, `width` each; items never pushed may be missing at the end.
    pub(crate) fn into_sums(self) -> Vec<i128> {
        self.finish().0
    }

    /// The sums by item, and the blocks by item where they were carried along.
    pub(crate) fn finish(mut self) -> (Vec<i128>, Vec<Vec<Entry>>) {
        self.truncate(0);
        let blocks = self.blocks.map(BlockPath::into_items);
        (self.sums, blocks.unwrap_or_default())
    }
}

/// Adds `values` to `sums`, by fours where there are as many: a heap profile has four.
#[inline]
fn add_each(sums: &mut [i128], values: &[i128]) {
    let (sum_fours, sum_rest) = sums.as_chunks_mut::<4>();
    let (value_fours, value_rest) = values.as_chunks::<4>();
    for (sums, values) in sum_fours.iter_mut().zip(value_fours) {
        for (sum, value) in sums.iter_mut().zip(values) {
            *sum += value;
        }
    }
    for (sum, value) in sum_rest.iter_mut().zip(value_rest) {
        *sum += value;
    }
}

#[cfg(test)]
mod tests {
    use super::PathSums;

    fn push(path: &mut PathSums, items: &[u32]) {
        path.push_frame();
        for &item in items {
            path.push_item(item);
        }
    }

    #[test]
    fn counts_recursion_once_and_keeps_what_is_shared() {
        let mut path = PathSums::new(1);
        push(&mut path, &[0]);
        push(&mut path, &[1, 2]);
        push(&mut path, &[1]);
        path.add(&[10]);
        path.truncate(1);
        path.add(&[1]);
        push(&mut path, &[2]);
        path.add(&[100]);
        assert_eq!(path.into_sums(), [111, 10, 110]);
    }
}
