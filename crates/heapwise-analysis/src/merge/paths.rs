use std::collections::HashMap;

use heapwise_decode::LocationIndex;

/// A stack's number.
pub(super) type PathId = u32;

/// The stack without frames.
const ROOT: PathId = 0;

/// Distinct stacks, as a tree: stacks that begin alike share their beginning, and of a stack like
/// the one before only the frames that differ are looked up.
pub(super) struct Paths {
    frames: Vec<Frame>,
    children: HashMap<(PathId, LocationIndex), PathId>,
    /// The number of each beginning of the stack looked up last.
    last: Vec<PathId>,
}

struct Frame {
    parent: PathId,
    location: LocationIndex,
    /// The child found last: the next stack often goes on alike.
    child: Option<(LocationIndex, PathId)>,
}

impl Paths {
    pub(super) fn new() -> Paths {
        Paths {
            frames: Vec::new(),
            children: HashMap::new(),
            last: Vec::new(),
        }
    }

    /// The number of a stack whose first `shared` frames are those of the stack looked up last.
    pub(super) fn find(
        &mut self,
        shared: usize,
        frames: impl Iterator<Item = LocationIndex>,
    ) -> PathId {
        self.last.truncate(shared);
        let mut path = self.last.last().copied().unwrap_or(ROOT);
        for location in frames {
            path = self.child(path, location);
            self.last.push(path);
        }
        path
    }

    fn child(&mut self, parent: PathId, location: LocationIndex) -> PathId {
        let remembered = self.frame(parent).and_then(|frame| frame.child);
        if let Some((_, path)) = remembered.filter(|&(known, _)| known == location) {
            return path;
        }
        let next = self.frames.len() as PathId + 1;
        let path = *self.children.entry((parent, location)).or_insert(next);
        if path == next {
            self.frames.push(Frame {
                parent,
                location,
                child: None,
            });
        }
        if let Some(at) = parent.checked_sub(1)
            && let Some(frame) = self.frames.get_mut(at as usize)
        {
            frame.child = Some((location, path));
        }
        path
    }

    fn frame(&self, path: PathId) -> Option<&Frame> {
        self.frames.get(path.checked_sub(1)? as usize)
    }

    /// The frames of a stack, from the root to the leaf, in place of what `stack` held.
    pub(super) fn write(&self, path: PathId, stack: &mut Vec<LocationIndex>) {
        stack.clear();
        let mut at = path;
        while let Some(frame) = self.frame(at) {
            stack.push(frame.location);
            at = frame.parent;
        }
        stack.reverse();
    }
}
