//! What happened between two snapshots of one process.

use super::pauses::Pauses;
use super::process::GcMoment;
use super::span::{LONGEST_PERIOD_SECONDS, Span, SpanBasis};

/// Collections, allocations and their cost between two snapshots.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct GcInterval {
    /// The time between the snapshots.
    pub span: Option<Span>,
    /// Why there is no time.
    pub no_span: Option<&'static str>,
    /// Cycles that ended.
    pub cycles: u64,
    /// Those of them that the program, or who fetched, asked for.
    pub forced: Option<u64>,
    /// Cycles per second, from the end of the first snapshot's last cycle to that of the second's: exact.
    pub cycles_per_second: Option<f64>,
    /// Bytes allocated: exact.
    pub alloc_bytes: Option<u64>,
    /// Objects allocated: exact.
    pub alloc_objects: Option<u64>,
    /// Pauses of the cycles.
    pub pauses: Option<Pauses>,
    /// The share of the collector in the CPU time that there was.
    pub cpu: Option<CpuShare>,
    /// The share of the collector's CPU time that allocating goroutines had to give.
    pub assist_share: Option<f64>,
}

/// An amount per second.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Rate {
    /// The best value.
    pub value: f64,
    /// No less than this.
    pub low: f64,
    /// No more than this.
    pub high: f64,
}

/// The share of the collector in the CPU time that there was (GOMAXPROCS over time).
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct CpuShare {
    /// From 0 to 1, without marking on processors that had nothing else to do.
    pub share: f64,
    /// Over which time.
    pub basis: CpuShareBasis,
}

/// Over which time a share of CPU time is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CpuShareBasis {
    /// Between the snapshots.
    Interval,
    /// Since the process started: the time of its start is not known.
    SinceStart,
}

impl CpuShareBasis {
    /// The name used in reports.
    pub fn name(self) -> &'static str {
        match self {
            CpuShareBasis::Interval => "interval",
            CpuShareBasis::SinceStart => "since_start",
        }
    }
}

impl GcInterval {
    /// Bytes allocated per second.
    pub fn alloc_bytes_per_second(&self) -> Option<Rate> {
        self.per_second(self.alloc_bytes)
    }

    /// Objects allocated per second.
    pub fn alloc_objects_per_second(&self) -> Option<Rate> {
        self.per_second(self.alloc_objects)
    }

    fn per_second(&self, amount: Option<u64>) -> Option<Rate> {
        let (amount, span) = (amount? as f64, self.span?);
        Some(Rate {
            value: amount / span.seconds,
            low: amount / span.high,
            high: amount / span.low,
        })
    }
}

/// What happened from one moment to a later one of the same process, which the user may say are `given` seconds apart.
pub fn interval(earlier: &GcMoment, later: &GcMoment, given: Option<f64>) -> GcInterval {
    let (old, new) = (&earlier.snapshot.counters, &later.snapshot.counters);
    let cycles = later.cycles().saturating_sub(earlier.cycles());
    let span = span(earlier, later, given);
    let forced = difference(old.num_forced_gc, new.num_forced_gc);
    GcInterval {
        span: span.ok(),
        no_span: span.err(),
        cycles,
        forced,
        cycles_per_second: cycle_seconds(earlier, later).map(|seconds| cycles as f64 / seconds),
        alloc_bytes: difference(old.total_alloc, new.total_alloc),
        alloc_objects: difference(old.mallocs, new.mallocs),
        pauses: pauses(earlier, later),
        cpu: cpu(earlier, later),
        assist_share: assist_share(earlier, later),
    }
}

fn difference(old: Option<u64>, new: Option<u64>) -> Option<u64> {
    new?.checked_sub(old?)
}

/// Seconds from the end of the last cycle of one to that of the other, where there is any.
fn cycle_seconds(earlier: &GcMoment, later: &GcMoment) -> Option<f64> {
    let nanos = difference(last_end(earlier), last_end(later))?;
    (nanos > 0).then_some(nanos as f64 / 1e9)
}

fn last_end(moment: &GcMoment) -> Option<u64> {
    moment.snapshot.heap.last_gc.filter(|&nanos| nanos > 0)
}

fn span(earlier: &GcMoment, later: &GcMoment, given: Option<f64>) -> Result<Span, &'static str> {
    if let Some(span) = given.and_then(|seconds| Span::exact(seconds, SpanBasis::Given)) {
        return Ok(span);
    }
    let taken = earlier.snapshot.time_nanos.zip(later.snapshot.time_nanos);
    let uptimes = earlier
        .snapshot
        .uptime_seconds
        .zip(later.snapshot.uptime_seconds);
    let taken = taken.map(|(old, new)| (new.saturating_sub(old)) as f64 / 1e9);
    let seconds = taken.or(uptimes.map(|(old, new)| new - old));
    if let Some(span) = seconds.and_then(|seconds| Span::exact(seconds, SpanBasis::Taken)) {
        return Ok(span);
    }
    by_files(earlier, later)
        .or_else(|| by_cycles(earlier, later))
        .ok_or(match earlier.cycles() == later.cycles() {
            true => "no collection ended between the two, and nothing says when they were taken",
            false => "nothing says when they were taken",
        })
}

