//! The Mann-Whitney U test, for those who want benchstat's answer.
//!
//! It needs four profiles per side to reach 5% at all, and about ten to survive an adjustment for many
//! sites; with fewer, the moderated test on the same profiles decides where this one cannot.

use super::normal::normal_sf;
use super::numeric::tie_sizes;

/// Largest sample for which the exact distribution is counted.
const EXACT_UP_TO: usize = 50;

/// Two-sided p value of "both samples come from one distribution". `None` when a sample is empty or
/// holds a value that is not a number.
///
/// Without ties, and up to 50 values a side, the exact distribution of U is counted; otherwise the
/// normal approximation with tie and continuity correction is used.
///
/// Source: Mann and Whitney 1947.
#[must_use]
pub fn mann_whitney_p_value(before: &[f64], after: &[f64]) -> Option<f64> {
    if before.is_empty() || after.is_empty() {
        return None;
    }
    if before.iter().chain(after).any(|value| value.is_nan()) {
        return None;
    }
    let tied = tie_sizes(&[before, after].concat());
    let twice_u = twice_statistic(before, after);
    let exact = tied.is_empty() && before.len().max(after.len()) <= EXACT_UP_TO;
    Some(if exact {
        exact_p_value(before.len(), after.len(), twice_u / 2)
    } else {
        normal_p_value(
            before.len() as f64,
            after.len() as f64,
            twice_u as f64 / 2.0,
            &tied,
        )
    })
}

/// Twice U: 2 for every pair with the larger value after, 1 for every tie.
fn twice_statistic(before: &[f64], after: &[f64]) -> usize {
    let pairs = before
        .iter()
        .flat_map(|b| after.iter().map(move |a| (b, a)));
    pairs
        .map(|(b, a)| usize::from(a > b) + usize::from(a >= b))
        .sum()
}

fn exact_p_value(before: usize, after: usize, u: usize) -> f64 {
    let counts = arrangements_by_statistic(before, after);
    let smaller = u.min(before * after - u);
    let all: f64 = counts.iter().sum();
    let tail: f64 = counts.iter().take(smaller + 1).sum();
    (2.0 * tail / all).min(1.0)
}

/// How many orders of the values give each U.
///
/// The largest value of all is either one from after, which beats all `before` values, or one from before,
/// which beats nothing: f(b, a, u) = f(b, a - 1, u - b) + f(b - 1, a, u). All terms are positive, so
/// nothing cancels. `rows[b]` holds f(b, a, .) for the number a of after values reached so far.
fn arrangements_by_statistic(before: usize, after: usize) -> Vec<f64> {
    let mut none = vec![0.0; before * after + 1];
    none[0] = 1.0;
    let mut rows = vec![none; before + 1];
    for _ in 0..after {
        for b in 1..=before {
            let (fewer, rest) = rows.split_at_mut(b);
            let (fewer, row) = (&fewer[b - 1], &mut rest[0]);
            for u in (0..row.len()).rev() {
                let beating_all = if u >= b { row[u - b] } else { 0.0 };
                row[u] = beating_all + fewer[u];
            }
        }
    }
    rows.swap_remove(before)
}

fn normal_p_value(before: f64, after: f64, u: f64, tied: &[f64]) -> f64 {
    let all = before + after;
    let ties: f64 = tied.iter().map(|t| t * t * t - t).sum();
    let spread = (all + 1.0)
        - if all > 1.0 {
            ties / (all * (all - 1.0))
        } else {
            0.0
        };
    let variance = before * after / 12.0 * spread;
    if variance <= 0.0 {
        return 1.0;
    }
    let deviation = ((u - 0.5 * before * after).abs() - 0.5).max(0.0);
    (2.0 * normal_sf(deviation / variance.sqrt())).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::normal_p_value;

    #[test]
    fn ties_take_from_the_variance() {
        // Three groups of twenty alike: 900/12 (61 - 3 (20^3 - 20) / (60 59)), and half a rank for what is not
        // continuous.
        let p = normal_p_value(30.0, 30.0, 300.0, &[20.0; 3]);
        assert!((p - 0.019_077_075_309_240_802).abs() < 1e-12, "{p}");
        // From both ends it is as far.
        let other = normal_p_value(30.0, 30.0, 600.0, &[20.0; 3]);
        assert!((other - p).abs() < 1e-15, "{other}");
        // In the middle, and where all are alike, nothing differs.
        assert!((normal_p_value(30.0, 30.0, 450.0, &[]) - 1.0).abs() < 1e-12);
        assert_eq!(normal_p_value(30.0, 30.0, 450.0, &[60.0]), 1.0);
    }

    #[test]
    fn ties_are_half_a_pair_each() {
        // 13 of 16 pairs; 16/12 (9 - (24 + 24) / (8 7)) and half a rank.
        let p = super::mann_whitney_p_value(&[1.0, 2.0, 2.0, 3.0], &[2.0, 3.0, 3.0, 4.0]).unwrap();
        assert!((p - 0.172_033_708_921_822_96).abs() < 1e-12, "{p}");
    }
}
