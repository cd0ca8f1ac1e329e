//! Numbers for calls: which node is that of a site below another node.

use std::collections::HashMap;

use super::seed::Seed;

/// The nodes below others, by the node that calls and what it calls.
#[derive(Debug)]
pub(super) struct Calls {
    nodes: HashMap<u64, u32, Seed>,
}

impl Calls {
    pub(super) fn new() -> Calls {
        Calls {
            nodes: HashMap::with_hasher(Seed::new()),
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
