//! The sampled blocks behind a number: what sampling errors are computed from.

mod entry;
mod path;
mod recovery;
mod table;

use heapwise_decode::ProfileKind;

use heapwise_stats::{Mix, SamplingRate};

pub(crate) use entry::Entry;
pub(crate) use path::BlockPath;
pub use recovery::MEAN_SIZE_LABEL;
pub(crate) use recovery::Recovery;
pub(crate) use table::BlockTable;

/// How many blocks of one size were sampled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct BlockCount {
    /// Size of the blocks in bytes.
    pub size: u64,
    /// Sampled blocks ever allocated; negative only in a difference of profiles.
    pub allocated: i64,
    /// Those of them still in use.
    pub in_use: i64,
}

impl BlockCount {
    /// None of a size.
    pub(crate) fn nothing(size: u64) -> BlockCount {
        BlockCount {
            size,
            allocated: 0,
            in_use: 0,
        }
    }

    fn is_nothing(&self) -> bool {
        self.allocated == 0 && self.in_use == 0
    }

    fn absorb(&mut self, other: &BlockCount) {
        self.allocated = self.allocated.saturating_add(other.allocated);
        self.in_use = self.in_use.saturating_add(other.in_use);
    }
}

/// Sampled blocks by size, smallest first, each size once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Blocks {
    counts: Vec<BlockCount>,
}

/// Which of the blocks a sample type counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lifetime {
    /// All that were allocated.
    Allocated,
    /// Those still in use.
    InUse,
}

impl Blocks {
    /// The counts.
    pub fn counts(&self) -> &[BlockCount] {
        &self.counts
    }

    /// Counts in any order; a size may come several times.
    pub(crate) fn of(counts: impl Iterator<Item = BlockCount>) -> Blocks {
        let mut counts: Vec<BlockCount> = counts.filter(|count| !count.is_nothing()).collect();
        counts.sort_unstable_by_key(|count| count.size);
        counts.dedup_by(|later, kept| {
            let is_same = later.size == kept.size;
            if is_same {
                kept.absorb(later);
            }
            is_same
        });
        counts.retain(|count| !count.is_nothing());
        counts.shrink_to_fit();
        Blocks { counts }
    }

    /// Counts of which each size has one, smallest first.
    pub(crate) fn of_sorted(counts: Vec<BlockCount>) -> Blocks {
        Blocks { counts }
    }

    /// About how many bytes of memory they take behind their own.
    pub(crate) fn size(&self) -> usize {
        size_of::<BlockCount>() * self.counts.len()
    }

    /// Adds other blocks.
    pub(crate) fn absorb(&mut self, other: &Blocks) {
        if self.absorb_known(other) {
            return;
        }
        let mine = std::mem::take(&mut self.counts);
        *self = Blocks::of(mine.into_iter().chain(other.counts.iter().copied()));
    }

    /// Adds blocks where all sizes are there already, as they are where many profiles are added up, and none becomes
    /// nothing.
    fn absorb_known(&mut self, other: &Blocks) -> bool {
        let mut mine = self.counts.iter();
        let is_known = |theirs: &BlockCount| {
            let same = mine.find(|count| count.size >= theirs.size);
            same.is_some_and(|same| {
                let mut both = *same;
                both.absorb(theirs);
                same.size == theirs.size && !both.is_nothing()
            })
        };
        if !other.counts.iter().all(is_known) {
            return false;
        }
        let mut mine = self.counts.iter_mut();
        for theirs in &other.counts {
            if let Some(same) = mine.find(|count| count.size == theirs.size) {
                same.absorb(theirs);
            }
        }
        true
    }

    /// The mix of sampled sizes. `None` when a count is negative, as in a difference of profiles.
    pub fn mix(&self, rate: SamplingRate, lifetime: Lifetime) -> Option<Mix> {
        let count = |block: &BlockCount| match lifetime {
            Lifetime::Allocated => block.allocated,
            Lifetime::InUse => block.in_use,
        };
        let mut records = Vec::with_capacity(self.counts.len());
        for block in &self.counts {
            records.push((block.size, u64::try_from(count(block)).ok()?));
        }
        Some(Mix::from_records(rate, records))
    }
}

/// Why sampling errors cannot be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum UnknownError {
    /// The profile is of a kind whose sampling heapwise does not know.
    Kind,
    /// Records are missing: the text ends too early, or its header tells that there were more.
    Incomplete,
    /// The profile does not say at which rate it was taken.
    NoPeriod,
    /// Samples do not say how large their blocks are.
    NoBlockSizes,
    /// Samples say the mean size of their blocks alone: errors are approximate, and no ground for a verdict by themselves.
    MeanSizes,
    /// Values are not what Go writes for any number of sampled blocks: another tool has rescaled
    /// them, or added up profiles of different rates.
    Rescaled,
    /// Profiles of different rates were added up.
    MixedRates,
    /// A profile was subtracted from another.
    Difference,
    /// What is in use is a difference of births and deaths that the profile does not show, as in a
    /// delta profile (`?seconds=N`).
    NotALevel,
    /// What was ever allocated is not counted beside what is in use: births are not told from deaths.
    NoCounters,
    /// Where all memory of a process is: counters, and a sample scaled to them.
    MemorySpace,
    /// Values are per object, and the number of objects is as uncertain as what is divided by it.
    PerObject,
}

impl UnknownError {
    /// A sentence for people.
    pub fn reason(self) -> &'static str {
        match self {
            UnknownError::Kind => "profiles of this kind do not say how they were sampled",
            UnknownError::Incomplete => "records are missing from the profile",
            UnknownError::NoPeriod => "the profile does not say at which rate it was sampled",
            UnknownError::NoBlockSizes => "samples do not say the size of their blocks",
            UnknownError::MeanSizes => "only the mean size of each stack's blocks is known",
            UnknownError::Rescaled => {
                "the values are not as Go writes them: they were rescaled or added up from \
                 different rates"
            }
            UnknownError::MixedRates => "profiles of different sampling rates were added up",
            UnknownError::Difference => "this is the difference of two profiles",
            UnknownError::NotALevel => {
                "what is in use is no level here but a difference of births and deaths, which a \
                 delta profile does not show"
            }
            UnknownError::NoCounters => {
                "the profiles do not count what was ever allocated, which tells births from deaths"
            }
            UnknownError::MemorySpace => {
                "memory_space is made of counters and of a sample that was scaled to them"
            }
            UnknownError::PerObject => "values are per object",
        }
    }
}

/// Whether a kind of profile counts everything there is, so that its numbers have no error.
pub(crate) fn counts_everything(kind: ProfileKind) -> bool {
    matches!(
        kind,
        ProfileKind::Goroutine | ProfileKind::GoroutineLeak | ProfileKind::ThreadCreate
    )
}
