//! Rates and shares over the time that a process was followed, with how far off they may be.
//!
//! Numbers of cycles are exact also where lines are missing. What each of the missing ones took is taken to be what
//! those took that are there.

use heapwise_decode::GcCycle;

use super::cut::bound;
use crate::gc::interval::Rate;

/// A share with its bounds, from 0 to 1: what is printed is cut, and cycles may be missing.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Share {
    /// As printed; of missing cycles as of the others. Of the collector it is more than the runtime's own share: a stop
    /// of the world is printed as if all processors had stopped at once (runtime/mgc.go: gcStart, `tSweepTerm`, against
    /// accumulateGCPauseTime).
    pub value: f64,
    /// No less than this: marking alone, and nothing for missing cycles.
    pub low: f64,
    /// Less than this: each time as long as it may have been before it was cut.
    pub high: f64,
}

/// Bytes allocated per second. MiB are cut, so that each cycle leaves one MiB open to either side: of a small
/// heap little can be said.
pub type AllocRate = Rate;

/// Sums from the first cycle to the start of the last one.
#[derive(Debug, Clone, Default)]
pub(super) struct Measures {
    /// Cycles by their numbers.
    cycles: u64,
    /// Cycles that are there, with what they took.
    seen: u64,
    /// Pairs of cycles that follow one another without a gap.
    pairs: u64,
    /// Cycles behind the first that somebody asked for.
    forced: u64,
    nanos: u64,
    /// The same times processors.
    cpu_nanos: f64,
    /// CPU nanoseconds of the collector, as printed and at most, without idle marking.
    gc: f64,
    gc_most: f64,
    /// Those of it of marking.
    marking: f64,
    idle: f64,
    /// MiB allocated between the starts of the cycles of pairs.
    alloc_mib: f64,
}

const MIB: f64 = 1_048_576.0;
/// Times are printed in whole milliseconds.
const MILLI: f64 = 1e6;
/// The shortest time that rates are said of.
const SHORTEST: f64 = 10.0 * MILLI;

impl Measures {
    /// Adds what lies between a cycle and the one that is there next.
    pub(super) fn add(&mut self, cycle: &GcCycle, next: &GcCycle) {
        let nanos = next.at_nanos.saturating_sub(cycle.at_nanos);
        let cpu = &cycle.cpu;
        let distance = next.number.saturating_sub(cycle.number);
        self.cycles = self.cycles.saturating_add(distance);
        self.seen += 1;
        self.forced += u64::from(next.is_forced || next.is_leak_check);
        self.nanos = self.nanos.saturating_add(nanos);
        self.cpu_nanos += nanos as f64 * f64::from(cycle.procs);
        self.gc += cpu.without_idle() as f64;
        self.marking += cpu.marking() as f64;
        let old = [cpu.scan, cpu.synchronize].into_iter().flatten();
        let parts = [
            cpu.sweep_termination,
            cpu.assist,
            cpu.background,
            cpu.mark_termination,
        ];
        let most = parts.into_iter().chain(old).map(|part| bound(part) as f64);
        self.gc_most += most.sum::<f64>();
        self.idle += cpu.idle as f64;
        if distance == 1 {
            self.pairs += 1;
            self.alloc_mib += allocated(cycle, next);
        }
    }

    /// What sums of cycles that are there are to be multiplied by for all.
    fn factor(&self, there: u64) -> f64 {
        self.cycles as f64 / there.max(1) as f64
    }

    fn per_second(&self, value: f64, low: f64, high: f64) -> Option<Rate> {
        let nanos = self.nanos as f64;
        // Less says nothing, since either end is cut to a millisecond.
        if nanos < SHORTEST {
            return None;
        }
        Some(Rate {
            value: value.max(0.0) / (nanos / 1e9),
            low: low.max(0.0) / ((nanos + MILLI) / 1e9),
            high: high.max(0.0) / ((nanos - MILLI) / 1e9),
        })
    }

    /// Cycles per second that nobody asked for: exact but for those that are missing and may have been asked for.
    pub(super) fn cycles_per_second(&self) -> Option<Rate> {
        let (all, forced) = (self.cycles as f64, self.forced as f64);
        let unforced = self.seen.saturating_sub(self.forced) as f64;
        self.per_second(unforced * self.factor(self.seen), unforced, all - forced)
    }

    /// Bytes allocated per second: of the four heap sizes of a pair two cancel with those of the next, and the other
    /// two are off by up to one MiB, either way. `None` without a pair.
    pub(super) fn alloc_per_second(&self) -> Option<AllocRate> {
        let factor = self.factor(self.pairs);
        // Each run of pairs has an end of its own.
        let runs = 1 + self.seen - self.pairs;
        let open = (self.pairs + runs) as f64;
        (self.pairs > 0).then_some(())?;
        self.per_second(
            self.alloc_mib * factor * MIB,
            (self.alloc_mib - open) * MIB,
            (self.alloc_mib + open) * factor * MIB,
        )
    }

    /// The collector's share of the CPU time that there was, without idle marking.
    pub(super) fn cpu_share(&self) -> Option<Share> {
        self.share_of_time(self.marking, self.gc, self.gc_most)
    }

    /// The share of the CPU time that processors without other work gave to marking.
    pub(super) fn idle_share(&self) -> Option<Share> {
        self.share_of_time(self.idle, self.idle, self.idle)
    }

    fn share_of_time(&self, low: f64, value: f64, high: f64) -> Option<Share> {
        let factor = self.factor(self.seen);
        (self.nanos as f64 >= SHORTEST && self.cpu_nanos > 0.0).then(|| Share {
            value: value * factor / self.cpu_nanos,
            low: low / self.cpu_nanos,
            high: high * factor / self.cpu_nanos,
        })
    }
}

/// MiB allocated from the start of one cycle to the start of the next: what was allocated while it marked, which lives
/// on, and what was behind (runtime/mgc.go: `heap0`, `heap1`, `heap2`; objects allocated while marking count as marked).
pub(super) fn allocated(cycle: &GcCycle, next: &GcCycle) -> f64 {
    let mib = |mib: u64| mib as f64;
    let marking = mib(cycle.heap_end_mib) - mib(cycle.heap_start_mib);
    marking + mib(next.heap_start_mib) - mib(cycle.heap_live_mib)
}
