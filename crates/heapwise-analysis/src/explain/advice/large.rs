//! Values too large for the stack.

use heapwise_decode::AllocationKind;

use super::draft::Draft;
use super::rule::Rule;
use crate::explain::reason::Reason;
use crate::explain::subject::Subject;

const TEXTS: (&str, &str) = (
    "make it small enough for the stack (variables of up to 128 KiB, what is made of up to 64 KiB), work in parts, or keep \
     one and use it again",
    "goroutines are many and stacks should stay small: a large variable grows each of them",
);

pub(super) fn advise(subject: &Subject) -> Option<Draft> {
    const VALUES: [AllocationKind; 3] = [
        AllocationKind::Variable,
        AllocationKind::New,
        AllocationKind::Composite,
    ];
    let kept = subject.kept?;
    let fits = subject.is_own()
        && subject.has_reason(&[Reason::TooLarge])
        && subject.is_of(&VALUES)
        && subject.is_short_lived();
    fits.then(|| Draft {
        rule: Rule::LargeValue,
        texts: TEXTS,
        evidence: [vec![subject.decided()], subject.facts()].concat(),
        parts: Some((0.0, 1.0 - kept.part)),
    })
}
