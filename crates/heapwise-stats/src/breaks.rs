//! Which breaks of a long series are worth a fit: by running sums each takes one step, not as many as there are values.

use std::ops::Range;

/// Longest series of which every break is fitted.
const FITTED_UP_TO: usize = 256;

/// What running sums may be wrong by, as a part of the squares around the mean, and at least.
const ROUNDING: (f64, f64) = (1e-10, 2e-9);

/// Of breaks that are equal but for rounding the first is wanted; so many are fitted.
const MOST: usize = 64;

/// Sums over all values before each place, of values less their mean.
struct Running {
    values: Vec<f64>,
    products: Vec<f64>,
    times: Vec<f64>,
    squares_of_times: Vec<f64>,
    /// Of all values.
    squares: f64,
}

impl Running {
    fn of(series: impl Iterator<Item = (f64, f64)> + Clone) -> Running {
        let count = series.clone().count() as f64;
        let mean = series.clone().map(|(_, value)| value).sum::<f64>() / count;
        let series = series.map(move |(time, value)| (time, value - mean));
        let sums = |part: fn(f64, f64) -> f64| {
            let before = series.clone().scan(0.0, |sum, (time, value)| {
                let before = *sum;
                *sum += part(time, value);
                Some(before)
            });
            before.collect()
        };
        Running {
            values: sums(|_, value| value),
            products: sums(|time, value| time * value),
            times: sums(|time, _| time),
            squares_of_times: sums(|time, _| time * time),
            squares: series.map(|(_, value)| value * value).sum(),
        }
    }

    /// By how much two levels, the second from `at` on, lessen the squares.
    fn explained_by_step(&self, at: usize) -> f64 {
        let (before, count) = (at as f64, self.values.len() as f64);
        self.values[at].powi(2) * count / (before * (count - before))
    }

    /// The same of a line that ends at `time`, that of the value `at`. Times start at 0.
    fn explained_by_ramp(&self, at: usize, time: f64) -> f64 {
        let (before, count) = (at as f64, self.values.len() as f64);
        let after = count - before;
        let sum = self.times[at] + after * time;
        let squares = self.squares_of_times[at] + after * time * time - sum * sum / count;
        // All values add up to 0: those from here on to less than nothing of those before.
        let product = self.products[at] - time * self.values[at];
        product * product / squares
    }
}

/// Where the second of two levels may begin.
pub(crate) fn of_step(values: &[f64]) -> Vec<usize> {
    let all = 1..values.len();
    if values.len() <= FITTED_UP_TO {
        return all.collect();
    }
    let sums = Running::of(values.iter().map(|&value| (0.0, value)));
    near_best(all, sums.squares, |at| sums.explained_by_step(at))
}

/// Where a line that starts with the series may end.
pub(crate) fn of_ramp_then_flat(times: &[f64], values: &[f64]) -> Vec<usize> {
    let all = 1..times.len().saturating_sub(1);
    if values.len() <= FITTED_UP_TO {
        return all.collect();
    }
    let since = |at: usize| times[at] - times[0];
    let series = (0..times.len()).map(|at| (since(at), values[at]));
    let sums = Running::of(series);
    near_best(all, sums.squares, |at| {
        sums.explained_by_ramp(at, since(at))
    })
}

/// Where a line that ends with the series may start: as the other, looked at from the end.
pub(crate) fn of_flat_then_ramp(times: &[f64], values: &[f64]) -> Vec<usize> {
    let backwards =
        |list: &[f64], sign: f64| -> Vec<f64> { list.iter().rev().map(|one| sign * one).collect() };
    let found = of_ramp_then_flat(&backwards(times, -1.0), &backwards(values, 1.0));
    let mirrored = found.into_iter().map(|at| times.len() - 1 - at);
    let mut mirrored: Vec<usize> = mirrored.collect();
    mirrored.sort_unstable();
    mirrored
}

fn near_best(all: Range<usize>, squares: f64, explained: impl Fn(usize) -> f64) -> Vec<usize> {
    let most = all.clone().map(&explained).fold(0.0, f64::max);
    let enough = most - (ROUNDING.0 * squares + ROUNDING.1);
    all.filter(|&at| explained(at) >= enough)
        .take(MOST)
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::shapes::{all_breaks, all_shapes};

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(60))]
        /// Long series with steps, ramps and noise: the same fits as of all breaks.
        #[test]
        fn what_is_not_fitted_is_not_best(
            steps in proptest::collection::vec(1_u16..400, 260..420),
            (bend, slope, jump) in (1_usize..250, -40_i32..40, -4000_i32..4000),
            noise in prop_oneof![Just(0_i64), 1_i64..300],
            scale in prop_oneof![Just(1.0), Just(524_288.0)],
        ) {
            let mut time = 1e9;
            let mut wave = 1_i64;
            let (times, values): (Vec<f64>, Vec<f64>) = steps.iter().enumerate().map(|(at, &step)| {
                time += f64::from(step);
                wave = (wave * 1_103_515_245 + 12_345) % 2_147_483_648;
                let noise = if noise == 0 { 0 } else { wave % noise };
                let ramp = i64::from(slope) * at.min(bend) as i64;
                let level = if at > bend { i64::from(jump) } else { 0 };
                (time, (ramp + level + noise) as f64 * scale)
            }).unzip();
            let found = all_shapes(&times, &values).map(|fit| (fit.at, fit.squares.to_bits()));
            let expected = all_breaks(&times, &values).map(|fit| (fit.at, fit.squares.to_bits()));
            prop_assert_eq!(found, expected);
        }
    }
}
