//! A site's part of a total that is known exactly, and how two such parts compare.
//!
//! `go test -benchmem` prints the exact bytes per operation of a benchmark; its heap profile tells, with
//! sampling error, which part of them a site allocates. The site's bytes per operation are then
//! `total * S / (S + R)`, S being the sampled estimate of the site and R that of everything else in the
//! benchmark. How many operations the profile covers does not enter, and need not be known. Where it is
//! known, S + R is known too, and a regression on it says more than the share.
//!
//! ```
//! use heapwise_stats::{
//!     CalibratedComparison, Confidence, Exposure, Mix, PartOfTotal, Quantity, RatioTest, SamplingRate,
//!     calibrated,
//! };
//!
//! let rate = SamplingRate::new(512 << 10).ok_or("no rate")?;
//! let per_operation = Exposure::new(4096.0).ok_or("no bytes")?;
//! let (site, rest) = (Mix::from_records(rate, [(64, 300)]), Mix::from_records(rate, [(64, 100)]));
//! let before = PartOfTotal::of_share(&site, &rest, per_operation);
//!
//! // One side: 3072 bytes per operation, and between which limits.
//! let estimate = calibrated(before, Quantity::Bytes, Confidence::default()).ok_or("no samples")?;
//! assert!((estimate.value - 3072.0).abs() < 1e-6);
//! assert!(estimate.low < 3072.0 && estimate.high > 3072.0);
//!
//! // Two sides: per operation the benchmark fell to a half, and so did the site.
//! let half = Exposure::new(2048.0).ok_or("no bytes")?;
//! let after = PartOfTotal::of_share(&site, &rest, half);
//! let both = CalibratedComparison::new(before, after, Quantity::Bytes);
//! assert!(both.p_value() < 1e-6);
//! assert!(both.p_value_below(0.8) < 0.01, "at least 20 % less");
//! # Ok::<(), &'static str>(())
//! ```
//!
//! The test is the one of [`crate::Comparison`], with the difference of the site's parts in place of the
//! difference of its totals. If h is the true part, `S - h (S + R)` has the mean zero whatever the
//! work, and cumulants that follow from h and the block sizes of S and R. With few samples in the site
//! and many in the rest it becomes the test of [`crate::Comparison`] with an exact exposure, so that none
//! has to take its place there.
//!
//! Source: Fieller 1954 for the form without a quotient; Cochran, Sampling Techniques, 7.3, for the
//! regression on a known total.

use super::confidence::Confidence;
use super::mix::Mix;
use super::numeric::crossing;
use super::pair::{Exposure, RunVariation, noise_per_total, true_counts};
use super::quantity::Quantity;
use super::ratio::{Inversion, RatioInterval};
use super::ratio_test::RatioTest;
use super::sampling::weight_of_small_blocks;
use super::skellam::{Cumulants, Tails, exact_tails, skellam_tails};

/// Relative difference of two exact values that is put down to rounding.
const ROUNDING: f64 = 1e-9;

/// How near to nothing, or to everything, a part is searched.
const EDGE: f64 = 1e-12;

/// A site as a part of an exact total.
#[derive(Debug, Clone, Copy)]
pub struct PartOfTotal<'a> {
    site: &'a Mix,
    rest: &'a Mix,
    per_operation: Exposure,
    operations: Option<Exposure>,
}

impl<'a> PartOfTotal<'a> {
    /// The sampled blocks of the site, those of everything else that the total counts (no record in
    /// common with the site, same rate), and the exact total of one operation, in bytes or objects. The
    /// profile covers an unknown number of operations.
    #[must_use]
    pub fn of_share(site: &'a Mix, rest: &'a Mix, per_operation: Exposure) -> Self {
        Self {
            site,
            rest,
            per_operation,
            operations: None,
        }
    }

    /// With the operations that the profile covers, only if they are known exactly: every round that was
    /// profiled, and no set-up beside them. The printed count of a benchmark is that of its last round
    /// alone.
    #[must_use]
    pub fn with_operations(self, operations: Exposure) -> Self {
        Self {
            operations: Some(operations),
            ..self
        }
    }
}

