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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gc::snapshot::GcSource;

    #[test]
    fn every_name_is_a_field_of_its_own() {
        let names = [
            "TotalAlloc",
            "Mallocs",
            "Frees",
            "NumGC",
            "NumForcedGC",
            "PauseTotalNs",
            "HeapAlloc",
            "HeapObjects",
            "HeapSys",
            "HeapIdle",
            "HeapInuse",
            "HeapReleased",
            "NextGC",
            "LastGC",
            "Sys",
            "StackInuse",
            "StackSys",
            "MSpanInuse",
            "MSpanSys",
            "MCacheInuse",
            "MCacheSys",
            "BuckHashSys",
            "GCSys",
            "OtherSys",
            "MaxRSS",
        ];
        let mut snapshot = GcSnapshot::new(GcSource::Prometheus);
        for (name, number) in names.into_iter().zip(1..) {
            let slot = counter(&mut snapshot, name).expect(name);
            assert_eq!(slot.replace(number), None, "{name}");
        }
        for (name, number) in names.into_iter().zip(1..) {
            assert_eq!(
                counter(&mut snapshot, name),
                Some(&mut Some(number)),
                "{name}"
            );
        }
        // Alloc is the same as HeapAlloc (runtime/mstats.go).
        assert_eq!(counter(&mut snapshot, "Alloc"), Some(&mut Some(7)));
        assert_eq!(snapshot.counters.num_gc, Some(4));
        assert_eq!(
            (snapshot.heap.goal, snapshot.resident.max_rss),
            (Some(13), Some(25))
        );
        for name in ["Lookups", "numGC", "", "PauseNs"] {
            assert_eq!(counter(&mut snapshot, name), None, "{name}");
        }
    }
}
