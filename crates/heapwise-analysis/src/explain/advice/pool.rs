//! Large buffers that are garbage soon: use them again.

use heapwise_decode::AllocationKind;

use super::draft::Draft;
use super::rule::Rule;
use crate::explain::reason::Reason;
use crate::explain::sizes::are_alike;
use crate::explain::subject::Subject;

const TEXTS: (&str, &str) = (
    "keep buffers in a sync.Pool, or let the caller pass one in that it uses again",
    "a buffer is still used after it was given back, sizes differ so much that small requests keep large buffers, or \
     calls are rare: the collector empties pools",
);

/// Smaller ones cost less to allocate than to get from a pool and to clear.
const SMALLEST: f64 = 1024.0;

/// Buffers of a pool should be about as large as what is asked for.
const SPREAD: f64 = 8.0;

pub(super) fn advise(subject: &Subject) -> Option<Draft> {
    const BUFFERS: [AllocationKind; 4] = [
        AllocationKind::Slice,
        AllocationKind::Variable,
        AllocationKind::New,
        AllocationKind::Composite,
    ];
    const REASONS: [Reason; 7] = [
        Reason::TooLarge,
        Reason::SizeNotConstant,
        Reason::Returned,
        Reason::Passed,
        Reason::Stored,
        Reason::Captured,
        Reason::Escapes,
    ];
    let kept = subject.kept?;
    let fits = subject.is_own()
        && subject.has_reason(&REASONS)
        && subject.is_of(&BUFFERS)
        && subject.is_short_lived()
        // A buffer that grows is in use while it does.
        && subject.ladder.is_none()
        && subject.mean_size().is_some_and(|size| size >= SMALLEST)
        && are_alike(&subject.sizes, SPREAD);
    fits.then(|| Draft {
        rule: Rule::Pool,
        texts: TEXTS,
        evidence: [vec![subject.decided()], subject.facts()].concat(),
        parts: Some((0.0, 1.0 - kept.part)),
    })
}
