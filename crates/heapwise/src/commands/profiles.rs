//! What several commands do to get from names to values.

use std::ops::Range;

use anyhow::Context;
use heapwise_analysis::{
    Header, RankOptions, Ranking, RankingSum, Selector, add_missing_mapping, rank, rank_selected,
};
use heapwise_decode::{Limits, Profile, ProfileReader};
use heapwise_report::{Input, Warning};

use super::input_notes::{InputNotes, Ranked};
use super::runs::Runs;
use crate::input::NamedSource;
use crate::many::{Many, Notes, blocks};

/// How profiles are ranked.
#[derive(Clone, Copy)]
pub(crate) struct Question<'a> {
    pub(crate) options: &'a RankOptions,
    pub(crate) selector: &'a Selector,
    /// The unit of values in filters.
    pub(crate) unit: &'a str,
    pub(crate) limits: &'a Limits,
}

impl Question<'_> {
    /// Ranks a profile, or what filters leave of it; with what the filters found.
    pub(crate) fn ranking(&self, source: &NamedSource) -> anyhow::Result<(Ranking, Vec<String>)> {
        let named = || source.path.clone();
        if self.selector.options().is_empty() {
            let ranking = rank(source, self.options, self.limits).with_context(named)?;
            return Ok((ranking, Vec::new()));
        }
        let selected = self.selector.read(source, self.unit, self.limits);
        let selected = selected.with_context(named)?;
        let ranking = rank_selected(&selected, self.options).with_context(named)?;
        Ok((ranking, selected.notes().to_vec()))
    }
}

/// Ranks each source on its own into `runs`, and tells what filters found. Sources that cannot be read and are left out
/// are taken out.
pub(crate) fn rank_each(
    sources: &mut Vec<NamedSource>,
    question: Question<'_>,
    runs: &mut Runs,
    many: &Many,
) -> anyhow::Result<Vec<Warning>> {
    let mut notes = Notes::default();
    let mut are_read = Vec::new();
    let progress = many.progress(sources.len());
    let work = |_: usize, source: &NamedSource| {
        let ranked = question.ranking(source);
        if let Some(progress) = &progress {
            progress.add(1);
        }
        ranked
    };
    many.in_order(sources, work, |at, ranked| {
        let path = sources.get(at).map_or("", |source| &source.path);
        let read = many.read_or_left_out(path, ranked)?;
        are_read.push(read.is_some());
        if let Some((ranking, found)) = read {
            found
                .into_iter()
                .for_each(|note| notes.add(path, ("filter", note)));
            runs.add(ranking)?;
            many.expect_room(runs.size(), "sites of profiles that are kept apart")?;
        }
        Ok(())
    })?;
    let mut are_read = are_read.into_iter();
    sources.retain(|_| are_read.next().unwrap_or(true));
    Ok(notes.warnings())
}

/// The sum of the rankings of sources; `None` where they have no sample type in common. Takes note of each, and out of
/// `sources` what cannot be read and is left out. With what filters found.
pub(crate) fn rank_all(
    sources: &mut Vec<NamedSource>,
    question: Question<'_>,
    seen: &mut InputNotes,
    many: &Many,
) -> anyhow::Result<(Option<Ranking>, Vec<Warning>)> {
    let (mut sum, mut notes) = (RankingSum::default(), Notes::default());
    let mut are_read = Vec::new();
    let progress = many.progress(sources.len());
    let blocks = blocks(sources.len());
    let work = |_: usize, range: &Range<usize>| {
        let block = RankedBlock::of(
            sources.get(range.clone()).unwrap_or_default(),
            question,
            many,
        );
        if let Some(progress) = &progress {
            progress.add(range.len());
        }
        block
    };
    many.in_order(&blocks, work, |at, block| {
        let start = blocks.get(at).map_or(0, |range| range.start);
        for (ranked, source) in block.each.into_iter().zip(sources.iter().skip(start)) {
            let read = many.read_or_left_out(&source.path, ranked)?;
            are_read.push(read.is_some());
            if let Some(ranked) = read {
                seen.add_ranked(&source.path, &ranked);
                let found = ranked.notes.into_iter();
                found.for_each(|note| notes.add(&source.path, ("filter", note)));
            }
        }
        sum.add_sum(block.sum);
        many.expect_room(sum.size(), "sites")
    })?;
    let mut are_read = are_read.into_iter();
    sources.retain(|_| are_read.next().unwrap_or(true));
    Ok((sum.finish(), notes.warnings()))
}

/// Neighbours in a list of profiles.
struct RankedBlock {
    sum: RankingSum,
    each: Vec<anyhow::Result<Ranked>>,
}

impl RankedBlock {
    /// The first that cannot be read is the last that is tried, where none is left out.
    fn of(sources: &[NamedSource], question: Question<'_>, many: &Many) -> RankedBlock {
        let mut block = RankedBlock {
            sum: RankingSum::default(),
            each: Vec::with_capacity(sources.len()),
        };
        for source in sources {
            let ranked = question.ranking(source).map(|(ranking, notes)| {
                let ranked = Ranked::of(&ranking, notes);
                block.sum.add(ranking);
                ranked
            });
            let is_last = ranked.is_err() && !many.keeps_going;
            block.each.push(ranked);
            if is_last {
                break;
            }
        }
        block
    }
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
    let mut notes = Notes::default();
    for (at, input) in inputs.iter().enumerate() {
        let before = inputs.get(..at).unwrap_or_default();
        for note in &input.header.notes {
            // Said once, of the first: what a store does, it does to all.
            if !OF_STORES.contains(&note.0) || !has_note(before, note.0) {
                notes.add(&input.path, note.clone());
            }
        }
    }
    notes.warnings()
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
