//! The error of a contrast of levels whose noise may last: from independent noise to a random walk.
//!
//! A level that wanders has residuals that look smaller than its trend is unsure. How long the noise lasts is not known
//! and cannot be told from ten points; so each of some durations counts by the restricted likelihood that the residuals
//! around a line give it, and the error is the mixture of what they say.
//!
//! Source: Patterson and Thompson 1971 for the restricted likelihood.

use super::numeric::crossing;
use super::student::student_sf;

/// Correlations of the noise between two snapshots at the mean distance.
const CORRELATIONS: [f64; 10] = [0.0, 0.2, 0.4, 0.6, 0.75, 0.85, 0.92, 0.96, 0.985, 0.995];

/// Squares left that are no more than rounding, relative to those of the values.
const ROUNDING: f64 = 1e-20;

/// What the value of a contrast is unsure by.
pub(crate) struct Wandering {
    /// Standard errors with what each counts.
    scales: Vec<(f64, f64)>,
    degrees: f64,
}

impl Wandering {
    /// Of a contrast of values with these weights around a line over time. `None` for fewer than three points.
    pub(crate) fn of(times: &[f64], values: &[f64], weights: &[f64]) -> Option<Wandering> {
        let count = times.len();
        if count < 3 {
            return None;
        }
        let degrees = (count - 2) as f64;
        let step = (times[count - 1] - times[0]) / (count - 1) as f64;
        let squares: f64 = values.iter().map(|value| value * value).sum();
        let mut found: Vec<(f64, f64)> = Vec::new();
        for correlation in CORRELATIONS {
            let noise = Lasting::new(times, step, correlation);
            let (left, ln_determinants) = noise.squares_left(times, values);
            if left <= ROUNDING * squares {
                return Some(Wandering {
                    scales: vec![(0.0, 1.0)],
                    degrees,
                });
            }
            let likelihood = -0.5 * (ln_determinants + degrees * left.ln());
            let scale = (left / degrees * noise.variance_of(weights))
                .max(0.0)
                .sqrt();
            found.push((scale, likelihood));
        }
        let best = found.iter().map(|one| one.1).fold(f64::MIN, f64::max);
        let parts = found
            .iter()
            .map(|&(_, likelihood)| (likelihood - best).exp());
        let sum: f64 = parts.clone().sum();
        let scales = found.iter().zip(parts);
        Some(Wandering {
            scales: scales
                .map(|(&(scale, _), part)| (scale, part / sum))
                .collect(),
            degrees,
        })
    }

    /// The chance of a deviation of at least so much.
    pub(crate) fn at_least(&self, deviation: f64) -> f64 {
        let chance = |scale: f64| match scale > 0.0 {
            true => student_sf(deviation / scale, self.degrees),
            false if deviation > 0.0 => 0.0,
            false => 1.0,
        };
        self.scales
            .iter()
            .map(|&(scale, part)| part * chance(scale))
            .sum()
    }

    /// The deviation that is reached with this chance, of at most one half.
    pub(crate) fn deviation(&self, chance: f64) -> f64 {
        let largest = self.scales.iter().map(|one| one.0).fold(0.0, f64::max);
        if largest <= 0.0 {
            return 0.0;
        }
        let mut high = largest;
        while self.at_least(high) > chance && high < 1e12 * largest {
            high *= 2.0;
        }
        crossing(0.0, high, |deviation| {
            (self.at_least(deviation) / chance).ln()
        })
    }
}

/// Noise whose correlation falls with the time between two snapshots.
struct Lasting {
    /// Of each snapshot with the one before.
    correlations: Vec<f64>,
}

impl Lasting {
    fn new(times: &[f64], step: f64, correlation: f64) -> Lasting {
        let over = |pair: &[f64]| match correlation > 0.0 {
            true => correlation.powf((pair[1] - pair[0]) / step).min(1.0 - 1e-9),
            false => 0.0,
        };
        Lasting {
            correlations: times.windows(2).map(over).collect(),
        }
    }

    /// The values as if their noise were independent.
    fn whitened(&self, values: &[f64]) -> Vec<f64> {
        let mut white = vec![values[0]];
        for (pair, correlation) in values.windows(2).zip(&self.correlations) {
            let left = (1.0 - correlation * correlation).sqrt();
            white.push((pair[1] - correlation * pair[0]) / left);
        }
        white
    }

