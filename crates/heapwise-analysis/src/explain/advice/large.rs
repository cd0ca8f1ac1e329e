//! Values too large for the stack.

use heapwise_decode::AllocationKind;

use super::draft::Draft;
use super::line::Line;
use super::rule::Rule;
use crate::explain::reason::Reason;

const TEXTS: (&str, &str) = (
    "make it small enough for the stack (variables of up to 128 KiB, what is made of up to 64 KiB), work in parts, or keep \
     one and use it again",
    "goroutines are many and stacks should stay small: a large variable grows each of them",
);

pub(super) fn advise(line: &Line<'_>) -> Option<Draft> {
    const VALUES: [AllocationKind; 3] = [
        AllocationKind::Variable,
        AllocationKind::New,
        AllocationKind::Composite,
    ];
    let kept = line.kept?;
    let fits = line.is_own()
        && line.has_reason(&[Reason::TooLarge])
        && line.is_of(&VALUES)
        && !line.is_for_others()
        && line.is_short_lived();
    fits.then(|| Draft {
        rule: Rule::LargeValue,
        texts: TEXTS,
        evidence: [vec![line.decided()], line.facts()].concat(),
        parts: Some((0.0, 1.0 - kept.part)),
    })
}
