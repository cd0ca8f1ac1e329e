//! What is said of one process, as lines of a name and a value that text and Markdown share.

use heapwise_analysis::Zone;
use heapwise_analysis::gc::{
    CpuShareBasis, Finding, GcInterval, GcMoment, GcProcess, Health, MemoryKind, Rate,
};
use heapwise_analysis::units::auto_label;
use heapwise_decode::counted;

/// A line: what it is about, what is said of it, and what to make of that.
pub(super) struct Fact<'a> {
    pub(super) name: &'static str,
    pub(super) value: String,
    pub(super) finding: Option<&'a Finding>,
}

/// What a process is and how long it was looked at.
pub(super) fn headline(process: &GcProcess, paths: &[&str], zone: &Zone) -> Vec<String> {
    let Some(last) = process.moments.last() else {
        return Vec::new();
    };
    let mut lines = vec![format!("{}: {}", listed(paths), cycles(last, zone))];
    if let Some(whole) = &process.whole {
        let count = counted(process.moments.len(), "snapshot");
        let over = match (&whole.span, whole.no_span) {
            (Some(span), _) => format!(
                "{} by {}",
                range(span.seconds, span.low, span.high),
                span.basis.in_words()
            ),
            (None, Some(why)) => format!("an unknown time: {why}"),
            (None, None) => "an unknown time".to_owned(),
        };
        let cycles = counted(whole.cycles, "cycle");
        lines.push(format!(
            "{count} of one process, with {cycles} between, over {over}"
        ));
    }
    lines
}

/// Paths of a few sources; of many the first and the last.
fn listed(paths: &[&str]) -> String {
    match paths {
        [first, _, _, _, .., last] => {
            format!("{first} to {last} ({})", counted(paths.len(), "source"))
        }
        paths => paths.join(", "),
    }
}

fn range(seconds: f64, low: f64, high: f64) -> String {
    match high - low > 0.01 * seconds {
        true => format!(
            "{} ({} to {})",
            duration(seconds),
            duration(low),
            duration(high)
        ),
        false => duration(seconds),
    }
}

fn duration(seconds: f64) -> String {
    match seconds {
        short if short < 120.0 => format!("{short:.1}s"),
        long => format!("{:.1}min", long / 60.0),
    }
}

fn cycles(moment: &GcMoment, zone: &Zone) -> String {
    let snapshot = &moment.snapshot;
    let counters = &snapshot.counters;
    let mut text = match counters.num_gc {
        Some(count) => counted(count, "cycle"),
        None => "an unknown number of cycles".to_owned(),
    };
    if let Some(forced) = counters.num_forced_gc.filter(|&forced| forced > 0) {
        text.push_str(&format!(" ({forced} asked for)"));
    }
    let ended = snapshot.heap.last_gc.filter(|&nanos| nanos > 0);
    if let Some(nanos) = ended.and_then(|nanos| i64::try_from(nanos).ok()) {
        text.push_str(&format!(
            " since the start, the last ended {}",
            zone.time(nanos)
        ));
    }
    text
}

/// The facts of a process.
pub(super) fn facts(process: &GcProcess) -> Vec<Fact<'_>> {
    let finding = |health: Health| process.findings.iter().find(|one| one.health == health);
    let mut facts = Vec::new();
    let mut add = |name, value: Option<String>, health: Option<Health>| {
        if let Some(value) = value {
            let finding = health.and_then(finding);
            facts.push(Fact {
                name,
                value,
                finding,
            });
        }
    };
    if let Some(whole) = &process.whole {
        add("allocated", allocated(whole), None);
        add("collections", collections(whole), Some(Health::Frequency));
        add(
            "asked for",
            whole.forced.map(|forced| counted(forced, "cycle")),
            Some(Health::Forced),
        );
        add("pauses", pauses(whole), Some(Health::Pauses));
        add("CPU", cpu(whole), Some(Health::Cpu));
        add(
            "assists",
            whole
                .assist_share
                .map(|share| format!("{} of the collector's CPU time", percent(share))),
            Some(Health::Assists),
        );
    } else if let Some(moment) = process.moments.last() {
        add("since start", since_start(moment), None);
    }
    add("heap", heap(process), Some(Health::Growth));
    facts
}

