//! Dumps and texts with debug=1 out of stores of logs, which give the newest line first: the same as in their own order.

#![allow(clippy::disallowed_methods, reason = "dumps are read from files")]

#[path = "common/logs.rs"]
mod logs;

use heapwise_decode::{Limits, NoteKind, Profile, ProfileKind, goroutine_dumps, goroutine_ids};
use logs::{json, text};

/// A text as stores give it, the newest line first.
fn stored(text: &str) -> Vec<(&'static str, String)> {
    type Line = fn(usize, &str) -> String;
    let lines = |line: Line| -> Vec<String> {
        let lines = text.lines().enumerate().map(|(at, text)| line(at, text));
        let mut lines: Vec<String> = lines.collect();
        lines.reverse();
        lines
    };
    let plain = lines(|_, line| line.to_owned());
    let pairs = lines(|at, line| format!("[\"17644788{at:011}\",{}]", json(line)));
    let messages = lines(|at, line| format!("{{\"ingested\":{at},\"message\":{}}}", json(line)));
    vec![
        ("turned", plain.join("\n") + "\n"),
        ("without its last end", plain.join("\n")),
        ("line ends of Windows", plain.join("\r\n") + "\r\n"),
        (
            "a log",
            lines(|at, line| format!("2026-11-28T05:00:07.{at:06}Z app-7 {line}")).join("\n")
                + "\n",
        ),
        (
            "a table",
            "\"time\",\"line\"\n".to_owned()
                + &lines(|at, line| {
                    format!(
                        "\"2026-11-28T05:00:07.{at:06}Z\",\"{}\"",
                        line.replace('"', "\"\"")
                    )
                })
                .join("\n"),
        ),
        ("a line of JSON each", messages.join("\n") + "\n"),
        (
            "Loki",
            format!(
                "{{\"status\":\"success\",\"data\":{{\"result\":[{{\"stream\":{{\"app\":\"shop\"}},\"values\":[{}]}}]}}}}",
                pairs.join(",")
            ),
        ),
        (
            "CloudWatch",
            format!("{{\"events\":[{}]}}", messages.join(",")),
        ),
    ]
}

/// Whether it is said that lines were turned.
fn is_said(profile: &Profile) -> bool {
    profile.tables().has_note(NoteKind::NewestFirst)
}

/// What is of a profile, sample by sample, without what is said of it.
fn contents(profile: &Profile) -> Vec<String> {
    let tables = profile.tables();
    let sample = |sample: heapwise_decode::Sample<'_>| {
        let frames = sample
            .stack()
            .iter()
            .flat_map(|&at| tables.location(at).lines);
        let frames: Vec<String> = frames
            .map(|line| {
                let function = tables.function(line.function);
                format!(
                    "{} {}:{}",
                    tables.text(function.name),
                    tables.text(function.filename),
                    line.line
                )
            })
            .collect();
        format!("{:?} {}", sample.values(), frames.join(" < "))
    };
    let mut samples: Vec<String> = profile.samples().map(sample).collect();
    samples.sort();
    samples
}

#[test]
fn dumps_are_turned() {
    for path in [
        "leaks/churn/d.05.txt",
        "server/series/chanrecv/goroutine.13.debug2.txt",
    ] {
        let text = text(path);
        let limits = Limits::default();
        let plain = goroutine_ids(text.as_bytes(), &limits).expect("is read");
        assert!(plain.profile().sample_count() > 1 && !is_said(plain.profile()));
        for (name, stored) in stored(&text) {
            let read = goroutine_ids(stored.as_bytes(), &limits).expect(name);
            assert!(is_said(read.profile()), "{path} {name}");
            let (found, expected) = (contents(read.profile()), contents(plain.profile()));
            let other: Vec<&String> = found.iter().filter(|one| !expected.contains(one)).collect();
            assert!(
                other.is_empty() && found.len() == expected.len(),
                "{path} {name} {other:#?}"
            );
            let mut dumps = 0;
            let counted = goroutine_dumps(stored.as_bytes(), &limits, &mut |dump| {
                assert_eq!(
                    contents(dump.profile()),
                    contents(plain.profile()),
                    "{path} {name}"
                );
                dumps += 1;
            });
            assert!(counted.is_ok() && dumps == 1, "{path} {name}");
        }
    }
}

#[test]
fn texts_with_debug_1_are_turned() {
    for path in ["gc/heap-1.debug1.txt", "parked/go1.27/debug1.txt.gz"] {
        let text = text(path);
        let limits = Limits::default();
        let plain = Profile::read(text.as_bytes(), &limits).expect("is read");
        for (name, stored) in stored(&text) {
            let read = Profile::read(stored.as_bytes(), &limits).expect(name);
            assert!(is_said(&read), "{path} {name}");
            assert_eq!(contents(&read), contents(&plain), "{path} {name}");
            if plain.kind() == ProfileKind::Goroutine {
                let mut dumps = Vec::new();
                let mut keep = |dump: heapwise_decode::Goroutines| dumps.push(dump.into_profile());
                goroutine_dumps(stored.as_bytes(), &limits, &mut keep).expect(name);
                assert_eq!(dumps.len(), 1, "{name}");
                assert_eq!(contents(&dumps[0]), contents(&plain), "{name}");
            }
        }
    }
}

/// What is in its own order stays in it, whatever is missing of it.
#[test]
fn nothing_else_is_turned() {
    let text = text("server/series/chanrecv/goroutine.13.debug2.txt");
    for end in (400..text.len()).step_by(4001) {
        let read = Profile::read(&text.as_bytes()[..end], &Limits::default());
        assert!(!read.is_ok_and(|profile| is_said(&profile)), "{end}");
    }
    // What is cut at its start is that at its end when it is turned.
    let lines: Vec<&str> = text.lines().rev().collect();
    for start in (0..lines.len()).step_by(97) {
        let read = Profile::read(lines[start..].join("\n").as_bytes(), &Limits::default());
        assert!(
            read.is_ok_and(|profile| profile.sample_count() > 0),
            "{start}"
        );
    }
    // Frames that nothing can be made of.
    let torn = text.replace("\t/", "?").replace('(', "<");
    let read = Profile::read(torn.as_bytes(), &Limits::default()).expect("has goroutines");
    assert!(!is_said(&read));
}
