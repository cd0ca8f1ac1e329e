//! Traces of the collector over time: which process a cycle is of, rates and their bounds, and what is said of
//! them.

#![allow(
    clippy::disallowed_methods,
    clippy::panic,
    reason = "logs are read from files, and a refusal names what was read"
)]

#[path = "../../heapwise-decode/tests/common/beside.rs"]
mod beside;

use std::path::Path;

use heapwise_analysis::gc::{Finding, GcTrace, Health, Sign, TraceProcess, trace, trace_health};
use heapwise_decode::{Limits, gc_snapshots};

/// A cycle as Go 1.27 prints it.
struct Line {
    number: u64,
    millis: u64,
    clock: &'static str,
    cpu: &'static str,
    heap: (u64, u64, u64),
    end: &'static str,
}

impl Line {
    fn new(number: u64, millis: u64) -> Self {
        Self {
            number,
            millis,
            clock: "0.10+1.0+0.20",
            cpu: "0.20+0.50/1.0/3.0+0.40",
            heap: (80, 90, 40),
            end: "",
        }
    }
}

impl std::fmt::Display for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Line {
            number,
            millis,
            clock,
            cpu,
            heap: (start, end, live),
            end: last,
        } = self;
        let (second, milli) = (millis / 1000, millis % 1000);
        writeln!(
            f,
            "gc {number} @{second}.{milli:03}s 1%: {clock} ms clock, {cpu} ms cpu, {start}->{end}->{live} MB, \
             80 MB goal, 1 MB stacks, 0 MB globals, 2 P{last}"
        )
    }
}

fn read(text: &str) -> GcTrace {
    trace(text.as_bytes(), &Limits::default()).expect("is readable")
}

#[track_caller]
fn only(text: &str) -> TraceProcess {
    let found = read(text);
    assert_eq!(found.processes.len(), 1, "{text}");
    found.processes[0].clone()
}

fn steady(cycles: u64) -> String {
    (1..=cycles)
        .map(|number| Line::new(number, number * 100).to_string())
        .collect()
}

fn finding(process: &TraceProcess, health: Health) -> Option<Finding> {
    trace_health(process)
        .into_iter()
        .find(|finding| finding.health == health)
}

fn near(found: f64, expected: f64) {
    assert!(
        (found - expected).abs() < 1e-9 * expected.abs().max(1.0),
        "{found}, not {expected}"
    );
}

#[test]
fn rates_are_over_the_time_from_cycle_to_cycle() {
    let process = only(&steady(11));
    assert_eq!(
        (process.cycles(), process.span_nanos()),
        (11, 1_000_000_000)
    );
    near(process.cycles_per_second().expect("has time").value, 10.0);
    // 0.2 + 0.5 + 1.0 + 0.4 ms of 100 ms on two processors.
    let cpu = process.cpu_share().expect("has time");
    near(cpu.value, 2.1 / 200.0);
    near(cpu.high, (0.21 + 0.51 + 1.1 + 0.41) / 200.0);
    near(process.idle_share().expect("has time").value, 3.0 / 200.0);
    near(process.assist_share().expect("has time"), 0.5 / 2.1);
    // 10 MiB while marking, 40 behind it; one MiB in each cycle is open.
    let alloc = process.alloc_per_second().expect("has time");
    near(alloc.value, 500.0 * 1_048_576.0);
    assert!(alloc.low < 490.0 * 1_048_576.0 && alloc.high > 510.0 * 1_048_576.0);
    let stops = process.stops().expect("has some");
    assert_eq!(
        (stops.count, stops.p50, stops.p99, stops.max),
        (22, 100_000, 200_000, 200_000)
    );
    assert_eq!(stops.total, 3_300_000);
    assert_eq!(process.mark().map(|mark| mark.p50), Some(1_000_000));
}

#[test]
fn cycles_that_somebody_asked_for_are_apart() {
    let text: String = (1..=11)
        .map(|number| {
            let mut line = Line::new(number, number * 100);
            if number % 2 == 0 {
                line.end = " (forced)";
            }
            line.to_string()
        })
        .collect();
    let text = text.replacen("1%: ", "1% (checking for goroutine leaks): ", 2);
    let process = only(&text);
    assert_eq!((process.forced(), process.leak_checks()), (4, 2));
    near(process.cycles_per_second().expect("has time").value, 5.0);
    assert_eq!(
        finding(&process, Health::Forced).map(|finding| finding.sign),
        Some(Sign::Look)
    );
}

#[test]
fn a_gap_is_told_and_widens_what_is_said() {
    let text: String = [1, 2, 3, 7, 8]
        .map(|number| Line::new(number, number * 100).to_string())
        .concat();
    let process = only(&text);
    assert_eq!((process.missing(), process.cycles()), (3, 5));
    // The numbers tell that there were seven in 0.7 s, and of three of them nothing is known.
    let rate = process.cycles_per_second().expect("has time");
    near(rate.value, 10.0);
    assert!(rate.low < 5.8 && rate.high > 9.9, "{rate:?}");
    let cpu = process.cpu_share().expect("has time");
    near(cpu.value, 2.1 / 200.0);
    near(cpu.low, 1.5 * 4.0 / 1400.0);
    near(
        process.alloc_per_second().expect("has time").value,
        500.0 * 1_048_576.0,
    );
}

