//! A map that is grown step by step: make it as large as it becomes.

use super::code::{is_of_name, without_comment};
use super::draft::Draft;
use super::line::Line;
use super::loops::Turns;
use super::rule::{Evidence, Rule};
use crate::explain::reason::Reason;

const TEXTS: (&str, &str) = (
    "make the map with its size: make(map[K]V, n), or clear and use one map again",
    "how many entries come is not known before, or is mostly far less than the most",
);

pub(super) fn advise(line: &Line<'_>) -> Option<Draft> {
    let ladder = line.ladder?;
    // The compiler decides on make and literals: those are made at once, of several sizes where their sizes differ. A map
    // grows where something is put into it, of which the compiler says nothing.
    let fits = line.has_reason(&[Reason::MapGrowth])
        && line.cause.decisions().is_empty()
        && is_counted(line);
    fits.then(|| Draft {
        rule: Rule::MapSize,
        texts: TEXTS,
        evidence: vec![line.decided(), Evidence::Ladder(ladder)],
        parts: line.given_up(),
    })
}

/// Whether it is made in the function, without a size, and known before how many come: a map of a field or of a caller is
/// filled from call to call. Where the source is not at hand that is for the reader to see.
fn is_counted(line: &Line<'_>) -> bool {
    let code = line.code();
    let map = code.as_deref().map(|code| filled(without_comment(code)));
    match map {
        None => true,
        Some(None) => false,
        Some(Some(map)) => line.turns(map) == Turns::Counted,
    }
}

/// The variable that is a map of which an element is set: `m[k] = v`, `m[k]++`.
fn filled(code: &str) -> Option<&str> {
    let (map, rest) = code.trim().split_once('[')?;
    let is_set = [" = ", "++", " += "]
        .iter()
        .any(|set| rest.contains(&format!("]{set}")));
    let is_one = !map.is_empty() && map.chars().all(is_of_name) && !rest.contains("][");
    (is_one && is_set).then_some(map)
}

#[cfg(test)]
mod tests {
    use super::filled;

    #[test]
    fn what_is_filled_is_told_where_it_is_a_map_of_the_function() {
        for code in ["\tm[k] = v", "\tm[f(k)] += 2", "\tm[a[0]]++"] {
            assert_eq!(filled(code), Some("m"), "{code}");
        }
        for code in ["\tx.m[k] = v", "\tm[a][b] = v", "\tf(m[k])", "\tv := m[k]"] {
            assert_eq!(filled(code), None, "{code}");
        }
    }
}
