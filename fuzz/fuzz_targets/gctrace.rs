//! Traces of the collector are found in anything, as often as is counted, and the same ones however it arrives.
#![no_main]

use heapwise_decode::{GcCycle, GcTraceNotes, Limits, Result, Source, visit_gctrace};
use heapwise_fuzz::forms::{is_asked_again, text_of_input};
use heapwise_fuzz::made_text::Form;
use heapwise_fuzz::pieces::Pieces;
use libfuzzer_sys::fuzz_target;

/// What lines begin with; a fuzzer would be long in finding them.
const HEADS: [&[u8]; 8] = [
    b"",
    b"gc 1 @0.1s 0%: 0.1+1+0.1 ms clock, 0.1+0/1/0+0.1 ms cpu, 4->4->0 MB, 4 MB goal, 2 P\n",
    b"gc 2 @0.006s 2%: 0.031+0.66+0.002 ms clock, 0.063+0.056/0.045/0.086+0.005 ms cpu, 7->9->9 MB, ",
    b"{\"pod\":\"a\",\"log\":\"gc 1 @0.1s 0%: 0.1+1+0.1 ms clock, ",
    b"2026-01-01T00:00:00.0Z web-1 | gc 12 @3.5s ",
    b"scav 0 KiB work (bg), 0 KiB work (eager), 100 KiB total, 50% util\ngc ",
    b"pacer: assist ratio=+1.0e+0 (scan 1 MB in 2->3 MB)\ngc 1 @",
    b"gc 1 @0.1s 0%: 1+2+3 ms clock, 1+2/3/4+5 ms cpu, 1->2->3 MB, 4 MB goal, 0 MB stacks, 0 MB globals, 2 P (forced)\n",
];

/// What logs with traces are made of.
const FORMS: &[Form] = &[Form {
    head: "",
    lines: &[
        "gc $d @$ts $d%: $t+$t+$t ms clock, $t+$t/$t/$t+$t ms cpu, $d->$d->$d MB, $d MB goal, $d P",
        "gc $d @$ts $d%: $t+$t+$t ms clock, $t+$t/$t/$t+$t ms cpu, $d->$d->$d MB, $d MB goal, $d MB stacks, $d MB globals, $d P",
        "gc $d @$ts $d%: $t+$t+$t ms clock, $t+$t/$t/$t+$t ms cpu, $d->$d->$d MB, $d MB goal, $d P (forced)",
        "gc #$d @$ts $d%: $t+$t+$t+$t+$t ms clock, $t+$t+$t+$t/$t/$t+$t ms cpu, $d->$d->$d MB, $d MB goal, $d P",
        "gc$d($d): $d+$d+$d us, $d -> $d MB, $d ($d-$d) objects, $d goroutines, $d/$d/$d sweeps",
        "{\"pod\":\"$n\",\"log\":\"gc $d @$ts $d%: $t+$t+$t ms clock, $t+$t/$t/$t+$t ms cpu, $d->$d->$d MB, $d MB goal, $d P\\n\"}",
        "$wgc $d @$ts $d%: $t+$t+$t ms clock, $t+$t/$t/$t+$t ms cpu, $d->$d->$d MB, $d MB goal, $d P$w",
        "gc $d @$ts $d%: $t+$t+$t ms clock, $t+gc $d @$ts $d%: $t+$t+$t ms clock, $t+$t/$t/$t+$t ms cpu, $d->$d->$d MB, $d MB goal, $d P",
        "scav $d KiB work (bg), $d KiB work (eager), $d KiB total, $d% util",
        "pacer: $d% CPU ($d exp.) for $d+$d+$d B work ($d B exp.) in $d B -> $d B",
        "SCHED $dms: gomaxprocs=$d idleprocs=$d threads=$d",
        "GC forced",
        "$w",
    ],
}];

fuzz_target!(|input: &[u8]| {
    let text = &*text_of_input(&HEADS, FORMS, input);
    match read(text) {
        Ok((notes, cycles)) => {
            assert_eq!(notes.cycles, cycles.len() as u64);
            if is_asked_again(input) {
                let again = read(&Pieces::of(text)).expect("as before");
                assert!((notes, cycles) == again);
            }
        }
        Err(error) => assert!(!error.place().is_empty() && !error.expected().is_empty()),
    }
});

fn read(source: &(impl Source + ?Sized)) -> Result<(GcTraceNotes, Vec<(GcCycle, Option<String>)>)> {
    let limits = Limits::with_max_bytes(16 << 20);
    let mut cycles = Vec::new();
    let notes = visit_gctrace(source, &limits, &mut |line| {
        cycles.push((line.cycle.clone(), line.origin.map(str::to_owned)));
    })?;
    Ok((notes, cycles))
}
