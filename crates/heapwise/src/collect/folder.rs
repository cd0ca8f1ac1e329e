//! The folder of a series: one writer at a time, bundles that are there whole or not at all, only the newest kept.

use std::fs::{self, File, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use heapwise_analysis::timestamp;

use crate::bundle::{Bundle, Part, RECORD, Record, bundles};

/// Who writes.
const LOCK: &str = ".collect.lock";
/// Bundles that are being written or removed begin with these.
const PART: &str = ".part-";
const GONE: &str = ".gone-";

/// What of a series is kept.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    pub(crate) count: Option<u64>,
    pub(crate) bytes: Option<u64>,
}

/// The folder of a series, which nobody else writes to.
#[derive(Debug)]
pub(crate) struct SeriesFolder {
    path: PathBuf,
    bundles: Vec<Bundle>,
    /// Held as long as the folder is.
    _lock: File,
}

/// A bundle that is being written.
#[derive(Debug)]
pub(crate) struct Staged {
    path: PathBuf,
    name: String,
    is_done: bool,
}

impl SeriesFolder {
    /// Makes the folder, or takes over what is in it: bundles of the same server.
    pub(crate) fn open(path: &str, target: &str) -> anyhow::Result<SeriesFolder> {
        let path = PathBuf::from(path);
        let shown = || path.display().to_string();
        fs::create_dir_all(&path).with_context(shown)?;
        let lock = lock(&path)?;
        sweep(&path)?;
        let bundles = bundles(&path)?.unwrap_or_default();
        if path.join(RECORD).exists() {
            bail!("{}: found a bundle, expected a folder for bundles", shown());
        }
        let other = bundles.iter().map(|bundle| &bundle.record.target);
        if let Some(other) = other.into_iter().find(|other| *other != target) {
            bail!(
                "{}: found bundles of {other}, expected a folder of its own for {target}",
                shown()
            );
        }
        Ok(SeriesFolder {
            path,
            bundles,
            _lock: lock,
        })
    }

    /// The bundles that are there.
    pub(crate) fn bundles(&self) -> &[Bundle] {
        &self.bundles
    }

    /// How many bundles the series had so far, those that are gone included.
    pub(crate) fn count(&self) -> u64 {
        let numbers = self.bundles.iter().map(|bundle| bundle.record.number);
        numbers.max().unwrap_or(0)
    }

    /// Begins a bundle.
    pub(crate) fn stage(&self, start_nanos: i64) -> anyhow::Result<Staged> {
        let name = timestamp(start_nanos);
        let path = self.path.join(format!("{PART}{name}"));
        fs::create_dir(&path).with_context(|| path.display().to_string())?;
        Ok(Staged {
            path,
            name,
            is_done: false,
        })
    }

    /// Ends a bundle: from now on it is there, under the name that is returned.
    pub(crate) fn commit(&mut self, mut staged: Staged, record: Record) -> anyhow::Result<String> {
        staged.write(RECORD, &record.to_json()?)?;
        sync(&staged.path);
        let folder = self.free(&staged.name);
        let shown = folder.display().to_string();
        fs::rename(&staged.path, &folder).with_context(|| shown.clone())?;
        staged.is_done = true;
        sync(&self.path);
        self.bundles.push(Bundle { folder, record });
        Ok(shown)
    }

    /// A name that is not taken: a clock that was put back has been here before.
    fn free(&self, name: &str) -> PathBuf {
        let first = self.path.join(name);
        let more = (2_u32..).map(|number| self.path.join(format!("{name}-{number}")));
        let mut names = std::iter::once(first).chain(more);
        names
            .find(|path| !path.exists())
            .unwrap_or_else(|| self.path.join(name))
    }

