//! A map that is grown step by step: make it as large as it becomes.

use super::draft::Draft;
use super::line::Line;
use super::rule::{Evidence, Rule};
use crate::explain::reason::Reason;

const TEXTS: (&str, &str) = (
    "make the map with its size: make(map[K]V, n), or clear and use one map again",
    "how many entries come is not known before, or is mostly far less than the most",
);

pub(super) fn advise(line: &Line<'_>) -> Option<Draft> {
    let ladder = line.ladder?;
    // The compiler decides on make and literals: those are made at once, of several sizes where their sizes differ. A map
    // grows where something is put into it, of which the compiler says nothing.
    let fits = line.has_reason(&[Reason::MapGrowth]) && line.cause.decisions().is_empty();
    fits.then(|| Draft {
        rule: Rule::MapSize,
        texts: TEXTS,
        evidence: vec![line.decided(), Evidence::Ladder(ladder)],
        parts: line.given_up(),
    })
}
