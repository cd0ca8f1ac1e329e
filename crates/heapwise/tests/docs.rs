//! Every command of the README and of the pages in docs/ is run, and what they show of answers is what is printed.
//!
//! A page may hold, as comments that nobody sees:
//!
//! - `<!-- files: NAME=PATH ... -->`: commands find these files and folders of the repository where they run, besides
//!   those of [`FILES`];
//! - `<!-- file: NAME -->` before a block: what it shows is such a file;
//! - `<!-- exits: N -->` before a block: its commands end so;
//! - `<!-- not run: N -->`: so many commands of the page need what no test has ([`NEEDS`]).
#![cfg(unix)]
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "reads pages and runs their commands"
)]

mod common;

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use common::workspace;

/// What every page finds where its commands run.
const FILES: [(&str, &str); 24] = [
    ("testdata", "testdata"),
    ("examples", "examples"),
    ("heap.pb.gz", "testdata/server/heap.pb.gz"),
    ("before.pb.gz", "testdata/server/heap.pb.gz"),
    ("after.pb.gz", "testdata/server/go1.27/heap.later.pb.gz"),
    ("old.pb.gz", "testdata/server/heap.pb.gz"),
    ("new.pb.gz", "testdata/server/go1.27/heap.later.pb.gz"),
    ("old", "testdata/beforeafter/buffer-vs-pool/before"),
    ("new", "testdata/beforeafter/buffer-vs-pool/after"),
    (
        "old.txt",
        "testdata/beforeafter/buffer-vs-pool/before.bench.txt",
    ),
    (
        "new.txt",
        "testdata/beforeafter/buffer-vs-pool/after.bench.txt",
    ),
    ("runs/old", "testdata/beforeafter/buffer-vs-pool/before"),
    ("runs/new", "testdata/beforeafter/buffer-vs-pool/after"),
    ("runs/1.pb.gz", "testdata/server/heap.pb.gz"),
    ("runs/2.pb.gz", "testdata/server/go1.27/heap.later.pb.gz"),
    ("dumps", "testdata/server/series/chanrecv"),
    ("heaps", "testdata/growth/leak"),
    ("goroutine.pb.gz", "testdata/states/goroutine.pb.gz"),
    ("escape.txt", "testdata/advice/slice-capacity/before.m2.txt"),
    ("heap1.debug1.txt", "testdata/gc/heap-1.debug1.txt"),
    ("heap2.debug1.txt", "testdata/gc/heap-3.debug1.txt"),
    ("heap1.txt", "testdata/gc/heap-1.debug1.txt"),
    ("heap2.txt", "testdata/gc/heap-3.debug1.txt"),
    ("gctrace.log", "testdata/gc/go1.27.3.steady.log"),
];

/// What of a command tells that it needs more than heapwise and files.
const NEEDS: [(&str, &str); 18] = [
    (":6060", "a server"),
    ("://", "a server"),
    ("cart", "bundles of a server"),
    ("heapwise bench", "Go"),
    ("heapwise explain heap.pb.gz --build", "Go"),
    ("go ", "Go"),
    ("GODEBUG=", "Go"),
    ("for i in", "Go"),
    ("(cd ", "Go"),
    ("benchstat", "Go"),
    ("./", "a program"),
    ("kubectl ", "a cluster"),
    ("git ", "git"),
    ("cargo ", "a build"),
    ("scripts/mutants.py ", "a build"),
    ("curl ", "a server"),
    ("docker ", "a server"),
    ("done", "Go"),
];

/// How the README calls the command from a clone.
const FROM_CLONE: &str = "cargo run --release -p heapwise -- ";

/// The budget that every page finds as `heapwise.toml`.
const BUDGET: &str = "[growth]\nforbid = \"900%\"\n";

/// A fenced block with the comment before it.
#[derive(Debug)]
struct Block<'a> {
    language: &'a str,
    lines: Vec<&'a str>,
    marker: &'a str,
}

/// A command line, and what the page shows of its answer.
#[derive(Debug)]
struct Shown {
    line: String,
    answer: Option<String>,
    exits: i32,
}

