//! A file that has to stay as it is while it is read: a question that reads it twice never mixes two profiles.

use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::sync::{Arc, OnceLock};
use std::time::SystemTime;

use heapwise_decode::Source;

/// A file by its path, and what it was when it was opened for the first time. Copies share that.
#[derive(Debug, Clone)]
pub(crate) struct SteadyFile {
    path: Arc<str>,
    first: Arc<OnceLock<Stamp>>,
}

/// What tells whether a file has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    size: u64,
    modified: Option<SystemTime>,
    /// Device and number; a file that was put in the place of another has its own.
    identity: Option<(u64, u64)>,
}

impl Stamp {
    fn of(data: &Metadata) -> Stamp {
        Stamp {
            size: data.len(),
            modified: data.modified().ok(),
            identity: identity(data),
        }
    }
}

#[cfg(unix)]
fn identity(data: &Metadata) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    Some((data.dev(), data.ino()))
}

#[cfg(not(unix))]
fn identity(_: &Metadata) -> Option<(u64, u64)> {
    None
}

impl SteadyFile {
    /// Not opened yet.
    pub(crate) fn new(path: Arc<str>) -> SteadyFile {
        SteadyFile {
            path,
            first: Arc::default(),
        }
    }

    pub(crate) fn path(&self) -> &str {
        &self.path
    }
}

impl Source for SteadyFile {
    fn open(&self) -> io::Result<Box<dyn Read + Send + '_>> {
        let file = match File::open(&*self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound && self.first.get().is_some() => {
                return Err(changed());
            }
            opened => opened?,
        };
        let now = Stamp::of(&file.metadata()?);
        let first = *self.first.get_or_init(|| now);
        if now != first {
            return Err(changed());
        }
        Ok(Box::new(Reading { file, first }))
    }

    fn size(&self) -> Option<u64> {
        Some(std::fs::metadata(&*self.path).ok()?.len())
    }
}

/// One reading, all of which is of the file as it was.
struct Reading {
    file: File,
    first: Stamp,
}

impl Read for Reading {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(out)?;
        // Before anything is made of the bytes: what is torn has errors of its own, which would not tell why.
        match Stamp::of(&self.file.metadata()?) == self.first {
            true => Ok(count),
            false => Err(changed()),
        }
    }
}

fn changed() -> io::Error {
    io::Error::other("that the file was changed while it was read")
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Read;
    use std::path::Path;

    use heapwise_decode::Source;

    use super::SteadyFile;

    /// What the second reading gives after a change between the two.
    fn second(change: impl FnOnce(&Path)) -> Result<Vec<u8>, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("heap");
        fs::write(&path, "one").unwrap();
        let file = SteadyFile::new(path.to_str().unwrap().into());
        let read = |file: &SteadyFile| {
            let mut bytes = Vec::new();
            let read = file.open().and_then(|mut it| it.read_to_end(&mut bytes));
            read.map(|_| bytes).map_err(|error| error.to_string())
        };
        assert_eq!(read(&file).unwrap(), b"one");
        change(&path);
        read(&file)
    }

    #[test]
    fn a_second_reading_is_of_the_same_bytes_or_none() {
        assert_eq!(second(|_| ()).unwrap(), b"one");
        for change in [
            |path: &Path| fs::write(path, "longer").unwrap(),
            |path: &Path| fs::remove_file(path).unwrap(),
            |path: &Path| {
                let other = path.with_extension("new");
                let modified = fs::metadata(path).unwrap().modified().unwrap();
                fs::write(&other, "two").unwrap();
                let file = fs::File::options().write(true).open(&other).unwrap();
                file.set_modified(modified).unwrap();
                if cfg!(unix) {
                    fs::rename(other, path).unwrap();
                } else {
                    fs::remove_file(path).unwrap();
                }
            },
        ] {
            let error = second(change).unwrap_err();
            assert!(error.contains("was changed while it was read"), "{error}");
        }
    }

    #[test]
    fn a_change_within_a_reading_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("heap");
        fs::write(&path, "one").unwrap();
        let file = SteadyFile::new(path.to_str().unwrap().into());
        let mut reading = file.open().unwrap();
        let mut byte = [0];
        reading.read_exact(&mut byte).unwrap();
        fs::write(&path, "two and more").unwrap();
        let error = reading.read_to_end(&mut Vec::new()).unwrap_err();
        assert!(error.to_string().contains("was changed"), "{error}");
    }
}
