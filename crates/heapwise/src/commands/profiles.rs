//! What several commands do to get from names to values.

use anyhow::Context;
use heapwise_analysis::{
    Header, RankOptions, Ranking, Selector, add_missing_mapping, merge, rank, rank_selected,
};
use heapwise_decode::{Limits, Profile, ProfileReader};
use heapwise_report::{Input, Warning};

use super::input_notes;
use crate::input::NamedSource;

/// Ranks each source on its own, or what filters leave of it; with what the filters found.
pub(crate) fn rank_each(
    sources: &[NamedSource],
    options: &RankOptions,
    selector: &Selector,
    unit: &str,
    limits: &Limits,
) -> anyhow::Result<(Vec<Ranking>, Vec<Warning>)> {
    let mut warnings = Vec::new();
    let rankings = sources
        .iter()
        .map(|source| {
            if selector.options().is_empty() {
                return rank(source, options, limits).with_context(|| source.path.clone());
            }
            let selected = selector.read(source, unit, limits);
            let selected = selected.with_context(|| source.path.clone())?;
            let notes = selected.notes().iter();
            let notes: Vec<String> = notes
                .map(|note| format!("{}: {note}", source.path))
                .collect();
            warnings.extend(input_notes::of_filters(&notes));
            rank_selected(&selected, options).with_context(|| source.path.clone())
        })
        .collect::<anyhow::Result<Vec<Ranking>>>()?;
    Ok((rankings, warnings))
}

/// The sample types of a profile, for messages.
pub(crate) fn type_list(header: &Header) -> String {
    let types: Vec<&str> = header
        .sample_types
        .iter()
        .map(|sample_type| sample_type.type_.as_str())
        .collect();
    types.join(", ")
}

/// What is to be known about the inputs of a report before trusting it.
pub(crate) fn input_warnings(inputs: &[Input]) -> Vec<Warning> {
    let of_input = |(at, input): (usize, &Input)| -> Vec<Warning> {
        let before = inputs.get(..at).unwrap_or_default();
        let notes = input.header.notes.iter();
        notes
            // Said once, of the first: what a store does, it does to all.
            .filter(|(code, _)| !OF_STORES.contains(code) || !has_note(before, code))
            .map(|(code, note)| Warning::new(code, format!("{}: {note}", input.path)))
            .collect()
    };
    inputs.iter().enumerate().flat_map(of_input).collect()
}

/// Notes on profiles from stores, which may be hundreds.
const OF_STORES: [&str; 3] = [
    "mean_of_profiles",
    "period_assumed",
    "sampling_error_approximate",
];

fn has_note(inputs: &[Input], code: &str) -> bool {
    let mut notes = inputs.iter().flat_map(|input| &input.header.notes);
    notes.any(|(known, _)| *known == code)
}

/// Reads sources into memory.
pub(crate) fn read(sources: &[NamedSource], limits: &Limits) -> anyhow::Result<Vec<Profile>> {
    let read = |source: &NamedSource| {
        let mut profile = Profile::read(source, limits).with_context(|| source.path.clone())?;
        add_missing_mapping(&mut profile.edit());
        Ok(profile)
    };
    sources.iter().map(read).collect()
}

/// A profile whose samples are read from a source that the user named, or come from several.
pub(crate) type Reader = ProfileReader<NamedSource>;

/// Reads the tables of sources.
pub(crate) fn readers(sources: &[NamedSource], limits: &Limits) -> anyhow::Result<Vec<Reader>> {
    let open = |source: &NamedSource| {
        let reader = ProfileReader::open_tables(source.clone(), limits);
        let mut reader = reader.with_context(|| source.path.clone())?;
        add_missing_mapping(&mut reader.edit());
        Ok(reader)
    };
    sources.iter().map(open).collect()
}

/// Adds profiles up, sample by sample; a single one stays as it is.
pub(crate) fn merged(readers: Vec<Reader>, limits: &Limits) -> anyhow::Result<Reader> {
    match <[Reader; 1]>::try_from(readers) {
        Ok([single]) => Ok(single),
        Err(readers) => {
            let readers: Vec<&Reader> = readers.iter().collect();
            Ok(merge(&readers, limits)?)
        }
    }
}
