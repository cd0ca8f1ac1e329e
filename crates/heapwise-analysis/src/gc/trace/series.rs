//! A series over time in so many steps at most, whatever the time.

use heapwise_decode::GcCycle;

/// The cycles that started within a step of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Bucket {
    /// Start of the step, in nanoseconds since the start of the process.
    pub at_nanos: u64,
    /// Cycles.
    pub cycles: u64,
    /// Those of them that were asked for, to look for leaked goroutines among others.
    pub forced: u64,
    /// The longest stop of the world, in nanoseconds.
    pub longest_stop: u64,
    /// All stops together, in nanoseconds.
    pub stops: u64,
    /// Marking beside the program, in nanoseconds of the clock.
    pub mark: u64,
    /// CPU nanoseconds of the collector without idle marking.
    pub cpu: u64,
    /// Those of them of goroutines that allocate.
    pub assist: u64,
    /// Largest heap at the start of a cycle, in MiB.
    pub start_mib: u64,
    /// Heap that the last cycle marked, in MiB.
    pub live_mib: u64,
    /// Goal of the last cycle, in MiB.
    pub goal_mib: u64,
    /// Processors of the last cycle.
    pub procs: u32,
}

/// Steps that are kept; once there are more, they become twice as long.
const MOST: usize = 240;
/// The first length: the unit in which times are printed.
const SHORTEST: u64 = 1_000_000;

/// Collects buckets.
#[derive(Debug, Clone)]
pub(super) struct Series {
    start: u64,
    step: u64,
    /// Those with a cycle in it, in order of time.
    buckets: Vec<Bucket>,
}

impl Series {
    pub(super) fn new(start: u64) -> Self {
        Self {
            start,
            step: SHORTEST,
            buckets: Vec::new(),
        }
    }

    pub(super) fn step(&self) -> u64 {
        self.step
    }

    pub(super) fn buckets(&self) -> &[Bucket] {
        &self.buckets
    }

    /// Adds a cycle that starts no earlier than those before it.
    pub(super) fn add(&mut self, cycle: &GcCycle) {
        while cycle.at_nanos.saturating_sub(self.start) / self.step >= MOST as u64 {
            self.halve();
        }
        let new = self.bucket(cycle);
        match self.buckets.last_mut() {
            Some(last) if last.at_nanos == new.at_nanos => last.add(&new),
            _ => self.buckets.push(new),
        }
    }

    fn halve(&mut self) {
        self.step = self.step.saturating_mul(2);
        let (start, step) = (self.start, self.step);
        let mut merged: Vec<Bucket> = Vec::with_capacity(self.buckets.len());
        for mut bucket in self.buckets.drain(..) {
            bucket.at_nanos = rounded(bucket.at_nanos, start, step);
            match merged.last_mut() {
                Some(last) if last.at_nanos == bucket.at_nanos => last.add(&bucket),
                _ => merged.push(bucket),
            }
        }
        self.buckets = merged;
    }

    fn bucket(&self, cycle: &GcCycle) -> Bucket {
        let (clock, cpu) = (&cycle.clock, &cycle.cpu);
        let (first, second) = (clock.sweep_termination, clock.mark_termination);
        Bucket {
            at_nanos: rounded(cycle.at_nanos, self.start, self.step),
            cycles: 1,
            forced: u64::from(cycle.is_forced || cycle.is_leak_check),
            longest_stop: first.max(second),
            stops: first.saturating_add(second),
            mark: clock.concurrent(),
            cpu: cpu.without_idle(),
            assist: cpu.assist,
            start_mib: cycle.heap_start_mib,
            live_mib: cycle.heap_live_mib,
            goal_mib: cycle.heap_goal_mib,
            procs: cycle.procs,
        }
    }
}

fn rounded(at: u64, start: u64, step: u64) -> u64 {
    let since = at.saturating_sub(start);
    start + since / step * step
}

impl Bucket {
    /// Adds a later one to it.
    pub fn add(&mut self, later: &Bucket) {
        self.cycles += later.cycles;
        self.forced += later.forced;
        self.longest_stop = self.longest_stop.max(later.longest_stop);
        self.stops = self.stops.saturating_add(later.stops);
        self.mark = self.mark.saturating_add(later.mark);
        self.cpu = self.cpu.saturating_add(later.cpu);
        self.assist = self.assist.saturating_add(later.assist);
        self.start_mib = self.start_mib.max(later.start_mib);
        self.live_mib = later.live_mib;
        self.goal_mib = later.goal_mib;
        self.procs = later.procs;
    }
}
