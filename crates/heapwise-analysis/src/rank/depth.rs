//! Stacks that Go has cut: it records so many frames of each, the leaf first, so roots are missing.

use std::collections::BTreeSet;

use heapwise_decode::{FunctionIndex, LocationIndex, ProfileKind, Tables, counted};

/// Frames that Go records since 1.23 (runtime: `profstackdepth`), and that it did before.
const LIMITS: [Limit; 2] = [
    Limit {
        frames: 128,
        is_rare: true,
    },
    Limit {
        frames: 32,
        is_rare: false,
    },
];
/// Frames of the allocator itself, which profiles leave out, may have been among them,
const LEFT_OUT: usize = 2;
/// and what was inlined into the last one may come on top.
const INLINED: usize = 8;
/// How many of the deepest stacks are looked at.
const MOST_STACKS: usize = 16;
/// So many functions that nothing called are no coincidence at the same depth.
const SEVERAL_ROOTS: usize = 3;

struct Limit {
    frames: usize,
    /// Whether stacks hardly ever are so deep by themselves.
    is_rare: bool,
}

/// The deepest stacks of a profile.
#[derive(Debug, Default)]
pub(super) struct Deepest {
    locations: usize,
    stacks: Vec<Vec<LocationIndex>>,
}

impl Deepest {
    /// Stacks with fewer locations are not among them.
    #[inline]
    pub(super) fn locations(&self) -> usize {
        self.locations
    }

    /// Looks at a stack, the leaf first.
    #[inline]
    pub(super) fn see(&mut self, stack: &[LocationIndex]) {
        if stack.len() >= self.locations {
            self.keep(stack);
        }
    }

    fn keep(&mut self, stack: &[LocationIndex]) {
        if stack.len() > self.locations {
            self.locations = stack.len();
            self.stacks.clear();
        }
        if self.stacks.len() < MOST_STACKS {
            self.stacks.push(stack.to_vec());
        }
    }

    /// What to say where they were cut: a word for scripts and a sentence.
    pub(super) fn note(
        &self,
        kind: ProfileKind,
        tables: &Tables,
    ) -> Option<(&'static str, String)> {
        use ProfileKind::{Allocs, Contention, DeltaHeap, Goroutine, Heap};
        if !matches!(kind, Heap | Allocs | DeltaHeap | Contention | Goroutine) {
            return None;
        }
        let stacks = self.stacks.iter();
        let stacks: Vec<Vec<FunctionIndex>> = stacks.map(|stack| frames(tables, stack)).collect();
        let limit = LIMITS.iter().find(|limit| limit.has_cut(tables, &stacks))?;
        let frames = counted(limit.frames, "frame");
        let message = format!(
            "stacks are as deep as Go records them ({frames}; GODEBUG=profstackdepth=1024 records more \
             from Go 1.23 on): the callers of the outermost frames may be missing"
        );
        Some(("stacks_cut", message))
    }
}

impl Limit {
    fn has_cut(&self, tables: &Tables, stacks: &[Vec<FunctionIndex>]) -> bool {
        let is_at_limit = |stack: &&Vec<FunctionIndex>| {
            (self.frames - LEFT_OUT..=self.frames + INLINED).contains(&stack.len())
                && !stack.last().is_some_and(|&root| is_start(tables, root))
        };
        let cut: Vec<&Vec<FunctionIndex>> = stacks.iter().filter(is_at_limit).collect();
        let roots: BTreeSet<FunctionIndex> = cut
            .iter()
            .filter_map(|stack| stack.last().copied())
            .collect();
        let any_recurses = cut.iter().any(|stack| is_recursive(stack));
        !cut.is_empty() && (self.is_rare || any_recurses || roots.len() >= SEVERAL_ROOTS)
    }
}

/// The functions of a stack, the leaf first.
fn frames(tables: &Tables, stack: &[LocationIndex]) -> Vec<FunctionIndex> {
    let lines = stack.iter().flat_map(|&at| tables.location(at).lines);
    lines.map(|line| line.function).collect()
}

/// Whether stacks that are complete end so.
fn is_start(tables: &Tables, function: FunctionIndex) -> bool {
    let name = tables.function(function).name;
    let name = tables.text_bytes(name);
    name == b"runtime.main" || name.starts_with(b"runtime.goexit")
}

/// Whether the outermost function was called within the stack, too.
fn is_recursive(stack: &[FunctionIndex]) -> bool {
    let Some((root, inner)) = stack.split_last() else {
        return false;
    };
    inner.contains(root)
}
