//! The confidence interval of one total.

use super::confidence::Confidence;
use super::mix::Mix;
use super::normal::{normal_density, normal_isf};
use super::numeric::{crossing, settled};
use super::quantity::Quantity;
use super::sampling::{SamplingRate, weight_of_small_blocks};
use super::skellam::{Cumulants, skellam_at_least, skellam_at_most};

/// Objects that may go unseen are not worth a word up to this part of the estimate.
const NEGLIGIBLE: f64 = 0.1;

/// An estimated total with its sampling error, in bytes or objects.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The unbiased estimate; zero when nothing was sampled.
    pub value: f64,
    /// Standard error of `value`; zero when exact, `None` when nothing was sampled at a rate that
    /// misses blocks.
    pub standard_error: Option<f64>,
    /// Lower limit, at least what was seen.
    pub low: f64,
    /// Upper limit, never less than `value` and what may go unseen. `None` when there is none: objects of
    /// which not one was sampled.
    pub high: Option<f64>,
    /// Whether `high` reaches its confidence level. Bytes always do. Objects do where as many of the
    /// smallest blocks as may go unseen are at most a tenth of `value`; elsewhere show `value` as "or
    /// more".
    pub high_is_reliable: bool,
    /// Number of sampled blocks.
    pub sampled: u64,
}

/// Estimate and interval of the total of a mix.
///
/// A true total t is kept in the interval while noise as large as the observed deviation has at least
/// half of one minus the level in its tail; the noise at t has the observed cumulants times
/// t/estimate. For blocks much smaller than the rate this is the exact Poisson interval.
///
/// Without a sample the upper limit is -ln(tail) effective samples: 3.7 rates of bytes at 95%. So many
/// bytes of small blocks may have gone unseen beside any number of large ones: the upper limit of bytes is
/// not less than the estimate and these, and that of objects has as many of the smallest blocks added.
///
/// Source: Garwood 1936 for the Poisson limit; see `skellam.rs` for the noise.
#[must_use]
pub fn estimate(mix: &Mix, quantity: Quantity, confidence: Confidence) -> Estimate {
    if mix.is_empty() {
        return estimate_unsampled(mix, quantity, confidence);
    }
    let sums = mix.sums(quantity);
    let (value, cumulants) = (sums.total, sums.noise);
    let unseen = unseen(mix.rate(), quantity, confidence);
    let (mut low, mut high) = (value, value);
    if cumulants.second > 0.0 {
        let total = Total { value, cumulants };
        let tail = Tail::new(confidence.each_tail());
        low = total.lower(sums.seen, &tail);
        high = total.upper(&tail);
    }
    Estimate {
        value,
        standard_error: Some(cumulants.second.sqrt()),
        low,
        high: Some(match quantity {
            Quantity::Bytes => high.max(value + unseen),
            Quantity::Objects => high + unseen,
        }),
        high_is_reliable: match quantity {
            Quantity::Bytes => true,
            Quantity::Objects => unseen <= NEGLIGIBLE * value,
        },
        sampled: mix.samples(),
    }
}

fn estimate_unsampled(mix: &Mix, quantity: Quantity, confidence: Confidence) -> Estimate {
    let exact = mix.rate().records_everything();
    let high =
        (exact || quantity == Quantity::Bytes).then(|| unseen(mix.rate(), quantity, confidence));
    Estimate {
        value: 0.0,
        standard_error: exact.then_some(0.0),
        low: 0.0,
        high,
        high_is_reliable: high.is_some(),
        sampled: 0,
    }
}

/// How much there may be of which no sample was taken: the most that leaves none of it with half of one
/// minus the confidence, 3.7 rates of bytes at 95 %. In objects, so many bytes of the smallest blocks.
/// Zero where every block is recorded.
///
/// N blocks of `a` bytes are all missed with chance exp(-N a / rate), whatever their sizes.
#[must_use]
pub fn unseen(rate: SamplingRate, quantity: Quantity, confidence: Confidence) -> f64 {
    -confidence.each_tail().ln() * weight_of_small_blocks(rate, quantity)
}

/// The limits of a weighted sum of sampled counts with the cumulants of its noise, of which `seen` is certain.
pub(crate) fn limits_of(
    value: f64,
    seen: f64,
    cumulants: Cumulants,
    confidence: Confidence,
) -> (f64, f64) {
    if cumulants.second <= 0.0 || value <= 0.0 {
        return (value, value);
    }
    let tail = Tail::new(confidence.each_tail());
    let total = Total { value, cumulants };
    (total.lower(seen, &tail), total.upper(&tail))
}

/// A total with the cumulants of its noise at the estimate.
struct Total {
    value: f64,
    cumulants: Cumulants,
}

/// The chance that an interval leaves on one side, with the normal deviate that has it.
struct Tail {
    chance: f64,
    deviate: f64,
}

/// Which limit of the interval.
#[derive(Clone, Copy, PartialEq)]
enum Limit {
    Lower,
    Upper,
}

impl Tail {
    fn new(chance: f64) -> Tail {
        Tail {
            chance,
            deviate: normal_isf(chance),
        }
    }
}

impl Total {
    /// Logarithm of the tail of the noise when the truth is `truth`, over that of the limit; rises
    /// with the truth for the lower limit and falls for the upper.
    fn excess(&self, limit: Limit, truth: f64, tail: &Tail) -> f64 {
        let factor = truth / self.value;
        let cumulants = Cumulants {
            second: self.cumulants.second * factor,
            third: self.cumulants.third * factor,
            fourth: self.cumulants.fourth * factor,
        };
        let observed = self.value - truth;
        let chance = match limit {
            Limit::Lower => skellam_at_least(observed, cumulants),
            Limit::Upper => skellam_at_most(observed, cumulants),
        };
        (chance / tail.chance).ln()
    }

