//! What all rows of a run have in common: in one run a program may do more of everything.
//!
//! It is estimated from rows that are added one after the other, none of which is kept.

use super::run_counts::RunCounts;

/// Rows with fewer effective samples per profile do not speak about what is common to a run.
const FEWEST_SAMPLES: f64 = 5.0;

/// Nor do fewer rows than this.
const FEWEST_ROWS: usize = 3;

/// More samples than this in one row do not count for the common factor: it may vary on its own.
const LARGEST_WEIGHT: f64 = 100.0;

/// No run has so much less than its side.
const LEAST: f64 = 1e-3;

/// What rows say of each run, added up.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FactorSums {
    /// The work that each profile covers.
    amounts: Vec<f64>,
    /// By how much each has more than its side, weighted.
    excess: Vec<f64>,
    weights: f64,
    /// What sampling makes of them.
    noise: f64,
    rows: usize,
}

/// By which factor each run has more than its side has on average.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RunFactors {
    amounts: Vec<f64>,
    factors: Vec<f64>,
    /// Their variance, less what sampling alone makes of them.
    pub(crate) variance: f64,
    degrees: f64,
}

impl FactorSums {
    /// Of no row, for profiles that cover these amounts of work.
    pub(crate) fn new(amounts: Vec<f64>) -> FactorSums {
        FactorSums {
            excess: vec![0.0; amounts.len()],
            amounts,
            weights: 0.0,
            noise: 0.0,
            rows: 0,
        }
    }

    /// Adds a row, if it has samples enough.
    pub(crate) fn add(&mut self, row: &RunCounts) {
        if row.samples < FEWEST_SAMPLES {
            return;
        }
        let weight = row.samples / (1.0 + row.samples / LARGEST_WEIGHT);
        self.rows += 1;
        self.weights += weight;
        self.noise += weight.powi(2) / row.samples;
        for (sum, run) in self.excess.iter_mut().zip(row.runs(&self.amounts)) {
            if run.expected > 0.0 {
                *sum += weight * (run.found / run.expected - 1.0);
            }
        }
    }

    /// What they come to, by `degrees` degrees of freedom.
    pub(crate) fn factors(self, degrees: f64) -> RunFactors {
        let factors: Vec<f64> = match self.rows < FEWEST_ROWS {
            true => vec![1.0; self.amounts.len()],
            false => {
                let excess = self.excess.iter();
                excess
                    .map(|sum| (1.0 + sum / self.weights).max(LEAST))
                    .collect()
            }
        };
        let squares: f64 = factors.iter().map(|factor| (factor - 1.0).powi(2)).sum();
        let variance = match self.weights > 0.0 {
            true => (squares / degrees - self.noise / (self.weights * self.weights)).max(0.0),
            false => 0.0,
        };
        RunFactors {
            amounts: self.amounts,
            factors,
            variance,
            degrees,
        }
    }
}

impl RunFactors {
    /// The factor on the sampling variance that the profiles of a row show, when what all rows share is taken out.
    pub(crate) fn observed(&self, row: &RunCounts) -> f64 {
        let runs = row.runs(&self.amounts).zip(&self.factors);
        let squares = runs.map(|(run, factor)| {
            let expected = run.expected * factor;
            if expected > 0.0 {
                (run.found - expected).powi(2) / expected
            } else {
                0.0
            }
        });
        squares.sum::<f64>() / self.degrees
    }
}
