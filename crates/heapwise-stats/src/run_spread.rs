//! What many rows tell about the variation between runs of each of them.
//!
//! With few profiles per side a row's own dispersion has a few degrees of freedom, and a t test of it
//! finds less with three profiles than one alone would. But most rows of a program vary little between runs
//! and a few a lot, and hundreds of rows show how many of which: the distribution of their coefficients of
//! variation is estimated from all rows together, and each row is judged by the normal tail averaged over
//! what its own dispersion leaves possible (empirical Bayes).
//!
//! What all rows of a run have in common, more work in that run, would make alarms come in bunches. It
//! is estimated first (`run_factors.rs`), taken out of the rows, and its variance added to the noise of each with the
//! few degrees of freedom that it is known to.
//!
//! Source: Robbins 1956; the weights of a grid by expectation and maximisation (Laird 1978).

use super::gamma::ln_gamma;
use super::normal::{normal_isf, normal_sf};
use super::numeric::crossing;
use super::student::student_sf;

/// Coefficients of variation from run to run that a row may have.
const GRID: [f64; 11] = [0.0, 0.02, 0.04, 0.07, 0.1, 0.15, 0.22, 0.33, 0.5, 0.8, 1.2];

/// Rounds of expectation and maximisation.
const LARGEST_ROUNDS: u32 = 1000;

/// A round that changes no weight by more is the last.
const SETTLED: f64 = 1e-6;

/// Rows with fewer effective samples per profile say nothing about the weights of the grid.
const FEWEST_SAMPLES: f64 = 2.0;

/// Steps in which a critical deviate settles, or is searched.
const LARGEST_SETTLING: u32 = 12;

/// To which part a critical deviate is settled: where p values and limits have to agree, and where it is
/// said what could have been seen.
const EXACT: f64 = 1e-10;
const ROUGH: f64 = 1e-4;

/// A dispersion is never taken for less.
const LEAST_DISPERSION: f64 = 1e-3;

/// How much one row varies from run to run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct RowNoise {
    /// Effective samples per profile.
    pub(crate) samples: f64,
    /// Factor on the sampling variance that its profiles show, what all rows share taken out.
    pub(crate) observed: f64,
}

/// The variation between runs of all rows of a table.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RunSpread {
    degrees: f64,
    /// Weight of each coefficient of the grid.
    weights: [f64; GRID.len()],
    /// Variance of the factor that all rows of a run share.
    shared: f64,
}

/// What is known of one row: how its deviates are to be read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct RowSpread {
    /// Factor on the sampling variance that the row's own profiles show, the shared factors taken out.
    pub(crate) observed: f64,
    degrees: f64,
    posterior: [f64; GRID.len()],
    /// Factor on the sampling variance, for each coefficient of the grid.
    dispersions: [f64; GRID.len()],
    /// The part of it that is due to the shared factor.
    shared: f64,
}

impl RunSpread {
    /// From rows of `degrees` + 2 profiles, which share a factor of this variance.
    pub(crate) fn new(rows: &[RowNoise], shared: f64, degrees: f64) -> Self {
        let mut spread = Self {
            degrees,
            weights: [1.0 / GRID.len() as f64; GRID.len()],
            shared,
        };
        let likelihoods: Vec<_> = rows
            .iter()
            .filter(|row| row.samples >= FEWEST_SAMPLES)
            .map(|row| spread.likelihoods(*row))
            .collect();
        for _ in 0..LARGEST_ROUNDS {
            let before = spread.weights;
            spread.weights = reweighted(&before, &likelihoods);
            let both = before.iter().zip(&spread.weights);
            if both.map(|(old, new)| (new - old).abs()).fold(0.0, f64::max) < SETTLED {
                break;
            }
        }
        spread
    }

    /// What it makes of one row.
    pub(crate) fn of_row(&self, row: RowNoise) -> RowSpread {
        let shared = self.shared * row.samples;
        RowSpread {
            observed: row.observed,
            degrees: self.degrees,
            posterior: posterior(&self.weights, &self.likelihoods(row)),
            dispersions: GRID.map(|coefficient| own(coefficient, row.samples) + shared),
            shared,
        }
    }

