//! Which Go builds a side.

use std::path::Path;
use std::process::Command;

use anyhow::bail;
use serde::{Deserialize, Serialize};

use crate::interrupt::Interrupt;
use crate::process::{first_lines, run};

/// What go says of itself in a directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Toolchain {
    /// Such as `go1.27.3`.
    pub(super) version: String,
    pub(super) os: String,
    pub(super) arch: String,
    /// The workspace file that is used, or nothing.
    #[serde(skip)]
    pub(super) workspace: String,
}

/// Older ones print other lines and know fewer options.
const OLDEST: (u32, u32) = (1, 20);

impl Toolchain {
    /// Asks go, which may choose another version by what go.mod says.
    pub(super) fn of(directory: &Path, interrupt: &Interrupt) -> anyhow::Result<Toolchain> {
        let mut command = Command::new("go");
        command
            .current_dir(directory)
            .args(["env", "GOVERSION", "GOOS", "GOARCH", "GOWORK"]);
        let said = run(&mut command, interrupt)?;
        if !said.status.success() {
            bail!("bench: go env failed:\n{}", first_lines(&said.err));
        }
        let mut lines = said.out.lines().map(str::trim);
        let mut next = || lines.next().unwrap_or_default().to_owned();
        let toolchain = Toolchain {
            version: next(),
            os: next(),
            arch: next(),
            workspace: match next() {
                off if off == "off" => String::new(),
                path => path,
            },
        };
        if is_too_old(&toolchain.version) {
            let found = match toolchain.version.as_str() {
                "" => "a version that does not say which it is",
                version => version,
            };
            bail!("bench: found {found}, expected Go 1.20 or newer");
        }
        Ok(toolchain)
    }
}

fn is_too_old(version: &str) -> bool {
    if version.starts_with("devel") {
        return false;
    }
    let numbers = version.strip_prefix("go").unwrap_or_default();
    let mut numbers = numbers.split('.').map(|part| {
        let end = part
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(part.len());
        part.get(..end)
            .and_then(|digits| digits.parse::<u32>().ok())
    });
    let version = (numbers.next().flatten(), numbers.next().flatten());
    version < (Some(OLDEST.0), Some(OLDEST.1))
}

#[cfg(test)]
mod tests {
    use super::is_too_old;

    #[test]
    fn knows_old_versions() {
        for version in ["", "go1.19.13", "go1.4", "go1"] {
            assert!(is_too_old(version), "{version}");
        }
        for version in [
            "go1.20",
            "go1.27.3",
            "go1.21rc2",
            "go2.0",
            "devel go1.28-abc",
            "go1.26.8 X:nodwarf5",
        ] {
            assert!(!is_too_old(version), "{version}");
        }
    }
}
