//! Any text is decoded or refused, in every form, the ids of a dump agree with its counts, and
//! traces of the collector are found in anything.
#![no_main]

use heapwise_decode::{Limits, Profile, goroutine_ids, visit_gctrace};
use heapwise_fuzz::forms::with_head;
use libfuzzer_sys::fuzz_target;

/// What forms begin with; a fuzzer would be long in finding them.
const HEADS: [&[u8]; 10] = [
    b"",
    b"goroutine 1 [running]:\n",
    b"app | goroutine 1 [running]:\n",
    b"{\"log\":\"goroutine 1 [running]:\\n\"}\n",
    b"goroutine profile: total 1\n",
    b"heap profile: 1: 1 [1: 1] @ heap/1048576\n",
    b"--- mutex:\ncycles/second=1\nsampling period=1\n",
    b"main.main;main.work 1\n",
    b"gc 1 @0.1s 0%: 0.1+1+0.1 ms clock, 0.1+0/1/0+0.1 ms cpu, 4->4->0 MB, 4 MB goal, 2 P\n",
    b"{\"pod\":\"a\",\"log\":\"gc 1 @0.1s 0%: 0.1+1+0.1 ms clock, ",
];

fuzz_target!(|input: &[u8]| {
    let text = &*with_head(&HEADS, input);
    let mut limits = Limits::with_max_bytes(16 << 20);
    limits.max_table_bytes = 16 << 20;
    limits.max_column_bytes = 16 << 20;
    let mut cycles = 0;
    if let Ok(notes) = visit_gctrace(text, &limits, &mut |_| cycles += 1) {
        assert_eq!(notes.cycles, cycles);
    }
    if let Err(error) = Profile::read(text, &limits) {
        assert!(!error.place().is_empty() && !error.expected().is_empty());
    }
    if let Ok(dump) = goroutine_ids(text, &limits) {
        let total: i64 = dump.profile().samples().map(|s| s.values()[0]).sum();
        let ids = (0..dump.profile().sample_count()).map(|at| dump.ids(at).len());
        assert_eq!(ids.sum::<usize>() as i64, total);
    }
});
