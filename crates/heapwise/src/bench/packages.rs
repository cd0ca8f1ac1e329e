//! Which packages are meant, and where they are on each side.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::bail;

use super::flags::GoFlags;
use crate::interrupt::Interrupt;
use crate::process::{first_lines, run};

/// A package with test files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Package {
    /// Its import path.
    pub(super) path: String,
    pub(super) directory: PathBuf,
}

/// What go says of the packages that patterns mean.
#[derive(Debug, Default)]
pub(super) struct Listed {
    pub(super) packages: Vec<Package>,
    /// Those without a test file, which have no benchmark.
    pub(super) without_tests: Vec<String>,
}

/// Fields are apart by what no path holds.
const FORM: &str =
    "{{.ImportPath}}\u{1f}{{.Dir}}\u{1f}{{len .TestGoFiles}}\u{1f}{{len .XTestGoFiles}}";

/// Asks go for packages, in a directory.
pub(super) fn list(
    directory: &Path,
    patterns: &[String],
    flags: &GoFlags,
    interrupt: &Interrupt,
) -> anyhow::Result<Result<Listed, String>> {
    let mut command = Command::new("go");
    command.current_dir(directory).args(["list", "-f", FORM]);
    command.args(flags.build.iter().filter(|flag| !flag.starts_with("-vet")));
    command.arg("--").args(patterns);
    let said = run(&mut command, interrupt)?;
    if !said.status.success() {
        return Ok(Err(first_lines(&said.err)));
    }
    let mut listed = Listed::default();
    for line in said.out.lines() {
        let fields: Vec<&str> = line.trim_end_matches('\r').split('\u{1f}').collect();
        let [path, directory, tests, others] = fields.as_slice() else {
            bail!("go list: found {line:?}, expected a package");
        };
        match (*tests, *others) {
            ("0", "0") => listed.without_tests.push((*path).to_owned()),
            _ => listed.packages.push(Package {
                path: (*path).to_owned(),
                directory: PathBuf::from(directory),
            }),
        }
    }
    Ok(Ok(listed))
}
