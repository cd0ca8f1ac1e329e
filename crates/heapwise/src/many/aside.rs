//! A temporary file for what is kept of very many profiles and is too much for memory.

use std::env;

use heapwise_analysis::Spill;

use super::Many;

/// Bytes that are kept in memory before the rest goes into the file.
const IN_MEMORY: usize = 4 << 20;

/// A file without a name, which is gone when the command ends. `None` where none can be made: then all is kept in memory,
/// as far as it fits.
pub(crate) fn aside(many: &Many) -> Option<Spill> {
    let in_memory = IN_MEMORY.min(many.max_kept() / (8 * Spill::MOST_TIMES));
    let file = tempfile::tempfile().ok()?;
    Some(Spill::new(file, in_memory))
}

/// The same result, whose error tells in which folder that file is.
pub(crate) fn kept_aside<T>(result: heapwise_analysis::Result<T>) -> anyhow::Result<T> {
    result.map_err(in_temporary_folder)
}

/// The same of an error.
pub(crate) fn in_temporary_folder(error: heapwise_analysis::Error) -> anyhow::Error {
    let folder = env::temp_dir();
    let folder = format!("{} (TMPDIR names another folder)", folder.display());
    anyhow::Error::new(error).context(folder)
}
