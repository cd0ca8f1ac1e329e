//! Decides what is the difference of two profiles by what it says of itself, and writes that into one.
//!
//! Values do not tell: those of a difference may all be positive, and look as if they had been sampled.

use heapwise_decode::{ProfileKind, ProfileReader, Source, Tables};

use super::base_label::BASE_LABEL;
use super::told;
use crate::error::Result;

/// The code of the note.
pub(super) const BASE_SUBTRACTED: &str = "base_subtracted";

const SENTENCE: &str = "a base was subtracted from it: values are differences, of unknown error";

/// Says in a profile that a base was subtracted from it, so that whoever reads it later knows.
///
/// # Errors
///
/// Tables beyond what 32-bit offsets can address.
pub fn tell_difference<S: Source>(profile: &mut ProfileReader<S>) -> Result<()> {
    if !has_remark(profile.tables()) {
        let remark = told::remark(BASE_SUBTRACTED, SENTENCE);
        profile.edit().add_comment(&remark)?;
    }
    Ok(())
}

/// The note on a profile whose samples are partly those of a base (`-diff_base`), and which does not say so otherwise.
pub(super) fn note(tables: &Tables) -> Option<(&'static str, String)> {
    let is_told = has_base_label(tables) && !has_remark(tables);
    is_told.then(|| (BASE_SUBTRACTED, SENTENCE.to_owned()))
}

/// Whether a base was subtracted, as far as complete tables tell.
pub(crate) fn was_subtracted(tables: &Tables) -> bool {
    has_remark(tables) || has_base_label(tables)
}

/// Whether this is the difference of two profiles, as far as complete tables tell.
pub(crate) fn is_difference(tables: &Tables) -> bool {
    ProfileKind::of(tables).is_difference(tables.duration_nanos()) || was_subtracted(tables)
}

fn has_remark(tables: &Tables) -> bool {
    let mut remarks = tables.comments();
    remarks.any(|remark| told::note(&remark).is_some_and(|(code, _)| code == BASE_SUBTRACTED))
}

/// Only pprof's mark of a base is called so.
fn has_base_label(tables: &Tables) -> bool {
    let mut texts = tables.string_indexes();
    texts.any(|text| tables.text_bytes(text) == BASE_LABEL.as_bytes())
}
