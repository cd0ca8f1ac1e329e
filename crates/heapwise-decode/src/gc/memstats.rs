//! Which field of a snapshot a field of runtime.MemStats is, by the names that texts and JSON share.

use super::snapshot::GcSnapshot;

/// The counter of a name; `None` for what is no counter that snapshots have.
pub(super) fn counter<'a>(snapshot: &'a mut GcSnapshot, name: &str) -> Option<&'a mut Option<u64>> {
    let GcSnapshot {
        counters,
        heap,
        system,
        resident,
        ..
    } = snapshot;
    Some(match name {
        "TotalAlloc" => &mut counters.total_alloc,
        "Mallocs" => &mut counters.mallocs,
        "Frees" => &mut counters.frees,
        "NumGC" => &mut counters.num_gc,
        "NumForcedGC" => &mut counters.num_forced_gc,
        "PauseTotalNs" => &mut counters.pause_total_nanos,
        "HeapAlloc" | "Alloc" => &mut heap.alloc,
        "HeapObjects" => &mut heap.objects,
        "HeapSys" => &mut heap.sys,
        "HeapIdle" => &mut heap.idle,
        "HeapInuse" => &mut heap.inuse,
        "HeapReleased" => &mut heap.released,
        "NextGC" => &mut heap.goal,
        "LastGC" => &mut heap.last_gc,
        "Sys" => &mut system.sys,
        "StackInuse" => &mut system.stack_inuse,
        "StackSys" => &mut system.stack_sys,
        "MSpanInuse" => &mut system.mspan_inuse,
        "MSpanSys" => &mut system.mspan_sys,
        "MCacheInuse" => &mut system.mcache_inuse,
        "MCacheSys" => &mut system.mcache_sys,
        "BuckHashSys" => &mut system.buck_hash_sys,
        "GCSys" => &mut system.gc_sys,
        "OtherSys" => &mut system.other_sys,
        "MaxRSS" => &mut resident.max_rss,
        _ => return None,
    })
}
