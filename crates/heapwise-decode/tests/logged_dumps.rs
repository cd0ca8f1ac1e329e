//! Real dumps as they come out of loggers, cut, repeated and with other line ends: the same
//! goroutines as in the dump itself.

#![allow(clippy::disallowed_methods, reason = "dumps are read from files")]

#[path = "common/logs.rs"]
mod logs;

use heapwise_decode::{Limits, NoteKind, Profile, goroutine_ids};
use logs::{json, text};

/// A dump with labels that need every escape, elided frames and leaks.
fn dump() -> String {
    text("parked/go1.27-bubble/leak2.txt.gz")
}

fn read(text: &str) -> Profile {
    Profile::read(text.as_bytes(), &Limits::default()).expect("decodes")
}

fn total(profile: &Profile) -> i64 {
    profile.samples().map(|sample| sample.values()[0]).sum()
}

#[test]
fn what_loggers_put_before_lines_is_left_out() {
    let dump = dump();
    let plain = read(&dump);
    assert!(plain.sample_count() > 30);
    type Logger = fn(usize, &str) -> String;
    let loggers: [(&str, Logger); 10] = [
        ("compose", |_, line| format!("web-1  | {line}")),
        ("Kubernetes", |at, line| {
            format!("2026-11-25T14:26:{:02}.{at}Z stderr F {line}", at % 60)
        }),
        ("syslog", |at, line| {
            format!("Nov 25 14:26:{:02} host app[{}]: {line}", at % 60, 812)
        }),
        ("log", |at, line| {
            format!("2026/11/25 14:{:02}:07 {line}", at % 60)
        }),
        ("a colour", |_, line| {
            format!("\x1b[31mstderr\x1b[0m {line}")
        }),
        ("Docker", |at, line| {
            let log = json(&format!("{line}\n"));
            format!("{{\"log\":{log},\"stream\":\"stderr\",\"time\":\"{at}\"}}")
        }),
        ("indented", |_, line| format!("    {line}")),
        ("a table", |at, line| match line.contains([',', '"']) {
            true => format!("7:{at},\"{}\"", line.replace('"', "\"\"")),
            false => format!("7:{at},{line}"),
        }),
        ("no space before empty lines", |_, line| {
            format!("app | {line}").trim_end().to_owned()
        }),
        ("other services", |at, line| {
            format!("app-1 | {line}\nother-2 | at {at}\n\nmore")
        }),
    ];
    for (name, logger) in loggers {
        for line_end in ["\n", "\r\n"] {
            let lines = dump.lines().enumerate();
            let logged: String = lines
                .map(|(at, line)| logger(at, line).replace('\n', line_end) + line_end)
                .collect();
            let logged = format!("started{line_end}{line_end}{logged}");
            assert_eq!(read(&logged), plain, "{name}, {line_end:?}");
            let with_ids = goroutine_ids(logged.as_bytes(), &Limits::default());
            assert_eq!(with_ids.expect("decodes").profile(), &plain, "{name}");
        }
    }
}

/// All fields in quotes, where a column in front or behind is none of the dump's.
#[test]
fn columns_of_a_table_are_told_apart() {
    let dump = text("leaks/churn/d.05.txt");
    let plain = read(&dump);
    assert!(total(&plain) > 30);
    for (before, behind) in [
        ("", ",\"07:TZ\""),
        ("\"07:TZ\",\"app\",", ""),
        ("1,", ",\"07:TZ\""),
    ] {
        let lines = dump.lines().enumerate().map(|(at, line)| {
            let time = |column: &str| column.replace('T', &format!("{:02}.{at}", at % 60));
            let time = |column: &str| time(column).replace("07:", "2026-11-25T14:26:");
            format!(
                "{}\"{}\"{}\n",
                time(before),
                line.replace('"', "\"\""),
                time(behind)
            )
        });
        let table = format!("\"_raw\",\"_time\"\n{}", lines.collect::<String>());
        assert!(read(&table) == plain, "{before} {behind}");
    }
}

#[test]
fn a_dump_in_one_text_of_a_json_line_is_read() {
    let dump = dump();
    let line = |level: &str| {
        format!(
            "{{\"level\": \"{level}\", \"n\": 1, \"stack\": {}, \"at\": \"x.go:3\"}}\n",
            json(&dump)
        )
    };
    let logged = format!(
        "{{\"level\": \"info\"}}\n{}{{\"level\": \"info\"}}\n",
        line("error")
    );
    assert_eq!(read(&logged), read(&dump));
}

#[test]
fn line_ends_of_windows_change_nothing() {
    let dump = dump();
    assert_eq!(read(&dump.replace('\n', "\r\n")), read(&dump));
}

