//! What one line of the collector's trace says.

/// One cycle of the garbage collector, as Go prints it with `GODEBUG=gctrace=1`
/// (runtime/mgc.go: gcMarkTermination since Go 1.8, gcMark and gc before).
///
/// ```text
/// gc 4 @1.037s 0%: 0.029+0.39+0.002 ms clock, 0.059+0.11/0.056/0.11+0.005 ms cpu, 4->4->0 MB, 4 MB goal, 0 MB stacks, 0 MB globals, 2 P
/// ```
///
/// Times are printed cut to two significant digits below 10 ms, to whole milliseconds above, and to
/// whole microseconds at the least (fmtNSAsMS): what is printed is never more than what was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct GcCycle {
    /// Which cycle of the process, from 1 (`memstats.numgc`). All versions.
    pub number: u64,
    /// Nanoseconds from the start of the runtime to the start of the cycle, printed in whole
    /// milliseconds (`tSweepTerm - runtimeInitTime`). All versions.
    pub at_nanos: u64,
    /// Percent of the CPU time since the start that the collector took, idle marking left out, cut to
    /// a whole number (`gc_cpu_fraction`). `None` where the runtime printed a negative number, as it
    /// does for none. All versions.
    pub percent: Option<u64>,
    /// How long the phases took.
    pub clock: GcClock,
    /// What CPU time they took.
    pub cpu: GcCpu,
    /// MiB of heap at the start of the cycle, cut (`heap0`). All versions.
    pub heap_start_mib: u64,
    /// MiB of heap at the end of marking, cut (`heap1`). All versions.
    pub heap_end_mib: u64,
    /// MiB of heap that were marked, which is what lives, cut (`heap2`). All versions.
    pub heap_live_mib: u64,
    /// MiB of heap that the cycle was to end at, cut (`lastHeapGoal`). All versions.
    pub heap_goal_mib: u64,
    /// MiB of stacks that were scanned, cut (`lastStackScan`). `None` before Go 1.18.
    pub stacks_mib: Option<u64>,
    /// MiB of globals that were scanned, cut (`globalsScan`). `None` before Go 1.18.
    pub globals_mib: Option<u64>,
    /// Processors in use (`maxprocs`, GOMAXPROCS at the time). All versions.
    pub procs: u32,
    /// Whether `runtime.GC` or `debug.FreeOSMemory` asked for it (`userForced`); in Go 1.5 whether it
    /// stopped the world. What the runtime does on its own every two minutes is not forced.
    pub is_forced: bool,
    /// Whether it looked for leaked goroutines, as each fetch of the goroutineleak profile does
    /// (`goroutineLeakDone`). Go 1.26 with the experiment, 1.27.
    pub is_leak_check: bool,
}

/// Wall-clock nanoseconds of the phases of a cycle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct GcClock {
    /// Stop of the world to end sweeping, from the wish to stop to the start (`tMark - tSweepTerm`). All versions.
    pub sweep_termination: u64,
    /// Scan of the roots (`tInstallWB - tScan`). Go 1.5 alone.
    pub scan: Option<u64>,
    /// Wait for all processors to enable write barriers (`tMark - tInstallWB`). Go 1.5 alone.
    pub synchronize: Option<u64>,
    /// Marking beside the program (`tMarkTerm - tMark`). All versions.
    pub mark: u64,
    /// Stop of the world to end marking, likewise (`tEnd - tMarkTerm`). All versions.
    pub mark_termination: u64,
}

impl GcClock {
    /// Nanoseconds in which the collector ran beside the program.
    pub fn concurrent(&self) -> u64 {
        let old = [self.scan, self.synchronize].into_iter().flatten();
        old.fold(self.mark, u64::saturating_add)
    }
}

/// CPU nanoseconds of the phases of a cycle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct GcCpu {
    /// All processors during sweep termination (`stwprocs` times the stop). All versions. The runtime's own share counts
    /// less: while the world stops, processors still work (accumulateGCPauseTime).
    pub sweep_termination: u64,
    /// Scan of the roots. Go 1.5 alone.
    pub scan: Option<u64>,
    /// Wait for all processors. Go 1.5 alone.
    pub synchronize: Option<u64>,
    /// Marking by goroutines that allocate (`gcController.assistTime`). All versions.
    pub assist: u64,
    /// Marking by workers of the collector (`dedicatedMarkTime + fractionalMarkTime`). All versions.
    pub background: u64,
    /// Marking on processors that had nothing else to do (`idleMarkTime`). All versions.
    pub idle: u64,
    /// All processors during mark termination (`stwprocs` times the stop). All versions.
    pub mark_termination: u64,
}

impl GcCpu {
    /// CPU nanoseconds that the program did not have: all but idle marking, which the runtime leaves
    /// out of its own share, too (runtime/mgc.go: gcMarkTermination, `GCTotalTime - GCIdleTime`).
    pub fn without_idle(&self) -> u64 {
        let stops = [self.sweep_termination, self.mark_termination];
        stops.into_iter().fold(self.marking(), u64::saturating_add)
    }

    /// CPU nanoseconds of marking beside the program, without idle marking.
    pub fn marking(&self) -> u64 {
        let old = [self.scan, self.synchronize].into_iter().flatten();
        old.chain([self.background])
            .fold(self.assist, u64::saturating_add)
    }
}
