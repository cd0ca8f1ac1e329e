//! A small value whose address is returned: return the value.

use heapwise_decode::AllocationKind;

use super::callers;
use super::draft::Draft;
use super::line::Line;
use super::pointers;
use super::rule::Rule;
use crate::explain::reason::Reason;

const TEXTS: (&str, &str) = (
    "return the value instead of its address, or fill in what the caller declares, so that it stays on the caller's stack",
    "the pointer is kept or shared afterwards, methods need a pointer receiver through an interface, or the value is \
     copied often and is larger than a few words",
);

/// Larger ones are more than a few words, and mostly nodes or states that are kept by their addresses.
const LARGEST: f64 = 64.0;

pub(super) fn advise(line: &Line<'_>) -> Option<Draft> {
    const VALUES: [AllocationKind; 3] = [
        AllocationKind::Variable,
        AllocationKind::New,
        AllocationKind::Composite,
    ];
    let fits = line.is_own()
        && line.has_reason(&[Reason::Returned])
        && line.is_of(&VALUES)
        && !is_of_another_package(line)
        && !is_inlined(line)
        && !is_interface(line)
        && line.is_short_lived()
        && line.mean_size().is_some_and(|size| size <= LARGEST)
        && !pointers::are_kept(line.subject, line.log, line.source)
        && (!line.has_source() || callers::only_look(line));
    fits.then(|| Draft {
        rule: Rule::ReturnValue,
        texts: TEXTS,
        evidence: [vec![line.decided()], line.facts()].concat(),
        parts: Some((0.0, 1.0)),
    })
}

/// Whether the function was inlined: then the caller has the value itself, and it is the caller that lets it escape.
fn is_inlined(line: &Line<'_>) -> bool {
    line.decisions().any(|one| one.is_inlined)
}

/// Whether the type is another package's, as of a node of its tree: who uses those needs pointers.
fn is_of_another_package(line: &Line<'_>) -> bool {
    let mut decisions = line.decisions();
    decisions.any(|one| {
        let name = one.subject.split(['{', ')']).next().unwrap_or_default();
        name.contains('.')
    })
}

/// Whether it is returned as an interface: a value would need a box there.
fn is_interface(line: &Line<'_>) -> bool {
    let mut steps = line.decisions().flat_map(|one| &one.steps);
    steps.any(|step| step.why == "interface-converted")
}