#[test]
fn several_dumps_add_up_and_are_said() {
    let dump = dump();
    let once = read(&dump);
    let twice = read(&format!("{dump}\nafter\n\n{dump}"));
    assert_eq!(total(&twice), 2 * total(&once));
    assert_eq!(twice.sample_count(), once.sample_count());
    let kinds = |profile: &Profile| -> Vec<NoteKind> {
        profile
            .tables()
            .notes()
            .iter()
            .map(heapwise_decode::Note::kind)
            .collect()
    };
    assert!(kinds(&twice).contains(&NoteKind::SeveralDumps));
    assert!(!kinds(&once).contains(&NoteKind::SeveralDumps));
}

/// Wherever a dump is cut: all goroutines that are whole are there, and what is missing is said.
#[test]
fn a_cut_loses_one_goroutine_and_says_so() {
    let dump = dump();
    let mut losses = 0;
    let second = dump.find("\n\n").expect("has two goroutines") + 2;
    for end in (second..dump.len()).step_by(41) {
        let Some(cut) = dump.get(..end) else { continue };
        let is_header = |line: &&str| line.starts_with("goroutine ") && line.ends_with(':');
        let whole_lines = cut.rsplit_once('\n').map_or("", |(lines, _)| lines);
        let headers = whole_lines.lines().filter(is_header).count() as i64;
        let profile = Profile::read(cut.as_bytes(), &Limits::default());
        let profile = profile.unwrap_or_else(|error| panic!("{end}: {error}"));
        let notes = profile.tables().notes();
        let is_said = notes.iter().any(|note| note.kind() == NoteKind::Truncated);
        let lost = headers - total(&profile);
        assert!((0..=1).contains(&lost), "{end}: {lost}");
        assert!(lost == 0 || is_said, "{end}");
        losses += lost;
    }
    assert!(losses > 100);
}

#[test]
fn a_dump_behind_one_that_is_plain_is_read_too() {
    let plain = "goroutine 1 [running]:\nmain.main()\n\t/src/a.go:1 +0x1d\n\n";
    let logged = "web-1  | goroutine 7 [chan receive]:\nweb-1  | main.serve()\n\
        web-1  | \t/src/a.go:2 +0x1d\nweb-1  | \n";
    assert_eq!(total(&read(plain)), 1);
    assert_eq!(total(&read(logged)), 1);
    assert_eq!(total(&read(&format!("{plain}{logged}"))), 2);
    // A line that only speaks of one is none.
    let spoken = format!("{plain}leader: goroutine 7 is stuck\n");
    assert_eq!(total(&read(&spoken)), 1);
}

/// Go indents the lines of a panic's value by a tab (runtime/panic.go: printindented).
#[test]
fn a_header_in_the_value_of_a_panic_is_no_goroutine() {
    let lines = |panic: &str| {
        let dump = "\ngoroutine 7 [chan receive]:\nmain.serve()\n\t/src/a.go:2 +0x1d\n";
        let all = format!("panic: failed: {panic}\n{dump}");
        let lines = all.lines().map(|line| format!("web-1  | {line}\n"));
        lines.collect::<String>()
    };
    assert_eq!(total(&read(&lines("boom"))), 1);
    let profile = read(&lines("boom\n\tgoroutine 9 [running]:"));
    assert_eq!(total(&profile), 1);
    assert_eq!(profile.tables().unread().goroutines, 0);
}

/// A goroutine that an error tells of, as `fmt.Errorf("worker failed: %s", debug.Stack())` does.
const TOLD: &str = "worker failed: goroutine 7 [running]:\nmain.x()\n\t/src/x.go:3 +0x1d\n\
    created by main.y in goroutine 1\n\t/src/x.go:9 +0x2";

/// Two goroutines, which are all there are.
const TWO: &str = "goroutine 1 [running]:\nmain.main()\n\t/src/main.go:9 +0x1d\n\n\
    goroutine 18 [select]:\nmain.serve(0xc00001)\n\t/src/main.go:10 +0x1d\n\
    created by main.main in goroutine 1\n\t/src/main.go:7 +0x2e\n\n";

#[test]
fn a_goroutine_that_a_message_tells_of_is_none_of_the_dump() {
    let told = json(TOLD);
    // Since Go 1.18 the lines of a panic's value are indented.
    let indented = TOLD.replace('\n', "\n\t");
    let other = indented
        .replace("worker failed: ", "")
        .replace("goroutine 7", "goroutine 8");
    for (name, text) in [
        (
            "a panic",
            format!("panic: {indented}\n\n{TWO}exit status 2\n"),
        ),
        (
            "a panic of old",
            format!("panic: {TOLD}\n\n{TWO}exit status 2\n"),
        ),
        (
            "a panic of two",
            format!("panic: {indented}\n\t\n\t{other}\n\n{TWO}"),
        ),
        (
            "behind a line",
            format!("panic: failed:\n\t{other}\n\n{TWO}"),
        ),
        ("a fatal error", format!("fatal error: {indented}\n\n{TWO}")),
        ("a panic in quotes", format!("panic: {told}\n\n{TWO}")),
        (
            "a panic of a type",
            format!("panic: main.E{{msg:{told}}}\n\n{TWO}"),
        ),
        (
            "a log before",
            format!("2026/11/30 10:00:00 rpc error: {told}\n{TWO}"),
        ),
        ("a log behind", format!("{TWO}level=error err={told}\n")),
        (
            "a line of JSON",
            format!("{{\"level\":\"error\",\"msg\":{told}}}\n{TWO}"),
        ),
    ] {
        for prefix in ["", "web-1  | ", "2026-11-25T14:26:07.81Z stderr F "] {
            let lines = text.lines().map(|line| format!("{prefix}{line}\n"));
            let text: String = lines.collect();
            let profile = read(&text);
            assert_eq!(total(&profile), 2, "{name}, {prefix}:\n{text}");
            let tables = profile.tables();
            assert_eq!(tables.unread(), Default::default(), "{name}, {prefix}");
            assert!(!tables.has_note(NoteKind::Truncated), "{name}, {prefix}");
        }
    }
}

