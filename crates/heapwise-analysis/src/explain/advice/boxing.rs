//! Small values that are put into interfaces: keep them as what they are.

use heapwise_decode::AllocationKind;

use super::draft::Draft;
use super::line::Line;
use super::rule::Rule;
use crate::explain::reason::Reason;

const TEXTS: (&str, &str) = (
    "take the concrete type, or a type parameter, where the value is passed as an interface (any)",
    "the interface is what the code is about, or the call is in code that you cannot change",
);

/// Of what is boxed to be written as text.
const FORMATTED: (&str, &str) = (
    "append with strconv (AppendInt, AppendQuote, ...) and append, or write strings with WriteString, in place of fmt",
    "it is written seldom, as in errors and logs that are off",
);

/// Packages of the standard library whose functions take any value and have no others that would take it as it is.
const TAKERS: [&str; 14] = [
    "asn1", "atomic", "binary", "context", "errors", "expvar", "gob", "heap", "json", "list",
    "reflect", "sql", "template", "xml",
];

/// Numbers, strings, slices and small structs.
const LARGEST: f64 = 64.0;

pub(super) fn advise(line: &Line<'_>) -> Option<Draft> {
    let taker = taker(line);
    let package = taker.as_deref().and_then(|name| name.split_once('.'));
    let package = package.map_or("", |(package, _)| package);
    let fits = line.is_own()
        && !TAKERS.contains(&package)
        && line.has_reason(&[Reason::InterfaceConversion])
        && !line.is_result()
        && !is_address(line)
        && line.is_short_lived()
        && line.mean_size().is_some_and(|size| size <= LARGEST);
    fits.then(|| Draft {
        rule: Rule::Boxing,
        texts: if package == "fmt" { FORMATTED } else { TEXTS },
        evidence: [vec![line.decided()], line.facts()].concat(),
        parts: Some((0.0, 1.0)),
    })
}

/// Whether it is the address of something that is put into the interface, which needs no box: what escapes is the thing
/// itself, and would for a pointer of any other type.
fn is_address(line: &Line<'_>) -> bool {
    const THINGS: [AllocationKind; 3] = [
        AllocationKind::Variable,
        AllocationKind::New,
        AllocationKind::Composite,
    ];
    let mut decisions = line.decisions();
    decisions.any(|one| THINGS.contains(&one.kind))
}

/// The function that the value is boxed for, as it is written there: the first that is called with it. Of one that was inlined
/// the log tells the parameter, with its package.
fn taker(line: &Line<'_>) -> Option<String> {
    let decision = line.cause.decisions().first()?;
    let of_inlined = decision.destination.as_ref();
    let of_inlined = of_inlined.filter(|to| to.contains('.') && !to.starts_with('{'));
    let called = decision.steps.iter().find_map(|step| step.callee.as_ref());
    of_inlined.or(called).cloned()
}
