//! How deep a pattern may nest and how often it may repeat.

use super::Error;

/// What flags are in force (regexp/syntax/parse.go: Flags). Which repetitions are greedy does not
/// matter to whether something matches.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Flags {
    pub(super) fold_case: bool,
    pub(super) multi_line: bool,
    pub(super) dot_matches_newline: bool,
}

/// What can be repeated.
#[derive(Debug, Clone, Copy)]
pub(super) struct Atom {
    /// Where it starts in what was written.
    pub(super) start: usize,
    /// How deep it nests.
    pub(super) height: u32,
    /// The largest product of counted repetitions within one another.
    pub(super) repeats: u64,
}

impl Atom {
    pub(super) fn simple(start: usize) -> Atom {
        Atom {
            start,
            height: 1,
            repeats: 1,
        }
    }
}

/// A group that is being read, or the whole.
#[derive(Debug)]
pub(super) struct Level {
    pub(super) start: usize,
    /// The flags outside.
    pub(super) flags: Flags,
    pub(super) is_capture: bool,
    /// What a repetition would repeat.
    pub(super) last: Option<Atom>,
    items: u32,
    alternatives: u32,
    item_height: u32,
    height: u32,
    repeats: u64,
}

/// Go's limits (regexp/syntax/parse.go: maxHeight, repeatIsValid).
const MAX_HEIGHT: u32 = 1000;
pub(super) const MAX_REPEATS: u64 = 1000;

impl Level {
    pub(super) fn new(start: usize, flags: Flags, is_capture: bool) -> Level {
        Level {
            start,
            flags,
            is_capture,
            last: None,
            items: 0,
            alternatives: 1,
            item_height: 1,
            height: 1,
            repeats: 1,
        }
    }

    /// Another item of a concatenation.
    pub(super) fn push(&mut self, atom: Atom) {
        self.end_item();
        self.items += 1;
        self.last = Some(atom);
    }

    pub(super) fn next_alternative(&mut self) {
        self.end_alternative();
        self.alternatives += 1;
        (self.items, self.item_height) = (0, 1);
    }

    /// Counts the last item, which nothing can repeat any more.
    fn end_item(&mut self) {
        if let Some(atom) = self.last.take() {
            self.item_height = self.item_height.max(atom.height);
            self.repeats = self.repeats.max(atom.repeats);
        }
    }

    fn end_alternative(&mut self) {
        self.end_item();
        let height = self.item_height + u32::from(self.items > 1);
        self.height = self.height.max(height);
    }

    /// The level as an item of the one around it.
    pub(super) fn close(mut self) -> Atom {
        self.end_alternative();
        Atom {
            start: self.start,
            height: self.height + u32::from(self.alternatives > 1) + u32::from(self.is_capture),
            repeats: self.repeats,
        }
    }
}

/// Refuses what nests too deeply.
pub(super) fn check_height(atom: Atom, pattern: &str) -> Result<Atom, Error> {
    if atom.height > MAX_HEIGHT {
        return Err(Error::go("expression nests too deeply", pattern));
    }
    Ok(atom)
}
