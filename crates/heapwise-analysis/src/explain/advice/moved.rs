//! A variable that is moved to the heap since its address is passed on: by which call, and what to do.

use heapwise_decode::{AllocationKind, Decision, EscapeOutcome};

use super::code::{is_result, without_comment};
use super::draft::Draft;
use super::line::Line;
use super::rule::{Evidence, Rule};
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

/// Whether it is passed to what a field of the method's receiver has, as `w.to.Write` is: what has the one can have the buffer.
/// Others would have to be used by one goroutine alone, or be another's.
fn is_of_field(callee: &str, line: &Line<'_>) -> bool {
    let function = line.above().last();
    let receiver = function.as_deref().and_then(receiver);
    receiver.is_some_and(|name| {
        let rest = callee.strip_prefix(name);
        let field = rest.and_then(|rest| rest.strip_prefix('.'));
        field.is_some_and(|field| field.contains('.'))
    })
}

/// The variable that has the method, where that is a pointer: `func (w *Writer) f(`.
fn receiver(function: &str) -> Option<&str> {
    let (name, of_type) = function.strip_prefix("func (")?.split_once(' ')?;
    of_type.starts_with('*').then_some(name)
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

#[cfg(test)]
mod tests {
    use super::receiver;

    #[test]
    fn what_has_a_method_is_told_where_it_is_a_pointer() {
        assert_eq!(receiver("func (w *Writer) Write(p []byte) {"), Some("w"));
        for function in [
            "func (w Writer) f() {",
            "func f(w *Writer) {",
            "func (*Writer) f() {",
        ] {
            assert_eq!(receiver(function), None, "{function}");
        }
    }
}
