//! One rule for rows: heapwise's own ranking has the rows of `--pprof-compatible`, in every format,
//! and every view counts what it leaves out.
//!
//! Asked of every profile in `testdata`, and of a corpus that is not part of the repository: it is
//! looked for in `HEAPWISE_CORPUS`, then beside the workspace in `../shared/corpus`; without it the
//! test says that it is skipped.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "walks over files outside the repository"
)]

mod common;

use std::path::{Path, PathBuf};

use common::beside::corpus;
use common::{files, heapwise, in_parallel, workspace};
use heapwise_analysis::units::scaled_label;
use serde_json::Value;

const HEAP: &str = "testdata/server/heap.pb.gz";
const BEFORE: &str = "testdata/beforeafter/buffer-vs-pool/before.merged.pb.gz";
const AFTER: &str = "testdata/beforeafter/buffer-vs-pool/after.merged.pb.gz";
/// Every allocation, many of them small.
const RATE_ONE: &str = "testdata/beforeafter/buffer-vs-pool/before.rate1.pb.gz";

/// Larger files take too long in a debug build.
const LARGEST: u64 = 1 << 16;

/// Questions that are put to profiles in turn; `BASE` is the profile asked before.
const QUESTIONS: [&[&str]; 12] = [
    &[],
    &["-cum", "-sample_index=0"],
    &["-focus=make|main|grow|worker", "-nodefraction=0.1"],
    &["-nodecount=3"],
    &["-lines", "-nodefraction=0.02"],
    &["-drop_negative", "-diff_base=BASE"],
    &["-files", "-cum"],
    &["-addresses", "-nodefraction=0"],
    &["-filefunctions", "-trim=false"],
    &["-base=BASE", "-nodecount=5", "-cum"],
    &["-noinlines", "-nodefraction=0.05"],
    &["-ignore=runtime", "-sample_index=1", "-nodecount=-1"],
];

/// A row as pprof prints it: the two values with their units, and the name.
type Row = (String, String, String);

/// Reads the rows of an answer, given those of pprof.
type ReadRows = fn(&str, &[Row]) -> Vec<Row>;

#[test]
fn own_rows_are_those_of_pprof() {
    let mut paths = profiles(&workspace().join("testdata"));
    if let Some(root) = corpus("server") {
        paths.extend(profiles(&root));
    }
    let places: Vec<usize> = (0..paths.len()).collect();
    let outcomes = in_parallel(&places, |&at| {
        let base = &paths[at.saturating_sub(1)];
        check(&paths[at], QUESTIONS[at % QUESTIONS.len()], base)
    });
    let rows: usize = outcomes.iter().flatten().sum();
    let wrong: Vec<&String> = outcomes.iter().filter_map(|o| o.as_ref().err()).collect();
    println!("{rows} rows of {} questions agree", outcomes.len());
    let first: Vec<&str> = wrong.iter().take(10).map(|s| s.as_str()).collect();
    assert!(
        wrong.is_empty(),
        "{} of {} differ:\n{}",
        wrong.len(),
        outcomes.len(),
        first.join("\n")
    );
    assert!(rows > 1000);
}

fn profiles(root: &Path) -> Vec<PathBuf> {
    let mut paths = files(root);
    let is_small = |path: &Path| path.metadata().is_ok_and(|meta| meta.len() < LARGEST);
    paths.retain(|path| path.to_string_lossy().ends_with(".pb.gz") && is_small(path));
    paths
}

