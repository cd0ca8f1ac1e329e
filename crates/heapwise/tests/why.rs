//! Why what was to become less did not: the reasons that are left on the newer side of a comparison, on real programs before
//! and after a change.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "runs the command and reads what it wrote"
)]

mod common;

use std::fs;

use common::{run, workspace};
use serde_json::Value;

/// Programs, a function of each, and the reason that most of it has before the change.
const UNCHANGED: [(&str, &str, &str); 6] = [
    ("boxing", "(*Adder).Sum", "interface-conversion"),
    ("return-value", "Parse", "returned"),
    ("slice-capacity", "Amounts", "slice-growth"),
    ("string-builder", "Of", "string-concatenation"),
    ("worker-done", "Archive.Send", "sent"),
    ("large-value", "Count", "too-large"),
];

fn heap(pair: &str, side: &str) -> String {
    format!("testdata/advice/{pair}/{side}.pb.gz")
}

fn log(pair: &str, side: &str) -> String {
    format!("testdata/advice/{pair}/{side}.m2.txt")
}

fn function(pair: &str, name: &str) -> String {
    format!("example.com/advice/{pair}.{name}")
}

#[track_caller]
fn diff(args: &[&str]) -> String {
    let asked = ["diff", "-q", "--same-work", "-alloc_space"];
    let answer = run(&[&asked[..], args].concat());
    assert_eq!(answer.code, Some(0), "{args:?}: {}", answer.err);
    answer.out
}

#[track_caller]
fn json(args: &[&str]) -> Value {
    serde_json::from_str(&diff(&[&["-f", "json"], args].concat())).unwrap()
}

fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

#[track_caller]
fn row<'a>(answer: &'a Value, function: &str) -> &'a Value {
    let mut rows = items(&answer["rows"]).iter();
    rows.find(|row| row["site"]["function"] == function)
        .unwrap()
}

/// The reasons of the older side with what became of them.
fn fates(why: &Value) -> Vec<(&str, &str)> {
    let fates = items(&why["fates"]).iter();
    let fates = fates.map(|one| (one["reason"].as_str(), one["fate"].as_str()));
    fates
        .map(|(reason, fate)| (reason.unwrap(), fate.unwrap()))
        .collect()
}

#[test]
fn what_was_not_changed_is_still_there_for_its_reason() {
    for (pair, name, reason) in UNCHANGED {
        let (heap, log) = (heap(pair, "before"), log(pair, "before"));
        let function = function(pair, name);
        let asked = ["-e", &log, &heap, &heap];
        let answer = json(&asked);
        let why = &row(&answer, &function)["why"];
        assert_eq!(why["state"], "still", "{pair}");
        let first = &why["reasons"][0];
        assert_eq!(first["reason"], reason, "{pair}: {why}");
        assert_eq!(first["told_by"], "compiler", "{pair}");
        assert_eq!(first["at"]["function"], function.as_str(), "{pair}");
        assert_eq!(first["compiler"][0]["line"], first["at"]["line"], "{pair}");
        let text = diff(&asked);
        let (_, under) = text
            .split_once(&format!("\nstill: {function}\n"))
            .unwrap_or_else(|| panic!("{pair}: {text}"));
        let line = under.lines().next().unwrap();
        assert!(line.contains(" to heap"), "{pair}: {line}");
        let at = format!(":{}", first["at"]["line"]);
        assert!(line.ends_with(&at), "{pair}: {line}");
    }
}

#[test]
fn nobody_is_told_who_did_not_ask() {
    let before = heap("slice-capacity", "before");
    let answer = json(&[&before, &before]);
    assert!(
        items(&answer["rows"])
            .iter()
            .all(|row| row.get("why").is_none())
    );
    assert_eq!(answer.get("log"), None);
    assert!(!diff(&[&before, &before]).contains("still"));
}

#[test]
fn tells_which_reasons_are_gone_and_which_stayed() {
    for (pair, name, state, expected) in [
        (
            "slice-capacity",
            "Amounts",
            "less",
            vec![("slice-growth", "gone"), ("returned", "new")],
        ),
        (
            "map-hint",
            "Positions",
            "less",
            vec![("map-growth", "stayed")],
        ),
        (
            "worker-done",
            "Archive.Send",
            "still",
            vec![("sent", "stayed"), ("closure", "stayed")],
        ),
        ("return-value", "Parse", "less", vec![("returned", "gone")]),
    ] {
        let sides = [heap(pair, "before"), heap(pair, "after")];
        let logs = [log(pair, "before"), log(pair, "after")];
        let source = format!("examples/go/advice/{pair}/after");
        let answer = json(&[
            "-e",
            &logs[1],
            "--before-escapes",
            &logs[0],
            "--source",
            &source,
            &sides[0],
            &sides[1],
        ]);
        let why = &row(&answer, &function(pair, name))["why"];
        assert_eq!(why["state"], state, "{pair}: {why}");
        assert_eq!(fates(why), expected, "{pair}: {why}");
    }
}

