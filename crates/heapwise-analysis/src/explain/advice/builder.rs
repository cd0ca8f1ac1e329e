//! A string that is put together piece by piece: build it at once.

use super::draft::Draft;
use super::rule::{Evidence, Rule};
use crate::explain::reason::Reason;
use crate::explain::subject::Subject;

const TEXTS: (&str, &str) = (
    "write the pieces to a strings.Builder with Grow, or append them to a []byte, and make the string once",
    "there are two or three pieces in one expression: a + b + c is made at once already",
);

/// Fewer sizes may be strings of different inputs.
const FEWEST_SIZES: usize = 6;

pub(super) fn advise(subject: &Subject) -> Option<Draft> {
    let ladder = subject.ladder?;
    let fits = subject.is_own()
        && subject.has_reason(&[Reason::StringConcatenation])
        && ladder.rungs >= FEWEST_SIZES;
    fits.then(|| Draft {
        rule: Rule::StringBuilder,
        texts: TEXTS,
        evidence: vec![subject.decided(), Evidence::Ladder(ladder)],
        parts: subject.given_up(),
    })
}
