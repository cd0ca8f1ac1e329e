//! A dump as loggers, terminals, mails and people hand it on: the same goroutines with the same
//! frames as in the dump itself, and nothing that was not understood.

#![allow(
    clippy::disallowed_methods,
    clippy::panic,
    reason = "dumps are read from files, and a refusal names what was read"
)]

#[path = "common/logs.rs"]
mod logs;

use std::path::Path;

use heapwise_decode::{Limits, NoteKind, Profile, Unread};
use logs::{frames, json};

/// 22 goroutines in 5 groups.
fn dump() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../testdata/handed_on/bom-first-goroutine-lost/dump.txt");
    let bytes = std::fs::read(path).expect("is readable");
    heapwise_decode::text_of(&bytes).replace("\r\n", "\n")
}

fn read(name: &str, text: &[u8]) -> Profile {
    let read = Profile::read(text, &Limits::default());
    read.unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Frames with labels, sorted: the order of labels and strings does not matter.
fn rows(profile: &Profile) -> Vec<String> {
    let tables = profile.tables();
    let mut rows: Vec<String> = profile
        .samples()
        .map(|sample| {
            let mut row = format!("{}", sample.values()[0]);
            row += &frames(tables, &sample);
            for label in sample.labels().iter() {
                let value = match label.value {
                    heapwise_decode::LabelValue::Text(text) => tables.text(text).into_owned(),
                    heapwise_decode::LabelValue::Number { value, .. } => value.to_string(),
                };
                row += &format!(" | {}={value}", tables.text(label.key));
            }
            row
        })
        .collect();
    rows.sort();
    rows
}

#[track_caller]
fn check(name: &str, text: impl AsRef<[u8]>, expected: &Profile) {
    let profile = read(name, text.as_ref());
    let (found, wanted) = (rows(&profile), rows(expected));
    assert!(found == wanted, "{name}:\n{}\n", found.join("\n"));
    assert_eq!(profile.tables().unread(), Unread::default(), "{name}");
}

fn each_line(text: &str, change: impl Fn(usize, &str) -> String) -> String {
    let lines = text.lines().enumerate();
    lines.map(|(at, line)| change(at, line) + "\n").collect()
}

/// Something that looks as accidental as an id does.
fn id(at: usize) -> String {
    let mixed = (at as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    format!("{mixed:016x}")
}

#[test]
fn tabs_become_anything() {
    let dump = dump();
    let plain = read("plain", dump.as_bytes());
    for tab in [
        "        ",
        "    ",
        "  ",
        " ",
        "",
        "#011",
        "^I",
        "\\t",
        "\u{a0}\u{a0}",
        "&nbsp; ",
    ] {
        check(&format!("tab is {tab:?}"), dump.replace('\t', tab), &plain);
        let quoted = each_line(&dump.replace('\t', tab), |_, line| format!("> {line}"));
        check(&format!("quoted, tab is {tab:?}"), quoted, &plain);
    }
}

#[test]
fn prefixes_differ_from_line_to_line() {
    let dump = dump();
    let plain = read("plain", dump.as_bytes());
    type Logger = fn(usize, &str) -> String;
    let loggers: [(&str, Logger); 20] = [
        ("cri", |at, l| {
            format!("2026-11-25T14:26:07.{at:09}Z stderr F {l}")
        }),
        ("kubectl --prefix", |_, l| {
            format!("[pod/api-7d9f-x2/api] {l}")
        }),
        ("compose", |_, l| format!("svc-1  | {l}")),
        ("compose, no space at ends", |_, l| {
            format!("svc-1  | {l}").trim_end().to_owned()
        }),
        ("rfc3164", |at, l| {
            format!("<11>Nov {:>2} 03:14:07 host svc[{at}]: {l}", at % 28 + 1)
        }),
        ("rfc5424", |at, l| {
            format!("<11>1 2026-11-25T14:26:07.{at}Z host svc {at} - - {l}")
        }),
        ("short-iso", |at, l| {
            format!("2026-11-25T14:26:07+0000 host svc[{at}]: {l}")
        }),
        ("months", |at, l| match at < 9 {
            true => format!("Nov 30 23:59:59 host svc[4]: {l}"),
            false => format!("Dec  1 00:00:00 host svc[4]: {l}"),
        }),
        ("glog", |at, l| {
            format!("E1125 14:26:07.{at:06}  41 x.go:{at}] {l}")
        }),
        ("levels", |at, l| {
            let level = ["INFO", "ERROR"][at % 2];
            format!("2026-11-25 14:26:07 {level} {l}")
        }),
        ("ids", |at, l| format!("{} | {l}", id(at))),
        ("ids in brackets", |at, l| {
            format!("[req={}] [{at}] {l}", id(at))
        }),
        ("base64 ids", |at, l| {
            format!("{}=/{} out: {l}", id(at), ["a+b", "c"][at % 2])
        }),
        ("fields", |at, l| {
            format!("{} host-{} {l}", ["a-b", "c.d_e"][at % 2], id(at))
        }),
        ("git diff", |_, l| format!("+{l}")),
        ("list", |_, l| format!("  * {l}")),
        ("indented", |_, l| format!("\t\t{l}")),
        ("colours", |_, l| {
            format!("\x1b[2m14:26\x1b[0m \x1b[31m{l}\x1b[0m")
        }),
        ("html", |_, l| format!("&gt; {l}")),
        ("sequence, tabs as spaces", |at, l| {
            format!("{at}: {}", l.replace('\t', "        "))
        }),
    ];
    for (name, logger) in loggers {
        let logged = each_line(&dump, logger);
        check(name, &logged, &plain);
        check(
            &format!("{name}, CRLF"),
            logged.replace('\n', "\r\n"),
            &plain,
        );
        let among = each_line(&logged, |at, line| match at % 3 {
            0 => format!("{line}\nother words, of something else {at}"),
            _ => line.to_owned(),
        });
        let name = format!("{name}, among others");
        let profile = read(&name, among.as_bytes());
        assert_eq!(rows(&profile), rows(&plain), "{name}");
        // The words of others may be counted, but make no goroutine doubtful.
        let unread = profile.tables().unread();
        assert_eq!((unread.goroutines, unread.partly), (0, 0), "{name}");
    }
}

#[test]
fn dumps_are_within_other_texts() {
    let dump = dump();
    let plain = read("plain", dump.as_bytes());
    let zap = json(&format!("boom\n{dump}"));
    let nested = json(&format!(
        "{{\"level\":\"error\",\"stack\":{}}}\n",
        json(&dump)
    ));
    let lines: Vec<String> = dump.lines().map(json).collect();
    let loki: Vec<String> = dump
        .lines()
        .enumerate()
        .map(|(at, line)| format!("[\"17958276{at:011}\",{}]", json(line)))
        .collect();
    for (name, text) in [
        (
            "logfmt",
            format!("time=1 level=error msg={} x=1\n", json(&dump)),
        ),
        (
            "logfmt, more lines",
            format!("a=1 msg=\"x\"\nmsg={}\nb=2\n", json(&dump)),
        ),
        (
            "zap console",
            format!("2026-11-25T14:26:07Z\tERROR\tx.go:3\tboom\t{{\"stack\": {zap}}}\n"),
        ),
        (
            "zap JSON",
            format!("{{\"level\":\"error\",\"ts\":1,\"msg\":\"x\",\"stacktrace\":{zap}}}\n"),
        ),
        (
            "nested JSON",
            format!("{{\"log\":{nested},\"stream\":\"stderr\"}}\n"),
        ),
        (
            "escaped twice",
            format!("{{\"m\":{}}}\n", json(json(&dump).trim_matches('"'))),
        ),
        (
            "pretty JSON",
            format!(
                "{{\n  \"a\": 1,\n  \"stack\": {},\n  \"b\": 2\n}}\n",
                json(&dump)
            ),
        ),
        ("array of lines", format!("[{}]", lines.join(", "))),
        (
            "array of lines, pretty",
            format!("[\n  {}\n]\n", lines.join(",\n  ")),
        ),
        ("Loki", format!("{{\"values\":[{}]}}", loki.join(","))),
        (
            "no quotes",
            format!("msg=boom {}\n", json(&dump).trim_matches('"')),
        ),
        (
            "#012",
            format!(
                "Nov 9 host x[1]: {}\n",
                dump.replace('\n', "#012").replace('\t', "#011")
            ),
        ),
        (
            "syslog and JSON",
            each_line(&dump, |at, l| {
                format!(
                    "Nov  9 03:14:{:02} host x[1]: {{\"id\":\"{}\",\"m\":{}}}",
                    at % 60,
                    id(at),
                    json(l)
                )
            }),
        ),
        (
            "other services in JSON",
            each_line(&dump, |at, l| {
                format!("{{\"m\":{}}}\n{{\"other\":\"words {at}\"}}\n", json(l))
            }),
        ),
        (
            "CSV",
            each_line(&dump, |at, l| {
                format!("{at},\"{}\"", l.replace('"', "\"\""))
            }),
        ),
    ] {
        check(name, text, &plain);
    }
}

#[test]
fn consoles_break_lines() {
    let dump = dump().replace('\t', "        ");
    let plain = read("plain", dump.as_bytes());
    for width in [40, 47, 60, 72, 80, 100] {
        let broken = each_line(&dump, |_, line| {
            let chars: Vec<char> = line.chars().collect();
            let pieces: Vec<String> = chars.chunks(width).map(|c| c.iter().collect()).collect();
            pieces.join("\n")
        });
        check(&format!("width {width}"), broken, &plain);
    }
    let mail = each_line(&dump, |_, line| {
        let chars: Vec<char> = line.replace('=', "=3D").chars().collect();
        let pieces: Vec<String> = chars.chunks(75).map(|c| c.iter().collect()).collect();
        pieces.join("=\n")
    });
    check("quoted-printable", mail, &plain);
    check("spaced", dump.replace('\n', "\n\n"), &plain);
}

#[test]
fn only_the_header_has_the_prefix() {
    let dump = dump();
    let plain = read("plain", dump.as_bytes());
    for before in [
        "2026/11/25 14:00:03 ",
        "2026/11/25 14:00:03 recovered: boom ",
        "    leaktest.go:150: leaktest: leaked goroutine: ",
        "http: panic serving 127.0.0.1:3: boom: ",
        "E1125 14:26:07.1 41 x.go:3] ",
    ] {
        let logged = dump.replace("\ngoroutine ", &format!("\n{before}goroutine "));
        check(before, format!("{before}{logged}after\n"), &plain);
        let indented = each_line(&logged, |_, line| match line.contains(before) {
            true => line.to_owned(),
            false => format!("        {line}"),
        });
        check(before, format!("{before}{indented}"), &plain);
    }
    let goleak = dump
        .lines()
        .map(|line| match line.strip_prefix("goroutine ") {
            Some(rest) => {
                let (id, state) = rest.split_once(" [").expect("has a state");
                let state = state.trim_end_matches("]:");
                format!("[Goroutine {id} in state {state}, with main.f on top of the stack:\n")
            }
            None => format!("{line}\n"),
        });
    check("goleak", goleak.collect::<String>(), &plain);
}

#[test]
fn every_kind_of_line_is_read() {
    let text = "fatal error: x\n\nruntime stack:\nruntime.throw({0x1, 0x2})\n\t/go/panic.go:3 +0x1\n\n\
        goroutine 1 gp=0xc000002380 m=nil [select, 2 minutes, locked to thread]:\n\
        runtime.gopark(0x1?, 0x2?, 0x3?, 0x4?, 0x5?)\n\t/go/proc.go:424 +0xce fp=0xc1 sp=0xc2 pc=0x4\n\
        panic({0x1?, 0x2?})\n\t/go/panic.go:7 +0x1\n\
        github.com/a/b%2ev2.(*T[...]).f.func1(...)\n\t/home/my dir/b.go:12\n\
        ...additional frames elided...\ncreated by main.main in goroutine 7\n\t/a.go:3 +0x1\n\n\
        goroutine 9 [running]:\n\tgoroutine running on other thread; stack unavailable\n\
        created by main.main in goroutine 1\n\t/a.go:3 +0x1\n\n\
        goroutine 10 [syscall]:\nnon-Go function at pc=0x45\nc_wait\n\t/x/c.c:30 pc=0x46\n\
        main._Cfunc_f()\n\t_cgo_gotypes.go:45 +0x1\n<autogenerated>\nmain.(*T).g(0x1)\n\
        \t<autogenerated>:1 +0x2\ncreated by main.main in goroutine 1\n\t/a.go:3 +0x1\n\n";
    let text = text.replace("<autogenerated>\nmain", "main");
    let plain = read("plain", text.as_bytes());
    for (name, changed) in [
        (
            "prefixed",
            each_line(&text, |at, line| format!("{at} web: {line}")),
        ),
        ("spaces", text.replace('\t', "    ")),
        ("JSON", format!("{{\"m\":{}}}", json(&text))),
    ] {
        let changed = read(name, changed.as_bytes());
        assert_eq!(rows(&changed), rows(&plain), "{name}");
        assert_eq!(changed.tables().unread(), plain.tables().unread());
    }
    assert_eq!(plain.tables().unread().unavailable, 1);
}

#[test]
fn what_is_not_understood_is_counted() {
    let text = "goroutine 1 [running]:\nmain.main()\n\t/a.go:1 +0x1\n\ngoroutine 7 [select]:\nrubbish\n\n\
        goroutine 8 [select]:\nmain.f()\nmore rubb(0x\n\t/a.go:2 +0x1\nmain.g(0x\n\t/a.go:3 +0x1\nmain.h()\n\
        \t/a.go:4 +0x1\ncreated by main.main in goroutine 1\n\t/a.go:9 +0x1\n";
    for text in [
        text.to_owned(),
        each_line(text, |at, line| format!("{at} | {line}")),
    ] {
        let profile = read("damaged", text.as_bytes());
        let unread = profile.tables().unread();
        assert_eq!((unread.goroutines, unread.partly), (1, 1), "{unread:?}");
        assert!(unread.lines > 0);
        let mut notes = profile.tables().notes().iter();
        assert!(notes.any(|note| note.kind() == NoteKind::NotUnderstood));
    }
}

#[test]
fn profiles_with_debug_1_are_found_anywhere() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../testdata/handed_on/bom-first-goroutine-lost/debug1.txt");
    let bytes = std::fs::read(path).expect("is readable");
    let text = heapwise_decode::text_of(&bytes).into_owned();
    let plain = read("plain", text.as_bytes());
    for tab in ["        ", "  ", " ", "#011"] {
        let changed = text.replace('\t', tab);
        check(
            &format!("{tab:?}"),
            format!("words\n\n{changed}more words\n"),
            &plain,
        );
    }
    for tab in ["        ", "  ", " ", ""] {
        check(&format!("{tab:?}"), text.replace('\t', tab), &plain);
    }
    for (name, changed) in [
        ("compose", each_line(&text, |_, l| format!("svc-1  | {l}"))),
        (
            "ids",
            each_line(&text, |at, l| format!("{} stderr {l}", id(at))),
        ),
        (
            "quoted",
            each_line(&text, |_, l| format!("> {l}").trim_end().to_owned()),
        ),
        ("JSON", format!("{{\"m\":{}}}\n", json(&text))),
        (
            "JSON lines",
            each_line(&text, |at, l| {
                format!("{{\"a\":\"{}\",\"m\":{}}}", id(at), json(l))
            }),
        ),
        (
            "HTTP",
            format!("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n{text}"),
        ),
        (
            "shell",
            format!("$ curl :6060/debug/pprof/goroutine?debug=1\n{text}"),
        ),
    ] {
        check(name, changed, &plain);
    }
}
