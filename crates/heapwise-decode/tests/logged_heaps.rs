//! A real heap with debug=1 as it comes out of loggers, issues and terminals: the same profile as the text itself, or it
//! is said what is missing.

#![allow(
    clippy::disallowed_methods,
    clippy::panic,
    reason = "heaps are read from files, and a refusal says why"
)]

#[path = "common/logs.rs"]
mod logs;

use heapwise_decode::{GcSnapshot, Limits, NoteKind, Profile, gc_snapshots};
use logs::{json, text};

fn heap() -> String {
    text("gc/heap-1.debug1.txt")
}

fn read(text: &str) -> Profile {
    Profile::read(text.as_bytes(), &Limits::default()).unwrap_or_else(|error| panic!("{error}"))
}

/// What the statistics at the end say.
fn statistics(text: &str) -> Vec<String> {
    let snapshots = gc_snapshots(text.as_bytes(), &Limits::default());
    let snapshots = snapshots.unwrap_or_else(|error| panic!("{error}"));
    let told = |one: &GcSnapshot| format!("{:?} {:?} {:?}", one.counters, one.heap, one.unread);
    snapshots.iter().map(told).collect()
}

/// What is said of missing records.
fn said(profile: &Profile) -> Option<String> {
    let notes = profile.tables().notes().iter();
    let mut cut = notes.filter(|note| note.kind() == NoteKind::Truncated);
    cut.next_back().map(ToString::to_string)
}

#[test]
fn what_loggers_put_before_lines_is_left_out() {
    let heap = heap();
    let plain = read(&heap);
    assert!(plain.sample_count() > 5 && said(&plain).is_none());
    type Logger = fn(usize, &str) -> String;
    let loggers: [(&str, Logger); 19] = [
        ("quoted", |_, line| format!("> {line}")),
        ("indented", |_, line| format!("    {line}")),
        ("indented by tabs", |_, line| format!("\t{line}")),
        ("compose", |_, line| format!("web-1  | {line}")),
        ("kubectl", |_, line| {
            format!("[pod/web-5d9c7b6f4-x2x7k/app] {line}")
        }),
        ("Kubernetes", |at, line| {
            format!("2026-11-25T14:26:{:02}.{at}Z stderr F {line}", at % 60)
        }),
        ("syslog", |at, line| {
            format!("Nov 25 14:26:{:02} host app[812]: {line}", at % 60)
        }),
        ("log", |at, line| {
            format!("2026/11/25 14:{:02}:07 main.go:42: {line}", at % 60)
        }),
        ("a workflow", |at, line| {
            format!("build\tTest\t2026-11-25T14:26:07.{at:07}Z {line}")
        }),
        ("a colour", |_, line| format!("\x1b[31m{line}\x1b[0m")),
        ("grep", |at, line| format!("app.log:{at}:{line}")),
        ("a patch", |_, line| format!("+{line}")),
        ("spaces that do not break", |_, line| {
            line.replace('\t', "\u{a0}\u{a0}\u{a0}\u{a0}")
        }),
        ("Docker", |at, line| {
            let log = json(&format!("{line}\n"));
            format!("{{\"log\":{log},\"stream\":\"stderr\",\"time\":\"{at}\"}}")
        }),
        ("a table", |at, line| {
            format!("{},\"2026-11-25T14:26:07.{at}Z\"", json(line))
        }),
        ("zap", |_, line| {
            format!("{{\"level\":\"info\",\"ts\":1.5,\"msg\":{}}}", json(line))
        }),
        ("Google", |_, line| {
            format!(
                "{{\"jsonPayload\":{{\"message\":{}}},\"t\":\"x\"}}",
                json(line)
            )
        }),
        ("logfmt", |_, line| format!("level=info msg={}", json(line))),
        ("other services", |at, line| {
            format!("app-1 | {line}\nother-2 | at {at}")
        }),
    ];
    for (name, logger) in loggers {
        for (before, line_end) in [("", "\n"), ("", "\r\n"), ("started\n\n", "\n")] {
            let lines = heap.lines().enumerate();
            let logged: String = lines
                .map(|(at, line)| logger(at, line).replace('\n', line_end) + line_end)
                .collect();
            let logged = format!("{before}{logged}");
            assert!(read(&logged) == plain, "{name}");
            assert_eq!(statistics(&logged), statistics(&heap), "{name}");
        }
    }
}

#[test]
fn a_heap_in_one_text_is_read() {
    let heap = heap();
    let plain = read(&heap);
    let lines: Vec<String> = heap
        .lines()
        .map(|line| format!("[\"1\",{}]", json(line)))
        .collect();
    let messages: Vec<String> = heap
        .lines()
        .map(|line| format!("{{\"timestamp\":1,\"message\":{}}}", json(line)))
        .collect();
    for logged in [
        json(&heap),
        format!("{{\"level\":\"info\",\"heap\":{}}}\n", json(&heap)),
        format!("time=1 level=INFO msg=heap stack={}\n", json(&heap)),
        heap.replace('\n', "\\n").replace('\t', "\\t"),
        format!("{{\"result\":[{{\"values\":[{}]}}]}}", lines.join(",")),
        format!("{{\"events\":[{}]}}", messages.join(",")),
        format!("<pre>{heap}</pre>"),
        format!("Our heap:\n```\n{heap}```\nIs that much?\n"),
    ] {
        assert!(read(&logged) == plain, "{logged:.80}");
        assert_eq!(statistics(&logged), statistics(&heap), "{logged:.80}");
    }
}