/// Lines that have moved since are asked of the older log by their older numbers.
#[test]
fn lines_that_moved_are_looked_up_where_they_were() {
    let (pair, name) = ("boxing", "(*Adder).Sum");
    let sides = [heap(pair, "before"), heap(pair, "after")];
    let logs = [log(pair, "before"), log(pair, "after")];
    let asked = ["--lines", "-e", &logs[1], "--before-escapes", &logs[0]];
    let answer = json(&[&asked[..], &[&sides[0], &sides[1]]].concat());
    let row = row(&answer, &function(pair, name));
    assert_eq!(row["matched"], "relative_line");
    assert_eq!(
        fates(&row["why"]),
        [("interface-conversion", "gone")],
        "{row}"
    );
}

/// Of lines that are on one side only it is not known whether they are another line on the other.
#[test]
fn of_a_line_without_its_match_nothing_is_gone_for_sure() {
    let pair = "slice-capacity";
    let sides = [heap(pair, "before"), heap(pair, "after")];
    let logs = [log(pair, "before"), log(pair, "after")];
    let asked = ["--lines", "-e", &logs[1], "--before-escapes", &logs[0]];
    let answer = json(&[&asked[..], &[&sides[0], &sides[1]]].concat());
    let name = function(pair, "Amounts");
    let rows = items(&answer["rows"]).iter();
    let rows = rows.filter(|row| row["site"]["function"] == name && row.get("why").is_some());
    let found: Vec<_> = rows.flat_map(|row| fates(&row["why"])).collect();
    assert_eq!(
        found,
        [
            ("slice-growth", "not-seen-again"),
            ("returned", "not-seen-before")
        ]
    );
}

#[test]
fn rows_that_are_left_out_are_counted() {
    let (heap, log) = (heap("format", "before"), log("format", "before"));
    let text = diff(&["-n1", "-e", &log, &heap, &heap]);
    assert!(
        text.contains("\n1 row more with reasons left out\n"),
        "{text}"
    );
    let markdown = diff(&["-n1", "-f", "markdown", "-e", &log, &heap, &heap]);
    assert!(
        markdown.contains("1 row more with reasons left out"),
        "{markdown}"
    );
    let all = diff(&["-n0", "-e", &log, &heap, &heap]);
    assert!(!all.contains("reasons left out"), "{all}");
}

/// What a row allocates is what its reasons add up to, and what no own code led to, whatever counts as a row.
#[test]
fn reasons_add_up_to_their_row() {
    let number = |value: &Value| value.as_i64().unwrap();
    let mut looked = 0;
    for (pair, _, _) in UNCHANGED {
        let (heap, log) = (heap(pair, "before"), log(pair, "before"));
        for (sites, column) in [
            ("--functions", "flat"),
            ("--lines", "flat"),
            ("--files", "flat"),
            ("--packages", "flat"),
            ("--addresses", "flat"),
            ("--filefunctions", "flat"),
            ("--cum", "cum"),
        ] {
            let answer = json(&[sites, "-e", &log, &heap, &heap]);
            let rows = items(&answer["rows"]).iter();
            for row in rows.filter(|row| row.get("why").is_some()) {
                let why = &row["why"];
                let parts = items(&why["reasons"]).iter();
                let parts: i64 = parts.map(|part| number(&part["value"]["value"])).sum();
                assert_eq!(
                    parts,
                    number(&why["value"]["value"]),
                    "{pair} {sites}: {row}"
                );
                let all = parts + number(&why["not_own"]);
                assert_eq!(
                    all,
                    number(&row[column]["after"]["value"]),
                    "{pair} {sites}: {row}"
                );
                looked += 1;
            }
        }
    }
    assert!(looked > 100, "{looked}");
}

/// A log of a source to which lines were added: what it says is of other code, so that nothing is gone for sure.
#[test]
fn of_a_source_that_changed_nothing_is_guessed() {
    let pair = "slice-capacity";
    let text = fs::read_to_string(workspace().join(log(pair, "after"))).unwrap();
    let shifted: Vec<String> = text
        .lines()
        .map(|line| match line.split(':').nth(1).map(str::parse::<u32>) {
            Some(Ok(number)) => {
                line.replacen(&format!(":{number}:"), &format!(":{}:", number + 3), 1)
            }
            _ => line.to_owned(),
        })
        .collect();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shifted.txt");
    fs::write(&path, shifted.join("\n")).unwrap();
    let path = path.display().to_string();
    let sides = [heap(pair, "before"), heap(pair, "after")];
    let older = log(pair, "before");
    let asked = [
        "-e",
        &path,
        "--before-escapes",
        &older,
        &sides[0],
        &sides[1],
    ];
    let answer = json(&asked);
    let why = &row(&answer, &function(pair, "Amounts"))["why"];
    assert_eq!(why["reasons"][0]["reason"], "changed-source", "{why}");
    assert_eq!(fates(why), [("slice-growth", "not-seen-again")]);
    let text = diff(&asked);
    assert!(
        text.contains("? source changed since the profile"),
        "{text}"
    );
    assert!(text.contains("perhaps gone: slice growth"), "{text}");
}

