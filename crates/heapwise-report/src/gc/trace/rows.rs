//! The numbers of a process, each with what is to be said of it.

use heapwise_analysis::gc::{
    Finding, Health, HeapRange, Quantiles, Rate, TraceProcess, trace_health,
};
use heapwise_analysis::units::auto_label;
use heapwise_decode::counted;

/// A number.
pub(super) struct Row {
    pub(super) name: &'static str,
    pub(super) value: String,
    pub(super) finding: Option<Finding>,
}

/// All numbers of a process, those that are judged first.
pub(super) fn rows(process: &TraceProcess) -> Vec<Row> {
    let mut findings = trace_health(process);
    let mut take = |health: Health| {
        let at = findings
            .iter()
            .position(|finding| finding.health == health)?;
        Some(findings.remove(at))
    };
    let rows = [
        (
            "pauses",
            process.stops().map(quantiles),
            take(Health::Pauses),
        ),
        ("frequency", frequency(process), take(Health::Frequency)),
        ("GC CPU", cpu(process), take(Health::Cpu)),
        ("assists", assists(process), take(Health::Assists)),
        ("asked for", Some(forced(process)), take(Health::Forced)),
        (
            "live heap",
            Some(range(process.live())),
            take(Health::Growth),
        ),
        ("goal", Some(range(process.goal())), None),
        ("allocation", process.alloc_per_second().map(alloc), None),
        ("marking", process.mark().map(quantiles), None),
        ("roots", roots(process), None),
    ];
    let row = |(name, value, finding): (&'static str, Option<String>, Option<Finding>)| {
        value.map(|value| Row {
            name,
            value,
            finding,
        })
    };
    rows.into_iter().filter_map(row).collect()
}

/// A time with the two digits that it was printed with.
pub(super) fn time(nanos: u64) -> String {
    match nanos {
        0 => "under 1us".to_owned(),
        1_000_000..10_000_000 => format!("{:.1}ms", nanos as f64 / 1e6),
        nanos => auto_label(i128::from(nanos), "nanoseconds"),
    }
}

fn mib(mib: u64) -> String {
    match mib {
        0 => "under 1MB".to_owned(),
        mib => auto_label(i128::from(mib) << 20, "bytes"),
    }
}

fn quantiles(found: Quantiles) -> String {
    format!(
        "p50 {}, p99 {}, max {}, {} of them {} in all",
        time(found.p50),
        time(found.p99),
        time(found.max),
        found.count,
        auto_label(i128::from(found.total), "nanoseconds")
    )
}

fn frequency(process: &TraceProcess) -> Option<String> {
    let rate = process.cycles_per_second()?;
    Some(format!(
        "{:.2} cycles/s, without those asked for",
        rate.value
    ))
}

fn cpu(process: &TraceProcess) -> Option<String> {
    let share = process.cpu_share()?;
    let idle = process.idle_share().map_or(0.0, |idle| idle.value);
    let (low, high) = (share.low * 100.0, share.high * 100.0);
    let procs = match process.procs() {
        (least, most) if least < most => format!("{least} to {most} processors"),
        (_, most) => counted(u64::from(most), "processor"),
    };
    Some(format!(
        "{low:.2}% to {high:.2}% of {procs}, and {:.2}% of marking where there was nothing else to do",
        idle * 100.0
    ))
}

fn assists(process: &TraceProcess) -> Option<String> {
    let share = process.assist_share()? * 100.0;
    Some(format!("{share:.1}% of the collector's CPU time"))
}

fn forced(process: &TraceProcess) -> String {
    let forced = process.forced();
    match process.leak_checks() {
        0 => format!("{forced} of {}", counted(process.cycles(), "cycle")),
        leaks => format!(
            "{forced} of {}, and {leaks} to look for leaked goroutines",
            counted(process.cycles(), "cycle")
        ),
    }
}

fn range(range: HeapRange) -> String {
    let HeapRange {
        first,
        last,
        min,
        max,
        ..
    } = range;
    format!(
        "{} first, {} last, from {} to {}",
        mib(first),
        mib(last),
        mib(min),
        mib(max)
    )
}

fn alloc(rate: Rate) -> String {
    let bytes = |value: f64| auto_label(value as i128, "bytes");
    let Rate {
        value, low, high, ..
    } = rate;
    format!(
        "{} a second, at least {} and at most {}: sizes are printed in whole MB",
        bytes(value),
        bytes(low),
        bytes(high)
    )
}

fn roots(process: &TraceProcess) -> Option<String> {
    let (stacks, globals) = (process.stacks()?, process.globals()?);
    Some(format!(
        "{} of stacks at most, {} of globals",
        mib(stacks.max),
        mib(globals.max)
    ))
}
