//! Comparing two sides with several profiles each: what differs from run to run is then measured.
//!
//! The profiles of a side are pooled and compared as in a pair, with the sampling variance multiplied by a
//! dispersion phi: how much more the totals of a side differ than sampling explains. A single row's phi
//! has few degrees of freedom. From twenty rows on the rows tell how much rows vary, and each is judged by
//! what this leaves possible for it (`run_spread.rs`). With ten to twenty its phi is moderated: a
//! variation common to all rows (which grows with the number of samples) is taken out, and what is left is
//! pulled towards the other rows.
//!
//! Source: quasi-Poisson dispersion as in McCullagh and Nelder 1989; moderation as in limma.

use super::confidence::Confidence;
use super::detectable::Judgement;
use super::error::{Error, ErrorKind};
use super::gamma::chi_square_median;
use super::mix::Mix;
use super::normal::{normal_isf, normal_sf};
use super::numeric::median;
use super::pair::{Comparison, Exposure, RunVariation, Side};
use super::quantity::Quantity;
use super::ratio::RatioInterval;
use super::ratio_test::RatioTest;
use super::run_counts::{RunCounts, SideCounts};
use super::run_factors::{FactorSums, RunFactors};
use super::run_spread::{RowNoise, RowSpread, RunSpread};
use super::skellam::Tails;
use super::squeeze::{DispersionPrior, dispersion_prior};
use super::student::{student_isf, student_sf};
use super::welch::Welch;

/// Rows with fewer effective samples per profile say nothing about other rows.
const INFORMATIVE_SAMPLES: f64 = 5.0;

/// Fewer informative rows than this are not enough to moderate.
const FEWEST_ROWS: usize = 10;

/// From so many rows with samples enough on, the distribution of the variation between runs is
/// estimated from them.
const ROWS_FOR_SPREAD: usize = 20;

/// A row with fewer sampled blocks can show nothing.
const FEWEST_SAMPLED: u64 = 5;

/// The other rows never count for more degrees of freedom than this: with two profiles and very
/// unequal sites a larger weight let false discoveries rise to 18%.
const LARGEST_PRIOR: f64 = 4.0;

/// One row of the table: the samples of one site in every profile.
#[derive(Debug, Clone, Copy)]
pub struct ReplicateRow<'a> {
    before: &'a [Mix],
    after: &'a [Mix],
}

impl<'a> ReplicateRow<'a> {
    /// One mix per profile of each side, empty where the site has no sample.
    #[must_use]
    pub fn new(before: &'a [Mix], after: &'a [Mix]) -> Self {
        Self { before, after }
    }
}

/// The work covered by every profile; its lists fix the number of profiles per side.
#[derive(Debug, Clone, Copy)]
pub struct RunExposures<'a> {
    before: &'a [Exposure],
    after: &'a [Exposure],
    doubt: f64,
}

impl<'a> RunExposures<'a> {
    /// One exposure per profile of each side.
    #[must_use]
    pub fn new(before: &'a [Exposure], after: &'a [Exposure]) -> Self {
        Self {
            before,
            after,
            doubt: 0.0,
        }
    }

    /// Work that is not known exactly: by how much that of a whole side may be off, as a coefficient of
    /// variation. All profiles of a side share it, so that they do not show it by differing; negative
    /// or undefined ones count as zero.
    #[must_use]
    pub fn with_doubt(self, coefficient: f64) -> Self {
        Self {
            doubt: coefficient.max(0.0),
            ..self
        }
    }
}

/// How a row was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ReplicateMethod {
    /// One profile per side: sampling noise only, differences between runs are not measured.
    SamplingOnly,
    /// The dispersion of the row itself, where too few rows have enough samples to moderate.
    QuasiPoisson,
    /// A dispersion moderated over the rows.
    Moderated,
    /// The tail averaged over the variation between runs that all rows together leave possible for it.
    EmpiricalBayes,
    /// Welch's t test: a side has no sampling noise to measure dispersion in.
    Welch,
}

