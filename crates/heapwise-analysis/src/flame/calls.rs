//! Numbers for calls: which node is that of a site below another node.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher, RandomState};

/// The nodes below others, by the node that calls and what it calls.
#[derive(Debug)]
pub(super) struct Calls {
    nodes: HashMap<u64, u32, Seed>,
}

impl Calls {
    pub(super) fn new() -> Calls {
        Calls {
            nodes: HashMap::with_hasher(Seed(RandomState::new().build_hasher().finish())),
        }
    }

    /// The node of a call, if it is known.
    pub(super) fn get(&self, parent: u32, callee: u32) -> Option<u32> {
        self.nodes.get(&key(parent, callee)).copied()
    }

    /// The node of a call, which is `next` where it was not known.
    pub(super) fn of(&mut self, parent: u32, callee: u32, next: u32) -> u32 {
        *self.nodes.entry(key(parent, callee)).or_insert(next)
    }
}

fn key(parent: u32, callee: u32) -> u64 {
    u64::from(parent) << 32 | u64::from(callee)
}

/// What a hash starts with. It is another one in each process, so that no profile can be made whose calls have one hash.
#[derive(Debug, Clone, Copy)]
struct Seed(u64);

impl BuildHasher for Seed {
    type Hasher = Folded;

    fn build_hasher(&self) -> Folded {
        Folded(self.0)
    }
}

/// Both halves of a product, folded: a tenth of the instructions that the standard hash takes, for keys of one word.
struct Folded(u64);

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
        let product = u128::from(self.0 ^ value) * FACTOR;
        self.0 = product as u64 ^ (product >> 64) as u64;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::Calls;

    #[test]
    fn calls_keep_the_first_number() {
        let mut calls = Calls::new();
        assert_eq!(calls.of(0, 7, 1), 1);
        assert_eq!(calls.of(7, 0, 2), 2);
        assert_eq!(calls.of(0, 7, 3), 1);
        assert_eq!((calls.get(7, 0), calls.get(7, 7)), (Some(2), None));
    }
}
