//! The Theil-Sen slope: the median of the slopes of all pairs of points.
//!
//! Source: Theil 1950, Sen 1968.

use super::inversions::inversions;
use super::numeric::median;

/// Longest series of which all slopes are written down; of 10,000 values they would take gigabytes.
const WRITTEN_UP_TO: usize = 256;

/// The slope is looked for up to this part of the distance between the smallest and the largest.
const PRECISION: f64 = 1e-12;

/// The median of the slopes of all pairs of points (time, value) with a later second time; `None` when there is no such
/// pair. Of more than 256 points whose times increase it is found by how many slopes are smaller than a guess, which
/// takes no memory and n log n steps for each.
pub(crate) fn theil_sen_slope(points: &[(f64, f64)]) -> Option<f64> {
    let is_increasing = points.windows(2).all(|pair| pair[0].0 < pair[1].0);
    match points.len() > WRITTEN_UP_TO && is_increasing {
        true => Some(median_by_guesses(points)),
        false => median(&slopes(points)),
    }
}

fn slopes(points: &[(f64, f64)]) -> Vec<f64> {
    let mut slopes = Vec::with_capacity(points.len() * points.len().saturating_sub(1) / 2);
    for (index, &(time, value)) in points.iter().enumerate() {
        for &(later_time, later_value) in &points[index + 1..] {
            if later_time > time {
                slopes.push((later_value - value) / (later_time - time));
            }
        }
    }
    slopes
}

fn median_by_guesses(points: &[(f64, f64)]) -> f64 {
    let pairs = points.len() as u64 * (points.len() as u64 - 1) / 2;
    // Of an even number the two in the middle are as good as one, among so many.
    let (rank, sure) = (pairs / 2, (pairs - 1) / 2);
    if below(points, 0.0) <= sure && pairs - above(points, 0.0) > rank {
        return 0.0;
    }
    // No slope is steeper than the steepest from one point to the next.
    let steps = points
        .windows(2)
        .map(|pair| (pair[1].1 - pair[0].1) / (pair[1].0 - pair[0].0));
    let (mut low, mut high) = steps.fold((f64::MAX, f64::MIN), |(low, high), step| {
        (low.min(step), high.max(step))
    });
    let enough = PRECISION * (high - low);
    while high - low > enough {
        let guess = 0.5 * (low + high);
        if guess <= low || guess >= high {
            break; // There is no number between the two.
        }
        match below(points, guess) <= rank {
            true => low = guess,
            false => high = guess,
        }
    }
    0.5 * (low + high)
}

/// How many slopes are smaller: pairs that fall where the slope is taken out.
fn below(points: &[(f64, f64)], slope: f64) -> u64 {
    inversions(without(points, slope))
}

/// How many slopes are larger.
fn above(points: &[(f64, f64)], slope: f64) -> u64 {
    inversions(without(points, slope).map(|value| -value))
}

fn without(points: &[(f64, f64)], slope: f64) -> impl Iterator<Item = f64> {
    let start = points.first().copied().unwrap_or_default();
    let rest = move |&(time, value): &(f64, f64)| (value - start.1) - slope * (time - start.0);
    points.iter().map(rest)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Times that are no even steps, and values of a kind.
    fn points(steps: &[(u8, i16)], scale: f64) -> Vec<(f64, f64)> {
        let mut time = 0.0;
        let point = |&(step, value): &(u8, i16)| {
            time += 1.0 + f64::from(step);
            (time, scale * f64::from(value))
        };
        steps.iter().map(point).collect()
    }

    proptest! {
        #[test]
        fn guesses_lead_to_the_median(
            steps in proptest::collection::vec((any::<u8>(), -300_i16..300), 2..80),
            scale in prop_oneof![Just(1.0), Just(4096.0), Just(0.001)],
        ) {
            let points = points(&steps, scale);
            let mut all = slopes(&points);
            all.sort_by(f64::total_cmp);
            let found = median_by_guesses(&points);
            let (low, high) = (all[(all.len() - 1) / 2], all[all.len() / 2]);
            let close = 1e-11 * (all[all.len() - 1] - all[0]).max(scale);
            prop_assert!(low - close <= found && found <= high + close, "{found} {low} {high}");
        }
    }

    #[test]
    fn a_level_that_mostly_stays_has_no_slope() {
        let values: Vec<(u8, i16)> = (0..3000).map(|at| (1, i16::from(at % 50 == 7))).collect();
        assert_eq!(theil_sen_slope(&points(&values, 1.0)), Some(0.0));
    }

    #[test]
    fn a_long_line_has_its_slope() {
        let line: Vec<(f64, f64)> = (0..5000)
            .map(|at| {
                (
                    f64::from(at) * 30.0,
                    1e9 + 7.5 * f64::from(at) + f64::from(at % 3),
                )
            })
            .collect();
        let slope = theil_sen_slope(&line).unwrap();
        assert!((slope - 0.25).abs() < 1e-9, "{slope}");
    }

    /// All slopes are the same but for rounding: no guess is between them.
    #[test]
    fn a_line_without_noise_has_an_end() {
        let line = |step: f64| -> Vec<(f64, f64)> {
            (0..2000)
                .map(f64::from)
                .map(|at| (at * step, 4096.0 * at))
                .collect()
        };
        for step in [1.0, 60.0, 0.1, 1.0 / 3.0] {
            let slope = theil_sen_slope(&line(step)).unwrap();
            assert!((slope * step / 4096.0 - 1.0).abs() < 1e-9, "{slope}");
        }
    }
}
