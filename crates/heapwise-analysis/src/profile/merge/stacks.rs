//! Decides which stacks are the same, and keeps each once, as what is new of it.

use std::hash::{BuildHasher, RandomState};

use heapwise_decode::LocationIndex;

/// Stacks with a number beside them, each pair once, found by a hash that is carried along the
/// stack: of a stack like the one before only the frames that differ are hashed.
///
/// The hash has a secret seed, so that no input can be made of stacks that collide; places do not
/// depend on it. A stack begins like one that is kept already, as a rule the one before: only the
/// frames behind that are kept (13 of 41 on average in a large profile of the Go compiler, so that a
/// sum takes a third of the memory that whole stacks take).
#[derive(Default)]
pub(super) struct Stacks {
    current: Path,
    /// The hash of each beginning of the current stack.
    hashes: Vec<u64>,
    seed: u64,
    table: Vec<Slot>,
    entries: Vec<Entry>,
    frames: Vec<LocationIndex>,
}

/// A stack, and where its frames are kept.
#[derive(Default)]
pub(super) struct Path {
    pub(super) frames: Vec<LocationIndex>,
    /// For each of the first frames the place of a stack that begins like this one as far as that
    /// frame, and keeps it. Frames behind are not kept anywhere yet.
    owners: Vec<u32>,
    /// The places on the way to a stack, and how many frames are known to be before the one after.
    steps: Vec<(u32, usize)>,
}

impl Path {
    fn truncate(&mut self, frames: usize) {
        self.frames.truncate(frames);
        self.owners.truncate(frames);
    }

    /// Whether the first `frames` frames are known to be those of the stack at a place.
    fn is_owned(&self, frames: usize, by: u32) -> bool {
        match frames.checked_sub(1) {
            Some(last) => self.owners.get(last) == Some(&by),
            None => true,
        }
    }
}

/// A stack that has been seen.
#[derive(Clone, Copy, Default)]
struct Entry {
    /// The place of the stack that it begins like, if `shared` is not 0.
    parent: u32,
    /// How many frames, from the root, are those of the parent.
    shared: u32,
    /// Where its other frames end; they begin where those of the entry before end.
    end: u32,
    number: u32,
}

/// The hash of a stack, and its place. The hash is here so that a search, which as a rule passes
/// several slots, looks at places of another hash seldom: each would be a miss of the cache.
type Slot = (u32, u32);

const NOWHERE: u32 = u32::MAX;
const FREE: Slot = (0, NOWHERE);

impl Stacks {
    pub(super) fn new() -> Stacks {
        Stacks {
            seed: RandomState::new().hash_one(0),
            table: vec![FREE; 16],
            ..Stacks::default()
        }
    }

    /// Number of stacks.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Bytes of memory in use, with the current stack.
    pub(super) fn size(&self) -> usize {
        let frames = self.frames.len() + self.current.frames.len();
        size_of::<Slot>() * self.table.len()
            + size_of::<Entry>() * (self.entries.len() + 1)
            + 4 * frames
    }

    /// Whether the places of all frames can be told by 32 bits.
    pub(super) fn is_addressable(&self) -> bool {
        u32::try_from(self.frames.len() + self.current.frames.len()).is_ok()
    }

    /// Replaces the current stack, but for its first `shared` frames.
    pub(super) fn go_to(&mut self, shared: usize, frames: impl Iterator<Item = LocationIndex>) {
        self.current.truncate(shared);
        self.hashes.truncate(shared);
        let mut hash = self.hashes.last().copied().unwrap_or(self.seed);
        for location in frames {
            hash = mix(hash, location.get() as u64);
            self.current.frames.push(location);
            self.hashes.push(hash);
        }
    }

    /// The place of the current stack with a number, and whether it is new.
    pub(super) fn place(&mut self, number: u32) -> (usize, bool) {
        let hash = self.hashes.last().copied().unwrap_or(self.seed);
        let hash = mix(hash, u64::from(number) ^ self.seed);
        let hash = (hash ^ (hash >> 32)) as u32;
        let mask = self.table.len() - 1;
        let mut slot = hash as usize & mask;
        while let Some(&(known, at)) = self.table.get(slot).filter(|&&slot| slot != FREE) {
            if known == hash && self.entry(at).number == number && self.is_current(at) {
                self.own_current(at);
                return (at as usize, false);
            }
            slot = (slot + 1) & mask;
        }
        (self.push(number, hash, slot), true)
    }

