//! The processes of one side, whatever told of them.

use heapwise_decode::counted;

use super::quantity::GcQuantity;
use super::sample::SampleResult;
use super::{of_log, of_snapshots};
use crate::gc::answer::GcProcess;
use crate::gc::level::{FEWEST, HeapTrend, heap_trend};
use crate::gc::trace::{GcTrace, TraceProcess};

/// What tells of a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum GcProcessKind {
    /// Snapshots.
    Snapshots,
    /// A log of GODEBUG=gctrace=1.
    Log,
}

impl GcProcessKind {
    /// The name used in reports.
    pub fn name(self) -> &'static str {
        match self {
            GcProcessKind::Snapshots => "snapshots",
            GcProcessKind::Log => "log",
        }
    }

    /// What is compared of such.
    pub(super) fn quantities(self) -> &'static [GcQuantity] {
        match self {
            GcProcessKind::Snapshots => &of_snapshots::QUANTITIES,
            GcProcessKind::Log => &of_log::QUANTITIES,
        }
    }
}

/// A process of a side.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum SideProcess<'a> {
    /// By snapshots.
    Snapshots(&'a GcProcess),
    /// By a log, with what else that holds.
    Log(&'a GcTrace, &'a TraceProcess),
}

impl SideProcess<'_> {
    /// What tells of it.
    pub fn kind(&self) -> GcProcessKind {
        match self {
            SideProcess::Snapshots(_) => GcProcessKind::Snapshots,
            SideProcess::Log(..) => GcProcessKind::Log,
        }
    }

    /// Why no verdict can rest on it; `None` where one can.
    pub fn damage(&self) -> Option<String> {
        match self {
            SideProcess::Snapshots(process) => {
                let moments = process.moments.iter();
                let unread: u64 = moments.map(|one| one.snapshot.unread.count).sum();
                (unread > 0).then(|| format!("{} not understood", counted(unread, "field")))
            }
            SideProcess::Log(log, process) => of_log::damage(log, process),
        }
    }

    /// A number of it.
    pub fn sample(&self, quantity: GcQuantity) -> SampleResult {
        if let Some(damage) = self.damage() {
            return Err(damage);
        }
        match self {
            SideProcess::Snapshots(process) => of_snapshots::sample(process, quantity),
            SideProcess::Log(_, process) => of_log::sample(process, quantity),
        }
    }

    /// Nanoseconds for which each cycle stopped the world, no less and no more than, and whether all cycles are there.
    ///
    /// # Errors
    ///
    /// Why they are not known.
    pub fn pauses(&self) -> Result<(Vec<(u64, u64)>, bool), String> {
        if let Some(damage) = self.damage() {
            return Err(damage);
        }
        match self {
            SideProcess::Snapshots(process) => {
                let pauses = of_snapshots::cycle_pauses(process)?;
                Ok((
                    pauses.into_iter().map(|nanos| (nanos, nanos)).collect(),
                    true,
                ))
            }
            SideProcess::Log(_, process) => {
                let stops = process.cycle_stops();
                Ok((stops.nanos, stops.is_complete))
            }
        }
    }

    /// What the heap after collections does over time.
    ///
    /// # Errors
    ///
    /// Why it cannot be told.
    pub fn heap_trend(&self) -> Result<HeapTrend, String> {
        if let Some(damage) = self.damage() {
            return Err(damage);
        }
        match self {
            SideProcess::Snapshots(process) => heap_trend(&process.moments).map_err(|known| {
                format!("{known} of {FEWEST} snapshots with a cycle between them that it takes")
            }),
            SideProcess::Log(_, process) => {
                let too_few = "too few cycles at different times in the log: it takes five";
                let trend = process.live_trend().ok_or_else(|| too_few.to_owned())?;
                Ok(HeapTrend {
                    trend,
                    loses_room: false,
                })
            }
        }
    }

    /// Bytes of the largest heap, or goal of it, no less and no more than; the latter is `None` where nothing tells.
    pub fn largest_heap(&self) -> Option<(u64, Option<u64>)> {
        match self {
            SideProcess::Snapshots(process) => of_snapshots::largest_heap(process),
            SideProcess::Log(_, process) => {
                let mib = process.goal().max.max(process.end().max);
                let beyond = mib.checked_add(1)?.checked_shl(20)?;
                Some((mib.checked_shl(20)?, Some(beyond)))
            }
        }
    }

    /// Cycles per second with those that were asked for; `None` where it is not known.
    pub fn all_cycles_per_second(&self) -> Option<f64> {
        match self {
            SideProcess::Snapshots(process) => of_snapshots::all_cycles_per_second(process),
            SideProcess::Log(_, process) => process.all_cycles_per_second(),
        }
    }

    /// Which of the inputs told of it first; `None` of a log.
    pub fn input(&self) -> Option<usize> {
        match self {
            SideProcess::Snapshots(process) => process.moments.first().map(|one| one.input),
            SideProcess::Log(..) => None,
        }
    }

    /// Whether both are of the same data, in part at least: a log that is given twice, snapshots that both have.
    pub fn shares_data(&self, other: &SideProcess<'_>) -> bool {
        match (self, other) {
            (SideProcess::Snapshots(one), SideProcess::Snapshots(other)) => {
                of_snapshots::share_some(one, other)
            }
            _ => self.is_same(other),
        }
    }

    /// Whether this is a later part of the process that the other is an earlier part of.
    pub fn is_later_part_of(&self, other: &SideProcess<'_>) -> bool {
        match (self, other) {
            (SideProcess::Snapshots(one), SideProcess::Snapshots(other)) => {
                of_snapshots::is_later(one, other)
            }
            _ => false,
        }
    }

    /// Whether both are of the same log, which is given twice.
    fn is_same(&self, other: &SideProcess<'_>) -> bool {
        match (self, other) {
            (SideProcess::Log(_, one), SideProcess::Log(_, other)) => {
                one.first() == other.first()
                    && one.last() == other.last()
                    && one.steps() == other.steps()
            }
            _ => false,
        }
    }
}

/// A side.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct GcSide<'a> {
    /// Its processes, each once.
    pub processes: Vec<SideProcess<'a>>,
    /// How many were given again: they are no further runs.
    pub repeated: usize,
}

impl<'a> GcSide<'a> {
    /// Of processes known by snapshots, and of logs.
    pub fn new(
        answer: impl IntoIterator<Item = &'a GcProcess>,
        logs: impl IntoIterator<Item = &'a GcTrace>,
    ) -> GcSide<'a> {
        let mut side = GcSide::default();
        let snapshots = answer.into_iter().map(SideProcess::Snapshots);
        side.processes.extend(snapshots);
        for log in logs {
            for process in &log.processes {
                let process = SideProcess::Log(log, process);
                match side.processes.iter().any(|known| known.is_same(&process)) {
                    true => side.repeated += 1,
                    false => side.processes.push(process),
                }
            }
        }
        side
    }

    /// Those of a kind.
    pub fn of_kind(&self, kind: GcProcessKind) -> Vec<SideProcess<'a>> {
        let all = self.processes.iter().copied();
        all.filter(|process| process.kind() == kind).collect()
    }
}