/// Compares the rows of every format; how many there are.
fn check(path: &Path, question: &[&str], base: &Path) -> Result<usize, String> {
    let base = base.display().to_string();
    let mut args: Vec<String> = question
        .iter()
        .map(|arg| arg.replace("BASE", &base))
        .collect();
    args.push(path.display().to_string());
    let wrong = |what: String| format!("{}: {what}", args.join(" "));
    let ask = |more: &[&str]| {
        let mut command = heapwise(&workspace());
        let output = command.args(["top", "-q"]).args(more).args(&args).output();
        let output = output.unwrap();
        let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
        output.status.success().then_some(stdout)
    };
    let Some(pprofs) = ask(&["--pprof-compatible"]) else {
        // Own answers pass over what is behind the end of a gzip stream.
        return Ok(0);
    };
    let pprofs = pprof_rows(&pprofs);
    let is_said = |name: &str| question.iter().any(|arg| arg.starts_with(name));
    // Programs get all rows unless they ask for fewer.
    let as_people: &[&str] = match is_said("-nodefraction") || is_said("-trim") {
        true => &[],
        false => &["-nodefraction=0.005"],
    };
    let forms: [(&str, &[&str], ReadRows); 4] = [
        ("text", &[], text_rows),
        ("markdown", &[], markdown_rows),
        ("json", as_people, json_rows),
        ("csv", as_people, csv_rows),
    ];
    for (format, more, read) in forms {
        let more = [&["-unit=minimum", "-f", format], more].concat();
        let answer = ask(&more).ok_or_else(|| wrong(format!("{format} is refused")))?;
        let own = read(&answer, &pprofs);
        if own != pprofs {
            let at = own
                .iter()
                .zip(&pprofs)
                .position(|(own, other)| own != other);
            let at = at.unwrap_or(own.len().min(pprofs.len()));
            let (found, expected) = (own.get(at), pprofs.get(at));
            let (count, of) = (own.len(), pprofs.len());
            return Err(wrong(format!(
                "{format}: {count} rows, expected {of}; row {at} is {found:?}, expected {expected:?}"
            )));
        }
    }
    Ok(pprofs.len())
}

fn row(flat: &str, cum: &str, name: &str) -> Row {
    let name = name.trim_end_matches(" (inline)");
    let name = name.trim_end_matches(" (partial-inline)");
    (flat.to_owned(), cum.to_owned(), name.to_owned())
}

fn pprof_rows(answer: &str) -> Vec<Row> {
    let lines = answer.lines().skip_while(|line| !line.contains("flat%"));
    let rows = lines.skip(1).map(|line| {
        let cells: Vec<&str> = line.split_whitespace().collect();
        let name = cells[5..].join(" ");
        row(cells[0], cells[3], &name)
    });
    rows.collect()
}

/// The rows of a table, whatever its columns.
fn table_rows(lines: Vec<Vec<String>>) -> Vec<Row> {
    let [titles, rows @ ..] = lines.as_slice() else {
        return Vec::new();
    };
    let cum = titles.iter().position(|title| title == "cum").unwrap();
    let rows = rows
        .iter()
        .map(|cells| row(&cells[0], &cells[cum], cells.last().unwrap()));
    rows.filter(|(_, cum, _)| !cum.is_empty()).collect()
}

fn text_rows(answer: &str, _: &[Row]) -> Vec<Row> {
    let mut lines = answer.lines().skip_while(|line| !line.contains("flat%"));
    let titles: Vec<char> = lines.next().unwrap().chars().collect();
    // Where columns end: those of numbers lean to the right, the last has names.
    let mut ends: Vec<usize> = (0..titles.len())
        .filter(|&at| titles[at] != ' ' && titles.get(at + 1).is_none_or(|&next| next == ' '))
        .collect();
    ends.pop();
    let cells = |line: &str| -> Vec<String> {
        let line: Vec<char> = line.chars().collect();
        let mut start = 0;
        let mut cells = Vec::new();
        for &end in ends.iter().chain([&line.len()]) {
            let end = (end + 1).min(line.len());
            let text: String = line[start.min(end)..end].iter().collect();
            let words: Vec<&str> = text.split_whitespace().collect();
            cells.push(words.join(" "));
            start = end;
        }
        cells
    };
    let titles: String = titles.into_iter().collect();
    let table = [titles.as_str()].into_iter().chain(lines);
    let is_footer = |line: &&str| line.starts_with("+?");
    table_rows(
        table
            .take_while(|line| !is_footer(line))
            .map(cells)
            .collect(),
    )
}

fn markdown_rows(answer: &str, _: &[Row]) -> Vec<Row> {
    let lines = answer.lines().filter(|line| line.starts_with('|'));
    let cells = |line: &str| -> Vec<String> {
        let line = line.trim_start_matches("| ").trim_end_matches(" |");
        let plain = |cell: &str| {
            let cell = unescaped(cell)
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&amp;", "&");
            let words: Vec<&str> = cell.split_whitespace().collect();
            words.join(" ")
        };
        line.split(" | ").map(plain).collect()
    };
    let table: Vec<Vec<String>> = lines.map(cells).collect();
    let is_separator = |cells: &[String]| cells[0].contains("--");
    table_rows(
        table
            .into_iter()
            .filter(|cells| !is_separator(cells))
            .collect(),
    )
}

