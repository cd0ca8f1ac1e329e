//! A variable that is moved to the heap since its address is passed on: by which call, and what to do.

use heapwise_decode::{AllocationKind, Decision, EscapeOutcome};

use super::callee::functions;
use super::code::{is_result, without_comment};
use super::draft::Draft;
use super::line::Line;
use super::rule::{Evidence, Rule};
use super::streams::{is_of_one_goroutine, receiver};
use crate::explain::reason::Reason;

const TEXTS: (&str, &str) = (
    "pass what lives longer: a field of what has the method, or a buffer that the caller has; or call a function of which the \
     compiler knows that it does not keep its argument, which it does not of an interface's",
    "what is called keeps the address, or what has the method is used by several goroutines at once",
);

/// Larger ones are buffers and states.
const LARGEST: f64 = 1024.0;

pub(super) fn advise(line: &Line<'_>) -> Option<Draft> {
    let fits = line.is_own()
        && line.has_reason(&[Reason::Passed])
        && line.cause.decisions().iter().all(is_moved)
        && !line.is_result()
        && !is_named_result(line)
        && !line.is_part()
        && line.is_short_lived()
        && line.mean_size().is_some_and(|size| size < LARGEST);
    let callee = line.cause.decisions().iter().find_map(callee)?;
    let fits = fits && is_of_field(&callee, line) && is_array(line);
    fits.then(|| Draft {
        rule: Rule::MovedVariable,
        texts: TEXTS,
        evidence: [
            vec![line.decided(), Evidence::PassedTo(callee)],
            line.facts(),
        ]
        .concat(),
        parts: Some((0.0, 1.0)),
    })
}

/// Whether it is passed to what a field of the method's receiver has, as `w.to.Write` is: what has the one can have the buffer, if
/// one goroutine uses it at a time. Others would have to be used so, or be another's.
fn is_of_field(callee: &str, line: &Line<'_>) -> bool {
    let Some(function) = line.above().last() else {
        return false;
    };
    let field = receiver(&function).and_then(|(name, _)| {
        let rest = callee.strip_prefix(name)?.strip_prefix('.')?;
        Some(rest.split_once('.')?.0)
    });
    field.is_some_and(|field| {
        let source: Vec<String> = line.package().collect();
        let source = || source.iter().map(String::as_str);
        is_of_one_goroutine(&function, field, &functions(source()), source())
    })
}

/// Whether it is a buffer: `var b [8]byte`, `b := [8]byte{`.
fn is_array(line: &Line<'_>) -> bool {
    let code = line.code().unwrap_or_default();
    let code = without_comment(&code).trim();
    let declared = code.strip_prefix("var ");
    let of_type = declared.and_then(|rest| rest.split_once(' '));
    let of_type = of_type.map(|(_, of_type)| of_type.trim_start_matches("= "));
    let of_value = code.split_once(" := ").map(|(_, value)| value);
    let is_array = |text: &str| text.starts_with('[') && !text.starts_with("[]");
    of_type.or(of_value).is_some_and(is_array)
}

/// Whether it is a result itself, which its function only has where it is.
fn is_named_result(line: &Line<'_>) -> bool {
    let code = line.code();
    let mut decisions = line.cause.decisions().iter();
    decisions.any(|one| {
        let code = code.as_deref().filter(|code| code.starts_with("func "));
        code.is_some_and(|code| is_result(without_comment(code), &one.subject))
    })
}

fn is_moved(decision: &Decision) -> bool {
    decision.kind == AllocationKind::Variable && decision.outcome == EscapeOutcome::Heap
}

/// What it is passed to last: there it escapes.
fn callee(decision: &Decision) -> Option<String> {
    let mut steps = decision.steps.iter().rev();
    steps.find_map(|step| step.callee.clone())
}
