//! Strings that become bytes, or these strings: stay with one of both.

use super::draft::Draft;
use super::rule::Rule;
use crate::explain::reason::Reason;
use crate::explain::subject::Subject;

const TEXTS: (&str, &str) = (
    "stay with []byte or with string all the way: strconv.Append and the functions of bytes take []byte, io.WriteString and \
     strings.NewReader take string; m[string(b)] and comparisons do not copy",
    "the copy is needed because the bytes change afterwards",
);

pub(super) fn advise(subject: &Subject) -> Option<Draft> {
    let fits = subject.is_own()
        && subject.has_reason(&[Reason::StringConversion])
        && !subject.is_result()
        && !subject.is_part()
        && !is_stored(subject)
        && subject.is_short_lived();
    fits.then(|| Draft {
        rule: Rule::StringConversion,
        texts: TEXTS,
        evidence: [vec![subject.decided()], subject.facts()].concat(),
        parts: Some((0.0, 1.0)),
    })
}

/// Whether it is stored at once where others see it, and so is wanted as what it becomes.
fn is_stored(subject: &Subject) -> bool {
    let mut decisions = subject.cause.decisions().iter();
    decisions.any(|one| {
        let mut steps = one.steps.iter();
        let is_call = |why: &str| why == "call parameter";
        one.destination.as_deref() == Some("{heap}") && !steps.any(|step| is_call(&step.why))
    })
}