/// Without the backslashes before what would be markup.
fn unescaped(text: &str) -> String {
    let mut is_escaped = false;
    let mut keep = |c: char| {
        is_escaped = c == '\\' && !is_escaped;
        !is_escaped
    };
    text.chars().filter(|&c| keep(c)).collect()
}

/// Raw values, printed as pprof printed them if they are the same; names have parts only.
fn raw_row(place: usize, pprofs: &[Row], flat: i64, cum: i64, unit: &str, name: &str) -> Row {
    let Some((flat_text, cum_text, printed)) = pprofs.get(place) else {
        return row(&flat.to_string(), &cum.to_string(), name);
    };
    let label = |value: i64, text: &str| {
        let unit_of_text = text.trim_start_matches(|c: char| "-+.0123456789e".contains(c));
        match value {
            0 => "0".to_owned(),
            value if unit_of_text.is_empty() => value.to_string(),
            value => scaled_label(value, unit, unit_of_text),
        }
    };
    let name = if printed.contains(name) {
        printed
    } else {
        name
    };
    row(&label(flat, flat_text), &label(cum, cum_text), name)
}

fn json_rows(answer: &str, pprofs: &[Row]) -> Vec<Row> {
    let document: Value = serde_json::from_str(answer).unwrap();
    let unit = document["unit"].as_str().unwrap();
    let rows = document["rows"].as_array().unwrap().iter().enumerate();
    let rows = rows.map(|(at, row)| {
        let value = |name: &str| row[name]["value"].as_i64().unwrap();
        let site = row["site"].as_object().unwrap_or(row.as_object().unwrap());
        let name = site.get("function").or(site.get("file"));
        let name = name.and_then(Value::as_str).unwrap_or_default();
        raw_row(at, pprofs, value("flat"), value("cum"), unit, name)
    });
    rows.collect()
}

fn csv_rows(answer: &str, pprofs: &[Row]) -> Vec<Row> {
    let mut lines = answer.lines().map(fields);
    let titles = lines.next().unwrap();
    let at = |name: &str| titles.iter().position(|title| title == name).unwrap();
    let (flat, cum, unit) = (at("flat"), at("cum"), at("unit"));
    let name = |row: &[String]| match row[at("function")].as_str() {
        "" => row[at("file")].clone(),
        name => name.to_owned(),
    };
    let rows = lines.enumerate().map(|(at, row)| {
        let value = |column: usize| row[column].parse().unwrap();
        raw_row(at, pprofs, value(flat), value(cum), &row[unit], &name(&row))
    });
    rows.collect()
}

/// The fields of a line (RFC 4180).
fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut is_quoted = false;
    let mut rest = line.trim_end().chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '"' if is_quoted && rest.next_if_eq(&'"').is_some() => {
                fields.last_mut().unwrap().push('"');
            }
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => fields.push(String::new()),
            c => fields.last_mut().unwrap().push(c),
        }
    }
    fields
}

