//! Texts with debug=1 as they are copied out of terminals, which break lines at their width: the same as in the text itself, or
//! what was not understood is counted.

#![allow(
    clippy::disallowed_methods,
    clippy::panic,
    reason = "dumps are read from files, and a refusal names what was read"
)]

#[path = "common/logs.rs"]
mod logs;

use heapwise_decode::{Limits, NoteKind, Profile, Unread};
use logs::{frames, text};

const TEXTS: [&str; 4] = [
    "parked/go1.27/debug1.txt.gz",
    "parked/go1.21/debug1.txt.gz",
    "leaks/phantom-go1.26/leak2.debug1.txt",
    "gc/calibrate/02.heap-gc1.debug1.txt.gz",
];

/// A text as a terminal of so many columns shows it: tabs become spaces, and lines are broken.
fn shown(text: &str, columns: usize) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let mut cells: Vec<char> = Vec::new();
        for char in line.chars() {
            match char {
                '\t' => cells.resize(cells.len() + 8 - cells.len() % 8, ' '),
                char => cells.push(char),
            }
        }
        if cells.is_empty() {
            out.push('\n');
        }
        for row in cells.chunks(columns) {
            out.extend(row);
            out.push('\n');
        }
    }
    out
}

/// Without the spaces at the ends of lines, as many copy it.
fn trimmed(text: &str) -> String {
    let lines = text.lines().map(|line| line.trim_end().to_owned() + "\n");
    lines.collect()
}

fn logged(text: &str, prefix: &str) -> String {
    let lines = text.lines().map(|line| format!("{prefix}{line}\n"));
    lines.collect()
}

fn read(name: &str, text: &str) -> Profile {
    let read = Profile::read(text.as_bytes(), &Limits::default());
    read.unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Values, frames with their places, and what was not understood.
fn rows(profile: &Profile) -> Vec<String> {
    let tables = profile.tables();
    let mut rows: Vec<String> = profile
        .samples()
        .map(|sample| {
            let mut row = format!("{:?}", sample.values());
            row += &frames(tables, &sample);
            row
        })
        .collect();
    rows.sort();
    rows
}

#[track_caller]
fn same(name: &str, found: &Profile, plain: &Profile) {
    let (found, plain) = (rows(found), rows(plain));
    assert_eq!(found.len(), plain.len(), "{name}");
    for (found, plain) in found.iter().zip(&plain) {
        assert_eq!(found, plain, "{name}");
    }
}

/// Where spaces are lost not all of it is sure.
#[track_caller]
fn same_or_told(name: &str, text: &str, plain: &Profile) {
    if let Ok(found) = Profile::read(text.as_bytes(), &Limits::default())
        && found.tables().unread() == Unread::default()
    {
        same(&format!("{name}, trimmed"), &found, plain);
    }
}

#[test]
fn what_a_terminal_broke_is_joined() {
    for name in TEXTS {
        let text = text(name).replace("\r\n", "\n");
        let plain = read(name, &text);
        for columns in [60, 72, 80, 100, 120, 132] {
            let shown = shown(&text, columns);
            for (copy, shown) in [
                ("whole", shown.clone()),
                ("with what follows", shown.clone() + "$ \n"),
                (
                    "with what is before",
                    "$ curl -s :6060\n".to_owned() + &shown,
                ),
            ] {
                let name = format!("{name}, {columns}, {copy}");
                let found = read(&name, &shown);
                same(&name, &found, &plain);
                assert_eq!(found.tables().unread(), Unread::default(), "{name}");
            }
            same_or_told(&format!("{name}, {columns}"), &trimmed(&shown), &plain);
        }
    }
}

#[test]
fn what_stands_before_lines_is_not_there_behind_a_break() {
    for name in TEXTS {
        let text = text(name).replace("\r\n", "\n");
        let plain = read(name, &text);
        for prefix in ["web-1  | ", "2026-11-25T14:26:07.81Z stderr F "] {
            let logged = logged(&text, prefix);
            for columns in [80, 100, 120] {
                let shown = shown(&logged, columns);
                let name = format!("{name}, {columns}, {prefix}");
                same(&name, &read(&name, &shown), &plain);
                same_or_told(&name, &trimmed(&shown), &plain);
            }
        }
    }
}

#[test]
fn what_cannot_be_joined_is_counted() {
    let text = "x\ngoroutine profile: total 3\n1 @ 0x48d1ea 0x418d5c\n#\t0x418d5b\tmain.f+0x1\t/src/a.go:3\n\n\
        2 @ 0x48d1ea 0x4940c1\n#\t0x4940c0\tmain.g+0x1\t/src/a.go:7\n\n";
    assert_eq!(read("plain", text).tables().unread(), Unread::default());
    for (torn, is_counted) in [
        (text.replace("main.f+0x1\t/src", "main.f+0x1\t/sr\nc"), true),
        (text.replace("0x418d5b\tmain.f", "0x418d5b\tma\nin.f"), true),
        (text.replace("0x4940c1\n", "0x49\n40c1\n"), true),
        // What follows the last is of something else.
        (text.to_owned() + "and so on\n", false),
        ("and so on\n".to_owned() + text, false),
    ] {
        let profile = read("torn", &torn);
        assert_eq!(profile.tables().unread().partly > 0, is_counted, "{torn}");
        let is_noted = profile.tables().has_note(NoteKind::NotUnderstood);
        assert_eq!(is_noted, is_counted, "{torn}");
    }
}

#[test]
fn records_of_more_than_the_header_says_are_of_others() {
    let of = |records: &str| {
        let text = format!("goroutine profile: total 3\n{records}");
        read("counts", &text).tables().unread().partly
    };
    let record =
        |count: u64| format!("{count} @ 0x48d1ea\n#\t0x48d1e9\tmain.f+0x1\t/src/a.go:3\n\n");
    assert_eq!(of(&record(3)), 0);
    assert_eq!(of(&(record(3) + &record(4))), 4);
}
