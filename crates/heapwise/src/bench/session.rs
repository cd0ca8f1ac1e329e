//! From what was asked to what was measured: both sides are found, built and run.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use tempfile::TempDir;

use super::build::{Order, build};
use super::find::not_understood;
use super::flags::GoFlags;
use super::git::{Repository, Revision};
use super::measure::{Goal, Measured, Pair, Runner, Told};
use super::origins::refuse_sources_of;
use super::packages::{Package, list};
use super::progress::Progress;
use super::saved;
use super::side::{Binary, Here, Side};
use super::toolchain::Toolchain;
use super::uncompared::Uncompared;
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

/// The working tree, with all that is needed to put something beside it.
pub(crate) struct Session {
    interrupt: Interrupt,
    progress: Progress,
    flags: GoFlags,
    here: Here,
    repository: anyhow::Result<Option<Repository>>,
    newer: Side,
    /// Packages as they were asked for.
    patterns: Vec<String>,
    /// What is written goes here, and goes with it.
    folder: TempDir,
    notes: Vec<String>,
    /// Packages that one side alone has.
    uncompared: Uncompared,
}

/// What the working tree is compared with.
struct Older {
    side: Side,
    /// `None` where it was built before.
    checkout: Option<Checkout>,
}

impl Older {
    /// Whether what went wrong did in its checkout.
    fn is_meant_by(&self, error: &anyhow::Error) -> bool {
        let own = format!("of {} ", self.side.label);
        self.checkout.is_some() && error.to_string().contains(&own)
    }
}

/// The files of a revision.
struct Checkout {
    here: Here,
    /// They go with it.
    _folder: TempDir,
}

/// What the working tree is called.
const WORKING_TREE: &str = "working tree";

