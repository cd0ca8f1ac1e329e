//! What a log of the compiler says of a line of a profile.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use heapwise_decode::{AllocationKind, Decision, EscapeLog, Position};

use super::named::{declared_name, is_generic, is_named_for_some};
use super::paths::FilePath;
use crate::site::identity::Site;

/// A log of the compiler, to be asked for lines.
#[derive(Debug)]
pub struct EscapeIndex {
    log: EscapeLog,
    paths: Vec<FilePath>,
    by_base: HashMap<String, Vec<LoggedFile>>,
    /// The files with a name, also those in which nothing is decided.
    named: HashMap<String, Vec<u32>>,
    has_one_main: bool,
    /// The lines at which functions start, by their file and name.
    starts: HashMap<u32, HashMap<String, Vec<u32>>>,
    /// The packages whose own a file is, as its folder tells.
    owners: BTreeMap<FilePath, BTreeSet<String>>,
}

/// A file as it was compiled for a package.
#[derive(Debug)]
struct LoggedFile {
    number: u32,
    path: FilePath,
    package: Option<String>,
    /// The numbers of the decisions on each line.
    lines: BTreeMap<u32, Vec<usize>>,
}

/// What a log has on a line.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Looked<'a> {
    /// The file is not in the log.
    NoFile,
    /// Files of several packages fit.
    Ambiguous,
    /// The decisions on the line, if any.
    Line(Vec<&'a Decision>),
}

/// What a log tells of where a function starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Start {
    /// There, by its name.
    Named,
    /// Some function does, of which no name is told.
    There,
    /// Not there: the source is another one.
    Elsewhere,
    /// Not there, nor anywhere in the file.
    Absent,
    /// It was compiled in no package of the log: of its file only functions with type arguments may be, where they are used.
    NotCompiled,
    /// Nothing.
    Untold,
}

impl EscapeIndex {
    /// Of a log.
    pub fn new(log: EscapeLog) -> EscapeIndex {
        let paths: Vec<FilePath> = log.files.iter().map(|file| FilePath::of(file)).collect();
        let mut files: BTreeMap<(u32, Option<u32>), BTreeMap<u32, Vec<usize>>> = BTreeMap::new();
        for (number, decision) in log.decisions.iter().enumerate() {
            let file = files
                .entry((decision.at.file, decision.package))
                .or_default();
            file.entry(decision.at.line).or_default().push(number);
        }
        let mut named: HashMap<String, Vec<u32>> = HashMap::new();
        for (path, number) in paths.iter().zip(0..) {
            let same = named.entry(path.base().to_owned()).or_default();
            same.push(number);
        }
        let mut by_base: HashMap<String, Vec<LoggedFile>> = HashMap::new();
        let mut mains: BTreeSet<&[String]> = BTreeSet::new();
        let mut owners: BTreeMap<FilePath, BTreeSet<String>> = BTreeMap::new();
        for ((file, package), lines) in files {
            let Some(path) = paths.get(file as usize) else {
                continue;
            };
            let package = package
                .and_then(|at| log.packages.get(at as usize))
                .cloned();
            if package.as_deref() == Some(MAIN) {
                mains.insert(path.folder());
            }
            if let Some(own) = package.as_deref().filter(|own| is_in_folder(own, path)) {
                let all = owners.entry(path.clone()).or_default();
                all.insert(without_test(own).to_owned());
            }
            let same = by_base.entry(path.base().to_owned()).or_default();
            same.push(LoggedFile {
                number: file,
                path: path.clone(),
                package,
                lines,
            });
        }
        let mut starts: HashMap<u32, HashMap<String, Vec<u32>>> = HashMap::new();
        for (file, line, name) in &log.function_names {
            let of_file = starts.entry(*file).or_default();
            of_file.entry(name.clone()).or_default().push(*line);
        }
        EscapeIndex {
            has_one_main: mains.len() == 1,
            starts,
            owners,
            paths,
            by_base,
            named,
            log,
        }
    }

    /// What was read.
    pub fn log(&self) -> &EscapeLog {
        &self.log
    }

    /// Whether functions have names in it.
    pub(super) fn has_names(&self) -> bool {
        !self.starts.is_empty()
    }

