//! The expected outputs of google/pprof's own tests, where a corpus has them (see `corpus.rs`): its
//! `golden/COMMANDS.md` lists the file and the command line of each.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "walks over files outside the repository"
)]

mod common;

use std::fs;
use std::path::Path;

use common::beside::corpus;
use common::{comparable, pprof_compatible};

#[test]
fn prints_what_the_tests_of_pprof_expect() {
    let Some(root) = corpus("golden").map(|corpus| corpus.join("golden")) else {
        return;
    };
    let commands = fs::read_to_string(root.join("COMMANDS.md")).unwrap();
    let rows: Vec<(&str, Vec<String>)> = commands.lines().filter_map(row).collect();
    let differing: Vec<String> = rows
        .iter()
        .filter(|(golden, args)| !is_equal(&root, golden, args))
        .map(|(golden, args)| format!("{golden}: {}", args.join(" ")))
        .collect();
    println!("{} goldens, {} differ", rows.len(), differing.len());
    assert!(rows.len() > 40);
    assert!(differing.is_empty(), "{}", differing.join("\n"));
}

/// A row of the table: the golden's name and the arguments, without those of where to write.
fn row(line: &str) -> Option<(&str, Vec<String>)> {
    let mut cells = line.split(" | ").map(str::trim);
    let golden = cells.nth(1).filter(|name| name.starts_with("pprof."))?;
    let command = cells.next()?.trim_matches('`');
    let words = command.split_whitespace().skip(4);
    let args = words
        .map(|word| word.trim_matches('\'').to_owned())
        .filter(|word| !word.starts_with("-output="));
    Some((golden, args.collect()))
}

fn is_equal(root: &Path, golden: &str, args: &[String]) -> bool {
    let by_file = args.iter().any(|arg| arg == "-files");
    let expected = fs::read(root.join("expected").join(golden)).unwrap();
    let found = pprof_compatible(root, args);
    found.status.success() && comparable(&found.stdout, by_file) == comparable(&expected, by_file)
}
