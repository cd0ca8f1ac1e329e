//! What is asked of a program before anything can be predicted, and where each answer came from.

/// Something that predictions rest on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Quantity {
    /// Bytes that a collection leaves.
    Live,
    /// Bytes allocated per second.
    AllocationRate,
    /// Collections per second.
    GcRate,
    /// Bytes mapped that are neither objects nor free heap.
    NonHeap,
    /// Bytes of stacks and globals that are scanned.
    Roots,
    /// GOGC that the program ran with.
    Gogc,
    /// GOMEMLIMIT that it ran with.
    MemoryLimit,
    /// GOMAXPROCS.
    Processors,
    /// CPU seconds of a collection, without marking on idle processors.
    CpuPerCycle,
    /// Bytes that are resident and not Go's.
    NonGo,
}

impl Quantity {
    /// All, in the order in which they are told.
    pub const ALL: [Quantity; 10] = [
        Quantity::Live,
        Quantity::AllocationRate,
        Quantity::GcRate,
        Quantity::NonHeap,
        Quantity::Roots,
        Quantity::Gogc,
        Quantity::MemoryLimit,
        Quantity::Processors,
        Quantity::CpuPerCycle,
        Quantity::NonGo,
    ];

    /// What programs know it by.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Quantity::Live => "live_bytes",
            Quantity::AllocationRate => "alloc_bytes_per_second",
            Quantity::GcRate => "gc_per_second",
            Quantity::NonHeap => "non_heap_bytes",
            Quantity::Roots => "root_bytes",
            Quantity::Gogc => "gogc",
            Quantity::MemoryLimit => "memory_limit",
            Quantity::Processors => "gomaxprocs",
            Quantity::CpuPerCycle => "cpu_seconds_per_gc",
            Quantity::NonGo => "non_go_bytes",
        }
    }
}

/// Where a value is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// The user said it.
    Given,
    /// A snapshot has it.
    Snapshot,
    /// The difference of two snapshots.
    Interval,
    /// The live heap that has the heap goal of a snapshot, by GOGC.
    HeapGoal,
    /// Stacks in use, of which no more than all is scanned.
    StacksInUse,
    /// The mean since the process started.
    SinceStart,
    /// Nobody said it: what Go does unless told otherwise, or nothing.
    Assumed,
    /// It is not known, and what rests on it is not predicted.
    Unknown,
}

impl Origin {
    /// What programs know it by.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Origin::Given => "given",
            Origin::Snapshot => "snapshot",
            Origin::Interval => "interval",
            Origin::HeapGoal => "heap_goal",
            Origin::StacksInUse => "stacks_in_use",
            Origin::SinceStart => "since_start",
            Origin::Assumed => "assumed",
            Origin::Unknown => "unknown",
        }
    }
}

/// What the user says, which goes before what snapshots say.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[non_exhaustive]
pub struct Given {
    /// Bytes that a collection leaves: the least and the most.
    pub live: Option<(u64, u64)>,
    /// Bytes allocated per second.
    pub allocation_rate: Option<f64>,
    /// Collections per second.
    pub gc_per_second: Option<f64>,
    /// Bytes mapped that are neither objects nor free heap.
    pub non_heap: Option<u64>,
    /// GOGC that the program ran with; within, `None` is off.
    pub gogc: Option<Option<u32>>,
    /// GOMEMLIMIT that it ran with; within, `None` is none.
    pub memory_limit: Option<Option<u64>>,
    /// GOMAXPROCS.
    pub processors: Option<u32>,
    /// CPU seconds of a collection.
    pub cpu_per_cycle: Option<f64>,
    /// Bytes that are resident and not Go's.
    pub non_go: Option<u64>,
    /// Seconds between the first and the last snapshot.
    pub seconds: Option<f64>,
}
