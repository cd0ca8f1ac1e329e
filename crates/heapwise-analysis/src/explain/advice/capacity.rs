//! A slice that is grown step by step: make it as large as it becomes.

use super::draft::Draft;
use super::line::Line;
use super::rule::{Evidence, Rule};
use crate::explain::reason::Reason;

const TEXTS: (&str, &str) = (
    "make the slice with its capacity before the loop: make([]T, 0, n), or slices.Grow",
    "how large it becomes is not known before, or is mostly far less than the most: too large a guess costs more than \
     growing",
);

pub(super) fn advise(line: &Line<'_>) -> Option<Draft> {
    let ladder = line.ladder?;
    let fits = line.is_own()
        && line.has_reason(&[Reason::SliceGrowth])
        && !is_stored(line)
        && !is_of_caller(line);
    fits.then(|| Draft {
        rule: Rule::SliceCapacity,
        texts: TEXTS,
        evidence: vec![line.decided(), Evidence::Ladder(ladder)],
        parts: line.given_up(),
    })
}

/// Whether what grows is stored at once where others see it, as a field of a node is: it grows from call to call, and
/// there is no loop before which its size is known.
fn is_stored(line: &Line<'_>) -> bool {
    let mut decisions = line.decisions();
    decisions.any(|one| one.destination.as_deref() == Some("{heap}"))
}

/// Whether it is the caller's slice that grows: of that it is not known how often it comes and with what it is filled, nor
/// is it made here.
fn is_of_caller(line: &Line<'_>) -> bool {
    let mut decisions = line.decisions();
    decisions.any(|one| one.is_of_parameter)
}
