//! The test behind a verdict.

use super::change::{Basis, Delta, Ratio};
use super::doubted_work::{Amounts, Between, Ends};
use super::options::{DiffOptions, TestKind};
use super::side::DiffSide;
use crate::Sampling;
use crate::error::{ErrorKind, Result};
use heapwise_stats::{
    CalibratedComparison, Comparison, Confidence, Exposure, Judgement, LogRatioTest, Mix,
    PartOfTotal, Quantity, RatioInterval, RatioTest, ReplicateComparison, ReplicateMethod,
    ReplicateRow, ReplicateTable, RunExposures, RunVariation, Side, SiteAndRest, calibrated,
    common_effective_samples, mann_whitney_p_value, share_p_value,
};

/// What the samples of a number say about its change.
pub(super) enum Evidence {
    /// Nothing: errors are unknown.
    None,
    /// Both sides are exact.
    Exact,
    /// A test of sampled counts.
    Sampled(Box<Sampled>),
    /// A test that gives no interval.
    OnlyP(f64),
}

/// A test of sampled counts.
pub(super) struct Sampled {
    test: Test,
    /// Of work at which the ratio is as large as it can be, where `test` is of work at which it is as small.
    largest: Option<Test>,
    /// Sampled objects of both sides.
    samples: u64,
    /// Effective samples of the older side, less what variation between runs takes.
    effective: Option<f64>,
    /// Whether the test could reach the accepted rate at all.
    could_reach: bool,
    /// Whether every block was counted, in the profiles or apart from them, so that samples decide nothing.
    is_complete: bool,
}

enum Test {
    /// Of parts of totals that a benchmark counted exactly.
    Calibrated(Box<CalibratedComparison>),
    /// Of values that were measured apart from the profiles.
    Measured(LogRatioTest),
    Pair(Comparison),
    Replicates(ReplicateComparison),
}

impl Test {
    fn of_ratio(&self) -> &dyn RatioTest {
        match self {
            Test::Calibrated(test) => &**test,
            Test::Measured(test) => test,
            Test::Pair(test) => test,
            Test::Replicates(test) => test,
        }
    }
}

impl Sampled {
    /// What is asked about the ratio.
    fn ask<T>(&self, about: impl FnOnce(&dyn RatioTest) -> T) -> T {
        match &self.largest {
            None => about(self.test.of_ratio()),
            Some(largest) => about(&Between {
                smallest: self.test.of_ratio(),
                largest: largest.of_ratio(),
            }),
        }
    }
}

impl Evidence {
    /// The p value; `None` without a test.
    pub(super) fn p(&self) -> Option<f64> {
        match self {
            Evidence::None | Evidence::Exact => None,
            Evidence::OnlyP(p) => Some(*p),
            Evidence::Sampled(sampled) => Some(sampled.ask(|test| test.p_value())),
        }
    }

    /// Whether the number belongs to the family that is judged.
    pub(super) fn is_judgeable(&self) -> bool {
        match self {
            Evidence::None | Evidence::Exact => false,
            Evidence::OnlyP(_) => true,
            Evidence::Sampled(sampled) => sampled.could_reach,
        }
    }

    /// Sampled objects of both sides; `None` where they count for nothing.
    pub(super) fn samples(&self) -> Option<u64> {
        match self {
            Evidence::Sampled(sampled) if !sampled.is_complete => Some(sampled.samples),
            _ => None,
        }
    }

    pub(super) fn effective_samples(&self) -> Option<f64> {
        match self {
            Evidence::Sampled(sampled) => sampled.effective,
            _ => None,
        }
    }

    /// What a change would have to be to be found, judged in a table of so many `rows` of which so many
    /// others are `significant`.
    pub(super) fn judgement(
        &self,
        confidence: Confidence,
        rows: usize,
        significant: usize,
    ) -> Option<Judgement> {
        match self {
            Evidence::Sampled(sampled) => Some(match &sampled.test {
                Test::Replicates(test) => test.judgement(confidence, rows, significant),
                Test::Pair(_) | Test::Calibrated(_) | Test::Measured(_) => {
                    Judgement::new(confidence, rows, significant)
                }
            }),
            _ => None,
        }
    }

