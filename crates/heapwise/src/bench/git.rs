//! What a revision holds, without touching the working tree, its index or git's list of worktrees.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};
use heapwise_decode::counted;

use crate::interrupt::Interrupt;
use crate::process::{Finished, first_lines, run};

/// The repository around a directory.
#[derive(Debug, Clone)]
pub(super) struct Repository {
    /// Where its working tree begins.
    pub(super) top: PathBuf,
    /// Where git keeps what is no part of it, whatever worktree it is.
    pub(super) common: PathBuf,
}

/// A revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Revision {
    pub(super) commit: String,
    /// As it was named, with the commit: `main (8186216)`.
    pub(super) label: String,
}

/// Digits of a commit that are shown.
const SHORT: usize = 7;

/// What git must not do: run hooks of others, leave files out, or watch the directory.
const PLAIN: [&str; 8] = [
    "-c",
    "core.splitIndex=false",
    "-c",
    "core.fsmonitor=false",
    "-c",
    "core.sparseCheckout=false",
    "-c",
    "core.hooksPath=/dev/null",
];

impl Repository {
    /// The one that a directory is in; `None` outside any.
    pub(super) fn around(
        directory: &Path,
        interrupt: &Interrupt,
    ) -> anyhow::Result<Option<Repository>> {
        let said = git(
            directory,
            &["rev-parse", "--show-toplevel", "--git-common-dir"],
            interrupt,
        )?;
        let mut lines = said.out.lines().filter(|_| said.status.success());
        let (Some(top), Some(common)) = (lines.next(), lines.next()) else {
            return Ok(None);
        };
        let absolute = |path: PathBuf| {
            path.canonicalize()
                .with_context(|| path.display().to_string())
        };
        Ok(Some(Repository {
            top: absolute(PathBuf::from(top))?,
            common: absolute(directory.join(common))?,
        }))
    }

    /// The commit that a name means; `None` where there is none.
    pub(super) fn find(
        &self,
        name: &str,
        interrupt: &Interrupt,
    ) -> anyhow::Result<Option<Revision>> {
        // No revision is called so, and git would take it for an option.
        if name.starts_with('-') || name.is_empty() {
            return Ok(None);
        }
        let commit = format!("{name}^{{commit}}");
        let said = git(
            &self.top,
            &["rev-parse", "--verify", "--quiet", &commit],
            interrupt,
        )?;
        let commit = said.out.trim();
        let is_hash = !commit.is_empty() && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !said.status.success() || !is_hash {
            return Ok(None);
        }
        let short = commit.get(..SHORT).unwrap_or(commit);
        Ok(Some(Revision {
            commit: commit.to_owned(),
            label: match commit.starts_with(name) {
                true => short.to_owned(),
                false => format!("{name} ({short})"),
            },
        }))
    }

    /// Writes all files of a revision below a directory, which exists. The index that this takes is a file of its own,
    /// and git is told of no worktree: nothing is left of it when the directory goes.
    pub(super) fn write(
        &self,
        revision: &Revision,
        to: &Path,
        interrupt: &Interrupt,
    ) -> anyhow::Result<()> {
        let index = to.with_extension("index");
        let prefix = format!("--prefix={}/", to.display());
        for args in [
            &["read-tree", &revision.commit][..],
            &["checkout-index", "--all", "--force", "--quiet", &prefix],
        ] {
            let mut command = plain(&self.top);
            command.env("GIT_INDEX_FILE", &index).args(args);
            let said = run(&mut command, interrupt)?;
            if !said.status.success() {
                bail!(
                    "bench: git could not write {}:\n{}",
                    revision.label,
                    first_lines(&said.err)
                );
            }
        }
        Ok(())
    }

    /// What a working tree may have and a checkout has not, in words: what git ignores, and submodules.
    pub(super) fn lacking(&self, interrupt: &Interrupt) -> anyhow::Result<Option<String>> {
        const IGNORED: [&str; 5] = [
            "ls-files",
            "--others",
            "--ignored",
            "--exclude-standard",
            "--directory",
        ];
        /// How a submodule is told from a file.
        const SUBMODULE: &str = "160000 ";
        let ignored = git(&self.top, &IGNORED, interrupt)?.out;
        let tracked = git(&self.top, &["ls-files", "--stage"], interrupt)?.out;
        let submodules = tracked.lines().filter(|line| line.starts_with(SUBMODULE));
        let submodules = submodules.filter_map(|line| line.split_once('\t'));
        let parts = [
            named("what git ignores", ignored.lines().collect()),
            named("submodules", submodules.map(|(_, path)| path).collect()),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        Ok((!parts.is_empty()).then(|| parts.join(" and ")))
    }

    /// What the working tree is: the commit that it was checked out from, and whether it is still that, new files
    /// included. `None` where there is no commit.
    pub(super) fn working_tree(&self, interrupt: &Interrupt) -> anyhow::Result<Option<String>> {
        let Some(head) = self.find("HEAD", interrupt)? else {
            return Ok(None);
        };
        let status = ["status", "--porcelain", "--untracked-files=all"];
        let files = git(&self.top, &status, interrupt)?.out.lines().count();
        let commit = head.commit.get(..SHORT).unwrap_or(&head.commit);
        Ok(Some(match files {
            0 => commit.to_owned(),
            files => format!(
                "{commit} with uncommitted changes ({})",
                counted(files, "file")
            ),
        }))
    }
}

/// What there is, with the first names.
fn named(what: &str, names: Vec<&str>) -> Option<String> {
    const SHOWN: usize = 3;
    let first = names.get(..SHOWN.min(names.len())).unwrap_or_default();
    let more = match names.len() {
        0 => return None,
        count if count > SHOWN => format!(" and {} more", count - SHOWN),
        _ => String::new(),
    };
    Some(format!("{what} ({}{more})", first.join(", ")))
}

fn plain(directory: &Path) -> Command {
    let mut command = Command::new("git");
    command.current_dir(directory).args(PLAIN);
    // Not even the times in the user's index are brought up to date.
    command.env("GIT_OPTIONAL_LOCKS", "0");
    command
}

fn git(directory: &Path, args: &[&str], interrupt: &Interrupt) -> anyhow::Result<Finished> {
    run(plain(directory).args(args), interrupt)
}
