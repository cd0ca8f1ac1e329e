//! Builds a package for what the compiler decides.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, bail};

use super::log::{Log, read};
use crate::process::{first_lines, run};
use crate::interrupt::Interrupt;
use crate::output::Output;

/// Builds a package and all that it depends on, with decisions written below a directory whose name is new: it is part of
/// what the build cache goes by, and a package from the cache writes nothing (cmd/compile: -json).
pub(crate) fn build(package: &str, flags: &[String], output: &Output) -> anyhow::Result<Log> {
    let interrupt = Interrupt::install()?;
    let directory = tempfile::tempdir().context("a directory for what the compiler decides")?;
    let decisions = directory.path().join("escapes");
    let mut command = Command::new("go");
    command
        .arg("build")
        .arg(format!("-gcflags=all=-json=0,{}", decisions.display()))
        .arg("-o")
        .arg(directory.path().join("program"))
        .args(flags)
        .arg(package);
    let said = run(&mut command, &interrupt)?;
    if !said.status.success() {
        bail!("explain: go build {package} failed:\n{}", first_lines(&said.err));
    }
    let name = decisions.to_string_lossy().into_owned();
    if !Path::new(&name).is_dir() {
        bail!("explain: go build {package} wrote no decisions, expected them with -gcflags=all=-json=0,DIR");
    }
    let log = read(&[name], output)?;
    log.context("explain: found no decisions, expected those of a build")
}
