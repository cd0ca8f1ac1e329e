//! Bytes that only changed their name.
//!
//! Two sites of one block size, of which one falls by about what the other rises, are no rarity among
//! hundreds of sites. A move is named only where several block sizes went together and their old site is gone
//! or their new one was not there before, where the one is gone and the other new in the same package, or where the site that lost
//! still calls what gained; and only while as many matches are not found where there can be none:
//! between what one site lost and what another *lost*.

use super::change::Change;
use super::pair::Pair;
use super::side::DiffSide;
use crate::rank::column::Column;
use crate::site::identity::Site;
use heapwise_stats::{Comparison, Mix, Quantity, RatioTest, Side};

/// Where what a site lost turned up, or where what it gained was before.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Moved {
    /// The other sites.
    pub with: Vec<Site>,
    /// Whether they are closures of one function, whose numbers may have changed; else they gained or lost about as much.
    pub is_renumbered: bool,
}

/// The least part of the blocks lost that must be found again, by size.
const SAME_SIZES: f64 = 0.6;
/// The most that both sites together may differ, as a part of what moved.
const SAME_AMOUNT: f64 = 0.35;
/// The same where nothing is sampled and so nothing blurs the amounts.
const SAME_EXACT_AMOUNT: f64 = 0.02;
/// Block sizes that have to have gone together.
const FEWEST_SIZES: usize = 2;
/// The least part of the larger of a loss and a gain of one size that the smaller is.
const SAME_SIZE: f64 = 0.5;
/// The least part that a size has in what was lost.
const PART_OF_SIZE: f64 = 0.05;
/// The largest part of its blocks that a site keeps that is gone.
const LEFT_WHEN_GONE: f64 = 0.05;
/// The largest part of the moves found that may be chance.
const LARGEST_FALSE_RATE: f64 = 0.05;

/// A site that changed, with its blocks on both sides.
pub(super) struct Mover {
    pub(super) row: usize,
    /// The package of the site, where it is known.
    package: Option<String>,
    before: Mix,
    after: Mix,
    /// Those of the site and of what it calls.
    cum_before: Mix,
    cum_after: Mix,
}

impl Mover {
    pub(super) fn new(
        row: usize,
        pair: &Pair<'_>,
        before: &DiffSide<'_>,
        after: &DiffSide<'_>,
    ) -> Option<Mover> {
        let (site, _) = pair.any_name()?;
        Some(Mover {
            row,
            package: site.package.clone(),
            before: pooled(before.mixes(&pair.before, Column::Flat)?)?,
            after: pooled(after.mixes(&pair.after, Column::Flat)?)?,
            cum_before: pooled(before.mixes(&pair.before, Column::Cum)?)?,
            cum_after: pooled(after.mixes(&pair.after, Column::Cum)?)?,
        })
    }

    /// The same site as if it had changed the other way round.
    fn reversed(&self) -> Mover {
        Mover {
            row: self.row,
            package: self.package.clone(),
            before: self.after.clone(),
            after: self.before.clone(),
            cum_before: self.cum_after.clone(),
            cum_after: self.cum_before.clone(),
        }
    }

    /// Whether next to nothing is left of it.
    fn is_gone(&self) -> bool {
        let left = self.after.samples() as f64;
        left <= LEFT_WHEN_GONE * self.before.samples() as f64
    }

    fn change_of_size(&self, size: u64) -> f64 {
        let count = |mix: &Mix| {
            let sizes = mix.sizes();
            let at = sizes.binary_search_by_key(&size, |sampled| sampled.size);
            let sampled = at.ok().and_then(|at| sizes.get(at));
            sampled.map_or(0.0, |sampled| sampled.samples as f64)
        };
        count(&self.after) - count(&self.before)
    }
}

/// The mix of several profiles together.
pub(super) fn pooled(mixes: Vec<Mix>) -> Option<Mix> {
    Mix::sum(&mixes).ok()?
}

/// Pairs of rows, the one that lost first, whose losses and gains cancel: both together have not
/// changed beyond noise, the blocks are of the same sizes, and more than chance speaks for a move. None
/// where chance alone finds too many of them.
pub(super) fn moves(
    losers: &[Mover],
    gainers: &[Mover],
    changes: &dyn Fn(usize) -> Change,
    quantity: Quantity,
    alpha: f64,
) -> Vec<(usize, usize)> {
    let matching = Matching {
        changes,
        quantity,
        alpha,
    };
    let found = matching.best(losers, gainers);
    let false_rate = matching.chance_matches(losers, gainers) / found.len().max(1) as f64;
    if false_rate <= LARGEST_FALSE_RATE {
        found
    } else {
        Vec::new()
    }
}

