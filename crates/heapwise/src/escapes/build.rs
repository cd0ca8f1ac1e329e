//! Builds a package for what the compiler decides.

use std::process::Command;

use anyhow::{Context, bail};

use super::log::{Log, read};
use crate::interrupt::Interrupt;
use crate::output::Output;
use crate::process::{first_lines, run, run_into};

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
    if !status.success() {
        bail!(
            "go build {package} failed:\n{}",
            why(package, flags, &interrupt)?
        );
    }
    let name = log.to_string_lossy().into_owned();
    let read = read(&[name], output).context("what go build said")?;
    read.context("found no decisions, expected those of go build")
}

/// Why a package cannot be built, without what is decided beside.
fn why(package: &str, flags: &[String], interrupt: &Interrupt) -> anyhow::Result<String> {
    let nowhere = tempfile::tempdir().context("a directory for the build")?;
    let mut command = Command::new("go");
    command
        .args(["build", "-o"])
        .arg(nowhere.path().join("program"))
        .args(flags)
        .arg(package);
    Ok(first_lines(&run(&mut command, interrupt)?.err))
}
