//! Pairs functions whose type arguments one side leaves out with all that they may be on the other.
//!
//! Go prints `main.Map[...]` in texts, and wrote it into profiles before 1.22, for what is `main.Map[go.shape.int]` and its
//! like in a newer profile (runtime/symtab.go: funcNameForPrint; runtime/pprof/proto.go: FrameSymbolName).

use std::collections::{BTreeMap, BTreeSet};

use super::lines::Lines;
use super::pair::{Match, Pair, leave_out};
use super::rows::Rows;
use crate::site::identity::{Site, has_folded_arguments, without_type_arguments};
use crate::site::similar::file_tail;

/// Joins what is left over on one side with a name that leaves type arguments out, and what is left over on the other with
/// names that have them.
pub(super) fn pair_elided(pairs: &mut Vec<Pair<'_>>, lines: Lines) {
    let mut groups: BTreeMap<(bool, Key), Vec<usize>> = BTreeMap::new();
    for (at, pair) in pairs.iter().enumerate() {
        let Some((site, start)) = pair.any_name().filter(|_| pair.matched == Match::OneSided)
        else {
            continue;
        };
        if let Some(key) = Key::of(site, lines.start(start)) {
            let is_old = pair.after.is_empty();
            groups.entry((is_old, key)).or_default().push(at);
        }
    }
    let mut joined = BTreeSet::new();
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
            let pair = pairs.get_mut(at);
            rows.extend(pair.map(|pair| std::mem::replace(pair.side(*is_old), Rows::None)));
        }
        if let Some(pair) = pairs.get_mut(elided) {
            *pair.side(*is_old) = Rows::joined(rows);
            pair.matched = Match::SimilarName;
        }
        joined.extend(others.iter().copied());
    }
    leave_out(pairs, |at| joined.contains(&at));
}

fn is_elided(pairs: &[Pair<'_>], at: usize) -> bool {
    let name = pairs.get(at).and_then(Pair::any_name);
    let function = name.and_then(|(site, _)| site.function.as_deref());
    function.is_some_and(has_folded_arguments)
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

/// The name with its type arguments folded; `None` of one without any.
fn elided(name: &str) -> Option<String> {
    name.contains('[').then(|| without_type_arguments(name))
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
