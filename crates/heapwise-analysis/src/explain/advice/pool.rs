//! Large buffers that are garbage soon: use them again.

use heapwise_decode::{AllocationKind, Decision};

use super::callee::is_of_own_type;
use super::draft::Draft;
use super::line::Line;
use super::rule::Rule;
use crate::explain::reason::Reason;
use crate::explain::sizes::are_alike;

const TEXTS: (&str, &str) = (
    "keep buffers in a sync.Pool, or let the caller pass one in that it uses again",
    "a buffer is still used after it was given back, sizes differ so much that small requests keep large buffers, or \
     calls are rare: the collector empties pools",
);

/// Smaller ones cost less to allocate than to get from a pool and to clear.
const SMALLEST: f64 = 1024.0;

/// Buffers of a pool should be about as large as what is asked for.
const SPREAD: f64 = 8.0;

pub(super) fn advise(line: &Line<'_>) -> Option<Draft> {
    const REASONS: [Reason; 7] = [
        Reason::TooLarge,
        Reason::SizeNotConstant,
        Reason::Returned,
        Reason::Passed,
        Reason::Stored,
        Reason::Captured,
        Reason::Escapes,
    ];
    let kept = line.kept?;
    let fits = line.is_own()
        && line.has_reason(&REASONS)
        && is_buffer(line)
        && !is_given_away(line)
        && !is_taken(line)
        && line.is_short_lived()
        // A buffer that grows is in use while it does.
        && line.ladder.is_none()
        && line.mean_size().is_some_and(|size| size >= SMALLEST)
        && are_alike(&line.sizes, SPREAD);
    fits.then(|| Draft {
        rule: Rule::Pool,
        texts: TEXTS,
        evidence: [vec![line.decided()], line.facts()].concat(),
        parts: Some((0.0, 1.0 - kept.part)),
    })
}

/// Whether it is bytes or elements that can be given back: states and results are not. Of a variable only the name is told.
fn is_buffer(line: &Line<'_>) -> bool {
    let decisions = line.cause.decisions();
    let named = |text: &str| text.to_lowercase().contains("buf");
    let is_one = |one: &Decision| {
        let words = one.subject.as_str();
        match one.kind {
            // Pointers are to what the caller wants; a pool would keep all of that.
            AllocationKind::Slice => !words.starts_with("make([]*"),
            AllocationKind::Variable => named(words),
            AllocationKind::New => words.starts_with("new([") || named(words),
            AllocationKind::Composite => {
                words.starts_with("&[") || words.split('{').next().is_some_and(named)
            }
            _ => false,
        }
    };
    !decisions.is_empty() && decisions.iter().all(is_one)
}

/// Whether it is put into an interface, or an own function lets it escape: then what takes it may keep it, as a stack of values
/// does.
fn is_taken(line: &Line<'_>) -> bool {
    let mut steps = line.decisions().flat_map(|one| &one.steps);
    steps.any(|step| {
        let is_own = |callee: &String| !callee.contains('.') || is_of_own_type(callee);
        step.why == "interface-converted" || step.callee.as_ref().is_some_and(is_own)
    })
}

/// Whether the buffer is more than a variable of its function, or that is given away, as to a string that shares its bytes:
/// then it is still used when the function has returned.
fn is_given_away(line: &Line<'_>) -> bool {
    line.variable().is_none_or(|name| line.gives_away(&name))
}
