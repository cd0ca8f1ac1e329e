//! What is kept: whether it grows is for a series to tell.

use super::draft::Draft;
use super::rule::Rule;
use crate::explain::lifetime::Stay;
use crate::explain::subject::Subject;

const TEXTS: (&str, &str) = (
    "see whether it grows (heapwise growth on several snapshots); if it does, bound it: a size, an age, or deleting what is done",
    "it is a table that is filled once and needed as long as the program runs",
);

/// Of what is kept, this part of the total at least is worth a word.
const LEAST_SHARE: f64 = 0.1;

pub(super) fn advise(subject: &Subject) -> Option<Draft> {
    let is_kept = subject.kept.is_some_and(|kept| kept.stay == Stay::Long);
    let fits = is_kept && subject.share >= LEAST_SHARE;
    fits.then(|| Draft {
        rule: Rule::Accumulating,
        texts: TEXTS,
        evidence: subject.facts(),
        parts: None,
    })
}