/// What a site allocates per operation, in bytes or objects.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Calibrated {
    /// The estimate, from zero to the total of one operation.
    pub value: f64,
    /// Standard error of its natural logarithm, to be trusted from about ten effective samples on.
    /// Zero when exact, `None` when nothing of the site was sampled.
    pub log_standard_error: Option<f64>,
    /// How many equally weighted rare samples would be as precise, one over the square of
    /// `log_standard_error`: zero when nothing was sampled, `None` when exact.
    pub effective_samples: Option<f64>,
    /// Lower limit, valid with any number of samples.
    pub low: f64,
    /// Upper limit, at most the total of one operation.
    pub high: f64,
    /// Number of sampled blocks of the site.
    pub sampled: u64,
}

/// What a site allocates of an exact total. `None` when neither site nor rest was sampled.
#[must_use]
pub fn calibrated(
    part: PartOfTotal<'_>,
    quantity: Quantity,
    confidence: Confidence,
) -> Option<Calibrated> {
    let side = Prepared::new(part, None, quantity);
    if side.total() <= 0.0 {
        return None;
    }
    let share = side.estimate();
    let error = side.log_standard_error(share);
    let tail = confidence.each_tail();
    Some(Calibrated {
        value: share * side.per_operation,
        log_standard_error: error,
        effective_samples: match error {
            None => Some(0.0),
            Some(error) => (error > 0.0).then(|| error.powi(-2)),
        },
        low: side.lower(share, tail) * side.per_operation,
        high: side.upper(share, tail) * side.per_operation,
        sampled: part.site.samples(),
    })
}

/// One site as a part of two exact totals, before and after.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CalibratedComparison {
    before: Prepared,
    after: Prepared,
    variation: RunVariation,
}

impl CalibratedComparison {
    /// Prepares a comparison with sampling noise only. A site or a rest of which nothing uncertain was
    /// sampled borrows the block sizes of its other side; a rest without any, those of the site.
    #[must_use]
    pub fn new(before: PartOfTotal<'_>, after: PartOfTotal<'_>, quantity: Quantity) -> Self {
        Self {
            before: Prepared::new(before, Some(after), quantity),
            after: Prepared::new(after, Some(before), quantity),
            variation: RunVariation::default(),
        }
    }

    /// The same with the variation of the totals between runs added to the noise, as the lines of
    /// `-count` show it.
    #[must_use]
    pub fn with_variation(self, variation: RunVariation) -> Self {
        Self { variation, ..self }
    }

    fn is_exact(&self) -> bool {
        self.before.is_exact() && self.after.is_exact() && self.variation.coefficient <= 0.0
    }

    /// Cumulants of after - ratio * before.
    fn noise(&self, ratio: f64, level: f64, old: Cumulants, new: Cumulants) -> Cumulants {
        let between_runs = self.variation.coefficient * level;
        Cumulants {
            second: self.variation.dispersion * (new.second + ratio.powi(2) * old.second)
                + between_runs * between_runs * (1.0 + ratio * ratio),
            third: new.third - ratio.powi(3) * old.third,
            fourth: new.fourth + ratio.powi(4) * old.fourth,
        }
    }

    /// The most likely level per operation before, if after were `ratio` times before. It lies between
    /// what the two sides say, and below both totals.
    fn common_level(&self, ratio: f64) -> f64 {
        let (old, new) = (&self.before, &self.after);
        let most = old.per_operation.min(new.per_operation / ratio) * (1.0 - EDGE);
        let old_says = old.estimate() * old.per_operation;
        let new_says = new.estimate() * new.per_operation / ratio;
        let least = old.least().max(new.least() / ratio).min(most);
        // At a level of 0 the score is 0 whatever was seen, and no side of a root.
        let low = old_says.min(new_says).clamp(least, most).max(EDGE * most);
        let high = old_says.max(new_says).clamp(least, most);
        crossing(low, high, |level| {
            old.score(level) + new.score(ratio * level)
        })
    }
}

impl RatioTest for CalibratedComparison {
    /// The estimated ratio after / before of what the site allocates per operation. `None` when nothing
    /// of the site was sampled before, or nothing at all on a side.
    fn ratio(&self) -> Option<f64> {
        let (before, after) = (self.before.value()?, self.after.value()?);
        (before > 0.0).then(|| after / before)
    }

