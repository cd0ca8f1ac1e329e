//! How large the blocks are that became more.

use super::answer::SizeGrowth;
use crate::sums::estimate::Sampling;
use heapwise_stats::{LevelRecord, Mix, Quantity};

/// The sizes of a site whose blocks are more in the last snapshot than in that with the number `since`, each with its
/// part of all that is more; the largest part first.
pub(super) fn sizes(records: &[LevelRecord], sampling: Sampling, since: usize) -> Vec<SizeGrowth> {
    let Sampling::Known(rate) = sampling else {
        return Vec::new();
    };
    let more = records.iter().filter_map(|record| {
        let first = record.counts().get(since)?.in_use();
        let more = record.counts().last()?.in_use().checked_sub(first)?;
        let bytes = Mix::from_records(rate, [(record.size(), more)]).total(Quantity::Bytes);
        (more > 0).then_some((record.size(), bytes))
    });
    let more: Vec<(u64, f64)> = more.collect();
    let all: f64 = more.iter().map(|one| one.1).sum();
    let mut sizes: Vec<SizeGrowth> = more
        .iter()
        .map(|&(size, bytes)| SizeGrowth {
            size,
            part: bytes / all,
        })
        .collect();
    sizes.sort_by(|one, other| {
        other
            .part
            .total_cmp(&one.part)
            .then(one.size.cmp(&other.size))
    });
    sizes
}
