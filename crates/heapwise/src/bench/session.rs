//! From what was asked to what was measured: both sides are found, built and run.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use tempfile::TempDir;

use super::build::{Order, build};
use super::flags::GoFlags;
use super::git::{Repository, Revision};
use super::measure::{Goal, Measured, Pair, Runner};
use super::packages::{Package, list};
use super::progress::Progress;
use super::saved;
use super::side::{Binary, Here, Side};
use super::toolchain::Toolchain;
use crate::interrupt::Interrupt;

/// What is asked.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    /// Packages as go names them; none is the one here.
    pub(crate) packages: Vec<String>,
    /// What follows `--`.
    pub(crate) go: Vec<String>,
    pub(crate) is_quiet: bool,
}

/// The working tree, built, with all that is needed to put something beside it.
pub(crate) struct Session {
    interrupt: Interrupt,
    progress: Progress,
    flags: GoFlags,
    here: Here,
    repository: anyhow::Result<Option<Repository>>,
    newer: Side,
    /// What is written goes here, and goes with it.
    folder: TempDir,
    notes: Vec<String>,
}

/// What the working tree is called.
const WORKING_TREE: &str = "working tree";

impl Session {
    /// Finds and builds the packages of the working tree.
    pub(crate) fn open(request: &Request) -> anyhow::Result<Session> {
        let flags = GoFlags::parse(&request.go)?;
        let interrupt = Interrupt::install()?;
        let progress = Progress::new(request.is_quiet);
        let directory = std::env::current_dir().context("bench: where commands are given")?;
        let directory = directory
            .canonicalize()
            .context("bench: where commands are given")?;
        progress.say("asking go for packages");
        let toolchain = Toolchain::of(&directory, &interrupt)?;
        let repository = Repository::around(&directory, &interrupt);
        interrupt.check()?;
        let root = match &repository {
            Ok(Some(repository)) => repository.top.clone(),
            _ => directory.clone(),
        };
        let mut session = Session {
            flags,
            here: Here { root, directory },
            repository,
            newer: Side {
                label: WORKING_TREE.to_owned(),
                toolchain,
                binaries: Vec::new(),
            },
            folder: TempDir::with_prefix("heapwise-bench-")
                .context("bench: a temporary directory")?,
            notes: Vec::new(),
            interrupt,
            progress,
        };
        let packages = session.packages(request)?;
        session.newer.binaries = session.build(&packages, "after", WORKING_TREE, &session.here)?;
        Ok(session)
    }

    fn packages(&self, request: &Request) -> anyhow::Result<Vec<Package>> {
        let here = [".".to_owned()];
        let patterns = match request.packages.as_slice() {
            [] => &here[..],
            given => given,
        };
        if let Some(option) = patterns.iter().find(|pattern| pattern.starts_with('-')) {
            bail!("bench: found the package {option:?}, expected one that begins with no dash");
        }
        let listed = list(&self.here.directory, patterns, &self.flags, &self.interrupt)?;
        let listed = listed
            .map_err(|words| anyhow::anyhow!("bench: go finds no such packages:\n{words}"))?;
        if listed.packages.is_empty() {
            bail!(
                "bench: {}: found no test file in {}, expected benchmarks in files that end in _test.go",
                patterns.join(" "),
                match listed.without_tests.as_slice() {
                    [] => "any package".to_owned(),
                    names => names.join(", "),
                }
            );
        }
        Ok(listed.packages)
    }

    fn build(
        &self,
        packages: &[Package],
        name: &str,
        label: &str,
        here: &Here,
    ) -> anyhow::Result<Vec<Binary>> {
        let folder = self.folder.path().join("binaries").join(name);
        std::fs::create_dir_all(&folder)?;
        let mut binaries = Vec::new();
        for (at, package) in packages.iter().enumerate() {
            let Some(place) = here.place_of(&package.directory)? else {
                bail!(
                    "bench: found {} in {}, expected packages below {}",
                    package.path,
                    package.directory.display(),
                    here.root.display()
                );
            };
            self.progress
                .say(&format!("building {} of {label}", package.path));
            let order = Order {
                directory: &here.directory,
                pattern: &here.pattern_of(&place),
                label,
                flags: &self.flags,
            };
            binaries.push(Binary {
                file: build(&order, folder.join(format!("{at}.test")), &self.interrupt)?,
                directory: package.directory.clone(),
                package: package.path.clone(),
                place,
            });
        }
        Ok(binaries)
    }