    /// Removes the oldest bundles beyond the bounds, but never the newest; how many.
    pub(crate) fn trim(&mut self, bounds: Bounds) -> anyhow::Result<u64> {
        let sizes: Vec<u64> = self.bundles.iter().map(|one| size(&one.folder)).collect();
        let (mut bytes, mut kept) = (0_u64, 0_u64);
        let mut from = self.bundles.len();
        for (at, size) in sizes.iter().enumerate().rev() {
            bytes = bytes.saturating_add(*size);
            kept += 1;
            let is_over = bounds.count.is_some_and(|most| kept > most)
                || bounds.bytes.is_some_and(|most| bytes > most);
            if is_over && kept > 1 {
                break;
            }
            from = at;
        }
        let mut removed = 0;
        for bundle in self.bundles.drain(..from) {
            removed += u64::from(remove(&bundle.folder)?);
        }
        Ok(removed)
    }
}

impl Staged {
    /// Writes a file of the bundle.
    pub(crate) fn write(&self, file: &str, bytes: &[u8]) -> anyhow::Result<()> {
        let path = self.path.join(file);
        let write = || -> std::io::Result<()> {
            let mut file = File::create(&path)?;
            file.write_all(bytes)?;
            file.sync_all()
        };
        write().with_context(|| path.display().to_string())
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        if !self.is_done {
            let _ = delete(&self.path);
        }
    }
}

/// Makes sure that nobody else collects into the folder. The system lets go of it when the process ends, however that is.
fn lock(folder: &Path) -> anyhow::Result<File> {
    let path = folder.join(LOCK);
    let shown = || path.display().to_string();
    let mut options = File::options();
    options.create(true).truncate(false).read(true).write(true);
    let mut file = options.open(&path).with_context(shown)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut process = String::new();
            let _ = file.read_to_string(&mut process);
            bail!(
                "{}: found another collect that writes into it (process {}), expected a folder of its own for each",
                folder.display(),
                process.trim()
            );
        }
        Err(TryLockError::Error(error)) => return Err(error).with_context(shown),
    }
    let write = |file: &mut File| -> std::io::Result<()> {
        file.set_len(0)?;
        file.rewind()?;
        writeln!(file, "{}", std::process::id())
    };
    write(&mut file).with_context(shown)?;
    Ok(file)
}

/// Removes what an earlier run did not finish.
fn sweep(folder: &Path) -> anyhow::Result<()> {
    let shown = || folder.display().to_string();
    for entry in fs::read_dir(folder).with_context(shown)? {
        let path = entry.with_context(shown)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with(PART) || name.starts_with(GONE) {
            delete(&path).with_context(|| path.display().to_string())?;
        }
    }
    Ok(())
}

/// Removes a bundle; not one that holds what was not written here.
fn remove(folder: &Path) -> anyhow::Result<bool> {
    let shown = || folder.display().to_string();
    if !is_ours(folder).with_context(shown)? {
        return Ok(false);
    }
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    let gone = folder.with_file_name(format!("{GONE}{name}"));
    fs::rename(folder, &gone).with_context(shown)?;
    delete(&gone).with_context(|| gone.display().to_string())?;
    Ok(true)
}

fn is_ours(folder: &Path) -> std::io::Result<bool> {
    for entry in fs::read_dir(folder)? {
        if !is_written_here(&entry?.path()) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn is_written_here(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default();
    let mut names = Part::ALL.iter().map(|part| part.file()).chain([RECORD]);
    path.is_file() && names.any(|known| name == known)
}

/// Deletes what was written here, and the folder if nothing else is in it.
fn delete(folder: &Path) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if is_written_here(&path) {
            fs::remove_file(path)?;
        }
    }
    match fs::remove_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::DirectoryNotEmpty => Ok(()),
        done => done,
    }
}

/// Bytes of the files in a folder.
fn size(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let sizes = entries.filter_map(|entry| Some(entry.metadata().ok()?.len()));
    sizes.fold(0, u64::saturating_add)
}

/// What is in a folder is kept when the power goes; where a system has no such thing, it need not.
fn sync(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}
