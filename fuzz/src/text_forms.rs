//! The text forms of profiles, in the words of their writers: Go's runtime, gperftools, jemalloc and flame graphs.

use crate::made_text::Form;

/// Where what is in memory stands, at the end of most texts of pprof.
macro_rules! with_maps {
    ($($line:expr),* $(,)?) => {
        &[
            $($line,)*
            "",
            "MAPPED_LIBRARIES:",
            "--- Memory map: ---",
            "  build=/bin/app",
            "00$x-00$x r-xp 0000$x fd:01 $d                 $f",
            "  $x-$x: $f (@$x) $x",
            "$x-$x r--p $f",
        ]
    };
}

/// What a dump of goroutines is made of.
const DUMP: &[&str] = &[
    "goroutine $d [running]:",
    "goroutine $d [chan receive, $d minutes, locked to thread]:",
    "goroutine $d gp=0x$x m=nil [select (no cases), $d minutes]:",
    "goroutine $d [$w]:",
    "goroutine $d [sync.WaitGroup.Wait (durable)] {\"k\": \"$w\"}:",
    "$n(0x$x, {0x$x, 0x$x}, ...)",
    "$n()",
    "$n(...)",
    "\t$f:$d +0x$x",
    "\t$f:$d +0x$x fp=0x$x sp=0x$x pc=0x$x",
    "\t$f:$d",
    "created by $n in goroutine $d",
    "created by $n",
    "...$d frames elided...",
    "[originating from goroutine $d]:",
    "goroutine running on other thread; stack unavailable",
    "",
    "",
    "panic: $w",
    "exit status 2",
];

/// All forms.
pub const FORMS: &[Form] = &[
    Form {
        head: "heap profile: $d: $d [$d: $d] @ heap/$d\n",
        lines: with_maps![
            "$d: $d [$d: $d] @ 0x$x 0x$x 0x$x",
            "$d: $d [$d: $d] @ 0x$x",
            "$d: $d [$d: $d] @",
            "#\t0x$x\t$n+0x$x\t$f:$d",
            "#\t0x$x\t$n+0x$x\t\t$f:$d",
            "# runtime.MemStats",
            "# Alloc = $d",
            "# BySize = [{$d $d $d}]",
        ],
    },
    Form {
        head: "heap profile: $d: $d [$d: $d] @ heap_v2/$d\n",
        lines: with_maps!["$d: $d [$d: $d] @ 0x$x 0x$x", " $d: $d [ $d: $d ] @ 0x$x",],
    },
    Form {
        head: "heap profile: $d: $d [$d: $d] @ $w\n",
        lines: with_maps!["$d: $d [$d: $d] @ 0x$x 0x$x", "$d: $d [$d: $d] @ $w"],
    },
    Form {
        head: "goroutine profile: total $d\n",
        lines: with_maps![
            "$d @ 0x$x 0x$x 0x$x",
            "$d @ 0x$x",
            "# labels: {\"$w\":\"$w\"}",
            "#\t0x$x\t$n+0x$x\t$f:$d",
            "#\t0x$x\t$n\t$f:$d",
        ],
    },
    Form {
        head: "threadcreate profile: total $d\n",
        lines: with_maps!["$d @", "$d @ 0x$x 0x$x", "#\t0x$x\t$n+0x$x\t$f:$d"],
    },
    Form {
        head: "--- contention:\ncycles/second=$d\n",
        lines: with_maps![
            "$d $d @ 0x$x 0x$x",
            "sampling period=$d",
            "ms since reset=$d",
            "discarded samples=$d",
            "#\t0x$x\t$n+0x$x\t$f:$d",
        ],
    },
    Form {
        head: "--- mutex:\ncycles/second=$d\nsampling period=$d\n",
        lines: with_maps!["$d $d @ 0x$x 0x$x", "#\t0x$x\t$n+0x$x\t$f:$d"],
    },
    Form {
        head: "--- threadz 1 ---\n",
        lines: with_maps![
            "--- Thread $x (name: main/$d) stack: ---",
            "  PC: 0x$x $n",
            "  0x$x: $n",
            "  [same as previous thread]",
        ],
    },
    Form {
        head: "--- heapz 1 ---\nformat = java\nresolution = bytes\n",
        lines: &[
            "    $d    $d @ 0x$x 0x$x",
            "sampling period = $d",
            "  0x$x $n ($f:$d)",
            "  0x$x $n ($w)",
            "  0x$x $n",
        ],
    },
    Form {
        head: "--- contentionz 1 ---\nformat = java\nresolution = microseconds\n",
        lines: &[
            "    $d    $d @ 0x$x 0x$x",
            "ms since reset = $d",
            "  0x$x $n ($f:$d)",
            "  0x$x $n",
        ],
    },
    Form {
        head: "heap_v2/$d\n  t*: $d: $d [$d: $d]\n",
        lines: with_maps![
            "@ 0x$x 0x$x",
            "  t*: $d: $d [$d: $d]",
            "  t$d: $d: $d [$d: $d]",
        ],
    },
    Form {
        head: "",
        lines: &["$n;$n;$n $d", "$n;$n $d", "$n $d", "$n;$w $d", "# $w"],
    },
    Form {
        head: "goroutine $d [running]:\n$n(0x$x)\n\t$f:$d +0x$x\n",
        lines: DUMP,
    },
    Form {
        head: "$w\n",
        lines: DUMP,
    },
    Form {
        head: "app | goroutine profile: total $d\n",
        lines: &[
            "app | $d @ 0x$x 0x$x",
            "app | #\t0x$x\t$n+0x$x\t$f:$d",
            "app |",
            "other | $w",
        ],
    },
];
