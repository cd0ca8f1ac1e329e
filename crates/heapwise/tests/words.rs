//! Counts and articles agree with their nouns, in whatever a command says.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "runs the command on small inputs"
)]

mod common;

use std::fs;
use std::path::Path;

use common::{heapwise, workspace};
use heapwise_analysis::GoRegex;

/// One sampled block, and two.
const ONE: &str = "heap profile: 1: 524288 [1: 524288] @ heap/1048576\n\
    1: 524288 [1: 524288] @ 0x401000\n#\t0x401000\tmain.keep+0x1\t/src/app/main.go:10\n";
const TWO: &str = "heap profile: 2: 1048576 [3: 1572864] @ heap/1048576\n\
    1: 524288 [2: 1048576] @ 0x401000\n#\t0x401000\tmain.keep+0x1\t/src/app/main.go:10\n\
    1: 524288 [1: 524288] @ 0x402000\n#\t0x402000\tmain.other+0x1\t/src/app/main.go:20\n";
/// One goroutine, with a creator; the same cut off within its second.
const DUMP: &str = "goroutine 7 [select, 3 minutes]:\nmain.work()\n\t/src/app/main.go:9 +0x1d\n\
    created by main.main in goroutine 1\n\t/src/app/main.go:5 +0x2d\n";
const CUT: &str = "goroutine 7 [select, 3 minutes]:\nmain.work()\n\t/src/app/main.go:9 +0x1d\n\n\
    goroutine 8 [select]:\nmain.wor";
const ELIDED: &str = "goroutine 7 [select]:\nmain.work()\n\t/src/app/main.go:9 +0x1d\n\
    ...1 frames elided...\nmain.main()\n\t/src/app/main.go:5 +0x2d\n";
/// A goroutine twice: two dumps in one text.
const TWICE: &str = "goroutine 7 [select]:\nmain.work()\n\t/src/app/main.go:9 +0x1d\n\n\
    goroutine 7 [select]:\nmain.work()\n\t/src/app/main.go:9 +0x1d\n";
const NO_STACK: &str = "heap profile: 1: 8 [1: 8] @ heapprofile\n1: 8 [1: 8] @\n";

#[test]
fn counts_and_articles_agree() {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    for (name, text) in [
        ("one.txt", ONE),
        ("two.txt", TWO),
        ("dump.txt", DUMP),
        ("cut.txt", CUT),
        ("elided.txt", ELIDED),
        ("twice.txt", TWICE),
        ("nostack.txt", NO_STACK),
    ] {
        put(name, text);
    }
    put("empty.pb.gz", "\u{1f}");
    let data = workspace().join("testdata").canonicalize().unwrap();
    let data = data.to_str().unwrap();
    let commands = commands(data);
    assert!(commands.len() > 60);
    let wrong = wrong(folder.path(), &commands);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn commands(data: &str) -> Vec<String> {
    let mut commands = Vec::new();
    for profile in [
        "one.txt",
        "two.txt",
        "dump.txt",
        "cut.txt",
        "twice.txt",
        "nostack.txt",
        "elided.txt",
        "empty.pb.gz",
    ] {
        for command in [
            "top",
            "tree",
            "traces",
            "tags",
            "info",
            "goroutines",
            "list .",
            "peek .",
            "raw",
        ] {
            commands.push(format!("{command} {profile}"));
        }
        commands.push(format!("explain --ops=1 {profile}"));
        commands.push(format!("top --max-bytes=1 {profile}"));
        commands.push(format!("top -f markdown {profile}"));
        commands.push(format!("goroutines --group-by=function {profile} dump.txt"));
        if profile != "twice.txt" {
            commands.push(format!("goroutines dump.txt {profile} dump.txt dump.txt"));
        }
        commands.push(format!("goroutines --tree {profile}"));
    }
    let heap = format!("{data}/server/go1.27/heap.later.pb.gz");
    for other in [
        "allocs",
        "goroutine",
        "mutex",
        "heap.seconds3",
        "goroutineleak",
        "threadcreate",
    ] {
        let other = format!("{data}/server/go1.27/{other}.pb.gz");
        commands.push(format!("diff {heap} {other}"));
        commands.push(format!("diff {other} {heap}"));
        commands.push(format!("info {other}"));
        commands.push(format!("goroutines {other}"));
        commands.push(format!("top -n1 {other}"));
    }
    for pair in [
        "one.txt two.txt",
        "two.txt one.txt",
        "one.txt one.txt",
        "nostack.txt one.txt",
    ] {
        for options in [
            "",
            "-v",
            "-cum",
            "-lines",
            "-alloc_space --raw",
            "-f markdown",
            "--confidence=50%",
            "--explain",
            "--explain -cum",
        ] {
            commands.push(format!("diff {options} {pair}"));
        }
        let claim = "verify --forbid-growth 5% --require 'inuse_space main.keep <= -10%'";
        commands.push(format!("{claim} {pair}"));
        commands.push(format!("{claim} -f markdown {pair}"));
        commands.push(format!(
            "{claim} --require 'inuse_space total <= 1kB' {pair}"
        ));
    }
    commands
        .push("verify --goroutines dump.txt --require 'goroutines total <= 0' one.txt".to_owned());
    let growing = "verify --require 'goroutines main.work growth none' --goroutines";
    commands.push(format!("{growing} dump.txt"));
    commands.push(format!("{growing} dump.txt twice.txt"));
    commands
}

fn wrong(folder: &Path, commands: &[String]) -> Vec<String> {
    let patterns = [
        // A count of one before a plural; `is`, `has` and the like are not plurals.
        r"(?:^|[^0-9.,:/-])1 (?:more )?[a-z]+[^s\W]s(?:[^a-z]|$)",
        r"(?:^|[^0-9.,])[02-9] (?:sample|goroutine|function|group|dump|profile|site|claim|byte|frame|value|label|trace) ",
        r"(?:^|[ (])a [aeiou][a-z]+",
        r"(?:^|[ (])an [^aeiou8h\W]",
        r"(?:^|[^0-9.,])1 [a-z]+ (?:have|are|were|count|hold) ",
    ];
    let patterns = patterns.map(|pattern| GoRegex::new(pattern).unwrap());
    let fine = ["a unit", "a use", "a uni", "1 is", "1 has", "1 times"];
    let mut wrong = Vec::new();
    for line in commands {
        let output = heapwise(folder).args(words(line)).output().unwrap();
        let printed = [output.stderr, output.stdout].concat();
        for said in String::from_utf8(printed).unwrap().lines() {
            let is_fine = fine.iter().any(|fine| said.contains(fine));
            if !is_fine
                && patterns
                    .iter()
                    .any(|pattern| pattern.is_match(said.as_bytes()))
            {
                wrong.push(format!("{line}: {said}"));
            }
        }
    }
    wrong
}

/// As a shell splits them.
fn words(line: &str) -> Vec<String> {
    let parts = line.split('\'').enumerate();
    parts
        .flat_map(|(at, part)| match at % 2 {
            1 => vec![part.to_owned()],
            _ => part.split_whitespace().map(str::to_owned).collect(),
        })
        .collect()
}
