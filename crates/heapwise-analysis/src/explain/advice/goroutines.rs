//! Descriptors of goroutines that are still there.

use super::draft::Draft;
use super::line::Line;
use super::rule::Rule;
use crate::explain::lifetime::Stay;
use crate::explain::reason::Reason;

const TEXTS: (&str, &str) = (
    "let goroutines end: give them a context and wait for ctx.Done(), close the channel that they range over; heapwise \
     goroutines says which wait where",
    "they are workers that are meant to stay: their number is bounded",
);

pub(super) fn advise(line: &Line<'_>) -> Option<Draft> {
    let is_kept = line.kept.is_some_and(|kept| kept.stay == Stay::Long);
    let fits = line.has_reason(&[Reason::Goroutine]) && is_kept;
    fits.then(|| Draft {
        rule: Rule::Goroutines,
        texts: TEXTS,
        evidence: [vec![line.decided()], line.facts()].concat(),
        parts: None,
    })
}