    /// Whether it would say of a slice that grows that it does, as compilers since Go 1.26 do.
    pub(super) fn tells_growth(&self) -> bool {
        let mut decisions = self.log.decisions.iter();
        self.log.has_stack_decisions && decisions.any(|one| one.kind == AllocationKind::Append)
    }

    /// Whether it names the functions of the file of a site that can be inlined.
    pub(super) fn tells_inlined(&self, site: &Site) -> bool {
        let path = site.file.as_deref().map(FilePath::of);
        let numbers = path.map(|path| self.numbers(&path, site, false));
        let mut numbers = numbers.into_iter().flatten();
        numbers.any(|number| self.has_functions(number))
    }

    fn has_functions(&self, file: u32) -> bool {
        let functions = &self.log.function_lines;
        let start = functions.partition_point(|&one| one < (file, 0));
        functions.get(start).is_some_and(|one| one.0 == file)
    }

    /// What there is on the line of a site.
    pub(super) fn line(&self, site: &Site) -> Looked<'_> {
        let (Some(file), Some(line)) = (&site.file, site.line) else {
            return Looked::NoFile;
        };
        let path = FilePath::of(file);
        let found = self.files(&path, site.package.as_deref());
        let Some(first) = found.first() else {
            return Looked::NoFile;
        };
        if found.iter().any(|other| is_another(first, other, site)) {
            return Looked::Ambiguous;
        }
        let line = u32::try_from(line).unwrap_or(0);
        let numbers = found.iter().filter_map(|file| file.lines.get(&line));
        let numbers = numbers.flatten().copied();
        let numbers: BTreeSet<usize> = numbers.chain(self.made_elsewhere(site, line)).collect();
        let decisions = numbers.iter().filter_map(|&at| self.log.decisions.get(at));
        Looked::Line(decisions.collect())
    }

    /// What is decided in the package of a site: in the files of its folder, as the log names them.
    pub(super) fn beside(&self, site: &Site) -> impl Iterator<Item = &Decision> {
        let path = site.file.as_deref().map(FilePath::of);
        let found = path.map(|path| self.files(&path, site.package.as_deref()));
        let folders = found.into_iter().flatten();
        let folders: BTreeSet<&[String]> = folders.map(|file| file.path.folder()).collect();
        self.log.decisions.iter().filter(move |one| {
            let path = self.paths.get(one.at.file as usize);
            path.is_some_and(|path| folders.contains(path.folder()))
        })
    }

    /// The names of the files of the folder of a site.
    pub(super) fn files_beside(&self, site: &Site) -> BTreeSet<&str> {
        let files = self.beside(site).map(|one| one.at.file as usize);
        let paths = files.filter_map(|file| self.paths.get(file));
        paths.map(FilePath::base).collect()
    }

    /// Whether a file is in the log, be it without a decision.
    pub(super) fn has_file(&self, path: &FilePath, package: Option<&str>) -> bool {
        let same = self.named.get(path.base()).into_iter().flatten();
        let mut same = same.filter_map(|&number| self.paths.get(number as usize));
        !self.files(path, package).is_empty() || same.any(|other| path.common(other).1)
    }

    /// What is decided in a file.
    pub(super) fn decided_in(
        &self,
        path: &FilePath,
        package: Option<&str>,
    ) -> impl Iterator<Item = &Decision> {
        let files = self.files(path, package).into_iter();
        let numbers = files.flat_map(|file| file.lines.values().flatten());
        numbers.filter_map(|&number| self.log.decisions.get(number))
    }

    /// The packages that a file was compiled for.
    pub(super) fn packages_of(&self, file: u32) -> BTreeSet<&str> {
        let path = self.paths.get(file as usize);
        let same = path.and_then(|path| self.by_base.get(path.base()));
        let same = same.into_iter().flatten();
        same.filter(|other| other.number == file)
            .filter_map(|other| other.package.as_deref().map(without_test))
            .collect()
    }

    /// The files that fit best.
    fn files(&self, path: &FilePath, package: Option<&str>) -> Vec<&LoggedFile> {
        let all = self.by_base.get(path.base()).into_iter().flatten();
        let fits = all.filter_map(|file| Some((self.fit(path, package, file)?, file)));
        let fits: Vec<((bool, usize), &LoggedFile)> = fits.collect();
        let best = fits.iter().map(|(fit, _)| *fit).max();
        let kept = fits.into_iter().filter(|(fit, _)| Some(*fit) == best);
        kept.map(|(_, file)| file).collect()
    }

    /// How well a file fits: whether it is of the same package, and how much of the names is the same. `None` where
    /// it is another file.
    fn fit(
        &self,
        path: &FilePath,
        package: Option<&str>,
        file: &LoggedFile,
    ) -> Option<(bool, usize)> {
        let (common, is_whole) = path.common(&file.path);
        let is_same = package.is_some() && package == file.package.as_deref().map(without_test);
        let accepted = match (package, file.package.as_deref()) {
            (Some(MAIN), Some(logged)) if path.is_of_another(logged) => false,
            // Every command's package has this name.
            (Some(MAIN), Some(MAIN)) => is_whole || common > 1 || self.has_one_main,
            (Some(MAIN), _) | (None, _) | (_, None) => is_whole,
            _ if is_same => true,
            // The package's own file, as `net/ip.go` of `example.com/app/net` is not the one of `net`.
            (Some(_), Some(logged)) if is_in_folder(logged, &file.path) => false,
            // What was inlined into another package, or made for its types.
            (Some(package), _) => {
                is_whole && common > 1 && !self.is_of_another(&file.path, package)
            }
        };
        accepted.then_some((is_same, common))
    }

    /// Whether a file is the own of other packages than one, wherever it is compiled.
    fn is_of_another(&self, path: &FilePath, package: &str) -> bool {
        let owners = self.owners.get(path);
        owners.is_some_and(|owners| !owners.contains(without_test(package)))
    }

    /// What is decided on a line of a function with type arguments in other packages, which are those that use it.
    fn made_elsewhere(&self, site: &Site, line: u32) -> Vec<usize> {
        let (Some(file), Some(function)) = (&site.file, &site.function) else {
            return Vec::new();
        };
        if !is_generic(function) {
            return Vec::new();
        }
        let path = FilePath::of(file);
        let all = self.by_base.get(path.base()).into_iter().flatten();
        let others = all.filter(|other| {
            let package = other.package.as_deref();
            package.is_some() && package.map(without_test) != site.package.as_deref()
        });
        let of_file = |other: &LoggedFile| {
            let (common, is_whole) = path.common(&other.path);
            let package = site.package.as_deref().unwrap_or_default();
            let is_own = is_in_folder(other.package.as_deref().unwrap_or_default(), &other.path)
                || self.is_of_another(&other.path, package);
            let numbers = other.lines.get(&line).into_iter().flatten().copied();
            let is_of = |number: &usize| {
                let name = self.log.decisions.get(*number);
                let name = name.and_then(|one| one.function.as_deref());
                // A file in no folder may be of any package.
                common > 1 || name.is_some_and(|name| is_named_for_some(function, name))
            };
            let numbers = numbers.filter(|number| is_whole && !is_own && is_of(number));
            numbers.collect::<Vec<usize>>()
        };
        others.flat_map(of_file).collect()
    }

    /// What is told of whether the function of a site starts on a line of its file.
    pub(super) fn start(&self, site: &Site, line: i64) -> Start {
        let is_generic = site.function.as_deref().is_some_and(is_generic);
        match self.start_in_file(site, line) {
            known @ (Start::Named | Start::There) => known,
            // What is said of its file is of what was inlined, and of functions with type arguments.
            _ if !is_generic && !self.has_package(site) => Start::NotCompiled,
            start => start,
        }
    }

    fn start_in_file(&self, site: &Site, line: i64) -> Start {
        let (Some(file), Ok(line)) = (&site.file, u32::try_from(line)) else {
            return Start::Untold;
        };
        let function = site.function.as_deref().filter(|name| is_generic(name));
        let path = FilePath::of(file);
        let numbers = self.numbers(&path, site, function.is_some());
        let name = site.function.as_deref().and_then(declared_name);
        if let Some(start) = name.and_then(|name| self.start_by_name((name, line), &numbers)) {
            return start;
        }
        if !self.log.has_all_functions {
            return Start::Untold;
        }
        let functions = &self.log.function_lines;
        let has = |number: &u32| functions.binary_search(&(*number, line)).is_ok();
        if !numbers.iter().any(|&number| self.has_functions(number)) {
            return Start::Untold;
        }
        match (numbers.iter().any(has), function) {
            (true, _) => Start::There,
            (false, Some(function)) if !self.is_compiled(function, (&path, &numbers)) => {
                Start::NotCompiled
            }
            (false, _) => Start::Elsewhere,
        }
    }

    /// Whether the package of a site was compiled for the log, as far as the log names packages.
    pub(super) fn has_package(&self, site: &Site) -> bool {
        let package = site.package.as_deref().filter(|package| *package != MAIN);
        let mut known = self.log.packages.iter().map(|known| without_test(known));
        known.len() == 0
            || package.is_none_or(|package| known.any(|known| known == without_test(package)))
    }

    /// What names tell of where a function starts in some files; `None` where they tell nothing.
    fn start_by_name(&self, (name, line): (&str, u32), files: &BTreeSet<u32>) -> Option<Start> {
        let known = files.iter().filter_map(|file| self.starts.get(file));
        let mut lines = known.clone().filter_map(|names| names.get(name)).flatten();
        if let Some(first) = lines.next() {
            let is_there = *first == line || lines.any(|&other| other == line);
            return Some(if is_there {
                Start::Named
            } else {
                Start::Elsewhere
            });
        }
        let are_all_told = self.log.has_all_functions && known.clone().next().is_some();
        let mut others = known.flat_map(HashMap::values).flatten();
        let mut is_another = || others.any(|&other| other == line);
        (are_all_told || is_another()).then_some(Start::Absent)
    }

    /// The numbers of the files that are that of a site: with type arguments also as other packages name it.
    fn numbers(&self, path: &FilePath, site: &Site, is_generic: bool) -> BTreeSet<u32> {
        let found = self.files(path, site.package.as_deref());
        let mut numbers: BTreeSet<u32> = found.iter().map(|file| file.number).collect();
        if is_generic && !numbers.is_empty() {
            let package = site.package.as_deref().unwrap_or_default();
            let is_its = |number: &&u32| {
                self.paths.get(**number as usize).is_some_and(|other| {
                    let (common, is_whole) = path.common(other);
                    is_whole && common > 1 && !self.is_of_another(other, package)
                })
            };
            let same = self.named.get(path.base()).into_iter().flatten();
            numbers.extend(same.filter(is_its));
        }
        numbers
    }

    /// Whether something is decided in a function, for any type arguments, in some files with one name.
    fn is_compiled(&self, function: &str, (path, files): (&FilePath, &BTreeSet<u32>)) -> bool {
        let same = self.by_base.get(path.base()).into_iter().flatten();
        let of_files = same.filter(|file| files.contains(&file.number));
        let mut numbers = of_files.flat_map(|file| file.lines.values().flatten());
        numbers.any(|&number| {
            let decision = self.log.decisions.get(number);
            let name = decision.and_then(|one| one.function.as_deref());
            name.is_some_and(|name| is_named_for_some(function, name))
        })
    }

    /// Whether a position is on the line of a site.
    pub(super) fn is_at(&self, position: Position, site: &Site) -> bool {
        let path = self.paths.get(position.file as usize);
        let file = site.file.as_deref().map(FilePath::of);
        let base = path.map(FilePath::base);
        base.is_some()
            && base == file.as_ref().map(FilePath::base)
            && site.line == Some(i64::from(position.line))
    }
}

const MAIN: &str = "main";

/// The package that a package of tests is beside.
fn without_test(package: &str) -> &str {
    package.strip_suffix(".test").unwrap_or(package)
}

/// Whether a package is in the folder of a file, as far as that is told.
fn is_in_folder(package: &str, file: &FilePath) -> bool {
    let folder = file.folder().join("/");
    let above = without_test(package).strip_suffix(&folder);
    !folder.is_empty() && above.is_some_and(|above| above.is_empty() || above.ends_with('/'))
}

/// Whether two files that fit alike are different ones.
fn is_another(one: &LoggedFile, other: &LoggedFile, site: &Site) -> bool {
    let is_main = site.package.as_deref() == Some(MAIN);
    one.path != other.path || is_main && one.package != other.package
}
