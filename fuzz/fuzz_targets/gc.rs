//! What sources say of the collector is decoded or refused, in every form, and the same each time.
#![no_main]

use heapwise_decode::{Limits, gc_snapshots};
use heapwise_fuzz::forms::with_head;
use libfuzzer_sys::fuzz_target;

/// What forms begin with; a fuzzer would be long in finding them.
const HEADS: [&[u8]; 10] = [
    b"",
    b"# runtime.MemStats\n# Alloc = 1\n",
    b"{\"memstats\":{\"Alloc\":1,",
    b"/gc/heap/live:bytes 1\n/sched/pauses/total/gc:seconds &{[1] [0 ",
    b"{\"/gc/heap/live:bytes\":1,\"/gc/pauses:seconds\":{\"Counts\":[1],\"Buckets\":[",
    b"[{\"Name\":\"/gc/heap/live:bytes\",\"Value\":",
    b"go_goroutines 1\ngo_gc_pauses_seconds_bucket{le=\"",
    b"# UNIT go_gc_heap_live_bytes bytes\ngo_gc_heap_live_bytes 1.0 1764345678.901 # {",
    b"{\"go.memory.used\",\"go.memory.type\"=\"stack\"} 1\n",
    b"app | go_goroutines{instance=\"a\"} 1 1764345678901\n",
];

fuzz_target!(|input: &[u8]| {
    let text = &*with_head(&HEADS, input);
    let limits = Limits::with_max_bytes(16 << 20);
    match gc_snapshots(text, &limits) {
        Ok(snapshots) => {
            assert!(!snapshots.is_empty());
            for snapshot in &snapshots {
                for number in 0..3 {
                    let _ = (snapshot.cycle_end(number), snapshot.cycle_pause(number));
                }
                assert!(snapshot.unread.first.len() as u64 <= snapshot.unread.count);
            }
            // NaN is not equal to itself, and none is let through.
            assert!(gc_snapshots(text, &limits).is_ok_and(|again| again == snapshots));
        }
        Err(error) => assert!(!error.place().is_empty() && !error.expected().is_empty()),
    }
});