#[test]
fn a_restart_is_another_process() {
    let other: String = (1..=3)
        .map(|number| Line::new(number, number * 100 + 7).to_string())
        .collect();
    let found = read(&(steady(5) + &other));
    let [first, second] = &found.processes[..] else {
        panic!("{found:?}")
    };
    assert_eq!((first.cycles(), second.cycles()), (5, 3));
    // The very same cycles are not of another one.
    let again = read(&(steady(5) + &steady(3)));
    assert_eq!((again.processes.len(), again.repeated), (1, 3));
    assert!(!first.is_restart() && second.is_restart());
    assert!(!first.is_mixed() && !second.is_mixed());
}

#[test]
fn a_log_that_is_the_newest_first_is_read_from_its_end() {
    let turned = |text: &str| -> String {
        let lines: Vec<&str> = text.lines().rev().collect();
        lines.join("\n") + "\n"
    };
    let both: String = (1..=9)
        .map(|number| {
            let other = Line::new(number + 7, number * 100 + 5000);
            format!("web-1 | {}web-2 | {other}", Line::new(number, number * 100))
        })
        .collect();
    // Of one process, of two in turn, and of one that was started anew.
    for text in [steady(400), both, steady(5) + &steady(3)] {
        let (plain, found) = (read(&text), read(&turned(&text)));
        assert!(plain.notes.newest_first.is_none() && found.notes.newest_first.is_some());
        let told = |trace: &GcTrace| -> Vec<String> {
            let processes = trace.processes.iter();
            processes.map(|process| format!("{process:?}")).collect()
        };
        assert!(told(&found) == told(&plain), "{text:.300}");
        assert_eq!(found.not_followed, 0);
    }
    // Three that were started anew are no log from its end.
    let thrice = steady(1) + &steady(1) + &steady(1);
    assert!(read(&thrice).notes.newest_first.is_none());
}

#[test]
fn processes_are_told_apart_by_what_stands_before_them() {
    let text: String = (1..=9)
        .map(|number| {
            format!(
                "web-1 | {}web-2 | {}",
                Line::new(number, number * 100),
                Line::new(number + 7, number * 100 + 5000)
            )
        })
        .collect();
    let found = read(&text);
    let origins: Vec<&str> = found.processes.iter().map(TraceProcess::origin).collect();
    assert_eq!(origins, ["web-1", "web-2"]);
    assert!(
        found
            .processes
            .iter()
            .all(|process| process.cycles() == 9 && process.missing() == 0)
    );
}

#[test]
fn of_processes_that_cannot_be_told_apart_no_rates_are_said() {
    let text: String = (1..=40)
        .map(|number| {
            format!(
                "{}{}",
                Line::new(number, number * 100),
                Line::new(number + 70, number * 100 + 9000)
            )
        })
        .collect();
    let found = read(&text);
    assert!(found.processes.iter().all(TraceProcess::is_mixed));
    assert_eq!(
        found
            .processes
            .iter()
            .map(TraceProcess::cycles)
            .sum::<u64>(),
        80
    );
    for process in &found.processes {
        assert!(process.cycles_per_second().is_none() && process.alloc_per_second().is_none());
        assert!(process.cpu_share().is_none() && process.live_trend().is_none());
        assert!(process.stops().is_some());
    }
}

#[test]
fn a_line_in_the_middle_of_another_is_of_the_process_that_it_follows() {
    let text = format!(
        "{}http: tls{}{}",
        steady(3),
        Line::new(4, 400),
        Line::new(5, 500)
    );
    let process = only(&text);
    assert_eq!((process.cycles(), process.missing()), (5, 0));
    let twice = read(&format!("{}{}", steady(3), Line::new(3, 300)));
    assert_eq!((twice.processes.len(), twice.repeated), (1, 1));
}

#[test]
fn what_stands_before_a_first_line_alone_is_of_what_the_log_is_in() {
    for before in [
        "<html><body><pre>",
        r#"<pre style="word-wrap: break-word; white-space: pre-wrap;">"#,
        "```",
        "$ GODEBUG=gctrace=1 ./server | ",
        "listening on :8080 | ",
    ] {
        let process = only(&format!("{before}{}", steady(9)));
        assert_eq!(
            (process.cycles(), process.missing(), process.origin()),
            (9, 0, ""),
            "{before}"
        );
        // Of a second page in the log the first line is that of a process that was started anew.
        let page = format!("{before}{}", steady(9));
        let later = format!(
            "{before}{}",
            (1..=5)
                .map(|at| Line::new(at, at * 70).to_string())
                .collect::<String>()
        );
        let both = read(&format!("{page}{later}")).processes;
        let cycles: Vec<u64> = both.iter().map(TraceProcess::cycles).collect();
        assert_eq!(cycles, [9, 5], "{before}");
        assert!(both[1].is_restart(), "{before}");
    }
    // Another process it is where it does not go on.
    let text = format!("web-1 | {}{}", Line::new(1, 100), Line::new(7, 900));
    assert_eq!(read(&text).processes.len(), 2);
    let text = format!(
        "web-1 | {}{}web-1 | {}",
        Line::new(1, 100),
        Line::new(7, 900),
        Line::new(2, 200)
    );
    assert_eq!(read(&text).processes.len(), 2);
}

