//! Tells profiles that are another form of the same moment of a process, such as its heap and its allocs profile: in a
//! sum they count twice, and as runs they are one.

use heapwise_analysis::{Granularity, RankOptions, Ranking, rank};
use heapwise_decode::Limits;
use heapwise_report::Warning;

use crate::input::NamedSource;

/// Forms of one moment are written one after the other, in less than this.
const NANOS_BETWEEN: u64 = 1_000_000_000;
/// So many profiles that may be such are looked at.
const MOST: usize = 64;

/// Says which of the sources have the same totals as another one of about the same time, which `times` are of the
/// sources by their names; a text has none.
pub(super) fn warnings<'a>(
    sources: &[NamedSource],
    times: impl Iterator<Item = (&'a str, Option<i64>)>,
    limits: &Limits,
) -> Vec<Warning> {
    let known: Vec<(&NamedSource, Option<i64>)> = times
        .filter_map(|(path, nanos)| {
            let source = sources.iter().find(|source| &*source.path == path)?;
            Some((source, nanos))
        })
        .take(MOST + 1)
        .collect();
    if known.len() < 2 || known.len() > MOST {
        return Vec::new();
    }
    let all = known.iter().enumerate();
    let may_be = |at: usize, nanos: Option<i64>| {
        let mut others = known.iter().enumerate().filter(|(other, _)| *other != at);
        others.any(|(_, (_, other))| are_close(nanos, *other))
    };
    let candidates = all.filter(|(at, (_, nanos))| may_be(*at, *nanos));
    let ranked = candidates.filter_map(|(_, (source, nanos))| {
        let options = RankOptions::new(Granularity::Packages);
        let ranking = rank(*source, &options, limits).ok()?;
        Some((&*source.path, *nanos, totals(&ranking)?))
    });
    let ranked: Vec<(&str, Option<i64>, Totals)> = ranked.collect();
    let mut warnings = Vec::new();
    for (at, (path, nanos, totals)) in ranked.iter().enumerate() {
        let mut earlier = ranked.iter().take(at);
        let is_same = |(_, other, known): &&(&str, Option<i64>, Totals)| {
            known == totals && are_close(*nanos, *other)
        };
        if let Some((first, ..)) = earlier.find(is_same) {
            let message = format!(
                "{path}: the same totals as {first}, and of about the same time: another form of one moment, \
                 which counts twice: leave one out"
            );
            warnings.push(Warning::new("same_moment", message));
        }
    }
    warnings
}

/// Whether two may be of one moment. What has no time may be of any, but not of that of another one without.
fn are_close(one: Option<i64>, other: Option<i64>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => one.abs_diff(other) < NANOS_BETWEEN,
        (None, None) => false,
        _ => true,
    }
}

/// What a heap profile has in all: objects and bytes, ever allocated and in use.
type Totals = [i128; 4];

/// `None` where it is no heap profile, or too little to tell it from another.
fn totals(ranking: &Ranking) -> Option<Totals> {
    let of = |name: &str| {
        let types = &ranking.header.sample_types;
        let at = types.iter().position(|known| known.type_ == name)?;
        Some(ranking.totals.get(at)?.net)
    };
    let all = [
        of("alloc_objects")?,
        of("alloc_space")?,
        of("inuse_objects")?,
        of("inuse_space")?,
    ];
    (ranking.sample_count > 1 && all.iter().any(|&total| total != 0)).then_some(all)
}

#[cfg(test)]
mod tests {
    use super::are_close;

    #[test]
    fn forms_of_one_moment_are_close() {
        for (one, other, expected) in [
            (Some(5), Some(9), true),
            (Some(5), Some(1_000_000_005), false),
            (Some(-5), Some(5), true),
            (None, Some(5), true),
            (None, None, false),
        ] {
            assert_eq!(are_close(one, other), expected);
            assert_eq!(are_close(other, one), expected);
        }
    }
}
