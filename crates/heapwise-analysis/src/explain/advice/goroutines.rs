//! Descriptors of goroutines that are still there.

use super::draft::Draft;
use super::rule::Rule;
use crate::explain::lifetime::Stay;
use crate::explain::reason::Reason;
use crate::explain::subject::Subject;

const TEXTS: (&str, &str) = (
    "let goroutines end: give them a context and wait for ctx.Done(), close the channel that they range over; heapwise \
     goroutines says which wait where",
    "they are workers that are meant to stay: their number is bounded",
);

pub(super) fn advise(subject: &Subject) -> Option<Draft> {
    let is_kept = subject.kept.is_some_and(|kept| kept.stay == Stay::Long);
    let fits = subject.has_reason(&[Reason::Goroutine]) && is_kept;
    fits.then(|| Draft {
        rule: Rule::Goroutines,
        texts: TEXTS,
        evidence: [vec![subject.decided()], subject.facts()].concat(),
        parts: None,
    })
}
