//! What lies beside the repository and is no part of it: the corpus, and what else is too large or
//! not ours to ship. A check that does not find it passes, and says where it counts that it was
//! skipped: in the file that `HEAPWISE_SKIPPED` names, since what a passing test prints is hidden.
#![allow(
    dead_code,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "each test binary uses some of this; tests may touch files and the environment"
)]

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

/// A file or folder of `../shared` beside the workspace, or of the folder that `HEAPWISE_SHARED`
/// names. `None`, with a note, where it is not there.
pub(crate) fn shared(name: &str) -> Option<PathBuf> {
    found(folder(), name)
}

/// The corpus, if it has this file or folder: the one that `HEAPWISE_CORPUS` names, or that of
/// [`shared`]. `None`, with a note, where it is not there.
pub(crate) fn corpus(part: &str) -> Option<PathBuf> {
    let named = std::env::var_os("HEAPWISE_CORPUS").map(PathBuf::from);
    let root = named.unwrap_or_else(|| folder().join("corpus"));
    found(root.clone(), part).map(|_| root)
}

fn folder() -> PathBuf {
    let named = std::env::var_os("HEAPWISE_SHARED").map(PathBuf::from);
    // Every crate is two folders below the workspace.
    named.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"))
}

fn found(root: PathBuf, name: &str) -> Option<PathBuf> {
    let path = root.join(name);
    if path.exists() {
        return Some(path);
    }
    skipped(&format!("{} is not there", path.display()));
    None
}

/// Notes that the test that runs, or a part of it, is skipped. One line is written at once, so that
/// those of tests that run at the same time stay apart.
pub(crate) fn skipped(why: &str) {
    let thread = std::thread::current();
    let line = format!("{}: {why}\n", thread.name().unwrap_or("a test"));
    print!("skipped: {line}");
    if let Some(path) = std::env::var_os("HEAPWISE_SKIPPED") {
        let file = OpenOptions::new().append(true).create(true).open(path);
        let written = file.and_then(|mut file| file.write_all(line.as_bytes()));
        written.expect("HEAPWISE_SKIPPED names a file that can be written");
    }
}
