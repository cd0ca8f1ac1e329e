//! Which snapshots are of one process, and in which order they were taken.

use heapwise_decode::{GcSnapshot, GcSource};

use super::succession::Succession;

/// A snapshot with what is known of it besides.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct GcMoment {
    /// The snapshot.
    pub snapshot: GcSnapshot,
    /// Which of the inputs it is from.
    pub input: usize,
    /// When its file was last written, in nanoseconds since 1970-01-01 UTC.
    pub file_nanos: Option<i64>,
    /// Whether a collection was run for it (`gc=1`), where that is known.
    pub forced: Option<bool>,
    /// The number of its process, where something else than its statistics tells it from others.
    pub process: Option<u32>,
}

impl GcMoment {
    /// A snapshot of an input.
    pub fn new(snapshot: GcSnapshot, input: usize) -> Self {
        Self {
            snapshot,
            input,
            file_nanos: None,
            forced: None,
            process: None,
        }
    }

    /// With the time of its file.
    #[must_use]
    pub fn with_file_nanos(mut self, file_nanos: Option<i64>) -> Self {
        self.file_nanos = file_nanos;
        self
    }

    /// With what is known of whether a collection was run for it.
    #[must_use]
    pub fn with_forced(mut self, forced: Option<bool>) -> Self {
        self.forced = forced;
        self
    }

    /// Whether it is the end of a heap text, which has a profile of the same moment.
    pub fn has_profile(&self) -> bool {
        self.snapshot.source == GcSource::HeapText
    }

    /// The cycles that were finished.
    pub(super) fn cycles(&self) -> u64 {
        self.snapshot.counters.num_gc.unwrap_or(0)
    }

    fn key(&self) -> (u64, u64) {
        let counters = &self.snapshot.counters;
        (self.cycles(), counters.total_alloc.unwrap_or(0))
    }

    /// Whether another may be a later one of the same process.
    ///
    /// Counters never go down in one process, and the end of a cycle that both rings have is to the nanosecond the
    /// same; of two processes it never is.
    pub fn may_precede(&self, later: &GcMoment) -> bool {
        self.is_followed_by(later)
    }

    /// Whether both are surely of one process: their rings have the end of the same cycle. `None` where no ring tells.
    pub fn shares_cycles(&self, later: &GcMoment) -> Option<bool> {
        self.has_the_same_cycle(later)
    }
}

impl Succession for GcMoment {
    fn counters(&self) -> [Option<u64>; 5] {
        let (counters, heap) = (&self.snapshot.counters, &self.snapshot.heap);
        [
            counters.num_gc,
            counters.num_forced_gc,
            counters.total_alloc,
            counters.mallocs,
            heap.last_gc,
        ]
    }

    fn process(&self) -> Option<u32> {
        self.process
    }

    fn cycle_end(&self, number: u64) -> Option<u64> {
        self.snapshot.cycle_end(number)
    }
}

/// Snapshots by process.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct Processes {
    /// The snapshots of each process, the earliest first; processes in the order in which they are met.
    pub series: Vec<Vec<GcMoment>>,
}

/// Tells processes apart. What may be a later snapshot of a process is taken for one, unless a ring says otherwise.
pub fn processes(moments: Vec<GcMoment>) -> Processes {
    let mut series: Vec<Vec<GcMoment>> = Vec::new();
    for moment in moments {
        let fits = |known: &&mut Vec<GcMoment>| known.iter().all(|one| belongs(one, &moment));
        match series.iter_mut().rev().find(fits) {
            Some(known) => known.push(moment),
            None => series.push(vec![moment]),
        }
    }
    for known in &mut series {
        known.sort_by_key(GcMoment::key);
    }
    Processes { series }
}

fn belongs(one: &GcMoment, other: &GcMoment) -> bool {
    match one.key() <= other.key() {
        true => one.may_precede(other),
        false => other.may_precede(one),
    }
}
