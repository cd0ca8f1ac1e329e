//! Strings that are formatted: append them.

use super::draft::Draft;
use super::rule::{Evidence, Rule};
use crate::explain::subject::Subject;

const TEXTS: (&str, &str) = (
    "append with strconv (AppendInt, AppendQuote, ...) or fmt.Append to a buffer that is used again; for one number \
     strconv.Itoa",
    "the string itself is needed and is most of it: only what formatting allocates beside it is saved",
);

const FUNCTIONS: [&str; 3] = ["fmt.Sprint", "fmt.Sprintf", "fmt.Sprintln"];

pub(super) fn advise(subject: &Subject) -> Option<Draft> {
    let entry = subject.entry.as_deref()?;
    let fits = FUNCTIONS.contains(&entry) && subject.is_short_lived();
    fits.then(|| Draft {
        rule: Rule::Format,
        texts: TEXTS,
        evidence: [vec![Evidence::Calls(entry.to_owned())], subject.facts()].concat(),
        parts: Some((0.0, 1.0)),
    })
}
