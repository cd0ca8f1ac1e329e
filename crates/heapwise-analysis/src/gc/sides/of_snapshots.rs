//! What snapshots of one process give to a comparison.

use std::collections::BTreeSet;

use super::quantity::GcQuantity;
use super::sample::{Sample, SampleResult};
use crate::gc::answer::GcProcess;
use crate::gc::interval::{CpuShareBasis, GcInterval};
use crate::gc::process::GcMoment;

/// What is compared of snapshots.
pub(super) const QUANTITIES: [GcQuantity; 8] = [
    GcQuantity::AllocBytes,
    GcQuantity::AllocObjects,
    GcQuantity::Cycles,
    GcQuantity::Cpu,
    GcQuantity::PauseP50,
    GcQuantity::PauseP99,
    GcQuantity::HeapLive,
    GcQuantity::HeapGoal,
];

const ONE_SNAPSHOT: &str = "it takes a second snapshot, with a collection between";

/// A number of a process.
pub(super) fn sample(process: &GcProcess, quantity: GcQuantity) -> SampleResult {
    match quantity {
        GcQuantity::AllocBytes => rate(process, |step| step.alloc_bytes),
        GcQuantity::AllocObjects => rate(process, |step| step.alloc_objects),
        GcQuantity::Cycles => cycles(process),
        GcQuantity::Cpu => cpu(process),
        GcQuantity::PauseP50 => pauses(process, 0.5),
        GcQuantity::PauseP99 => pauses(process, 0.99),
        GcQuantity::HeapLive => level(process, |moment| moment.snapshot.heap.live),
        GcQuantity::HeapGoal => level(process, |moment| moment.snapshot.heap.goal),
        _ => Err("only a log has it".to_owned()),
    }
}

/// Bytes of the largest heap, or goal of it: what snapshots show at least. Between them the heap may have been beyond every goal, as
/// far as what it ever had from the system (runtime/mstats.go: HeapSys).
pub(super) fn largest_heap(process: &GcProcess) -> Option<(u64, Option<u64>)> {
    let heaps = process.moments.iter().map(|one| one.snapshot.heap);
    heaps.clone().find_map(|heap| heap.goal)?;
    let each = heaps.clone().flat_map(|heap| [heap.goal, heap.alloc]);
    let shown = each.flatten().max()?;
    let most = match process.moments.len() {
        1 => Some(shown),
        _ => heaps.filter_map(|heap| heap.sys).max(),
    };
    Some((shown, most.map(|most| most.max(shown))))
}

/// Cycles per second, whoever asked for them.
pub(super) fn all_cycles_per_second(process: &GcProcess) -> Option<f64> {
    let whole = process.whole.as_ref()?;
    let by_span = || Some(whole.cycles as f64 / whole.span?.seconds);
    whole.cycles_per_second.or_else(by_span)
}

/// What tells a snapshot from all others, but for a copy of it.
fn key(moment: &GcMoment) -> Option<[u64; 3]> {
    let counters = &moment.snapshot.counters;
    let end = moment.snapshot.heap.last_gc.filter(|&end| end > 0)?;
    Some([end, counters.total_alloc?, counters.mallocs?])
}

/// Whether snapshots are in both: more than the one that ends the one and begins the other.
pub(super) fn share_some(one: &GcProcess, other: &GcProcess) -> bool {
    let known: BTreeSet<[u64; 3]> = one.moments.iter().filter_map(key).collect();
    let others: BTreeSet<[u64; 3]> = other.moments.iter().filter_map(key).collect();
    let shared = known.intersection(&others).count();
    let fewest = one.moments.len().min(other.moments.len());
    shared > 1 || shared == 1 && fewest == 1
}

/// Whether the first of one is later than the last of the other, and both are of one process.
pub(super) fn is_later(one: &GcProcess, other: &GcProcess) -> bool {
    let ends = one.moments.first().zip(other.moments.last());
    ends.is_some_and(|(first, last)| {
        first.cycles() > last.cycles() && last.shares_cycles(first) == Some(true)
    })
}

/// Steps in which a collection ended, or of which that is not known: the same cycle again is the same data.
fn new_steps(process: &GcProcess) -> impl Iterator<Item = &GcInterval> {
    let starts = process.moments.iter().zip(process.moments.iter().skip(1));
    let steps = process.steps.iter().zip(starts);
    steps
        .filter(|(_, (one, next))| !is_same_cycle(one, next))
        .map(|(step, _)| step)
}

fn is_same_cycle(one: &GcMoment, next: &GcMoment) -> bool {
    let number = |moment: &GcMoment| moment.snapshot.counters.num_gc;
    number(one).is_some() && number(one) == number(next)
}

fn rate(process: &GcProcess, amount: fn(&GcInterval) -> Option<u64>) -> SampleResult {
    let whole = process.whole.as_ref().ok_or(ONE_SNAPSHOT)?;
    let span = whole
        .span
        .ok_or_else(|| whole.no_span.unwrap_or("the time is not known").to_owned())?;
    let steps =
        new_steps(process).filter_map(|step| Some((amount(step)? as f64, step.span?.seconds)));
    let sample = Sample::of_steps(steps.collect()).ok_or(ONE_SNAPSHOT)?;
    let total = amount(whole).ok_or("the source does not say")? as f64;
    Ok(sample.between(total / span.high, total / span.low))
}

