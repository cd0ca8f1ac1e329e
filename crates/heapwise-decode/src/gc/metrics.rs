//! Which fields of a snapshot the values of the package runtime/metrics are, and how they add up to those of
//! runtime.MemStats (runtime/mstats.go: readmemstats_m; client_golang does the same: memStatsFromRM).

use std::collections::BTreeMap;

use super::number::Number;
use super::snapshot::{GcSnapshot, Gogc, Histogram, UnreadFields};

/// Pauses of the collector, each stop of the world by itself; the second is the name before Go 1.22.
pub(super) const PAUSES: [&str; 2] = ["/sched/pauses/total/gc:seconds", "/gc/pauses:seconds"];

const MEMORY: [&str; 13] = [
    "/memory/classes/heap/objects:bytes",
    "/memory/classes/heap/unused:bytes",
    "/memory/classes/heap/free:bytes",
    "/memory/classes/heap/released:bytes",
    "/memory/classes/heap/stacks:bytes",
    "/memory/classes/os-stacks:bytes",
    "/memory/classes/metadata/mspan/inuse:bytes",
    "/memory/classes/metadata/mspan/free:bytes",
    "/memory/classes/metadata/mcache/inuse:bytes",
    "/memory/classes/metadata/mcache/free:bytes",
    "/memory/classes/metadata/other:bytes",
    "/memory/classes/profiling/buckets:bytes",
    "/memory/classes/other:bytes",
];

/// Metrics with one number that snapshots have, beside those of memory.
const OTHERS: [&str; 25] = [
    "/memory/classes/total:bytes",
    "/cpu/classes/total:cpu-seconds",
    "/cpu/classes/idle:cpu-seconds",
    "/cpu/classes/gc/total:cpu-seconds",
    "/cpu/classes/gc/mark/idle:cpu-seconds",
    "/cpu/classes/gc/mark/assist:cpu-seconds",
    "/gc/cycles/total:gc-cycles",
    "/gc/cycles/forced:gc-cycles",
    "/gc/cycles/automatic:gc-cycles",
    "/gc/gogc:percent",
    "/gc/gomemlimit:bytes",
    "/gc/heap/allocs:bytes",
    "/gc/heap/allocs:objects",
    "/gc/heap/frees:bytes",
    "/gc/heap/frees:objects",
    "/gc/heap/tiny/allocs:objects",
    "/gc/heap/objects:objects",
    "/gc/heap/goal:bytes",
    "/gc/heap/live:bytes",
    "/gc/limiter/last-enabled:gc-cycle",
    "/gc/scan/globals:bytes",
    "/gc/scan/stack:bytes",
    "/sched/gomaxprocs:threads",
    "/sched/goroutines:goroutines",
    "/sched/threads/total:threads",
];

/// The names that snapshots have something of.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    let numbers = MEMORY.iter().chain(&OTHERS);
    numbers.chain(&PAUSES).copied()
}

/// The name of a metric, if snapshots have something of it.
pub(super) fn known(name: &str) -> Option<&'static str> {
    names().find(|known| *known == name)
}

/// A value of a metric.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Number(Number),
    Histogram(Histogram),
    /// A histogram of which only a summary is left.
    Summary,
}

/// Values of metrics at one moment.
#[derive(Debug, Clone, Default)]
pub(super) struct Metrics {
    numbers: BTreeMap<&'static str, Option<Number>>,
    histograms: BTreeMap<&'static str, Option<Histogram>>,
    unread: UnreadFields,
}

impl Metrics {
    /// Whether there was such a metric, understood or not.
    pub(super) fn has(&self, name: &str) -> bool {
        self.numbers.contains_key(name) || self.histograms.contains_key(name)
    }

    /// Whether nothing was understood.
    pub(super) fn is_empty(&self) -> bool {
        self.numbers.values().all(Option::is_none) && self.histograms.values().all(Option::is_none)
    }

    /// A metric of [`names`]; `None` is a value that was not understood.
    pub(super) fn set(&mut self, name: &'static str, value: Option<Value>) {
        let is_histogram = PAUSES.contains(&name);
        match (value, is_histogram) {
            (Some(Value::Number(number)), false) => {
                self.numbers.insert(name, Some(number));
            }
            (Some(Value::Histogram(histogram)), true) => {
                self.histograms.insert(name, Some(histogram));
            }
            (Some(Value::Summary), true) => {
                self.histograms.insert(name, None);
            }
            _ => {
                self.unread.add(name);
                match is_histogram {
                    true => drop(self.histograms.insert(name, None)),
                    false => drop(self.numbers.insert(name, None)),
                }
            }
        }
    }

