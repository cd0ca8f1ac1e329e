//! Comparing the totals of two independent profiles.
//!
//! The hypothesis is that after, per unit of exposure, is `ratio` times before. Both totals are then
//! given by one rate tau, estimated from both sides, and the noise of the observed difference by tau and
//! the block sizes. Its tails are those of a Skellam variable with the same second to fourth cumulant.
//! The test never assumes many samples nor small blocks, and its p value and interval always agree.
//!
//! Source: Krishnamoorthy and Thomson 2004 for the test with estimated nuisance rate (the "E-test"),
//! extended here to weighted binomial counts.

use super::confidence::Confidence;
use super::mix::Mix;
use super::quantity::Quantity;
use super::ratio::{Inversion, RatioInterval};
use super::ratio_test::RatioTest;
use super::sampling::{SamplingRate, chances, weight_of_small_blocks};
use super::skellam::{Cumulants, Tails, exact_tails, skellam_tails};
use super::unseen::{certain_interval, certain_tails};

/// Relative difference of two exact totals that is put down to rounding.
const ROUNDING: f64 = 1e-9;

/// How much work a profile covers, in operations or seconds; a finite number above zero.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Exposure(f64);

impl Exposure {
    /// So many operations or seconds. `None` unless finite and above zero.
    #[must_use]
    pub fn new(amount: f64) -> Option<Self> {
        (amount > 0.0 && amount.is_finite()).then_some(Self(amount))
    }

    /// The amount.
    #[must_use]
    pub fn amount(self) -> f64 {
        self.0
    }

    /// The work of several profiles together; one when there is none.
    pub(crate) fn sum(parts: &[Self]) -> Self {
        Self::new(parts.iter().map(|part| part.0).sum()).unwrap_or_default()
    }
}

impl Default for Exposure {
    /// One: totals are compared as they are.
    fn default() -> Self {
        Self(1.0)
    }
}

/// One side of a comparison: its samples, and the work they cover.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    mix: &'a Mix,
    exposure: Exposure,
}

impl<'a> Side<'a> {
    /// A side whose total is compared as it is. The two sides may have different rates.
    #[must_use]
    pub fn new(mix: &'a Mix) -> Self {
        Self {
            mix,
            exposure: Exposure::default(),
        }
    }

    /// The same side, compared per unit of this work.
    #[must_use]
    pub fn with_exposure(self, exposure: Exposure) -> Self {
        Self { exposure, ..self }
    }

    /// The sampled blocks.
    #[must_use]
    pub fn mix(&self) -> &'a Mix {
        self.mix
    }

    /// The work covered.
    #[must_use]
    pub fn exposure(&self) -> Exposure {
        self.exposure
    }
}

/// The effective samples of each of two equally noisy sides that would tell as much as these do where nothing changed:
/// those of the older one alone where both have one rate and cover the same work ([`Mix::effective_samples`]), and fewer
/// where the newer one is coarser or covers less. `None` where neither could have missed anything.
///
/// Of N blocks of u bytes, of which each is sampled with chance h, the variance of the total is N u^2 (1 - h) / h; N is what
/// the older side tells, times the work of the newer one.
#[must_use]
pub fn common_effective_samples(
    before: Side<'_>,
    after: Side<'_>,
    quantity: Quantity,
) -> Option<f64> {
    let own = before.mix.effective_samples(quantity);
    let work = after.exposure.amount() / before.exposure.amount();
    if before.mix.rate() == after.mix.rate() && work == 1.0 || own == Some(0.0) {
        return own;
    }
    let total = before.mix.total(quantity);
    let variances = before.mix.sizes().iter().map(|entry| {
        let (old_hit, _) = chances(entry.size, before.mix.rate());
        let (new_hit, new_miss) = chances(entry.size, after.mix.rate());
        let blocks = entry.samples as f64 / old_hit;
        blocks * quantity.of_block(entry.size).powi(2) * new_miss / (new_hit * work)
    });
    let variances: f64 = variances.sum();
    let both = own.map_or(0.0, f64::recip) + variances / total.powi(2);
    (both > 0.0).then(|| 2.0 / both)
}

