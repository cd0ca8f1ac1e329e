//! A slice that is grown step by step: make it as large as it becomes.

use super::code::without_comment;
use super::declined::is_declined;
use super::draft::Draft;
use super::line::Line;
use super::rule::{Evidence, Rule};
use crate::explain::reason::Reason;

const TEXTS: (&str, &str) = (
    "make the slice with its capacity before the loop: make([]T, 0, n), or slices.Grow",
    "how large it becomes is not known before, or is mostly far less than the most: too large a guess costs more than \
     growing",
);

/// Of as many as a number says that was read.
const TEXTS_OF_INPUT: (&str, &str) = (
    "make the slice with its capacity before the loop, but no larger than what is left to read can fill, whatever the number says that \
     was read: make([]T, 0, min(n, most))",
    TEXTS.1,
);

pub(super) fn advise(line: &Line<'_>) -> Option<Draft> {
    let fits = line.is_own()
        && line.has_reason(&[Reason::SliceGrowth])
        && !line.is_set_up
        && !is_stored(line)
        && !is_of_caller(line);
    let grows = line
        .growth(target)
        .filter(|grows| fits && !grows.is_picked)?;
    if target(line).is_some_and(|slice| is_declined(line, &slice)) {
        return None;
    }
    Some(Draft {
        rule: Rule::SliceCapacity,
        texts: match line.turns_are_read() {
            true => TEXTS_OF_INPUT,
            false => TEXTS,
        },
        evidence: vec![line.decided(), Evidence::Ladder(grows.ladder)],
        parts: Some(grows.parts),
    })
}

/// Whether what grows is stored at once where others see it, as a field of a node is: it grows from call to call, and
/// there is no loop before which its size is known.
fn is_stored(line: &Line<'_>) -> bool {
    let mut decisions = line.decisions();
    decisions.any(|one| one.destination.as_deref() == Some("{heap}"))
}

/// Whether it is the caller's slice that grows: of that it is not known how often it comes and with what it is filled, nor
/// is it made here.
fn is_of_caller(line: &Line<'_>) -> bool {
    let mut decisions = line.decisions();
    decisions.any(|one| one.is_of_parameter)
}

/// The slice that grows on a line, where that is one variable: several lines may add to it.
pub(super) fn target(line: &Line<'_>) -> Option<String> {
    let code = line.code()?;
    let is_own = line.is_own() && line.has_reason(&[Reason::SliceGrowth]);
    grown(without_comment(&code))
        .filter(|_| is_own)
        .map(str::to_owned)
}

/// What is grown on a line, and stays where it was: `all = append(all, x)`.
fn grown(code: &str) -> Option<&str> {
    let (left, right) = code.split_once('=')?;
    let left = left.trim();
    let right = right.trim();
    let of = right.strip_prefix("append(")?.split(',').next()?;
    // How many come at once is not known before.
    let is_several = right.ends_with("...)");
    (left == of.trim() && !is_several).then_some(left)
}

#[cfg(test)]
mod tests {
    use super::grown;

    #[test]
    fn what_grows_is_told_where_it_is_one_variable() {
        assert_eq!(grown("\tall = append(all, x)"), Some("all"));
        assert_eq!(grown("\tx.all = append(x.all, T{"), Some("x.all"));
        for code in [
            "\treturn append(all, x)",
            "\tall = append(other, x)",
            "\tall = append(all, x.all...)",
            "\tf(all)",
        ] {
            assert_eq!(grown(code), None, "{code}");
        }
    }
}
