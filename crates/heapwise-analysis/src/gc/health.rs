//! What the numbers of the collector mean: fine, or to be looked at, and why.
//!
//! The bounds are rules of thumb that Go's own guide and operators use, not laws: a pause is to be under a
//! millisecond for most cycles, the collector is to take little of the CPU, the heap is to settle.

use heapwise_stats::TrendLabel;

use super::interval::{CpuShareBasis, GcInterval};
use super::level::{FEWEST, HeapTrend, heap_trend};
use super::process::GcMoment;

/// Whether a number is as it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Sign {
    /// It is.
    Ok,
    /// It is to be looked at.
    Look,
    /// It cannot be told from what there is.
    Unclear,
}

impl Sign {
    /// The name used in reports.
    pub fn name(self) -> &'static str {
        match self {
            Sign::Ok => "ok",
            Sign::Look => "look here",
            Sign::Unclear => "unclear",
        }
    }
}

/// What is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Health {
    /// How long cycles stop the world.
    Pauses,
    /// How often the heap is collected.
    Frequency,
    /// CPU time of the collector.
    Cpu,
    /// Marking by goroutines that allocate.
    Assists,
    /// Collections that somebody asked for.
    Forced,
    /// Whether the heap settles.
    Growth,
}

impl Health {
    /// The name used in reports.
    pub fn name(self) -> &'static str {
        match self {
            Health::Pauses => "pauses",
            Health::Frequency => "frequency",
            Health::Cpu => "cpu",
            Health::Assists => "assists",
            Health::Forced => "forced",
            Health::Growth => "growth",
        }
    }
}

/// What is to be said of one number.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// What is judged.
    pub health: Health,
    /// How it is.
    pub sign: Sign,
    /// Why, in a sentence.
    pub why: String,
}

impl Finding {
    pub(super) fn new(health: Health, sign: Sign, why: impl Into<String>) -> Finding {
        Finding {
            health,
            sign,
            why: why.into(),
        }
    }
}

/// Cycles per second from which on collecting often is worth a look.
pub(super) const MANY_CYCLES: f64 = 5.0;
/// Shares of CPU time up to which the collector takes little, and from which on it takes a lot.
pub(super) const LITTLE_CPU: f64 = 0.05;
pub(super) const MUCH_CPU: f64 = 0.25;
/// The share of marking that goroutines may have to do themselves.
pub(super) const MANY_ASSISTS: f64 = 0.1;

/// What is to be said of a process, from an interval and all of its snapshots.
pub fn health(interval: &GcInterval, series: &[GcMoment]) -> Vec<Finding> {
    let findings = [
        pauses(interval),
        frequency(interval),
        cpu(interval),
        assists(interval),
        forced(interval),
        growth(series),
    ];
    findings.into_iter().flatten().collect()
}

fn pauses(interval: &GcInterval) -> Option<Finding> {
    let pauses = interval.pauses?;
    let (sign, why) = match pauses.long {
        0 => (
            Sign::Ok,
            "no cycle stopped the world for a millisecond".to_owned(),
        ),
        long if long * 100 <= pauses.count => (
            Sign::Ok,
            format!(
                "{long} of {} cycles stopped the world for 1ms or more",
                pauses.count
            ),
        ),
        long => (
            Sign::Look,
            format!(
                "{long} of {} cycles stopped the world for 1ms or more: too few processors for the load, a loop \
                 that cannot be interrupted, or a system that swaps",
                pauses.count
            ),
        ),
    };
    Some(Finding::new(Health::Pauses, sign, why))
}

fn frequency(interval: &GcInterval) -> Option<Finding> {
    let rate = interval.cycles_per_second?;
    let (sign, why) = match rate >= MANY_CYCLES {
        false => (
            Sign::Ok,
            "each cycle marks the whole live heap: fewer are cheaper".to_owned(),
        ),
        true => (
            Sign::Look,
            format!(
                "the live heap is marked {rate:.1} times a second: allocate less, or give it more room (twice \
                 the GOGC has it marked about half as often and lets the heap grow twice as far beyond what is live)"
            ),
        ),
    };
    Some(Finding::new(Health::Frequency, sign, why))
}

fn cpu(interval: &GcInterval) -> Option<Finding> {
    let cpu = interval.cpu?;
    let since = match cpu.basis {
        CpuShareBasis::Interval => "",
        CpuShareBasis::SinceStart => " since the start of the process, whatever it does now",
    };
    let (sign, why) = match cpu.share {
        share if share <= LITTLE_CPU => (Sign::Ok, "the collector takes little of the CPU"),
        share if share < MUCH_CPU => (
            Sign::Look,
            "what is not allocated need not be collected: see which sites allocate most",
        ),
        _ => (
            Sign::Look,
            "a quarter of the CPU or more goes to the collector: the heap has too little room, or its limit is near",
        ),
    };
    Some(Finding::new(Health::Cpu, sign, format!("{why}{since}")))
}

fn assists(interval: &GcInterval) -> Option<Finding> {
    let share = interval.assist_share?;
    let (sign, why) = match share < MANY_ASSISTS {
        true => (
            Sign::Ok,
            "goroutines that allocate hardly have to help with marking",
        ),
        false => (
            Sign::Look,
            "goroutines that allocate have to mark: allocation outruns the collector, and their latency pays",
        ),
    };
    Some(Finding::new(Health::Assists, sign, why))
}

fn forced(interval: &GcInterval) -> Option<Finding> {
    let forced = interval.forced?;
    let (sign, why) = match forced {
        0 => (Sign::Ok, "nobody asked for a collection".to_owned()),
        _ => (
            Sign::Look,
            format!(
                "{forced} of {} cycles were asked for: runtime.GC or debug.FreeOSMemory in the program, or a profile \
                 fetched with gc=1 or of goroutine leaks",
                interval.cycles
            ),
        ),
    };
    Some(Finding::new(Health::Forced, sign, why))
}

/// The heap's goal follows what is live: where it grows, that does.
fn growth(series: &[GcMoment]) -> Option<Finding> {
    let HeapTrend { trend, loses_room } = match heap_trend(series) {
        Ok(known) => known,
        Err(known) => {
            let why = format!(
                "{known} of {FEWEST} snapshots with a cycle between them that it takes to tell whether the heap settles"
            );
            return Some(Finding::new(Health::Growth, Sign::Unclear, why));
        }
    };
    let (sign, why) = match trend.label {
        TrendLabel::Growing => (
            Sign::Look,
            "the heap after collections grows: compare what is in use in an early and a late profile",
        ),
        TrendLabel::Stepped => (
            Sign::Look,
            "the heap after collections went from one level to another",
        ),
        TrendLabel::Rose => (
            Sign::Unclear,
            "the heap after collections is higher in the end, and may have stopped to grow",
        ),
        _ if loses_room => (
            Sign::Look,
            "the goal does not grow, but less is allocated from cycle to cycle: what is live may take the room below a memory limit",
        ),
        _ if trend.open.is_some() => (
            Sign::Unclear,
            "the heap after collections was higher in the end than before, or crept upwards: more snapshots tell",
        ),
        _ => (Sign::Ok, "the heap after collections does not grow"),
    };
    Some(Finding::new(Health::Growth, sign, why))
}