#[test]
fn what_waits_for_locks_is_found_too() {
    let text = "--- mutex:\ncycles/second=2599925490\nsampling period=5\n618672 6 @ 0x4a012f 0x49f9e5\n\
        #\t0x4a012e\tsync.(*Mutex).Unlock+0xe\t/go/src/sync/mutex.go:65\n#\t0x49f9e4\tmain.work+0x64\t/src/main.go:70\n\n";
    let plain = read(text);
    assert_eq!(plain.samples().next().expect("a sample").values()[0], 30);
    for (name, logged) in [
        (
            "quoted",
            text.lines().map(|line| format!("> {line}\n")).collect(),
        ),
        (
            "log",
            text.lines()
                .map(|line| format!("2026/11/25 14:26:07 {line}\n"))
                .collect(),
        ),
        (
            "Docker",
            text.lines()
                .map(|line| format!("{{\"log\":{}}}\n", json(&format!("{line}\n"))))
                .collect(),
        ),
        ("one text", json(text)),
        (
            "--- FAIL: TestX",
            format!(
                "--- FAIL: TestX (0.00s)\n    x_test.go:3: --- mutex:{}",
                text.trim_start_matches("--- mutex:")
            ),
        ),
    ] as [(&str, String); 5]
    {
        assert!(read(&logged) == plain, "{name}");
    }
}

#[test]
fn records_that_are_missing_are_said_by_the_header() {
    let heap = heap();
    // The statistics at the end are no records.
    let (records, _) = heap
        .split_once("\n# runtime.MemStats")
        .expect("has statistics");
    assert_eq!(said(&read(&format!("{records}\n"))), None);
    let whole = "the header says 72 objects in use of 348 allocated were sampled, the records that are there hold ";
    for (text, there) in [
        (
            heap.lines().next().map(|line| format!("{line}\n")),
            "0 objects in use of 0 allocated",
        ),
        (
            heap.lines()
                .take(2)
                .last()
                .map(|record| heap.replace(record, "")),
            "72 objects in use of 320 allocated",
        ),
    ] {
        let said = said(&read(&text.expect("has lines")));
        assert_eq!(said, Some(format!("{whole}{there}")));
    }
}

/// As Go writes a heap of which nothing was freed yet (runtime/pprof/pprof.go: writeHeapInternal): one byte more is allocated
/// in the header than in the records.
#[test]
fn a_heap_of_which_nothing_was_freed_is_whole() {
    const FIRST: &str =
        "1: 480 [1: 480] @ 0x48a005 0x422025\n#\t0x48a004\tmain.a+0x4\t/src/main.go:3\n";
    const OTHER: &str =
        "2: 40 [2: 40] @ 0x48a105 0x422025\n#\t0x48a104\tmain.b+0x4\t/src/main.go:9\n";
    const FREED: &str =
        "0: 0 [1: 1] @ 0x48a205 0x422025\n#\t0x48a204\tmain.c+0x4\t/src/main.go:12\n";
    const END: &str = "\n# runtime.MemStats\n# Alloc = 520\n";
    let text = |header: &str, records: &[&str]| {
        format!(
            "heap profile: {header} @ heap/1048576\n{}{END}",
            records.concat()
        )
    };
    let whole = |header: &str, records: &[&str]| {
        assert_eq!(said(&read(&text(header, records))), None, "{header}");
    };
    whole("3: 520 [3: 521]", &[FIRST, OTHER]);
    // As older ones write it.
    whole("3: 520 [3: 520]", &[FIRST, OTHER]);
    whole("3: 520 [4: 521]", &[FIRST, OTHER, FREED]);
    whole("1: 480 [1: 481]", &[FIRST]);
    whole("0: 0 [0: 1]", &[]);
    let lacks = |header: &str, records: &[&str], expected: &str| {
        let said = said(&read(&text(header, records)));
        assert_eq!(said.as_deref(), Some(expected), "{header}");
    };
    lacks(
        "3: 520 [3: 521]",
        &[FIRST],
        "the header says 3 objects in use of 3 allocated were sampled, the records that are there hold 1 object in use of 1 allocated",
    );
    lacks(
        "3: 520 [4: 521]",
        &[FIRST, OTHER],
        "the header says 3 objects in use of 4 allocated were sampled, the records that are there hold 3 objects in use of 3 \
         allocated",
    );
    // Where bytes alone differ, they are told.
    lacks(
        "3: 520 [3: 522]",
        &[FIRST, OTHER],
        "the header says 520 bytes in use of 522 allocated were sampled, the records that are there hold 520 bytes in use of 520 \
         allocated",
    );
    lacks(
        "3: 521 [3: 522]",
        &[FIRST, OTHER],
        "the header says 521 bytes in use of 521 allocated were sampled, the records that are there hold 520 bytes in use of 520 \
         allocated",
    );
    // What the header has is not what they have, in whichever way.
    lacks(
        "3: 520 [4: 522]",
        &[FIRST, OTHER, FREED],
        "the header says 520 bytes in use of 522 allocated were sampled, the records that are there hold 520 bytes in use of 521 \
         allocated",
    );
}
