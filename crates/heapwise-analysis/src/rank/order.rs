//! In which order the sites of a ranking stand (graph/graph.go: Nodes.Sort).

use std::cmp::Reverse;

use crate::site::identity::Site;

/// Values by their places, in the order of these; each is there once.
pub(crate) fn taken<T>(values: Vec<T>, places: impl IntoIterator<Item = usize>) -> Vec<T> {
    let mut values: Vec<Option<T>> = values.into_iter().map(Some).collect();
    let places = places.into_iter();
    places.filter_map(|at| values.get_mut(at)?.take()).collect()
}

/// Largest absolute first key first, then by name, then by the second key.
///
/// Sites and their names are made once for each row that shares its first key with another, not for
/// each comparison: most rows of a profile are zero in themselves.
pub(crate) fn sort_rows<T>(
    rows: &mut [T],
    key: impl Fn(&T) -> (i128, i128),
    site: impl Fn(&T) -> Site,
) {
    let first = |row: &T| key(row).0.unsigned_abs();
    rows.sort_by_key(|row| Reverse(first(row)));
    for group in rows.chunk_by_mut(|a, b| first(a) == first(b)) {
        if group.len() > 1 {
            group.sort_by_cached_key(|row| {
                let site = site(row);
                let second = key(row).1.unsigned_abs();
                // Two addresses order as numbers, which is how their printed digits order.
                (site.pprof_name().into_bytes(), Reverse(second), site)
            });
        }
    }
}
