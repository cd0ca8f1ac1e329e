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
    /// Lanes per item: enough for its values.
    lanes: usize,
    /// The only value that is ever not 0, when it is in the only lane.
    only: Option<usize>,
    frames: Vec<Frame>,
    items: Vec<u32>,
    collected: Vec<Lane>,
    on_path: Vec<u32>,
    sums: Vec<Lane>,
    blocks: Option<BlockPath>,
}

/// Four sums side by side: a heap profile has four values, so one lane does for it and adding
/// needs no loop.
type Lane = [i128; 4];

/// The sums of every item.
#[derive(Debug, Default)]
pub(crate) struct ItemSums {
    lanes: usize,
    sums: Vec<Lane>,
}

impl ItemSums {
    /// The sum of an item's value; 0 for an item that was never on a path.
    pub(crate) fn get(&self, item: u32, value: usize) -> i128 {
        let lane = self.sums.get(item as usize * self.lanes + value / 4);
        lane.and_then(|lane| lane.get(value % 4))
            .copied()
            .unwrap_or(0)
    }
}

#[derive(Debug, Clone, Copy)]
struct Frame {
    first_item: u32,
}

impl PathSums {
    /// Sums of samples with `width` values.
    pub(crate) fn new(width: usize) -> Self {
        Self {
            lanes: width.div_ceil(4).max(1),
            only: None,
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

    /// Only this value of the samples is ever not 0, so that the others need not be added.
    pub(crate) fn only(mut self, value: Option<usize>) -> Self {
        self.only = value.filter(|&value| self.lanes == 1 && value < 4);
        self
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
        self.collected.push([0; 4]);
        for _ in 1..self.lanes {
            self.collected.push([0; 4]);
        }
    }

    /// Puts an item into the frame started last; `true` when it was not on the path yet.
    #[inline]
    pub(crate) fn push_item(&mut self, item: u32) -> bool {
        let at = item as usize;
        if at >= self.on_path.len() {
            self.on_path.resize(at + 1, 0);
            self.sums.resize((at + 1) * self.lanes, [0; 4]);
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
        let top = self.collected.len().saturating_sub(self.lanes);
        let lanes = self.collected.get_mut(top..).unwrap_or_default();
        for (sums, values) in lanes.iter_mut().zip(values.chunks(4)) {
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
        let (lanes, only) = (self.lanes, self.only);
        let top = self.collected.len() - lanes;
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
                && let Some(sums) = self.sums.get_mut(at * lanes..(at + 1) * lanes)
            {
                add_each(sums, done, only);
            }
        }
        if let Some(blocks) = &mut self.blocks {
            blocks.carry(self.frames.len());
        }
        let parent = below.len().saturating_sub(lanes);
        if let Some(sums) = below.get_mut(parent..) {
            add_each(sums, done, only);
        }
        self.items.truncate(frame.first_item as usize);
        self.collected.truncate(top);
    }

    /// The sums by item, and the blocks by item where they were carried along.
    pub(crate) fn finish(mut self) -> (ItemSums, Vec<Vec<Entry>>) {
        self.truncate(0);
        let blocks = self.blocks.map(BlockPath::into_items);
        let sums = ItemSums {
            lanes: self.lanes,
            sums: self.sums,
        };
        (sums, blocks.unwrap_or_default())
    }
}

/// Adds `values` to `sums`, or only one of them.
#[inline]
fn add_each(sums: &mut [Lane], values: &[Lane], only: Option<usize>) {
    if let (Some(only), [sums], [values]) = (only, &mut *sums, values) {
        if let (Some(sum), Some(value)) = (sums.get_mut(only), values.get(only)) {
            *sum += value;
        }
        return;
    }
    for (sums, values) in sums.iter_mut().zip(values) {
        for (sum, value) in sums.iter_mut().zip(values) {
            *sum += value;
        }
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
        let (sums, _) = path.finish();
        assert_eq!([0, 1, 2].map(|item| sums.get(item, 0)), [111, 10, 110]);
    }
}
