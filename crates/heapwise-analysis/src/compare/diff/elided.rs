//! Pairs functions whose type arguments one side leaves out with all that they may be on the other.
//!
//! Go prints `main.Map[...]` in texts, and wrote it into profiles before 1.22, for what is `main.Map[go.shape.int]` and its
//! like in a newer profile (runtime/symtab.go: funcNameForPrint; runtime/pprof/proto.go: FrameSymbolName).

use std::collections::BTreeMap;

use super::lines::Lines;
use super::pair::{Match, Pair};
use super::rows::Rows;
use crate::site::identity::Site;
use crate::site::similar::file_tail;

const ELIDED: &str = "[...]";

/// Joins what is left over on one side with a name that leaves type arguments out, and what is left over on the other with
/// names that have them.
pub(super) fn pair_elided(pairs: &mut Vec<Pair<'_>>, lines: Lines) {
    let mut groups: BTreeMap<(bool, Key), Vec<usize>> = BTreeMap::new();
    for (at, pair) in pairs.iter().enumerate() {
        let Some((site, start)) = pair.any_name().filter(|_| is_left_over(pair)) else {
            continue;
        };
        if let Some(key) = Key::of(site, lines.start(start)) {
            let is_old = pair.after.is_empty();
            groups.entry((is_old, key)).or_default().push(at);
        }
    }
    let mut gone = Vec::new();
    for ((is_old, key), named) in &groups {
        let (&[elided], Some(others)) = (named.as_slice(), groups.get(&(!is_old, key.clone())))
        else {
            continue;
        };
        if !is_elided(pairs, elided) || others.iter().any(|&at| is_elided(pairs, at)) {
            continue;
        }
        let mut rows = Vec::new();
        for &at in others {
            if let Some(pair) = pairs.get_mut(at) {
                let side = match is_old {
                    true => &mut pair.after,
                    false => &mut pair.before,
                };
                rows.push(std::mem::replace(side, Rows::None));
            }
        }
        if let Some(pair) = pairs.get_mut(elided) {
            let joined = Rows::joined(rows);
            match is_old {
                true => pair.after = joined,
                false => pair.before = joined,
            }
            pair.matched = Match::SimilarName;
        }
        gone.extend(others);
    }
    let mut at = 0;
    pairs.retain(|_| {
        at += 1;
        !gone.contains(&(at - 1))
    });
}

/// Whether it is on one side only, in rows that can be joined.
fn is_left_over(pair: &Pair<'_>) -> bool {
    let is_whole = |rows: &Rows<'_>| matches!(rows, Rows::Whole(_) | Rows::None);
    pair.matched == Match::OneSided && is_whole(&pair.before) && is_whole(&pair.after)
}

fn is_elided(pairs: &[Pair<'_>], at: usize) -> bool {
    let name = pairs.get(at).and_then(Pair::any_name);
    let function = name.and_then(|(site, _)| site.function.as_deref());
    function.is_some_and(|function| function.contains(ELIDED))
}

/// A generic function without its type arguments, its file, and the line.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    function: String,
    file: Option<String>,
    line: Option<i64>,
}

impl Key {
    fn of(site: &Site, start: Option<i64>) -> Option<Key> {
        let function = elided(site.function.as_deref()?)?;
        Some(Key {
            function,
            file: site.file.as_deref().map(file_tail),
            line: site.line.map(|line| line - start.unwrap_or(0)),
        })
    }
}

/// The name with `[...]` for its outermost type arguments; `None` of one without any.
fn elided(name: &str) -> Option<String> {
    let mut plain = String::with_capacity(name.len());
    let (mut depth, mut is_generic) = (0_usize, false);
    for c in name.chars() {
        match c {
            '[' => {
                depth += 1;
                if depth == 1 {
                    is_generic = true;
                    plain.push_str(ELIDED);
                }
            }
            ']' => depth = depth.saturating_sub(1),
            _ if depth == 0 => plain.push(c),
            _ => {}
        }
    }
    is_generic.then_some(plain)
}

#[cfg(test)]
mod tests {
    use super::elided;

    #[test]
    fn type_arguments_are_left_out_as_go_leaves_them_out() {
        for (name, plain) in [
            ("main.mk[go.shape.[10]int]", Some("main.mk[...]")),
            ("main.mk[...]", Some("main.mk[...]")),
            (
                "main.(*T[go.shape.string,go.shape.int]).m.func2",
                Some("main.(*T[...]).m.func2"),
            ),
            ("main.plain", None),
        ] {
            assert_eq!(elided(name).as_deref(), plain, "{name}");
        }
    }
}
