//! Which stacks an export has: each is written once, and no two may share an id.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use anyhow::bail;
use heapwise_analysis::rows::StackId;

/// The stacks of an export, by their ids, with what tells whether two share one.
#[derive(Debug, Default)]
pub(crate) struct Stacks {
    known: RwLock<HashMap<i64, i64>>,
}

/// What a stack takes in memory: its two halves, and its part of what the table has free.
const BYTES_OF_ONE: usize = 32;

impl Stacks {
    /// Whether a stack is known already. One that is not now may be as soon as another profile is added.
    pub(super) fn has(&self, stack: StackId) -> anyhow::Result<bool> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        match known.get(&stack.stack) {
            None => Ok(false),
            Some(check) => expect_same(stack.stack, stack.check, *check).map(|()| true),
        }
    }

    /// Adds a stack; tells whether it is new.
    pub(super) fn add(&self, stack: StackId) -> anyhow::Result<bool> {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        match known.insert(stack.stack, stack.check) {
            None => Ok(true),
            Some(check) => expect_same(stack.stack, stack.check, check).map(|()| false),
        }
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.len()
    }

    /// About how many bytes they take.
    pub(crate) fn size(&self) -> usize {
        self.count().saturating_mul(BYTES_OF_ONE)
    }
}

/// Refuses another stack of the same id: one whose other half is not the one that is known.
pub(super) fn expect_same(id: i64, check: i64, known: i64) -> anyhow::Result<()> {
    if check != known {
        bail!(
            "stacks: {id}: found two stacks with this id, expected one: they cannot be told apart in one export"
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::expect_same;

    #[test]
    fn two_stacks_of_one_id_are_refused() {
        assert!(expect_same(1, 5, 5).is_ok());
        let error = expect_same(1, 6, 5).unwrap_err().to_string();
        assert!(error.contains("stacks: 1: found two stacks"), "{error}");
    }
}
