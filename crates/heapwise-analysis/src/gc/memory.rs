//! Where the memory is: every byte that the runtime has from the system on one row, and what the system sees
//! beside it.
//!
//! `Sys = HeapSys + StackSys + MSpanSys + MCacheSys + BuckHashSys + GCSys + OtherSys`, and `HeapSys = HeapInuse +
//! HeapIdle` (runtime/mstats.go: readmemstats_m). `HeapInuse - HeapAlloc` is free room in spans that hold something,
//! `HeapIdle - HeapReleased` what a heap that grows again takes without asking the system.

use heapwise_decode::GcSnapshot;

use crate::sums::estimate::Estimate;

/// What is reachable, as far as that is known.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum LiveHeap {
    /// By the profile's sample: what was in use at the end of the last published cycle.
    Sampled(Estimate),
    /// As the runtime says.
    Exact(u64),
    /// Not known.
    Unknown,
}

/// A part of the memory that the runtime has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum MemoryKind {
    /// Objects that are reachable.
    Live,
    /// Objects that are not, or no longer, and are not freed yet.
    Garbage,
    /// Objects, where it is not known which of them are reachable.
    Objects,
    /// Free room in spans that hold objects.
    Fragmentation,
    /// Spans that hold nothing, kept for a heap that grows again.
    Idle,
    /// Returned to the system: address space, no memory.
    Released,
    /// Stacks.
    Stacks,
    /// Structures of spans and caches.
    Spans,
    /// Metadata of the collector.
    Collector,
    /// Hash tables of the profilers.
    Profilers,
    /// Everything else of the runtime.
    Other,
}

impl MemoryKind {
    /// The name used in reports.
    pub fn name(self) -> &'static str {
        match self {
            MemoryKind::Live => "live heap",
            MemoryKind::Garbage => "garbage not yet collected",
            MemoryKind::Objects => "objects, live or garbage",
            MemoryKind::Fragmentation => "free room between objects",
            MemoryKind::Idle => "idle, kept",
            MemoryKind::Released => "released to the system",
            MemoryKind::Stacks => "stacks",
            MemoryKind::Spans => "spans and caches",
            MemoryKind::Collector => "collector's metadata",
            MemoryKind::Profilers => "profilers' tables",
            MemoryKind::Other => "rest of the runtime",
        }
    }
}

/// Bytes of one kind.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct MemoryRow {
    /// What it is.
    pub kind: MemoryKind,
    /// Bytes.
    pub bytes: u64,
    /// How far off the value may be to either side, in bytes: it rests on a sample. 0 where it is exact.
    pub error: u64,
}

/// What the system says of the process.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SystemView {
    /// Bytes that are resident, of the process or of its control group.
    pub resident: Option<u64>,
    /// Of a control group: pages of files, which the system takes back when it needs them.
    pub file_pages: Option<u64>,
    /// Of a control group: memory of the kernel for it.
    pub kernel: Option<u64>,
}

impl SystemView {
    /// So many bytes are resident.
    pub fn resident(bytes: u64) -> Self {
        Self {
            resident: Some(bytes),
            ..Self::default()
        }
    }

    /// With what of a control group is no memory of the program's own.
    #[must_use]
    pub fn with_group(mut self, file_pages: Option<u64>, kernel: Option<u64>) -> Self {
        self.file_pages = file_pages;
        self.kernel = kernel;
        self
    }
}

/// What lies between the runtime's account and the system's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum OutsideRow {
    /// Resident, but not the runtime's: the binary, C, mapped files, or pages that are larger than what is used of them.
    NotGo(u64),
    /// The runtime's, but not resident: pages that were never touched, or are swapped out.
    NotResident(u64),
    /// Pages of files in the control group.
    FilePages(u64),
    /// Memory of the kernel in the control group.
    Kernel(u64),
}

/// Where the memory is.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct MemoryScreen {
    /// Every byte of `sys`, on one row each.
    pub rows: Vec<MemoryRow>,
    /// What the runtime has from the system.
    pub sys: u64,
    /// What of it counts for GOMEMLIMIT: all but what is released (runtime/mgcpacer.go: memoryLimitHeapGoal).
    pub counted: u64,
    /// What is resident now, where that is known.
    pub resident: Option<u64>,
    /// The most that was ever resident.
    pub max_resident: Option<u64>,
    /// From the runtime's account to the system's.
    pub outside: Vec<OutsideRow>,
}

