//! What became of the reasons of a row between two sides.

use super::reason::Reason;
use super::still::RowReasons;
use crate::sums::estimate::Estimate;

/// What became of a reason between two sides of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ReasonFate {
    /// It was there, and is not.
    Gone,
    /// It was there, and is.
    Stayed,
    /// It was not there, and is.
    New,
    /// It is on the older side only, but that may be chance, or for want of an explanation.
    NotSeenAgain,
    /// It is on the newer side only, but that may be chance, or for want of an explanation.
    NotSeenBefore,
}

/// With fewer sampled objects on one side, that there is none on the other may be chance.
const LEAST_SAMPLED: i128 = 20;

impl ReasonFate {
    /// The name used in JSON.
    pub fn name(self) -> &'static str {
        match self {
            ReasonFate::Gone => "gone",
            ReasonFate::Stayed => "stayed",
            ReasonFate::New => "new",
            ReasonFate::NotSeenAgain => "not-seen-again",
            ReasonFate::NotSeenBefore => "not-seen-before",
        }
    }

    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            ReasonFate::Gone => "gone",
            ReasonFate::Stayed => "stayed",
            ReasonFate::New => "new",
            ReasonFate::NotSeenAgain => "perhaps gone",
            ReasonFate::NotSeenBefore => "perhaps new",
        }
    }

    /// Where it is not known whether the row of the other side is another one.
    #[must_use]
    pub fn in_doubt(self) -> ReasonFate {
        match self {
            ReasonFate::Gone => ReasonFate::NotSeenAgain,
            ReasonFate::New => ReasonFate::NotSeenBefore,
            fate => fate,
        }
    }

    /// Of all reasons of a row, those of the older side first; a side without the row has none.
    pub fn of(
        before: Option<&RowReasons>,
        after: Option<&RowReasons>,
    ) -> Vec<(Reason, ReasonFate)> {
        let reasons = |side: Option<&RowReasons>| side.map_or_else(Vec::new, RowReasons::reasons);
        let (old, new) = (reasons(before), reasons(after));
        let is_sure = |has: Option<&RowReasons>, other: Option<&RowReasons>, reason| {
            has.is_some_and(|side| is_no_chance(side, reason))
                && other.is_none_or(RowReasons::is_explained)
        };
        let of_old = old.iter().map(|&reason| {
            let fate = match (new.contains(&reason), is_sure(before, after, reason)) {
                (true, _) => ReasonFate::Stayed,
                (false, true) => ReasonFate::Gone,
                (false, false) => ReasonFate::NotSeenAgain,
            };
            (reason, fate)
        });
        let of_new = new.iter().filter(|reason| !old.contains(reason));
        let of_new = of_new.map(|&reason| match is_sure(after, before, reason) {
            true => (reason, ReasonFate::New),
            false => (reason, ReasonFate::NotSeenBefore),
        });
        of_old.chain(of_new).collect()
    }
}

/// Whether a reason rests on enough for that it is missing elsewhere to be no chance.
fn is_no_chance(side: &RowReasons, reason: Reason) -> bool {
    let parts = side.parts.iter();
    let parts = parts.filter(|part| part.cause.reason() == Some(reason));
    let values: Vec<Estimate> = parts.map(|part| part.value).collect();
    let sampled: i128 = values.iter().filter_map(|value| value.sampled).sum();
    values.iter().all(Estimate::is_exact) || sampled >= LEAST_SAMPLED
}
