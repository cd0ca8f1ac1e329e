//! A map that is grown step by step: make it as large as it becomes.

use super::code::is_of_name;
use super::draft::Draft;
use super::line::Line;
use super::rule::{Evidence, Rule};
use crate::explain::reason::Reason;

const TEXTS: (&str, &str) = (
    "make the map with its size: make(map[K]V, n), or clear and use one map again",
    "how many entries come is not known before, or is mostly far less than the most",
);

/// Of as many entries as a number says that was read.
const TEXTS_OF_INPUT: (&str, &str) = (
    "make the map with its size, but no larger than what is left to read can fill, whatever the number says that was read: \
     make(map[K]V, min(n, most)), or clear and use one map again",
    TEXTS.1,
);

pub(super) fn advise(line: &Line<'_>) -> Option<Draft> {
    let ladder = line.ladder?;
    // The compiler decides on make and literals: those are made at once, of several sizes where their sizes differ. A map
    // grows where something is put into it, of which the compiler says nothing.
    let fits = line.has_reason(&[Reason::MapGrowth])
        && line.cause.decisions().is_empty()
        && !line.is_set_up
        && line.is_counted(filled);
    fits.then(|| Draft {
        rule: Rule::MapSize,
        texts: match line.turns_are_read() {
            true => TEXTS_OF_INPUT,
            false => TEXTS,
        },
        evidence: vec![line.decided(), Evidence::Ladder(ladder)],
        parts: line.given_up(),
    })
}

/// The variable that is a map of which an element is set: `m[k] = v`. A map of a field or of a caller is filled from call to call;
/// one that counts has fewer keys than there are turns, and so has one of parts of what comes.
fn filled(code: &str) -> Option<&str> {
    let (map, rest) = code.trim().split_once('[')?;
    let key = rest.split_once("] = ").map(|(key, _)| key);
    let is_one = !map.is_empty() && map.chars().all(is_of_name) && !rest.contains("][");
    (is_one && key.is_some_and(|key| !is_of_few(key))).then_some(map)
}

/// Whether a key is one of few: what is left of a division, part of a text, a comparison, a length.
fn is_of_few(key: &str) -> bool {
    const SIGNS: [&str; 10] = ["%", "&", "/", ">>", "<", ">", "==", "!=", "||", "len("];
    let is_part = |index: &str| {
        let index = index.split(']').next().unwrap_or_default();
        index.contains(':') || !index.is_empty() && index.bytes().all(|byte| byte.is_ascii_digit())
    };
    let outside = key.split('"').step_by(2);
    { outside }.any(|key| {
        SIGNS.iter().any(|sign| key.contains(sign)) || key.split('[').skip(1).any(is_part)
    })
}

#[cfg(test)]
mod tests {
    use super::filled;

    #[test]
    fn what_is_filled_is_told_where_it_is_a_map_of_the_function() {
        for code in [
            "\tm[k] = v",
            "\tm[f(k)] = 2",
            "\tm[a[i]] = i",
            "\tm[of+\"/\"+k] = i",
        ] {
            assert_eq!(filled(code), Some("m"), "{code}");
        }
        for code in [
            "\tx.m[k] = v",
            "\tm[a][b] = v",
            "\tf(m[k])",
            "\tv := m[k]",
            "\tm[k]++",
            "\tm[k] += n",
            "\tm[x%64] = x",
            "\tm[x>>6] = x",
            "\tm[name[0]] = x",
            "\tm[name[:3]] = x",
            "\tm[len(name)] = x",
            "\tm[x > 3] = x",
        ] {
            assert_eq!(filled(code), None, "{code}");
        }
    }
}