    /// How likely the row's dispersion is for each coefficient of the grid: chi-square densities, but for
    /// a factor that is common to all.
    fn likelihoods(&self, row: RowNoise) -> [f64; GRID.len()] {
        let observed = row.observed.max(LEAST_DISPERSION);
        let logarithms = GRID.map(|coefficient| {
            let dispersion = own(coefficient, row.samples);
            ln_chi_square_density(observed * self.degrees / dispersion, self.degrees)
                - dispersion.ln()
        });
        let largest = logarithms.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        logarithms.map(|logarithm| (logarithm - largest).exp())
    }
}

impl RowSpread {
    /// A one-sided chance of the sampling noise, with the variation between runs.
    pub(crate) fn widened(&self, chance: f64) -> f64 {
        if chance > 0.5 {
            return 1.0 - self.widened(1.0 - chance);
        }
        let deviate = normal_isf(chance.max(f64::MIN_POSITIVE));
        let terms = self.posterior.iter().zip(&self.dispersions);
        terms
            .map(|(weight, &dispersion)| {
                weight * self.tail(deviate / dispersion.sqrt(), dispersion)
            })
            .sum()
    }

    /// The tail of a deviate; only the shared part of the dispersion has few degrees of freedom
    /// (Satterthwaite 1946).
    fn tail(&self, deviate: f64, dispersion: f64) -> f64 {
        if self.shared <= 0.0 {
            return normal_sf(deviate);
        }
        let degrees = self.degrees * (dispersion / self.shared).powi(2);
        if degrees > 1e6 {
            normal_sf(deviate)
        } else {
            student_sf(deviate, degrees)
        }
    }

    /// The deviate of the sampling noise at which the widened chance is `chance`, of less than one half.
    pub(crate) fn critical(&self, chance: f64) -> f64 {
        self.settled(chance, EXACT)
    }

    /// The same to so many digits as anyone looks at.
    pub(crate) fn critical_roughly(&self, chance: f64) -> f64 {
        self.settled(chance, ROUGH)
    }

    fn settled(&self, chance: f64, precision: f64) -> f64 {
        let narrow = normal_isf(chance);
        let widest = self.dispersions.iter().copied().fold(1.0, f64::max).sqrt();
        // The widened deviate is about in proportion to the narrow one.
        let mut deviate = narrow * self.mean_dispersion().sqrt();
        for _ in 0..LARGEST_SETTLING {
            let reached = normal_isf(self.widened(normal_sf(deviate)));
            let next = (deviate * narrow / reached.max(0.1)).clamp(narrow, 37.0);
            if (next - deviate).abs() <= precision * next {
                return next;
            }
            deviate = next;
        }
        let excess = |deviate: f64| (self.widened(normal_sf(deviate)) / chance).ln();
        crossing(narrow, (4.0 * narrow * widest).min(37.0), excess)
    }

    fn mean_dispersion(&self) -> f64 {
        let terms = self.posterior.iter().zip(&self.dispersions);
        terms.map(|(weight, dispersion)| weight * dispersion).sum()
    }

    /// The chance of the sampling noise that is widened to `chance`.
    pub(crate) fn narrowed(&self, chance: f64) -> f64 {
        normal_sf(self.critical(chance))
    }
}

/// Factor on the sampling variance of a row with a coefficient of variation between runs of its own.
fn own(coefficient: f64, samples: f64) -> f64 {
    1.0 + coefficient * coefficient * samples
}

fn ln_chi_square_density(value: f64, degrees: f64) -> f64 {
    let half = 0.5 * degrees;
    (half - 1.0) * value.ln() - 0.5 * value - half * std::f64::consts::LN_2 - ln_gamma(half)
}

/// The posterior of one row.
fn posterior(weights: &[f64; GRID.len()], likelihoods: &[f64; GRID.len()]) -> [f64; GRID.len()] {
    let mut products = *weights;
    for (product, likelihood) in products.iter_mut().zip(likelihoods) {
        *product *= likelihood;
    }
    let sum: f64 = products.iter().sum();
    products.map(|product| product / sum.max(f64::MIN_POSITIVE))
}

/// One round: the mean of the posteriors, with one row's worth of equal weights so that none vanishes.
fn reweighted(weights: &[f64; GRID.len()], likelihoods: &[[f64; GRID.len()]]) -> [f64; GRID.len()] {
    let mut sums = [1.0 / GRID.len() as f64; GRID.len()];
    for row in likelihoods {
        for (sum, part) in sums.iter_mut().zip(posterior(weights, row)) {
            *sum += part;
        }
    }
    let total: f64 = sums.iter().sum();
    sums.map(|sum| sum / total)
}
