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
        && subject.is_short_lived();
    fits.then(|| Draft {
        rule: Rule::StringConversion,
        texts: TEXTS,
        evidence: [vec![subject.decided()], subject.facts()].concat(),
        parts: Some((0.0, 1.0)),
    })
}
