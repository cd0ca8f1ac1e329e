//! Traces of the collector: those of real programs, of old versions, in what loggers make of them, and
//! damaged. A trace is read whole or not at all.

#![allow(
    clippy::disallowed_methods,
    clippy::panic,
    reason = "logs are read from files, and a refusal names what was read"
)]

#[path = "common/beside.rs"]
mod beside;
mod common;
#[path = "common/logs.rs"]
mod log_text;

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use heapwise_decode::{GcCycle, GcTraceNotes, Limits, Source, visit_gctrace};
use log_text::json;
use proptest::prelude::*;

const NEW: &str = "gc 12 @1.037s 3%: 0.029+10+0.002 ms clock, 0.059+0.11/0.056/12+0.005 ms cpu, \
    4->5->1 MB, 6 MB goal, 7 MB stacks, 8 MB globals, 2 P (forced)";
const LEAK: &str = "gc 13 @2.000s 3% (checking for goroutine leaks): 0.029+0.39+0.002 ms clock, \
    0.059+0.11/0.056/0.11+0.005 ms cpu, 4->4->0 MB, 4 MB goal, 0 MB stacks, 0 MB globals, 2 P (forced)";
const OF_1_6: &str = "gc 21 @8.389s 0%: 0.069+4.0+0.16 ms clock, 1.6+2.8/14/10+4.0 ms cpu, \
    87->88->45 MB, 89 MB goal, 24 P";
const OF_1_5: &str = "gc #1 @0.042s 4%: 0.051+1.1+0.026+16+0.43 ms clock, \
    0.10+1.2+0.5+2.0/6.7/0+0.86 ms cpu, 4->32->10 MB, 4 MB goal, 4 P";

type Read1 = (Vec<(GcCycle, Option<String>)>, GcTraceNotes);

fn read(source: &(impl Source + ?Sized)) -> Read1 {
    let mut cycles = Vec::new();
    let notes = visit_gctrace(source, &Limits::default(), &mut |line| {
        cycles.push((*line.cycle, line.origin.map(str::to_owned)));
    });
    (cycles, notes.expect("is readable"))
}

fn cycle(line: &str) -> GcCycle {
    let (cycles, _) = read(line.as_bytes());
    assert_eq!(cycles.len(), 1, "{line}");
    cycles[0].0
}

fn kept() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/gc");
    logs(&folder)
}

fn logs(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("is there");
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.expect("is readable").path())
        .collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "log"));
    paths.sort();
    paths
}

#[test]
fn every_field_of_every_grammar() {
    let new = cycle(NEW);
    assert_eq!(
        (new.number, new.at_nanos, new.percent),
        (12, 1_037_000_000, Some(3))
    );
    let clock = new.clock;
    let found = (clock.sweep_termination, clock.mark, clock.mark_termination);
    assert_eq!(found, (29_000, 10_000_000, 2_000));
    assert_eq!(
        (clock.scan, clock.synchronize, clock.concurrent()),
        (None, None, 10_000_000)
    );
    let cpu = new.cpu;
    assert_eq!(
        (cpu.sweep_termination, cpu.assist, cpu.background),
        (59_000, 110_000, 56_000)
    );
    assert_eq!(
        (cpu.idle, cpu.mark_termination, cpu.without_idle()),
        (12_000_000, 5_000, 230_000)
    );
    let heap = (
        new.heap_start_mib,
        new.heap_end_mib,
        new.heap_live_mib,
        new.heap_goal_mib,
    );
    assert_eq!(heap, (4, 5, 1, 6));
    assert_eq!(
        (new.stacks_mib, new.globals_mib, new.procs),
        (Some(7), Some(8), 2)
    );
    assert!(new.is_forced && !new.is_leak_check);

    let leak = cycle(LEAK);
    assert!(leak.is_leak_check && leak.is_forced);

    let older = cycle(OF_1_6);
    assert_eq!(
        (older.stacks_mib, older.globals_mib, older.procs),
        (None, None, 24)
    );
    assert_eq!((older.heap_live_mib, older.is_forced), (45, false));

    let oldest = cycle(OF_1_5);
    assert_eq!(oldest.clock.concurrent(), 17_126_000);
    assert_eq!(
        (oldest.clock.scan, oldest.clock.synchronize),
        (Some(1_100_000), Some(26_000))
    );
    assert_eq!(
        (oldest.cpu.scan, oldest.cpu.synchronize),
        (Some(1_200_000), Some(500_000))
    );
    assert_eq!(
        oldest.cpu.without_idle(),
        100_000 + 1_200_000 + 500_000 + 2_000_000 + 6_700_000 + 860_000
    );

    let odd = NEW
        .replace(" 3%", " -9223372036854775808%")
        .replace("0.029+", "2.9e-02+");
    assert_eq!(cycle(&odd).percent, None);
    assert_eq!(cycle(&odd).clock, new.clock);
}