    fn push(&mut self, number: u32, hash: u32, slot: usize) -> usize {
        let place = self.entries.len() as u32;
        let shared = self.current.owners.len();
        let new = self.current.frames.get(shared..).unwrap_or_default();
        self.frames.extend_from_slice(new);
        self.entries.push(Entry {
            parent: self.current.owners.last().copied().unwrap_or(NOWHERE),
            shared: shared as u32,
            end: self.frames.len() as u32,
            number,
        });
        self.current.owners.resize(self.current.frames.len(), place);
        if let Some(slot) = self.table.get_mut(slot) {
            *slot = (hash, place);
        }
        if self.entries.len() > self.table.len() / 4 * 3 {
            self.grow();
        }
        place as usize
    }

    fn grow(&mut self) {
        let size = 2 * self.table.len();
        let slots = std::mem::replace(&mut self.table, vec![FREE; size]);
        for taken in slots.into_iter().filter(|&slot| slot != FREE) {
            let mut slot = taken.0 as usize & (size - 1);
            while self.table.get(slot).is_some_and(|&other| other != FREE) {
                slot = (slot + 1) & (size - 1);
            }
            if let Some(slot) = self.table.get_mut(slot) {
                *slot = taken;
            }
        }
    }

    /// Whether the stack at a place is the current one.
    fn is_current(&self, at: u32) -> bool {
        let (mut at, mut end) = (at, self.current.frames.len());
        if self.depth(at) != end {
            return false;
        }
        while !self.current.is_owned(end, at) {
            let start = self.entry(at).shared as usize;
            if self.own(at, end) != self.current.frames.get(start..end).unwrap_or_default() {
                return false;
            }
            (at, end) = (self.entry(at).parent, start);
        }
        true
    }

    /// Notes that the current stack is kept at a place.
    fn own_current(&mut self, at: u32) {
        let (mut at, mut end) = (at, self.current.frames.len());
        self.current.owners.resize(end, NOWHERE);
        while !self.current.is_owned(end, at) {
            let start = self.entry(at).shared as usize;
            let owners = self.current.owners.get_mut(start..end);
            owners.unwrap_or_default().fill(at);
            (at, end) = (self.entry(at).parent, start);
        }
    }

    /// Goes from one stack to the one at a place; tells how many frames stay.
    pub(super) fn walk(&self, path: &mut Path, at: usize) -> usize {
        let (mut at, mut end) = (at as u32, self.depth(at as u32));
        path.steps.clear();
        while !path.is_owned(end, at) {
            path.steps.push((at, end));
            (at, end) = (self.entry(at).parent, self.entry(at).shared as usize);
        }
        path.truncate(end);
        while let Some((at, end)) = path.steps.pop() {
            path.frames.extend_from_slice(self.own(at, end));
            path.owners.resize(path.frames.len(), at);
        }
        end
    }

    fn entry(&self, at: u32) -> Entry {
        self.entries.get(at as usize).copied().unwrap_or_default()
    }

    /// Where the frames begin that are kept at a place.
    fn start(&self, at: u32) -> usize {
        let before = (at as usize).checked_sub(1);
        let before = before.and_then(|before| self.entries.get(before));
        before.map_or(0, |entry| entry.end as usize)
    }

    fn depth(&self, at: u32) -> usize {
        let entry = self.entry(at);
        entry.shared as usize + (entry.end as usize).saturating_sub(self.start(at))
    }

    /// The frames that are kept at a place, of the first `end` of the stack.
    fn own(&self, at: u32, end: usize) -> &[LocationIndex] {
        let start = self.start(at);
        let count = end.saturating_sub(self.entry(at).shared as usize);
        self.frames.get(start..start + count).unwrap_or_default()
    }

    /// The number at a place.
    pub(super) fn number(&self, at: usize) -> u32 {
        self.entry(at as u32).number
    }

    /// Forgets what only adding needs.
    pub(super) fn close(&mut self) {
        (self.table, self.hashes, self.current) = Default::default();
    }

    /// Gives other numbers: to frames as `location` says, to the stacks `places` in their order.
    pub(super) fn renumber(
        &mut self,
        location: impl Fn(LocationIndex) -> Option<LocationIndex>,
        places: impl Iterator<Item = (usize, u32)>,
    ) {
        for frame in &mut self.frames {
            *frame = location(*frame).unwrap_or(*frame);
        }
        for (at, number) in places {
            if let Some(entry) = self.entries.get_mut(at) {
                entry.number = number;
            }
        }
    }
}

/// Takes another number into a hash: a multiplication whose halves are folded.
fn mix(hash: u64, number: u64) -> u64 {
    const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
    let product = u128::from(hash ^ number ^ ODD) * u128::from(ODD | 1);
    (product as u64) ^ ((product >> 64) as u64) ^ hash.rotate_left(23)
}
