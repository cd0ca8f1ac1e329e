//! Hashes words, in another way in each process.

use std::hash::{BuildHasher, Hasher, RandomState};

/// What a hash starts with. It is another one in each process, so that no profile can be made whose calls have one hash.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seed(u64);

impl Seed {
    pub(super) fn new() -> Seed {
        Seed(RandomState::new().build_hasher().finish())
    }

    /// Both halves of a product, folded: a tenth of the instructions that the standard hash takes, for keys of one
    /// word.
    #[inline]
    pub(super) fn fold(self, key: u64) -> u64 {
        let product = u128::from(self.0 ^ key) * FACTOR;
        product as u64 ^ (product >> 64) as u64
    }
}

impl BuildHasher for Seed {
    type Hasher = Folded;

    fn build_hasher(&self) -> Folded {
        Folded(self.0)
    }
}

/// A hash of words.
pub(super) struct Folded(u64);

/// The golden ratio's digits, as good as any odd number.
const FACTOR: u128 = 0x9e37_79b9_7f4a_7c15;

impl Hasher for Folded {
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u64(byte.into());
        }
    }

    #[inline]
    fn write_u64(&mut self, value: u64) {
        self.0 = Seed(self.0).fold(value);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
