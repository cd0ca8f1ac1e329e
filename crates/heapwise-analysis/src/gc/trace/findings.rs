//! What the numbers of a trace mean: fine, or to be looked at, and why.

use heapwise_stats::{TrendLabel, classify_trend};

use super::process::TraceProcess;
use crate::gc::health::{Finding, Health, LITTLE_CPU, MANY_ASSISTS, MANY_CYCLES, MUCH_CPU, Sign};

/// Cycles per second from which on a small heap is collected too often, and what a small one is, in MiB. What counts
/// whatever the heap, and all else, is as for snapshots.
const MANY_OF_SMALL: f64 = 2.0;
const SMALL_HEAP: u64 = 64;

/// What is to be said of a process of a log.
pub fn trace_health(process: &TraceProcess) -> Vec<Finding> {
    let findings = [
        pauses(process),
        frequency(process),
        cpu(process),
        assists(process),
        forced(process),
        growth(process),
    ];
    findings.into_iter().flatten().collect()
}

fn pauses(process: &TraceProcess) -> Option<Finding> {
    let stops = process.stops()?;
    let (long, count) = (stops.long, stops.count);
    let (sign, why) = match long {
        0 => (
            Sign::Ok,
            "no stop of the world took a millisecond".to_owned(),
        ),
        long if long * 100 <= count => (
            Sign::Ok,
            format!("{long} of {count} stops of the world took 1ms or more"),
        ),
        long => (
            Sign::Look,
            format!(
                "{long} of {count} stops of the world took 1ms or more: too few processors for the load, or a \
                 system that swaps"
            ),
        ),
    };
    Some(Finding::new(Health::Pauses, sign, why))
}

fn frequency(process: &TraceProcess) -> Option<Finding> {
    let rate = process.cycles_per_second()?.value;
    let is_small = process.live().last < SMALL_HEAP;
    let (sign, why) = match (rate, is_small) {
        (rate, true) if rate >= MANY_OF_SMALL => (
            Sign::Look,
            format!(
                "with {} MiB live the heap is collected {rate:.1} times a second: a higher GOGC costs little memory and \
                 saves most of these cycles",
                process.live().last.max(1)
            ),
        ),
        (rate, _) if rate >= MANY_CYCLES => (
            Sign::Look,
            format!(
                "the live heap is marked {rate:.1} times a second: allocate less, or give it more room"
            ),
        ),
        _ => (
            Sign::Ok,
            "each cycle marks the whole live heap: fewer are cheaper".to_owned(),
        ),
    };
    Some(Finding::new(Health::Frequency, sign, why))
}

fn cpu(process: &TraceProcess) -> Option<Finding> {
    let share = process.cpu_share()?;
    let (sign, why) = match share {
        share if share.low >= MUCH_CPU => (
            Sign::Look,
            "a quarter of the CPU or more goes to the collector: the heap has too little room, or its limit is near",
        ),
        share if share.low > LITTLE_CPU => (
            Sign::Look,
            "what is not allocated need not be collected: see which sites allocate most",
        ),
        share if share.high > LITTLE_CPU => (
            Sign::Unclear,
            "stops of the world are printed as if all processors had stopped at once, and times with two digits",
        ),
        _ => (Sign::Ok, "the collector takes little of the CPU"),
    };
    Some(Finding::new(Health::Cpu, sign, why))
}

fn assists(process: &TraceProcess) -> Option<Finding> {
    let share = process.assist_share()?;
    let is_little = process
        .cpu_share()
        .is_some_and(|cpu| cpu.high <= LITTLE_CPU);
    let (sign, why) = match share < MANY_ASSISTS {
        true => (
            Sign::Ok,
            "goroutines that allocate hardly have to help with marking",
        ),
        false if is_little => (
            Sign::Ok,
            "goroutines that allocate do a part of the marking, of which there is little",
        ),
        false => (
            Sign::Look,
            "goroutines that allocate have to mark: allocation outruns the collector, and their latency pays",
        ),
    };
    Some(Finding::new(Health::Assists, sign, why))
}

fn forced(process: &TraceProcess) -> Option<Finding> {
    let (forced, leaks) = (process.forced(), process.leak_checks());
    let (sign, why) = match (forced, leaks) {
        (0, 0) => (Sign::Ok, "nobody asked for a collection".to_owned()),
        (0, leaks) => (
            Sign::Ok,
            format!(
                "{leaks} of {} cycles looked for leaked goroutines",
                process.cycles()
            ),
        ),
        _ => (
            Sign::Look,
            "runtime.GC or debug.FreeOSMemory in the program, or a profile fetched with gc=1 or of goroutine leaks: \
             each costs a whole cycle"
                .to_owned(),
        ),
    };
    Some(Finding::new(Health::Forced, sign, why))
}

fn growth(process: &TraceProcess) -> Option<Finding> {
    if process.is_mixed() {
        return None;
    }
    let Some(trend) = process.live_trend() else {
        let why = "too few cycles at different times to tell whether the live heap settles";
        return Some(Finding::new(Health::Growth, Sign::Unclear, why));
    };
    let (sign, why) = match trend.label {
        _ if lows_grow(process) => (
            Sign::Look,
            "the live heap goes up and down, and its lows rise: what is kept grows; compare what is in use in an early \
             and a late profile",
        ),
        TrendLabel::Growing => (
            Sign::Look,
            "the live heap grows and has not stopped: compare what is in use in an early and a late profile",
        ),
        TrendLabel::Stepped => (Sign::Look, "the live heap went from one level to another"),
        TrendLabel::Rose => (
            Sign::Unclear,
            "the live heap is higher in the end, and may have stopped to grow",
        ),
        _ if trend.open.is_some() => (
            Sign::Unclear,
            "the live heap was higher in the end than before, or crept upwards: more of the log tells whether it grows",
        ),
        _ => (Sign::Ok, "the live heap does not grow"),
    };
    Some(Finding::new(Health::Growth, sign, why))
}

/// Whether the lows of a live heap that goes up and down rise over the log.
fn lows_grow(process: &TraceProcess) -> bool {
    const FEWEST: usize = 5;
    let (times, lows): (Vec<f64>, Vec<f64>) = process.lows().into_iter().unzip();
    let is_growing = |trend: heapwise_stats::Trend| trend.label == TrendLabel::Growing;
    lows.len() >= FEWEST && classify_trend(&times, &lows).is_some_and(is_growing)
}