    /// The squares that the best line leaves, and the logarithms of the determinants of the likelihood.
    fn squares_left(&self, times: &[f64], values: &[f64]) -> (f64, f64) {
        let middle = 0.5 * (times[0] + times[times.len() - 1]);
        let span = times[times.len() - 1] - times[0];
        let scaled: Vec<f64> = times.iter().map(|time| (time - middle) / span).collect();
        let ones = self.whitened(&vec![1.0; times.len()]);
        let line = self.whitened(&scaled);
        let wanted = self.whitened(values);
        let (a, b, c) = (dot(&ones, &ones), dot(&ones, &line), dot(&line, &line));
        let (d, e) = (dot(&ones, &wanted), dot(&line, &wanted));
        let determinant = a * c - b * b;
        let level = (c * d - b * e) / determinant;
        let slope = (a * e - b * d) / determinant;
        let left = wanted.iter().zip(&ones).zip(&line);
        let left = left.map(|((value, one), time)| (value - level * one - slope * time).powi(2));
        let of_noise = self.correlations.iter().map(|r| (1.0 - r * r).ln());
        (left.sum(), of_noise.sum::<f64>() + determinant.ln())
    }

    /// The variance of a weighted sum of noise with variance 1.
    fn variance_of(&self, weights: &[f64]) -> f64 {
        let mut variance = 0.0;
        // What all later ones share with this one.
        let mut later = 0.0;
        for (at, weight) in weights.iter().enumerate().rev() {
            later *= self.correlations.get(at).copied().unwrap_or(0.0);
            variance += weight * weight + 2.0 * weight * later;
            later += weight;
        }
        variance
    }
}

fn dot(left: &[f64], right: &[f64]) -> f64 {
    left.iter().zip(right).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::{Lasting, Wandering};

    #[test]
    fn variance_of_a_sum_is_that_of_its_covariances() {
        let times = [0.0, 1.0, 2.5, 3.0];
        let weights = [-1.0, 0.5, 0.25, 0.25];
        let noise = Lasting::new(&times, 1.0, 0.5);
        let mut expected = 0.0;
        for (one, a) in times.iter().zip(weights) {
            for (other, b) in times.iter().zip(weights) {
                expected += a * b * 0.5_f64.powf((one - other).abs());
            }
        }
        assert!((noise.variance_of(&weights) - expected).abs() < 1e-12);
    }

    #[test]
    fn a_line_without_noise_is_sure() {
        let times = [0.0, 1.0, 2.0, 3.0];
        let values = times.map(|time| 3.0 * time + 7.0);
        let found = Wandering::of(&times, &values, &[-0.3, -0.1, 0.1, 0.3]).unwrap();
        assert_eq!(found.deviation(0.025), 0.0);
        assert_eq!((found.at_least(0.1), found.at_least(0.0)), (0.0, 1.0));
    }

    #[test]
    fn what_a_value_has_from_the_one_before_is_taken_out() {
        // (second - r first) / sqrt(1 - r^2), r being one half to the power of the time between.
        let noise = Lasting::new(&[0.0, 1.0, 3.0], 1.0, 0.5);
        let white = noise.whitened(&[8.0, 10.0, 4.0]);
        let expected = [8.0, 6.0 / 0.75_f64.sqrt(), 1.5 / 0.9375_f64.sqrt()];
        for (found, expected) in white.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-12, "{white:?}");
        }
        let independent = Lasting::new(&[0.0, 1.0, 3.0], 1.0, 0.0);
        assert_eq!(independent.whitened(&[8.0, 10.0, 4.0]), [8.0, 10.0, 4.0]);
    }

    #[test]
    fn the_unit_of_time_does_not_matter() {
        let values = [3.0, 3.4, 2.9, 4.1, 4.4, 3.8, 5.2];
        let weights = [-0.3, -0.2, -0.1, 0.0, 0.1, 0.2, 0.3];
        let scales = |unit: f64| {
            let times: Vec<f64> = (0..values.len()).map(|at| at as f64 * unit).collect();
            Wandering::of(&times, &values, &weights).unwrap().scales
        };
        // Of independent noise: the squares around the line, 1.18536, by five degrees and the squares of the weights.
        let independent = scales(1.0)[0].0;
        assert!(
            (independent - 0.257_643_164_085_523_6).abs() < 1e-12,
            "{independent}"
        );
        for ((a, b), (c, d)) in scales(1.0).iter().zip(scales(7.3)) {
            assert!(
                (a - c).abs() < 1e-9 && (b - d).abs() < 1e-9,
                "{a} {b} {c} {d}"
            );
        }
    }
}