/// The same fields told by splitting at anything that is no number.
fn numbers(line: &str) -> Vec<f64> {
    let parts = line.split(|c: char| !c.is_ascii_digit() && c != '.');
    parts.filter_map(|part| part.parse().ok()).collect()
}

#[track_caller]
fn check_log(path: &Path) {
    let bytes = std::fs::read(path).expect("is readable");
    let text = String::from_utf8_lossy(&bytes);
    let (cycles, notes) = read(&bytes[..]);
    let name = path.display();
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("gc "))
        .collect();
    let starting = |start: &str| text.lines().filter(|line| line.starts_with(start)).count() as u64;
    assert_eq!(cycles.len(), lines.len(), "{name}");
    assert_eq!(notes.cycles, starting("gc "), "{name}");
    assert_eq!(notes.scavenger, starting("scav"), "{name}");
    assert_eq!(notes.pacer, starting("pacer: "), "{name}");
    assert_eq!(notes.scan, starting("scan: "), "{name}");
    assert_eq!(notes.finalizers, starting("checkfinalizers: "), "{name}");
    assert_eq!(notes.scheduler, starting("SCHED "), "{name}");
    assert_eq!(
        (notes.not_understood, notes.too_long, notes.too_old),
        (0, 0, 0),
        "{name}"
    );
    assert_eq!(notes.bytes, bytes.len() as u64);
    let known = notes.cycles + notes.scavenger + notes.pacer + notes.scan;
    let known = known + notes.finalizers + notes.scheduler + notes.periodic;
    assert_eq!(known + notes.other, text.lines().count() as u64, "{name}");
    for ((cycle, origin), line) in cycles.iter().zip(lines) {
        assert_eq!(origin.as_deref(), Some(""), "{line}");
        assert_eq!(cycle.is_forced, line.ends_with(" (forced)"), "{line}");
        assert_eq!(cycle.is_leak_check, line.contains("leaks"), "{line}");
        let millis = |nanos: u64| nanos as f64 / 1e6;
        let (clock, cpu) = (cycle.clock, cycle.cpu);
        let told = [
            cycle.number as f64,
            cycle.at_nanos as f64 / 1e9,
            cycle.percent.expect("is there") as f64,
            millis(clock.sweep_termination),
            millis(clock.mark),
            millis(clock.mark_termination),
            millis(cpu.sweep_termination),
            millis(cpu.assist),
            millis(cpu.background),
            millis(cpu.idle),
            millis(cpu.mark_termination),
            cycle.heap_start_mib as f64,
            cycle.heap_end_mib as f64,
            cycle.heap_live_mib as f64,
            cycle.heap_goal_mib as f64,
            cycle.stacks_mib.expect("is there") as f64,
            cycle.globals_mib.expect("is there") as f64,
            f64::from(cycle.procs),
        ];
        assert_eq!(told.to_vec(), numbers(line), "{line}");
    }
}

#[test]
fn logs_of_four_versions_are_read_whole() {
    assert_eq!(kept().len(), 8);
    for path in kept() {
        check_log(&path);
    }
}

#[test]
fn logs_of_servers_are_read_whole() {
    let Some(root) = beside::corpus("server/gctrace") else {
        return;
    };
    let paths = logs(&root.join("server/gctrace"));
    assert!(!paths.is_empty());
    for path in paths {
        check_log(&path);
    }
}

/// encoding/json and what is built on it.
fn html_safe(text: &str) -> String {
    json(text).replace('>', "\\u003e")
}

