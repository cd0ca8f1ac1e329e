//! How large a change would have to be to be seen, and how many samples would show a given one.
//!
//! The free functions are of one row, judged alone at 5% two-sided, with a power of 80%. Square roots of
//! Poisson counts have the same variance everywhere, 1/4; two of them differ visibly when they are z/sqrt(2)
//! standard deviations apart, which gives closed formulas.
//!
//! A row among others is judged more strictly, and one judged by several profiles by a wider quantile:
//! [`Judgement`] says what would then be seen. Its formulas come from the difference of the counts itself,
//! and allow for their being whole: a change is found in 0.80 to 0.85 of simulated pairs from ten effective
//! samples on, with 1 to 200 rows at 95 and 99%. The square root finds 0.38 to 0.80 of them there.
//!
//! Source: the square-root (Anscombe 1948) transform; simulated power at its predicted effect is 0.77 to
//! 0.82 from 20 effective samples on, 0.73 to 0.77 at 6 to 10.

use super::confidence::Confidence;
use super::gamma::chi_square_quantile;
use super::normal::{normal_isf, normal_sf};
use super::numeric::crossing;
use super::student::student_isf;

/// (1.959964 + 0.841621) / sqrt(2): normal quantiles of 97.5% and 80%, over two equally noisy sides.
const Z: f64 = 1.981_019_905_799_67;

/// How often a change of the size named is to be found.
const POWER: f64 = 0.8;

/// The same where what other rows say about the variation between runs differs from table to table.
const POWER_WHERE_SPREAD: f64 = 0.85;

/// Half of the step between two whole counts.
const HALF_A_STEP: f64 = 0.5;

/// Points that a distribution of dispersions is represented by.
const POINTS: u32 = 64;

/// What a row of a table is judged by: the level after the adjustment for many rows, and what is known of
/// the variation between runs.
///
/// By Benjamini and Hochberg's procedure the row that would be the next one beyond `significant` rows has to
/// reach `(significant + 1) / rows` of the level.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judgement {
    /// How far apart the sides must be, in standard deviations of their difference.
    distance: f64,
}

impl Judgement {
    /// Rows judged with this confidence in a table of so many `rows` (those that take part in the
    /// adjustment; 0 counts as 1) of which so many *others* are `significant` already.
    #[must_use]
    pub fn new(confidence: Confidence, rows: usize, significant: usize) -> Self {
        let tail = tail_of_next(confidence, rows, significant);
        Self {
            distance: normal_isf(tail) + normal_isf(1.0 - POWER),
        }
    }

    /// The same where the variation between runs is judged by several profiles, with so many `degrees` of
    /// freedom (see [`crate::ReplicateComparison`]); infinitely many, or none, count as known.
    ///
    /// The dispersion that the runs to come will show varies, but is never taken for less than 1.
    #[must_use]
    pub fn with_degrees(
        confidence: Confidence,
        rows: usize,
        significant: usize,
        degrees: f64,
    ) -> Self {
        if !(degrees.is_finite() && degrees > 0.0) {
            return Self::new(confidence, rows, significant);
        }
        let critical = student_isf(tail_of_next(confidence, rows, significant), degrees);
        let thresholds: Vec<f64> = (0..POINTS)
            .map(|point| {
                let chance = (f64::from(point) + 0.5) / f64::from(POINTS);
                let dispersion = chi_square_quantile(chance, degrees) / degrees;
                critical * dispersion.max(1.0).sqrt()
            })
            .collect();
        let found = |distance: f64| {
            let each = thresholds.iter().map(|needed| normal_sf(needed - distance));
            each.sum::<f64>() / f64::from(POINTS)
        };
        let most = thresholds.iter().copied().fold(critical, f64::max) + 2.0;
        Self {
            distance: crossing(0.0, most, |distance| found(distance) - POWER),
        }
    }

    /// The same with the deviate that a tail of the given chance needs, in standard deviations of the
    /// difference.
    pub(crate) fn with_critical(
        confidence: Confidence,
        rows: usize,
        significant: usize,
        critical: impl FnOnce(f64) -> f64,
    ) -> Self {
        let tail = tail_of_next(confidence, rows, significant);
        Self {
            distance: critical(tail) + normal_isf(1.0 - POWER_WHERE_SPREAD),
        }
    }

    /// Smallest relative rise that would be found in 80% of comparisons, e.g. 0.5 for +50%, where the
    /// before side has so many effective samples (total^2 / variance; all its profiles together, over the
    /// dispersion). `None` without samples.
    #[must_use]
    pub fn detectable_rise(&self, effective_samples: f64) -> Option<f64> {
        let change = self.samples_apart(effective_samples, 1.0)? / effective_samples;
        change.is_finite().then_some(change)
    }

    /// Smallest relative fall, in (0, 1). `None` where not even disappearance would be found in 80%.
    #[must_use]
    pub fn detectable_fall(&self, effective_samples: f64) -> Option<f64> {
        let change = self.samples_apart(effective_samples, -1.0)? / effective_samples;
        (change < 1.0).then_some(change)
    }

    /// Effective samples needed to show a relative change, e.g. -0.1 for a fall by a tenth. `None` for no
    /// change at all and for changes of -1 and below.
    #[must_use]
    pub fn samples_needed(&self, change: f64) -> Option<f64> {
        let square = self.distance.powi(2) * (2.0 + change);
        let middle = HALF_A_STEP * change.abs() + 0.5 * square;
        let root = (middle.powi(2) - (HALF_A_STEP * change).powi(2)).sqrt();
        let needed = (middle + root) / change.powi(2);
        (change > -1.0 && needed.is_finite()).then_some(needed)
    }

