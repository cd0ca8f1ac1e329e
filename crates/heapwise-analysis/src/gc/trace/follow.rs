//! Which process of a log a cycle is of: told by what stands beside the line, by its number and its time.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use heapwise_decode::{
    GcCycle, GcTraceLine, GcTraceNotes, Limits, Source, newest_last, visit_gctrace,
};

use super::process::TraceProcess;

/// What a log says of the collector.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct GcTrace {
    /// Processes in the order in which they are met.
    pub processes: Vec<TraceProcess>,
    /// Cycles of which it is not known whose they are: written into the middle of other lines.
    pub unplaced: u64,
    /// Cycles of processes beyond the most that are followed.
    pub not_followed: u64,
    /// Cycles that the log has more than once, each as often as it is there again: of a paste, or of a log that was read twice.
    pub repeated: u64,
    /// What else the log holds.
    pub notes: GcTraceNotes,
}

/// Reads a log, in memory that does not grow with it.
///
/// # Errors
///
/// Those of [`visit_gctrace`]. A log without a cycle has no process, and is no error.
pub fn trace(source: &(impl Source + ?Sized), limits: &Limits) -> heapwise_decode::Result<GcTrace> {
    let (collector, notes) = followed(source, limits)?;
    if collector.is_newest_first() {
        let text = newest_last(source, limits)?;
        let (collector, turned) = followed(text.as_slice(), limits)?;
        return Ok(collector.finish(turned.of_turned(notes.left_out)));
    }
    Ok(collector.finish(notes))
}

fn followed(
    source: &(impl Source + ?Sized),
    limits: &Limits,
) -> heapwise_decode::Result<(TraceCollector, GcTraceNotes)> {
    let mut collector = TraceCollector::new();
    let notes = visit_gctrace(source, limits, &mut |line| collector.add(&line))?;
    Ok((collector, notes))
}

/// Processes that are followed.
const MOST: usize = 256;
/// A process that others of its origin went on without for so many cycles has ended.
const PATIENCE: u64 = 32;

/// Cycles that are kept to know them again.
const MOST_MET: usize = 1 << 16;

/// After so many cycles in a row that follow the last one, each from where nothing came before, what stands beside
/// the lines is of lines, not of processes: a number or an id of its own for each.
const STRANGERS: usize = 8;

/// Sorts cycles by process as they come.
#[derive(Debug, Default)]
pub struct TraceCollector {
    processes: Vec<Followed>,
    /// How many processes in a row started where the one before had just been.
    strangers: usize,
    /// Whether what stands beside lines tells nothing.
    has_no_origins: bool,
    /// The process of the last cycle.
    latest: usize,
    cycles: u64,
    unplaced: u64,
    not_followed: u64,
    repeated: u64,
    /// Cycles that were met, as far as they are kept.
    met: HashSet<u64>,
    steps: Steps,
}

/// How the cycles of a process follow each other in the log.
#[derive(Debug, Default)]
struct Steps {
    /// To the cycle before the one that was met last.
    back: u64,
    /// To the one behind it.
    forth: u64,
}

/// What tells a cycle from all others: number, times and sizes.
fn print_of(origin: &str, cycle: &GcCycle) -> u64 {
    let mut hasher = DefaultHasher::new();
    let (clock, cpu) = (&cycle.clock, &cycle.cpu);
    let times = [clock.sweep_termination, clock.mark, clock.mark_termination];
    let work = [cpu.assist, cpu.background, cpu.idle];
    let heap = [
        cycle.heap_start_mib,
        cycle.heap_end_mib,
        cycle.heap_live_mib,
    ];
    (origin, cycle.number, cycle.at_nanos).hash(&mut hasher);
    (times, work, heap).hash(&mut hasher);
    hasher.finish()
}

#[derive(Debug)]
struct Followed {
    process: TraceProcess,
    /// How many cycles had been met when its last one was.
    met: u64,
}