    fn lower(&self, seen: f64, tail: &Tail) -> f64 {
        let limit = self.near_guess(Limit::Lower, tail);
        if let Some(limit) = limit.filter(|&limit| limit > seen) {
            return limit;
        }
        if self.excess(Limit::Lower, seen, tail) >= 0.0 {
            return seen;
        }
        crossing(seen, self.value, |truth| {
            self.excess(Limit::Lower, truth, tail)
        })
    }

    fn upper(&self, tail: &Tail) -> f64 {
        if let Some(limit) = self.near_guess(Limit::Upper, tail) {
            return limit;
        }
        let mut reach = 10.0 * self.cumulants.second.sqrt() + 1.0;
        for _ in 0..64 {
            if self.excess(Limit::Upper, self.value + reach, tail) <= 0.0 {
                break;
            }
            reach *= 2.0;
        }
        crossing(self.value, self.value + reach, |truth| {
            self.excess(Limit::Upper, truth, tail)
        })
    }

    /// The limit, found from a guess close to it. `None` where the guess is not close enough.
    fn near_guess(&self, limit: Limit, tail: &Tail) -> Option<f64> {
        let guess = self.value * self.guess(limit, tail)?;
        let deviation = (self.cumulants.second * guess / self.value).sqrt();
        // How the deviate of the observed value changes with the truth.
        let steepness = (1.0 + 0.5 * (self.value - guess) / guess) / deviation;
        let slope = normal_density(tail.deviate) / tail.chance * steepness;
        let slope = match limit {
            Limit::Lower => slope,
            Limit::Upper => -slope,
        };
        let excess = |truth| self.excess(limit, truth, tail);
        settled(guess, slope, deviation, excess).filter(|&found| match limit {
            Limit::Lower => found <= self.value,
            Limit::Upper => found >= self.value,
        })
    }

    /// The limit over the estimate, to some thousandths of a standard error from ten samples on.
    ///
    /// In units of the weight of one event the noise at f times the estimate has the variance L f and
    /// the third cumulant s L f. Cornish and Fisher's expansion of its quantile, with the correction of
    /// a lattice, is then an equation for the root of f, which is quadratic but for its last term.
    ///
    /// Source: Cornish and Fisher 1938; for the lattice see `skellam_large.rs`.
    fn guess(&self, limit: Limit, tail: &Tail) -> Option<f64> {
        let Cumulants {
            second,
            third,
            fourth,
        } = self.cumulants;
        let weight = (fourth / second).sqrt();
        let (count, variance) = (self.value / weight, second / (weight * weight));
        let lean = third / (second * weight);
        let sign = match limit {
            Limit::Lower => -1.0,
            Limit::Upper => 1.0,
        };
        let z = tail.deviate;
        let linear = sign * z * variance.sqrt();
        let constant = count + 0.5 * sign - lean * (z * z - 1.0) / 6.0;
        let last = lean * lean * z * (2.0 * z * z - 5.0) / 36.0 - z * (z * z - 4.0) / 24.0;
        let root = |constant: f64| {
            (linear + (linear * linear + 4.0 * count * constant).sqrt()) / (2.0 * count)
        };
        let first = root(constant);
        let second = root(constant - sign * last / (variance.sqrt() * first));
        (first > 0.0 && second > 0.0 && second.is_finite()).then_some(second * second)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SamplingRate;

    /// Totals of few and many samples of blocks smaller, as large as, and larger than the rate.
    fn totals() -> Vec<(Total, f64)> {
        let rate = SamplingRate::new(512 << 10).unwrap();
        let mut totals = Vec::new();
        for samples in [1, 2, 3, 5, 10, 40, 200, 1000, 5000, 100_000] {
            for sizes in [
                &[16][..],
                &[4096],
                &[200_000],
                &[400_000],
                &[2_000_000],
                &[6_000_000],
                &[8, 1024, 524_288, 5_000_000],
                &[32, 65_536],
            ] {
                let records = sizes.iter().map(|&size| (size, samples));
                for quantity in [Quantity::Bytes, Quantity::Objects] {
                    let sums = Mix::from_records(rate, records.clone()).sums(quantity);
                    let total = Total {
                        value: sums.total,
                        cumulants: sums.noise,
                    };
                    totals.push((total, sums.seen));
                }
            }
        }
        totals
    }

    #[test]
    fn the_guess_leads_to_the_limit_that_a_search_finds() {
        let mut settled = 0;
        let totals = totals();
        for chance in [0.05, 0.025, 0.0005] {
            let tail = Tail::new(chance);
            for (total, seen) in &totals {
                let search = |limit, low, high| {
                    crossing(low, high, |truth| total.excess(limit, truth, &tail))
                };
                let reach = 60.0 * total.cumulants.second.sqrt() + total.value;
                let high = search(Limit::Upper, total.value, total.value + reach);
                let low = search(Limit::Lower, *seen, total.value);
                for (limit, found, expected) in [
                    (Limit::Upper, total.upper(&tail), high),
                    (Limit::Lower, total.lower(*seen, &tail), low),
                ] {
                    let error = (found - expected).abs() / total.value;
                    assert!(error < 1e-9, "{found} is not {expected}, {chance}");
                    settled += usize::from(total.near_guess(limit, &tail).is_some());
                }
            }
        }
        let limits = 6 * totals.len();
        assert!(settled > limits * 3 / 4, "{settled} of {limits}");
    }
}
