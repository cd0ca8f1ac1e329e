//! Values of runtime/metrics and pages of Prometheus, as servers served them and as people hand them on.
#![allow(clippy::disallowed_methods, reason = "tests may touch files")]

mod common {
    pub(crate) mod memory;
}

use std::fs;
use std::path::Path;

use common::memory::assert_adds_up;
use heapwise_decode::{Error, ErrorKind, GcSnapshot, GcSource, Gogc, Limits, gc_snapshots};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

fn testdata(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/gc");
    fs::read_to_string(path.join(name)).expect("is there")
}

fn read(text: &str) -> Vec<GcSnapshot> {
    gc_snapshots(text.as_bytes(), &Limits::default()).expect("has statistics")
}

fn refused(text: &str) -> Error {
    gc_snapshots(text.as_bytes(), &Limits::default()).expect_err("is refused")
}

/// The one snapshot of a text that is understood whole.
fn whole(text: &str) -> GcSnapshot {
    let mut snapshots = read(text);
    assert_eq!(snapshots.len(), 1);
    let snapshot = snapshots.remove(0);
    assert_eq!(snapshot.unread.count, 0, "{:?}", snapshot.unread);
    snapshot
}

/// The parts add up, and what is not freed is there.
fn assert_whole(snapshot: &GcSnapshot) {
    assert_adds_up(snapshot, snapshot.source.name());
    let counters = snapshot.counters;
    let objects = counters
        .mallocs
        .zip(counters.frees)
        .map(|(new, old)| new - old);
    assert_eq!(objects, snapshot.heap.objects);
}

/// Every form that there is a file of.
const ALL: [&str; 6] = [
    "runtime-metrics-values.txt",
    "runtime-metrics.json",
    "prometheus.txt",
    "openmetrics-all.txt",
    "otel.txt",
    "otel-old.txt",
];

#[test]
fn runtime_metrics_as_lines() {
    let snapshot = whole(&testdata("runtime-metrics-values.txt"));
    assert_eq!(snapshot.source, GcSource::RuntimeMetrics);
    assert_whole(&snapshot);
    let (heap, system) = (snapshot.heap, snapshot.system);
    assert_eq!(heap.alloc, Some(38_605_536));
    assert_eq!(heap.inuse, Some(38_605_536 + 970_016));
    assert_eq!(heap.idle, Some(27_746_304 + 3_588_096));
    assert_eq!(heap.released, Some(3_588_096));
    assert_eq!((heap.live, heap.goal), (Some(34_027_920), Some(68_267_602)));
    assert_eq!(
        (heap.stack_scan, heap.globals_scan),
        (Some(5736), Some(206_026))
    );
    assert_eq!(system.sys, Some(77_703_448));
    assert_eq!(system.stack_inuse, system.stack_sys);
    assert_eq!(system.mspan_sys, Some(742_240 + 351_200));
    let counters = snapshot.counters;
    assert_eq!(counters.total_alloc, Some(223_833_976));
    assert_eq!(counters.blocks, Some(3_850_507));
    assert_eq!(counters.mallocs, Some(3_850_507 + 3_960_171));
    assert_eq!(
        (counters.num_gc, counters.num_forced_gc),
        (Some(11), Some(0))
    );
    assert_eq!(counters.limiter_last_cycle, Some(0));
    assert_eq!(snapshot.cpu.gc, Some(0.042139814));
    assert_eq!(snapshot.cpu.gc_idle, Some(0.004504643));
    assert_eq!(snapshot.cpu.gc_assist, Some(0.000733415));
    assert_eq!(snapshot.cpu.total, Some(7.98598617));
    assert_eq!(snapshot.settings.gogc, Some(Gogc::Percent(100)));
    assert_eq!(snapshot.settings.memory_limit, Some(200 << 20));
    assert_eq!(snapshot.settings.procs, Some(2));
    assert_eq!((snapshot.goroutines, snapshot.threads), (Some(19), Some(5)));
    // Only how many there were is left of them.
    assert_eq!(snapshot.pause_histogram, None);
}

