//! What the README shows is what the commands print.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "reads the README"
)]

mod common;

use std::fs;

use common::{heapwise, workspace};

/// How the README calls the command from a clone.
const FROM_CLONE: &str = "$ cargo run --release -p heapwise -- ";

#[test]
fn the_readme_shows_real_output() {
    let readme = fs::read_to_string(workspace().join("README.md")).unwrap();
    let mut count = 0;
    for block in blocks(&readme, "console") {
        let Some((command, expected)) = block.split_once('\n') else {
            continue;
        };
        let Some(args) = command.strip_prefix(FROM_CLONE) else {
            continue;
        };
        let mut command = heapwise(&workspace());
        let output = command.args(args.split(' ')).output().unwrap();
        let found = [output.stderr, output.stdout].concat();
        assert!(output.status.success());
        assert_eq!(String::from_utf8_lossy(&found), expected, "{args}");
        count += 1;
    }
    assert_eq!(count, 5);
}

#[test]
fn the_page_on_advice_shows_real_output() {
    let page = fs::read_to_string(workspace().join("docs/explain.md")).unwrap();
    let folder = workspace().join("testdata/advice/slice-capacity");
    let mut count = 0;
    let blocks = blocks(&page, "console");
    for shown in blocks
        .iter()
        .flat_map(|block| block.split("$ heapwise ").skip(1))
    {
        let (args, expected) = shown.split_once('\n').unwrap();
        let args = args.replace("escape.txt", "before.m2.txt");
        let output = heapwise(&folder).args(words(&args)).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stdout), expected, "{args}");
        count += 1;
    }
    assert_eq!(count, 5);
}

/// The words of a command line; quotes keep them together.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (at, part) in line.split('\'').enumerate() {
        match at % 2 {
            0 => words.extend(part.split_whitespace().map(str::to_owned)),
            _ => words.push(part.to_owned()),
        }
    }
    words
}

#[test]
fn the_readme_shows_the_example() {
    let readme = fs::read_to_string(workspace().join("README.md")).unwrap();
    let example = include_str!("../../../examples/src/bin/rank.rs");
    let mut lines = example.lines().map(str::trim);
    for snippet in blocks(&readme, "rust") {
        for line in snippet.lines().map(str::trim) {
            assert!(
                line.is_empty() || lines.any(|known| known == line),
                "{line}"
            );
        }
    }
}

#[test]
fn the_readme_is_short() {
    let readme = fs::read_to_string(workspace().join("README.md")).unwrap();
    assert!(readme.lines().count() < 180);
}

/// The fenced blocks of a language.
fn blocks<'a>(text: &'a str, language: &str) -> Vec<&'a str> {
    let opening = format!("```{language}\n");
    let starts = text.split(&opening).skip(1);
    starts
        .filter_map(|rest| Some(rest.split_once("```")?.0))
        .collect()
}
