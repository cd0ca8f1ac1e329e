//! Reads a profile that is one of many: at once where it is small.

use anyhow::Context;
use heapwise_analysis::add_missing_mapping;
use heapwise_decode::{ErrorKind, Limits, Profile, ProfileReader, Source};

use crate::input::NamedSource;

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
