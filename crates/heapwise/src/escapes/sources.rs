//! Lines of source files, for what no log tells.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use heapwise_analysis::explain::Code;
use heapwise_analysis::{Origin, Site};

/// Nobody writes more in one file, and paths come from the profile.
const LARGEST: u64 = 16 << 20;

/// Source files, read when they are asked for.
#[derive(Debug)]
pub(crate) struct Sources {
    /// The folder that is looked in, and the least parts of a path that have to be there.
    folder: PathBuf,
    least: usize,
    read: RefCell<HashMap<String, Option<Vec<String>>>>,
    /// What is below the folder, by the name and whether the name alone is enough.
    below: RefCell<HashMap<(String, usize), Found>>,
}

/// What was found of a file.
#[derive(Debug)]
enum Found {
    Lines(Vec<String>),
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
            read: RefCell::new(HashMap::new()),
            below: RefCell::new(HashMap::new()),
        }
    }

    /// The text of a line, from 1.
    pub(crate) fn line(&self, file: &str, line: i64) -> Option<String> {
        let mut read = self.read.borrow_mut();
        let lines = read
            .entry(file.to_owned())
            .or_insert_with(|| self.lines(file));
        let at = usize::try_from(line).ok()?.checked_sub(1)?;
        lines.as_ref()?.get(at).cloned()
    }

    /// The code at a site, to be shown: only of what is below the folder, wherever the profile says that its files are. Of
    /// other code than one's own a file's name alone says too little.
    pub(crate) fn code(&self, site: &Site, start: Option<i64>) -> Option<Code> {
        let (file, line) = (site.file.as_deref()?, site.line?);
        let least = match Origin::of(site) {
            Origin::Own => self.least,
            _ => self.least.max(2),
        };
        let mut below = self.below.borrow_mut();
        let found = below
            .entry((file.to_owned(), least))
            .or_insert_with(|| self.found(file, least));
        Some(match found {
            Found::Lines(lines) => Code::at(lines, line, (site.function.as_deref(), start)),
            Found::NoFile => Code::NoFile,
            Found::NoText => Code::NoText,
        })
    }

    fn found(&self, file: &str, least: usize) -> Found {
        match self.ends(file, least).find_map(|path| text_of(&path)) {
            Some(text) if text.bytes().take(START).any(|byte| byte == 0) => Found::NoText,
            Some(text) => Found::Lines(text.lines().map(str::to_owned).collect()),
            None => Found::NoFile,
        }
    }

    fn lines(&self, file: &str) -> Option<Vec<String>> {
        let paths = std::iter::once(PathBuf::from(file)).filter(|path| path.is_absolute());
        let mut paths = paths.chain(self.ends(file, self.least_of(file)));
        let text = paths.find_map(|path| text_of(&path))?;
        Some(text.lines().map(str::to_owned).collect())
    }

    /// The least parts of a path that have to be there. Each module has a `go.mod`: that of the folder itself is only asked for
    /// by this name alone.
    fn least_of(&self, file: &str) -> usize {
        match file.strip_suffix("go.mod") {
            Some("") => 1,
            Some(folders) if folders.ends_with('/') => self.least.max(2),
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

/// The text of a file; nothing of what is none.
fn text_of(path: &Path) -> Option<String> {
    let metadata = std::fs::metadata(path).ok()?;
    if !metadata.is_file() {
        return None;
    }
    let mut bytes = Vec::new();
    File::open(path)
        .ok()?
        .take(LARGEST)
        .read_to_end(&mut bytes)
        .ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}