fn answer(args: &[&str]) -> String {
    let output = heapwise(&workspace()).args(args).output().unwrap();
    assert!(output.status.success(), "{args:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn json(args: &[&str]) -> Value {
    serde_json::from_str(&answer(&[args, &["-f", "json"]].concat())).unwrap()
}

fn functions(document: &Value) -> Vec<String> {
    let rows = document["rows"].as_array().unwrap().iter();
    rows.map(|row| row["site"]["function"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn what_is_small_is_a_part_of_what_filters_leave() {
    let flags = [
        "--sample_index=alloc_space",
        "--focus=makeOrder",
        "--nodefraction=0.1",
        HEAP,
    ];
    for command in ["top", "tree"] {
        let document = json(&[&[command], &flags[..]].concat());
        assert_eq!(document["rows"].as_array().unwrap().len(), 8, "{command}");
    }
}

#[test]
fn a_tree_has_the_rows_of_a_ranking() {
    for flags in [&[][..], &["--cum"], &["--nodefraction=0.1"], &["-n", "7"]] {
        let ask = |command| functions(&json(&[&[command, HEAP], flags].concat()));
        assert_eq!(ask("tree"), ask("top"), "{flags:?}");
        let omitted = |command| json(&[&[command, HEAP], flags].concat())["omitted"].clone();
        let (tree, top) = (omitted("tree"), omitted("top"));
        assert_eq!((&tree["rows"], &tree["flat"]), (&top["rows"], &top["flat"]));
    }
}

#[test]
fn a_base_is_not_merged_and_dropped_rows_are_not_counted() {
    for (flag, command) in [
        ("--base", "top"),
        ("--base", "tree"),
        ("--diff_base", "top"),
    ] {
        let first = answer(&[command, flag, BEFORE, AFTER]);
        assert!(!first.lines().next().unwrap().contains("merged"), "{first}");
    }
    let count = |command: &str, more: &[&str]| -> u64 {
        let flags = [command, "--drop_negative", "--base", BEFORE, AFTER];
        let document = json(&[&flags[..], more].concat());
        let omitted = document["omitted"]["rows"].as_u64().unwrap();
        omitted + document["rows"].as_array().unwrap().len() as u64
    };
    assert_eq!(count("top", &[]), count("tree", &[]));
    assert_eq!(count("top", &["-n1"]), count("top", &[]));
}

#[test]
fn a_comparison_counts_what_it_leaves_out() {
    let ask = |more: &[&str]| {
        let flags = ["diff", "-q", "--same-work", BEFORE, AFTER];
        answer(&[&flags[..], more].concat())
    };
    let trimmed = ["-n1", "--nodefraction=0.9"];
    for format in ["text", "markdown"] {
        let more = [&trimmed[..], &["-f", format]].concat();
        assert!(ask(&more).contains("in 32 more"), "{}", ask(&more));
        let by_cum = [&more[..], &["--cum"]].concat();
        assert!(ask(&by_cum).contains("in 32 more"), "{}", ask(&by_cum));
    }
    let document = |more: &[&str]| -> Value {
        serde_json::from_str(&ask(&[more, &["-f", "json"]].concat())).unwrap()
    };
    for more in [&[][..], &trimmed, &["--nodefraction=0.9"]] {
        let document = document(more);
        let rows = document["rows"].as_array().unwrap();
        let shown: i64 = rows
            .iter()
            .map(|row| row["flat"]["delta"]["value"].as_i64().unwrap())
            .sum();
        let omitted = &document["omitted"];
        assert_eq!(rows.len() as u64 + omitted["rows"].as_u64().unwrap(), 33);
        let total = document["total"]["delta"]["value"].as_i64().unwrap();
        assert_eq!(shown + omitted["flat"].as_i64().unwrap(), total);
    }
    let csv = ask(&[&trimmed[..], &["-f", "csv"]].concat());
    assert_eq!(csv.lines().count(), 2);
    // What was decided is never small.
    let has_verdict = |row: &&Value| {
        let is = |column: &str| {
            row[column]["verdict"] == "decreased" || row[column]["verdict"] == "gone"
        };
        is("flat") || is("cum")
    };
    let verdicts = |more: &[&str]| {
        let document = document(more);
        document["rows"]
            .as_array()
            .unwrap()
            .iter()
            .filter(has_verdict)
            .count()
    };
    assert!(verdicts(&[]) > 0);
    assert_eq!(verdicts(&["--nodefraction=1"]), verdicts(&[]));
}

#[test]
fn people_get_what_matters_and_programs_everything() {
    for command in ["top", "tree"] {
        let all = json(&[command, RATE_ONE]);
        let all_rows = all["rows"].as_array().unwrap().len();
        assert_eq!(all["omitted"]["rows"], 0);
        let flags = [command, "-q", RATE_ONE];
        let text = answer(&flags);
        assert!(text.contains(" more\n"), "{text}");
        for whole in [&["-n0", "--nodefraction=0"][..], &["-trim=false"]] {
            let text = answer(&[&flags[..], whole].concat());
            assert!(text.contains(&format!(" {all_rows} functions")), "{text}");
            assert!(!text.contains(" more\n"), "{text}");
        }
    }
}

#[test]
fn a_pipe_gets_no_more_rows_than_from_pprof() {
    let count = |answer: String| answer.lines().count();
    let pprofs = count(answer(&["top", "--pprof-compatible", RATE_ONE]));
    let own = count(answer(&["top", "-q", RATE_ONE]));
    assert!(own <= pprofs + 3, "{own} lines, pprof has {pprofs}");
}