#[test]
fn a_dump_that_a_message_tells_of_is_one() {
    let stack = |id: u64| format!("goroutine {id} [select]:\nmain.f()\n\t/src/a.go:3 +0x1\n\n");
    for (name, text, count) in [
        (
            "behind words",
            format!("2026/11/30 10:00:00 panic: {TWO}"),
            2,
        ),
        (
            "in a text",
            format!("{{\"msg\":{}}}\n", json(&format!("panic: boom\n\n{TWO}"))),
            2,
        ),
        (
            "a text each",
            format!(
                "{{\"msg\":{}}}\n{{\"msg\":{}}}\n",
                json(&stack(3)),
                json(&stack(4))
            ),
            2,
        ),
        (
            "nothing else",
            format!("panic: {}\n", TOLD.replace('\n', "\n\t")),
            1,
        ),
        (
            "nothing else, in quotes",
            format!("panic: {}\n", json(TOLD)),
            1,
        ),
    ] {
        assert_eq!(total(&read(&text)), count, "{name}:\n{text}");
    }
}

/// A line that a container's log holds in parts is one.
#[test]
fn parts_of_lines_are_joined() {
    let dump = dump();
    let plain = read(&dump);
    let cri = |tag: char, text: &str| format!("2026-11-25T14:26:07.81Z stderr {tag} {text}\n");
    let docker = |text: &str| {
        format!(
            "{{\"log\":{},\"stream\":\"stderr\",\"time\":\"2026\"}}\n",
            json(text)
        )
    };
    let message = format!("{{\"level\":\"error\",\"stack\":{}}}", json(&dump));
    assert!(message.len() > 20 << 10 && message.is_ascii());
    let parts = |size: usize| -> Vec<&str> {
        let ends = (0..message.len()).step_by(size);
        ends.map(|at| &message[at..message.len().min(at + size)])
            .collect()
    };
    for size in [5_000, 8_192, 16 << 10] {
        let mut parts = parts(size);
        let last = parts.pop().expect("has parts");
        let text: String = parts.iter().map(|part| cri('P', part)).collect();
        assert_eq!(read(&(text + &cri('F', last))), plain, "{size}");
    }
    // Each line of a dump, wherever it is broken.
    for size in [7, 20, 40] {
        let of_line = |line: &str| {
            let mut parts: Vec<String> = line
                .as_bytes()
                .chunks(size)
                .map(|part| cri('P', &String::from_utf8_lossy(part)))
                .collect();
            let last = parts.pop().unwrap_or_else(|| cri('F', ""));
            parts.concat() + &last.replacen(" P ", " F ", 1)
        };
        let text: String = dump.lines().map(of_line).collect();
        assert_eq!(read(&text), plain, "{size}");
    }
    let mut parts = parts(16 << 10);
    let last = format!("{}\n", parts.pop().expect("has parts"));
    let text: String = parts.iter().map(|part| docker(part)).collect();
    assert_eq!(read(&(text + &docker(&last))), plain);
}

/// What a header does not tell of, and a line that was passed over, are more together than a number can be.
#[test]
fn counts_as_large_as_numbers_go_stay_not_understood() {
    const RECORD: &str = "app | 9223372036854775807 @ 0x4910ea 0x41e28e\napp | #\t0x4910e9\tmain.leak+0x2e\t/src/main.go:126\napp | \n";
    const OTHER: &str = "app | time=\"x\" level=zz msg=\"hello there\"\n";
    let unread = |header: &str, between: &str| {
        let text = format!(
            "app | goroutine profile: total {header}\n{RECORD}{between}{RECORD}app | 9 @ 0x4910ea\n"
        );
        let profile = Profile::read(text.as_bytes(), &Limits::default()).expect("is read");
        let unread = profile.tables().unread();
        (unread.partly, unread.lines)
    };
    assert_eq!(unread("0", OTHER), (u64::MAX, 1));
    assert_eq!(unread("0", ""), (u64::MAX, 0));
    assert_eq!(unread("1", OTHER), (u64::MAX, 1));
    assert_eq!(unread("18446744073709551615", OTHER), (1, 1));
}
