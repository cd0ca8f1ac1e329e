//! Tells whether a heap is of another process than the one before, by the rule that `growth` has.

use std::path::Path;

use heapwise_analysis::LevelSnapshot;
use heapwise_decode::Limits;

use super::told_apart::{cannot_follow, snapshot};
use crate::bundle::Part;

/// Heaps of a server, one after another.
#[derive(Default)]
pub(super) struct Restarts {
    last: Option<LevelSnapshot>,
}

impl Restarts {
    /// Whether the heap of a bundle is of another process than the last one that could be read.
    pub(super) fn is_other(&mut self, folder: &str, limits: &Limits) -> bool {
        // What cannot be read the look itself tells.
        let bytes = std::fs::read(Path::new(folder).join(Part::Heap.file())).ok();
        let Some(heap) = bytes.and_then(|bytes| snapshot(&bytes, limits)) else {
            return false;
        };
        let before = self.last.replace(heap.clone());
        before.is_some_and(|before| cannot_follow(before.numbered(0), heap.numbered(1)))
    }
}
