//! Logs of the collector as people have them: pasted, repeated, of several programs, of loads that go up and down. What is said of
//! them is so, or it is said that it cannot be told.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "writes files to read"
)]

mod common;

use std::fs;

use common::{heapwise, workspace};
use serde_json::Value;

/// One cycle: its number, when it started, what lives, and the processors.
fn cycle(number: u64, at: f64, live: u64, procs: u32) -> String {
    format!(
        "gc {number} @{at:.3}s 1%: 0.029+0.39+0.002 ms clock, 0.23+0.11/0.35/0.11+0.018 ms cpu, {}->{}->{live} MB, {} MB goal, \
         0 MB stacks, 0 MB globals, {procs} P\n",
        live * 2,
        live * 2 + 3,
        live * 2
    )
}

fn steady(count: u64, seconds: f64, live: u64) -> Vec<String> {
    (0..count)
        .map(|at| cycle(at + 1, at as f64 * seconds, live, 8))
        .collect()
}

/// Exit code, stdout and stderr.
fn gc(text: &str, args: &[&str]) -> (i32, String, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("gc.log");
    fs::write(&path, text).unwrap();
    let mut command = heapwise(&workspace());
    let command = command.args(["gc", path.to_str().unwrap()]).args(args);
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let code = output.status.code().unwrap();
    (code, text(output.stdout), text(output.stderr))
}

fn json(text: &str) -> Value {
    serde_json::from_str(&gc(text, &["-f", "json"]).1).unwrap()
}

#[test]
fn what_is_kept_shows_in_the_lows_of_a_load_that_comes_and_goes() {
    let load = |step: f64, period: f64| -> String {
        let level = |at: u64| {
            let wave = 1.0 + 0.6 * (1.0 + (at as f64 / period).sin());
            ((50.0 + at as f64 * step) * wave) as u64
        };
        let cycles = (0..120).map(|at| cycle(at + 1, at as f64 * 5.0, level(at), 8));
        cycles.collect()
    };
    for period in [2.0, 3.0, 4.0] {
        let (_, grows, _) = gc(&load(0.8, period), &[]);
        assert!(grows.contains("its lows rise"), "{period}: {grows}");
        let (_, stays, _) = gc(&load(0.0, period), &[]);
        assert!(
            stays.contains("the live heap does not grow"),
            "{period}: {stays}"
        );
        let (_, falls, _) = gc(&load(-0.2, period), &[]);
        assert!(!falls.contains("its lows rise"), "{period}: {falls}");
    }
}

#[test]
fn what_a_log_has_again_is_no_restart() {
    let all = steady(40, 5.0, 40);
    let (whole, start, end) = (all.concat(), all[..25].concat(), all[30..].concat());
    for (name, text, repeated) in [
        ("a paste that is there twice", whole.clone() + &whole, 40),
        ("three times", whole.repeat(3), 80),
        ("its beginning comes again", whole.clone() + &start, 25),
        ("it begins anew", start + &whole, 25),
        ("its end comes again", whole.clone() + &end, 10),
    ] {
        let answer = &json(&text)["traces"][0];
        assert_eq!(answer["repeated"], repeated, "{name}");
        let processes = answer["processes"].as_array().unwrap();
        assert_eq!(processes.len(), 1, "{name}");
        assert_eq!(processes[0]["cycles"], 40, "{name}");
    }
    // A process that was started anew has other times.
    let anew = steady(40, 4.9, 40).concat();
    let answer = &json(&(whole + &anew))["traces"][0];
    assert_eq!(answer["processes"].as_array().unwrap().len(), 2);
    assert_eq!(answer["processes"][1]["restart"], true);
}

#[test]
fn programs_that_write_at_once_are_no_restarts() {
    let two = [steady(40, 5.0, 40), steady(60, 3.0, 90)];
    for run in [1, 2, 5] {
        let mut rest: Vec<_> = two.iter().map(|lines| lines.iter().peekable()).collect();
        let mut text = String::new();
        while rest.iter_mut().any(|lines| lines.peek().is_some()) {
            for lines in &mut rest {
                lines.by_ref().take(run).for_each(|line| text += line);
            }
        }
        let (_, said, _) = gc(&text, &[]);
        assert!(!said.contains("restart"), "{run}: {said}");
        assert!(
            said.contains("more than one process writes here"),
            "{run}: {said}"
        );
    }
}

#[test]
fn processors_that_change_are_told() {
    let of = |first: u32, then: u32| -> String {
        let procs = |at: u64| if at < 20 { first } else { then };
        let cycles = (0..40).map(|at| cycle(at + 1, at as f64 * 5.0, 40, procs(at)));
        cycles.collect()
    };
    for (first, then, told) in [(8, 4, "4 to 8 processors"), (2, 16, "2 to 16 processors")] {
        let (_, said, _) = gc(&of(first, then), &[]);
        assert!(said.contains(told), "{said}");
        assert!(said.contains(&format!("from {first} to {then}")), "{said}");
        assert!(said.contains("40 cycles of 1 process"), "{said}");
    }
    let (_, said, _) = gc(&of(8, 8), &[]);
    assert!(
        said.contains("of 8 processors") && !said.contains("GOMAXPROCS"),
        "{said}"
    );
}

#[test]
fn a_log_none_of_whose_cycles_is_read_is_refused() {
    let all = steady(40, 5.0, 40).concat();
    for arrow in ["→", "⇒", "–>", "-&gt;"] {
        let (code, said, _) = gc(&all.replace("->", arrow), &[]);
        assert_eq!(code, 0, "{arrow}");
        assert!(said.contains("40 cycles of 1 process"), "{arrow}: {said}");
    }
    let cut = all.lines().map(|line| format!("{}\n", &line[..60]));
    let cut: String = cut.collect();
    for text in [cut, all.replace("->", " "), all.replace(" ms cpu", "")] {
        let (code, said, error) = gc(&text, &[]);
        assert_eq!((code, said.as_str()), (2, ""), "{error}");
        assert!(error.contains("40 lines that look like traces"), "{error}");
    }
    let (code, _, error) = gc("hello\n", &[]);
    assert_eq!(code, 2);
    assert!(error.contains("GODEBUG=gctrace=1"), "{error}");
}
