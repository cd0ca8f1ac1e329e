//! What a reading of a log counted beside its cycles.

use super::cycle::GcCycle;
use crate::note::Note;

/// A cycle, and who printed it.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct GcTraceLine<'a> {
    /// What the line says.
    pub cycle: &'a GcCycle,
    /// What stands before or beside the line and does not change with time: the pod, the container,
    /// the host, the process of the logger. Empty where there is nothing of the kind; `None` where
    /// the line was written into the middle of another one, so that it cannot be told.
    pub origin: Option<&'a str>,
}

/// What else a log holds, counted in lines.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct GcTraceNotes {
    /// Cycles that were handed out.
    pub cycles: u64,
    /// Lines that hold a part of a trace and were not understood: cut, or torn by another writer.
    pub not_understood: u64,
    /// The first few of these, without control characters and cut to a width.
    pub examples: Vec<String>,
    /// Lines of the scavenger: `scav` (`GODEBUG=scavtrace=1`), `scvg` up to Go 1.13.
    pub scavenger: u64,
    /// Lines of the pacer (`GODEBUG=gcpacertrace=1`).
    pub pacer: u64,
    /// Lines on what was scanned (`GODEBUG=gctrace=2`, Go 1.26 on).
    pub scan: u64,
    /// Lines on the queue of finalizers and cleanups (`GODEBUG=checkfinalizers=1`, Go 1.25 on).
    pub finalizers: u64,
    /// Lines of the scheduler (`GODEBUG=schedtrace=N`).
    pub scheduler: u64,
    /// Lines that say that a cycle starts because there was none for two minutes: `GC forced`
    /// (runtime/proc.go: forcegchelper).
    pub periodic: u64,
    /// Traces of Go 1.4 and older, which are not read.
    pub too_old: u64,
    /// Lines that are longer than a reading looks at; they were passed over.
    pub too_long: u64,
    /// All other lines.
    pub other: u64,
    /// Bytes of the log, uncompressed.
    pub bytes: u64,
    /// Bytes behind a compressed log that were left out.
    pub left_out: Option<Note>,
    /// That lines are the newest first, where they were read from the last one on.
    pub newest_first: Option<Note>,
}

impl GcTraceNotes {
    /// The same of a log whose lines were turned ([`newest_last`](crate::newest_last)) before they were read, with what was
    /// left out of it.
    #[must_use]
    pub fn of_turned(self, left_out: Option<Note>) -> GcTraceNotes {
        GcTraceNotes {
            newest_first: Some(Note::newest_first()),
            left_out,
            ..self
        }
    }
}

/// Examples that are kept, and characters of each.
const MOST_EXAMPLES: usize = 3;
const MOST_CHARS: usize = 120;

impl GcTraceNotes {
    pub(super) fn add_not_understood(&mut self, line: &[u8]) {
        self.not_understood += 1;
        if self.examples.len() >= MOST_EXAMPLES {
            return;
        }
        let start = line.get(..MOST_CHARS * 4).unwrap_or(line);
        let text = String::from_utf8_lossy(start);
        let mut chars = text.chars().map(|char| match char.is_control() {
            true => ' ',
            false => char,
        });
        let mut example: String = chars.by_ref().take(MOST_CHARS).collect();
        if chars.next().is_some() {
            example.push('…');
        }
        self.examples.push(example);
    }
}
