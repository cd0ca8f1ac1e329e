//! The numbers of a collector that are compared. Of all of them less is better, if nothing else gets worse for it.

/// A number of a collector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum GcQuantity {
    /// Bytes allocated per second.
    AllocBytes,
    /// Objects allocated per second.
    AllocObjects,
    /// Cycles per second.
    Cycles,
    /// The collector's share of CPU time, from 0 to 1, without idle marking.
    Cpu,
    /// Nanoseconds that half of the cycles stopped the world at most, by the ring of pauses.
    PauseP50,
    /// Likewise 99 of 100 cycles.
    PauseP99,
    /// As [`Self::PauseP50`], by the two stops that a log has of each cycle: not the same, and never compared with it.
    StopP50,
    /// Likewise 99 of 100 cycles.
    StopP99,
    /// Bytes of heap that cycles marked, on the average.
    HeapLive,
    /// Bytes of heap that cycles were to end at, on the average.
    HeapGoal,
}

impl GcQuantity {
    /// The name used in JSON.
    pub fn name(self) -> &'static str {
        match self {
            GcQuantity::AllocBytes => "alloc_bytes_per_second",
            GcQuantity::AllocObjects => "alloc_objects_per_second",
            GcQuantity::Cycles => "gc_per_second",
            GcQuantity::Cpu => "gc_cpu_fraction",
            GcQuantity::PauseP50 => "pause_p50",
            GcQuantity::PauseP99 => "pause_p99",
            GcQuantity::StopP50 => "cycle_stop_p50",
            GcQuantity::StopP99 => "cycle_stop_p99",
            GcQuantity::HeapLive => "heap_live",
            GcQuantity::HeapGoal => "heap_goal",
        }
    }

    /// In words.
    pub fn in_words(self) -> &'static str {
        match self {
            GcQuantity::AllocBytes => "bytes allocated per second",
            GcQuantity::AllocObjects => "objects allocated per second",
            GcQuantity::Cycles => "cycles per second",
            GcQuantity::Cpu => "collector's share of CPU",
            GcQuantity::PauseP50 => "pause, half of the cycles",
            GcQuantity::PauseP99 => "pause, 99 of 100 cycles",
            GcQuantity::StopP50 => "stops of a cycle, half of them",
            GcQuantity::StopP99 => "stops of a cycle, 99 of 100",
            GcQuantity::HeapLive => "live heap",
            GcQuantity::HeapGoal => "heap goal",
        }
    }

    /// The unit of its values.
    pub fn unit(self) -> &'static str {
        match self {
            GcQuantity::AllocBytes => "bytes/s",
            GcQuantity::AllocObjects | GcQuantity::Cycles => "count/s",
            GcQuantity::Cpu => "ratio",
            GcQuantity::HeapLive | GcQuantity::HeapGoal => "bytes",
            _ => "nanoseconds",
        }
    }
}
