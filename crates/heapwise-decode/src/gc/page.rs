//! What a Prometheus page says of one process at one moment.

use std::collections::BTreeMap;

use super::exposed::{Exposed, Own};
use super::exposition::Sample;
use super::memstats::counter;
use super::metrics::{Metrics, Value};
use super::number::Number;
use super::runtime_lines::ordered;
use super::snapshot::{GcSnapshot, GcSource, Histogram, PauseQuantile};

/// Values of the collector's metrics.
#[derive(Debug)]
pub(super) struct Page {
    snapshot: GcSnapshot,
    metrics: Metrics,
    /// The number of each metric, with the labels that tell its parts apart.
    seen: BTreeMap<String, Number>,
    /// By metric: bounds, and how many are not above them.
    buckets: BTreeMap<&'static str, Vec<(f64, Option<u64>)>>,
    threads: Option<u64>,
    used: Parts<u64>,
    cpu: Parts<f64>,
}

/// Numbers by a state or a type, and by what it is in detail.
type Parts<T> = Vec<(String, String, T)>;

impl Page {
    /// So many numbers; a page of client_golang has 100 of them.
    const MOST: usize = 4096;

    pub(super) fn new() -> Self {
        Self {
            snapshot: GcSnapshot::new(GcSource::Prometheus),
            metrics: Metrics::default(),
            seen: BTreeMap::new(),
            buckets: BTreeMap::new(),
            threads: None,
            used: Vec::new(),
            cpu: Vec::new(),
        }
    }

    /// The number that a metric already has.
    pub(super) fn number(&self, key: &str) -> Option<Number> {
        self.seen.get(key).copied()
    }

    /// What was not understood.
    pub(super) fn add_unread(&mut self, what: &str) {
        self.snapshot.unread.add(what);
    }

    /// A number of a metric that has none yet.
    pub(super) fn add(&mut self, key: String, exposed: Exposed, sample: &Sample<'_>) {
        let is_read = self.seen.len() < Self::MOST && self.set(exposed, sample).is_some();
        if !is_read {
            self.add_unread(&key);
        }
        if self.seen.len() < Self::MOST {
            self.seen.insert(key, sample.number);
        }
    }

    fn set(&mut self, exposed: Exposed, sample: &Sample<'_>) -> Option<()> {
        match exposed {
            // Counted where it is looked at. Of old and new names for one thing the first counts.
            Exposed::Runtime(name) if self.metrics.has(name) => {}
            Exposed::Runtime(name) => {
                self.metrics.set(name, Some(Value::Number(sample.number)));
            }
            Exposed::MemStats(name) => {
                let number = sample.number.whole()?;
                counter(&mut self.snapshot, name)?.get_or_insert(number);
            }
            Exposed::PauseBucket(name) => {
                let bound = sample.label("le")?.parse().ok()?;
                let count = sample.number.whole();
                self.buckets.entry(name).or_default().push((bound, count));
            }
            Exposed::Own(own) => self.set_own(own, sample)?,
        }
        Some(())
    }

    fn set_own(&mut self, own: Own, sample: &Sample<'_>) -> Option<()> {
        let number = sample.number;
        let snapshot = &mut self.snapshot;
        match own {
            Own::PauseQuantile => {
                let rank: f64 = sample.label("quantile")?.parse().ok()?;
                let quantile = PauseQuantile::new(rank, number.amount()?);
                let is_rank = (0.0..=1.0).contains(&rank);
                is_rank.then(|| snapshot.pause_quantiles.push(quantile))?;
            }
            Own::PauseSum => snapshot.counters.pause_total_nanos = Some(number.nanos()?),
            Own::PauseNanos => snapshot.counters.pause_total_nanos = Some(number.whole()?),
            Own::LastGc => snapshot.heap.last_gc = Some(number.nanos()?),
            Own::CpuFraction => snapshot.cpu.gc_fraction = Some(number.amount()?),
            Own::Threads => self.threads = Some(number.whole()?),
            Own::Goroutines => snapshot.goroutines = Some(number.whole()?),
            Own::Version => snapshot.go_version = Some(sample.label("version")?.to_owned()),
            Own::Resident => snapshot.resident.rss = Some(number.whole()?),
            Own::Start => snapshot.start_seconds = Some(number.amount()?),
            Own::UptimeMillis => snapshot.uptime_seconds = Some(number.amount()? / 1e3),
            Own::MemoryUsed => self.used.push((
                sample.label("go_memory_type")?.to_owned(),
                sample
                    .label("go_memory_detailed_type")
                    .unwrap_or_default()
                    .to_owned(),
                number.whole()?,
            )),
            Own::CpuTime => self.cpu.push((
                sample.label("go_cpu_state")?.to_owned(),
                sample
                    .label("go_cpu_detailed_state")
                    .unwrap_or_default()
                    .to_owned(),
                number.amount()?,
            )),
        }
        Some(())
    }