#[test]
fn every_command_of_every_page_runs() {
    let root = workspace().canonicalize().unwrap();
    let mut pages = vec![root.join("README.md"), root.join("CONTRIBUTING.md")];
    pages.extend(common::files(&root.join("docs")));
    pages.retain(|page| page.extension().is_some_and(|ending| ending == "md"));
    assert!(pages.len() > 4);
    let faults: Vec<String> = common::in_parallel(&pages, |page| check(&root, page))
        .into_iter()
        .flatten()
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// What is wrong with a page.
fn check(root: &Path, page: &Path) -> Vec<String> {
    let name = page.strip_prefix(root).unwrap().display().to_string();
    let text = fs::read_to_string(page).unwrap();
    let blocks = blocks(&text);
    let folder = playground(root, &text, &blocks);
    let mut faults = Vec::new();
    let mut unable = Vec::new();
    for shown in blocks.iter().flat_map(commands) {
        let line = &shown.line;
        match NEEDS.iter().find(|(word, _)| is_needed(line, word)) {
            Some((_, need)) => unable.push(format!("  {line} ({need})")),
            None => {
                faults.extend(run(folder.path(), &shown).map(|fault| format!("{name}: {fault}")))
            }
        }
    }
    let said = value(&text, "not run").map_or(0, |count| count.parse().unwrap());
    if said != unable.len() {
        let count = unable.len();
        faults.push(format!(
            "{name}: found {count} commands that need more than files, expected the page to say <!-- not run: {count} -->\n{}",
            unable.join("\n")
        ));
    }
    faults
}

/// Whether a command has the word, at the beginning if it is the name of a program.
fn is_needed(line: &str, word: &str) -> bool {
    match word.ends_with(' ') || word == "done" || word == "./" {
        true => line.split("| ").any(|part| part.starts_with(word)),
        false => line.contains(word),
    }
}

/// Runs a command; what is wrong with it.
fn run(folder: &Path, shown: &Shown) -> Option<String> {
    let line = shown
        .line
        .replace("cargo run --release -p heapwise -- ", "heapwise ");
    let output = bash(folder, &line);
    let (out, err) = (
        String::from_utf8_lossy(&output.stdout).into_owned(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    );
    if output.status.code() != Some(shown.exits) {
        let code = output.status;
        return Some(format!(
            "{line}: found {code}, expected {}\n{out}{err}",
            shown.exits
        ));
    }
    let answer = shown.answer.as_ref()?;
    let is_shown = *answer == out || *answer == format!("{err}{out}");
    (!is_shown).then(|| format!("{line}: found\n{err}{out}expected\n{answer}"))
}

fn bash(folder: &Path, line: &str) -> Output {
    let command = Path::new(env!("CARGO_BIN_EXE_heapwise")).parent().unwrap();
    let path = format!("{}:/usr/bin:/bin", command.display());
    let mut bash = Command::new("bash");
    bash.args(["--norc", "-o", "pipefail", "-c", line]);
    bash.env_clear().env("TZ", "UTC").env("PATH", path);
    bash.current_dir(folder).output().unwrap()
}

/// A folder with what the page's commands read.
fn playground(root: &Path, text: &str, blocks: &[Block<'_>]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let own = value(text, "files").unwrap_or_default();
    let own = own
        .split_whitespace()
        .filter_map(|pair| pair.split_once('='));
    for (name, path) in FILES.into_iter().chain(own) {
        let (place, path): (PathBuf, PathBuf) = (folder.path().join(name), root.join(path));
        assert!(path.exists(), "{}", path.display());
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        let _ = fs::remove_file(&place);
        symlink(path, place).unwrap();
    }
    fs::write(folder.path().join("heapwise.toml"), BUDGET).unwrap();
    for block in blocks {
        if let Some(name) = value(block.marker, "file") {
            fs::write(folder.path().join(name), block.lines.join("\n") + "\n").unwrap();
        }
    }
    folder
}

/// What a comment says behind its name.
fn value<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(&format!("<!-- {name}: "))?;
    Some(rest.split_once(" -->")?.0)
}

fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut blocks: Vec<Block<'_>> = Vec::new();
    let (mut marker, mut is_open) = ("", false);
    for line in text.lines() {
        match line.trim_start().strip_prefix("```") {
            Some(_) if is_open => is_open = false,
            Some(language) => {
                is_open = true;
                blocks.push(Block {
                    language,
                    lines: Vec::new(),
                    marker: std::mem::take(&mut marker),
                });
            }
            None if is_open => blocks.last_mut().unwrap().lines.push(line),
            None if line.starts_with("<!--") => marker = line,
            None if line.is_empty() => {}
            None => marker = "",
        }
    }
    blocks
}

/// The commands of a block: with `$` before each where it shows what they answer.
fn commands(block: &Block<'_>) -> Vec<Shown> {
    if block.language != "console" {
        return Vec::new();
    }
    let exits = value(block.marker, "exits").map_or(0, |code| code.parse().unwrap());
    let text = block.lines.join("\n") + "\n";
    if let Some(shown) = text.strip_prefix("$ ") {
        let shown = shown.split("\n$ ").map(|part| match part.split_once('\n') {
            Some((line, answer)) => (line, answer.to_owned()),
            None => (part, String::new()),
        });
        return shown
            .map(|(line, answer)| Shown {
                line: line.replace(FROM_CLONE, "heapwise "),
                // A command that follows takes the end of the line before it.
                answer: Some(match answer.is_empty() || answer.ends_with('\n') {
                    true => answer,
                    false => answer + "\n",
                }),
                exits,
            })
            .collect();
    }
    let text = text.replace("\\\n", " ");
    let lines = text.lines().map(without_comment);
    lines
        .filter(|line| !line.is_empty())
        .map(|line| Shown {
            line: line.to_owned(),
            answer: None,
            exits,
        })
        .collect()
}

fn without_comment(line: &str) -> &str {
    let line = if line.starts_with('#') { "" } else { line };
    line.split_once("  #").map_or(line, |(line, _)| line).trim()
}

/// Code on pages is that of programs that are compiled and run.
#[test]
fn code_on_pages_is_that_of_examples() {
    let root = workspace();
    let examples = common::files(&root.join("examples/src/bin"));
    let examples: Vec<String> = examples
        .iter()
        .map(|path| fs::read_to_string(path).unwrap())
        .collect();
    for page in common::files(&root.join("docs")) {
        let Ok(text) = fs::read_to_string(&page) else {
            continue;
        };
        for block in blocks(&text)
            .iter()
            .filter(|block| block.language == "rust")
        {
            let is_in = |example: &&String| {
                let mut lines = example.lines().map(str::trim);
                let mut shown = block.lines.iter().map(|line| line.trim());
                shown.all(|line| line.is_empty() || lines.any(|known| known == line))
            };
            assert!(
                examples.iter().any(|example| is_in(&example)),
                "{}: {}",
                page.display(),
                block.lines.join("\n")
            );
        }
    }
}

#[test]
fn the_index_names_every_page() {
    let docs = workspace().join("docs");
    let index = fs::read_to_string(docs.join("README.md")).unwrap();
    for entry in fs::read_dir(&docs).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let is_page = name.ends_with(".md") && name != "README.md";
        assert!(!is_page || index.contains(&format!("({name})")), "{name}");
    }
}