/// What the standard library allocates is told with the own line that asked for it, and what nobody's code allocates is not.
#[test]
fn own_code_is_named_for_what_it_calls() {
    let (heap, log) = (heap("format", "before"), log("format", "before"));
    let answer = json(&["-e", &log, &heap, &heap]);
    let why = &row(&answer, "fmt.Sprintf")["why"];
    let first = &why["reasons"][0];
    assert_eq!(first["reason"], "not-in-log");
    assert_eq!(
        first["for"]["function"],
        "example.com/advice/format.Cache.Get"
    );
    assert_eq!(row(&answer, "regexp.(*bitState).reset").get("why"), None);
    let cumulative = json(&["--cum", "-e", &log, &heap, &heap]);
    assert_eq!(row(&cumulative, "testing.(*B).runN").get("why"), None);
    let caller = &row(&cumulative, "example.com/advice/format.BenchmarkGet")["why"];
    assert!(items(&caller["reasons"]).len() > 1, "{caller}");
}

#[test]
fn several_profiles_are_added_up_and_that_is_said() {
    let runs = "testdata/beforeafter/sprintf-vs-strconv";
    let sides = [format!("{runs}/before"), format!("{runs}/after")];
    let args = ["--explain", "--before", &sides[0], "--after", &sides[0]];
    let text = diff(&args);
    let title = text.lines().find(|line| line.starts_with("why own code"));
    let title = title.unwrap();
    let count = fs::read_dir(workspace().join(&sides[0])).unwrap().count();
    assert!(
        count > 2 && title.contains(&format!("{count} profiles together")),
        "{title}"
    );
    assert!(title.ends_with("without a log of the compiler"), "{title}");
    let answer = json(&args);
    let rows = items(&answer["rows"]).iter();
    let row = rows.max_by_key(|row| row["why"]["value"]["value"].as_i64());
    let row = row.unwrap();
    let all =
        row["why"]["value"]["value"].as_f64().unwrap() + row["why"]["not_own"].as_f64().unwrap();
    let mean = row["flat"]["after"]["value"].as_f64().unwrap();
    assert!((all - mean * count as f64).abs() <= count as f64, "{row}");
}

#[test]
fn every_format_tells() {
    let (heap, log) = (
        heap("return-value", "before"),
        log("return-value", "before"),
    );
    let name = function("return-value", "Parse");
    let csv = diff(&["-f", "csv", "-e", &log, &heap, &heap]);
    let header = csv.lines().next().unwrap();
    assert!(
        header.ends_with(",why,reasons,compiler,lines,fates"),
        "{header}"
    );
    let line = csv.lines().find(|line| line.starts_with(&name)).unwrap();
    assert!(line.contains(",still,returned "), "{line}");
    assert!(line.contains("escapes to heap"), "{line}");
    let columns = |line: &str| line.matches(',').count();
    let runtime = csv
        .lines()
        .find(|line| line.starts_with("testing."))
        .unwrap();
    assert_eq!(columns(runtime), columns(header), "{runtime}");
    let markdown = diff(&["-f", "markdown", "-e", &log, &heap, &heap]);
    assert!(
        markdown.contains(&format!("**still: {name}**")),
        "{markdown}"
    );
    assert!(
        markdown.contains(": returned pointer: &amp;User{"),
        "{markdown}"
    );
}

#[test]
fn refuses_what_has_no_reasons() {
    let (heap, log) = (
        heap("return-value", "before"),
        log("return-value", "before"),
    );
    let pair = [heap.as_str(), &heap];
    for (args, words) in [
        (
            vec!["-f", "benchfmt", "-e", &log],
            "found the format benchfmt",
        ),
        (
            vec!["--before-escapes", &log],
            "expected --escapes or --build",
        ),
        (vec!["-e", "no-such-file"], "no-such-file"),
        (vec!["-e", "testdata/README.md"], "go build -gcflags=-m=2"),
        (vec!["-e", &log, "--build", "."], "cannot be used with"),
    ] {
        let answer = run(&[&["diff"], &args[..], &pair].concat());
        assert_eq!(answer.code, Some(2), "{args:?}: {}", answer.out);
        assert!(answer.err.contains(words), "{args:?}: {}", answer.err);
    }
    // Profiles that begin like an option still go behind the two dashes.
    let answer = run(&[&["diff", "-q", "--"], &pair[..]].concat());
    assert_eq!(answer.code, Some(0), "{}", answer.err);
    let answer = run(&[&["diff", "--explain"], &pair[..]].concat());
    assert_eq!(answer.code, Some(0), "{}", answer.err);
    assert!(
        answer.err.contains("no log of the compiler"),
        "{}",
        answer.err
    );
}
