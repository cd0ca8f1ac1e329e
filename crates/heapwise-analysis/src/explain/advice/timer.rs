//! A timer for each turn of a loop: use one again.

use super::draft::Draft;
use super::line::Line;
use super::rule::{Evidence, Rule};

const TEXTS: (&str, &str) = (
    "make one time.Timer before the loop and Reset it, or take the deadline from a context",
    "it is made seldom, or several run at once",
);

const FUNCTIONS: [&str; 3] = ["time.After", "time.NewTimer", "time.newTimer"];

pub(super) fn advise(line: &Line<'_>) -> Option<Draft> {
    let leaves = line.leaves.iter().filter_map(|leaf| leaf.function.as_ref());
    let mut functions = line.entry.iter().chain(leaves);
    let found = functions.find(|function| FUNCTIONS.contains(&function.as_str()))?;
    // One that is made once a call has nothing before which it could be made.
    let fits = line.is_short_lived() && line.is_in_loop();
    fits.then(|| Draft {
        rule: Rule::Timer,
        texts: TEXTS,
        evidence: [vec![Evidence::Calls(found.clone())], line.facts()].concat(),
        parts: Some((0.0, 1.0)),
    })
}
