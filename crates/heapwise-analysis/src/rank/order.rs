use crate::site::identity::Site;

/// Largest absolute first key first, then by name, then by the second key.
///
/// Names are made once for each row that shares its first key with another, not for each
/// comparison: most rows of a profile are zero in themselves.
pub(super) fn sort_rows<T>(rows: &mut [((i128, i128), T)], site: impl Fn(&T) -> &Site) {
    rows.sort_by_key(|((first, _), _)| std::cmp::Reverse(first.unsigned_abs()));
    let same =
        |a: &((i128, i128), T), b: &((i128, i128), T)| a.0.0.unsigned_abs() == b.0.0.unsigned_abs();
    for group in rows.chunk_by_mut(same).filter(|group| group.len() > 1) {
        group.sort_by_cached_key(|((_, second), row)| {
            let site = site(row);
            // Two addresses order as numbers, which is how their printed digits order.
            (
                site.pprof_name().into_bytes(),
                std::cmp::Reverse(second.unsigned_abs()),
                site.clone(),
            )
        });
    }
}
