//! What is known of Go's allocator and collector at one moment, whoever said it.

/// Who said it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum GcSource {
    /// The end of a heap text with debug=1 (runtime/pprof/pprof.go: writeHeapInternal).
    HeapText,
    /// `/debug/vars` (expvar/expvar.go), or a runtime.MemStats as JSON.
    Expvar,
    /// Values of the package runtime/metrics.
    RuntimeMetrics,
    /// The text form of Prometheus, as client_golang's Go collector fills it.
    Prometheus,
}

impl GcSource {
    /// The name used in reports.
    pub fn name(self) -> &'static str {
        match self {
            GcSource::HeapText => "heap text",
            GcSource::Expvar => "expvar",
            GcSource::RuntimeMetrics => "runtime/metrics",
            GcSource::Prometheus => "Prometheus",
        }
    }
}

/// The allocator and the collector of one process at one moment.
///
/// What the source does not say is `None`. Meanings are those of runtime/mstats.go: MemStats and
/// runtime/metrics/description.go.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct GcSnapshot {
    /// Who said it.
    pub source: GcSource,
    /// When it was taken, in nanoseconds since 1970-01-01 UTC, where the source says.
    pub time_nanos: Option<i64>,
    /// What only grows while the process lives.
    pub counters: GcCounters,
    /// The heap.
    pub heap: HeapLevels,
    /// What the runtime has from the system.
    pub system: SystemBytes,
    /// The last pauses.
    pub pauses: Option<PauseRing>,
    /// Pauses by how long they took, where they are only told so.
    ///
    /// In seconds, each stop of the world by itself, of which a cycle has two: `/sched/pauses/total/gc:seconds`.
    pub pause_histogram: Option<Histogram>,
    /// Quantiles of the pauses that the ring has, in client_golang: `go_gc_duration_seconds`, lowest rank first.
    pub pause_quantiles: Vec<PauseQuantile>,
    /// Objects by size class, smallest first.
    pub by_size: Vec<SizeClass>,
    /// CPU time.
    pub cpu: CpuSeconds,
    /// What the collector was told to do.
    pub settings: GcSettings,
    /// Bytes of the process as the system sees it.
    pub resident: Resident,
    /// Goroutines.
    pub goroutines: Option<u64>,
    /// Threads of the system: `/sched/threads/total:threads`, `go_threads`.
    pub threads: Option<u64>,
    /// Seconds since the process started.
    pub uptime_seconds: Option<f64>,
    /// Start of the process, in seconds since 1970-01-01 UTC.
    pub start_seconds: Option<f64>,
    /// The version of Go, such as `go1.27.3`.
    pub go_version: Option<String>,
    /// What of the source was not understood.
    pub unread: UnreadFields,
}

impl GcSnapshot {
    /// Nothing known yet.
    pub fn new(source: GcSource) -> Self {
        Self {
            source,
            time_nanos: None,
            counters: GcCounters::default(),
            heap: HeapLevels::default(),
            system: SystemBytes::default(),
            pauses: None,
            pause_histogram: None,
            pause_quantiles: Vec::new(),
            by_size: Vec::new(),
            cpu: CpuSeconds::default(),
            settings: GcSettings::default(),
            resident: Resident::default(),
            goroutines: None,
            threads: None,
            uptime_seconds: None,
            start_seconds: None,
            go_version: None,
            unread: UnreadFields::default(),
        }
    }

    /// When cycle `number` (from 1) ended its last pause, in nanoseconds since 1970-01-01 UTC; `None` where the
    /// ring no longer has it.
    ///
    /// The ring holds the last 256 (runtime/mstats.go: `PauseEnd[(NumGC+255)%256]` is the last one).
    pub fn cycle_end(&self, number: u64) -> Option<u64> {
        let ring = self.pauses.as_ref()?;
        let ends = ring.within(self.counters.num_gc?, number, &ring.ends)?;
        (ends > 0).then_some(ends)
    }

    /// Nanoseconds for which cycle `number` (from 1) stopped the world, both pauses of it together.
    pub fn cycle_pause(&self, number: u64) -> Option<u64> {
        let ring = self.pauses.as_ref()?;
        ring.within(self.counters.num_gc?, number, &ring.nanos)
    }

    /// The first cycle that the ring still has; 1 where it has all.
    pub fn first_cycle_kept(&self) -> Option<u64> {
        let ring = self.pauses.as_ref()?;
        Some(
            (self
                .counters
                .num_gc?
                .saturating_sub(ring.nanos.len() as u64))
            .saturating_add(1),
        )
    }
}