impl Session {
    /// Finds the packages of the working tree; nothing is built yet.
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
        let mut patterns = request.packages.clone();
        if patterns.is_empty() {
            patterns.push(".".to_owned());
        }
        let mut session = Session {
            patterns,
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
            uncompared: Uncompared::default(),
            interrupt,
            progress,
        };
        let packages = session.packages()?;
        session.newer.binaries = session.binaries(&packages, "after", &session.here)?;
        Ok(session)
    }

    fn packages(&self) -> anyhow::Result<Vec<Package>> {
        let patterns = self.patterns.as_slice();
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

    /// What is to be built of packages, and where to.
    fn binaries(
        &self,
        packages: &[Package],
        name: &str,
        here: &Here,
    ) -> anyhow::Result<Vec<Binary>> {
        let folder = self.folder.path().join("binaries").join(name);
        std::fs::create_dir_all(&folder)?;
        let binary = |(at, package): (usize, &Package)| {
            let Some(place) = here.place_of(&package.directory)? else {
                bail!(
                    "bench: found {} in {}, expected packages below {}",
                    package.path,
                    package.directory.display(),
                    here.root.display()
                );
            };
            Ok(Binary {
                file: folder.join(format!("{at}.test")),
                directory: package.directory.clone(),
                package: package.path.clone(),
                place,
            })
        };
        packages.iter().enumerate().map(binary).collect()
    }

    fn build(&self, side: &Side, here: &Here) -> anyhow::Result<()> {
        let temporary = match std::env::var_os("GOTMPDIR").filter(|set| !set.is_empty()) {
            // What go writes may need the room of where it is told to.
            Some(set) => TempDir::with_prefix_in("heapwise-bench-", set),
            None => TempDir::with_prefix_in("go-", self.folder.path()),
        };
        let temporary = temporary.context("bench: a temporary directory for go")?;
        for binary in &side.binaries {
            let (package, label) = (&binary.package, &side.label);
            self.progress.say(&format!("building {package} of {label}"));
            let order = Order {
                directory: &here.directory,
                pattern: &here.pattern_of(&binary.place),
                label,
                flags: &self.flags,
                temporary: temporary.path(),
            };
            build(&order, &binary.file, &self.interrupt)?;
        }
        Ok(())
    }

    /// Builds the working tree and keeps it under a name; tells where, and of what.
    pub(crate) fn save(&self, name: &str) -> anyhow::Result<(PathBuf, Vec<String>)> {
        let to = saved::place(name, self.known_repository(), &self.here)?;
        if self.revision(name)?.is_some() {
            bail!(
                "--save: found {name:?}, which git knows as a revision, expected another name: --against {name} would not \
                 say which is meant"
            );
        }
        self.build(&self.newer, &self.here)?;
        saved::save(&self.newer, &self.flags, &to, &self.interrupt)?;
        let packages = self.newer.binaries.iter();
        Ok((to, packages.map(|binary| binary.package.clone()).collect()))
    }

    fn known_repository(&self) -> Option<&Repository> {
        self.repository.as_ref().ok()?.as_ref()
    }

    /// The commit that a name means, where there is a repository that has it.
    fn revision(&self, name: &str) -> anyhow::Result<Option<Revision>> {
        match self.known_repository() {
            Some(repository) => repository.find(name, &self.interrupt),
            None => Ok(None),
        }
    }

    /// Finds the other side, builds both and measures them.
    pub(crate) fn measure(mut self, against: &str, goal: &Goal) -> anyhow::Result<Measured> {
        let older = self.older(against)?;
        self.build(&self.newer, &self.here)?;
        match self.build_and_run(&older, goal) {
            Err(error) if older.is_meant_by(&error) && !self.interrupt.is_set() => {
                Err(self.with_advice(error, &older.side.label))
            }
            done => done,
        }
    }

    fn build_and_run(&mut self, older: &Older, goal: &Goal) -> anyhow::Result<Measured> {
        if let Some(checkout) = &older.checkout {
            self.build(&older.side, &checkout.here)?;
        }
        self.note_differences(older);
        self.note_new(&older.side);
        let pairs = pairs(&self.newer, &older.side, &self.flags)?;
        let runner = Runner {
            flags: &self.flags,
            goal,
            interrupt: &self.interrupt,
        };
        let (mut planned, mut told) = (Vec::new(), Told::default());
        for pair in &pairs {
            let [_, newer] = pair.sides;
            self.progress
                .say(&format!("a first short run of {}", newer.package));
            planned.extend(runner.plan(pair, &mut told)?);
        }
        self.notes.append(&mut told.notes);
        self.uncompared.append(told.uncompared);
        if planned.is_empty() {
            let unread = told.unread.iter().map(|name| not_understood(name));
            self.notes.extend(unread);
            bail!("{}", self.nothing_to_compare(goal));
        }
        let folder = TempDir::with_prefix("heapwise-bench-")?;
        let benchmarks = runner.measure(&planned, folder.path(), &mut self.progress)?;
        let known = match self.known_repository() {
            Some(repository) => repository.working_tree(&self.interrupt)?,
            None => None,
        };
        let newer = known.unwrap_or_else(|| WORKING_TREE.to_owned());
        // The checkout may be below the working tree's top, so it comes first.
        let there = older.checkout.as_ref().map(|checkout| &checkout.here);
        let roots = there.into_iter().chain([&self.here]);
        let roots: Vec<_> = roots.map(|here| here.root.to_string_lossy()).collect();
        Ok(Measured {
            labels: [older.side.label.clone(), newer],
            benchmarks,
            notes: std::mem::take(&mut self.notes),
            uncompared: std::mem::take(&mut self.uncompared),
            unread: told.unread,
            trim_path: roots.join(":"),
            folder,
        })
    }

    /// What failed in the checkout of a revision may miss what git keeps none of.
    fn with_advice(&self, error: anyhow::Error, label: &str) -> anyhow::Error {
        let lacking = self
            .known_repository()
            .and_then(|repository| repository.lacking(&self.interrupt).ok().flatten());
        match lacking {
            Some(what) => anyhow::anyhow!(
                "{error:#}\nThe checkout of {label} lacks {what}; where it takes them, --save NAME before the change \
                 and --against NAME after it need no checkout"
            ),
            None => error,
        }
    }

    /// What is saved under a name goes before a revision.
    fn older(&mut self, against: &str) -> anyhow::Result<Older> {
        if let Some(at) = saved::place(against, self.known_repository(), &self.here)
            .ok()
            .filter(|at| saved::exists(at))
        {
            if let Some(revision) = self.revision(against)? {
                self.notes.push(format!(
                    "{against} is what --save kept, and not the revision {}",
                    revision.label
                ));
            }
            let (side, gone) = saved::load(against, &at, &self.newer, &self.flags)?;
            let gone = gone
                .into_iter()
                .filter(|kept| !has_tests(&self.here.root.join(&kept.0)));
            let label = &side.label;
            let gone = gone.map(|(_, package)| only_in(&package, "is gone", label));
            self.uncompared.gone.extend(gone);
            return Ok(Older {
                side,
                checkout: None,
            });
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
        self.check_out(&repository, &revision)
    }

    fn check_out(&mut self, repository: &Repository, revision: &Revision) -> anyhow::Result<Older> {
        let folder =
            TempDir::with_prefix("heapwise-bench-").context("bench: a temporary directory")?;
        let label = &revision.label;
        self.progress.say(&format!("checking out {label}"));
        let root = folder.path().canonicalize()?.join("tree");
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
        let here = Here { root, directory };
        let patterns = self.patterns_in(&here, label)?;
        self.note_gone(&here, label)?;
        let toolchain = Toolchain::of(&here.directory, &self.interrupt)?;
        self.refuse_workspace_of(&toolchain, &here.root, label)?;
        let working_tree = self.here.root.canonicalize()?;
        let how = (&self.flags, &self.interrupt);
        refuse_sources_of(&working_tree, (&here, &patterns), how, label)?;
        let listed = list(&here.directory, &patterns, &self.flags, &self.interrupt)?;
        let listed = listed.map_err(|words| {
            let error = anyhow::anyhow!("bench: go finds no packages in {label}:\n{words}");
            self.with_advice(error, label)
        })?;
        Ok(Older {
            side: Side {
                binaries: self.binaries(&listed.packages, "before", &here)?,
                label: label.clone(),
                toolchain,
            },
            checkout: Some(Checkout {
                here,
                _folder: folder,
            }),
        })
    }

    /// A workspace that the environment names has the modules of the working tree in it, whatever the checkout has.
    fn refuse_workspace_of(
        &self,
        checkout: &Toolchain,
        root: &Path,
        label: &str,
    ) -> anyhow::Result<()> {
        let path = &checkout.workspace;
        let path = Path::new(path);
        if path.starts_with(&self.here.root) && !path.starts_with(root) {
            bail!(
                "bench: found GOWORK={} in the environment, expected none for {label}: that workspace is of the \
                 working tree",
                path.display()
            );
        }
        Ok(())
    }

    /// The packages that a checkout has, too; others are noted.
    fn patterns_in(&mut self, there: &Here, label: &str) -> anyhow::Result<Vec<String>> {
        let (mut patterns, mut new) = (Vec::new(), Vec::new());
        for binary in &self.newer.binaries {
            match has_tests(&there.root.join(&binary.place)) {
                true => patterns.push(there.pattern_of(&binary.place)),
                false => new.push(format!(
                    "{} has no benchmarks in {label}: not compared",
                    binary.package
                )),
            }
        }
        if patterns.is_empty() {
            bail!("bench: {}, expected some to compare with", new.join("; "));
        }
        self.uncompared.new.append(&mut new);
        Ok(patterns)
    }

    /// The packages that what was saved lacks; of a revision they are told before it is built.
    fn note_new(&mut self, older: &Side) {
        let is_told = |package: &str| {
            let known = |note: &String| note.starts_with(&format!("{package} "));
            self.uncompared.new.iter().any(known)
        };
        let new = self.newer.binaries.iter();
        let new =
            new.filter(|binary| older.at(&binary.place).is_none() && !is_told(&binary.package));
        let new = new.map(|binary| only_in(&binary.package, "is new", &self.newer.label));
        let new: Vec<String> = new.collect();
        self.uncompared.new.extend(new);
    }

    /// The packages that only a checkout has, of what was asked for.
    fn note_gone(&mut self, there: &Here, label: &str) -> anyhow::Result<()> {
        // What go finds there with these patterns is enough: what it refuses is told of what both sides have.
        let listed = list(
            &there.directory,
            &self.patterns,
            &self.flags,
            &self.interrupt,
        )?;
        for package in listed.unwrap_or_default().packages {
            let is_here = match there.place_of(&package.directory)? {
                Some(place) => self.newer.at(&place).is_some(),
                None => true,
            };
            if !is_here && has_benchmarks(&package.directory) {
                let gone = only_in(&package.path, "is gone", label);
                self.uncompared.gone.push(gone);
            }
        }
        Ok(())
    }

    /// What makes sides differ that is no change of the code.
    fn note_differences(&mut self, older: &Older) {
        let (old, new) = (&older.side.toolchain, &self.newer.toolchain);
        if old.version != new.version {
            self.notes.push(format!(
                "built with {} before and {} after, as go.mod asks: what differs may be Go's",
                old.version, new.version
            ));
        }
        if older.checkout.is_some() && old.workspace.is_empty() != new.workspace.is_empty() {
            let without = if old.workspace.is_empty() {
                &older.side.label
            } else {
                &self.newer.label
            };
            self.notes.push(format!(
                "only one side has a go.work, and {without} has none: what differs may come from other modules"
            ));
        }
    }

    fn nothing_to_compare(&self, goal: &Goal) -> String {
        let notes: Vec<&str> = self
            .notes
            .iter()
            .chain(self.uncompared.all())
            .map(String::as_str)
            .collect();
        match notes.as_slice() {
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

/// What is said of a package that one side lacks, as of a single benchmark.
fn only_in(package: &str, what: &str, label: &str) -> String {
    format!("{package} {what}: only in {label}, not compared")
}

fn has_tests(directory: &Path) -> bool {
    test_files(directory).next().is_some()
}

fn has_benchmarks(directory: &Path) -> bool {
    let texts = test_files(directory).filter_map(|file| std::fs::read(file).ok());
    texts
        .map(|text| String::from_utf8_lossy(&text).into_owned())
        .any(|text| text.lines().any(|line| line.starts_with("func Benchmark")))
}

fn test_files(directory: &Path) -> impl Iterator<Item = PathBuf> {
    let files = std::fs::read_dir(directory).into_iter().flatten().flatten();
    let files = files.map(|file| file.path());
    files.filter(|file| file.to_string_lossy().ends_with("_test.go"))
}
