//! What else of its function goes with a change: what is said to be saved at most has it, too.

use super::code::{has_word, without_comment};
use super::draft::Draft;
use super::line::Line;
use super::rule::Rule;
use super::{builder, builder_size, capacity, reuse};
use crate::explain::reason::Reason;

/// What is allocated beside a line and goes with it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Beside {
    /// Its line.
    pub line: Option<i64>,
    /// What is called there and allocates; `None` where the line does.
    pub entry: Option<String>,
    /// Why, where that is known.
    pub reason: Option<Reason>,
    /// What is saved of it at most. At least nothing.
    pub high: i128,
}

/// What goes with the change that a piece of advice on a line asks for. What a change frees in other functions is not told.
pub(super) fn beside(line: &Line<'_>, draft: &Draft) -> Vec<Beside> {
    let Some((_, grown)) = draft.parts else {
        return Vec::new();
    };
    let others = line
        .of_function()
        .filter(|other| !std::ptr::eq(other.subject, line.subject));
    let covered = others.filter_map(|other| {
        let part = goes(draft.rule, line, &other, grown)?;
        let high = other.value.high.unwrap_or(other.value.value);
        Some(Beside {
            line: other.at.line,
            entry: other.entry.clone(),
            reason: other.reason(),
            high: (high as f64 * part) as i128,
        })
    });
    let mut covered: Vec<Beside> = covered.collect();
    covered.sort_by(|one, other| (one.line, &one.entry).cmp(&(other.line, &other.entry)));
    covered
}

/// Which part of another line goes at most; `grown` is that of a line of what grows.
fn goes(rule: Rule, line: &Line<'_>, other: &Line<'_>, grown: f64) -> Option<f64> {
    let all = |goes: bool| goes.then_some(1.0);
    match rule {
        Rule::SliceCapacity => is_same(line, other, capacity::target).then_some(grown),
        Rule::BuilderSize if is_same(line, other, builder_size::target) => Some(grown),
        Rule::BuilderSize => all(is_of_builder(line, other)),
        Rule::StringBuilder => all(is_same(line, other, builder::target)),
        Rule::Format => all(is_beside(line, other) && (is_argument(other) || is_part(other))),
        Rule::Boxing => all(is_beside(line, other) && (is_argument(other) || is_taker(other))),
        Rule::StringConversion => all(is_beside(line, other) && is_part(other)),
        Rule::Reuse => all(reuse::is_of_same(line, other)),
        _ => None,
    }
}

/// Whether the same variable is meant on both.
fn is_same(
    line: &Line<'_>,
    other: &Line<'_>,
    target: impl Fn(&Line<'_>) -> Option<String>,
) -> bool {
    let name = target(line);
    name.is_some() && name == target(other)
}

/// Whether it is what else is done with a builder of a text that has its size: it does not grow, and is not copied at its end.
fn is_of_builder(line: &Line<'_>, other: &Line<'_>) -> bool {
    const CALLS: [&str; 3] = ["strings.(*Builder).", "bytes.(*Buffer).", "fmt.Fprint"];
    let name = builder_size::target(line);
    let entry = other.entry.as_deref().unwrap_or_default();
    let code = other.code().unwrap_or_default();
    CALLS.iter().any(|call| entry.starts_with(call))
        && name.is_some_and(|name| has_word(without_comment(&code), &name))
}

/// Whether it is of the same statement.
fn is_beside(line: &Line<'_>, other: &Line<'_>) -> bool {
    let statement = line.statement();
    statement.is_some() && statement == other.statement()
}

/// Whether it is an argument that is boxed, or what arguments are passed in.
fn is_argument(other: &Line<'_>) -> bool {
    has_any(other, &[Reason::InterfaceConversion, Reason::Variadic])
}

/// Whether it is a text that is converted or put together.
fn is_part(other: &Line<'_>) -> bool {
    has_any(
        other,
        &[Reason::StringConversion, Reason::StringConcatenation],
    )
}

/// Whether a line has one of some reasons, or several of which one is.
fn has_any(other: &Line<'_>, reasons: &[Reason]) -> bool {
    let is_one = |reason: Option<Reason>| reason.is_some_and(|one| reasons.contains(&one));
    let is_several = other.reason() == Some(Reason::Several);
    let mut decisions = other.cause.decisions().iter();
    other.is_own()
        && (is_one(other.reason()) || is_several && decisions.any(|one| is_one(Reason::of(one))))
}

/// Whether it is what takes boxed values, and has another in its place: it goes with them.
fn is_taker(other: &Line<'_>) -> bool {
    let entry = other.entry.as_deref().unwrap_or_default();
    ["fmt.", "sort."]
        .iter()
        .any(|package| entry.starts_with(package))
}
