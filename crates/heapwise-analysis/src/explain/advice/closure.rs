//! A function literal, or a variable that it captures, for each call.

use super::draft::Draft;
use super::rule::Rule;
use crate::explain::reason::Reason;
use crate::explain::subject::Subject;

const TEXTS: (&str, &str) = (
    "pass what the function needs as arguments, or make the function once outside of the loop",
    "it runs once per request or less often, or has to outlive the call with its own variables",
);

pub(super) fn advise(subject: &Subject) -> Option<Draft> {
    let fits = subject.is_own()
        && subject.has_reason(&[Reason::Closure, Reason::Captured])
        && subject.is_short_lived();
    fits.then(|| Draft {
        rule: Rule::Closure,
        texts: TEXTS,
        evidence: [vec![subject.decided()], subject.facts()].concat(),
        parts: Some((0.0, 1.0)),
    })
}