/// A logger by its name: a line as it writes it, and what tells the process in it.
type Logger = (&'static str, fn(&str) -> String, &'static str);

const LOGGERS: &[Logger] = &[
    ("plain", |line| format!("{line}\n"), ""),
    ("windows", |line| format!("{line}\r\n"), ""),
    (
        "cri",
        |line| format!("2026-11-25T14:26:07.81Z stderr F {line}\n"),
        "",
    ),
    (
        "kubectl --prefix",
        |line| format!("[pod/web-7f9c5d-x2x9k/app] {line}\n"),
        "pod/web-7f9c5d-x2x9k/app",
    ),
    (
        "stern",
        |line| format!("web-7f9c5d-x2x9k app {line}\n"),
        "web-7f9c5d-x2x9k app",
    ),
    ("compose", |line| format!("web-1  | {line}\n"), "web-1"),
    (
        "compose in colours",
        |line| format!("\x1b[36mweb-1  | \x1b[0m{line}\x1b[0m\n"),
        "web-1",
    ),
    (
        "journald",
        |line| format!("Nov 25 14:26:07 host svc[41]: {line}\n"),
        "host svc[41]",
    ),
    (
        "rfc 5424",
        |line| format!("<34>1 2026-11-25T14:26:07.8Z host svc 41 - - {line}\n"),
        "host svc",
    ),
    (
        "rsyslog",
        |line| format!("Nov 25 14:26:07 host svc[41]: {line}#012\n"),
        "host svc[41]",
    ),
    (
        "docker",
        |line| {
            format!(
                "{{\"log\":{},\"stream\":\"stderr\",\"time\":\"2026-11-25T14:26:07Z\"}}\n",
                html_safe(&format!("{line}\n"))
            )
        },
        "",
    ),
    (
        "slog in json",
        |line| {
            format!(
                "{{\"time\":\"2026\",\"level\":\"INFO\",\"msg\":{},\"pod\":\"web-2\"}}\n",
                json(line)
            )
        },
        "web-2",
    ),
    (
        "json in json",
        |line| {
            let inner = format!("{{\"msg\":{}}}\n", json(line));
            format!(
                "{{\"log\":{},\"kubernetes\":{{\"pod_name\":\"web-3\"}}}}\n",
                html_safe(&inner)
            )
        },
        "web-3",
    ),
    (
        "logfmt",
        |line| {
            format!(
                "time=2026-11-25T14:26:07Z level=INFO pid=7 msg={} a=b\n",
                json(line)
            )
        },
        "7",
    ),
    ("field behind", |line| format!("{line} stream=stderr\n"), ""),
    (
        "zap on a console",
        |line| format!("2026-11-25T14:26:07.8Z\tINFO\tweb\t{line}\t{{\"a\": 1}}\n"),
        "web",
    ),
    ("csv", |line| format!("2026-11-25,web,\"{line}\"\n"), "web"),
    ("markdown", |line| format!("> {line}\n"), ""),
    ("comment", |line| format!("# {line}\n"), ""),
    (
        "html",
        |line| format!("<pre>{}</pre>\n", line.replace('>', "&gt;")),
        "",
    ),
    (
        "heroku",
        |line| format!("2026-11-25T14:26:07.812345+00:00 app[web.1]: {line}\n"),
        "app[web.1]",
    ),
    (
        "torn by a writer before",
        |line| format!("http: tls{line}\n"),
        "?",
    ),
];

#[test]
fn loggers_hand_on_the_same_cycles() {
    let lines = [NEW, LEAK, OF_1_6, OF_1_5];
    for (name, logger, expected) in LOGGERS {
        for line in lines {
            let text = format!("a\n{}b\n", logger(line));
            let (cycles, notes) = read(text.as_bytes());
            let [(found, origin)] = &cycles[..] else {
                panic!("{name}: {text}: {cycles:?}")
            };
            assert_eq!(*found, cycle(line), "{name}");
            let origin = origin.as_deref().unwrap_or("?");
            assert_eq!(origin, *expected, "{name}");
            assert_eq!((notes.not_understood, notes.other), (0, 2), "{name}");
        }
    }
}

