//! What is known of one process of a log.

use heapwise_decode::GcCycle;
use heapwise_stats::{Trend, classify_trend};

use super::lows;
use super::measures::{AllocRate, Measures, Share, allocated};
use super::series::{Bucket, Series};
use super::steps::{CycleStops, Steps, TraceStep};
use super::values::{Quantiles, Values};
use crate::gc::interval::Rate;

/// The first, last, least and largest of a size in MiB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct HeapRange {
    /// Of the first cycle.
    pub first: u64,
    /// Of the last cycle.
    pub last: u64,
    /// The least.
    pub min: u64,
    /// The largest.
    pub max: u64,
}

impl HeapRange {
    fn new(first: u64) -> Self {
        Self {
            first,
            last: first,
            min: first,
            max: first,
        }
    }

    fn add(&mut self, mib: u64) {
        self.last = mib;
        self.min = self.min.min(mib);
        self.max = self.max.max(mib);
    }
}

/// The cycles of one process, from the first to the last that the log has.
#[derive(Debug, Clone)]
pub struct TraceProcess {
    pub(super) origin: String,
    pub(super) is_restart: bool,
    pub(super) is_mixed: bool,
    first: GcCycle,
    last: GcCycle,
    cycles: u64,
    forced: u64,
    leak_checks: u64,
    missing: u64,
    stops: Values,
    sweep_stops: Values,
    mark_stops: Values,
    mark: Values,
    assist: f64,
    gc_cpu: f64,
    live: HeapRange,
    goal: HeapRange,
    end: HeapRange,
    procs: (u32, u32),
    stacks: Option<HeapRange>,
    globals: Option<HeapRange>,
    measures: Measures,
    series: Series,
    steps: Steps,
}

impl TraceProcess {
    pub(super) fn new(origin: &str, first: &GcCycle) -> Self {
        let mut process = Self {
            origin: origin.to_owned(),
            is_restart: false,
            is_mixed: false,
            first: *first,
            last: *first,
            cycles: 0,
            forced: 0,
            leak_checks: 0,
            missing: 0,
            stops: Values::default(),
            sweep_stops: Values::default(),
            mark_stops: Values::default(),
            mark: Values::default(),
            assist: 0.0,
            gc_cpu: 0.0,
            live: HeapRange::new(first.heap_live_mib),
            goal: HeapRange::new(first.heap_goal_mib),
            end: HeapRange::new(first.heap_end_mib),
            procs: (first.procs, first.procs),
            stacks: first.stacks_mib.map(HeapRange::new),
            globals: first.globals_mib.map(HeapRange::new),
            measures: Measures::default(),
            series: Series::new(first.at_nanos),
            steps: Steps::default(),
        };
        process.count(first);
        process
    }

    /// Adds the next cycle of the log that is of this process.
    pub(super) fn add(&mut self, cycle: &GcCycle) {
        let skipped = cycle
            .number
            .saturating_sub(self.last.number)
            .saturating_sub(1);
        self.missing = self.missing.saturating_add(skipped);
        self.measures.add(&self.last, cycle);
        self.steps
            .add(&self.last, cycle, allocated(&self.last, cycle));
        self.last = *cycle;
        self.count(cycle);
    }

    fn count(&mut self, cycle: &GcCycle) {
        self.cycles += 1;
        self.leak_checks += u64::from(cycle.is_leak_check);
        self.forced += u64::from(cycle.is_forced && !cycle.is_leak_check);
        let (clock, cpu) = (&cycle.clock, &cycle.cpu);
        self.sweep_stops.add(clock.sweep_termination);
        self.mark_stops.add(clock.mark_termination);
        self.stops.add(clock.sweep_termination);
        self.stops.add(clock.mark_termination);
        self.mark.add(clock.concurrent());
        self.assist += cpu.assist as f64;
        self.gc_cpu += cpu.without_idle() as f64;
        self.live.add(cycle.heap_live_mib);
        self.goal.add(cycle.heap_goal_mib);
        self.end.add(cycle.heap_end_mib);
        let (least, most) = self.procs;
        self.procs = (least.min(cycle.procs), most.max(cycle.procs));
        for (range, mib) in [
            (&mut self.stacks, cycle.stacks_mib),
            (&mut self.globals, cycle.globals_mib),
        ] {
            if let (Some(range), Some(mib)) = (range, mib) {
                range.add(mib);
            }
        }
        self.series.add(cycle);
        self.steps.stop(cycle);
    }

    /// What tells the process in the log, such as a pod or a host; empty where nothing does.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Whether an earlier process of the log had the same origin: the number of the cycle and the time
    /// since the start fell back. Not where several write at the same time.
    pub fn is_restart(&self) -> bool {
        self.is_restart && !self.is_mixed
    }

    /// Whether several processes write here at the same time and cannot be told apart: then nothing is said of
    /// what lies between two cycles.
    pub fn is_mixed(&self) -> bool {
        self.is_mixed
    }

    /// The first cycle that the log has.
    pub fn first(&self) -> &GcCycle {
        &self.first
    }

    /// The last cycle that the log has.
    pub fn last(&self) -> &GcCycle {
        &self.last
    }

    /// Cycles that the log has.
    pub fn cycles(&self) -> u64 {
        self.cycles
    }

    /// Those of them that somebody asked for (`runtime.GC`), without those that looked for leaks.
    pub fn forced(&self) -> u64 {
        self.forced
    }

    /// Those of them that looked for leaked goroutines.
    pub fn leak_checks(&self) -> u64 {
        self.leak_checks
    }