#[test]
fn runtime_metrics_as_json() {
    let text = testdata("runtime-metrics.json");
    let snapshot = whole(&text);
    assert_eq!(snapshot.source, GcSource::RuntimeMetrics);
    assert_whole(&snapshot);
    let histogram = snapshot.pause_histogram.clone().expect("is there");
    assert_eq!(histogram.bounds.first(), Some(&f64::NEG_INFINITY));
    assert_eq!(histogram.bounds.last(), Some(&f64::INFINITY));
    assert_eq!(histogram.bounds.len(), histogram.counts.len() + 1);
    // A cycle stops the world twice.
    let pauses: u64 = histogram.counts.iter().sum();
    assert_eq!(
        Some(pauses),
        snapshot.counters.num_gc.map(|cycles| 2 * cycles)
    );

    let value: serde_json::Value = serde_json::from_str(&text).expect("is JSON");
    let samples = value.as_object().expect("is an object").iter();
    let list: Vec<_> = samples
        .map(|(name, value)| serde_json::json!({"Name": name, "Value": value}))
        .collect();
    let list = serde_json::Value::from(list);
    let pretty = serde_json::to_string_pretty(&list).expect("is JSON");
    let within = serde_json::json!({"time": "now", "metrics": list}).to_string();
    for other in [list.to_string(), pretty, within] {
        assert_eq!(whole(&other), snapshot);
    }
    let again = format!("{list}\n{list}\n");
    assert_eq!(read(&again), [snapshot.clone(), snapshot.clone()]);
    let lines: Vec<_> = value
        .as_object()
        .expect("is an object")
        .iter()
        .map(|(name, value)| match value.get("Counts") {
            None => format!("{name} {value}\n"),
            Some(counts) => {
                let list =
                    |list: &serde_json::Value| list.to_string().replace(',', " ").replace('"', "");
                format!("{name} &{{{} {}}}\n", list(counts), list(&value["Buckets"]))
            }
        })
        .collect();
    assert_eq!(whole(&lines.concat()), snapshot);
}

#[test]
fn client_golang_by_default() {
    let snapshot = whole(&testdata("prometheus.txt"));
    assert_eq!(snapshot.source, GcSource::Prometheus);
    assert_whole(&snapshot);
    assert_eq!(snapshot.go_version.as_deref(), Some("go1.27.3"));
    assert_eq!(snapshot.heap.alloc, Some(36_311_088));
    assert_eq!(snapshot.counters.total_alloc, Some(1_162_351_504));
    assert_eq!(snapshot.counters.num_gc, Some(39));
    assert_eq!(snapshot.counters.pause_total_nanos, Some(6_305_496));
    assert_eq!(snapshot.settings.memory_limit, Some(200 << 20));
    assert_eq!(snapshot.settings.gogc, Some(Gogc::Percent(100)));
    assert_eq!((snapshot.goroutines, snapshot.threads), (Some(7), Some(6)));
    assert_eq!(snapshot.resident.rss, Some(49_238_016));
    assert_eq!(snapshot.start_seconds, Some(1_795_882_372.06));
    let last = snapshot.heap.last_gc.expect("is there");
    assert_eq!(last / 1000, 1_795_882_377_985_626);
    let ranks: Vec<f64> = snapshot
        .pause_quantiles
        .iter()
        .map(|one| one.rank)
        .collect();
    assert_eq!(ranks, [0.0, 0.25, 0.5, 0.75, 1.0]);
    assert_eq!(snapshot.pause_quantiles[4].seconds, 0.000252354);
    // Not in what client_golang exports by default.
    assert_eq!((snapshot.heap.live, snapshot.time_nanos), (None, None));
}

#[test]
fn client_golang_with_all_as_open_metrics() {
    let snapshot = whole(&testdata("openmetrics-all.txt"));
    assert_whole(&snapshot);
    assert!(snapshot.heap.live.is_some() && snapshot.cpu.gc_assist.is_some());
    assert!(snapshot.counters.blocks < snapshot.counters.mallocs);
    let histogram = snapshot.pause_histogram.expect("is there");
    let pauses: u64 = histogram.counts.iter().sum();
    assert_eq!(
        Some(pauses),
        snapshot.counters.num_gc.map(|cycles| 2 * cycles)
    );
}

#[test]
fn open_telemetry_new_and_old() {
    let new = whole(&testdata("otel.txt"));
    assert!(new.counters.total_alloc.is_some() && new.counters.blocks.is_some());
    // Objects that share a tiny block are not in its count.
    assert_eq!(new.counters.mallocs, None);
    assert_eq!(new.settings.memory_limit, Some(200 << 20));
    assert!(new.system.stack_inuse < new.system.unreleased);
    assert_eq!(new.system.sys, None);

    let old = whole(&testdata("otel-old.txt"));
    assert_eq!(old.settings.gogc, Some(Gogc::Off));
    assert_eq!(old.heap.alloc, Some(47_731_280));
    assert_eq!(old.counters.num_gc, Some(12));
    assert_eq!(old.counters.pause_total_nanos, Some(2_115_427));
    assert_eq!(old.uptime_seconds, Some(3.003));
    assert_eq!(old.system.unreleased, Some(99_281_176 + 327_680));
    // As it is with names that are not translated and units left out.
    let untranslated = r#"{"go.memory.used","go.memory.type"="stack"} 5
{"go.memory.used","go.memory.type"="other"} 6
{"go.cpu.time","go.cpu.state"="gc","go.cpu.detailed_state"="gc/mark/assist"} 1
go.goroutine.count 7
"#;
    let snapshot = whole(untranslated);
    assert_eq!(
        (snapshot.system.unreleased, snapshot.goroutines),
        (Some(11), Some(7))
    );
}