#[test]
fn one_text_may_hold_several_lines() {
    let inside = format!("start\n{NEW}\nhello\n{LEAK}\n");
    let text = format!("{{\"msg\":{}}}\n", json(&inside));
    let (cycles, notes) = read(text.as_bytes());
    assert_eq!(cycles.len(), 2);
    assert_eq!((notes.cycles, notes.other), (2, 0));
    // The end of the line between them was lost.
    let (cycles, notes) = read(format!("{OF_1_6}{OF_1_6}\n").as_bytes());
    assert_eq!((cycles.len(), notes.not_understood), (2, 0));
    assert_eq!(
        (cycles[0].1.as_deref(), cycles[1].1.as_deref()),
        (Some(""), None)
    );
    let (cycles, notes) = read(format!("{}{OF_1_6}\n", &OF_1_6[..50]).as_bytes());
    assert_eq!((cycles.len(), notes.not_understood), (1, 1));
    assert_eq!(cycles[0].1, None);
}

#[test]
fn texts_in_utf_16_and_compressed_are_read() {
    let text = format!("{NEW}\r\nhello\r\n{LEAK}\r\n");
    let units = text.encode_utf16().flat_map(u16::to_le_bytes);
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(units).collect();
    assert_eq!(read(&utf16[..]).0, read(text.as_bytes()).0);
    assert_eq!(read(&utf16[..]).0.len(), 2);
    let gzip = common::gzip(text.as_bytes());
    assert_eq!(read(&gzip[..]).0, read(text.as_bytes()).0);
    assert!(visit_gctrace(&gzip[..gzip.len() - 9], &Limits::default(), &mut |_| {}).is_err());
}

#[test]
fn a_cut_line_is_counted_and_never_half_read() {
    for line in [NEW, LEAK, OF_1_6, OF_1_5] {
        let whole = cycle(line);
        for end in 0..line.len() {
            let part = line.get(..end).expect("is ASCII");
            let (cycles, notes) = read(format!("{part}\nother\n").as_bytes());
            let is_whole = line
                .strip_suffix(" (forced)")
                .is_some_and(|start| start == part.trim_end());
            assert_eq!(cycles.len(), usize::from(is_whole), "{part}");
            if let [(cycle, _)] = &cycles[..] {
                assert_eq!(cycle.heap_live_mib, whole.heap_live_mib);
            }
            let is_seen = part.contains('@') && !is_whole;
            assert_eq!(notes.not_understood, u64::from(is_seen), "{part}");
        }
        for start in 1..line.len() {
            let part = line.get(start..).expect("is ASCII");
            let (cycles, notes) = read(part.as_bytes());
            assert!(cycles.is_empty(), "{part}");
            let is_seen = part.contains(" MB goal, ");
            assert_eq!(notes.not_understood, u64::from(is_seen), "{part}");
        }
    }
}

#[test]
fn a_line_that_another_writer_tore_apart_is_not_read() {
    let other = "2026/11/25 14:26:07 http: TLS handshake error\n";
    for at in 1..NEW.len() {
        let (before, after) = NEW.split_at(at);
        let (cycles, notes) = read(format!("{before}{other}{after}\n").as_bytes());
        let told = cycles.len() as u64 + notes.not_understood;
        assert!(told >= 1 || at < 12, "{before}|{after}: {notes:?}");
        if let [(found, _)] = &cycles[..] {
            let is_whole = before.contains(" P ") || after.starts_with("gc 12");
            assert!(is_whole, "{before}|{after}: {found:?}");
        }
    }
}

/// A logger of the same process writes between the pieces of which the runtime makes a trace.
#[test]
fn what_a_real_logger_tore_apart_is_not_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/gc");
    let bytes = std::fs::read(folder.join("go1.27.3.torn.txt")).expect("is there");
    let text = String::from_utf8_lossy(&bytes);
    let whole = |line: &&str| line.starts_with("gc ") && line.ends_with(" 2 P");
    let whole: Vec<&str> = text.lines().filter(whole).collect();
    let (cycles, notes) = read(&bytes[..]);
    let found: Vec<u64> = cycles.iter().map(|(cycle, _)| cycle.number).collect();
    let expected: Vec<u64> = whole.iter().map(|line| cycle(line).number).collect();
    assert_eq!(found, expected);
    assert!(found.len() >= 3, "{found:?}");
    // Each of the others left a piece that tells it.
    let pieces = text
        .lines()
        .filter(|line| line.starts_with(" MB goal, "))
        .count() as u64;
    assert!(pieces == 3 && notes.not_understood >= pieces, "{notes:?}");
    assert_eq!(
        notes.cycles + notes.not_understood + notes.other,
        text.lines().count() as u64
    );
}