/// Variation between runs, on top of the sampling noise.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct RunVariation {
    /// Coefficient of variation of a total from run to run, e.g. 0.05. Zero when unknown.
    pub coefficient: f64,
    /// Factor on the sampling variance, at least 1, measured from several profiles.
    pub dispersion: f64,
}

impl RunVariation {
    /// An assumed coefficient of variation from run to run; negative or undefined ones count as zero.
    #[must_use]
    pub fn with_coefficient(coefficient: f64) -> Self {
        Self {
            coefficient: coefficient.max(0.0),
            ..Self::default()
        }
    }

    /// A measured factor on the sampling variance; below 1 it counts as 1.
    #[must_use]
    pub fn with_dispersion(dispersion: f64) -> Self {
        Self {
            dispersion: dispersion.max(1.0),
            ..Self::default()
        }
    }
}

impl Default for RunVariation {
    /// None: sampling noise only.
    fn default() -> Self {
        Self {
            coefficient: 0.0,
            dispersion: 1.0,
        }
    }
}

/// Two sides, summed up so that testing any ratio costs one evaluation of the Skellam tails.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Comparison {
    before: Prepared,
    after: Prepared,
    variation: RunVariation,
}

impl Comparison {
    /// Prepares a comparison with sampling noise only.
    ///
    /// For bytes each side's noise follows its own block sizes, for objects those of both sides
    /// together. A side without a sample, or without one that could have been missed, borrows the
    /// sizes of the other: that it has none of the uncertain blocks of the other is chance.
    #[must_use]
    pub fn new(before: Side<'_>, after: Side<'_>, quantity: Quantity) -> Self {
        let pooled = quantity == Quantity::Objects;
        let sizes_for = |own: &Mix, other: &Mix| {
            if !pooled && is_certain(own) && !is_certain(other) {
                return true_counts(other);
            }
            let mut sizes = true_counts(own);
            if pooled || own.is_empty() {
                sizes.extend(true_counts(other));
            }
            sizes
        };
        let before_sizes = sizes_for(before.mix, after.mix);
        let after_sizes = sizes_for(after.mix, before.mix);
        Self {
            before: Prepared::new(before, &before_sizes, quantity),
            after: Prepared::new(after, &after_sizes, quantity),
            variation: RunVariation::default(),
        }
    }

    /// The same comparison with variation between runs added to the noise.
    #[must_use]
    pub fn with_variation(self, variation: RunVariation) -> Self {
        Self { variation, ..self }
    }