    /// Keeps what was built under a name; tells where, and of what.
    pub(crate) fn save(&self, name: &str) -> anyhow::Result<(PathBuf, Vec<String>)> {
        let repository = self.repository.as_ref().ok().and_then(Option::as_ref);
        let to = saved::place(name, repository, &self.here)?;
        saved::save(&self.newer, &self.flags, &to)?;
        let packages = self.newer.binaries.iter();
        Ok((to, packages.map(|binary| binary.package.clone()).collect()))
    }

    /// Builds the other side, or finds it, and measures both.
    pub(crate) fn measure(mut self, against: &str, goal: &Goal) -> anyhow::Result<Measured> {
        let (older, tree) = self.older(against)?;
        self.note_differences(&older);
        let pairs = pairs(&self.newer, &older, &self.flags)?;
        let runner = Runner {
            flags: &self.flags,
            goal,
            interrupt: &self.interrupt,
        };
        let mut planned = Vec::new();
        for pair in &pairs {
            self.progress
                .say(&format!("a first short run of {}", pair.sides[1].package));
            planned.extend(runner.plan(pair, &mut self.notes)?);
        }
        if planned.is_empty() {
            bail!("{}", self.nothing_to_compare(goal));
        }
        let folder = TempDir::with_prefix("heapwise-bench-")?;
        let benchmarks = runner.measure(&planned, folder.path(), &mut self.progress)?;
        let newer = match self.repository.as_ref().ok().and_then(Option::as_ref) {
            Some(repository) => changed(repository.changed_files(&self.interrupt)?),
            None => WORKING_TREE.to_owned(),
        };
        drop(tree);
        Ok(Measured {
            labels: [older.label, newer],
            benchmarks,
            notes: self.notes,
            folder,
        })
    }

    /// What is saved under a name goes before a revision.
    fn older(&mut self, against: &str) -> anyhow::Result<(Side, Option<TempDir>)> {
        let known = self.repository.as_ref().ok().and_then(Option::as_ref);
        if let Some(at) = saved::place(against, known, &self.here)
            .ok()
            .filter(|at| saved::exists(at))
        {
            let side = saved::load(against, &at, &self.newer, &self.flags)?;
            return Ok((side, None));
        }
        let repository = match &self.repository {
            Ok(Some(repository)) => repository.clone(),
            Ok(None) => bail!(
                "--against {against}: found no git repository around {}, expected one, or what --save {against} kept",
                self.here.directory.display()
            ),
            Err(error) => bail!("{error:#}"),
        };
        let Some(revision) = repository.find(against, &self.interrupt)? else {
            bail!(
                "--against: found {against:?}, expected a revision that git knows, or a name given to --save"
            );
        };
        let tree =
            TempDir::with_prefix("heapwise-bench-").context("bench: a temporary directory")?;
        let side = self.build_revision(&repository, &revision, tree.path())?;
        Ok((side, Some(tree)))
    }

