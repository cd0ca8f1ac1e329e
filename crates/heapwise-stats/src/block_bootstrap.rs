//! How far off a sum or quantile of a series may be whose values depend on those before them.
//!
//! Blocks of neighbouring values are drawn with replacement and put one behind the other, so that what hangs together
//! stays together within a block; the spread of the statistic over many such series is its error. Source: Künsch 1989
//! (moving blocks); Politis and White 2004, with the correction by Patton, Politis and White 2009, for the length of
//! the blocks. Draws are the same for equal input.

use super::splitmix::SplitMix;

/// Series that are drawn.
const DRAWS: usize = 400;
/// A series has so many blocks at least, whatever its autocorrelation.
const FEWEST_BLOCKS: usize = 4;

/// What blocks tell of the logarithm of a statistic.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Spread {
    /// Variance of the logarithm.
    pub(crate) variance: f64,
    /// Length of the blocks.
    pub(crate) block: usize,
}

/// Variance of the logarithm of `statistic`, which is given the places of a drawn series and is to be above 0: `None`
/// where it is not. `signs` are the values that tell how strongly the series hangs together.
pub(crate) fn log_spread(
    signs: &[f64],
    mut statistic: impl FnMut(&[usize]) -> Option<f64>,
) -> Option<Spread> {
    let count = signs.len();
    let block = block_length(signs);
    let starts = count.checked_sub(block)? + 1;
    let mut random = SplitMix::new(count as u64);
    let mut places = Vec::with_capacity(count + block);
    let mut logs = Vec::with_capacity(DRAWS);
    for _ in 0..DRAWS {
        places.clear();
        while places.len() < count {
            let start = random.below(starts);
            places.extend(start..start + block);
        }
        places.truncate(count);
        let value = statistic(&places).filter(|&value| value > 0.0 && value.is_finite())?;
        logs.push(value.ln());
    }
    let mean = logs.iter().sum::<f64>() / DRAWS as f64;
    let squares: f64 = logs.iter().map(|log| (log - mean).powi(2)).sum();
    // A block varies around the mean of its own series, of which it is a part.
    let shrunk = 1.0 - block as f64 / count as f64;
    let drawn = squares / (DRAWS - 1) as f64 / shrunk;
    Some(Spread {
        variance: drawn * short_of(signs, block),
        block,
    })
}

/// By what variances from blocks are too small for a series that hangs together beyond them: what an autoregressive
/// series of the first order has, over what blocks of this length see of it.
///
/// `(1+r)/(1-r)` over `(1+r)/(1-r) - 2r(1-r^b)/(b(1-r)^2)` (the variance of a mean of `b` values, times `b`), with `r`
/// corrected for its bias (Kendall 1954): `r + (1+4r)/n`.
fn short_of(signs: &[f64], block: usize) -> f64 {
    const STRONGEST: f64 = 0.95;
    let count = signs.len() as f64;
    let raw = autocorrelations(signs, 1).first().copied().unwrap_or(0.0);
    let r = (raw + (1.0 + 4.0 * raw) / count).clamp(0.0, STRONGEST);
    let length = block as f64;
    let whole = (1.0 + r) / (1.0 - r);
    let seen = whole - 2.0 * r * (1.0 - r.powf(length)) / (length * (1.0 - r).powi(2));
    (whole / seen).max(1.0)
}

/// Length of the blocks: `(3/2 · (G/g)²·n)^(1/3)` of Politis and White, which is 1 for independent values, but no less
/// than `n^(1/3)` and no more than a fourth of the series.
pub(crate) fn block_length(series: &[f64]) -> usize {
    let count = series.len();
    let least = (count as f64).cbrt().ceil();
    let most = (count / FEWEST_BLOCKS).max(1) as f64;
    let best = automatic_length(series).unwrap_or(least);
    best.ceil().max(least).min(most) as usize
}

fn automatic_length(series: &[f64]) -> Option<f64> {
    let count = series.len() as f64;
    let run = count.log10().sqrt().max(5.0) as usize;
    let limit = 2.0 * (count.log10() / count).sqrt();
    let longest = (count.sqrt().ceil() as usize + run).min(series.len().checked_sub(2)?);
    let correlations = autocorrelations(series, 2 * longest);
    let is_small = |lag: &f64| lag.abs() < limit;
    let starts = 0..longest;
    let quiet = starts.into_iter().find(|&from| {
        let after = correlations.iter().skip(from).take(run);
        after.clone().all(&is_small)
    });
    let window = 2 * quiet.unwrap_or(longest).max(1);
    // A flat top that falls to 0 from half of the window on.
    let weight = |lag: usize| (2.0 * (1.0 - lag as f64 / window as f64)).clamp(0.0, 1.0);
    let lags = correlations.iter().take(window).enumerate();
    let (mut slope, mut whole) = (0.0, 1.0);
    for (at, correlation) in lags {
        let part = 2.0 * weight(at + 1) * correlation;
        slope += part * (at + 1) as f64;
        whole += part;
    }
    (whole > 0.0).then(|| (1.5 * (slope / whole).powi(2) * count).cbrt())
}

/// Autocorrelations from lag 1 on.
fn autocorrelations(series: &[f64], most: usize) -> Vec<f64> {
    let mean = series.iter().sum::<f64>() / series.len().max(1) as f64;
    let centred: Vec<f64> = series.iter().map(|value| value - mean).collect();
    let squares: f64 = centred.iter().map(|value| value * value).sum();
    let at_lag = |lag: usize| {
        let pairs = centred.iter().zip(centred.iter().skip(lag));
        let sum: f64 = pairs.map(|(one, other)| one * other).sum();
        if squares > 0.0 { sum / squares } else { 0.0 }
    };
    let most = most.min(series.len().saturating_sub(1));
    (1..=most).map(at_lag).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_grow_with_what_hangs_together() {
        let mut random = SplitMix::new(7);
        let mut independent = Vec::new();
        let mut dependent = Vec::new();
        let mut last = 0.0;
        for _ in 0..400 {
            let noise = random.unit() - 0.5;
            independent.push(noise);
            last = 0.8 * last + noise;
            dependent.push(last);
        }
        assert_eq!(block_length(&independent), 8);
        assert!(
            block_length(&dependent) > 12,
            "{}",
            block_length(&dependent)
        );
        assert_eq!(block_length(&[1.0; 8]), 2);
        assert_eq!(block_length(&[1.0]), 1);
    }

    #[test]
    fn the_error_of_a_mean_is_that_of_independent_values() {
        let mut random = SplitMix::new(3);
        let values: Vec<f64> = (0..400).map(|_| 10.0 + random.unit()).collect();
        let mean = |places: &[usize]| {
            let sum: f64 = places.iter().map(|&at| values[at]).sum();
            Some(sum / places.len() as f64)
        };
        let spread = log_spread(&values, mean).expect("is above 0");
        let expected = (1.0 / 12.0 / 400.0) / 10.5_f64.powi(2);
        let ratio = spread.variance / expected;
        assert!((0.7..1.5).contains(&ratio), "{ratio}");
        assert_eq!(log_spread(&values, |_| Some(0.0)), None);
    }
}
