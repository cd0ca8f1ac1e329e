//! A timer for each turn of a loop: use one again.

use super::draft::Draft;
use super::rule::{Evidence, Rule};
use crate::explain::subject::Subject;

const TEXTS: (&str, &str) = (
    "make one time.Timer before the loop and Reset it, or take the deadline from a context",
    "it is made seldom, or several run at once",
);

const FUNCTIONS: [&str; 3] = ["time.After", "time.NewTimer", "time.newTimer"];

pub(super) fn advise(subject: &Subject) -> Option<Draft> {
    let leaves = subject
        .leaves
        .iter()
        .filter_map(|leaf| leaf.function.as_ref());
    let mut functions = subject.entry.iter().chain(leaves);
    let found = functions.find(|function| FUNCTIONS.contains(&function.as_str()))?;
    subject.is_short_lived().then(|| Draft {
        rule: Rule::Timer,
        texts: TEXTS,
        evidence: [vec![Evidence::Calls(found.clone())], subject.facts()].concat(),
        parts: Some((0.0, 1.0)),
    })
}