    /// Whether both sides are known without error, so that every p value is 0 or 1. Blocks too large to
    /// be missed are not enough: small ones may have gone unseen beside them.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.is_noiseless() && self.before.unseen <= 0.0 && self.after.unseen <= 0.0
    }

    /// Whether nothing of what was sampled could have been missed.
    fn is_noiseless(&self) -> bool {
        self.before.kappa <= 0.0 && self.after.kappa <= 0.0 && self.variation.coefficient <= 0.0
    }

    /// What small blocks stand for that may have gone unseen, before and after, per unit of exposure.
    fn unseen(&self) -> (f64, f64) {
        (
            self.before.unseen / self.before.exposure,
            self.after.unseen / self.after.exposure,
        )
    }

    /// The interval that leaves `tail` on either side.
    pub(crate) fn ratio_interval_with_tail(&self, tail: f64) -> Option<RatioInterval> {
        let (before, after) = (&self.before, &self.after);
        if before.total <= 0.0 && after.total <= 0.0 {
            return None;
        }
        let ratio = self.ratio();
        if self.is_noiseless() {
            let totals = (before.per_unit(), after.per_unit());
            return Some(certain_interval(totals, self.unseen(), tail));
        }
        // An empty side that its rate leaves no doubt about decides the ratio alone.
        if before.is_certainly_zero() {
            return Some(RatioInterval {
                ratio,
                low: None,
                high: None,
            });
        }
        if after.is_certainly_zero() {
            return Some(RatioInterval {
                ratio,
                low: Some(0.0),
                high: Some(0.0),
            });
        }
        let inversion = Inversion {
            tails: |ratio| self.tails(ratio),
            lower_start: (after.total > 0.0).then(|| (after.at_hand() / before.at_hand()).ln()),
            upper_start: (before.total > 0.0).then(|| (after.at_hand() / before.at_hand()).ln()),
        };
        Some(inversion.interval(ratio, tail))
    }

    /// Bytes or objects that one effective sample stands for, before and after.
    pub(crate) fn kappas(&self) -> (f64, f64) {
        (self.before.kappa, self.after.kappa)
    }

    /// The common level per unit of exposure before, if after were `ratio` times before. Never less than
    /// what was seen on either side.
    fn common_level(&self, ratio: f64) -> f64 {
        let (before, after) = (&self.before, &self.after);
        let level = if before.kappa <= 0.0 {
            before.per_unit()
        } else if after.kappa <= 0.0 {
            after.per_unit() / ratio
        } else {
            let samples = before.total / before.kappa + after.total / after.kappa;
            samples / (before.exposure / before.kappa + ratio * after.exposure / after.kappa)
        };
        level
            .max(before.seen / before.exposure)
            .max(after.seen / after.exposure / ratio)
    }

    /// Cumulants of after - ratio * before, per unit of exposure, if after were `ratio` times before.
    fn noise(&self, ratio: f64) -> Cumulants {
        let level = self.common_level(ratio);
        let after = self.after.noise(1.0 / self.after.exposure, ratio * level);
        let before = self.before.noise(ratio / self.before.exposure, level);
        let between_runs = self.variation.coefficient * level;
        Cumulants {
            second: self.variation.dispersion * (before.second + after.second)
                + between_runs * between_runs * (1.0 + ratio * ratio),
            third: after.third - before.third,
            fourth: after.fourth + before.fourth,
        }
    }
}

impl RatioTest for Comparison {
    fn ratio(&self) -> Option<f64> {
        (self.before.total > 0.0).then(|| self.after.per_unit() / self.before.per_unit())
    }

    /// Both are 1 when nothing was sampled on either side. A ratio of zero (or none at all) claims that after
    /// is empty, an infinite one that before is: either is refuted by a single sample.
    fn tails(&self, ratio: f64) -> Tails {
        let (before, after) = (&self.before, &self.after);
        if before.total <= 0.0 && after.total <= 0.0 {
            return exact_tails(0.0, 0.0);
        }
        if ratio.is_nan() || ratio <= 0.0 {
            return exact_tails(after.per_unit(), 0.0);
        }
        if ratio.is_infinite() {
            return exact_tails(-before.per_unit(), 0.0);
        }
        let difference = after.per_unit() - ratio * before.per_unit();
        if self.is_noiseless() {
            let size = after.per_unit() + ratio * before.per_unit();
            let (old, new) = self.unseen();
            return certain_tails(difference, ROUNDING * size, (ratio * old, new));
        }
        skellam_tails(difference, self.noise(ratio))
    }

    /// Some tens of times the cost of a p value.
    fn ratio_interval(&self, confidence: Confidence) -> Option<RatioInterval> {
        self.ratio_interval_with_tail(confidence.each_tail())
    }
}

/// One side summed up. `noise_per_total` are the cumulants of its total's noise, per unit of total.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Prepared {
    total: f64,
    seen: f64,
    exposure: f64,
    kappa: f64,
    /// What one small block stands for that was not sampled; 0 where none can be missed.
    unseen: f64,
    noise_per_total: Cumulants,
}

impl Prepared {
    fn new(side: Side<'_>, sizes: &[(u64, f64)], quantity: Quantity) -> Self {
        let noise_per_total = noise_per_total(sizes, side.mix.rate(), quantity);
        let sums = side.mix.sums(quantity);
        Self {
            total: sums.total,
            seen: sums.seen,
            exposure: side.exposure.amount(),
            kappa: noise_per_total.second,
            unseen: weight_of_small_blocks(side.mix.rate(), quantity),
            noise_per_total,
        }
    }