/// The comparison of one row.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ReplicateComparison {
    /// How it was decided.
    pub method: ReplicateMethod,
    /// Dispersion observed in this row, in units of the sampling variance; 1 when sampling explains
    /// everything. `None` with one profile per side, and for Welch's test.
    pub observed_dispersion: Option<f64>,
    /// The dispersion used, at least 1; 1 for Welch's test. With several possible, the one that makes
    /// as wide an interval at 95%.
    pub dispersion: f64,
    /// Degrees of freedom of the dispersion; infinite with sampling noise only and where the possible
    /// dispersions are averaged over.
    pub degrees: f64,
    /// Two-sided p value if `dispersion` were known exactly; of sampling alone where dispersions are averaged
    /// over. Equals the p value for Welch's test.
    pub p_value_known_dispersion: f64,
    p_value: f64,
    test: Test,
}

#[derive(Debug, Clone, PartialEq)]
enum Test {
    Skellam(Comparison),
    Spread(Comparison, Box<RowSpread>),
    Welch(Welch),
}

impl RatioTest for ReplicateComparison {
    fn ratio(&self) -> Option<f64> {
        match &self.test {
            Test::Skellam(comparison) | Test::Spread(comparison, _) => comparison.ratio(),
            Test::Welch(welch) => welch.ratio(),
        }
    }

    fn tails(&self, ratio: f64) -> Tails {
        match &self.test {
            Test::Welch(welch) => welch.tails(ratio),
            Test::Spread(comparison, spread) => {
                comparison.tails(ratio).map(|tail| spread.widened(tail))
            }
            Test::Skellam(comparison) => comparison
                .tails(ratio)
                .map(|tail| with_degrees(tail, self.degrees)),
        }
    }

    fn ratio_interval(&self, confidence: Confidence) -> Option<RatioInterval> {
        let tail = confidence.each_tail();
        match &self.test {
            Test::Welch(welch) => welch.ratio_interval(tail),
            Test::Spread(comparison, spread) => {
                comparison.ratio_interval_with_tail(spread.narrowed(tail))
            }
            Test::Skellam(comparison) if self.degrees.is_finite() => {
                let wider = normal_sf(student_isf(tail, self.degrees));
                comparison.ratio_interval_with_tail(wider)
            }
            Test::Skellam(comparison) => comparison.ratio_interval_with_tail(tail),
        }
    }

    fn p_value(&self) -> f64 {
        self.p_value
    }
}

impl ReplicateComparison {
    /// What a change of this row would have to be to be found, in a table of so many `rows` judged of which
    /// so many others are `significant`; to be asked with the effective samples of all profiles of the
    /// before side over [`Self::dispersion`].
    #[must_use]
    pub fn judgement(&self, confidence: Confidence, rows: usize, significant: usize) -> Judgement {
        match &self.test {
            Test::Spread(_, spread) => {
                Judgement::with_critical(confidence, rows, significant, |tail| {
                    spread.critical_roughly(tail) / self.dispersion.sqrt()
                })
            }
            _ => Judgement::with_degrees(confidence, rows, significant, self.degrees),
        }
    }
}

/// Compares every row of a table of several profiles per side; the result has the rows' order.
///
/// With 1 profile against several the dispersion comes from the side that has several. Two per side is
/// weak, three the smallest useful number.
///
/// # Errors
///
/// When a side has no profile, a row has not one mix per profile, or the profiles of a side differ in
/// their rates (the sides may differ from each other).
pub fn compare_replicates(
    rows: &[ReplicateRow<'_>],
    exposures: RunExposures<'_>,
    quantity: Quantity,
) -> Result<Vec<ReplicateComparison>, Error> {
    let mut table = ReplicateTable::new(exposures, quantity)?;
    for row in rows {
        table.add(*row)?;
    }
    Ok(table.compare(|at, look| rows.get(at).copied().into_iter().for_each(look)))
}

/// A table of several profiles per side, whose rows are added one after the other, none of which is kept: memory is
/// by rows and by profiles, not by both.
#[derive(Debug)]
pub struct ReplicateTable<'a> {
    exposures: RunExposures<'a>,
    quantity: Quantity,
    rows: Vec<Measured>,
    /// Of the rows that are sampled.
    factors: FactorSums,
}

