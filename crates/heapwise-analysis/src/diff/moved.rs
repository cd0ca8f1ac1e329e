//! Bytes that only changed their name.

use super::change::Change;
use super::pairing::Pair;
use super::side::{Column, DiffSide};
use crate::site::Site;
use crate::stats::{Comparison, Mix, Quantity, Side};

/// Where what a site lost turned up, or where what it gained was before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// The other sites.
    pub with: Vec<Site>,
}

/// The least part of the blocks lost that must be found again, by size.
const SAME_SIZES: f64 = 0.6;
/// The most that both sites together may differ, as a part of what moved.
const SAME_AMOUNT: f64 = 0.35;

/// A site that changed, with its blocks on both sides.
pub(super) struct Mover {
    pub(super) row: usize,
    before: Mix,
    after: Mix,
}

impl Mover {
    pub(super) fn new(
        row: usize,
        pair: &Pair<'_>,
        before: &DiffSide<'_>,
        after: &DiffSide<'_>,
    ) -> Option<Mover> {
        Some(Mover {
            row,
            before: pooled(before.mixes(&pair.before, Column::Flat)?)?,
            after: pooled(after.mixes(&pair.after, Column::Flat)?)?,
        })
    }
}

/// The mix of several profiles together.
pub(super) fn pooled(mixes: Vec<Mix>) -> Option<Mix> {
    let mut mixes = mixes.into_iter();
    let mut sum = mixes.next()?;
    for mix in mixes {
        sum.merge(&mix).ok()?;
    }
    Some(sum)
}

/// Pairs of rows, the one that lost first, whose losses and gains cancel: both together have not
/// changed beyond noise, and the blocks are of the same sizes.
pub(super) fn moves(
    losers: &[Mover],
    gainers: &[Mover],
    changes: &dyn Fn(usize) -> Change,
    quantity: Quantity,
    alpha: f64,
) -> Vec<(usize, usize)> {
    let mut candidates: Vec<(f64, usize, usize)> = Vec::new();
    for loser in losers {
        for gainer in gainers {
            let lost = -(changes(loser.row).delta.value as f64);
            let gained = changes(gainer.row).delta.value as f64;
            let rest = (lost - gained).abs() / lost.max(gained);
            if rest <= SAME_AMOUNT
                && same_sizes(loser, gainer) >= SAME_SIZES
                && together_unchanged(loser, gainer, quantity, alpha)
            {
                candidates.push((rest, loser.row, gainer.row));
            }
        }
    }
    candidates.sort_by(|a, b| a.0.total_cmp(&b.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let mut taken: Vec<usize> = Vec::new();
    let mut moves = Vec::new();
    for (_, loser, gainer) in candidates {
        if !taken.contains(&loser) && !taken.contains(&gainer) {
            taken.extend([loser, gainer]);
            moves.push((loser, gainer));
        }
    }
    moves
}

/// Which part of the blocks that one lost the other gained, size by size.
fn same_sizes(loser: &Mover, gainer: &Mover) -> f64 {
    let change = |mover: &Mover, size: u64| {
        let count = |mix: &Mix| {
            let sizes = mix.sizes().iter().find(|sampled| sampled.size == size);
            sizes.map_or(0.0, |sampled| sampled.samples as f64)
        };
        count(&mover.after) - count(&mover.before)
    };
    let (mut common, mut all) = (0.0, 0.0);
    for sampled in loser.before.sizes() {
        let lost = -change(loser, sampled.size);
        if lost > 0.0 {
            all += lost;
            common += lost.min(change(gainer, sampled.size).max(0.0));
        }
    }
    if all > 0.0 { common / all } else { 0.0 }
}

fn together_unchanged(loser: &Mover, gainer: &Mover, quantity: Quantity, alpha: f64) -> bool {
    let join = |a: &Mix, b: &Mix| {
        let mut sum = a.clone();
        sum.merge(b).ok().map(|()| sum)
    };
    let (Some(before), Some(after)) = (
        join(&loser.before, &gainer.before),
        join(&loser.after, &gainer.after),
    ) else {
        return false;
    };
    let test = Comparison::new(Side::new(&before), Side::new(&after), quantity);
    test.is_exact() || test.p_value() > alpha
}