/// What only grows while a process lives.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct GcCounters {
    /// Bytes allocated for heap objects: `TotalAlloc`, `/gc/heap/allocs:bytes`.
    pub total_alloc: Option<u64>,
    /// Objects allocated, with those that share a tiny block: `Mallocs`.
    pub mallocs: Option<u64>,
    /// Objects allocated, where those that share a tiny block are one: `/gc/heap/allocs:objects`, in no MemStats.
    pub blocks: Option<u64>,
    /// Objects freed: `Frees`.
    pub frees: Option<u64>,
    /// Cycles finished: `NumGC`, `/gc/cycles/total:gc-cycles`.
    pub num_gc: Option<u64>,
    /// Cycles that the program asked for: `NumForcedGC`, `/gc/cycles/forced:gc-cycles`.
    pub num_forced_gc: Option<u64>,
    /// Nanoseconds for which the world was stopped: `PauseTotalNs`.
    pub pause_total_nanos: Option<u64>,
    /// The last cycle in which the limit of the collector's CPU time held it back, 0 where none was:
    /// `/gc/limiter/last-enabled:gc-cycle`.
    pub limiter_last_cycle: Option<u64>,
}

/// Bytes of the heap.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct HeapLevels {
    /// Objects, with garbage that is not swept yet: `HeapAlloc`, `/memory/classes/heap/objects:bytes`.
    pub alloc: Option<u64>,
    /// Number of them: `HeapObjects`.
    pub objects: Option<u64>,
    /// Address space from the system: `HeapSys`.
    pub sys: Option<u64>,
    /// Spans that hold nothing: `HeapIdle`, with what is released.
    pub idle: Option<u64>,
    /// Spans that hold something: `HeapInuse`.
    pub inuse: Option<u64>,
    /// Returned to the system: `HeapReleased`.
    pub released: Option<u64>,
    /// What the last cycle found reachable: `/gc/heap/live:bytes`; in no MemStats.
    pub live: Option<u64>,
    /// The size at which the next cycle is to end: `NextGC`, `/gc/heap/goal:bytes`.
    pub goal: Option<u64>,
    /// End of the last cycle, in nanoseconds since 1970-01-01 UTC: `LastGC`.
    pub last_gc: Option<u64>,
    /// What of stacks is scanned: `/gc/scan/stack:bytes`.
    pub stack_scan: Option<u64>,
    /// What of globals is scanned: `/gc/scan/globals:bytes`.
    pub globals_scan: Option<u64>,
}

/// Bytes that the runtime has from the system.
///
/// `sys` is the sum of the heap's and of all others' `sys` (runtime/mstats.go: readmemstats_m).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SystemBytes {
    /// All: `Sys`, `/memory/classes/total:bytes`.
    pub sys: Option<u64>,
    /// `Sys` without `HeapReleased`, which GOMEMLIMIT is about, where only that is told: OpenTelemetry's
    /// `go.memory.used`.
    pub unreleased: Option<u64>,
    /// Stacks in use: `StackInuse`.
    pub stack_inuse: Option<u64>,
    /// Stacks: `StackSys`, with those of threads.
    pub stack_sys: Option<u64>,
    /// Structures of spans in use: `MSpanInuse`.
    pub mspan_inuse: Option<u64>,
    /// Structures of spans: `MSpanSys`.
    pub mspan_sys: Option<u64>,
    /// Caches of threads in use: `MCacheInuse`.
    pub mcache_inuse: Option<u64>,
    /// Caches of threads: `MCacheSys`.
    pub mcache_sys: Option<u64>,
    /// Hash tables of the profilers: `BuckHashSys`.
    pub buck_hash_sys: Option<u64>,
    /// Metadata of the collector: `GCSys`.
    pub gc_sys: Option<u64>,
    /// Everything else of the runtime: `OtherSys`.
    pub other_sys: Option<u64>,
}

/// The last pauses, as rings: that of cycle `n` is at `(n + 255) % 256`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PauseRing {
    /// Nanoseconds of each cycle's pauses together.
    pub nanos: Vec<u64>,
    /// Their ends, in nanoseconds since 1970-01-01 UTC.
    pub ends: Vec<u64>,
}

impl PauseRing {
    /// A ring of pauses with their ends, which are as many.
    pub fn new(nanos: Vec<u64>, ends: Vec<u64>) -> Option<Self> {
        (nanos.len() == ends.len() && !nanos.is_empty()).then_some(Self { nanos, ends })
    }