#[test]
fn an_id_for_each_line_is_no_process() {
    let text: String = (1..=50)
        .map(|number| format!("id=x{number} | {}", Line::new(number, number * 100)))
        .collect();
    let process = only(&text);
    assert_eq!(
        (process.cycles(), process.missing(), process.origin()),
        (50, 0, "")
    );
    near(process.cycles_per_second().expect("has time").value, 10.0);
}

#[test]
fn many_processes_take_bounded_memory() {
    let text = steady(1).repeat(2) + &"x".repeat(10) + "\n";
    let text: String = (0..400)
        .map(|at| format!("pod-{at} | {}", text.lines().next().unwrap_or_default()) + "\n")
        .collect();
    let found = read(&text);
    assert_eq!((found.processes.len(), found.not_followed), (256, 144));
}

#[test]
fn a_heap_that_grows_is_told_from_one_that_settles() {
    let grows: String = (1..=200_u64)
        .map(|number| {
            Line {
                heap: (80 + number, 90 + number, 40 + number),
                ..Line::new(number, number * 100)
            }
            .to_string()
        })
        .collect();
    let growing = only(&grows);
    assert_eq!(
        finding(&growing, Health::Growth).map(|finding| finding.sign),
        Some(Sign::Look)
    );
    assert_eq!((growing.live().first, growing.live().last), (41, 240));
    let settles = only(&steady(200));
    assert_eq!(
        finding(&settles, Health::Growth).map(|finding| finding.sign),
        Some(Sign::Ok)
    );
}

#[test]
fn the_series_keeps_every_cycle_in_few_steps() {
    let text = steady(30_000);
    let process = only(&text);
    let buckets = process.buckets();
    assert!(
        buckets.len() <= 240 && buckets.len() > 100,
        "{}",
        buckets.len()
    );
    assert_eq!(
        buckets.iter().map(|bucket| bucket.cycles).sum::<u64>(),
        30_000
    );
    assert!(
        buckets
            .windows(2)
            .all(|pair| pair[0].at_nanos < pair[1].at_nanos)
    );
    assert!(
        buckets
            .iter()
            .all(|bucket| (bucket.at_nanos - 100_000_000) % process.step_nanos() == 0)
    );
}

#[test]
fn a_real_server_is_followed() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/gc/go1.27.3.steady.log");
    let bytes = std::fs::read(path).expect("is there");
    let found = trace(&bytes[..], &Limits::default()).expect("is readable");
    let [process] = &found.processes[..] else {
        panic!("{found:?}")
    };
    assert_eq!(
        (process.cycles(), process.leak_checks(), process.missing()),
        (101, 5, 0)
    );
    assert_eq!(process.last().at_nanos, 59_771_000_000);
    let share = process.cpu_share().expect("has time");
    // The runtime prints 0 %, that is less than one.
    assert!(share.value < 0.01 && share.value > 0.0005, "{share:?}");
}

/// What counters say exactly of the same servers.
#[test]
fn the_exact_rate_of_allocation_is_between_the_bounds() {
    let Some(root) = beside::corpus("server/gctrace") else {
        return;
    };
    let folder = root.join("server/gctrace");
    for name in [
        "go1.21.gogc100",
        "go1.27.gogc100",
        "go1.27.gogc20",
        "go1.27.gogcoff-memlimit24MiB",
        "go1.27.nogreenteagc",
    ] {
        let snapshot = |number: &str| {
            let path = folder.join(name).join(format!("vars.{number}.json"));
            let bytes = std::fs::read(path).expect("is there");
            gc_snapshots(&bytes[..], &Limits::default())
                .expect("is readable")
                .remove(0)
        };
        let (old, new) = (snapshot("00"), snapshot("07"));
        let difference = |old: Option<u64>, new: Option<u64>| {
            (new.expect("is there") - old.expect("is there")) as f64
        };
        let bytes = difference(old.counters.total_alloc, new.counters.total_alloc);
        let exact = bytes / (difference(old.heap.last_gc, new.heap.last_gc) / 1e9);
        let log = std::fs::read(folder.join(format!("{name}.stderr.log"))).expect("is there");
        let found = trace(&log[..], &Limits::default()).expect("is readable");
        let rate = found.processes[0].alloc_per_second().expect("has time");
        assert!(
            rate.low <= exact && exact <= rate.high,
            "{name}: {exact}, {rate:?}"
        );
    }
}
