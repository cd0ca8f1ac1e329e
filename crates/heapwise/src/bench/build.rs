//! Builds the test binaries of a side, once.

use std::path::Path;
use std::process::Command;

use anyhow::bail;

use super::flags::GoFlags;
use crate::interrupt::Interrupt;
use crate::process::{Finished, first_lines, run};

/// What is built: a package as it is named in a directory.
pub(super) struct Order<'a> {
    pub(super) directory: &'a Path,
    pub(super) pattern: &'a str,
    /// The side, for errors.
    pub(super) label: &'a str,
    pub(super) flags: &'a GoFlags,
    /// Where go writes while it builds: what it leaves there when it is ended goes with it.
    pub(super) temporary: &'a Path,
}

/// Builds a test binary; if that fails, the error has go's own words, and says whether it is only `go vet` that refuses it.
pub(super) fn build(order: &Order<'_>, to: &Path, interrupt: &Interrupt) -> anyhow::Result<()> {
    let said = compile(order, &[], to, interrupt)?;
    if is_built(&said, to) {
        return Ok(());
    }
    let words = match said.err.trim().is_empty() {
        true => &said.out,
        false => &said.err,
    };
    // `go test` vets what it builds, also where that compiles.
    let unvetted = compile(order, &["-vet=off"], to, interrupt)?;
    let (what, way_out) = match is_built(&unvetted, to) {
        true => (
            "builds, but go vet finds fault with it",
            "\n-- -vet=off measures it as it is",
        ),
        false => ("does not build", ""),
    };
    bail!(
        "bench: {} of {} {what}:\n{}{way_out}",
        order.pattern,
        order.label,
        first_lines(words)
    );
}

fn is_built(said: &Finished, to: &Path) -> bool {
    said.status.success() && to.is_file()
}

fn compile(
    order: &Order<'_>,
    more: &[&str],
    to: &Path,
    interrupt: &Interrupt,
) -> anyhow::Result<Finished> {
    let mut command = Command::new("go");
    command
        .current_dir(order.directory)
        .env("GOTMPDIR", order.temporary)
        .args(["test", "-c", "-o"]);
    command.arg(to).args(&order.flags.build).args(more);
    run(command.arg(order.pattern), interrupt)
}