    fn within(&self, num_gc: u64, number: u64, ring: &[u64]) -> Option<u64> {
        let size = ring.len() as u64;
        let is_kept = number >= 1 && number <= num_gc && num_gc - number < size;
        let place = number.checked_sub(1)?.checked_rem(size)?;
        is_kept.then(|| ring.get(usize::try_from(place).ok()?).copied())?
    }
}

/// A quantile of pauses, each that of a whole cycle.
///
/// client_golang asks for five of the last 256 cycles, not of all since the start (runtime/debug/garbage.go:
/// ReadGCStats).
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct PauseQuantile {
    /// The share of pauses that are not longer, from 0 to 1.
    pub rank: f64,
    /// How long the pause of this rank is.
    pub seconds: f64,
}

impl PauseQuantile {
    /// The pause of a rank from 0 to 1.
    pub fn new(rank: f64, seconds: f64) -> Self {
        Self { rank, seconds }
    }
}

/// Objects of one size class since the start of the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct SizeClass {
    /// The largest object of the class, in bytes, which is what each of them takes.
    pub size: u64,
    /// Objects allocated.
    pub mallocs: u64,
    /// Objects freed.
    pub frees: u64,
}

impl SizeClass {
    /// A class with what was allocated and freed.
    pub fn new(size: u64, mallocs: u64, frees: u64) -> Self {
        Self {
            size,
            mallocs,
            frees,
        }
    }
}

/// Counts of values between bounds.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Histogram {
    /// The bounds, lowest first: one more than there are counts. The outer ones may be infinite.
    pub bounds: Vec<f64>,
    /// How many values are between each bound and the next.
    pub counts: Vec<u64>,
}

impl Histogram {
    /// Counts between bounds, of which there is one more.
    pub fn new(bounds: Vec<f64>, counts: Vec<u64>) -> Option<Self> {
        (bounds.len() == counts.len() + 1).then_some(Self { bounds, counts })
    }
}

/// CPU seconds since the start of the process (runtime/metrics: `/cpu/classes/…`), and the share that MemStats has.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
#[non_exhaustive]
pub struct CpuSeconds {
    /// GOMAXPROCS over time: `/cpu/classes/total:cpu-seconds`.
    pub total: Option<f64>,
    /// The collector: `/cpu/classes/gc/total:cpu-seconds`, with marking on idle processors.
    pub gc: Option<f64>,
    /// Marking on processors that had nothing else to do: `/cpu/classes/gc/mark/idle:cpu-seconds`.
    pub gc_idle: Option<f64>,
    /// Marking that allocating goroutines had to do: `/cpu/classes/gc/mark/assist:cpu-seconds`.
    pub gc_assist: Option<f64>,
    /// Processors with nothing to do: `/cpu/classes/idle:cpu-seconds`.
    pub idle: Option<f64>,
    /// The share of the collector since the start, without idle marking, of GOMAXPROCS over time: `GCCPUFraction`
    /// (runtime/mgc.go: gcMarkTermination).
    pub gc_fraction: Option<f64>,
}

/// What the collector was told to do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct GcSettings {
    /// GOGC.
    pub gogc: Option<Gogc>,
    /// GOMEMLIMIT in bytes; `i64::MAX` where it is off.
    pub memory_limit: Option<u64>,
    /// GOMAXPROCS.
    pub procs: Option<u64>,
}

/// GOGC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gogc {
    /// No collection but for the memory limit.
    Off,
    /// Percent.
    Percent(u32),
}

/// Bytes of the process as the system sees it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Resident {
    /// The most that was resident: `MaxRSS`; never less than now, and not on every system.
    pub max_rss: Option<u64>,
    /// Resident now.
    pub rss: Option<u64>,
}

/// What of a source was not understood.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnreadFields {
    /// How many fields or lines.
    pub count: u64,
    /// The first of them.
    pub first: Vec<String>,
}

impl UnreadFields {
    const KEPT: usize = 3;
    const LONGEST: usize = 60;

    /// What another reading of the same source did not understand.
    pub(crate) fn join(&mut self, other: UnreadFields) {
        self.count = self.count.saturating_add(other.count);
        let free = Self::KEPT.saturating_sub(self.first.len());
        self.first.extend(other.first.into_iter().take(free));
    }

    /// One more.
    pub(crate) fn add(&mut self, what: &str) {
        self.count = self.count.saturating_add(1);
        if self.first.len() < Self::KEPT {
            self.first.push(what.chars().take(Self::LONGEST).collect());
        }
    }
}