    /// Fills the fields of a snapshot that nothing else has filled.
    pub(super) fn fill(mut self, snapshot: &mut GcSnapshot) {
        self.memory(snapshot);
        self.heap(snapshot);
        self.counters(snapshot);
        self.cpu(snapshot);
        self.settings(snapshot);
        let goroutines = self.whole("/sched/goroutines:goroutines");
        or(&mut snapshot.goroutines, goroutines);
        or(
            &mut snapshot.threads,
            self.whole("/sched/threads/total:threads"),
        );
        let pauses = PAUSES.iter().find_map(|name| self.histograms.remove(name)?);
        or(&mut snapshot.pause_histogram, pauses);
        snapshot.unread.join(self.unread);
    }

    fn memory(&mut self, snapshot: &mut GcSnapshot) {
        let class = |name: &str| format!("/memory/classes/{name}:bytes");
        let mut sum = |names: &[&str]| self.sum(names.iter().map(|name| class(name)));
        let (heap, system) = (&mut snapshot.heap, &mut snapshot.system);
        let (inuse, idle) = (
            ["heap/objects", "heap/unused"],
            ["heap/free", "heap/released"],
        );
        or(&mut heap.alloc, sum(&["heap/objects"]));
        or(&mut heap.inuse, sum(&inuse));
        or(&mut heap.idle, sum(&idle));
        or(&mut heap.sys, sum(&[inuse, idle].concat()));
        or(&mut heap.released, sum(&["heap/released"]));
        or(&mut system.stack_inuse, sum(&["heap/stacks"]));
        or(&mut system.stack_sys, sum(&["heap/stacks", "os-stacks"]));
        let (spans, caches) = ("metadata/mspan/inuse", "metadata/mcache/inuse");
        or(&mut system.mspan_inuse, sum(&[spans]));
        or(&mut system.mspan_sys, sum(&[spans, "metadata/mspan/free"]));
        or(&mut system.mcache_inuse, sum(&[caches]));
        or(
            &mut system.mcache_sys,
            sum(&[caches, "metadata/mcache/free"]),
        );
        or(&mut system.buck_hash_sys, sum(&["profiling/buckets"]));
        or(&mut system.gc_sys, sum(&["metadata/other"]));
        or(&mut system.other_sys, sum(&["other"]));
        self.total(snapshot);
    }

    /// The total is the sum of all classes (runtime/metrics/description.go); where it is not, it is none.
    fn total(&mut self, snapshot: &mut GcSnapshot) {
        const TOTAL: &str = "/memory/classes/total:bytes";
        let has_all = MEMORY.iter().all(|name| self.number(name).is_some());
        let total = self.whole(TOTAL);
        if let (true, Some(total)) = (has_all, total)
            && self.sum(MEMORY.iter().map(ToString::to_string)) != Some(total)
        {
            self.unread.add(&format!(
                "{TOTAL} {total}, which is not the sum of the classes"
            ));
        }
        or(&mut snapshot.system.sys, total);
    }

    fn heap(&mut self, snapshot: &mut GcSnapshot) {
        let heap = &mut snapshot.heap;
        for (place, name) in [
            (&mut heap.objects, "/gc/heap/objects:objects"),
            (&mut heap.live, "/gc/heap/live:bytes"),
            (&mut heap.goal, "/gc/heap/goal:bytes"),
            (&mut heap.stack_scan, "/gc/scan/stack:bytes"),
            (&mut heap.globals_scan, "/gc/scan/globals:bytes"),
        ] {
            or(place, self.whole(name));
        }
        let allocs = self.whole("/gc/heap/allocs:bytes");
        let freed = allocs.zip(self.whole("/gc/heap/frees:bytes"));
        or(
            &mut heap.alloc,
            freed.and_then(|(allocs, frees)| allocs.checked_sub(frees)),
        );
        or(&mut snapshot.counters.total_alloc, allocs);
    }

    fn counters(&mut self, snapshot: &mut GcSnapshot) {
        let counters = &mut snapshot.counters;
        let blocks = self.whole("/gc/heap/allocs:objects");
        let tiny = self.whole("/gc/heap/tiny/allocs:objects");
        let with_tiny = |blocks: Option<u64>| blocks?.checked_add(tiny?);
        or(&mut counters.blocks, blocks);
        or(&mut counters.mallocs, with_tiny(blocks));
        or(
            &mut counters.frees,
            with_tiny(self.whole("/gc/heap/frees:objects")),
        );
        let (total, forced) = self.cycles();
        or(&mut counters.num_gc, total);
        or(&mut counters.num_forced_gc, forced);
        or(
            &mut counters.limiter_last_cycle,
            self.whole("/gc/limiter/last-enabled:gc-cycle"),
        );
    }