fn cycles(process: &GcProcess) -> SampleResult {
    let (first, last) = range(process)?;
    let forced = match process.whole.as_ref() {
        Some(whole) => whole.forced,
        None => process
            .moments
            .iter()
            .find_map(|one| one.snapshot.counters.num_forced_gc),
    };
    // Which cycles of a ring were asked for is not known, only how many of a step.
    let is_own_pace = forced.is_none_or(|forced| forced == 0);
    let ends: Option<Vec<u64>> = (first..=last).map(|cycle| end(process, cycle)).collect();
    let steps = match ends.filter(|_| is_own_pace) {
        Some(ends) => by_ends(&ends),
        None => by_steps(process),
    };
    let is_too_few = "it takes two cycles at different times".to_owned();
    Sample::of_steps(steps).ok_or(is_too_few)
}

/// From the end of each cycle to that of the next.
fn by_ends(ends: &[u64]) -> Vec<(f64, f64)> {
    let pairs = ends.iter().zip(ends.iter().skip(1));
    let seconds = pairs.map(|(one, next)| next.saturating_sub(*one) as f64 / 1e9);
    seconds.map(|seconds| (1.0, seconds)).collect()
}

/// Cycles that nobody asked for, as in logs.
fn by_steps(process: &GcProcess) -> Vec<(f64, f64)> {
    let steps = new_steps(process);
    steps
        .filter_map(|step| {
            let own = step.cycles.saturating_sub(step.forced.unwrap_or(0));
            let seconds = step.cycles as f64 / step.cycles_per_second?;
            Some((own as f64, seconds))
        })
        .collect()
}

/// The last cycle of the first snapshot, and that of the last one; of a single one what its ring has.
fn range(process: &GcProcess) -> Result<(u64, u64), String> {
    let (Some(first), Some(last)) = (process.moments.first(), process.moments.last()) else {
        return Err(ONE_SNAPSHOT.to_owned());
    };
    match process.moments.len() {
        1 => {
            let kept = first.snapshot.first_cycle_kept();
            Ok((
                kept.ok_or("the source has no ring of pauses")?,
                last.cycles(),
            ))
        }
        _ => Ok((first.cycles(), last.cycles())),
    }
}

fn end(process: &GcProcess, cycle: u64) -> Option<u64> {
    let mut moments = process.moments.iter();
    moments.find_map(|moment| moment.snapshot.cycle_end(cycle))
}

/// The pause of every cycle between the first snapshot and the last; of a single one those that its ring has.
pub(super) fn cycle_pauses(process: &GcProcess) -> Result<Vec<u64>, String> {
    let (first, last) = range(process)?;
    let start = match process.moments.len() {
        1 => first,
        _ => first.saturating_add(1),
    };
    let pause = |cycle| {
        let mut moments = process.moments.iter();
        moments.find_map(|moment| moment.snapshot.cycle_pause(cycle))
    };
    if process
        .moments
        .iter()
        .all(|one| one.snapshot.pauses.is_none())
    {
        return Err("the source has no ring of pauses".to_owned());
    }
    // Older cycles than a ring holds are as many as the counter says, which may be any number.
    let most = 256 * process.moments.len() as u64;
    let all = last.saturating_add(1).saturating_sub(start);
    let known: Vec<u64> = match all > most {
        true => Vec::new(),
        false => (start..=last).filter_map(pause).collect(),
    };
    match all.saturating_sub(known.len() as u64) {
        0 if known.is_empty() => Err(ONE_SNAPSHOT.to_owned()),
        0 => Ok(known),
        _ if known.is_empty() => Err(format!(
            "the pauses of most of {all} cycles are hidden: a snapshot has the last 256"
        )),
        hidden => Err(format!(
            "the pauses of {hidden} of {all} cycles are hidden: a snapshot has the last 256"
        )),
    }
}

fn pauses(process: &GcProcess, part: f64) -> SampleResult {
    let pauses = cycle_pauses(process)?;
    let values = pauses.into_iter().map(|nanos| nanos as f64).collect();
    Sample::of_values(values, part).ok_or_else(|| ONE_SNAPSHOT.to_owned())
}

fn cpu(process: &GcProcess) -> SampleResult {
    let mut steps = Vec::new();
    for step in new_steps(process) {
        let Some(cpu) = step.cpu else { continue };
        if cpu.basis != CpuShareBasis::Interval {
            return Err("it is known only since the start of the process".to_owned());
        }
        let of_cycles = step.cycles_per_second.map(|rate| step.cycles as f64 / rate);
        let seconds = of_cycles.or(step.span.map(|span| span.seconds));
        steps.extend(seconds.map(|seconds| (cpu.share * seconds, seconds)));
    }
    let none = match process.whole {
        Some(_) => "the source does not say",
        None => ONE_SNAPSHOT,
    };
    Sample::of_steps(steps).ok_or_else(|| none.to_owned())
}

fn level(process: &GcProcess, of: fn(&GcMoment) -> Option<u64>) -> SampleResult {
    let mut levels = Vec::new();
    let mut last: Option<&GcMoment> = None;
    for moment in &process.moments {
        if !last.is_some_and(|last| is_same_cycle(last, moment)) {
            levels.extend(of(moment).map(|bytes| (bytes as f64, 1.0)));
        }
        last = Some(moment);
    }
    Sample::of_steps(levels).ok_or_else(|| "the source does not say".to_owned())
}
