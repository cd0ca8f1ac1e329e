//! A function literal, or a variable that it captures, for each call.

use heapwise_decode::AllocationKind;

use super::draft::Draft;
use super::line::Line;
use super::rule::Rule;
use crate::explain::reason::Reason;

const TEXTS: (&str, &str) = (
    "pass what the function needs as arguments, keep it in fields beside which a method can be called, or make the function \
     once outside of the loop",
    "it runs once per request or less often",
);

pub(super) fn advise(line: &Line<'_>) -> Option<Draft> {
    let part = match line.reason()? {
        Reason::Closure | Reason::Captured => 1.0,
        Reason::Several if has_closure(line) => of_one_size(line)?,
        _ => return None,
    };
    // What is returned is what callers ask for; what is made once a call mostly has to outlive it.
    let fits = line.is_own()
        && !takes_along(line)
        && line.is_in_loop()
        && !line.is_result()
        && !is_stored(line)
        && line.is_short_lived();
    fits.then(|| Draft {
        rule: Rule::Closure,
        texts: TEXTS,
        evidence: [vec![line.decided()], line.facts()].concat(),
        parts: Some((0.0, part)),
    })
}

/// Whether it is stored in a field or an element on its line, which wants a function for each: `x.f = func() {`. So is what
/// such a function captures.
fn is_stored(line: &Line<'_>) -> bool {
    let code = match line.reason() {
        Some(Reason::Captured) => line.below().find(|text| text.contains("func(")),
        _ => line.code(),
    };
    code.is_some_and(|code| stores(&code))
}

fn stores(code: &str) -> bool {
    let place = code.split_once(" = func(").map(|(place, _)| place.trim());
    place.is_some_and(|place| place.contains(['.', '[']))
}

/// Whether it is what `go f(x)` or `defer f(x)` takes its arguments along in, or an argument of that: each goroutine and each
/// deferred call has its own, and no function is written there.
fn takes_along(line: &Line<'_>) -> bool {
    let is_go = line.code().is_some_and(|code| is_for_later(&code));
    let decisions = line.cause.decisions();
    let is_value = |kind| !matches!(kind, AllocationKind::Closure | AllocationKind::Variable);
    is_go || !decisions.is_empty() && decisions.iter().all(|one| is_value(one.kind))
}

fn is_for_later(code: &str) -> bool {
    let code = code.trim_start();
    code.starts_with("go ") || code.starts_with("defer ")
}

fn has_closure(line: &Line<'_>) -> bool {
    let mut decisions = line.decisions();
    decisions.any(|one| one.kind == AllocationKind::Closure)
}

/// The part of the bytes that are in small blocks of one size, as closures are, where that is most.
fn of_one_size(line: &Line<'_>) -> Option<f64> {
    const LARGEST: u64 = 128;
    const LEAST: f64 = 0.5;
    let bytes: i128 = line.sizes.iter().map(|one| one.bytes).sum();
    let small = line.sizes.iter().filter(|one| one.size <= LARGEST);
    let most = small.map(|one| one.bytes).max()?;
    let part = most as f64 / bytes.max(1) as f64;
    (part >= LEAST).then_some(part)
}

#[cfg(test)]
mod tests {
    use super::is_for_later;

    #[test]
    fn calls_that_run_later_are_told() {
        for code in [
            "\tdefer all.free(child)",
            "\t\tdefer func() { free(child) }()",
            "\tgo serve(child)",
        ] {
            assert!(is_for_later(code), "{code}");
        }
        for code in [
            "\tdeferred(child)",
            "\tall.each(func(child *T) {",
            "\tgoes := func() {",
        ] {
            assert!(!is_for_later(code), "{code}");
        }
    }
}