impl Followed {
    /// How many cycles are missing if this is the next one; `None` where it cannot be.
    fn gap(&self, cycle: &GcCycle) -> Option<u64> {
        let last = self.process.last();
        let is_later = cycle.at_nanos >= last.at_nanos;
        cycle
            .number
            .checked_sub(last.number)?
            .checked_sub(1)
            .filter(|_| is_later)
    }
}

impl TraceCollector {
    /// Without any cycle.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the next cycle of the log.
    pub fn add(&mut self, line: &GcTraceLine<'_>) {
        self.cycles += 1;
        let cycle = line.cycle;
        let origin = line
            .origin
            .map(|origin| if self.has_no_origins { "" } else { origin });
        // Most cycles follow the last one.
        if let Some(latest) = self.processes.get(self.latest)
            && origin == Some(latest.process.origin())
            && latest.gap(cycle) == Some(0)
            && !latest.process.is_mixed
        {
            return self.put(self.latest, cycle);
        }
        match origin {
            Some(origin) => self.add_of(origin, cycle),
            None => self.add_torn(cycle),
        }
    }

    /// Whether most cycles are the one before that of the line above, which a process that was started anew is but once.
    fn is_newest_first(&self) -> bool {
        self.steps.back >= 2 && self.steps.back > 4 * self.steps.forth
    }

    /// Whether this very cycle was met before: that two processes have one with the same times is no chance.
    fn is_met(&self, origin: &str, cycle: &GcCycle) -> bool {
        self.met.contains(&print_of(origin, cycle))
    }

    fn keep(&mut self, print: u64) {
        if self.met.len() < MOST_MET {
            self.met.insert(print);
        }
    }

    fn put(&mut self, at: usize, cycle: &GcCycle) {
        if let Some(followed) = self.processes.get(at) {
            self.keep(print_of(followed.process.origin(), cycle));
        }
        self.strangers = 0;
        self.latest = at;
        if let Some(followed) = self.processes.get_mut(at) {
            self.steps.forth += u64::from(followed.gap(cycle) == Some(0));
            followed.process.add(cycle);
            followed.met = self.cycles;
        }
    }

    fn add_of(&mut self, origin: &str, cycle: &GcCycle) {
        let of_origin = |(_, followed): &(usize, &Followed)| followed.process.origin() == origin;
        let newest = self.processes.iter().enumerate().rev().find(of_origin);
        let is_before = |last: &GcCycle| {
            last.number.checked_sub(1) == Some(cycle.number) && last.at_nanos >= cycle.at_nanos
        };
        let goes_back = newest.is_some_and(|(_, known)| is_before(known.process.last()));
        self.steps.back += u64::from(goes_back);
        let newest = newest.map(|(at, followed)| (at, followed.process.last() == cycle));
        match (newest, self.choose(origin, cycle)) {
            (Some((_, true)), _) => self.repeated += 1,
            _ if self.is_met(origin, cycle) => self.repeated += 1,
            (Some((newest, _)), Some(chosen)) => {
                if chosen != newest {
                    self.mix(origin);
                }
                self.put(chosen, cycle);
            }
            (newest, _) => self.start(origin, cycle, newest.is_some()),
        }
    }

    /// The process of an origin that a cycle follows with the fewest missing, the newest of several. One that has
    /// ended is only followed if none is missing and no other one fits.
    fn choose(&self, origin: &str, cycle: &GcCycle) -> Option<usize> {
        let fitting = |is_lasting: bool| {
            let all = self.processes.iter().enumerate().rev();
            let of_origin = all.filter(|(_, followed)| followed.process.origin() == origin);
            let fitting = of_origin
                .enumerate()
                .filter_map(move |(age, (at, followed))| {
                    let has_ended = age > 0 && self.cycles - followed.met > PATIENCE;
                    let gap = followed.gap(cycle)?;
                    (!has_ended || (is_lasting && gap == 0)).then_some((gap, at))
                });
            fitting.min_by_key(|&(gap, _)| gap).map(|(_, at)| at)
        };
        fitting(false).or_else(|| fitting(true))
    }