#[test]
fn other_words_are_no_traces() {
    let text = "goroutine 5 [GC worker (idle)]:\nruntime.gcBgMarkWorker(0x0)\ngc 3 items\n\
        gc # @#s #%: #+#+# ms clock, #+#/#/#+# ms cpu, #->#-># MB, # MB goal, # P\n\
        mail @12 people\na 20 ms clock, they say\nuser @5\n\n";
    let (cycles, notes) = read(text.as_bytes());
    assert!(cycles.is_empty());
    assert_eq!((notes.not_understood, notes.other), (0, 8));
    let old = "gc7(1): 0+0+36+0 us, 0 -> 0 MB, 21 (21-0) objects, 2 goroutines, 15/0/0 sweeps, \
        0(0) handoff, 0(0) steal, 0/0/0 yields\nscvg0: inuse: 4, idle: 58\nGC forced\n";
    let (_, notes) = read(old.as_bytes());
    assert_eq!(
        (notes.too_old, notes.scavenger, notes.periodic, notes.other),
        (1, 1, 1, 0)
    );
}

#[test]
fn what_was_not_understood_is_shown_without_control_characters() {
    let line = format!("\x1b]0;x\x07 gc 5 @0.1{}", "y".repeat(1000));
    let text = format!("{line}\n").repeat(20);
    let (_, notes) = read(text.as_bytes());
    assert_eq!((notes.not_understood, notes.examples.len()), (20, 3));
    let example = &notes.examples[0];
    assert!(
        example.contains("gc 5 @0.1y") && example.chars().count() == 121,
        "{example}"
    );
    assert!(!example.chars().any(char::is_control));
}

#[test]
fn a_line_that_is_too_long_is_passed_over_whole() {
    let long = "x".repeat(1 << 20) + NEW;
    for text in [
        format!("{NEW}\n{long}\n{LEAK}\n"),
        format!("{long}\n{NEW}\n{LEAK}"),
        format!("{NEW}\n{LEAK}\n{long}"),
    ] {
        let (cycles, notes) = read(text.as_bytes());
        assert_eq!((cycles.len(), notes.too_long, notes.other), (2, 1, 0));
    }
    // One that is as long as can be.
    let prefix = "x".repeat((256 << 10) - 1 - NEW.len() - 1);
    let (cycles, notes) = read(format!("{prefix} {NEW}\n").as_bytes());
    assert_eq!((cycles.len(), notes.too_long), (1, 0));
    let (cycles, notes) = read(format!("{prefix}x {NEW}\n").as_bytes());
    assert_eq!((cycles.len(), notes.too_long), (0, 1));
}

/// Hands out so many bytes at a time.
struct Pieces<'a>(&'a [u8], usize);

impl Source for Pieces<'_> {
    fn open(&self) -> io::Result<Box<dyn Read + Send + '_>> {
        Ok(Box::new(Pieces(self.0, self.1)))
    }
}

impl Read for Pieces<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let size = out.len().min(self.1).min(self.0.len());
        let (now, later) = self.0.split_at(size);
        out[..size].copy_from_slice(now);
        self.0 = later;
        Ok(size)
    }
}

#[test]
fn the_answer_does_not_depend_on_how_bytes_arrive() {
    let mut text = String::new();
    for (_, logger, _) in LOGGERS {
        text += &logger(NEW);
        text += "hello\n";
        text += &logger(&NEW[..60]);
    }
    // More than a block, with a line that is cut at its end.
    let text = text.repeat(60) + &"x".repeat(300_000);
    assert!(text.len() > 600_000);
    let whole = read(text.as_bytes());
    assert!(whole.1.not_understood > 100 && whole.1.too_long == 1);
    for size in [7, 64, 1000, 65_536, 262_143] {
        assert!(read(&Pieces(text.as_bytes(), size)) == whole, "{size}");
    }
    let short = format!("a\n{NEW}\r\n{LEAK}");
    let whole = read(short.as_bytes());
    for size in 1..short.len() {
        assert!(read(&Pieces(short.as_bytes(), size)) == whole, "{size}");
    }
}