    /// Cycles that the log lacks between its first and its last.
    pub fn missing(&self) -> u64 {
        self.missing
    }

    /// Nanoseconds from the start of the first cycle to the start of the last.
    pub fn span_nanos(&self) -> u64 {
        self.last.at_nanos.saturating_sub(self.first.at_nanos)
    }

    /// Cycles per second that nobody asked for; `None` for less than 10 ms, and for several processes at once.
    pub fn cycles_per_second(&self) -> Option<Rate> {
        self.unmixed()?.cycles_per_second()
    }

    /// Bytes allocated per second, as far as heap sizes in whole MiB tell. The value tends to be too large, since the
    /// runtime counts spans as full that a processor has taken (runtime/mcache.go: refill); the bounds have room for it.
    pub fn alloc_per_second(&self) -> Option<AllocRate> {
        self.unmixed()?.alloc_per_second()
    }

    /// The collector's share of the CPU time of all processors over the span, idle marking left out.
    pub fn cpu_share(&self) -> Option<Share> {
        self.unmixed()?.cpu_share()
    }

    /// The share of idle marking, on processors that had nothing else to do.
    pub fn idle_share(&self) -> Option<Share> {
        self.unmixed()?.idle_share()
    }

    /// The share of the collector's CPU time, idle marking left out, that goroutines gave that allocate. `None` where
    /// it took no time.
    pub fn assist_share(&self) -> Option<f64> {
        (self.gc_cpu > 0.0).then(|| self.assist / self.gc_cpu)
    }

    fn unmixed(&self) -> Option<&Measures> {
        (!self.is_mixed).then_some(&self.measures)
    }

    /// Stops of the world, of which each cycle has two, each by itself: from the wish to stop to the start.
    pub fn stops(&self) -> Option<Quantiles> {
        self.stops.quantiles()
    }

    /// Those at the start of cycles (sweep termination).
    pub fn sweep_stops(&self) -> Option<Quantiles> {
        self.sweep_stops.quantiles()
    }

    /// Those at the end of cycles (mark termination).
    pub fn mark_stops(&self) -> Option<Quantiles> {
        self.mark_stops.quantiles()
    }

    /// Marking beside the program, by the clock.
    pub fn mark(&self) -> Option<Quantiles> {
        self.mark.quantiles()
    }

    /// The least and the most processors that cycles had (GOMAXPROCS may change while a process runs).
    pub fn procs(&self) -> (u32, u32) {
        self.procs
    }

    /// Heap that cycles marked, in MiB.
    pub fn live(&self) -> HeapRange {
        self.live
    }

    /// Heap when cycles ended to mark, in MiB: where a program allocates faster than that, it is beyond the goal.
    pub fn end(&self) -> HeapRange {
        self.end
    }

    /// Cycles per second, whoever asked for them; `None` as for [`TraceProcess::cycles_per_second`].
    pub fn all_cycles_per_second(&self) -> Option<f64> {
        let own = self.cycles_per_second()?;
        let intervals = self.cycles.saturating_sub(1).saturating_add(self.missing);
        let all = intervals as f64 / (self.span_nanos() as f64 / 1e9);
        Some(all.max(own.value))
    }

    /// Heap that cycles were to end at, in MiB.
    pub fn goal(&self) -> HeapRange {
        self.goal
    }

    /// Stacks that were scanned, in MiB; `None` before Go 1.18.
    pub fn stacks(&self) -> Option<HeapRange> {
        self.stacks
    }

    /// Globals that were scanned, in MiB; `None` before Go 1.18.
    pub fn globals(&self) -> Option<HeapRange> {
        self.globals
    }

    /// The cycles in steps of time, those without a cycle left out.
    pub fn buckets(&self) -> &[Bucket] {
        self.series.buckets()
    }

    /// Nanoseconds of a step.
    pub fn step_nanos(&self) -> u64 {
        self.series.step()
    }

    /// What lies between each cycle and the next, in order; of very many cycles several together.
    pub fn steps(&self) -> &[TraceStep] {
        self.steps.steps()
    }

    /// For how long each cycle stopped the world.
    pub fn cycle_stops(&self) -> CycleStops {
        self.steps.cycle_stops()
    }

    /// The lows of the live heap, in MiB, each with its time in seconds: where it goes up and down by a part of its whole range
    /// that counts. None for several processes at once.
    pub(super) fn lows(&self) -> Vec<(f64, f64)> {
        if self.is_mixed {
            return Vec::new();
        }
        let point = |bucket: &Bucket| {
            let nanos = bucket.at_nanos - self.first.at_nanos;
            (nanos as f64 / 1e9, bucket.live_mib as f64)
        };
        let points: Vec<(f64, f64)> = self.buckets().iter().map(point).collect();
        lows::of(&points)
    }

    /// What the live heap does, in MiB per second; `None` for several processes at once and for fewer than five steps.
    pub fn live_trend(&self) -> Option<Trend> {
        const FEWEST: usize = 5;
        let buckets = self.buckets();
        if self.is_mixed || buckets.len() < FEWEST {
            return None;
        }
        let seconds = |bucket: &Bucket| (bucket.at_nanos - self.first.at_nanos) as f64 / 1e9;
        let times: Vec<f64> = buckets.iter().map(seconds).collect();
        let live: Vec<f64> = buckets
            .iter()
            .map(|bucket| bucket.live_mib as f64)
            .collect();
        classify_trend(&times, &live)
    }
}
