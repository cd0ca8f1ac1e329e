//! Which site of another build is the same, though its name is not.

use std::collections::HashMap;
use std::hash::Hash;

use super::identity::Site;

/// What a site is called without what may differ between builds of the same code; `None` where that is an address.
pub(crate) fn similar_site(site: &Site) -> Option<String> {
    match (site.address, &site.function, &site.file) {
        (Some(_), _, _) | (None, None, None) => None,
        (None, Some(function), _) => Some(similar_name(function)),
        (None, None, Some(file)) => Some(file_tail(file)),
    }
}

/// Of what is left over on either side, the pairs of which exactly one of each looks alike, in their order.
pub(crate) fn only_pairs<K: Eq + Hash, T: Copy + Ord>(
    old: impl Iterator<Item = (K, T)>,
    new: impl Iterator<Item = (K, T)>,
) -> Vec<(T, T)> {
    let mut groups: HashMap<K, (Vec<T>, Vec<T>)> = HashMap::new();
    for (key, one) in old {
        groups.entry(key).or_default().0.push(one);
    }
    for (key, one) in new {
        groups.entry(key).or_default().1.push(one);
    }
    let mut pairs: Vec<(T, T)> = groups
        .into_values()
        .filter_map(|(old, new)| match (old.as_slice(), new.as_slice()) {
            (&[old], &[new]) => Some((old, new)),
            _ => None,
        })
        .collect();
    pairs.sort_unstable();
    pairs
}

/// A function's name without type arguments and without the numbers of closures.
pub(crate) fn similar_name(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    let mut depth = 0_usize;
    for c in name.chars() {
        match c {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ if depth == 0 => plain.push(c),
            _ => {}
        }
    }
    let parts = plain.split('.').map(|part| {
        let stem = part.trim_end_matches(|c: char| c.is_ascii_digit());
        let is_closure = matches!(stem, "func" | "gowrap" | "deferwrap" | "");
        if is_closure { stem } else { part }
    });
    parts.collect::<Vec<&str>>().join(".")
}

/// The last two elements of a path, which stay when a build moves to another directory.
pub(crate) fn file_tail(file: &str) -> String {
    let mut elements: Vec<&str> = file.rsplit('/').take(2).collect();
    elements.reverse();
    elements.join("/")
}

#[cfg(test)]
mod tests {
    use super::{only_pairs, similar_name};

    #[test]
    fn names_of_the_same_code_are_similar() {
        for (name, plain) in [
            ("main.Map[go.shape.int]", "main.Map"),
            ("main.Map[...].func2", "main.Map.func"),
            ("main.f.func1.2", "main.f.func."),
            ("main.Sum256", "main.Sum256"),
            ("main.(*T[go.shape.[]uint8]).m", "main.(*T).m"),
        ] {
            assert_eq!(similar_name(name), plain, "{name}");
        }
    }

    #[test]
    fn what_may_be_several_is_none() {
        let old = [("a", 1), ("b", 2), ("b", 3), ("c", 4)];
        let new = [("a", 7), ("b", 8), ("d", 9)];
        let pairs = only_pairs(old.into_iter(), new.into_iter());
        assert_eq!(pairs, [(1, 7)]);
    }
}
