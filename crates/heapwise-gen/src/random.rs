//! Numbers that are the same on every run.

/// splitmix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators): the same
/// numbers for the same seed everywhere and for ever, which no random crate promises.
#[derive(Debug, Clone)]
pub(crate) struct SplitMix64 {
    state: u64,
}

impl SplitMix64 {
    pub(crate) fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        finish(self.state)
    }

    /// A number below `bound`; 0 when that is 0.
    pub(crate) fn below(&mut self, bound: u32) -> u32 {
        scale(self.next(), bound)
    }

    /// The number of heads before the first tails, at most `most`.
    pub(crate) fn heads(&mut self, most: u32) -> u32 {
        self.next().trailing_ones().min(most)
    }
}

/// A fixed number for each pair, as random as a draw: what a program is like rather than what it
/// does.
pub(crate) fn trait_of(seed: u64, thing: u64) -> u64 {
    finish(seed ^ finish(thing.wrapping_add(0x9e37_79b9_7f4a_7c15)))
}

/// Maps all 64-bit numbers evenly to those below `bound`.
pub(crate) fn scale(number: u64, bound: u32) -> u32 {
    ((u128::from(number) * u128::from(bound)) >> 64) as u32
}

fn finish(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