impl<'a> ReplicateTable<'a> {
    /// A table without rows, of profiles that cover so much work.
    ///
    /// # Errors
    ///
    /// When a side has no profile.
    pub fn new(exposures: RunExposures<'a>, quantity: Quantity) -> Result<Self, Error> {
        if exposures.before.is_empty() || exposures.after.is_empty() {
            return Err(Error::new(ErrorKind::NoProfiles));
        }
        let amounts = exposures.before.iter().chain(exposures.after);
        Ok(Self {
            exposures,
            quantity,
            rows: Vec::new(),
            factors: FactorSums::new(amounts.map(|exposure| exposure.amount()).collect()),
        })
    }

    /// Adds a row.
    ///
    /// # Errors
    ///
    /// When it has not one mix per profile, or the profiles of a side differ in their rates.
    pub fn add(&mut self, row: ReplicateRow<'_>) -> Result<(), Error> {
        let measured = measure(self.rows.len(), row, self.exposures, self.quantity)?;
        if let Measured::Noisy(noisy) = &measured
            && noisy.is_sampled()
        {
            self.factors
                .add(&noisy.runs(row, self.exposures, self.quantity));
        }
        self.rows.push(measured);
        Ok(())
    }

    /// Compares all rows, in the order in which they were added.
    ///
    /// Where the rows tell of each other how much rows vary, each is needed a second time, when it is known what all have
    /// in common: `again` has to call the function that it is given with the row that has this number. One that
    /// does not come again counts with that which all have in common still in it.
    #[must_use]
    pub fn compare(
        self,
        mut again: impl FnMut(usize, &mut dyn FnMut(ReplicateRow<'_>)),
    ) -> Vec<ReplicateComparison> {
        let profiles = self.exposures.before.len() + self.exposures.after.len();
        let degrees = (profiles - 2) as f64;
        let mut rows = self.rows;
        let sampled = rows.iter().filter(|row| row.is_sampled()).count();
        let others = match sampled >= ROWS_FOR_SPREAD {
            true => {
                let factors = self.factors.factors(degrees);
                for (at, row) in rows.iter_mut().enumerate() {
                    let Measured::Noisy(noisy) = row else {
                        continue;
                    };
                    again(at, &mut |row| {
                        noisy.observe(&noisy.runs(row, self.exposures, self.quantity), &factors);
                    });
                }
                Others::Spread(spread(&rows, factors.variance, degrees))
            }
            false => Moderation::new(&rows, degrees).map_or(Others::None, Others::Moderation),
        };
        let rows = rows.into_iter();
        rows.map(|row| row.decide(degrees, &others)).collect()
    }
}

/// What the other rows say about a row.
enum Others {
    None,
    Moderation(Moderation),
    Spread(RunSpread),
}

/// The variation between runs of all rows.
fn spread(rows: &[Measured], shared: f64, degrees: f64) -> RunSpread {
    let sampled = rows.iter().filter_map(|row| match row {
        Measured::Noisy(noisy) if noisy.is_sampled() => Some(noisy.noise()),
        _ => None,
    });
    let sampled: Vec<RowNoise> = sampled.collect();
    RunSpread::new(&sampled, shared, degrees)
}

/// One row, before its dispersion is settled.
#[derive(Debug)]
enum Measured {
    /// Nothing to measure a dispersion from: one profile per side.
    Pair(Comparison),
    Exact(Welch),
    Noisy(Noisy),
}

#[derive(Debug)]
struct Noisy {
    comparison: Comparison,
    /// How exactly the work of a side is known.
    doubt: f64,
    dispersion: f64,
    /// Effective samples per profile.
    samples: f64,
    /// Sampled blocks in all profiles.
    sampled: u64,
    /// The dispersion when what all rows have in common is taken out.
    observed: f64,
}

fn measure(
    index: usize,
    row: ReplicateRow<'_>,
    exposures: RunExposures<'_>,
    quantity: Quantity,
) -> Result<Measured, Error> {
    let fitting =
        row.before.len() == exposures.before.len() && row.after.len() == exposures.after.len();
    if !fitting {
        return Err(Error::new(ErrorKind::ProfileCount(index)));
    }
    let before = pool(row.before).ok_or(Error::new(ErrorKind::RowRatesDiffer(index)))?;
    let after = pool(row.after).ok_or(Error::new(ErrorKind::RowRatesDiffer(index)))?;
    let comparison = Comparison::new(
        Side::new(&before).with_exposure(Exposure::sum(exposures.before)),
        Side::new(&after).with_exposure(Exposure::sum(exposures.after)),
        quantity,
    )
    .with_variation(RunVariation::with_coefficient(exposures.doubt));
    let runs_before = Runs::new(row.before, exposures.before, quantity);
    let runs_after = Runs::new(row.after, exposures.after, quantity);
    let degrees = runs_before.0.len() + runs_after.0.len() - 2;
    let (kappa_before, kappa_after) = comparison.kappas();
    let sampled = !before.is_empty() || !after.is_empty();
    if degrees == 0 {
        return Ok(Measured::Pair(comparison));
    }
    if sampled && kappa_before.min(kappa_after) <= 0.0 {
        let welch = Welch::new(&runs_before.levels(), &runs_after.levels());
        let welch = welch.map(|welch| welch.with_doubt(exposures.doubt));
        return Ok(welch.map_or(Measured::Pair(comparison), Measured::Exact));
    }
    let squares = runs_before.squares(kappa_before) + runs_after.squares(kappa_after);
    let samples = runs_before.effective(kappa_before) + runs_after.effective(kappa_after);
    let dispersion = squares / degrees as f64;
    Ok(Measured::Noisy(Noisy {
        comparison,
        doubt: exposures.doubt,
        dispersion,
        samples: samples / (degrees + 2) as f64,
        sampled: before.samples().saturating_add(after.samples()),
        observed: dispersion,
    }))
}

/// All samples of one side; `None` when the rates differ.
fn pool(mixes: &[Mix]) -> Option<Mix> {
    Mix::sum(mixes).ok()?
}

/// Total and exposure of every profile of one side.
struct Runs(Vec<(f64, f64)>);

impl Runs {
    fn new(mixes: &[Mix], exposures: &[Exposure], quantity: Quantity) -> Self {
        let amounts = exposures.iter().map(|exposure| exposure.amount());
        let totals = mixes.iter().map(|mix| mix.total(quantity));
        Self(totals.zip(amounts).collect())
    }

    fn levels(&self) -> Vec<f64> {
        self.0
            .iter()
            .map(|(total, amount)| total / amount)
            .collect()
    }

    fn total(&self) -> f64 {
        self.0.iter().map(|(total, _)| total).sum()
    }

    /// Squared deviations from the common level, in units of the sampling variance.
    fn squares(&self, kappa: f64) -> f64 {
        let level = self.total() / self.0.iter().map(|(_, amount)| amount).sum::<f64>();
        if level <= 0.0 {
            return 0.0;
        }
        let deviation = |(total, amount): &(f64, f64)| {
            let expected = amount * level;
            (total - expected).powi(2) / (kappa * expected)
        };
        self.0.iter().map(deviation).sum()
    }

    /// What each profile has, in effective samples, and the common level.
    fn counts(&self, kappa: f64) -> SideCounts {
        SideCounts::new(
            self.0.iter().map(|(total, _)| *total),
            self.total() / self.0.iter().map(|(_, amount)| amount).sum::<f64>(),
            kappa,
        )
    }

    fn effective(&self, kappa: f64) -> f64 {
        if kappa > 0.0 {
            self.total() / kappa
        } else {
            0.0
        }
    }
}

/// What the informative rows have in common.
struct Moderation {
    /// Squared coefficient of variation from run to run that all rows share.
    run_variance: f64,
    prior: DispersionPrior,
}

impl Moderation {
    /// `None` when there are too few informative rows.
    fn new(rows: &[Measured], degrees: f64) -> Option<Self> {
        let mut informative: Vec<&Noisy> = rows
            .iter()
            .filter_map(|row| match row {
                Measured::Noisy(noisy) if noisy.samples >= INFORMATIVE_SAMPLES => Some(noisy),
                _ => None,
            })
            .collect();
        if informative.len() < FEWEST_ROWS {
            return None;
        }
        informative.sort_by(|left, right| right.samples.total_cmp(&left.samples));
        let run_variance = shared_variance(&informative, degrees);
        let left: Vec<f64> = informative
            .iter()
            .map(|row| row.dispersion / base(run_variance, row.samples))
            .collect();
        let prior = dispersion_prior(&left, degrees)?;
        Some(Self {
            run_variance,
            prior: DispersionPrior {
                degrees: prior.degrees.min(LARGEST_PRIOR),
                ..prior
            },
        })
    }

    fn dispersion(&self, row: &Noisy, degrees: f64) -> f64 {
        let base = base(self.run_variance, row.samples);
        let prior = &self.prior;
        let own = degrees * row.dispersion / base;
        base * (prior.degrees * prior.scale + own) / (prior.degrees + degrees)
    }
}

/// The dispersion of a row that varies from run to run as all rows do.
fn base(run_variance: f64, samples: f64) -> f64 {
    1.0 + run_variance * samples
}

/// Median over the better-sampled half of the rows (at least ten) of what dispersion exceeds chance by, per
/// sample. `rows` is sorted, best sampled first.
fn shared_variance(rows: &[&Noisy], degrees: f64) -> f64 {
    let typical = chi_square_median(degrees) / degrees;
    let half = rows.len().div_ceil(2).max(FEWEST_ROWS);
    let excess: Vec<f64> = rows
        .iter()
        .take(half)
        .map(|row| (row.dispersion / typical - 1.0) / row.samples)
        .collect();
    median(&excess).unwrap_or(0.0).max(0.0)
}

impl Measured {
    /// Whether it has sampled blocks enough to show anything.
    fn is_sampled(&self) -> bool {
        matches!(self, Self::Noisy(noisy) if noisy.is_sampled())
    }

    fn decide(self, degrees: f64, others: &Others) -> ReplicateComparison {
        match self {
            Self::Pair(comparison) => decide_pair(comparison),
            Self::Exact(welch) => decide_exact(welch),
            Self::Noisy(row) => row.decide(degrees, others),
        }
    }
}

fn decide_pair(comparison: Comparison) -> ReplicateComparison {
    ReplicateComparison {
        method: ReplicateMethod::SamplingOnly,
        observed_dispersion: None,
        dispersion: 1.0,
        degrees: f64::INFINITY,
        p_value_known_dispersion: comparison.p_value(),
        p_value: comparison.p_value(),
        test: Test::Skellam(comparison),
    }
}

fn decide_exact(welch: Welch) -> ReplicateComparison {
    let p_value = welch.tails(1.0).two_sided();
    ReplicateComparison {
        method: ReplicateMethod::Welch,
        observed_dispersion: None,
        dispersion: 1.0,
        degrees: welch.degrees(),
        p_value_known_dispersion: p_value,
        p_value,
        test: Test::Welch(welch),
    }
}

impl Noisy {
    fn is_sampled(&self) -> bool {
        self.sampled >= FEWEST_SAMPLED
    }

    /// What each profile has of its row, in effective samples.
    fn runs(
        &self,
        row: ReplicateRow<'_>,
        exposures: RunExposures<'_>,
        quantity: Quantity,
    ) -> RunCounts {
        let (before, after) = self.comparison.kappas();
        let sides = [
            Runs::new(row.before, exposures.before, quantity).counts(before),
            Runs::new(row.after, exposures.after, quantity).counts(after),
        ];
        RunCounts::new(sides, self.samples)
    }

    fn observe(&mut self, runs: &RunCounts, factors: &RunFactors) {
        self.observed = factors.observed(runs);
    }

    fn noise(&self) -> RowNoise {
        RowNoise {
            samples: self.samples,
            observed: self.observed,
        }
    }

    fn decide(self, degrees: f64, others: &Others) -> ReplicateComparison {
        let (method, dispersion, degrees) = match others {
            Others::Spread(spread) => return self.decide_by(spread),
            Others::Moderation(moderation) => (
                ReplicateMethod::Moderated,
                moderation.dispersion(&self, degrees),
                degrees + moderation.prior.degrees,
            ),
            Others::None => (ReplicateMethod::QuasiPoisson, self.dispersion, degrees),
        };
        let variation = RunVariation {
            coefficient: self.doubt,
            ..RunVariation::with_dispersion(dispersion)
        };
        let comparison = self.comparison.with_variation(variation);
        let known = comparison.p_value();
        ReplicateComparison {
            method,
            observed_dispersion: Some(self.dispersion),
            dispersion: variation.dispersion,
            degrees,
            p_value_known_dispersion: known,
            p_value: (2.0 * with_degrees(0.5 * known, degrees)).min(1.0),
            test: Test::Skellam(comparison),
        }
    }
}

impl Noisy {
    fn decide_by(self, spread: &RunSpread) -> ReplicateComparison {
        let spread = spread.of_row(self.noise());
        let tail = Confidence::default().each_tail();
        let wider = spread.critical(tail) / normal_isf(tail);
        let sampling = self.comparison.p_value();
        ReplicateComparison {
            method: ReplicateMethod::EmpiricalBayes,
            observed_dispersion: Some(spread.observed),
            dispersion: (wider * wider).max(1.0),
            degrees: f64::INFINITY,
            p_value_known_dispersion: sampling,
            p_value: (2.0 * spread.widened(0.5 * sampling)).min(1.0),
            test: Test::Spread(self.comparison, Box::new(spread)),
        }
    }
}

/// A one-sided p value corrected for a dispersion known to `degrees` degrees of freedom only: the same
/// deviate, read from Student's distribution.
fn with_degrees(p_value: f64, degrees: f64) -> f64 {
    if degrees.is_infinite() {
        return p_value;
    }
    student_sf(normal_isf(p_value.max(f64::MIN_POSITIVE)), degrees)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SamplingRate;

    fn pairs(rate: u64, before: [u64; 2], after: [u64; 2]) -> ReplicateComparison {
        let rate = SamplingRate::new(rate).unwrap();
        let mixes = |counts: [u64; 2]| counts.map(|count| Mix::from_records(rate, [(64, count)]));
        let (before, after) = (mixes(before), mixes(after));
        let runs = [Exposure::new(1.0).unwrap(); 2];
        let exposures = RunExposures::new(&runs, &runs);
        let rows = [ReplicateRow::new(&before, &after)];
        compare_replicates(&rows, exposures, Quantity::Bytes)
            .unwrap()
            .remove(0)
    }

    #[test]
    fn what_is_only_on_one_side_of_exact_profiles_is_exact() {
        let method = |before, after| pairs(1, before, after).method;
        assert_eq!(method([0, 0], [10, 12]), ReplicateMethod::Welch);
        assert_eq!(method([10, 12], [0, 0]), ReplicateMethod::Welch);
        assert_eq!(method([10, 12], [10, 12]), ReplicateMethod::Welch);
        assert_eq!(method([0, 0], [0, 0]), ReplicateMethod::QuasiPoisson);
    }

    #[test]
    fn fewer_runs_need_larger_changes_to_be_found() {
        let confidence = Confidence::default();
        let row = pairs(524_288, [40, 44], [60, 70]);
        assert_eq!(row.degrees, 2.0);
        assert_eq!(
            row.judgement(confidence, 20, 3),
            Judgement::with_degrees(confidence, 20, 3, 2.0)
        );
    }
}
