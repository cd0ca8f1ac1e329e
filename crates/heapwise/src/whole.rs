//! Writes what the user asked for whole or not at all: a full disk, a signal or a power cut leaves what was there before.

use std::cell::Cell;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::exit;
use crate::interrupt::Interrupt;

/// How much is written before a signal is looked for.
const PIECE: usize = 1 << 20;

/// Writes a file, beside it first; what is no file, such as a pipe or a device, is written to.
pub(crate) fn write(path: &str, bytes: &[u8]) -> anyhow::Result<()> {
    let place = Path::new(path);
    if is_stream(place) {
        let file = File::options().write(true).open(place);
        let written = file.and_then(|mut file| file.write_all(bytes));
        return exit::or_closed(written).with_context(|| path.to_owned());
    }
    // Whoever names a link means what it points to.
    let place = fs::canonicalize(place).unwrap_or_else(|_| place.to_path_buf());
    replace(&place, bytes).with_context(|| path.to_owned())
}

/// Writes to stdout, all of it: what is still held back when a process ends is lost without a word.
pub(crate) fn print(bytes: &[u8]) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    out.flush()?;
    Ok(())
}

/// Whether it is there and no file; what `/dev` has is the process's own (`/dev/stdout`) or a device.
fn is_stream(path: &Path) -> bool {
    path.starts_with("/dev/") || fs::metadata(path).is_ok_and(|data| !data.is_file())
}

fn replace(place: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let interrupt = Interrupt::install()?;
    let old = fs::metadata(place).ok();
    // A file that nobody may write is not replaced, although its folder would let that happen.
    if old.is_some() {
        File::options().write(true).open(place)?;
    }
    let mut file = match (beside(place), &old) {
        (Err(error), Some(_)) => {
            return Err(error)
                .context("a file is replaced whole, which needs a folder that takes another");
        }
        (made, _) => made?,
    };
    for piece in bytes.chunks(PIECE) {
        interrupt.check()?;
        // Not by the wrapper, whose errors name the file beside.
        file.as_file_mut().write_all(piece)?;
    }
    if let Some(old) = old {
        file.as_file().set_permissions(old.permissions())?;
    }
    file.as_file().sync_all()?;
    interrupt.check()?;
    file.persist(place).map_err(|error| error.error)?;
    Ok(())
}

/// A new file in the folder of another, which goes with its last user unless it is given that name.
fn beside(place: &Path) -> io::Result<tempfile::NamedTempFile> {
    let folder = match place.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_path_buf(),
        _ => PathBuf::from("."),
    };
    // What the system says, without the name of the file beside, which is of no use to anybody.
    let number = Cell::new(None);
    let made = tempfile::Builder::new()
        .prefix(".part-")
        .make_in(folder, |path| {
            let file = File::options().write(true).create_new(true).open(path);
            file.inspect_err(|error| number.set(error.raw_os_error()))
        });
    made.map_err(|error| number.get().map_or(error, io::Error::from_raw_os_error))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::write;

    #[test]
    fn replaces_a_file_and_keeps_its_permissions() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let name = path.to_str().unwrap();
        write(name, b"first").unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        }
        write(name, b"second").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"second");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o640);
        }
    }

    #[cfg(unix)]
    #[test]
    fn writes_what_a_link_points_to() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        fs::write(&file, "old").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        write(link.to_str().unwrap(), b"new").unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"new");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    }
}
