//! Builds a package for what the compiler decides.

use std::process::Command;

use anyhow::{Context, bail};

use super::log::{Log, read};
use crate::interrupt::Interrupt;
use crate::output::Output;
use crate::process::{first_lines, run_into};

/// Builds a package and all that it depends on. Text and not JSON: the build cache has it, so that a second time takes no
/// time, and it says what is allocated without escaping, too.
pub(crate) fn build(package: &str, flags: &[String], output: &Output) -> anyhow::Result<Log> {
    let interrupt = Interrupt::install()?;
    let directory = tempfile::tempdir().context("a directory for the build")?;
    let log = directory.path().join("escapes.txt");
    let mut command = Command::new("go");
    command
        .args(["build", "-gcflags=all=-m=2", "-o"])
        .arg(directory.path().join("program"))
        .args(flags)
        .arg(package);
    let file = std::fs::File::create(&log).context("a file for what the compiler decides")?;
    let status = run_into(&mut command, &interrupt, file)?;
    let name = log.to_string_lossy().into_owned();
    if !status.success() {
        let said = std::fs::read_to_string(&log).unwrap_or_default();
        let errors = said.lines().filter(|line| !is_decision(line));
        let errors: Vec<&str> = errors.collect();
        bail!(
            "explain: go build {package} failed:\n{}",
            first_lines(&errors.join("\n"))
        );
    }
    let read = read(&[name], output).context("explain: what go build said")?;
    read.context("explain: found no decisions, expected those of a build")
}

/// Whether a line is what the compiler decides, and no error.
fn is_decision(line: &str) -> bool {
    const WORDS: [&str; 9] = [
        "inline ",
        "inlining call",
        " escapes to heap",
        "moved to heap",
        " does not escape",
        "leaking param",
        "  flow: ",
        "    from ",
        " leaks to ",
    ];
    WORDS.iter().any(|words| line.contains(words))
}