/// By the times of the files, where each is between the end of its last cycle and that of the next.
fn by_files(earlier: &GcMoment, later: &GcMoment) -> Option<Span> {
    let (old, new) = (earlier.file_nanos?, later.file_nanos?);
    let next = later.snapshot.cycle_end(earlier.cycles() + 1);
    let is_within = |moment: &GcMoment, nanos: i64, next: Option<u64>| {
        let nanos = u64::try_from(nanos).ok()?;
        let end = last_end(moment)?;
        const LONGEST_PERIOD: u64 = (LONGEST_PERIOD_SECONDS * 1e9) as u64;
        let latest = next.unwrap_or(end.saturating_add(LONGEST_PERIOD));
        // Between the counters and the end of the file is the answer itself.
        const ANSWER: u64 = 2_000_000_000;
        Some(end <= nanos && nanos <= latest.saturating_add(ANSWER))
    };
    let fits = is_within(earlier, old, next)? && is_within(later, new, None)?;
    let seconds = new.saturating_sub(old) as f64 / 1e9;
    fits.then(|| Span::exact(seconds, SpanBasis::FileTimes))?
}

/// By the ends of cycles: a snapshot is taken after the end of its last cycle and before that of the next.
fn by_cycles(earlier: &GcMoment, later: &GcMoment) -> Option<Span> {
    let seconds = cycle_seconds(earlier, later)?;
    let (start, end) = (last_end(earlier)?, last_end(later)?);
    let snapshot = &later.snapshot;
    // Of billions of cycles the ring has the last ones.
    let kept = snapshot.first_cycle_kept().unwrap_or(later.cycles());
    let cycles = earlier.cycles().max(kept)..later.cycles();
    let length = |number: u64| {
        let ends = snapshot
            .cycle_end(number)
            .zip(snapshot.cycle_end(number + 1));
        ends.map(|(one, next)| next.saturating_sub(one))
    };
    // What the cycle after the last takes is not known: as long as the longest that was seen.
    let longest = cycles.filter_map(length).max().unwrap_or(end - start);
    let next = snapshot.cycle_end(earlier.cycles() + 1);
    let low = end.saturating_sub(next.unwrap_or(start));
    let high = (end - start).saturating_add(longest);
    // Even where one cycle lies between, some time does.
    let low = low.max((end - start) / 1000);
    Span::between(
        low as f64 / 1e9,
        seconds,
        high as f64 / 1e9,
        SpanBasis::Cycles,
    )
}

fn pauses(earlier: &GcMoment, later: &GcMoment) -> Option<Pauses> {
    let snapshot = &later.snapshot;
    let first = earlier.cycles() + 1;
    let kept = snapshot.first_cycle_kept()?.max(first);
    let nanos = (kept..=later.cycles()).filter_map(|number| snapshot.cycle_pause(number));
    Pauses::of(nanos.collect(), kept - first)
}

/// Cumulative shares `f` at the ends of cycles, `T` after the start, give that of the time between:
/// `(f2·T2 - f1·T1) / (T2 - T1)`, while GOMAXPROCS stays the same (runtime/mgc.go: gcMarkTermination).
fn cpu(earlier: &GcMoment, later: &GcMoment) -> Option<CpuShare> {
    let (old, new) = (&earlier.snapshot.cpu, &later.snapshot.cpu);
    let interval = |share: f64| CpuShare {
        share: share.clamp(0.0, 1.0),
        basis: CpuShareBasis::Interval,
    };
    let of = |before: Option<f64>, after: Option<f64>| Some(after? - before?);
    if let (Some(gc), Some(total)) = (of(old.gc, new.gc), of(old.total, new.total))
        && total > 0.0
    {
        let idle = of(old.gc_idle, new.gc_idle).unwrap_or(0.0);
        return Some(interval((gc - idle) / total));
    }
    let share = new.gc_fraction?;
    if let (Some(before), Some((first, second))) = (old.gc_fraction, uptimes(earlier, later)) {
        return Some(interval(
            (share * second - before * first) / (second - first),
        ));
    }
    Some(CpuShare {
        share,
        basis: CpuShareBasis::SinceStart,
    })
}

/// Seconds from the start of the process to the end of the last cycle of both.
///
/// Where no source says when it started, the end of its first cycle is near enough if the ring still has it and the
/// snapshots are far later.
fn uptimes(earlier: &GcMoment, later: &GcMoment) -> Option<(f64, f64)> {
    const FAR: f64 = 50.0;
    let (old, new) = (
        last_end(earlier)? as f64 / 1e9,
        last_end(later)? as f64 / 1e9,
    );
    let seconds = new - old;
    let known = earlier
        .snapshot
        .start_seconds
        .or(later.snapshot.start_seconds);
    let first = earlier
        .snapshot
        .cycle_end(1)
        .map(|nanos| nanos as f64 / 1e9);
    let second = earlier
        .snapshot
        .cycle_end(2)
        .map(|nanos| nanos as f64 / 1e9);
    // The first cycles of a program that starts follow each other at once.
    let guessed = first.zip(second).and_then(|(first, second)| {
        let is_near = (second - first) * FAR < old - first;
        is_near.then_some(first)
    });
    let start = known.or(guessed)?;
    (seconds > 0.0 && old > start).then_some((old - start, new - start))
}

fn assist_share(earlier: &GcMoment, later: &GcMoment) -> Option<f64> {
    let (old, new) = (&earlier.snapshot.cpu, &later.snapshot.cpu);
    let gc = new.gc? - old.gc?;
    let assist = new.gc_assist? - old.gc_assist?;
    (gc > 0.0).then(|| (assist / gc).clamp(0.0, 1.0))
}