    /// The degrees of freedom by which alone the judgement of a number differs from that of others in
    /// its table; `None` where it has one of its own.
    pub(super) fn common_degrees(&self) -> Option<f64> {
        match self {
            Evidence::Sampled(sampled) => match &sampled.test {
                Test::Replicates(test) => {
                    let is_own = test.method == ReplicateMethod::EmpiricalBayes;
                    (!is_own).then_some(test.degrees)
                }
                _ => Some(f64::INFINITY),
            },
            _ => None,
        }
    }

    /// The interval of the ratio.
    pub(super) fn ratio_interval(&self, confidence: Confidence) -> Option<RatioInterval> {
        match self {
            Evidence::Sampled(sampled) => sampled.ask(|test| test.ratio_interval(confidence)),
            _ => None,
        }
    }

    /// Whether both sides are known without error, so that numbers alone decide.
    pub(super) fn is_certain(&self) -> bool {
        match self {
            Evidence::Exact => true,
            Evidence::Sampled(sampled) => match &sampled.test {
                Test::Pair(comparison) => {
                    sampled.largest.is_none() && sampled.samples > 0 && comparison.is_exact()
                }
                Test::Calibrated(_) | Test::Measured(_) | Test::Replicates(_) => false,
            },
            _ => false,
        }
    }

    /// One-sided p value in favour of a ratio below, or above, a bound.
    pub(super) fn one_sided(&self, bound: f64) -> Option<(f64, f64)> {
        match self {
            Evidence::Sampled(sampled) => {
                let tails = sampled.ask(|test| test.tails(bound));
                Some((tails.at_most, tails.at_least))
            }
            _ => None,
        }
    }
}

/// The values and the sampled sizes of one number in each profile of both sides.
#[derive(Default)]
pub(super) struct Numbers {
    /// Empty where numbers are not tested by them.
    pub(super) before_values: Vec<i128>,
    pub(super) after_values: Vec<i128>,
    pub(super) mixes: Option<(Vec<Mix>, Vec<Mix>)>,
    /// The sizes of everything else, for shares.
    pub(super) rest: Option<(Mix, Mix)>,
}

/// How the numbers of a comparison are tested.
pub(super) struct Tester<'a> {
    pub(super) before: &'a DiffSide<'a>,
    pub(super) after: &'a DiffSide<'a>,
    pub(super) options: &'a DiffOptions,
    pub(super) quantity: Quantity,
}

