//! Any text is decoded or refused, in every form, the same however it arrives, and the ids of a dump agree with its
//! counts.
#![no_main]

use heapwise_decode::{Limits, Profile, TextReading, goroutine_ids};
use heapwise_fuzz::forms::{is_asked_again, number_of, text_of_input};
use heapwise_fuzz::pieces::Pieces;
use heapwise_fuzz::text_forms::FORMS;
use libfuzzer_sys::fuzz_target;

/// What forms begin with; a fuzzer would be long in finding them.
const HEADS: [&[u8]; 9] = [
    b"",
    b"goroutine 1 [running]:\n",
    b"app | goroutine 1 [running]:\n",
    b"{\"log\":\"goroutine 1 [running]:\\n\"}\n",
    b"goroutine profile: total 1\n",
    b"heap profile: 1: 1 [1: 1] @ heap/1048576\n",
    b"--- mutex:\ncycles/second=1\nsampling period=1\n",
    b"main.main;main.work 1\n",
    b"--- threadz 1 ---\n",
];

fuzz_target!(|input: &[u8]| {
    let text = &*text_of_input(&HEADS, FORMS, input);
    let mut limits = Limits::with_max_bytes(16 << 20);
    limits.max_table_bytes = 16 << 20;
    limits.max_column_bytes = 16 << 20;
    if number_of(input) % 2 == 1 {
        limits.texts = TextReading::AsPprof;
    }
    let read = Profile::read(text, &limits);
    match &read {
        Ok(profile) if is_asked_again(input) => {
            let again = Profile::read(&Pieces::of(text), &limits);
            assert!(again.is_ok_and(|again| again == *profile));
        }
        Ok(_) => {}
        Err(error) => assert!(!error.place().is_empty() && !error.expected().is_empty()),
    }
    // Mostly only where there is something to count.
    if (read.is_ok() || is_asked_again(input))
        && let Ok(dump) = goroutine_ids(text, &limits)
    {
        let total: i64 = dump.profile().samples().map(|s| s.values()[0]).sum();
        let ids = (0..dump.profile().sample_count()).map(|at| dump.ids(at).len());
        assert_eq!(ids.sum::<usize>() as i64, total);
    }
});
