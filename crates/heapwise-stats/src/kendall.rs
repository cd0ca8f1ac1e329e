//! Monotone trend without a model: the Mann-Kendall test.
//!
//! Source: Mann 1945, Kendall 1955.

use super::inversions::inversions;
use super::normal::normal_sf;
use super::numeric::tie_sizes;

/// Longest series for which the exact null distribution is counted.
const EXACT_UP_TO: usize = 20;

/// Rises less falls over all pairs of values, the Mann-Kendall statistic S. What is no number is left out.
#[must_use]
pub fn kendall_statistic(values: &[f64]) -> i64 {
    let numbers = || values.iter().copied().filter(|value| !value.is_nan());
    let falls = inversions(numbers());
    let rises = inversions(numbers().map(|value| -value));
    rises as i64 - falls as i64
}

/// One-sided p value of "no trend" against a rise (Mann-Kendall); 1 for fewer than two values.
///
/// Exact by counting inversions up to 20 values without ties, otherwise normal with tie and
/// continuity correction. Three values cannot reach below 1/6, four 1/24, five 1/120.
#[must_use]
pub fn kendall_p_value_rise(values: &[f64]) -> f64 {
    kendall_p_value(values, kendall_statistic(values))
}

/// The p value of a rise for this statistic; the negated statistic gives that of a fall.
pub(crate) fn kendall_p_value(values: &[f64], statistic: i64) -> f64 {
    let length = values.len();
    if length < 2 {
        return 1.0;
    }
    let ties = tie_sizes(values);
    if length <= EXACT_UP_TO && ties.is_empty() {
        exact_p_value(length, statistic)
    } else {
        normal_p_value(length as f64, statistic, &ties)
    }
}

/// S = pairs - 2 inversions, so a large S is a small number of inversions.
fn exact_p_value(length: usize, statistic: i64) -> f64 {
    let counts = orders_by_inversions(length);
    let pairs = length * (length - 1) / 2;
    let inversions = (pairs as i64 - statistic) / 2;
    let tail: f64 = counts.iter().take(inversions as usize + 1).sum();
    tail / counts.iter().sum::<f64>()
}

/// Number of orders of `length` different values with each number of inversions.
fn orders_by_inversions(length: usize) -> Vec<f64> {
    let mut counts = vec![1.0];
    for inserted in 2..=length {
        let mut longer = vec![0.0; counts.len() + inserted - 1];
        for (inversions, count) in counts.iter().enumerate() {
            for passed in &mut longer[inversions..inversions + inserted] {
                *passed += count;
            }
        }
        counts = longer;
    }
    counts
}

fn normal_p_value(length: f64, statistic: i64, ties: &[f64]) -> f64 {
    let spread = |n: f64| n * (n - 1.0) * (2.0 * n + 5.0);
    let variance = (spread(length) - ties.iter().map(|&t| spread(t)).sum::<f64>()) / 18.0;
    if variance <= 0.0 {
        return 1.0;
    }
    normal_sf((statistic - statistic.signum()) as f64 / variance.sqrt())
}