    /// Tails of the observed difference after - ratio * before, if after were `ratio` times before. Both
    /// are 1 when nothing was sampled on a side, or nothing of the site on either. A ratio of zero claims
    /// that after is empty, an infinite one that before is.
    fn tails(&self, ratio: f64) -> Tails {
        let (Some(before), Some(after)) = (self.before.value(), self.after.value()) else {
            return exact_tails(0.0, 0.0);
        };
        if before <= 0.0 && after <= 0.0 {
            return exact_tails(0.0, 0.0);
        }
        if ratio.is_nan() || ratio <= 0.0 {
            return exact_tails(after, 0.0);
        }
        if ratio.is_infinite() {
            return exact_tails(-before, 0.0);
        }
        if self.is_exact() {
            let rounding = ROUNDING * (after + ratio * before);
            return exact_tails(after - ratio * before, rounding);
        }
        let level = self.common_level(ratio);
        let (old, new) = (self.before.at(level), self.after.at(ratio * level));
        let difference = new.deviation - ratio * old.deviation;
        let noise = self.noise(ratio, level, old.noise, new.noise);
        tails_of(difference, noise, new.observed + ratio * old.observed)
    }

    /// The interval of the ratio at this confidence: all ratios that the two-sided test does not
    /// reject. `None` when nothing was sampled of the site on either side, or nothing at all on one.
    fn ratio_interval(&self, confidence: Confidence) -> Option<RatioInterval> {
        let (before, after) = (self.before.value()?, self.after.value()?);
        if before <= 0.0 && after <= 0.0 {
            return None;
        }
        let ratio = self.ratio();
        if self.is_exact() {
            return Some(RatioInterval {
                ratio,
                low: ratio,
                high: ratio,
            });
        }
        let start = (self.after.at_hand() / self.before.at_hand()).ln();
        let inversion = Inversion {
            tails: |ratio| self.tails(ratio),
            lower_start: (after > 0.0).then_some(start),
            upper_start: (before > 0.0).then_some(start),
        };
        let tail = confidence.each_tail();
        Some(inversion.interval(ratio, tail))
    }
}

/// Tails of a difference of amounts of this `size`, below which rounding is no difference.
fn tails_of(difference: f64, noise: Cumulants, size: f64) -> Tails {
    let rounding = ROUNDING * size;
    if noise.second <= rounding * rounding {
        exact_tails(difference, rounding)
    } else {
        skellam_tails(difference, noise)
    }
}

/// One side, summed up.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Prepared {
    site: Sum,
    rest: Sum,
    per_operation: f64,
    /// The exact total of the whole profile, where it is known.
    known_total: Option<f64>,
    /// What one sample of the smallest blocks stands for; zero where every block is recorded.
    unseen: f64,
}

/// How far a side is from a hypothesis, per operation, with the noise that this has there.
struct Departure {
    deviation: f64,
    /// What was sampled, in the same unit: how exact the deviation can be.
    observed: f64,
    noise: Cumulants,
}

/// What a hypothesis says of a side: the site's part, the total, and the weight of the regression.
struct Hypothesis {
    share: f64,
    total: f64,
    weight: f64,
}

impl Prepared {
    fn new(part: PartOfTotal<'_>, other: Option<PartOfTotal<'_>>, quantity: Quantity) -> Self {
        let sites = [Some(part.site), other.map(|other| other.site)];
        let rests = [Some(part.rest), other.map(|other| other.rest)];
        let per_operation = part.per_operation.amount();
        Self {
            site: Sum::new(&sites, &rests, part.site, quantity),
            rest: Sum::new(&rests, &sites, part.site, quantity),
            per_operation,
            known_total: part
                .operations
                .map(|operations| operations.amount() * per_operation),
            unseen: weight_of_small_blocks(part.site.rate(), quantity),
        }
    }

    /// The estimated total of the profile.
    fn total(&self) -> f64 {
        self.site.total + self.rest.total
    }

    fn is_exact(&self) -> bool {
        self.site.kappa() <= 0.0 && self.rest.kappa() <= 0.0
    }

    /// The most likely amount per operation. `None` when nothing was sampled.
    fn value(&self) -> Option<f64> {
        (self.total() > 0.0).then(|| self.estimate() * self.per_operation)
    }

    /// The amount per operation, or that of a hundredth of a sample where there is none.
    fn at_hand(&self) -> f64 {
        let least = 0.01 * self.site.kappa() / self.total().max(self.site.kappa());
        self.estimate().max(least).max(EDGE) * self.per_operation
    }

    /// The least amount per operation that what was seen allows; zero where the total is not known.
    fn least(&self) -> f64 {
        let seen = |total: f64| (self.site.seen / total).min(1.0) * self.per_operation;
        self.known_total.map_or(0.0, seen)
    }

