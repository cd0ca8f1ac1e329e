//! What makes a comparison less sure than it looks.

use heapwise_decode::{ProfileKind, agree, counted};

use super::pairing::Unmatched;
use super::sample_type::{common_name, default_name};
use super::side::DiffSide;
use crate::profile::header::Header;
use crate::profile::units::auto_label;

/// Something that makes a comparison less sure than it looks.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Note {
    /// A word that scripts can rely on.
    pub code: &'static str,
    /// A sentence for people.
    pub message: String,
}

impl Note {
    pub(super) fn new(code: &'static str, message: impl Into<String>) -> Note {
        Note {
            code,
            message: message.into(),
        }
    }
}

/// Durations that differ by more than this part are said.
const DIFFERENT_DURATION: f64 = 0.05;

/// What in the two sides' headers makes them hard to compare.
pub(super) fn of_headers(before: &DiffSide<'_>, after: &DiffSide<'_>) -> Vec<Note> {
    let (Some(old), Some(new)) = (before.header(), after.header()) else {
        return Vec::new();
    };
    let mut notes = Vec::new();
    if old.period != new.period {
        notes.push(Note::new(
            "different_period",
            format!(
                "the sides were sampled at different rates ({} and {}): intervals allow for it, plain \
                 values do not",
                rate(old),
                rate(new)
            ),
        ));
    }
    // A heap in the text form may have too few columns to look like Go's.
    let is_heap = |side: &DiffSide<'_>| side.measure().is_some();
    let are_heaps = is_heap(before) && is_heap(after);
    let is_other = [old.kind, new.kind].contains(&ProfileKind::Other);
    if old.kind != new.kind && !(are_heaps && is_other) {
        notes.push(Note::new(
            "different_kind",
            format!(
                "{} is compared with {}{}",
                old.kind.with_article(),
                new.kind.with_article(),
                compared_by(before, after)
            ),
        ));
    }
    notes.extend(durations(old, new).filter(|_| !before.has_exposures()));
    notes
}

/// Where the defaults of the sides differ: by what they are compared.
fn compared_by(before: &DiffSide<'_>, after: &DiffSide<'_>) -> String {
    let (old, new) = (before.header(), after.header());
    let chosen = after.chosen_type().map(|known| common_name(known).0);
    match (
        old.and_then(default_name),
        new.and_then(default_name),
        chosen,
    ) {
        (Some((old, _)), Some((new, _)), Some(chosen)) if old != new => format!(
            ", both by {chosen}: where {old} and {new} are the defaults, the first by name is taken \
             (--sample-index takes another)"
        ),
        _ => String::new(),
    }
}

/// Between builds: what could not be found again. That builds differ is what a comparison is for.
pub(super) fn unmatched(
    (before, after): (&DiffSide<'_>, &DiffSide<'_>),
    unmatched: Unmatched,
) -> Option<Note> {
    let build = |side: &DiffSide<'_>| side.header().and_then(|header| header.build_id.clone());
    let (old, new) = (build(before)?, build(after)?);
    if old == new || unmatched.sites == 0 {
        return None;
    }
    let unit = after.chosen_type().map_or("", |known| &known.unit);
    let label = |value| auto_label(value, unit);
    let (old, new) = unmatched.values;
    Some(Note::new(
        "different_build",
        format!(
            "the sides come from different builds: {} ({} before, {} after) could not be matched, \
             and {} new or gone though {} may be the same",
            counted(unmatched.sites, "site"),
            label(old),
            label(new),
            agree(&unmatched.sites, "looks", "look"),
            agree(&unmatched.sites, "it", "they"),
        ),
    ))
}

fn rate(header: &Header) -> String {
    header
        .period
        .map_or_else(|| "unknown".to_owned(), |period| counted(period, "byte"))
}

fn durations(old: &Header, new: &Header) -> Option<Note> {
    let (old, new) = (old.duration_nanos? as f64, new.duration_nanos? as f64);
    let longer = old.max(new);
    ((longer - old.min(new)) > DIFFERENT_DURATION * longer).then(|| {
        Note::new(
            "different_duration",
            format!(
                "the sides were taken over different times ({:.1}s and {:.1}s): compare with --per \
                 seconds",
                old / 1e9,
                new / 1e9
            ),
        )
    })
}

/// What one, a few or several profiles per side can and cannot say.
pub(super) fn of_counts(before: usize, after: usize, run_cv: f64) -> Option<Note> {
    match before.min(after) {
        1 if before.max(after) == 1 && run_cv <= 0.0 => Some(Note::new(
            "one_profile_per_side",
            "one profile per side: differences between runs are not measured. Give three or more \
             per side, or --run-cv",
        )),
        2 => Some(Note::new(
            "two_profiles_per_side",
            "two profiles per side show only large changes; three is the smallest useful number",
        )),
        _ => None,
    }
}
