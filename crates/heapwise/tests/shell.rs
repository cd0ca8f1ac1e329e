//! What shells complete and what manual pages say is what the command takes.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "runs the command and reads what it wrote"
)]

mod common;

use std::fs;
use std::process::Command;

use common::run;

const SHELLS: [&str; 5] = ["bash", "elvish", "fish", "powershell", "zsh"];

fn script(shell: &str) -> String {
    let answer = run(&["completions", shell]);
    assert_eq!(answer.code, Some(0), "{shell}: {}", answer.err);
    answer.out
}

/// The commands that help lists.
fn commands() -> Vec<String> {
    let help = run(&["-h"]).out;
    let (_, rest) = help.split_once("Commands:\n").unwrap();
    let lines = rest.lines().take_while(|line| !line.is_empty());
    let names = lines.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    names
        .map(|line| line.split_whitespace().next().unwrap().to_owned())
        .collect()
}

#[test]
fn every_shell_is_told_every_command_and_option() {
    let commands = commands();
    assert!(commands.len() > 20, "{commands:?}");
    for shell in SHELLS {
        let script = script(shell);
        for command in &commands {
            assert!(script.contains(command.as_str()), "{shell}: {command}");
        }
        for option in ["sample-index", "pprof-compatible", "forbid-growth"] {
            assert!(script.contains(option), "{shell}: {option}");
        }
    }
}

/// What bash completes behind these words.
fn completed(words: &[&str]) -> Option<Vec<String>> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("heapwise.bash");
    fs::write(&file, script("bash")).unwrap();
    let asked = "source \"$1\"; shift; COMP_WORDS=(heapwise \"$@\"); COMP_CWORD=$#; \
                 _heapwise heapwise \"${COMP_WORDS[COMP_CWORD]}\" \"${COMP_WORDS[COMP_CWORD-1]}\"; \
                 printf '%s\\n' \"${COMPREPLY[@]}\"";
    let mut bash = Command::new("bash");
    bash.args(["--norc", "-c", asked, "bash"]).arg(&file);
    let output = bash.args(words).output().ok()?;
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    let answer = String::from_utf8(output.stdout).unwrap();
    Some(answer.split_whitespace().map(str::to_owned).collect())
}

#[test]
fn bash_completes_what_a_command_takes_and_nothing_else() {
    for (words, expected) in [
        (&["gorou"][..], &["goroutines"][..]),
        (&["top", "--sample"], &["--sample-index"]),
        (
            &["top", "--format", ""],
            &["text", "json", "csv", "markdown"],
        ),
        (&["raw", "--format", ""], &["text", "json"]),
        // pprof takes and ignores these, and so does the command with --pprof-compatible.
        (&["raw", "--uni"], &[]),
        (&["tags", "--cu"], &[]),
        (&["completions", "z"], &["zsh"]),
    ] {
        let Some(found) = completed(words) else {
            common::beside::skipped("bash is not installed");
            return;
        };
        assert_eq!(found, expected, "{words:?}");
    }
}

#[test]
fn every_command_has_a_page_with_its_options() {
    let folder = tempfile::tempdir().unwrap();
    let pages = folder.path().join("a/man1");
    let answer = run(&["man", "--out", pages.to_str().unwrap()]);
    assert_eq!((answer.code, answer.out.as_str()), (Some(0), ""));
    for command in commands() {
        let page = fs::read_to_string(pages.join(format!("heapwise-{command}.1"))).unwrap();
        assert_eq!(page, run(&["man", &command]).out);
        assert!(page.contains(&format!(".TH heapwise-{command} 1")));
        let help = run(&[&command, "-h"]).out;
        for option in help
            .split_whitespace()
            .filter_map(|word| word.strip_prefix("--"))
        {
            let name = option.trim_end_matches(|c: char| !c.is_alphanumeric());
            let name = name.split(['=', '[']).next().unwrap().replace('-', "\\-");
            assert!(page.contains(&name), "{command}: {name}");
        }
    }
    let all = fs::read_dir(&pages).unwrap().count();
    assert_eq!(all, commands().len() + 1);
    assert!(run(&["man"]).out.contains("heapwise\\-goroutines(1)"));
    assert_eq!(run(&["man", "topp"]).code, Some(2));
}