impl Tester<'_> {
    /// On what grounds this comparison judges.
    pub(super) fn basis(&self) -> Basis {
        let several = self.before.count() > 1 || self.after.count() > 1;
        match self.samplings() {
            (Some(Sampling::Unknown(_)) | None, _) | (_, Some(Sampling::Unknown(_)) | None) => {
                Basis::None
            }
            _ if several => Basis::Replicates,
            (Some(Sampling::Exact), Some(Sampling::Exact)) => Basis::Exact,
            _ => Basis::Sampling,
        }
    }

    /// Whether numbers are tested by their values.
    pub(super) fn needs_values(&self) -> bool {
        match self.basis() {
            Basis::Exact => true,
            Basis::Replicates => self.options.test == TestKind::MannWhitney,
            _ => false,
        }
    }

    /// What is known of the sampling of both sides. Approximate errors are no ground for a verdict by themselves: they
    /// are one beside what several profiles of each side differ by.
    pub(super) fn samplings(&self) -> (Option<Sampling>, Option<Sampling>) {
        let sides = (self.before.sampling(), self.after.sampling());
        match self.before.count() > 1 && self.after.count() > 1 {
            true => sides,
            false => (sides.0.map(Sampling::of_one), sides.1.map(Sampling::of_one)),
        }
    }

    /// Whether every block of both sides was recorded.
    fn is_complete(&self) -> bool {
        let sides = [self.before.sampling(), self.after.sampling()];
        sides
            .iter()
            .all(|sampling| *sampling == Some(Sampling::Exact))
    }

    /// Tests all numbers of one column together, so many: several profiles share what they tell about the
    /// variation between runs.
    pub(super) fn test_all(
        &self,
        count: usize,
        number: impl Fn(usize) -> Numbers,
    ) -> Result<Vec<Evidence>> {
        let ends = match self.options.shares {
            true => None,
            false => Ends::of(&self.options.work, self.before, self.after),
        };
        let Some(ends) = ends else {
            let amounts = (self.before.each_exposure(), self.after.each_exposure());
            return self.test_at(&amounts, count, number);
        };
        let smallest = self.test_at(&ends.smallest, count, &number)?;
        let largest = self.test_at(&ends.largest, count, &number)?;
        let both = smallest.into_iter().zip(largest);
        let doubt = self.options.work.variation_in_doubt();
        Ok(both
            .map(|(smallest, largest)| smallest.up_to(largest, doubt))
            .collect())
    }

    /// The same of these amounts of work.
    fn test_at(
        &self,
        amounts: &Amounts,
        count: usize,
        number: impl Fn(usize) -> Numbers,
    ) -> Result<Vec<Evidence>> {
        let numbers = (0..count).map(&number);
        match self.basis() {
            Basis::None => Ok((0..count).map(|_| Evidence::None).collect()),
            Basis::Exact => Ok(numbers.map(|number| self.exact(&number, amounts)).collect()),
            Basis::Sampling => Ok(numbers.map(|number| self.pair(&number, amounts)).collect()),
            Basis::Replicates if self.options.test == TestKind::MannWhitney => {
                Ok(numbers.map(|number| self.ranks(&number, amounts)).collect())
            }
            Basis::Replicates => self.replicates(count, number, amounts),
        }
    }

    /// Exact numbers, of work that may not be known as exactly.
    fn exact(&self, number: &Numbers, amounts: &Amounts) -> Evidence {
        let doubt = self.options.work.doubt();
        let level = |values: &[i128], amounts: &[Exposure]| {
            let work: f64 = amounts.iter().map(|amount| amount.amount()).sum();
            values.iter().sum::<i128>() as f64 / work
        };
        let before = level(&number.before_values, &amounts.0);
        let after = level(&number.after_values, &amounts.1);
        let is_known = doubt <= 0.0 && !self.options.work.is_in_doubt();
        if is_known || before <= 0.0 || after <= 0.0 {
            return Evidence::Exact;
        }
        let test = LogRatioTest::new(after / before, doubt * std::f64::consts::SQRT_2);
        test.map_or(Evidence::None, |test| {
            let samples = number
                .mixes
                .iter()
                .flat_map(|(before, after)| before.iter().chain(after));
            Evidence::measured(test, samples.map(Mix::samples).sum())
        })
    }

    fn pair(&self, number: &Numbers, amounts: &Amounts) -> Evidence {
        let Some((before, after)) = &number.mixes else {
            return Evidence::None;
        };
        let ([before], [after]) = (before.as_slice(), after.as_slice()) else {
            return Evidence::None;
        };
        if self.options.shares
            && let Some((before_rest, after_rest)) = &number.rest
        {
            return self.share((before, before_rest), (after, after_rest));
        }
        if let Some((before_rest, after_rest)) = &number.rest
            && let Some(totals) = self.exact_totals()
        {
            return self.calibrated((before, before_rest), (after, after_rest), totals);
        }
        let side = |mix, amounts: &[Exposure]| {
            Side::new(mix).with_exposure(amounts.first().copied().unwrap_or_default())
        };
        let (before, after) = (side(before, &amounts.0), side(after, &amounts.1));
        let of_work = self.options.work.error_in_doubt();
        let coefficient = self.options.variation().hypot(of_work);
        let variation = RunVariation::with_coefficient(coefficient);
        let test = Comparison::new(before, after, self.quantity).with_variation(variation);
        let samples = before.mix().samples() + after.mix().samples();
        let reach = self.could_reach(before, after, variation, samples);
        Evidence::Sampled(Box::new(Sampled {
            test: Test::Pair(test),
            largest: None,
            samples,
            effective: common_effective_samples(before, after, self.quantity)
                .map(|effective| limited(effective, coefficient)),
            could_reach: reach,
            is_complete: false,
        }))
    }

    /// What a benchmark counted for each operation, before and after.
    fn exact_totals(&self) -> Option<(Exposure, Exposure)> {
        // Where the operations are known, a site needs no total, in which set-up may be.
        let benchmark = self.options.work.benchmark();
        let benchmark = benchmark.filter(|known| !known.is_fixed() && !known.is_in_doubt())?;
        let (before, after) = benchmark.counted(self.quantity)?;
        Exposure::new(before.value).zip(Exposure::new(after.value))
    }

    /// A site is a part of an exact total: how many operations were sampled does not enter.
    fn calibrated(
        &self,
        (before, before_rest): (&Mix, &Mix),
        (after, after_rest): (&Mix, &Mix),
        (old, new): (Exposure, Exposure),
    ) -> Evidence {
        let parts = [
            PartOfTotal::of_share(before, before_rest, old),
            PartOfTotal::of_share(after, after_rest, new),
        ];
        let variation = RunVariation::with_coefficient(self.options.variation());
        let [old, new] = parts;
        let test = CalibratedComparison::new(old, new, self.quantity).with_variation(variation);
        let samples = before.samples() + after.samples();
        let known = calibrated(old, self.quantity, self.options.confidence);
        let sides = (Side::new(before), Side::new(after));
        Evidence::Sampled(Box::new(Sampled {
            could_reach: self.could_reach(sides.0, sides.1, variation, samples),
            effective: known
                .and_then(|known| known.effective_samples)
                .or(Some(f64::INFINITY))
                .map(|effective| limited(effective, self.options.variation())),
            samples,
            is_complete: false,
            test: Test::Calibrated(Box::new(test)),
            largest: None,
        }))
    }

    /// Only few samples need the exact answer: five on one side against none suffice, and many
    /// always do.
    fn could_reach(
        &self,
        before: Side<'_>,
        after: Side<'_>,
        variation: RunVariation,
        samples: u64,
    ) -> bool {
        const ALWAYS: u64 = 20;
        const NEVER: u64 = 0;
        if samples >= ALWAYS || samples == NEVER {
            return samples >= ALWAYS;
        }
        let alpha = self.options.alpha();
        heapwise_stats::could_reach(alpha, before, after, self.quantity, variation)
    }

    fn share(&self, before: (&Mix, &Mix), after: (&Mix, &Mix)) -> Evidence {
        let side = |(site, rest)| SiteAndRest::new(site, rest);
        match share_p_value(side(before), side(after), self.quantity) {
            Some(p) => Evidence::OnlyP(p),
            None => Evidence::None,
        }
    }

    fn ranks(&self, number: &Numbers, amounts: &Amounts) -> Evidence {
        let per_unit = |values: &[i128], amounts: &[Exposure]| -> Vec<f64> {
            let values = values.iter().zip(amounts);
            values
                .map(|(&value, exposure)| value as f64 / exposure.amount())
                .collect()
        };
        let before = per_unit(&number.before_values, &amounts.0);
        let after = per_unit(&number.after_values, &amounts.1);
        mann_whitney_p_value(&before, &after).map_or(Evidence::None, Evidence::OnlyP)
    }

    /// The mixes of one number at a time, some twice, since those of all are many.
    fn replicates(
        &self,
        count: usize,
        number: impl Fn(usize) -> Numbers,
        (before, after): &Amounts,
    ) -> Result<Vec<Evidence>> {
        let doubt = self.options.work.doubt();
        let exposures = RunExposures::new(before, after).with_doubt(doubt);
        let refused = |_| ErrorKind::RatesDiffer;
        let mut table = ReplicateTable::new(exposures, self.quantity).map_err(refused)?;
        let mut all = Vec::with_capacity(count);
        // Which numbers are rows of the table.
        let mut rows = Vec::new();
        for at in 0..count {
            let mixes = number(at).mixes;
            if let Some((before, after)) = &mixes {
                table
                    .add(ReplicateRow::new(before, after))
                    .map_err(refused)?;
                rows.push(at);
            }
            all.push(mixes.map(|mixes| ReplicateSamples::of(&mixes, self.quantity)));
        }
        let compared = table.compare(|row, look| {
            let mixes = rows.get(row).and_then(|&at| number(at).mixes);
            if let Some((before, after)) = &mixes {
                look(ReplicateRow::new(before, after));
            }
        });
        let mut compared = compared.into_iter();
        let evidence = all.into_iter().map(|samples| {
            let known = samples.and_then(|samples| Some((samples, compared.next()?)));
            known.map_or(Evidence::None, |(samples, comparison)| {
                self.replicate_evidence(samples, comparison)
            })
        });
        Ok(evidence.collect())
    }

    fn replicate_evidence(
        &self,
        ReplicateSamples { samples, effective }: ReplicateSamples,
        comparison: ReplicateComparison,
    ) -> Evidence {
        const FEWEST: u64 = 5;
        Evidence::Sampled(Box::new(Sampled {
            samples,
            effective: effective.map(|effective| effective / comparison.dispersion.max(1.0)),
            could_reach: samples >= FEWEST || self.is_complete(),
            is_complete: self.is_complete(),
            test: Test::Replicates(comparison),
            largest: None,
        }))
    }
}