    fn build_revision(
        &mut self,
        repository: &Repository,
        revision: &Revision,
        tree: &Path,
    ) -> anyhow::Result<Side> {
        let label = &revision.label;
        self.progress.say(&format!("checking out {label}"));
        let root = tree.canonicalize()?.join("tree");
        std::fs::create_dir(&root)?;
        repository.write(revision, &root, &self.interrupt)?;
        let inside = self
            .here
            .directory
            .strip_prefix(&self.here.root)
            .unwrap_or(Path::new(""));
        let directory = root.join(inside);
        if !directory.is_dir() {
            bail!(
                "--against {label}: found no directory {} in it, expected one as here",
                inside.display()
            );
        }
        let there = Here { root, directory };
        let (mut patterns, mut gone) = (Vec::new(), Vec::new());
        for binary in &self.newer.binaries {
            match has_tests(&there.root.join(&binary.place)) {
                true => patterns.push(there.pattern_of(&binary.place)),
                false => gone.push(format!(
                    "{} has no benchmarks in {label}: not compared",
                    binary.package
                )),
            }
        }
        if patterns.is_empty() {
            bail!("bench: {}, expected some to compare with", gone.join("; "));
        }
        self.notes.append(&mut gone);
        let toolchain = Toolchain::of(&there.directory, &self.interrupt)?;
        let listed = list(&there.directory, &patterns, &self.flags, &self.interrupt)?;
        let listed = listed
            .map_err(|words| anyhow::anyhow!("bench: go finds no packages in {label}:\n{words}"))?;
        Ok(Side {
            binaries: self.build(&listed.packages, "before", label, &there)?,
            label: label.clone(),
            toolchain,
        })
    }

    /// What makes sides differ that is no change of the code.
    fn note_differences(&mut self, older: &Side) {
        let (old, new) = (&older.toolchain, &self.newer.toolchain);
        if old.version != new.version {
            self.notes.push(format!(
                "built with {} before and {} after, as go.mod asks: what differs may be Go's",
                old.version, new.version
            ));
        }
        let is_saved = self.newer.binaries.iter().all(|binary| {
            let other = older.at(&binary.place);
            other.is_some_and(|other| other.directory == binary.directory)
        });
        if !is_saved && old.workspace.is_empty() != new.workspace.is_empty() {
            let without = if old.workspace.is_empty() {
                &older.label
            } else {
                &self.newer.label
            };
            self.notes.push(format!(
                "only one side has a go.work, and {without} has none: what differs may come from other modules"
            ));
        }
    }

    fn nothing_to_compare(&self, goal: &Goal) -> String {
        match self.notes.as_slice() {
            [] => format!(
                "bench: found no benchmark that matches {:?} in {}, expected one",
                goal.pattern,
                names(&self.newer)
            ),
            notes => format!("bench: found nothing to compare: {}", notes.join("; ")),
        }
    }
}

/// Packages that both sides have.
fn pairs<'a>(
    newer: &'a Side,
    older: &'a Side,
    flags: &'a GoFlags,
) -> anyhow::Result<Vec<Pair<'a>>> {
    let is_single = newer.binaries.len() == 1;
    let mut pairs = Vec::new();
    for binary in &newer.binaries {
        let Some(other) = older.at(&binary.place) else {
            continue;
        };
        let prefix = match is_single {
            true => String::new(),
            false => format!("{}.", short(binary)),
        };
        let pair = |cpu| Pair {
            prefix: prefix.clone(),
            sides: [other, binary],
            labels: [&older.label, &newer.label],
            cpu,
        };
        match flags.cpus.as_slice() {
            [] => pairs.push(pair(None)),
            cpus => pairs.extend(cpus.iter().map(|cpu| pair(Some(cpu)))),
        }
    }
    if pairs.is_empty() {
        bail!(
            "--against {}: found none of the packages in it, expected one of {}",
            older.label,
            names(newer)
        );
    }
    Ok(pairs)
}

fn names(side: &Side) -> String {
    let names: Vec<&str> = side
        .binaries
        .iter()
        .map(|binary| binary.package.as_str())
        .collect();
    names.join(", ")
}

/// What a package is called among several.
fn short(binary: &Binary) -> String {
    match binary.place.as_os_str().is_empty() {
        true => binary
            .package
            .rsplit('/')
            .next()
            .unwrap_or_default()
            .to_owned(),
        false => binary.place.to_string_lossy().into_owned(),
    }
}

fn has_tests(directory: &Path) -> bool {
    let files = std::fs::read_dir(directory).into_iter().flatten().flatten();
    files
        .into_iter()
        .any(|file| file.file_name().to_string_lossy().ends_with("_test.go"))
}

fn changed(files: usize) -> String {
    match files {
        0 => format!("{WORKING_TREE} (no change)"),
        1 => format!("{WORKING_TREE} (1 file changed)"),
        files => format!("{WORKING_TREE} ({files} files changed)"),
    }
}