    /// Says of all processes of an origin that they cannot be told apart.
    fn mix(&mut self, origin: &str) {
        for followed in &mut self.processes {
            followed.process.is_mixed |= followed.process.origin() == origin;
        }
    }

    /// Whether a cycle with nothing beside it follows the one of the line before, which is all there is of its origin: what
    /// stands before that line alone is of what the log is in, as the start of a page or of a quotation, or of a line that was
    /// not ended, and of no other process.
    fn goes_on_from_a_first_line(&self, origin: &str, cycle: &GcCycle) -> bool {
        let Some(latest) = self.processes.get(self.latest) else {
            return false;
        };
        let process = &latest.process;
        let mut of_it = self.processes.iter();
        origin.is_empty()
            && process.cycles() == 1
            && latest.met + 1 == self.cycles
            && latest.gap(cycle) == Some(0)
            && of_it
                .all(|one| one.process.origin() != process.origin() || one.process.cycles() == 1)
    }

    fn start(&mut self, origin: &str, cycle: &GcCycle, is_restart: bool) {
        if self.goes_on_from_a_first_line(origin, cycle) {
            let is_mixed = is_restart && self.is_mixed(origin);
            if let Some(latest) = self.processes.get_mut(self.latest) {
                latest.process.origin.clear();
                latest.process.is_restart = is_restart;
                latest.process.is_mixed = is_mixed;
            }
            return self.put(self.latest, cycle);
        }
        if self.processes.len() >= MOST {
            self.not_followed += 1;
            return;
        }
        self.keep(print_of(origin, cycle));
        let latest = self.processes.get(self.latest);
        let goes_on = !is_restart && latest.is_some_and(|latest| latest.gap(cycle) == Some(0));
        self.strangers = if goes_on { self.strangers + 1 } else { 0 };
        let mut process = TraceProcess::new(origin, cycle);
        process.is_restart = is_restart;
        process.is_mixed = is_restart && self.is_mixed(origin);
        self.latest = self.processes.len();
        self.processes.push(Followed {
            process,
            met: self.cycles,
        });
        if self.strangers >= STRANGERS {
            self.join_strangers();
        }
    }

    /// Takes the last processes, each of one cycle, for what the one before them went on with.
    fn join_strangers(&mut self) {
        let kept = self.processes.len().saturating_sub(self.strangers);
        let strangers = self.processes.split_off(kept);
        self.has_no_origins = true;
        if let Some(joined) = self.processes.last_mut() {
            joined.process.origin.clear();
            strangers
                .iter()
                .for_each(|one| joined.process.add(one.process.first()));
        }
        self.latest = kept.saturating_sub(1);
        self.strangers = 0;
    }

    fn is_mixed(&self, origin: &str) -> bool {
        let mut all = self.processes.iter().map(|followed| &followed.process);
        all.any(|process| process.is_mixed && process.origin() == origin)
    }

    /// A line in the middle of another one is of the process that it follows, if there is one alone.
    fn add_torn(&mut self, cycle: &GcCycle) {
        let all = self.processes.iter().enumerate();
        let mut fitting = all.filter(|(_, followed)| followed.gap(cycle) == Some(0));
        match (fitting.next(), fitting.next()) {
            (Some((at, _)), None) => self.put(at, cycle),
            _ => self.unplaced += 1,
        }
    }

    /// What was found, with what the reading counted besides.
    pub fn finish(self, notes: GcTraceNotes) -> GcTrace {
        GcTrace {
            processes: self
                .processes
                .into_iter()
                .map(|followed| followed.process)
                .collect(),
            unplaced: self.unplaced,
            not_followed: self.not_followed,
            repeated: self.repeated,
            notes,
        }
    }
}
