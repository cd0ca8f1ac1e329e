//! What was read of one dump.

use std::collections::BTreeMap;

use heapwise_decode::ProfileKind;

use super::phantom::Phantoms;
use super::unread::Unread;

/// The place of a group among all.
pub(super) type GroupIndex = u32;
/// Numbers that are held at most, over all dumps.
pub(super) const MOST_NUMBERS: usize = 1 << 23;
/// No creator, no label.
pub(super) const NONE: u32 = u32::MAX;

/// A dump as it was read.
#[derive(Debug)]
pub(super) struct Dump {
    pub(super) info: DumpInfo,
    /// Whether the runtime looked for leaks when it was taken.
    pub(super) is_proof: bool,
    /// What it lists as leaked and is not.
    pub(super) phantoms: Phantoms,
    /// The groups that it has, each once.
    pub(super) groups: Vec<(GroupIndex, Detail)>,
    /// The goroutines by number, sorted; where they were asked for.
    pub(super) ids: Vec<Numbered>,
}

/// A goroutine of a dump.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Numbered {
    pub(super) id: u64,
    pub(super) place: Place,
}

/// Where a goroutine is counted, and what it keeps all its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) group: GroupIndex,
    /// The function that it started in and the one that started it: its stack and its state come
    /// and go.
    pub(super) family: u32,
}

/// Why the highest number fell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fall {
    /// All but a few goroutines are those of the dump before: the same process.
    Little,
    /// There are goroutines of both dumps: the process was started anew and starts the same ones again, or the dumps were not given
    /// in the order in which they were taken.
    Unclear,
    /// No goroutine but main is in both: another process.
    Other,
    /// Whatever the order, the dumps are not of one process.
    Proved,
}

impl Fall {
    /// Whether what follows is taken for another process.
    pub(super) fn parts(self) -> bool {
        self != Fall::Little
    }
}

/// What a dump says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct DumpInfo {
    /// A goroutine profile, or one of leaked goroutines only.
    pub kind: ProfileKind,
    /// When it was taken, in nanoseconds since 1970-01-01 UTC; texts do not say.
    pub time_nanos: Option<i64>,
    /// Whether it is the difference of two.
    pub is_delta: bool,
    /// Goroutines, by the sums of its samples.
    pub total: i64,
    /// Whether it tells states, creators and numbers: a dump with debug=2, of a panic or SIGQUIT.
    pub has_states: bool,
    /// When the lines around it say that it was written.
    pub written_nanos: Option<i64>,
    /// The highest number of its goroutines, which only goes up; `None` where they have none.
    pub highest: Option<u64>,
    /// Whether it follows the dump before it for certain, because both are in one text.
    pub is_in_sequence: bool,
    /// Who printed it, where a text has the dumps of several: a number for each name.
    pub origin: Option<u32>,
    /// Whether its process ended with it, so that what follows is of another.
    pub ends_process: bool,
    /// Whether a number of a goroutine shows that its process is not that of the dump before it.
    pub is_of_another: bool,
    /// Why its highest number is lower than that of the dump before it, where it is and neither has a time.
    pub(super) fall: Option<Fall>,
    /// What of it could not be read.
    pub unread: Unread,
}

/// What a dump tells of a group.
#[derive(Debug, Clone, Default)]
pub(super) struct Detail {
    pub(super) count: i64,
    pub(super) leaked: i64,
    /// Shortest and longest wait that is told.
    pub(super) minutes: Option<(i64, i64)>,
    /// Words of states, with counts.
    pub(super) states: Tally,
    /// Where they were created; only where the group does not say.
    pub(super) creators: Tally,
    /// Stacks; only where the group does not say.
    pub(super) stacks: Tally,
    /// Pairs of words (name and value).
    pub(super) labels: BTreeMap<(u32, u32), i64>,
}

/// How many there are of each, mostly of one.
#[derive(Debug, Clone, Default)]
pub(super) struct Tally {
    first: Option<(u32, i64)>,
    others: BTreeMap<u32, i64>,
}

impl Tally {
    pub(super) fn add(&mut self, item: u32, count: i64) {
        let sum = match &mut self.first {
            Some((known, sum)) if *known == item => sum,
            Some(_) => self.others.entry(item).or_default(),
            None => &mut self.first.insert((item, 0)).1,
        };
        *sum = sum.saturating_add(count);
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, i64)> {
        let others = self.others.iter().map(|(&item, &count)| (item, count));
        self.first.into_iter().chain(others)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.first.is_none()
    }
}

pub(super) fn add_label(labels: &mut BTreeMap<(u32, u32), i64>, label: (u32, u32), count: i64) {
    let sum = labels.entry(label).or_default();
    *sum = sum.saturating_add(count);
}
