//! The stacks of a sum, each once.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use heapwise_decode::LocationIndex;

/// Stacks with a number beside them, each pair once, found by a hash that is carried along the
/// stack: of a stack like the one before only the frames that differ are hashed.
///
/// The hash has a secret seed, so that no input can be made of stacks that collide; places do not
/// depend on it.
pub(super) struct Stacks {
    current: Vec<LocationIndex>,
    /// The hash of each beginning of the current stack.
    hashes: Vec<u64>,
    seed: u64,
    first: HashMap<u64, u32>,
    entries: Vec<Entry>,
    frames: Vec<LocationIndex>,
}

/// A stack that has been seen.
struct Entry {
    /// Where its frames end; they begin where those of the entry before end.
    end: usize,
    number: u32,
    /// Another entry of the same hash.
    next: Option<u32>,
}

impl Stacks {
    pub(super) fn new() -> Stacks {
        Stacks {
            current: Vec::new(),
            hashes: Vec::new(),
            seed: RandomState::new().hash_one(0),
            first: HashMap::new(),
            entries: Vec::new(),
            frames: Vec::new(),
        }
    }

    /// Replaces the current stack, but for its first `shared` frames.
    pub(super) fn go_to(&mut self, shared: usize, frames: impl Iterator<Item = LocationIndex>) {
        self.current.truncate(shared);
        self.hashes.truncate(shared);
        let mut hash = self.hash();
        for location in frames {
            hash = mix(hash, location.get() as u64);
            self.current.push(location);
            self.hashes.push(hash);
        }
    }

    fn hash(&self) -> u64 {
        self.hashes.last().copied().unwrap_or(self.seed)
    }

    /// The place of the current stack with a number, and whether it is new.
    pub(super) fn place(&mut self, number: u32) -> (usize, bool) {
        let hash = mix(self.hash(), u64::from(number) ^ self.seed);
        let mut known = self.first.get(&hash).copied();
        while let Some(at) = known {
            let at = at as usize;
            if self.number(at) == Some(number) && self.stack(at) == self.current {
                return (at, false);
            }
            known = self.entries.get(at).and_then(|entry| entry.next);
        }
        let place = self.entries.len();
        self.frames.extend_from_slice(&self.current);
        let next = self.first.insert(hash, place as u32);
        self.entries.push(Entry {
            end: self.frames.len(),
            number,
            next,
        });
        (place, true)
    }

    /// The frames of the stack at a place, from the root to the leaf.
    pub(super) fn stack(&self, at: usize) -> &[LocationIndex] {
        let end = |at: usize| self.entries.get(at).map_or(0, |entry| entry.end);
        let start = at.checked_sub(1).map_or(0, end);
        self.frames.get(start..end(at)).unwrap_or_default()
    }

    /// The number at a place.
    pub(super) fn number(&self, at: usize) -> Option<u32> {
        self.entries.get(at).map(|entry| entry.number)
    }
}

/// Takes another number into a hash: a multiplication whose halves are folded.
fn mix(hash: u64, number: u64) -> u64 {
    const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
    let product = u128::from(hash ^ number ^ ODD) * u128::from(ODD | 1);
    (product as u64) ^ ((product >> 64) as u64) ^ hash.rotate_left(23)
}