/// What one snapshot alone says: sums since the start.
fn since_start(moment: &GcMoment) -> Option<String> {
    let snapshot = &moment.snapshot;
    let bytes = snapshot
        .counters
        .total_alloc
        .map(|bytes| format!("{} allocated", label(bytes)));
    let cpu = snapshot
        .cpu
        .gc_fraction
        .map(|share| format!("{} of the CPU for the collector", percent(share)));
    let pause = snapshot.pauses.as_ref().and_then(|_| {
        let count = snapshot.counters.num_gc?;
        let first = snapshot.first_cycle_kept()?;
        let longest = (first..=count)
            .filter_map(|number| snapshot.cycle_pause(number))
            .max()?;
        Some(format!(
            "longest of the last {} paused {}",
            counted(count + 1 - first, "cycle"),
            nanos(longest)
        ))
    });
    let parts: Vec<String> = [bytes, cpu, pause].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

fn allocated(whole: &GcInterval) -> Option<String> {
    let bytes = whole
        .alloc_bytes_per_second()
        .map(|rate| per_second(rate, |value| label(value as u64)));
    let objects = whole
        .alloc_objects_per_second()
        .map(|rate| per_second(rate, |value| format!("{} objects", count(value))));
    match (bytes, objects, whole.alloc_bytes) {
        (Some(bytes), Some(objects), _) => Some(format!("{bytes}, {objects}")),
        (Some(one), None, _) | (None, Some(one), _) => Some(one),
        (None, None, Some(bytes)) => Some(format!("{} in an unknown time", label(bytes))),
        _ => None,
    }
}

fn per_second(rate: Rate, label: impl Fn(f64) -> String) -> String {
    match rate.high - rate.low > 0.01 * rate.value {
        true => format!(
            "{}/s ({} to {})",
            label(rate.value),
            label(rate.low),
            label(rate.high)
        ),
        false => format!("{}/s", label(rate.value)),
    }
}

fn count(value: f64) -> String {
    match value {
        small if small < 10_000.0 => format!("{small:.0}"),
        middle if middle < 1e7 => format!("{:.0}k", middle / 1e3),
        large => format!("{:.1}M", large / 1e6),
    }
}

fn collections(whole: &GcInterval) -> Option<String> {
    let rate = whole.cycles_per_second?;
    let text = match rate {
        often if often >= 0.1 => format!("{often:.2}/s"),
        seldom => format!("one in {}", duration(1.0 / seldom)),
    };
    Some(text)
}

fn pauses(whole: &GcInterval) -> Option<String> {
    let pauses = whole.pauses?;
    let of = counted(pauses.count, "cycle");
    let hidden = match pauses.hidden {
        0 => String::new(),
        hidden => format!(
            "; {} before them left no record, which may have paused longer",
            counted(hidden, "cycle")
        ),
    };
    Some(format!(
        "p50 {}, p99 {}, max {}, all {} of {of}{hidden}",
        nanos(pauses.p50),
        nanos(pauses.p99),
        nanos(pauses.max),
        nanos(pauses.total)
    ))
}

fn cpu(whole: &GcInterval) -> Option<String> {
    let cpu = whole.cpu?;
    let since = match cpu.basis {
        CpuShareBasis::SinceStart => ", since the start of the process",
        _ => "",
    };
    Some(format!(
        "{} of GOMAXPROCS for the collector{since}",
        percent(cpu.share)
    ))
}

/// What is live, what there is, and what the next cycle lets it become.
fn heap(process: &GcProcess) -> Option<String> {
    let moment = process.moments.last()?;
    let heap = &moment.snapshot.heap;
    let screen = process.memory.as_ref();
    let live = screen.and_then(|screen| {
        let row = screen
            .rows
            .iter()
            .find(|row| row.kind == MemoryKind::Live)?;
        Some(match row.error {
            0 => format!("{} live", label(row.bytes)),
            error => format!("{} live ±{}", label(row.bytes), label(error)),
        })
    });
    let parts = [
        live,
        heap.alloc
            .map(|bytes| format!("{} of objects", label(bytes))),
        heap.goal.map(|bytes| format!("goal {}", label(bytes))),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// Bytes in their unit.
pub(super) fn label(bytes: u64) -> String {
    auto_label(i128::from(bytes), "bytes")
}

fn nanos(nanos: u64) -> String {
    auto_label(i128::from(nanos), "nanoseconds")
}

/// A share as a percentage.
pub(super) fn percent(share: f64) -> String {
    match share * 100.0 {
        small if small.abs() < 10.0 => format!("{small:.2} %"),
        large => format!("{large:.1} %"),
    }
}