/// How many samples several profiles a side have of a number.
struct ReplicateSamples {
    /// Of both sides.
    samples: u64,
    /// Effective ones of the older side.
    effective: Option<f64>,
}

impl ReplicateSamples {
    fn of((before, after): &(Vec<Mix>, Vec<Mix>), quantity: Quantity) -> ReplicateSamples {
        let sampled = |mixes: &[Mix]| mixes.iter().map(Mix::samples).sum::<u64>();
        let pooled = Mix::sum(before).ok().flatten();
        ReplicateSamples {
            samples: sampled(before) + sampled(after),
            effective: pooled.and_then(|mix| mix.effective_samples(quantity)),
        }
    }
}

impl Evidence {
    /// Whether the values were measured apart from the profiles.
    pub(super) fn is_measured(&self) -> bool {
        matches!(self, Evidence::Sampled(sampled) if matches!(sampled.test, Test::Measured(_)))
    }

    /// Of work that may be anything between that of this evidence, for which the ratio is smallest, and that of
    /// another, for which it is largest: as a variation, `doubt`.
    fn up_to(self, largest: Evidence, doubt: f64) -> Evidence {
        match (self, largest) {
            (Evidence::Sampled(smallest), Evidence::Sampled(largest)) => {
                let effective = smallest.effective;
                Evidence::Sampled(Box::new(Sampled {
                    largest: Some(largest.test),
                    effective: effective.map(|effective| limited(effective, doubt)),
                    ..*smallest
                }))
            }
            // Ranks do not say which side has more.
            (Evidence::OnlyP(_), Evidence::OnlyP(_)) => Evidence::OnlyP(1.0),
            (Evidence::Exact, Evidence::Exact) => Evidence::Exact,
            _ => Evidence::None,
        }
    }