    /// The site's most likely part, from 0 to 1.
    fn estimate(&self) -> f64 {
        let Some(total) = self.known_total.filter(|_| !self.is_exact()) else {
            return self.site.total / self.total();
        };
        let excess = |share: f64| {
            let (deviation, _) = self.departure(&self.hypothesis(share));
            -deviation
        };
        let least = (self.site.seen / total).clamp(EDGE, 1.0 - EDGE);
        if self.site.total <= 0.0 {
            return 0.0;
        }
        crossing(least, 1.0 - EDGE, excess)
    }

    /// What follows when the site's part is `share`.
    fn hypothesis(&self, share: f64) -> Hypothesis {
        let share = share.clamp(EDGE, 1.0 - EDGE);
        let (of_site, of_rest) = (self.site.kappa(), self.rest.kappa());
        if let Some(total) = self.known_total {
            let (site, rest) = (share * of_site, (1.0 - share) * of_rest);
            let weight = if site + rest > 0.0 {
                site / (site + rest)
            } else {
                share
            };
            return Hypothesis {
                share,
                total,
                weight,
            };
        }
        // The most likely total: both parts say one, and count by their samples.
        let mixed = share * of_rest + (1.0 - share) * of_site;
        let likely = if mixed > 0.0 {
            (self.site.total * of_rest + self.rest.total * of_site) / mixed
        } else {
            self.total()
        };
        let total = likely
            .max(self.site.seen / share)
            .max(self.rest.seen / (1.0 - share));
        Hypothesis {
            share,
            total,
            weight: share,
        }
    }

    /// How far the site's part of the total is above the hypothesis, and the factor to amounts per
    /// operation.
    fn departure(&self, hypothesis: &Hypothesis) -> (f64, f64) {
        let Hypothesis {
            share,
            total,
            weight,
        } = *hypothesis;
        let of_site = self.site.total - share * total;
        let of_rest = self.rest.total - (1.0 - share) * total;
        let deviation = (1.0 - weight) * of_site - weight * of_rest;
        (deviation, self.per_operation / total)
    }

    /// The departure from `level` per operation.
    fn at(&self, level: f64) -> Departure {
        let hypothesis = self.hypothesis(level / self.per_operation);
        let (deviation, factor) = self.departure(&hypothesis);
        Departure {
            deviation: deviation * factor,
            observed: self.total() * factor,
            noise: self.noise(&hypothesis, factor),
        }
    }

    fn noise(&self, hypothesis: &Hypothesis, factor: f64) -> Cumulants {
        let Hypothesis {
            share,
            total,
            weight,
        } = *hypothesis;
        let site = self.site.noise((1.0 - weight) * factor, share * total);
        let rest = self.rest.noise(-weight * factor, (1.0 - share) * total);
        Cumulants {
            second: site.second + rest.second,
            third: site.third + rest.third,
            fourth: site.fourth + rest.fourth,
        }
    }

    /// Derivative of the logarithm of the likelihood, by that of the level per operation.
    fn score(&self, level: f64) -> f64 {
        let departure = self.at(level);
        // A side without noise decides.
        let least = (ROUNDING * self.per_operation).powi(2);
        level * departure.deviation / departure.noise.second.max(least)
    }

    fn log_standard_error(&self, share: f64) -> Option<f64> {
        if self.site.total <= 0.0 {
            return None;
        }
        if self.is_exact() {
            return Some(0.0);
        }
        let level = share * self.per_operation;
        let departure = self.at(level);
        Some(departure.noise.second.max(0.0).sqrt() / level)
    }

    /// Tails of what was observed, if the site's part were `share`.
    fn tails(&self, share: f64) -> Tails {
        let departure = self.at(share * self.per_operation);
        tails_of(departure.deviation, departure.noise, departure.observed)
    }

    /// The least part that leaves `tail` above it, but not less than was seen.
    fn lower(&self, share: f64, tail: f64) -> f64 {
        let least = (self.least() / self.per_operation).min(share);
        if self.is_exact() || share <= EDGE || self.tails(least).at_least >= tail {
            return least.max(if self.is_exact() { share } else { 0.0 });
        }
        crossing(least, share, |part| (self.tails(part).at_least / tail).ln())
    }

    /// The largest part that leaves `tail` below it. Of blocks too large to be missed alone it cannot be
    /// told how many small ones were beside them: as much as may go unseen is added.
    fn upper(&self, share: f64, tail: f64) -> f64 {
        let unseen = match self.known_total {
            _ if self.site.kappa() > 0.0 => 0.0,
            Some(total) => self.unseen * -tail.ln() / total,
            None => self.unseen * -tail.ln() / self.total(),
        };
        if self.is_exact() {
            return (share + unseen).min(1.0);
        }
        if self.tails(1.0).at_most >= tail {
            return 1.0;
        }
        let most = crossing(share, 1.0, |part| (self.tails(part).at_most / tail).ln());
        (most + unseen).min(1.0)
    }
}

