//! Texts whose lines end with `\r` alone, `\r\n`, `\r\r\n` or all of these are answered as those that end with `\n`.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "runs the command on files"
)]

mod common;

use std::fs;
use std::path::Path;

use common::{heapwise, workspace};

/// The forms, by their names.
const FORMS: [&str; 5] = ["cr", "crlf", "crcrlf", "mixed", "last"];

fn in_form(text: &str, form: &str) -> String {
    match form {
        "cr" => text.replace('\n', "\r"),
        "crlf" => text.replace('\n', "\r\n"),
        "crcrlf" => text.replace('\n', "\r\r\n"),
        // Of a short one this is looked at as a whole.
        "mixed" if text.len() > 8000 => {
            let at = text.len() * 3 / 4;
            let at = text[at..].find('\n').map_or(text.len(), |end| at + end + 1);
            let (first, rest) = text.split_at(at);
            let half = rest.len() / 2;
            let half = rest[half..]
                .find('\n')
                .map_or(rest.len(), |end| half + end + 1);
            let (second, third) = rest.split_at(half);
            first.replace('\n', "\r") + &second.replace('\n', "\r\n") + third
        }
        "mixed" => text.replace('\n', "\r"),
        _ => {
            let whole = text.strip_suffix('\n').unwrap_or(text);
            format!("{}\r\n", whole.replace('\n', "\r"))
        }
    }
}

/// The exit code, and what was printed and said.
fn run_in(folder: &Path, args: &[&str]) -> (Option<i32>, String, String) {
    let output = heapwise(folder).args(args).output().unwrap();
    let [out, err] = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    (output.status.code(), out, err)
}

/// What a command says of a text in one form is what it says of it in another.
#[track_caller]
fn check(text: &str, commands: &[&[&str]]) {
    let folder = tempfile::tempdir().unwrap();
    let answers = |text: &str| -> Vec<(Option<i32>, String, String)> {
        fs::write(folder.path().join("text"), text).unwrap();
        let run = |args: &&[&str]| run_in(folder.path(), args);
        commands.iter().map(run).collect()
    };
    let usual = answers(text);
    for form in FORMS {
        for ((found, usual), args) in answers(&in_form(text, form))
            .iter()
            .zip(&usual)
            .zip(commands)
        {
            assert_eq!(found, usual, "{args:?} of {form}");
        }
    }
}

fn file(path: &str) -> String {
    fs::read_to_string(workspace().join(path)).unwrap()
}

#[test]
fn heaps_and_what_they_say_of_the_collector() {
    let text = file("testdata/gc/heap-1.debug1.txt");
    check(
        &text,
        &[
            &["top", "text"],
            &["gc", "text"],
            &["growth", "text"],
            &["traces", "text"],
        ],
    );
}

#[test]
fn goroutines() {
    let text = file("testdata/leaks/churn/d.00.txt");
    check(
        &text,
        &[
            &["goroutines", "text"],
            &["goroutines", "-f", "json", "text"],
        ],
    );
    let counts = "goroutine profile: total 3\n2 @ 0x4a 0x4b\n#\t0x4a\tmain.wait+0x1\t/src/main.go:7\n\n1 @ 0x4c\n\
                  #\t0x4c\tmain.main+0x2\t/src/main.go:9\n";
    check(counts, &[&["goroutines", "text"], &["top", "text"]]);
}

#[test]
fn logs_of_the_collector_and_of_the_compiler() {
    check(&file("testdata/gc/go1.27.3.steady.log"), &[&["gc", "text"]]);
    let heap = workspace().join("testdata/explain/append-cap/heap.pb.gz");
    let heap = heap.to_str().unwrap();
    for form in ["m1.txt", "m2.txt"] {
        let log = file(&format!("testdata/explain/append-cap/{form}"));
        check(&log, &[&["explain", "-e", "text", heap]]);
    }
}

#[test]
fn statistics_metrics_and_stacks() {
    check(&file("testdata/gc/vars.json"), &[&["gc", "text"]]);
    check(&file("testdata/gc/prometheus.txt"), &[&["gc", "text"]]);
    check(
        "main.main;main.a 2\nmain.main;main.b 3\n",
        &[&["top", "text"]],
    );
}

#[test]
fn benchmarks_and_budgets() {
    let folder = workspace().join("testdata/beforeafter/buffer-vs-pool");
    let at = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let (old, new) = (at("before"), at("after"));
    let bench = file("testdata/beforeafter/buffer-vs-pool/before.bench.txt");
    let after = at("after.bench.txt");
    let diff = [
        "diff",
        &old,
        &new,
        "--before-bench",
        "text",
        "--after-bench",
        &after,
    ];
    check(&bench, &[&diff]);
    let budget = "[growth]\nforbid = \"5%\"\n";
    let verify = ["verify", "--budget", "text", "--same-work", &old, &new];
    check(budget, &[&verify]);
}

/// What draws over its line is one line: what it says in the end is not what it said before.
#[test]
fn progress_is_no_line_of_its_own() {
    let log = file("testdata/gc/go1.27.3.steady.log");
    let folder = tempfile::tempdir().unwrap();
    let gc = |text: &str| {
        fs::write(folder.path().join("text"), text).unwrap();
        run_in(folder.path(), &["gc", "-f", "json", "text"])
    };
    let plain = gc(&format!("go: downloading 100%\n{log}"));
    assert_eq!(
        gc(&format!(
            "go: downloading 10%\rgo: downloading 100%\r\n{log}"
        )),
        plain
    );
}
