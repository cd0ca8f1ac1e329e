//! Which metrics of a Prometheus page are of the collector: the names that client_golang and OpenTelemetry give them.

use std::collections::BTreeMap;

use super::metrics;

/// What a metric of a page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exposed {
    /// A metric of runtime/metrics.
    Runtime(&'static str),
    /// A field of runtime.MemStats.
    MemStats(&'static str),
    /// Counts of pauses up to a bound, in seconds.
    PauseBucket(&'static str),
    /// Anything else, by itself.
    Own(Own),
}

/// Metrics that are neither of runtime/metrics nor of runtime.MemStats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Own {
    PauseQuantile,
    PauseSum,
    PauseNanos,
    LastGc,
    CpuFraction,
    Threads,
    Goroutines,
    Version,
    Resident,
    Start,
    UptimeMillis,
    MemoryUsed,
    CpuTime,
}

/// The metrics by their names, with and without `_total`.
#[derive(Debug)]
pub(super) struct Names(BTreeMap<String, Exposed>);

impl Names {
    pub(super) fn new() -> Self {
        let mut names = BTreeMap::new();
        for name in metrics::names().filter(|name| !metrics::PAUSES.contains(name)) {
            names.insert(translated(name), Exposed::Runtime(name));
        }
        for name in metrics::PAUSES {
            // client_golang 1.12 has `_total` before what a histogram adds.
            for total in ["", "_total"] {
                let bucket = format!("{}{total}_bucket", translated(name));
                names.insert(bucket, Exposed::PauseBucket(name));
            }
        }
        let pauses = metrics::PAUSES[0];
        let otel = "go_memory_gc_pause_duration_seconds_bucket";
        names.insert(otel.to_owned(), Exposed::PauseBucket(pauses));
        let renamed = OTEL.iter().map(|&(name, of)| (name, Exposed::Runtime(of)));
        let memstats = MEMSTATS
            .iter()
            .map(|&(name, of)| (name, Exposed::MemStats(of)));
        let own = OWN.iter().map(|&(name, own)| (name, Exposed::Own(own)));
        for (name, exposed) in renamed.chain(memstats).chain(own) {
            names.insert(name.to_owned(), exposed);
        }
        Self(names)
    }

    /// What a metric is; `None` for one that is not of the collector.
    pub(super) fn get(&self, name: &str) -> Option<Exposed> {
        let plain = || self.0.get(name.strip_suffix("_total")?);
        self.0.get(name).or_else(plain).copied()
    }
}

/// Whether a name is in a space of names where the collector's are.
pub(super) fn is_near(name: &str) -> bool {
    SPACES.iter().any(|space| name.starts_with(space))
}

/// What the names start with.
pub(super) const SPACES: [&str; 5] = ["go_", "go.", "process_", "runtime_uptime", "{\"go."];

/// `/gc/heap/live:bytes` is `go_gc_heap_live_bytes` (client_golang, internal/go_runtime_metrics.go:
/// RuntimeMetricsToProm).
fn translated(name: &str) -> String {
    format!("go{}", name.replace(['/', '-', ':'], "_"))
}

/// go.opentelemetry.io/contrib/instrumentation/runtime through its exporter, which may leave units out; and the
/// names that it had before, of which the counts have no unit.
const OTEL: [(&str, &str); 15] = [
    ("go_memory_limit_bytes", "/gc/gomemlimit:bytes"),
    ("go_memory_limit", "/gc/gomemlimit:bytes"),
    ("go_memory_allocated_bytes", "/gc/heap/allocs:bytes"),
    ("go_memory_allocated", "/gc/heap/allocs:bytes"),
    ("go_memory_allocations", "/gc/heap/allocs:objects"),
    ("go_memory_gc_goal_bytes", "/gc/heap/goal:bytes"),
    ("go_memory_gc_goal", "/gc/heap/goal:bytes"),
    ("go_memory_gc_cycles", "/gc/cycles/total:gc-cycles"),
    ("go_goroutine_count", "/sched/goroutines:goroutines"),
    ("go_processor_limit", "/sched/gomaxprocs:threads"),
    ("go_config_gogc_percent", "/gc/gogc:percent"),
    ("go_config_gogc", "/gc/gogc:percent"),
    ("process_runtime_go_gc_count", "/gc/cycles/total:gc-cycles"),
    ("runtime_go_gc_count", "/gc/cycles/total:gc-cycles"),
    (
        "process_runtime_go_goroutines",
        "/sched/goroutines:goroutines",
    ),
];

/// client_golang (go_collector.go: goRuntimeMemStats), and OpenTelemetry's older names.
const MEMSTATS: [(&str, &str); 33] = [
    ("go_memstats_alloc_bytes", "Alloc"),
    ("go_memstats_alloc_bytes_total", "TotalAlloc"),
    ("go_memstats_total_alloc_bytes", "TotalAlloc"),
    ("go_memstats_sys_bytes", "Sys"),
    ("go_memstats_mallocs", "Mallocs"),
    ("go_memstats_frees", "Frees"),
    ("go_memstats_heap_alloc_bytes", "HeapAlloc"),
    ("go_memstats_heap_sys_bytes", "HeapSys"),
    ("go_memstats_heap_idle_bytes", "HeapIdle"),
    ("go_memstats_heap_inuse_bytes", "HeapInuse"),
    ("go_memstats_heap_released_bytes", "HeapReleased"),
    ("go_memstats_heap_objects", "HeapObjects"),
    ("go_memstats_stack_inuse_bytes", "StackInuse"),
    ("go_memstats_stack_sys_bytes", "StackSys"),
    ("go_memstats_mspan_inuse_bytes", "MSpanInuse"),
    ("go_memstats_mspan_sys_bytes", "MSpanSys"),
    ("go_memstats_mcache_inuse_bytes", "MCacheInuse"),
    ("go_memstats_mcache_sys_bytes", "MCacheSys"),
    ("go_memstats_buck_hash_sys_bytes", "BuckHashSys"),
    ("go_memstats_gc_sys_bytes", "GCSys"),
    ("go_memstats_other_sys_bytes", "OtherSys"),
    ("go_memstats_next_gc_bytes", "NextGC"),
    ("go_gc_duration_seconds_count", "NumGC"),
    ("process_runtime_go_mem_heap_alloc_bytes", "HeapAlloc"),
    ("process_runtime_go_mem_heap_idle_bytes", "HeapIdle"),
    ("process_runtime_go_mem_heap_inuse_bytes", "HeapInuse"),
    ("process_runtime_go_mem_heap_objects", "HeapObjects"),
    ("process_runtime_go_mem_heap_released_bytes", "HeapReleased"),
    ("process_runtime_go_mem_heap_sys_bytes", "HeapSys"),
    ("runtime_go_mem_heap_alloc_bytes", "HeapAlloc"),
    ("runtime_go_mem_heap_inuse_bytes", "HeapInuse"),
    ("runtime_go_mem_heap_objects", "HeapObjects"),
    ("runtime_go_mem_heap_sys_bytes", "HeapSys"),
];

const OWN: [(&str, Own); 16] = [
    ("go_gc_duration_seconds", Own::PauseQuantile),
    ("go_gc_duration_seconds_sum", Own::PauseSum),
    (
        "process_runtime_go_gc_pause_ns_nanoseconds",
        Own::PauseNanos,
    ),
    ("process_runtime_go_gc_pause_total_ns", Own::PauseNanos),
    ("go_memstats_last_gc_time_seconds", Own::LastGc),
    ("go_memstats_gc_cpu_fraction", Own::CpuFraction),
    ("go_threads", Own::Threads),
    ("go_goroutines", Own::Goroutines),
    ("go_info", Own::Version),
    ("process_resident_memory_bytes", Own::Resident),
    ("process_start_time_seconds", Own::Start),
    ("runtime_uptime_milliseconds", Own::UptimeMillis),
    ("runtime_uptime_ms", Own::UptimeMillis),
    ("go_memory_used_bytes", Own::MemoryUsed),
    ("go_memory_used", Own::MemoryUsed),
    ("go_cpu_time_seconds", Own::CpuTime),
];

#[cfg(test)]
mod tests {
    use super::{Exposed, Names, Own};

    #[test]
    fn finds_old_and_new_names() {
        let names = Names::new();
        for (name, of) in [
            ("go_gc_heap_live_bytes", "/gc/heap/live:bytes"),
            (
                "go_gc_cycles_total_gc_cycles_total",
                "/gc/cycles/total:gc-cycles",
            ),
            (
                "go_cpu_classes_gc_total_cpu_seconds_total",
                "/cpu/classes/gc/total:cpu-seconds",
            ),
            (
                "go_gc_limiter_last_enabled_gc_cycle",
                "/gc/limiter/last-enabled:gc-cycle",
            ),
            (
                "go_memory_classes_os_stacks_bytes",
                "/memory/classes/os-stacks:bytes",
            ),
            (
                "go_sched_goroutines_goroutines",
                "/sched/goroutines:goroutines",
            ),
            ("go_memory_allocated_bytes_total", "/gc/heap/allocs:bytes"),
        ] {
            assert_eq!(names.get(name), Some(Exposed::Runtime(of)), "{name}");
        }
        let alloc = |name| names.get(name);
        assert_eq!(
            alloc("go_memstats_alloc_bytes"),
            Some(Exposed::MemStats("Alloc"))
        );
        assert_eq!(
            alloc("go_memstats_alloc_bytes_total"),
            Some(Exposed::MemStats("TotalAlloc"))
        );
        assert_eq!(names.get("go_threads"), Some(Exposed::Own(Own::Threads)));
        for other in [
            "go_info_created",
            "go_sched_latencies_seconds_bucket",
            "http_requests_total",
        ] {
            assert_eq!(names.get(other), None, "{other}");
        }
    }
}