/// Quadratic work would take minutes.
#[test]
fn lines_full_of_starts_cost_no_more_than_they_are_long() {
    for part in [
        " @1",
        "gc 1 @1",
        "1 ms clock, ",
        "\"gc 1 @",
        "\\\"gc 1 @0.1\\n",
        "scvg",
        "a=\"",
        "\" @1",
    ] {
        let line = part.repeat((200 << 10) / part.len());
        let text = format!("{line}\n").repeat(3);
        let _ = read(text.as_bytes());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_damage_is_survived(
        logger in 0..LOGGERS.len(),
        flips in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut bytes = LOGGERS[logger].1(NEW).into_bytes();
        for (at, byte) in &flips {
            let at = at.index(bytes.len());
            bytes[at] ^= byte;
        }
        bytes.extend_from_slice(b"\nlast\n");
        let (cycles, notes) = read(&bytes[..]);
        prop_assert!(cycles.len() <= 2);
        prop_assert!(notes.not_understood <= 3);
    }

    #[test]
    fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = visit_gctrace(&bytes[..], &Limits::default(), &mut |_| {});
    }

    #[test]
    fn any_pieces_of_traces_are_survived(
        pieces in proptest::collection::vec((0..4_usize, 0..200_usize, 0..200_usize), 0..6)
    ) {
        let lines = [NEW, LEAK, OF_1_6, OF_1_5];
        let text: String = pieces.iter().map(|&(line, a, b)| {
            let line = lines[line];
            let (a, b) = (a.min(line.len()), b.min(line.len()));
            &line[a.min(b)..a.max(b)]
        }).collect();
        let _ = read(text.as_bytes());
    }
}

/// `line` as a container's log holds it in parts, behind other lines: cut behind each of so many bytes.
fn in_parts(line: &str, size: usize, part: impl Fn(&str, bool) -> String) -> String {
    let pieces: Vec<&[u8]> = line.as_bytes().chunks(size).collect();
    let last = pieces.len() - 1;
    let pieces = pieces.iter().enumerate();
    let pieces =
        pieces.map(|(at, piece)| part(std::str::from_utf8(piece).expect("ASCII"), at == last));
    pieces.collect()
}

#[test]
fn lines_that_containers_hold_in_parts_are_put_together() {
    let cri = |piece: &str, is_last: bool| {
        let tag = if is_last { "F" } else { "P" };
        format!("2026-11-25T14:26:07.81Z stderr {tag} {piece}\n")
    };
    let docker = |piece: &str, is_last: bool| {
        let end = if is_last { "\\n" } else { "" };
        format!("{{\"log\":\"{piece}{end}\",\"stream\":\"stderr\",\"time\":\"2026\"}}\n")
    };
    let long = format!("{}{NEW}", "x ".repeat((16 << 10) - 30));
    let whole = cycle(NEW);
    let texts = [
        in_parts(NEW, 7, cri),
        in_parts(NEW, 40, cri),
        in_parts(&long, 16 << 10, docker),
    ];
    for text in &texts {
        let (cycles, notes) = read(text.as_bytes());
        assert_eq!((cycles.len(), notes.not_understood), (1, 0), "{text}");
        assert_eq!(cycles[0].0, whole);
    }
    // Wherever a block ends, which is at 256 KiB.
    let times = (600 << 10) / texts[1].len();
    let (cycles, notes) = read(texts[1].repeat(times).as_bytes());
    assert_eq!(
        (cycles.len(), notes.not_understood, notes.other),
        (times, 0, 0)
    );
    // Parts of two streams are no line.
    let other = in_parts(NEW, 60, cri).replacen("stderr", "stdout", 1);
    assert_eq!(read(other.as_bytes()).0.len(), 0);
}
