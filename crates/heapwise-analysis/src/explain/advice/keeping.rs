//! What goroutines keep. Whether a table or a cache grows is for a series to tell: one profile does not.

use super::draft::Draft;
use super::line::Line;
use super::rule::Rule;
use crate::explain::lifetime::Stay;

const TEXTS: (&str, &str) = (
    "see whether it grows (heapwise growth on several snapshots); if it does, bound it: a size, an age, or deleting what is done",
    "it is a table that is filled once and needed as long as the program runs",
);

/// Of what is kept, this part of the total at least is worth a word.
const LEAST_SHARE: f64 = 0.1;

/// Fewer blocks are a table that was made once.
const FEWEST: f64 = 1000.0;

/// About how many blocks are kept.
fn kept(line: &Line<'_>) -> f64 {
    let objects: i128 = line.sizes.iter().map(|one| one.objects).sum();
    objects as f64 * line.kept.map_or(0.0, |kept| kept.part)
}

pub(super) fn advise(line: &Line<'_>) -> Option<Draft> {
    let is_kept = line.kept.is_some_and(|kept| kept.stay == Stay::Long);
    let fits = is_kept
        && line.share >= LEAST_SHARE
        && kept(line) >= FEWEST
        && line
            .variable()
            .is_some_and(|name| line.is_for_goroutine(&name));
    fits.then(|| Draft {
        rule: Rule::Accumulating,
        texts: TEXTS,
        evidence: line.facts(),
        parts: None,
    })
}