#[test]
fn the_same_however_it_was_handed_on() {
    for name in ALL {
        let text = testdata(name);
        let expected = whole(&text);
        let lines = |prefix: &str| -> String {
            text.lines()
                .map(|line| format!("{prefix}{line}\n"))
                .collect()
        };
        let mut forms = vec![
            text.replace('\n', "\r\n"),
            format!(
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nDate: Sat, 28 Nov 2026 16:12:58 GMT\r\n\r\n{text}"
            ),
            format!("\u{feff}{text}"),
            format!("\n\n{text}\n\n"),
        ];
        if !name.ends_with(".json") {
            forms.extend([
                lines("[pod/web-7d4b9/app] "),
                lines("web-1  | "),
                lines("2026-11-28T14:26:07.81Z stderr F "),
                lines("2026-11-28T14:26:07.81Z INFO   "),
                text.lines()
                    .map(|line| format!("{}\n", serde_json::json!({"log": format!("{line}\n")})))
                    .collect(),
                format!("{}\n", serde_json::json!({"level": "info", "msg": text})),
            ]);
        }
        for form in forms {
            assert!(
                whole(&form) == expected,
                "{name}: {}",
                form.chars().take(300).collect::<String>()
            );
        }
        let utf16: Vec<u8> = std::iter::once(0xfeff)
            .chain(text.encode_utf16())
            .flat_map(u16::to_le_bytes)
            .collect();
        let snapshots = gc_snapshots(&utf16[..], &Limits::default()).expect("has statistics");
        assert_eq!(snapshots, std::slice::from_ref(&expected), "{name}");
        assert_eq!(
            read(&format!("{text}{text}")),
            [expected.clone(), expected.clone()],
            "{name}"
        );
        let answers = format!("HTTP/1.1 200 OK\nServer: x\n\n{text}").repeat(3);
        assert_eq!(read(&answers).len(), 3, "{name}");
    }
}

#[test]
fn times_of_samples_are_the_snapshots() {
    let moments = read(
        "go_goroutines 5 1764345678901\ngo_threads 2 1764345678901\ngo_goroutines 6 1764345679901\n",
    );
    let seen: Vec<_> = moments
        .iter()
        .map(|one| (one.time_nanos, one.goroutines, one.threads))
        .collect();
    let first = 1_764_345_678_901_000_000;
    assert_eq!(
        seen,
        [
            (Some(first), Some(5), Some(2)),
            (Some(first + 1_000_000_000), Some(6), None)
        ]
    );
    // A database hands out one metric after another.
    let dumped = read(
        "# TYPE go_goroutines gauge\ngo_goroutines{job=\"x\"} 6 1764345679.901\ngo_goroutines{job=\"x\"} 5 1764345678.901\n\
         # TYPE go_threads gauge\ngo_threads{job=\"x\"} 2 1764345678.901 # {trace_id=\"a b\"} 1\n# EOF\n",
    );
    assert_eq!(dumped, moments);
}

#[test]
fn two_processes_are_never_one() {
    for (text, place) in [
        (
            "go_goroutines{instance=\"a\"} 1\ngo_goroutines{instance=\"b\"} 2\n",
            "go_goroutines",
        ),
        (
            "go_goroutines{instance=\"a\"} 1\ngo_threads{instance=\"b\"} 2\n",
            "go_threads",
        ),
        (
            "go_goroutines 1\ngo_goroutines{instance=\"b\\\"\\n\"} 2\n",
            "go_goroutines",
        ),
        (
            "go_goroutines 1\n# EOF\ngo_goroutines{instance=\"b\"} 2\n",
            "go_goroutines",
        ),
        (
            "go_goroutines{instance=\"a\"} 1 1764345678901\ngo_goroutines{instance=\"b\"} 2 1764345678902\n",
            "go_goroutines",
        ),
    ] {
        let error = refused(text);
        assert_eq!(error.kind(), ErrorKind::Incompatible, "{text}");
        assert_eq!(error.place(), format!("labels of {place}"));
        assert!(error.found().contains("instance="), "{error}");
        assert!(!error.to_string().contains('\n'), "{error}");
    }
    // Labels of other metrics tell nothing of it, and one process may have labels.
    whole(
        "go_goroutines{pod=\"a\",instance=\"b\"} 1\ngo_threads{instance=\"b\",pod=\"a\"} 2\nup{instance=\"c\"} 1\n",
    );
    whole(
        "go_goroutines{env=\"x\"} 1\nprocess_resident_memory_bytes 2\nhttp_requests_total{code=\"2\"} 1\n",
    );
}

