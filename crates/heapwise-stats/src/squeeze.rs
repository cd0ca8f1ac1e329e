//! What many rows together say about the spread of one: the prior of a dispersion.
//!
//! With few profiles per side the dispersion of a single row is poorly known. If the true dispersions of
//! all rows follow a scaled inverse chi-square distribution, its scale and degrees of freedom can be
//! fitted to the observed ones by the moments of their logarithms.
//!
//! Source: Smyth 2004 (limma, `squeezeVar`).

use super::gamma::{digamma, trigamma, trigamma_inverse};
use super::numeric::median;

/// Dispersions below this part of their median are raised to it, as their logarithms would decide alone.
const SMALLEST_PART: f64 = 1e-5;

/// The fitted prior of the dispersions of many rows.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct DispersionPrior {
    /// How many degrees of freedom the other rows are worth; infinite when the rows do not differ
    /// beyond chance.
    pub degrees: f64,
    /// The dispersion they agree on.
    pub scale: f64,
}

/// Fits the prior to observed dispersions of `degrees` degrees of freedom each.
///
/// With e = ln r - digamma(degrees/2) + ln(degrees/2) the variance of e exceeds trigamma(degrees/2) by
/// trigamma(prior/2). `None` for fewer than two dispersions, or when more than half of them are zero.
#[must_use]
pub fn dispersion_prior(dispersions: &[f64], degrees: f64) -> Option<DispersionPrior> {
    let typical = median(dispersions)?;
    if dispersions.len() < 2 || typical <= 0.0 || degrees <= 0.0 {
        return None;
    }
    let half = 0.5 * degrees;
    let logs = dispersions
        .iter()
        .map(|dispersion| dispersion.max(SMALLEST_PART * typical).ln() - digamma(half) + half.ln());
    let logs: Vec<f64> = logs.collect();
    let mean = logs.iter().sum::<f64>() / logs.len() as f64;
    let squares: f64 = logs.iter().map(|log| (log - mean).powi(2)).sum();
    let excess = squares / (logs.len() - 1) as f64 - trigamma(half);
    if excess <= 0.0 {
        return Some(DispersionPrior {
            degrees: f64::INFINITY,
            scale: mean.exp(),
        });
    }
    let prior_half = trigamma_inverse(excess);
    Some(DispersionPrior {
        degrees: 2.0 * prior_half,
        scale: (mean + digamma(prior_half) - prior_half.ln()).exp(),
    })
}