    fn per_unit(&self) -> f64 {
        self.total / self.exposure
    }

    fn is_certainly_zero(&self) -> bool {
        self.total <= 0.0 && self.kappa <= 0.0
    }

    /// The level per unit of exposure, or a hundredth of a sample where there is none.
    fn at_hand(&self) -> f64 {
        if self.total > 0.0 {
            self.per_unit()
        } else {
            0.01 * self.kappa / self.exposure
        }
    }

    /// Noise of `factor` times the total, when the true level per unit of exposure is `level`.
    fn noise(&self, factor: f64, level: f64) -> Cumulants {
        let total = level * self.exposure;
        let sums = &self.noise_per_total;
        Cumulants {
            second: sums.second * total * factor.powi(2),
            third: sums.third * total * factor.powi(3),
            fourth: sums.fourth * total * factor.powi(4),
        }
    }
}

/// Whether no sampled block could have been missed, at the rate it was sampled with.
fn is_certain(mix: &Mix) -> bool {
    let mut sizes = mix.sizes().iter();
    sizes.all(|entry| chances(entry.size, mix.rate()).1 <= 0.0)
}

/// Estimated true number of blocks of each sampled size.
pub(crate) fn true_counts(mix: &Mix) -> Vec<(u64, f64)> {
    mix.sizes()
        .iter()
        .map(|entry| {
            let (hit, _) = chances(entry.size, mix.rate());
            (entry.size, entry.samples as f64 / hit)
        })
        .collect()
}

/// Cumulants of the sampling noise at `rate` of blocks in these proportions, per unit of their total.
pub(crate) fn noise_per_total(
    sizes: &[(u64, f64)],
    rate: SamplingRate,
    quantity: Quantity,
) -> Cumulants {
    let mut sums = Cumulants::default();
    let mut total = 0.0;
    for &(size, count) in sizes {
        let (hit, miss) = chances(size, rate);
        let unit = quantity.of_block(size);
        total += unit * count;
        sums.add_binomial(unit / hit, count * hit * miss, miss - hit);
    }
    if total <= 0.0 {
        return Cumulants::default();
    }
    Cumulants {
        second: sums.second / total,
        third: sums.third / total,
        fourth: sums.fourth / total,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests may panic")]

    use super::*;

    fn mix(rate: u64, samples: u64) -> Mix {
        Mix::from_records(SamplingRate::new(rate).unwrap(), [(64, samples)])
    }

    fn common(before: Side<'_>, after: Side<'_>) -> f64 {
        common_effective_samples(before, after, Quantity::Bytes).unwrap()
    }

    #[test]
    fn the_coarser_side_limits_what_both_tell() {
        let (fine, coarse) = (mix(4096, 60_000), mix(524_288, 500));
        let own = |mix: &Mix| mix.effective_samples(Quantity::Bytes).unwrap();
        let (fine_side, coarse_side) = (Side::new(&fine), Side::new(&coarse));
        assert_eq!(common(fine_side, fine_side), own(&fine));
        // Twice the harmonic mean of 60,000 and of the 473 that the newer side has of as many blocks, and the other way round.
        let found = common(fine_side, coarse_side);
        assert!((930.0..950.0).contains(&found), "{found}");
        let found = common(coarse_side, fine_side);
        assert!((980.0..1000.0).contains(&found), "{found}");
        // A tenth of the work is a tenth of the samples.
        let less = fine_side.with_exposure(Exposure::new(0.1).unwrap());
        let part = common(fine_side, less) / own(&fine);
        assert!((part - 2.0 / 11.0).abs() < 1e-3, "{part}");
        let nothing = mix(4096, 0);
        assert_eq!(common(Side::new(&nothing), coarse_side), 0.0);
        // Blocks that no side could have missed.
        let one = mix(1, 3);
        let side = Side::new(&one);
        assert_eq!(common_effective_samples(side, side, Quantity::Bytes), None);
    }
}