    /// How many times longer a profile must run, or by what its rate must be divided, to show a relative
    /// change; below 1 when it already does. `None` without samples and where [`Self::samples_needed`] is.
    #[must_use]
    pub fn times_longer(&self, effective_samples: f64, change: f64) -> Option<f64> {
        if effective_samples.is_nan() || effective_samples <= 0.0 {
            return None;
        }
        Some(self.samples_needed(change)? / effective_samples)
    }

    /// By how many samples the sides must differ: u with (u - 1/2)^2 = distance^2 (2 m +- u), the square of
    /// the noise being the number of samples on both sides.
    fn samples_apart(&self, effective_samples: f64, sign: f64) -> Option<f64> {
        if effective_samples.is_nan() || effective_samples <= 0.0 {
            return None;
        }
        let square = self.distance.powi(2);
        let middle = HALF_A_STEP + 0.5 * sign * square;
        let product = 2.0 * square * effective_samples - HALF_A_STEP.powi(2);
        Some(middle + (middle.powi(2) + product).max(0.0).sqrt())
    }
}

impl Default for Judgement {
    /// One row alone, at 95%.
    fn default() -> Self {
        Self::new(Confidence::default(), 1, 0)
    }
}

/// The chance in each tail that the next row beyond the significant ones has to reach.
fn tail_of_next(confidence: Confidence, rows: usize, significant: usize) -> f64 {
    let rows = rows.max(1);
    let place = significant.saturating_add(1).min(rows);
    confidence.each_tail() * place as f64 / rows as f64
}

/// Smallest relative rise that `effective_samples` (total^2 / variance, of the before side) would show,
/// e.g. 0.5 for +50%. `None` without samples.
#[must_use]
pub fn detectable_rise(effective_samples: f64) -> Option<f64> {
    (effective_samples > 0.0).then(|| (1.0 + Z / effective_samples.sqrt()).powi(2) - 1.0)
}

/// Smallest relative fall that `effective_samples` would show, in (0, 1). `None` below 3.92 effective
/// samples, where not even disappearance would be noticed.
#[must_use]
pub fn detectable_fall(effective_samples: f64) -> Option<f64> {
    let step = Z / effective_samples.sqrt();
    (step < 1.0).then(|| 1.0 - (1.0 - step).powi(2))
}

/// Effective samples needed to show a relative change, e.g. -0.1 for a fall by a tenth. `None` for no
/// change at all and for changes below -1.
#[must_use]
pub fn samples_needed(change: f64) -> Option<f64> {
    let step = (1.0 + change).sqrt() - 1.0;
    (step.is_finite() && step != 0.0).then(|| (Z / step).powi(2))
}

/// How many times longer a profile must run, or by what its rate must be divided, to show a relative
/// change; below 1 when it already does. For blocks larger than the rate a lower rate helps more than
/// this. `None` without samples and where [`samples_needed`] is.
#[must_use]
pub fn times_longer(effective_samples: f64, change: f64) -> Option<f64> {
    if effective_samples <= 0.0 {
        return None;
    }
    samples_needed(change).map(|needed| needed / effective_samples)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: f64, expected: f64) {
        assert!((found / expected - 1.0).abs() < 1e-9, "{found} {expected}");
    }

    #[test]
    fn fewer_degrees_need_more_and_many_need_what_no_doubt_needs() {
        let certain = Judgement::new(Confidence::default(), 20, 3).distance;
        let of = |degrees| Judgement::with_degrees(Confidence::default(), 20, 3, degrees).distance;
        assert!(
            (of(1e7) / certain - 1.0).abs() < 1e-3,
            "{} {certain}",
            of(1e7)
        );
        assert!(of(5.0) > of(20.0) && of(20.0) > of(200.0) && of(200.0) > certain);
        assert_eq!((of(0.0), of(f64::INFINITY)), (certain, certain));
    }

    #[test]
    fn as_many_samples_as_are_needed_just_show_the_change() {
        for judgement in [
            Judgement::default(),
            Judgement::new(Confidence::default(), 20, 3),
        ] {
            for change in [0.05, 0.5, 4.0] {
                let needed = judgement.samples_needed(change).unwrap();
                close(judgement.detectable_rise(needed).unwrap(), change);
                close(judgement.times_longer(2.0 * needed, change).unwrap(), 0.5);
            }
            for change in [0.05, 0.5, 0.9] {
                let needed = judgement.samples_needed(-change).unwrap();
                close(judgement.detectable_fall(needed).unwrap(), change);
            }
            for change in [0.0, -1.0, -1.5] {
                assert_eq!(judgement.samples_needed(change), None, "{change}");
            }
            for samples in [0.0, -1.0, f64::NAN] {
                assert_eq!(judgement.times_longer(samples, 0.5), None, "{samples}");
            }
        }
    }

    #[test]
    fn one_row_needs_as_many_samples_as_just_show_the_change() {
        for change in [0.05, 0.5, 4.0] {
            let needed = samples_needed(change).unwrap();
            close(detectable_rise(needed).unwrap(), change);
            close(times_longer(2.0 * needed, change).unwrap(), 0.5);
            assert_eq!(times_longer(0.0, change), None);
        }
        for change in [0.05, 0.5, 0.9] {
            close(
                detectable_fall(samples_needed(-change).unwrap()).unwrap(),
                change,
            );
        }
        assert_eq!(samples_needed(0.0), None);
    }
}