/// A total and the noise per unit of it.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Sum {
    total: f64,
    seen: f64,
    noise_per_total: Cumulants,
}

impl Sum {
    /// The total of the first mix. Its noise is that of the first block sizes among `alike` and, where
    /// these have no sample at all, `others`, of which one is uncertain at the rate of `sampled_as`.
    fn new(
        alike: &[Option<&Mix>],
        others: &[Option<&Mix>],
        sampled_as: &Mix,
        quantity: Quantity,
    ) -> Self {
        let is_sampled = alike.iter().flatten().any(|mix| !mix.is_empty());
        let borrowed = if is_sampled { &[] } else { others };
        let mut sizes = Vec::new();
        let mut noise = Cumulants::default();
        for mix in alike.iter().chain(borrowed).flatten() {
            sizes.extend(true_counts(mix));
            noise = noise_per_total(&sizes, sampled_as.rate(), quantity);
            if noise.second > 0.0 {
                break;
            }
        }
        let own = alike.first().copied().flatten();
        if noise.second <= 0.0 && own.is_none_or(Mix::is_empty) {
            let weight = weight_of_small_blocks(sampled_as.rate(), quantity);
            noise = Cumulants {
                second: weight,
                third: weight.powi(2),
                fourth: weight.powi(3),
            };
        }
        let (total, seen) = own.map_or((0.0, 0.0), |mix| {
            let sums = mix.sums(quantity);
            (sums.total, sums.seen)
        });
        Self {
            total,
            seen,
            noise_per_total: noise,
        }
    }

    /// What one effective sample stands for.
    fn kappa(&self) -> f64 {
        self.noise_per_total.second
    }

