//! Finds the bundles of a folder: one that is a bundle, or one that has some in it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::{Part, RECORD, Record};

/// A bundle on disk.
#[derive(Debug, Clone)]
pub(crate) struct Bundle {
    pub(crate) folder: PathBuf,
    pub(crate) record: Record,
}

/// The bundles of a folder, the earliest first; `None` where it is no folder of bundles.
pub(crate) fn bundles(folder: &Path) -> anyhow::Result<Option<Vec<Bundle>>> {
    if folder.join(RECORD).is_file() {
        return Ok(Some(vec![Bundle::read(folder)?]));
    }
    if !folder.is_dir() {
        return Ok(None);
    }
    let shown = || folder.display().to_string();
    let mut folders = Vec::new();
    for entry in fs::read_dir(folder).with_context(shown)? {
        let path = entry.with_context(shown)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if !name.starts_with('.') && path.join(RECORD).is_file() {
            folders.push(path);
        }
    }
    folders.sort();
    let found = folders.iter().map(|folder| Bundle::read(folder));
    let found = found.collect::<anyhow::Result<Vec<Bundle>>>()?;
    Ok((!found.is_empty()).then_some(found))
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

    /// A part that is there.
    pub(crate) fn part(&self, part: Part) -> Option<String> {
        let path = self.folder.join(part.file());
        let is_there = self.record.has(part) && path.is_file();
        is_there.then(|| path.to_string_lossy().into_owned())
    }
}
