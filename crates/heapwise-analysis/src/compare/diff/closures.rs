//! Closures whose numbers may be those of others on the other side.
//!
//! Go numbers the closures of a function in their order (`main.f.func1`, `main.f.func2`), so one that comes or goes in front
//! gives all behind it another name (cmd/compile/internal/ir/func.go: closureName).

use std::collections::BTreeMap;

use super::change::Verdict;
use super::difference::DiffRow;
use super::moved::Moved;
use crate::site::identity::Site;

/// Marks the closures of a function of which one is new or gone: what changed of one may be another.
pub(super) fn mark_renumbered(rows: &mut [&mut DiffRow]) {
    let mut by_parent: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, row) in rows.iter().enumerate() {
        if let Some(parent) = parent(&row.site).filter(|_| row.flat.seen().is_change()) {
            by_parent.entry(parent).or_default().push(at);
        }
    }
    let mut marks: Vec<(usize, Vec<Site>)> = Vec::new();
    for changed in by_parent.into_values() {
        let of = |at: &usize| rows.get(*at);
        let verdicts = || changed.iter().filter_map(of).map(|row| row.flat.seen());
        let came_or_went = verdicts().any(|seen| matches!(seen, Verdict::New | Verdict::Gone));
        if !came_or_went || changed.len() < 2 {
            continue;
        }
        for &at in &changed {
            let others = changed.iter().filter(|&&other| other != at);
            let others = others.filter_map(of).map(|row| row.site.clone());
            marks.push((at, others.collect()));
        }
    }
    for (at, with) in marks {
        if let Some(row) = rows.get_mut(at) {
            row.moved = Some(Moved {
                with,
                is_renumbered: true,
            });
        }
    }
}

/// The function whose closure a site is.
fn parent(site: &Site) -> Option<&str> {
    let function = site.function.as_deref()?;
    let mut parts = function.match_indices(".func");
    let (at, _) = parts.find(|&(at, word)| {
        let number = function.get(at + word.len()..).unwrap_or_default();
        number.starts_with(|c: char| c.is_ascii_digit())
    })?;
    function.get(..at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closures_have_the_function_that_they_are_in() {
        for (name, expected) in [
            ("main.handler.func1", Some("main.handler")),
            ("main.handler.func2.3", Some("main.handler")),
            ("main.(*T).m.func10", Some("main.(*T).m")),
            ("main.functional", None),
            ("main.x.function2", None),
            ("main.x", None),
        ] {
            let site = Site::of_function(name.to_owned());
            assert_eq!(parent(&site), expected, "{name}");
        }
    }
}
