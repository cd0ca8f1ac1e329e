//! The examples of `heapwise help verdicts` are what the command prints.
//!
//! `SNAPSHOTS=overwrite cargo test -p heapwise --test verdicts` refreshes them.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "runs the command and reads what it explains"
)]

mod common;

use std::fs;

use common::{heapwise, workspace};
use snapbox::{Assert, Data};

const TEXT: &str = "crates/heapwise/src/verdicts.txt";
const EXAMPLE: &str = "  $ heapwise ";

#[test]
fn the_examples_of_the_verdicts_are_real() {
    let path = workspace().join(TEXT);
    let text = fs::read_to_string(&path).unwrap();
    let (found, examples) = with_examples(&text);
    assert_eq!(examples, 6);
    let expected = Data::read_from(&path, None);
    let assert = Assert::new().action_env("SNAPSHOTS");
    assert.eq(found, expected.raw());
}

#[test]
fn each_verdict_that_diff_says_is_explained() {
    let text = help("verdicts");
    for word in [
        "less",
        "more",
        "less? more?",
        "unclear",
        "may include set-up",
        "no change",
        "too few samples",
        "exact",
        "may have moved",
        "or more",
        "several profiles a side",
        "asking again",
    ] {
        assert!(text.lines().any(|line| line == word), "{word}");
    }
    let prose = text
        .split(EXAMPLE)
        .flat_map(|part| part.split("\n\n").skip(1));
    for line in prose.flat_map(str::lines) {
        assert!(line.chars().count() <= 100, "{line}");
    }
    assert!(help("diff").contains("Compare two profiles"));
    let wrong = heapwise(&workspace())
        .args(["help", "nothing"])
        .output()
        .unwrap();
    assert_eq!(wrong.status.code(), Some(2));
}

fn help(topic: &str) -> String {
    let output = heapwise(&workspace())
        .args(["help", topic])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0));
    String::from_utf8(output.stdout).unwrap()
}

/// The text with the lines below each command as that prints them: the titles of the columns and
/// the first row with the verdict that is explained.
fn with_examples(text: &str) -> (String, usize) {
    let mut made = String::new();
    let mut examples = 0;
    let mut verdict = "";
    let mut is_old = false;
    for line in text.lines() {
        if is_old && line.starts_with("  ") {
            continue;
        }
        is_old = false;
        if !line.starts_with(' ') && !line.is_empty() {
            verdict = line;
        }
        made.push_str(line);
        made.push('\n');
        if let Some(args) = line.strip_prefix(EXAMPLE) {
            for row in example(args, verdict) {
                made.push_str(&format!("  {row}\n"));
            }
            examples += 1;
            is_old = true;
        }
    }
    (made, examples)
}

fn example(args: &str, verdict: &str) -> Vec<String> {
    let output = heapwise(&workspace())
        .args(args.split(' '))
        .output()
        .unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    let mut rows = printed.split("\n\n").nth(1).unwrap().lines();
    let titles = rows.next().unwrap();
    let verdict = verdict
        .split(' ')
        .next_back()
        .filter(|_| verdict.contains('?'))
        .unwrap_or(verdict);
    let said = rows.find(|row| row.split("  ").any(|cell| cell.trim().contains(verdict)));
    assert!(said.is_some(), "no {verdict} in {printed}");
    vec![titles.to_owned(), said.unwrap().to_owned()]
}
