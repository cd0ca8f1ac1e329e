//! What holds of the memory of each snapshot, whoever told it.

use heapwise_decode::GcSnapshot;

/// Go adds the parts up so (runtime/mstats.go: readmemstats_m).
pub(crate) fn assert_adds_up(snapshot: &GcSnapshot, name: &str) {
    let (heap, system) = (snapshot.heap, snapshot.system);
    let parts = [
        heap.sys,
        system.stack_sys,
        system.mspan_sys,
        system.mcache_sys,
        system.buck_hash_sys,
        system.gc_sys,
        system.other_sys,
    ];
    let sum: Option<u64> = parts.into_iter().sum();
    assert!(sum.is_some(), "{name}");
    assert_eq!(sum, system.sys, "{name}");
    let spans = heap.idle.zip(heap.inuse).map(|(idle, inuse)| idle + inuse);
    assert_eq!(spans, heap.sys, "{name}");
}
