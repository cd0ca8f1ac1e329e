//! What sources say of the collector is decoded or refused, in every form, and the same each time.
#![no_main]

use heapwise_decode::{Limits, gc_snapshots};
use heapwise_fuzz::forms::{is_asked_again, text_of_input};
use heapwise_fuzz::made_text::Form;
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

/// What sources are made of.
const FORMS: &[Form] = &[
    Form {
        head: "# runtime.MemStats\n",
        lines: &[
            "# Alloc = $d",
            "# TotalAlloc = $d",
            "# Sys = $d",
            "# Mallocs = $d",
            "# Frees = $d",
            "# HeapAlloc = $d",
            "# HeapReleased = $d",
            "# NextGC = $d",
            "# LastGC = $d",
            "# PauseNs = [$d $d $d]",
            "# PauseEnd = [$d $d $d]",
            "# NumGC = $d",
            "# NumForcedGC = $d",
            "# GCCPUFraction = $t",
            "# DebugGC = false",
            "# MaxRSS = $d",
            "# runtime.MemStats",
            "heap profile: $d: $d [$d: $d] @ heap/$d",
        ],
    },
    Form {
        head: "",
        lines: &[
            "/gc/heap/live:bytes $d",
            "/gc/heap/allocs:bytes $d",
            "/gc/cycles/total:gc-cycles $d",
            "/gc/gogc:percent $d",
            "/gc/gomemlimit:bytes $d",
            "/memory/classes/total:bytes $d",
            "/memory/classes/heap/released:bytes $d",
            "/cpu/classes/gc/total:cpu-seconds $t",
            "/sched/goroutines:goroutines $d",
            "/sched/pauses/total/gc:seconds &{[$d $d] [$t $t $t]}",
            "/gc/heap/allocs-by-size:bytes {[$d] [$t $t]}",
            "$w /gc/heap/live:bytes $d",
        ],
    },
    Form {
        head: "",
        lines: &[
            "# TYPE go_goroutines gauge",
            "# HELP go_gc_duration_seconds $w",
            "# UNIT go_gc_heap_live_bytes bytes",
            "# EOF",
            "go_goroutines $d",
            "go_goroutines{instance=\"$n\"} $d $d",
            "go_memstats_alloc_bytes $t",
            "go_memstats_alloc_bytes_total $t",
            "go_gc_duration_seconds{quantile=\"$t\"} $t",
            "go_gc_duration_seconds_sum $t",
            "go_gc_duration_seconds_count $d",
            "go_gc_heap_live_bytes $t $t # {$w} $t",
            "go_gc_pauses_seconds_bucket{le=\"$t\"} $d",
            "go_gc_pauses_seconds_bucket{le=\"+Inf\"} $d",
            "go_gc_pauses_seconds_count $d",
            "go_gc_gogc_percent $d",
            "process_resident_memory_bytes $t",
            "go_memory_used_bytes{go_memory_type=\"stack\"} $d",
            "go_info{version=\"go1.27.3\"} 1",
            "$w{$w=\"$w\"} $t",
        ],
    },
    Form {
        head: "",
        lines: &[
            "{\"memstats\":{\"Alloc\":$d,\"TotalAlloc\":$d,\"NumGC\":$d,\"PauseNs\":[$d,$d]}}",
            "{\"cmdline\":[\"$f\"],\"memstats\":{\"Alloc\":$d,\"GCCPUFraction\":$t}}",
            "{\"/gc/heap/live:bytes\":$d,\"/gc/pauses:seconds\":{\"Counts\":[$d,$d],\"Buckets\":[$t,$t,$t]}}",
            "[{\"Name\":\"/gc/heap/live:bytes\",\"Value\":$d},{\"Name\":\"/gc/gogc:percent\",\"Value\":$d}]",
            "{\"Alloc\":$d,\"TotalAlloc\":$d,\"Sys\":$d,\"BySize\":[{\"Size\":$d,\"Mallocs\":$d,\"Frees\":$d}]}",
            "{",
            "\"memstats\": {\"TotalAlloc\": $d}",
            "}",
        ],
    },
];

fuzz_target!(|input: &[u8]| {
    let text = &*text_of_input(&HEADS, FORMS, input);
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
            if is_asked_again(input) {
                assert!(gc_snapshots(text, &limits).is_ok_and(|again| again == snapshots));
            }
        }
        Err(error) => assert!(!error.place().is_empty() && !error.expected().is_empty()),
    }
});