#[test]
fn damage_is_counted() {
    let text = testdata("prometheus.txt");
    for (from, to) in [
        ("go_goroutines 7", "go_goroutines NaN"),
        ("go_goroutines 7", "go_goroutines -7"),
        ("go_goroutines 7", "go_goroutines 7.5"),
        ("go_goroutines 7", "go_goroutines +Inf"),
        ("go_goroutines 7", "go_goroutines 1e300"),
        ("go_goroutines 7", "go_goroutines"),
        ("go_goroutines 7", "go_goroutines 7 x"),
        ("go_goroutines 7", "go_goroutines{a=\"b} 7"),
        ("go_goroutines 7", "\u{1}\u{2}"),
    ] {
        let damaged = text.replace(&format!("\n{from}\n"), &format!("\n{to}\n"));
        assert_ne!(damaged, text);
        let snapshot = &read(&damaged)[0];
        assert_eq!(
            (snapshot.goroutines, snapshot.unread.count),
            (None, 1),
            "{to}"
        );
    }
    let text = testdata("runtime-metrics-values.txt");
    for to in ["NaN", "-1", "", "x"] {
        let damaged = text.replace("live:bytes 34027920", &format!("live:bytes {to}"));
        let snapshot = &read(&damaged)[0];
        assert_eq!(
            (snapshot.heap.live, snapshot.unread.count),
            (None, 1),
            "{to}"
        );
    }
    let other = text.replace(
        "/memory/classes/other:bytes 488818",
        "/memory/classes/other:bytes 488819",
    );
    let snapshot = &read(&other)[0];
    assert_eq!(snapshot.unread.count, 1);
    assert!(snapshot.unread.first[0].starts_with("/memory/classes/total:bytes 77703448"));
}

/// Everything that is a number.
fn numbers(snapshot: &GcSnapshot) -> Vec<Option<u64>> {
    let (counters, heap, system) = (snapshot.counters, snapshot.heap, snapshot.system);
    let cpu = snapshot.cpu;
    let whole = [
        counters.total_alloc,
        counters.mallocs,
        counters.blocks,
        counters.frees,
        counters.num_gc,
        counters.num_forced_gc,
        counters.pause_total_nanos,
        heap.alloc,
        heap.objects,
        heap.sys,
        heap.idle,
        heap.inuse,
        heap.released,
        heap.live,
        heap.goal,
        heap.last_gc,
        system.sys,
        system.unreleased,
        system.stack_sys,
        system.mspan_sys,
        system.mcache_sys,
        system.gc_sys,
        system.other_sys,
        snapshot.settings.memory_limit,
        snapshot.settings.procs,
        snapshot.resident.rss,
        snapshot.goroutines,
    ];
    let floats = [cpu.total, cpu.gc, cpu.gc_idle, cpu.gc_assist, cpu.idle];
    let others = [snapshot.start_seconds, snapshot.uptime_seconds];
    let floats = floats.into_iter().chain(others);
    whole
        .into_iter()
        .chain(floats.map(|float| float.map(f64::to_bits)))
        .collect()
}

#[test]
fn what_is_cut_says_less_and_nothing_else() {
    for name in ALL {
        let text = testdata(name);
        let expected = numbers(&whole(&text));
        let last = text.len() - 20;
        for size in (0..last)
            .step_by(text.len() / 200 + 1)
            .chain(last..text.len() - 1)
        {
            let Ok(snapshots) = gc_snapshots(&text.as_bytes()[..size], &Limits::default()) else {
                continue;
            };
            let [snapshot] = snapshots.as_slice() else {
                panic!("{name} {size}: {}", snapshots.len());
            };
            let pairs = numbers(snapshot).into_iter().zip(&expected);
            for (place, (number, expected)) in pairs.enumerate() {
                assert!(
                    number.is_none() || number == *expected,
                    "{name} {size}: {place}, {number:?}"
                );
            }
        }
    }
    let open = testdata("openmetrics-all.txt");
    let cut = open.replace("# EOF\n", "");
    assert_eq!(read(&cut)[0].unread.count, 1);
    assert_eq!(whole(open.trim_end()), whole(&open));
}