/// How losses are told to be the gains of others.
struct Matching<'a> {
    changes: &'a dyn Fn(usize) -> Change,
    quantity: Quantity,
    alpha: f64,
}

impl Matching<'_> {
    /// The best matches, each site in one at most.
    fn best(&self, losers: &[Mover], gainers: &[Mover]) -> Vec<(usize, usize)> {
        let mut candidates: Vec<(f64, usize, usize)> = Vec::new();
        for loser in losers {
            for gainer in gainers {
                if let Some(rest) = self.rest(loser, gainer) {
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

    /// How many matches between losers and gainers chance makes: the part of matches among sites that
    /// changed in the same direction, one of each pair reversed, which cannot have moved into each other.
    fn chance_matches(&self, losers: &[Mover], gainers: &[Mover]) -> f64 {
        let (mut matches, mut pairs) = (0_usize, 0_usize);
        for group in [losers, gainers] {
            let reversed: Vec<Mover> = group.iter().map(Mover::reversed).collect();
            for mover in group {
                for other in reversed.iter().filter(|other| other.row != mover.row) {
                    pairs += 1;
                    matches += usize::from(self.rest(mover, other).is_some());
                }
            }
        }
        let part = matches as f64 / pairs.max(1) as f64;
        part * losers.len() as f64 * gainers.len() as f64
    }

    /// What is left of the loss and the gain together, as a part of what moved; `None` when nothing did.
    fn rest(&self, loser: &Mover, gainer: &Mover) -> Option<f64> {
        let amount = |mover: &Mover| ((self.changes)(mover.row).delta.value as f64).abs();
        let (lost, gained) = (amount(loser), amount(gainer));
        let rest = (lost - gained).abs() / lost.max(gained);
        let is_exact = loser.before.rate().records_everything();
        let most = if is_exact {
            SAME_EXACT_AMOUNT
        } else {
            SAME_AMOUNT
        };
        let is_move = rest <= most
            && self.is_more_than_chance(loser, gainer)
            && together_unchanged(loser, gainer, self.quantity, self.alpha);
        is_move.then_some(rest)
    }

    fn is_more_than_chance(&self, loser: &Mover, gainer: &Mover) -> bool {
        if loser.before.rate().records_everything() {
            // Blocks were not told apart because every one was recorded.
            return true;
        }
        let sizes = SameSizes::of(loser, gainer);
        let (is_gone, is_new) = (loser.is_gone(), gainer.reversed().is_gone());
        // A function that got another name stays in its package.
        let is_same_package = loser.package.is_some() && loser.package == gainer.package;
        let is_renamed = is_gone && is_new && is_same_package;
        sizes.part >= SAME_SIZES
            && (is_renamed
                || sizes.count >= FEWEST_SIZES && (is_gone || is_new)
                || self.still_calls(loser)
                || self.still_calls(&gainer.reversed()))
    }

    /// Whether the site lost to something that it calls: with what it calls it has as much as before, and
    /// a loss there would have been seen.
    fn still_calls(&self, loser: &Mover) -> bool {
        let (flat, cum) = (
            loser.before.total(self.quantity) - loser.after.total(self.quantity),
            loser.cum_before.total(self.quantity),
        );
        if cum <= 0.0 || flat <= 0.0 {
            return false;
        }
        let test = Comparison::new(
            Side::new(&loser.cum_before),
            Side::new(&loser.cum_after),
            self.quantity,
        );
        let without = (1.0 - flat / cum).max(0.0);
        test.p_value() > self.alpha && test.p_value_above(without) <= self.alpha
    }
}

/// What a loss and a gain have in common, size by size.
struct SameSizes {
    /// The part of the blocks lost that were gained.
    part: f64,
    /// Sizes of which about as many were gained as lost.
    count: usize,
}

impl SameSizes {
    fn of(loser: &Mover, gainer: &Mover) -> SameSizes {
        let sizes = loser.before.sizes().iter();
        let lost_and_gained: Vec<(f64, f64)> = sizes
            .map(|sampled| {
                let lost = -loser.change_of_size(sampled.size);
                (lost, gainer.change_of_size(sampled.size).max(0.0))
            })
            .filter(|&(lost, _)| lost > 0.0)
            .collect();
        let all: f64 = lost_and_gained.iter().map(|(lost, _)| lost).sum();
        let common = lost_and_gained
            .iter()
            .map(|(lost, gained)| lost.min(*gained));
        let is_same = |&&(lost, gained): &&(f64, f64)| {
            lost.min(gained) >= SAME_SIZE * lost.max(gained) && lost >= PART_OF_SIZE * all
        };
        SameSizes {
            part: if all > 0.0 {
                common.sum::<f64>() / all
            } else {
                0.0
            },
            count: lost_and_gained.iter().filter(is_same).count(),
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::diff::Delta;
    use heapwise_stats::SamplingRate;

    const SAMPLED: u64 = 524_288;

    /// Sampled blocks: their size, and how many.
    type Blocks<'a> = &'a [(u64, u64)];

    fn mix(rate: u64, blocks: Blocks<'_>) -> Mix {
        let rate = SamplingRate::new(rate).unwrap();
        Mix::from_records(rate, blocks.iter().copied())
    }

    fn mover(rate: u64, row: usize, before: Blocks<'_>, after: Blocks<'_>) -> Mover {
        let (before, after) = (mix(rate, before), mix(rate, after));
        Mover {
            row,
            package: None,
            cum_before: before.clone(),
            cum_after: after.clone(),
            before,
            after,
        }
    }

    fn changed(value: i128) -> Change {
        Change {
            delta: Delta {
                value,
                ..Delta::default()
            },
            ..Change::nothing()
        }
    }

    /// What rows changed by, as numbers of objects of one byte: the moves among them.
    fn moved(deltas: &[i128]) -> Vec<(usize, usize)> {
        let row = |at: usize, delta: i128| match delta < 0 {
            true => mover(1, at, &[(1, delta.unsigned_abs() as u64)], &[]),
            false => mover(1, at, &[], &[(1, delta as u64)]),
        };
        let all = || deltas.iter().copied().enumerate();
        let losers: Vec<Mover> = all()
            .filter(|one| one.1 < 0)
            .map(|(at, d)| row(at, d))
            .collect();
        let gainers: Vec<Mover> = all()
            .filter(|one| one.1 > 0)
            .map(|(at, d)| row(at, d))
            .collect();
        let changes = |row: usize| changed(deltas[row]);
        moves(&losers, &gainers, &changes, Quantity::Objects, 0.05)
    }

    #[test]
    fn what_one_lost_another_gained() {
        assert_eq!(moved(&[-100, 100]), [(0, 1)]);
        assert_eq!(moved(&[100, -100]), [(1, 0)]);
        // Where every block is counted, two in a hundred are no more the same.
        assert_eq!(moved(&[-100, 98]), [(0, 1)]);
        assert_eq!(moved(&[-98, 100]), [(0, 1)]);
        assert_eq!(moved(&[-100, 97]), []);
        assert_eq!(moved(&[-100]), []);
        assert_eq!(moved(&[]), []);
        // Each site once, the best match first.
        assert_eq!(moved(&[-1000, -1030, 1015]), [(1, 2)]);
        assert_eq!(moved(&[-1000, -1030, 1014]), [(0, 2)]);
        assert_eq!(moved(&[-100, -700, 700, 100]), [(0, 3), (1, 2)]);
    }

    #[test]
    fn as_many_matches_where_there_can_be_none_are_chance() {
        // Of two that lost alike either may be what another gained.
        assert_eq!(moved(&[-100, -100, 100, 100]), []);
        assert_eq!(moved(&[-100, 100, 100]), []);
        // One pair alike among the six of four: of four times one pairs that is nearly one.
        assert_eq!(moved(&[-100, -100, -500, -900, 900]), []);
    }

    #[test]
    fn one_chance_among_many_moves_is_allowed_for() {
        // So many losses, each 3 % larger than the one before, as many gains, and two that are alike: of n times n
        // pairs 2 n over n - 1 match by chance, which has to be no more than a twentieth of the n found.
        let of = |count: usize| {
            let mut amounts: Vec<i128> = (0..count)
                .map(|at| (10_000.0 * 1.03_f64.powi(at as i32)) as i128)
                .collect();
            amounts[1] = amounts[0] + 1;
            let lost = amounts.iter().map(|amount| -amount);
            moved(&lost.chain(amounts.iter().copied()).collect::<Vec<i128>>()).len()
        };
        assert_eq!((of(40), of(42)), (0, 42));
    }

    #[test]
    fn sizes_that_went_together_are_counted() {
        let of = |lost: (Blocks<'_>, Blocks<'_>), gained: Blocks<'_>| {
            let loser = mover(SAMPLED, 0, lost.0, lost.1);
            let gainer = mover(SAMPLED, 1, &[], gained);
            let same = SameSizes::of(&loser, &gainer);
            (same.part, same.count)
        };
        let both: Blocks<'_> = &[(64, 100), (1024, 50)];
        assert_eq!(of((both, &[]), both), (1.0, 2));
        assert_eq!(of((both, &[]), &[(64, 100)]), (100.0 / 150.0, 1));
        assert_eq!(of((both, &[]), &[(64, 300), (32, 9)]), (100.0 / 150.0, 0));
        // Half as many are about as many.
        assert_eq!(
            of((both, &[]), &[(64, 50), (1024, 100)]),
            (100.0 / 150.0, 2)
        );
        assert_eq!(of((both, &[]), &[(64, 49), (1024, 101)]), (99.0 / 150.0, 0));
        // What is left of a size was not lost, and what grew was not either.
        let part: (Blocks<'_>, Blocks<'_>) = (&[(64, 100), (96, 3)], &[(64, 60), (96, 8)]);
        assert_eq!(of(part, &[(64, 40), (96, 7)]), (1.0, 1));
        // A size that is less than a twentieth of what was lost does not count.
        assert_eq!(
            of((&[(64, 95), (16, 5)], &[]), &[(64, 95), (16, 5)]),
            (1.0, 2)
        );
        assert_eq!(
            of((&[(64, 96), (16, 4)], &[]), &[(64, 96), (16, 4)]),
            (1.0, 1)
        );
        assert_eq!(of((&[], &[(64, 9)]), &[(64, 9)]), (0.0, 0));
    }

    #[test]
    fn a_site_with_a_twentieth_left_is_gone() {
        let left = |count| mover(SAMPLED, 0, &[(64, 100)], &[(64, count)]);
        assert!(left(0).is_gone() && left(5).is_gone() && !left(6).is_gone());
        let grown = left(6).reversed();
        assert!(!grown.is_gone());
        assert_eq!(grown.change_of_size(64), 94.0);
        assert_eq!(left(6).change_of_size(64), -94.0);
        assert_eq!(left(6).change_of_size(32), 0.0);
    }

    #[test]
    fn samples_tell_a_move_by_sizes_or_by_a_call() {
        let is_move = |loser: &Mover, gainer: &Mover| {
            let changes = |_| Change::nothing();
            let matching = Matching {
                changes: &changes,
                quantity: Quantity::Objects,
                alpha: 0.05,
            };
            matching.is_more_than_chance(loser, gainer)
        };
        let two: Blocks<'_> = &[(64, 100), (1024, 50)];
        let gone = mover(SAMPLED, 0, two, &[]);
        let new = mover(SAMPLED, 1, &[], two);
        assert!(is_move(&gone, &new));
        // One size may be chance, and so may be sites that were there before and still are.
        let one: Blocks<'_> = &[(64, 100)];
        assert!(!is_move(
            &mover(SAMPLED, 0, one, &[]),
            &mover(SAMPLED, 1, &[], one)
        ));
        let kept = mover(SAMPLED, 0, &[(64, 200), (1024, 100)], two);
        let grown = mover(SAMPLED, 1, two, &[(64, 200), (1024, 100)]);
        assert!(!is_move(&kept, &grown));
        assert!(is_move(&kept, &new) && is_move(&gone, &grown));
        // A site that lost to what it calls has as much as before with it.
        let of = |cum_after: Blocks<'_>| Mover {
            cum_before: mix(SAMPLED, one),
            cum_after: mix(SAMPLED, cum_after),
            ..mover(SAMPLED, 0, one, &[])
        };
        let callee = mover(SAMPLED, 1, &[], one);
        assert!(is_move(&of(one), &callee));
        assert!(is_move(&of(&[(64, 90)]), &callee));
        assert!(!is_move(&of(&[(64, 30)]), &callee));
        // Beside so much else that its loss would not be seen it says nothing.
        let hidden = Mover {
            cum_before: mix(SAMPLED, &[(64, 100_000)]),
            cum_after: mix(SAMPLED, &[(64, 100_000)]),
            ..mover(SAMPLED, 0, one, &[])
        };
        assert!(!is_move(&hidden, &callee));
    }

    #[test]
    fn a_loss_and_a_gain_together_are_no_change() {
        let of = |gained: u64| {
            let loser = mover(SAMPLED, 0, &[(64, 400)], &[]);
            let gainer = mover(SAMPLED, 1, &[], &[(64, gained)]);
            together_unchanged(&loser, &gainer, Quantity::Objects, 0.05)
        };
        // 400 and so many differ by two standard errors of sqrt(400 + so many).
        assert!(of(400) && of(346) && of(457));
        assert!(!of(340) && !of(464));
        let loser = mover(1, 0, &[(64, 4)], &[]);
        assert!(together_unchanged(
            &loser,
            &mover(1, 1, &[], &[(64, 400)]),
            Quantity::Objects,
            0.05
        ));
        assert!(!together_unchanged(
            &loser,
            &mover(SAMPLED, 1, &[], &[]),
            Quantity::Objects,
            0.05
        ));
    }
}
