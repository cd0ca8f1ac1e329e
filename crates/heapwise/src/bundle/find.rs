//! Finds the bundles of a folder: one that is a bundle, or one that has some in it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use heapwise_decode::{agree, counted};

use super::{Part, RECORD, Record};

/// What the schemas of all records begin with.
const FAMILY: &str = "heapwise.bundle/";
/// Files that are named one by one.
const MOST_FILES: usize = 3;

/// A bundle on disk.
#[derive(Debug, Clone)]
pub(crate) struct Bundle {
    pub(crate) folder: PathBuf,
    pub(crate) record: Record,
}

/// The bundles of a folder, the earliest first; `None` where it is no folder of bundles.
pub(crate) fn bundles(folder: &Path) -> anyhow::Result<Option<Vec<Bundle>>> {
    let record = folder.join(RECORD);
    if record.is_file() {
        // Others have files of this name, too.
        let text = fs::read(&record).with_context(|| record.display().to_string())?;
        let is_ours = String::from_utf8_lossy(&text).contains(FAMILY);
        return match is_ours {
            true => Ok(Some(vec![Bundle::read(folder)?])),
            false => Ok(None),
        };
    }
    if !folder.is_dir() {
        return Ok(None);
    }
    let mut folders = named_folders(folder)?;
    folders.retain(|path| path.join(RECORD).is_file());
    folders.sort();
    let found = folders.iter().map(|folder| Bundle::read(folder));
    let found = found.collect::<anyhow::Result<Vec<Bundle>>>()?;
    Ok((!found.is_empty()).then_some(found))
}

/// The folders in a folder that are called as bundles are.
fn named_folders(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let shown = || folder.display().to_string();
    let mut folders = Vec::new();
    for entry in fs::read_dir(folder).with_context(shown)? {
        let path = entry.with_context(shown)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if is_name(&name) && path.is_dir() {
            folders.push(path);
        }
    }
    Ok(folders)
}

/// What is not as it was taken: bundles of a folder without their record, which are left out, and of these bundles
/// parts that are gone or have another size. Whoever copies a series in part gets this.
pub(crate) fn damage(
    folder: &Path,
    read: &[Bundle],
    parts: &[Part],
) -> anyhow::Result<Vec<String>> {
    let shown = folder.display();
    let mut said = Vec::new();
    let is_one = read.iter().any(|bundle| bundle.folder == folder);
    let all = match is_one {
        true => Vec::new(),
        false => named_folders(folder)?,
    };
    let without = all.iter().filter(|path| !path.join(RECORD).is_file());
    let without = without.count();
    if without > 0 {
        said.push(format!(
            "{shown}: {without} of {} {RECORD} and {} left out",
            counted_that_lack(all.len(), without),
            agree(&without, "is", "are")
        ));
    }
    let of_parts = read.iter().flat_map(|bundle| {
        let parts = parts.iter();
        parts.filter_map(|part| bundle.damage_of(*part))
    });
    let mut of_parts: Vec<String> = of_parts.collect();
    let more = of_parts.len().saturating_sub(MOST_FILES);
    of_parts.truncate(MOST_FILES);
    said.extend(of_parts);
    if more > 0 {
        said.push(format!(
            "{shown}: {} likewise not as {RECORD} says",
            counted(more, "more file")
        ));
    }
    Ok(said)
}

/// `20 bundles lack`, of which so many do.
fn counted_that_lack(all: usize, without: usize) -> String {
    let all = counted(all, "bundle");
    format!("{all} {}", agree(&without, "lacks", "lack"))
}

/// The server of a folder of bundles, as the first of them names it; `None` where none says.
pub(crate) fn server(folder: &str) -> Option<String> {
    let path = match folder {
        "" => ".",
        folder => folder,
    };
    let all = bundles(Path::new(path)).ok()??;
    Some(all.into_iter().next()?.record.target)
}

/// Whether a folder is called as bundles are: by a time.
pub(crate) fn is_name(name: &str) -> bool {
    let (day, rest) = name.split_at_checked(8).unwrap_or_default();
    day.bytes().all(|byte| byte.is_ascii_digit()) && rest.starts_with('T')
}

impl Bundle {
    fn read(folder: &Path) -> anyhow::Result<Bundle> {
        let path = folder.join(RECORD);
        let shown = path.display();
        let bytes = fs::read(&path).with_context(|| shown.to_string())?;
        match Record::read(&bytes) {
            Ok(record) => Ok(Bundle {
                folder: folder.to_owned(),
                record,
            }),
            Err(why) => bail!("{shown}: {why}"),
        }
    }

    /// In what a part is not what the record says.
    fn damage_of(&self, part: Part) -> Option<String> {
        let expected = self.record.size(part)?;
        let path = self.folder.join(part.file());
        let found = match fs::metadata(&path) {
            Ok(found) if found.len() == expected => return None,
            Ok(found) => counted(found.len(), "byte"),
            Err(_) => "no file".to_owned(),
        };
        Some(format!(
            "{}: found {found}, where {RECORD} says {}",
            path.display(),
            counted(expected, "byte")
        ))
    }

    /// A part that is there.
    pub(crate) fn part(&self, part: Part) -> Option<String> {
        let path = self.folder.join(part.file());
        let is_there = self.record.has(part) && path.is_file();
        is_there.then(|| path.to_string_lossy().into_owned())
    }
}
