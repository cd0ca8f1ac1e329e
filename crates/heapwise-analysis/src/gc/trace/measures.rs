//! Rates and shares over the time that a process was followed, cycle to cycle, with how far off they may
//! be.

use heapwise_decode::GcCycle;

use super::cut::bound;
use crate::gc::interval::Rate;

/// A share with its bounds: what is printed is cut, and what was may be more.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Share {
    /// As printed, from 0 to 1: no less than this.
    pub value: f64,
    /// Less than this.
    pub high: f64,
}

/// Bytes allocated per second. MiB are cut, so that each cycle leaves one MiB open to either side: of a small
/// heap little can be said.
pub type AllocRate = Rate;

/// Sums over pairs of cycles that follow one another without a gap: what lies between them is known.
#[derive(Debug, Clone, Default)]
pub(super) struct Measures {
    /// Pairs.
    pairs: u64,
    /// Pairs whose second cycle nobody asked for.
    automatic: u64,
    /// Nanoseconds between the starts of the two.
    nanos: u64,
    /// The same times processors.
    cpu_nanos: f64,
    /// CPU nanoseconds of the collector in it, as printed and at most, without idle marking.
    gc: f64,
    gc_most: f64,
    idle: f64,
    /// MiB allocated.
    alloc_mib: f64,
}

const MIB: f64 = 1_048_576.0;
/// Times are printed in whole milliseconds.
const MILLI: f64 = 1e6;

impl Measures {
    /// Adds what lies between a cycle and the one that follows it.
    ///
    /// What was allocated from the start of one to the start of the next is what was while it marked, which lives
    /// on, and what was behind: `(end - start) + (next start - live)` (runtime/mgc.go: `heap0`, `heap1`, `heap2`;
    /// objects allocated while marking count as marked).
    pub(super) fn add(&mut self, cycle: &GcCycle, next: &GcCycle) {
        let nanos = next.at_nanos.saturating_sub(cycle.at_nanos);
        let cpu = &cycle.cpu;
        let mib = |mib: u64| mib as f64;
        self.pairs += 1;
        self.automatic += u64::from(!next.is_forced && !next.is_leak_check);
        self.nanos = self.nanos.saturating_add(nanos);
        self.cpu_nanos += nanos as f64 * f64::from(cycle.procs);
        self.gc += cpu.without_idle() as f64;
        let old = [cpu.scan, cpu.synchronize].into_iter().flatten();
        let parts = [
            cpu.sweep_termination,
            cpu.assist,
            cpu.background,
            cpu.mark_termination,
        ];
        self.gc_most += parts
            .into_iter()
            .chain(old)
            .map(|part| bound(part) as f64)
            .sum::<f64>();
        self.idle += cpu.idle as f64;
        self.alloc_mib += mib(cycle.heap_end_mib) - mib(cycle.heap_start_mib);
        self.alloc_mib += mib(next.heap_start_mib) - mib(cycle.heap_live_mib);
    }

    /// Seconds that are known without a gap.
    pub(super) fn seconds(&self) -> f64 {
        self.nanos as f64 / 1e9
    }

    fn per_second(&self, value: f64, low: f64, high: f64) -> Option<Rate> {
        let nanos = self.nanos as f64;
        // Less says nothing, since either end is cut to a millisecond.
        if nanos < 10.0 * MILLI {
            return None;
        }
        Some(Rate {
            value: value.max(0.0) / (nanos / 1e9),
            low: low.max(0.0) / ((nanos + MILLI) / 1e9),
            high: high.max(0.0) / ((nanos - MILLI) / 1e9),
        })
    }

    /// Cycles per second that nobody asked for.
    pub(super) fn cycles_per_second(&self) -> Option<Rate> {
        let count = self.automatic as f64;
        self.per_second(count, count, count)
    }

    /// Bytes allocated per second: of the four heap sizes of a pair two cancel with those of the next, and the other
    /// two are off by up to one MiB, either way.
    pub(super) fn alloc_per_second(&self) -> Option<AllocRate> {
        let open = self.pairs as f64 + 1.0;
        let bytes = |mib: f64| mib * MIB;
        self.per_second(
            bytes(self.alloc_mib),
            bytes(self.alloc_mib - open),
            bytes(self.alloc_mib + open),
        )
    }

    /// The collector's share of the CPU time that there was, without idle marking.
    pub(super) fn cpu_share(&self) -> Option<Share> {
        self.share_of_time(self.gc, self.gc_most)
    }

    /// The share of the CPU time that processors without other work gave to marking.
    pub(super) fn idle_share(&self) -> Option<Share> {
        self.share_of_time(self.idle, self.idle)
    }

    fn share_of_time(&self, value: f64, high: f64) -> Option<Share> {
        (self.nanos as f64 >= 10.0 * MILLI && self.cpu_nanos > 0.0).then(|| Share {
            value: value / self.cpu_nanos,
            high: high / self.cpu_nanos,
        })
    }
}
