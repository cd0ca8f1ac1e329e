//! Reads a source file as a text.

use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Nobody writes more in one file, and paths come from the profile.
const LARGEST: u64 = 16 << 20;

/// The text of a file; nothing of what is none.
pub(super) fn text_of(path: &Path) -> Option<String> {
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