    /// Of values that were measured apart from the profiles: their ratio and its error.
    pub(super) fn measured(test: LogRatioTest, samples: u64) -> Evidence {
        Evidence::Sampled(Box::new(Sampled {
            samples,
            effective: test.effective_samples(),
            could_reach: true,
            is_complete: true,
            test: Test::Measured(test),
            largest: None,
        }))
    }
}

/// Variation between runs limits precision like so many samples.
fn limited(effective: f64, variation: f64) -> f64 {
    (effective.recip() + variation.powi(2)).recip()
}

/// A ratio interval as a change shows it.
pub(super) fn ratio(value: f64, interval: Option<RatioInterval>) -> Ratio {
    Ratio {
        value,
        low: interval.and_then(|interval| interval.low),
        high: interval.and_then(|interval| interval.high),
    }
}

/// The difference that a ratio of an older value means.
pub(super) fn delta_of_ratio(value: i128, before: i128, interval: Option<RatioInterval>) -> Delta {
    let end =
        |ratio: Option<f64>| ratio.map(|ratio| ((ratio - 1.0) * before as f64).round() as i128);
    Delta {
        value,
        low: interval
            .and_then(|interval| end(interval.low))
            .map(|low| low.min(value)),
        high: interval
            .and_then(|interval| end(interval.high))
            .map(|high| high.max(value)),
    }
}
