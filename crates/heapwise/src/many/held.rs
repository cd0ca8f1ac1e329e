//! Reads a profile that is one of many: at once where it is small, and as it is all the while.

use anyhow::{Context, bail};
use heapwise_analysis::add_missing_mapping;
use heapwise_decode::{ErrorKind, Limits, Profile, ProfileReader, Source};

use crate::input::NamedSource;
use crate::steady::Stamp;

/// Compressed, profiles of that size are read into memory: once, where their tables and their samples would each take a
/// reading.
const SMALL: u64 = 512 << 10;

/// What the samples of a small one may take in memory.
const MOST_BYTES: usize = 16 << 20;

/// Whether a profile is small, as far as its size tells.
pub(crate) fn is_small(source: &NamedSource) -> bool {
    source.size().is_some_and(|size| size <= SMALL)
}

/// Reads a profile whose samples are asked for once.
pub(crate) fn open(
    source: &NamedSource,
    limits: &Limits,
) -> anyhow::Result<ProfileReader<NamedSource>> {
    let Some(profile) = at_once(source, limits).with_context(|| source.path.clone())? else {
        return open_large(source, limits);
    };
    let mut reader = ProfileReader::of(profile);
    add_missing_mapping(&mut reader.edit());
    Ok(reader)
}

/// Reads the tables of a profile, whose samples stay where they are.
pub(crate) fn open_large(
    source: &NamedSource,
    limits: &Limits,
) -> anyhow::Result<ProfileReader<NamedSource>> {
    let reader = ProfileReader::open_tables(source.clone(), limits);
    let mut reader = reader.with_context(|| source.path.clone())?;
    add_missing_mapping(&mut reader.edit());
    Ok(reader)
}

/// The profile, where it is small, and not because it is made to look so.
fn at_once(
    source: &NamedSource,
    limits: &Limits,
) -> Result<Option<Profile>, heapwise_decode::Error> {
    if !is_small(source) {
        return Ok(None);
    }
    let mut small = *limits;
    small.max_column_bytes = MOST_BYTES;
    match Profile::read(source, &small) {
        Ok(profile) => Ok(Some(profile)),
        Err(error) if error.kind() == ErrorKind::TooLarge => Ok(None),
        Err(error) => Err(error),
    }
}

/// What is read of a source, which has to be the same file with the same bytes until then.
pub(crate) fn unchanged<R>(
    source: &NamedSource,
    read: impl FnOnce() -> anyhow::Result<R>,
) -> anyhow::Result<R> {
    unchanged_since(source, source.stamp(), read)
}

/// The same of a source that was like `before` when it was first looked at.
pub(crate) fn unchanged_since<R>(
    source: &NamedSource,
    before: Option<Stamp>,
    read: impl FnOnce() -> anyhow::Result<R>,
) -> anyhow::Result<R> {
    let result = read();
    if before.is_some() && before != source.stamp() {
        bail!(
            "{}: read: found that the file was changed while it was read, expected one that stays as it is",
            source.path
        );
    }
    result
}

#[cfg(test)]
mod tests {
    use super::unchanged;
    use crate::input::NamedSource;

    #[test]
    fn what_changes_or_vanishes_meanwhile_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("heap.pb.gz").display().to_string();
        std::fs::write(&path, "one").unwrap();
        let source = NamedSource::of_file(&path);
        assert!(unchanged(&source, || Ok(())).is_ok());
        let grown = unchanged(&source, || Ok(std::fs::write(&path, "longer")?));
        let error = grown.unwrap_err().to_string();
        assert!(error.contains("was changed while it was read"), "{error}");
        // Its own error says less.
        let torn = unchanged(&source, || {
            std::fs::remove_file(&path)?;
            anyhow::bail!("found the end of the input")
        });
        let error = torn.map(|()| "").unwrap_err().to_string();
        assert!(error.contains("was changed while it was read"), "{error}");
        // What never was there has the system's words.
        let gone = unchanged(&source, || Ok(std::fs::read(&path).map(drop)?));
        assert!(!gone.unwrap_err().to_string().contains("changed"));
    }
}
