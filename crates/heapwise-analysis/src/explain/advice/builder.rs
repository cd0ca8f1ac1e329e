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

/// Nor is it one string of about one length.
const MOST_OF_ONE: f64 = 0.6;

pub(super) fn advise(subject: &Subject) -> Option<Draft> {
    let (first, last) = (subject.sizes.first()?, subject.sizes.last()?);
    let bytes: i128 = subject.sizes.iter().map(|one| one.bytes).sum();
    let most = subject.sizes.iter().map(|one| one.bytes).max()?;
    let fits = subject.is_own()
        && subject.has_reason(&[Reason::StringConcatenation])
        && subject.is_short_lived()
        && subject.sizes.len() >= FEWEST_SIZES
        && (most as f64) < MOST_OF_ONE * bytes as f64;
    fits.then(|| Draft {
        rule: Rule::StringBuilder,
        texts: TEXTS,
        evidence: vec![
            subject.decided(),
            Evidence::Sizes(subject.sizes.len(), first.size, last.size),
        ],
        parts: Some((0.0, 1.0)),
    })
}
