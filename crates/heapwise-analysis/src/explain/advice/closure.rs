//! A function literal, or a variable that it captures, for each call.

use heapwise_decode::AllocationKind;

use super::draft::Draft;
use super::rule::Rule;
use crate::explain::reason::Reason;
use crate::explain::subject::Subject;

const TEXTS: (&str, &str) = (
    "pass what the function needs as arguments, or make the function once outside of the loop",
    "it runs once per request or less often, or has to outlive the call with its own variables",
);

pub(super) fn advise(subject: &Subject) -> Option<Draft> {
    let part = match subject.reason()? {
        Reason::Closure | Reason::Captured => 1.0,
        Reason::Several if has_closure(subject) => of_one_size(subject)?,
        _ => return None,
    };
    let fits = subject.is_own() && subject.is_short_lived();
    fits.then(|| Draft {
        rule: Rule::Closure,
        texts: TEXTS,
        evidence: [vec![subject.decided()], subject.facts()].concat(),
        parts: Some((0.0, part)),
    })
}

fn has_closure(subject: &Subject) -> bool {
    let mut decisions = subject.cause.decisions().iter();
    decisions.any(|one| one.kind == AllocationKind::Closure)
}

/// The part of the bytes that are in small blocks of one size, as closures are, where that is most.
fn of_one_size(subject: &Subject) -> Option<f64> {
    const LARGEST: u64 = 128;
    const LEAST: f64 = 0.5;
    let bytes: i128 = subject.sizes.iter().map(|one| one.bytes).sum();
    let small = subject.sizes.iter().filter(|one| one.size <= LARGEST);
    let most = small.map(|one| one.bytes).max()?;
    let part = most as f64 / bytes.max(1) as f64;
    (part >= LEAST).then_some(part)
}
