//! Strings that become bytes, or these strings: stay with one of both.

use super::draft::Draft;
use super::line::Line;
use super::rule::Rule;
use crate::explain::reason::Reason;

const TEXTS: (&str, &str) = (
    "stay with []byte or with string all the way: strconv.Append and the functions of bytes take []byte, io.WriteString and \
     strings.NewReader take string; m[string(b)] and comparisons do not copy",
    "the copy is needed because the bytes change afterwards",
);

pub(super) fn advise(line: &Line<'_>) -> Option<Draft> {
    let fits = line.is_own()
        && line.has_reason(&[Reason::StringConversion])
        && !line.is_result()
        && !line.is_part()
        && !is_stored(line)
        && line.is_short_lived();
    fits.then(|| Draft {
        rule: Rule::StringConversion,
        texts: TEXTS,
        evidence: [vec![line.decided()], line.facts()].concat(),
        parts: Some((0.0, 1.0)),
    })
}

/// Whether it is stored where others see it, and so is wanted as what it becomes.
fn is_stored(line: &Line<'_>) -> bool {
    let mut decisions = line.decisions();
    decisions.any(|one| {
        // A function of this package that lets it escape keeps it, or parts of it; of others that is not known.
        let mut callees = one.steps.iter().filter_map(|step| step.callee.as_deref());
        let is_passed_on = callees.any(|callee| callee.contains('.'));
        let ends = [&one.destination, &one.end];
        ends.iter().any(|end| end.as_deref() == Some("{heap}")) && !is_passed_on
    })
}