    /// The snapshot, unless the page is not one of a program in Go.
    pub(super) fn finish(mut self, time_nanos: Option<i64>) -> Option<GcSnapshot> {
        // Clients in every language have the metrics of the process.
        let mut names = self.seen.keys().map(String::as_str);
        if names.all(is_of_any_process) {
            return None;
        }
        for (name, buckets) in std::mem::take(&mut self.buckets) {
            self.metrics
                .set(name, histogram(&buckets).map(Value::Histogram));
        }
        self.set_used();
        self.set_cpu();
        let mut snapshot = self.snapshot;
        self.metrics.fill(&mut snapshot);
        snapshot.threads = snapshot.threads.or(self.threads);
        snapshot
            .pause_quantiles
            .sort_by(|one, other| one.rank.total_cmp(&other.rank));
        if snapshot.counters.num_gc == Some(0) {
            // What client_golang has of no pauses are zeros.
            snapshot.pause_quantiles.clear();
        }
        snapshot.time_nanos = time_nanos;
        Some(snapshot)
    }

    /// OpenTelemetry tells `Sys - HeapReleased` in parts (contrib/instrumentation/runtime: Start).
    fn set_used(&mut self) {
        let system = &mut self.snapshot.system;
        let sum = |is_part: &dyn Fn(&str) -> bool| {
            let mut parts = self
                .used
                .iter()
                .filter(|(part, ..)| is_part(part))
                .peekable();
            parts.peek()?;
            parts.try_fold(0_u64, |sum, (_, _, bytes)| sum.checked_add(*bytes))
        };
        let stack = sum(&|part| part == "stack");
        system.stack_inuse = system.stack_inuse.or(stack);
        let has_both = stack.is_some() && sum(&|part| part == "other").is_some();
        system.unreleased = has_both.then(|| sum(&|_| true)).flatten();
    }

    /// OpenTelemetry's `go.cpu.time`: the states add up to all that there was.
    fn set_cpu(&mut self) {
        let state = |name: &str| {
            let mut parts = self
                .cpu
                .iter()
                .filter(|(state, ..)| state == name)
                .peekable();
            parts.peek()?;
            Some(parts.map(|(_, _, seconds)| seconds).sum::<f64>())
        };
        let detail = |end: &str| {
            let mut parts = self.cpu.iter();
            parts.find_map(|(_, detail, seconds)| detail.ends_with(end).then_some(*seconds))
        };
        let cpu = &mut self.snapshot.cpu;
        (cpu.gc, cpu.idle) = (state("gc"), state("idle"));
        (cpu.gc_idle, cpu.gc_assist) = (detail("mark/idle"), detail("mark/assist"));
        let states = ["user", "gc", "scavenge", "idle"].map(state);
        cpu.total = states.into_iter().sum();
    }
}

fn is_of_any_process(name: &str) -> bool {
    name.starts_with("process_") && !name.starts_with("process_runtime_go_")
}

/// Counts between bounds out of counts up to bounds, of which the last is all there are.
fn histogram(buckets: &[(f64, Option<u64>)]) -> Option<Histogram> {
    let is_whole = buckets.last()?.0 == f64::INFINITY;
    let mut bounds = vec![f64::NEG_INFINITY];
    let mut counts = Vec::new();
    let mut before = 0;
    for &(bound, count) in buckets {
        bounds.push(bound);
        counts.push(count?.checked_sub(before)?);
        before = count?;
    }
    is_whole.then(|| ordered(bounds, counts))?
}

#[cfg(test)]
mod tests {
    use super::histogram;

    #[test]
    fn counts_up_to_bounds_become_counts_between_them() {
        let of = |buckets: &[(f64, u64)]| {
            let buckets: Vec<_> = buckets
                .iter()
                .map(|&(bound, count)| (bound, Some(count)))
                .collect();
            histogram(&buckets)
        };
        let all = f64::INFINITY;
        let whole = of(&[(0.1, 2), (0.2, 2), (all, 5)]).unwrap();
        assert_eq!(whole.counts, [2, 0, 3]);
        assert_eq!(whole.bounds, [f64::NEG_INFINITY, 0.1, 0.2, all]);
        for damaged in [
            &[(0.1, 2)][..],
            &[(0.1, 2), (all, 1)],
            &[(0.2, 0), (0.1, 1), (all, 1)],
            &[],
        ] {
            assert_eq!(of(damaged), None, "{damaged:?}");
        }
        assert_eq!(histogram(&[(0.1, None), (all, Some(1))]), None);
    }
}