    /// Noise of `factor` times the estimate, if the truth is `total`.
    fn noise(&self, factor: f64, total: f64) -> Cumulants {
        let unit = &self.noise_per_total;
        Cumulants {
            second: unit.second * total * factor.powi(2),
            third: unit.third * total * factor.powi(3),
            fourth: unit.fourth * total * factor.powi(4),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normal::normal_sf;
    use crate::sampling::SamplingRate;

    /// A part of a thousand bytes for each operation, in profiles that record every block.
    fn part(mixes: &(Mix, Mix)) -> PartOfTotal<'_> {
        let per_operation = Exposure::new(1000.0).expect("an amount");
        PartOfTotal::of_share(&mixes.0, &mixes.1, per_operation)
    }

    fn mixes(rate: u64, site: u64, rest: u64) -> (Mix, Mix) {
        let rate = SamplingRate::new(rate).expect("a rate");
        let mix = |blocks| Mix::from_records(rate, [(64, blocks)]);
        (mix(site), mix(rest))
    }

    #[track_caller]
    fn assert_near(found: f64, expected: f64) {
        assert!(
            (found / expected - 1.0).abs() < 1e-6,
            "{found} is not {expected}"
        );
    }

    #[test]
    fn variation_between_runs_beside_little_noise_is_normal() {
        // 100 and 130 bytes for each operation, of a million samples, each known to a tenth of what both have.
        let rate = 524_288;
        let (before, after) = (mixes(rate, 100_000, 900_000), mixes(rate, 130_000, 870_000));
        let plain = CalibratedComparison::new(part(&before), part(&after), Quantity::Bytes);
        let varied = plain.with_variation(RunVariation::with_coefficient(0.1));
        assert_near(varied.ratio().expect("a ratio"), 1.3);
        // The likeliest level: two binomial parts, of which one is the ratio times the other.
        for (ratio, level) in [(0.9_f64, 120.9), (1.0, 115.0), (1.3, 100.0), (2.0, 76.0)] {
            let (old, new) = (level / 1000.0, ratio * level / 1000.0);
            let score = (100.0 - level) / (1.0 - old) + (130.0 - ratio * level) / (1.0 - new);
            assert!(score.abs() < 0.2, "{ratio} {score}");
            let error = 0.1 * level * (1.0 + ratio * ratio).sqrt();
            let deviate = (130.0 - ratio * 100.0) / error;
            let (above, below) = (varied.p_value_above(ratio), varied.p_value_below(ratio));
            assert!(
                (above / normal_sf(deviate) - 1.0).abs() < 0.02,
                "{ratio} {above}"
            );
            assert!(
                (below / normal_sf(-deviate) - 1.0).abs() < 0.02,
                "{ratio} {below}"
            );
        }
        assert!(plain.p_value_above(1.25) < 1e-9 && plain.p_value_below(1.35) < 1e-9);
    }

    #[test]
    fn numbers_without_error_decide_but_for_rounding() {
        let (before, after) = (mixes(1, 100, 900), mixes(1, 130, 870));
        let exact = CalibratedComparison::new(part(&before), part(&after), Quantity::Bytes);
        assert_eq!(exact.p_value_above(1.3), 1.0);
        assert_eq!(
            (exact.p_value_above(1.29), exact.p_value_above(1.31)),
            (0.0, 1.0)
        );
    }

    #[test]
    fn nothing_and_everything_are_told_by_what_was_seen() {
        let (some, none) = (mixes(524_288, 30, 70), mixes(524_288, 0, 100));
        let of = |before, after| {
            let compared = CalibratedComparison::new(part(before), part(after), Quantity::Bytes);
            let infinite = f64::INFINITY;
            [
                compared.p_value_above(0.0),
                compared.p_value_below(0.0),
                compared.p_value_above(infinite),
                compared.p_value_below(infinite),
            ]
        };
        // What is there after is more than nothing, and what was there before is no endless growth.
        assert_eq!(of(&some, &some), [0.0, 1.0, 1.0, 0.0]);
        assert_eq!(of(&none, &some), [0.0, 1.0, 1.0, 1.0]);
        assert_eq!(of(&some, &none), [1.0, 1.0, 1.0, 0.0]);
        assert_eq!(of(&none, &none), [1.0; 4]);
    }

    #[test]
    fn the_limits_of_a_part_are_where_its_test_rejects() {
        let confidence = Confidence::default();
        for per_operation in [1.0, 1000.0, 1e6] {
            let known = Exposure::new(per_operation).expect("an amount");
            let (site, rest) = mixes(524_288, 30, 70);
            let part = PartOfTotal::of_share(&site, &rest, known);
            let found = calibrated(part, Quantity::Bytes, confidence).expect("samples");
            assert_near(found.value, 0.3 * per_operation);
            // Of a hundred samples 30: a share has the standard error sqrt(0.3 * 0.7 / 100), but for the few blocks
            // that would be sampled for certain.
            let missed = (-64.0_f64 / 524_288.0).exp();
            let error = (0.21 / 100.0 * missed).sqrt() / 0.3;
            assert_near(found.log_standard_error.expect("an error"), error);
            let side = Prepared::new(part, None, Quantity::Bytes);
            assert_near(side.tails(found.low / per_operation).at_least, 0.025);
            assert_near(side.tails(found.high / per_operation).at_most, 0.025);
            // Clopper and Pearson have 21.2 and 40.0 of a hundred.
            assert!(
                (found.low / per_operation - 0.212).abs() < 0.01,
                "{found:?}"
            );
            assert!(
                (found.high / per_operation - 0.400).abs() < 0.01,
                "{found:?}"
            );
        }
    }

    #[test]
    fn rounding_is_of_the_numbers_that_are_compared() {
        let (before, after) = (mixes(1, 100, 900), mixes(1, 130, 870));
        let exact = CalibratedComparison::new(part(&before), part(&after), Quantity::Bytes);
        // 1.5 billionths of 130, where two billionths of it are no difference.
        assert_eq!(exact.p_value_above(1.3 * (1.0 - 1.5 * ROUNDING)), 1.0);
        assert_eq!(exact.p_value_above(1.3 * (1.0 - 2.5 * ROUNDING)), 0.0);
    }

    #[test]
    fn a_total_is_at_least_what_was_seen_of_either_part() {
        let (site, rest) = mixes(524_288, 3000, 7000);
        let known = Exposure::new(1000.0).expect("an amount");
        let prepared = Prepared::new(
            PartOfTotal::of_share(&site, &rest, known),
            None,
            Quantity::Bytes,
        );
        for share in [1e-7, 0.1, 0.5, 0.9, 1.0 - 1e-7] {
            let total = prepared.hypothesis(share).total;
            assert!(
                share * total >= prepared.site.seen * (1.0 - 1e-12),
                "{share}"
            );
            assert!(
                (1.0 - share) * total >= prepared.rest.seen * (1.0 - 1e-12),
                "{share}"
            );
        }
    }
}