    /// Cycles, and those that the program asked for: two of three tell the third.
    fn cycles(&mut self) -> (Option<u64>, Option<u64>) {
        let total = self.whole("/gc/cycles/total:gc-cycles");
        let forced = self.whole("/gc/cycles/forced:gc-cycles");
        let Some(automatic) = self.whole("/gc/cycles/automatic:gc-cycles") else {
            return (total, forced);
        };
        (
            total.or_else(|| automatic.checked_add(forced?)),
            forced.or_else(|| total?.checked_sub(automatic)),
        )
    }

    fn cpu(&mut self, snapshot: &mut GcSnapshot) {
        let cpu = &mut snapshot.cpu;
        for (place, name) in [
            (&mut cpu.total, "total"),
            (&mut cpu.idle, "idle"),
            (&mut cpu.gc, "gc/total"),
            (&mut cpu.gc_idle, "gc/mark/idle"),
            (&mut cpu.gc_assist, "gc/mark/assist"),
        ] {
            let seconds = self.read(&format!("/cpu/classes/{name}:cpu-seconds"), Number::amount);
            or(place, seconds);
        }
    }

    fn settings(&mut self, snapshot: &mut GcSnapshot) {
        let settings = &mut snapshot.settings;
        or(&mut settings.gogc, self.read("/gc/gogc:percent", gogc));
        or(
            &mut settings.memory_limit,
            self.read("/gc/gomemlimit:bytes", memory_limit),
        );
        or(&mut settings.procs, self.whole("/sched/gomaxprocs:threads"));
    }

    fn sum(&mut self, names: impl Iterator<Item = String>) -> Option<u64> {
        let mut sum = Some(0_u64);
        for name in names {
            let class = self.whole(&name);
            sum = sum
                .zip(class)
                .and_then(|(sum, class)| sum.checked_add(class));
        }
        sum
    }

    fn whole(&mut self, name: &str) -> Option<u64> {
        self.read(name, Number::whole)
    }

    /// The value of a metric. What is there and no such value is counted, once.
    fn read<T>(&mut self, name: &str, of: impl Fn(Number) -> Option<T>) -> Option<T> {
        let number = self.numbers.get_mut(name)?;
        let value = of((*number)?);
        if value.is_none() {
            *number = None;
            self.unread.add(name);
        }
        value
    }

    fn number(&self, name: &str) -> Option<Number> {
        *self.numbers.get(name)?
    }
}

fn or<T>(place: &mut Option<T>, value: Option<T>) {
    if place.is_none() {
        *place = value;
    }
}

/// Off is -1, which the runtime turns into the largest number there is (runtime/metrics.go: `/gc/gogc:percent`);
/// OpenTelemetry's counts end at half of it.
pub(super) fn gogc(number: Number) -> Option<Gogc> {
    match number.whole_or_largest()? {
        percent @ 0..=MOST_PERCENT => u32::try_from(percent).ok().map(Gogc::Percent),
        LIMIT_OFF.. => Some(Gogc::Off),
        _ => None,
    }
}

/// What 32 bits with a sign hold (runtime/debug: SetGCPercent).
const MOST_PERCENT: u64 = i32::MAX as u64;
/// `math.MaxInt64`, which a float makes one more of.
const LIMIT_OFF: u64 = i64::MAX as u64;

/// Whatever is no number of bytes that there could be is off.
pub(super) fn memory_limit(number: Number) -> Option<u64> {
    Some(number.whole_or_largest()?.min(LIMIT_OFF))
}

#[cfg(test)]
mod tests {
    use super::{Gogc, Number, gogc, memory_limit};

    #[test]
    fn off_is_what_each_source_makes_of_it() {
        for off in [
            "18446744073709551615",
            "1.8446744073709552e+19",
            "9.223372036854776e+18",
        ] {
            let number = Number::parse(off).unwrap();
            assert_eq!(gogc(number), Some(Gogc::Off), "{off}");
            assert_eq!(memory_limit(number), Some(i64::MAX as u64), "{off}");
        }
        let number = |text| gogc(Number::parse(text).unwrap());
        assert_eq!(number("1e2"), Some(Gogc::Percent(100)));
        assert_eq!(number("0"), Some(Gogc::Percent(0)));
        for none in ["-5", "NaN", "+Inf", "0.5", "5000000000"] {
            assert_eq!(number(none), None, "{none}");
        }
    }
}
