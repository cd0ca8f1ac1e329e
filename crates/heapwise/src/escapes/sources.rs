//! Lines of source files, for what no log tells.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

use heapwise_analysis::explain::{Code, Source};
use heapwise_analysis::{Origin, Site};

use super::modules::{are_alike, is_of_library, may_be};
use super::texts::text_of;

/// Source files, read when they are asked for.
#[derive(Debug)]
pub(crate) struct Sources {
    /// The folder that is looked in, and the least parts of a path that have to be there.
    folder: PathBuf,
    least: usize,
    /// Whether it was named: then what is below it is what is asked about.
    is_named: bool,
    read: RefCell<HashMap<String, Option<Source>>>,
    /// What is below the folder, by the name and the package.
    below: RefCell<HashMap<(String, Option<String>), Found>>,
}

/// What was found of a file.
#[derive(Debug)]
enum Found {
    Text(Source, PathBuf),
    NoFile,
    NoText,
}

/// A file with a zero byte this early is no source.
const START: usize = 8000;

impl Sources {
    /// Below a folder that was named, by any end of a path; else below the current one, by an end with a folder.
    pub(crate) fn new(folder: Option<&str>) -> Sources {
        Sources {
            folder: PathBuf::from(folder.unwrap_or(".")),
            least: match folder {
                Some(_) => 1,
                None => 2,
            },
            is_named: folder.is_some(),
            read: RefCell::new(HashMap::new()),
            below: RefCell::new(HashMap::new()),
        }
    }

    /// The code of a line, from 1.
    pub(crate) fn line(&self, file: &str, line: i64) -> Option<String> {
        let mut read = self.read.borrow_mut();
        let source = read
            .entry(file.to_owned())
            .or_insert_with(|| self.source(file));
        source.as_ref()?.line(line).map(str::to_owned)
    }

    /// The code at a site, to be shown: only of what is below the folder, wherever the profile says that its files are. Of
    /// other code than one's own a file's name alone says too little.
    pub(crate) fn code(&self, site: &Site, start: Option<i64>) -> Option<Code> {
        let line = site.line?;
        self.look(site, |found| match found {
            Found::Text(source, _) => source.at(line, (site.function.as_deref(), start)),
            Found::NoFile => Code::NoFile,
            Found::NoText => Code::NoText,
        })
    }

    /// The file below the folder that shows the code at a site, where there is one.
    pub(crate) fn file(&self, site: &Site) -> Option<PathBuf> {
        self.look(site, |found| match found {
            Found::Text(_, path) => Some(path.clone()),
            Found::NoFile | Found::NoText => None,
        })?
    }

    /// Looks at what is below the folder of the file of a site.
    fn look<T>(&self, site: &Site, look: impl FnOnce(&Found) -> T) -> Option<T> {
        let file = site.file.as_deref()?;
        let least = match Origin::of(site) {
            Origin::Own => self.least,
            _ => self.least.max(2),
        };
        let mut below = self.below.borrow_mut();
        let found = below
            .entry((file.to_owned(), site.package.clone()))
            .or_insert_with(|| self.found((file, site.package.as_deref()), least));
        Some(look(found))
    }

    fn found(&self, (file, package): (&str, Option<&str>), least: usize) -> Found {
        let mut ends = self.ends(file, least).filter(|path| path.is_file());
        let path = ends.find(|path| may_be(path, file, package));
        match path.and_then(|path| Some((text_of(&path)?, path))) {
            Some((text, _)) if text.bytes().take(START).any(|byte| byte == 0) => Found::NoText,
            Some((text, path)) => Found::Text(Source::new(file, &text), path),
            None => Found::NoFile,
        }
    }

    fn source(&self, file: &str) -> Option<Source> {
        Some(Source::new(file, &text_of(&self.path(file)?)?))
    }

    /// Where a file is: where the profile says, or below the folder. What is below a folder that was named is shown, and so it
    /// tells, too, where both are the file of one module.
    fn path(&self, file: &str) -> Option<PathBuf> {
        let named = Path::new(file);
        let is_there = named.is_absolute() && named.is_file();
        let mut ends = self.ends(file, self.least_of(file));
        let mut below = || ends.find(|path| path.is_file() && may_be(path, file, None));
        match is_there {
            false => below(),
            true if self.is_named => {
                let copy = below().filter(|below| are_alike(below, named));
                Some(copy.unwrap_or_else(|| named.to_owned()))
            }
            true => Some(named.to_owned()),
        }
    }

    /// The least parts of a path that have to be there. Each module has a `go.mod`: that of the folder itself is only asked for
    /// by this name alone.
    fn least_of(&self, file: &str) -> usize {
        match file.strip_suffix("go.mod") {
            Some("") => 1,
            Some(folders) if folders.ends_with('/') => self.least.max(2),
            _ if is_of_library(file) => self.least.max(2),
            _ => self.least,
        }
    }

    /// The ends of a path below the folder, the longest first.
    fn ends(&self, file: &str, least: usize) -> impl Iterator<Item = PathBuf> {
        let file = file.replace('\\', "/");
        let parts: Vec<String> = file
            .split('/')
            .filter(|part| !matches!(*part, "" | "." | ".."))
            .map(str::to_owned)
            .collect();
        let count = (parts.len() + 1).saturating_sub(least);
        let folder = self.folder.clone();
        (0..count).map(move |from| {
            let end = parts.get(from..).unwrap_or_default();
            end.iter()
                .fold(folder.clone(), |path, part| path.join(part))
        })
    }
}
