//! Builds the test binaries of a side, once.

use std::path::Path;
use std::process::Command;

use anyhow::bail;

use super::flags::GoFlags;
use crate::interrupt::Interrupt;
use crate::process::{first_lines, run};

/// What is built: a package as it is named in a directory.
pub(super) struct Order<'a> {
    pub(super) directory: &'a Path,
    pub(super) pattern: &'a str,
    /// The side, for errors.
    pub(super) label: &'a str,
    pub(super) flags: &'a GoFlags,
}

/// Builds a test binary; if that fails, the error has the compiler's own words.
pub(super) fn build(order: &Order<'_>, to: &Path, interrupt: &Interrupt) -> anyhow::Result<()> {
    let mut command = Command::new("go");
    command
        .current_dir(order.directory)
        .args(["test", "-c", "-o"]);
    command.arg(to).args(&order.flags.build).arg(order.pattern);
    let said = run(&mut command, interrupt)?;
    if !said.status.success() || !to.is_file() {
        let words = match said.err.trim().is_empty() {
            true => &said.out,
            false => &said.err,
        };
        bail!(
            "bench: {} of {} does not build:\n{}",
            order.pattern,
            order.label,
            first_lines(words)
        );
    }
    Ok(())
}
