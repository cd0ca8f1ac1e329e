//! The samples of a made-up program, in the order in which Go writes them.

use crate::program::Program;
use crate::random::SplitMix64;
use crate::shape::Shape;

/// Bytes between two samples of the Go runtime (runtime.MemProfileRate).
pub(crate) const PERIOD: i64 = 512 << 10;

/// A walk through the calls of a program, allocating as it goes: each stack is the one before it
/// with the leaf side replaced.
pub(crate) struct Walk {
    program: Program,
    random: SplitMix64,
    depth: u32,
    /// Call sites from the root to the leaf.
    stack: Vec<u32>,
}

/// What a sample says beside its stack.
pub(crate) struct Allocation {
    /// alloc_objects, alloc_space, inuse_objects, inuse_space.
    pub(crate) values: [i64; 4],
    /// Bytes of one object: the label `bytes`.
    pub(crate) block_size: i64,
}

impl Walk {
    pub(crate) fn new(program: Program, shape: &Shape, seed: u64) -> Self {
        Self {
            program,
            random: SplitMix64::new(seed),
            depth: shape.depth.max(1),
            stack: Vec::new(),
        }
    }

    /// Call sites from the root to the leaf.
    pub(crate) fn stack(&self) -> &[u32] {
        &self.stack
    }

    /// Goes to the next allocation. Returns how many frames stayed, and what is allocated.
    pub(crate) fn step(&mut self) -> (usize, Allocation) {
        let kept = self.leave();
        let left = self.stack.get(kept).copied();
        self.stack.truncate(kept);
        self.enter(left);
        (kept, self.allocate())
    }

    /// How many frames stay: mostly all but up to half of the least depth and a bit, now and then
    /// any number.
    fn leave(&mut self) -> usize {
        if self.random.below(64) == 0 {
            return self.random.below(self.stack.len() as u32) as usize;
        }
        let gone = 1 + self.random.below(self.depth / 2);
        let kept = self.stack.len().saturating_sub(gone as usize);
        // Few frames call more than one function that allocates.
        kept - kept % BRANCHING
    }

    /// Calls until the stack is between once and twice the least depth, not first what was `left`.
    fn enter(&mut self, left: Option<u32>) {
        let least = self.depth as usize;
        let wanted = self.stack.len() + 1 + self.random.below(self.depth * 3 / 5) as usize;
        let wanted = wanted.next_multiple_of(2).clamp(least, 2 * least);
        let mut choice = self.random.heads(1);
        if left == Some(self.callee(choice)) {
            choice += 1;
        }
        loop {
            let callee = self.callee(choice);
            self.stack.push(callee);
            if self.stack.len() >= wanted {
                return;
            }
            choice = self.choose();
        }
    }

    fn callee(&self, choice: u32) -> u32 {
        let caller = self.stack.last().copied().unwrap_or(0);
        self.program.callee(caller, self.stack.len(), choice)
    }

    /// Which call of a site: nearly always the same one.
    fn choose(&mut self) -> u32 {
        if self.random.below(RARE) > 0 {
            return 0;
        }
        1 + self.random.heads(CHOICES)
    }

    fn allocate(&mut self) -> Allocation {
        let leaf = self.stack.last().copied().unwrap_or(0);
        let variant = self.random.heads(12).saturating_sub(5);
        let size = self.program.size(leaf, variant);
        let allocated = 1 + i64::from(self.random.heads(16)) / 5;
        // Most sites either keep what they allocate or drop it.
        let in_use = match (self.random.below(16), leaf % 2) {
            (0, _) => i64::from(self.random.below(allocated as u32 + 1)),
            (_, 0) => allocated,
            _ => 0,
        };
        let (alloc_objects, alloc_space) = scaled(allocated, allocated * size);
        let (inuse_objects, inuse_space) = scaled(in_use, in_use * size);
        Allocation {
            values: [alloc_objects, alloc_space, inuse_objects, inuse_space],
            block_size: size,
        }
    }
}

/// Stacks part from one another at every so many frames.
const BRANCHING: usize = 4;

/// A site makes about as many different calls.
const CHOICES: u32 = 6;

/// One call in so many is not the likeliest of its site. Chosen so that samples compress as well
/// as those of real programs do.
const RARE: u32 = 200;

/// What a number of sampled objects stands for (runtime/pprof/protomem.go: scaleHeapSample).
fn scaled(count: i64, bytes: i64) -> (i64, i64) {
    if count == 0 || bytes == 0 {
        return (0, 0);
    }
    let average = bytes as f64 / count as f64;
    let scale = 1.0 / (1.0 - (-average / PERIOD as f64).exp());
    ((count as f64 * scale) as i64, (bytes as f64 * scale) as i64)
}