#[test]
fn hostile_pages_are_read_or_refused() {
    let mut text = String::from("go_goroutines 1\n");
    for number in 0..1_000_000 {
        text.push_str(&format!("app_total{{user=\"{number}\"}} 1\n"));
    }
    assert_eq!(read(&text)[0].goroutines, Some(1));
    let mut text = String::from("go_goroutines 1\n");
    for number in 0..100_000 {
        text.push_str(&format!(
            "go_gc_pauses_seconds_bucket{{le=\"{number}\"}} {number}\n"
        ));
    }
    let snapshot = &read(&text)[0];
    assert_eq!(snapshot.pause_histogram, None);
    assert!(snapshot.unread.count > 90_000);
    let mut text = String::new();
    for number in 0..100_000 {
        text.push_str(&format!("go_goroutines{{a{number}=\"{number}\"}} 1\n"));
    }
    assert_eq!(refused(&text).kind(), ErrorKind::Incompatible);
    let mut text = String::new();
    for number in 0..100_000 {
        text.push_str(&format!("go_goroutines 1 {number}\n"));
    }
    assert_eq!(refused(&text).kind(), ErrorKind::TooLarge);
    let long = format!("go_goroutines{{a=\"{}\"}} 1\n", "x".repeat(1 << 20));
    assert!(refused(&long).to_string().len() < 1000);
    let deep = "{\"a\":".repeat(100_000);
    assert!(gc_snapshots(deep.as_bytes(), &Limits::default()).is_err());
}

#[test]
fn what_only_speaks_of_metrics_is_none() {
    for text in [
        "/gc/heap/live:bytes\n\tHeap memory occupied by live objects.\n",
        "# HELP go_goroutines Number of goroutines.\n# TYPE go_goroutines gauge\n# EOF\n",
        "http_requests_total 5\n",
        "process_resident_memory_bytes 5\nprocess_start_time_seconds 6\n",
        "see go_goroutines and /gc/heap/goal:bytes\n",
        "[]",
        "[{\"Name\":\"/gc/heap/live:bytes\"}]",
    ] {
        assert_eq!(refused(text).kind(), ErrorKind::NotAProfile, "{text}");
    }
}

fn pieces() -> impl Strategy<Value = String> {
    let known = select(vec![
        "go_goroutines",
        "go_info{version=\"",
        "go_gc_duration_seconds{quantile=\"0.5\"}",
        "{\"go.memory.used\"",
        "go_memory_used_bytes{go_memory_type=\"stack\"}",
        "/gc/heap/live:bytes",
        "/gc/pauses:seconds &{[",
        "{\"/gc/heap/live:bytes\":",
        "[{\"Name\":\"",
        "# EOF\n",
        "# HELP ",
        "HTTP/1.1 200\n",
        "\n",
        " ",
        "1",
        "1e300",
        "NaN",
        "-Inf",
        "18446744073709551616",
        "1764345678901",
        "{",
        "}",
        "\"",
        "\\",
        ",",
        "=",
        "]}",
        "# {} 1",
        "\r\n",
        "/memory/classes/total:bytes 5\n",
        "é",
        "go_gc_pauses_seconds_bucket{le=\"+Inf\"} 3\n",
        "|",
        "\\n",
        "# runtime.MemStats\n# Alloc = 1\n",
        "{\"memstats\":{}}\n",
    ]);
    vec(
        prop_oneof![4 => known.prop_map(str::to_owned), 1 => any::<String>()],
        0..40,
    )
    .prop_map(|all| all.concat())
}

/// Decoded or refused with every part of the refusal filled in, and the same each time.
fn check(bytes: &[u8]) {
    let limits = Limits::with_max_bytes(16 << 20);
    match gc_snapshots(bytes, &limits) {
        Ok(snapshots) => assert!(!snapshots.is_empty()),
        Err(error) => {
            let parts = [error.place(), error.found(), error.expected()];
            assert!(parts.iter().all(|part| !part.is_empty()), "{error}");
            assert!(!error.to_string().contains('\n'), "{error}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 300,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_text_is_decoded_or_refused(text in pieces()) {
        check(text.as_bytes());
    }

    #[test]
    fn any_damage_is_decoded_or_refused(
        name in select(ALL.to_vec()),
        damage in vec((any::<Index>(), any::<u8>()), 1..20),
    ) {
        let mut bytes = testdata(name).into_bytes();
        for (place, byte) in damage {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        check(&bytes);
    }
}
