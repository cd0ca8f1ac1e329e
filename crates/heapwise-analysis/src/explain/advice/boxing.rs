//! Small values that are put into interfaces: keep them as what they are.

use heapwise_decode::AllocationKind;

use super::draft::Draft;
use super::rule::Rule;
use crate::explain::reason::Reason;
use crate::explain::subject::Subject;

const TEXTS: (&str, &str) = (
    "take the concrete type, or a type parameter, where the value is passed as an interface (any)",
    "the interface is what the code is about, or the call is in code that you cannot change",
);

/// Numbers, strings, slices and small structs.
const LARGEST: f64 = 64.0;

pub(super) fn advise(subject: &Subject) -> Option<Draft> {
    let fits = subject.is_own()
        && subject.has_reason(&[Reason::InterfaceConversion])
        && !subject.is_result()
        && !is_address(subject)
        && subject.is_short_lived()
        && subject.mean_size().is_some_and(|size| size <= LARGEST);
    fits.then(|| Draft {
        rule: Rule::Boxing,
        texts: TEXTS,
        evidence: [vec![subject.decided()], subject.facts()].concat(),
        parts: Some((0.0, 1.0)),
    })
}

/// Whether it is the address of something that is put into the interface, which needs no box: what escapes is the thing
/// itself, and would for a pointer of any other type.
fn is_address(subject: &Subject) -> bool {
    const THINGS: [AllocationKind; 3] = [
        AllocationKind::Variable,
        AllocationKind::New,
        AllocationKind::Composite,
    ];
    let mut decisions = subject.cause.decisions().iter();
    decisions.any(|one| THINGS.contains(&one.kind))
}