impl MemoryScreen {
    /// Bytes of a kind.
    pub fn bytes(&self, kind: MemoryKind) -> u64 {
        let rows = self.rows.iter().filter(|row| row.kind == kind);
        rows.map(|row| row.bytes).sum()
    }
}

/// Puts every byte on a row; `None` where the snapshot lacks one of the sums, or they do not add up.
pub fn memory_screen(
    snapshot: &GcSnapshot,
    live: LiveHeap,
    system: SystemView,
) -> Option<MemoryScreen> {
    let (heap, sys) = (&snapshot.heap, &snapshot.system);
    let (alloc, inuse) = (heap.alloc?, heap.inuse?);
    let (idle, released) = (heap.idle?, heap.released?);
    let mut rows = objects(alloc, live);
    let total = sys.sys?;
    let exact = [
        (MemoryKind::Fragmentation, inuse.checked_sub(alloc)?),
        (MemoryKind::Idle, idle.checked_sub(released)?),
        (MemoryKind::Released, released),
        (MemoryKind::Stacks, sys.stack_sys?),
        (
            MemoryKind::Spans,
            sys.mspan_sys?.checked_add(sys.mcache_sys?)?,
        ),
        (MemoryKind::Profilers, sys.buck_hash_sys?),
    ];
    let mut known = exact.iter().map(|row| row.1).chain([alloc]);
    let known = known.try_fold(0_u64, u64::checked_add);
    // Texts of Go before 1.12 lack one or both of these: what is left of all is theirs.
    let rest = total.checked_sub(known?)?;
    let collector = sys.gc_sys;
    let other = match collector {
        Some(collector) => sys.other_sys.or(rest.checked_sub(collector))?,
        None => rest,
    };
    let late = [
        (MemoryKind::Collector, collector),
        (MemoryKind::Other, Some(other)),
    ];
    let late = late
        .into_iter()
        .filter_map(|(kind, bytes)| Some((kind, bytes?)));
    rows.extend(
        exact
            .into_iter()
            .chain(late)
            .map(|(kind, bytes)| MemoryRow {
                kind,
                bytes,
                error: 0,
            }),
    );
    let sum = rows
        .iter()
        .try_fold(0_u64, |sum, row| sum.checked_add(row.bytes))?;
    let counted = total.checked_sub(released)?;
    let resident = system.resident.or(snapshot.resident.rss);
    (sum == total).then(|| MemoryScreen {
        rows,
        sys: total,
        counted,
        resident,
        max_resident: snapshot.resident.max_rss,
        outside: outside(counted, resident, system),
    })
}

impl LiveHeap {
    fn value(self) -> Option<u64> {
        match self {
            LiveHeap::Sampled(estimate) => Some(u64::try_from(estimate.value).unwrap_or(0)),
            LiveHeap::Exact(bytes) => Some(bytes),
            LiveHeap::Unknown => None,
        }
    }

    fn error(self) -> u64 {
        let LiveHeap::Sampled(estimate) = self else {
            return 0;
        };
        let low = estimate.low.map(|low| estimate.value - low);
        let high = estimate.high.map(|high| high - estimate.value);
        let widest = low.max(high).unwrap_or(0);
        u64::try_from(widest).unwrap_or(0)
    }
}

/// Objects: those that are reachable, of which there are no more than all, and the others.
fn objects(alloc: u64, live: LiveHeap) -> Vec<MemoryRow> {
    let row = |kind, bytes, error| MemoryRow { kind, bytes, error };
    let Some(value) = live.value() else {
        return vec![row(MemoryKind::Objects, alloc, 0)];
    };
    let bytes = value.min(alloc);
    vec![
        row(MemoryKind::Live, bytes, live.error()),
        row(MemoryKind::Garbage, alloc - bytes, live.error()),
    ]
}

fn outside(counted: u64, resident: Option<u64>, system: SystemView) -> Vec<OutsideRow> {
    let Some(resident) = resident else {
        return Vec::new();
    };
    let group = [
        system.file_pages.map(OutsideRow::FilePages),
        system.kernel.map(OutsideRow::Kernel),
    ];
    let others = system
        .file_pages
        .unwrap_or(0)
        .saturating_add(system.kernel.unwrap_or(0));
    let own = resident.saturating_sub(others);
    let rest = match own >= counted {
        true => OutsideRow::NotGo(own - counted),
        false => OutsideRow::NotResident(counted - own),
    };
    group.into_iter().flatten().chain([rest]).collect()
}
