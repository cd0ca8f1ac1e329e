//! The sampled blocks of one site on one side, by block size: all that the statistics need to know.

use super::error::{Error, ErrorKind};
use super::quantity::Quantity;
use super::sampling::{SamplingRate, chances};
use super::skellam::Cumulants;

/// How many blocks of one size were sampled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct SampledSize {
    /// Block size in bytes, never zero.
    pub size: u64,
    /// Sampled blocks of this size, never zero.
    pub samples: u64,
}

/// The sampled blocks of any set of records (a site, a function, a whole profile) taken at one rate.
///
/// Additive: merging the mixes of two disjoint sets of records, or of two profiles, adds their counts.
/// A record that several stacks of a set share must be entered once only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mix {
    rate: SamplingRate,
    sizes: Vec<SampledSize>,
}

/// So many sizes are sorted at a time.
const PIECE: usize = 1024;

/// Each size once, the smallest first.
fn settle(sizes: &mut Vec<SampledSize>) {
    sizes.sort_unstable_by_key(|entry| entry.size);
    sizes.dedup_by(|later, kept| {
        let same = later.size == kept.size;
        if same {
            kept.samples = kept.samples.saturating_add(later.samples);
        }
        same
    });
}

impl Mix {
    /// A mix without samples.
    #[must_use]
    pub fn new(rate: SamplingRate) -> Self {
        Self {
            rate,
            sizes: Vec::new(),
        }
    }

    /// The mix of these (size, sampled count) records, in any order, with repetitions.
    #[must_use]
    pub fn from_records(rate: SamplingRate, records: impl IntoIterator<Item = (u64, u64)>) -> Self {
        let mut sizes: Vec<SampledSize> = records
            .into_iter()
            .filter(|&(size, samples)| size > 0 && samples > 0)
            .map(|(size, samples)| SampledSize { size, samples })
            .collect();
        settle(&mut sizes);
        Self { rate, sizes }
    }

    /// Adds `samples` sampled blocks of `size` bytes. Zero of either adds nothing.
    pub fn add(&mut self, size: u64, samples: u64) {
        if size == 0 || samples == 0 {
            return;
        }
        match self.sizes.binary_search_by_key(&size, |entry| entry.size) {
            Ok(found) => {
                let entry = &mut self.sizes[found];
                entry.samples = entry.samples.saturating_add(samples);
            }
            Err(place) => self.sizes.insert(place, SampledSize { size, samples }),
        }
    }

    /// Adds all samples of another mix.
    ///
    /// # Errors
    ///
    /// When the two were taken at different rates; this mix is then unchanged.
    pub fn merge(&mut self, other: &Self) -> Result<(), Error> {
        if self.rate != other.rate {
            return Err(Error::new(ErrorKind::RatesDiffer {
                into: self.rate,
                from: other.rate,
            }));
        }
        let all = self.sizes.iter().chain(&other.sizes);
        *self = Self::from_records(self.rate, all.map(|entry| (entry.size, entry.samples)));
        Ok(())
    }

    /// All samples of several mixes; `None` without a mix.
    ///
    /// # Errors
    ///
    /// When they were taken at different rates.
    pub fn sum<'a>(mixes: impl IntoIterator<Item = &'a Mix>) -> Result<Option<Self>, Error> {
        let mut sum: Option<Self> = None;
        // There may be very many, of the same few sizes: sorted in pieces, which together take no more memory than one.
        let mut most = PIECE;
        for mix in mixes {
            let Self { rate, sizes } = sum.get_or_insert_with(|| Self::new(mix.rate));
            if *rate != mix.rate {
                return Err(Error::new(ErrorKind::RatesDiffer {
                    into: *rate,
                    from: mix.rate,
                }));
            }
            sizes.extend_from_slice(&mix.sizes);
            if sizes.len() > most {
                settle(sizes);
                most = PIECE + 2 * sizes.len();
            }
        }
        if let Some(sum) = &mut sum {
            settle(&mut sum.sizes);
            sum.sizes.shrink_to_fit();
        }
        Ok(sum)
    }

    /// The rate the samples were taken at.
    #[must_use]
    pub fn rate(&self) -> SamplingRate {
        self.rate
    }

    /// The sampled sizes, smallest first, each once.
    #[must_use]
    pub fn sizes(&self) -> &[SampledSize] {
        &self.sizes
    }

    /// Number of sampled blocks.
    #[must_use]
    pub fn samples(&self) -> u64 {
        self.sizes
            .iter()
            .fold(0, |sum, entry| sum.saturating_add(entry.samples))
    }

    /// Whether nothing was sampled.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sizes.is_empty()
    }

    /// The unbiased estimate of the total: the sum of sampled count times weight, in bytes or objects.
    #[must_use]
    pub fn total(&self, quantity: Quantity) -> f64 {
        self.sums(quantity).total
    }

    /// The unbiased estimate of the total's sampling variance: the sum of w^2 n q. Zero when every
    /// block was certain to be sampled.
    #[must_use]
    pub fn variance(&self, quantity: Quantity) -> f64 {
        self.sums(quantity).noise.second
    }

    /// What the samples alone amount to; the true total cannot be less.
    #[must_use]
    pub fn seen(&self, quantity: Quantity) -> f64 {
        self.sums(quantity).seen
    }

    /// What one effective sample stands for, variance / total; at most the rate, for bytes. `None`
    /// when nothing was sampled.
    #[must_use]
    pub fn kappa(&self, quantity: Quantity) -> Option<f64> {
        let sums = self.sums(quantity);
        (!self.is_empty()).then(|| sums.noise.second / sums.total)
    }

    /// The number of equally weighted rare samples that would be as precise, total^2 / variance: the
    /// relative standard error is one over its square root. Zero when nothing was sampled, `None`
    /// when the total is exact.
    #[must_use]
    pub fn effective_samples(&self, quantity: Quantity) -> Option<f64> {
        if self.is_empty() {
            return Some(0.0);
        }
        let sums = self.sums(quantity);
        (sums.noise.second > 0.0).then(|| sums.total.powi(2) / sums.noise.second)
    }

    /// Whether there are samples and none of them could have been missed. Where not every block is
    /// recorded there may still be small ones beside them; see [`crate::unseen`].
    #[must_use]
    pub fn is_exact(&self, quantity: Quantity) -> bool {
        self.effective_samples(quantity).is_none()
    }

    /// The sums that everything else follows from.
    pub(crate) fn sums(&self, quantity: Quantity) -> Sums {
        let mut sums = Sums::default();
        for entry in &self.sizes {
            let (hit, miss) = chances(entry.size, self.rate);
            let unit = quantity.of_block(entry.size);
            let samples = entry.samples as f64;
            sums.total += unit / hit * samples;
            sums.seen += unit * samples;
            sums.noise
                .add_binomial(unit / hit, samples * miss, miss - hit);
        }
        sums
    }
}

/// Sums over the sampled blocks of a mix, in bytes or objects.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Sums {
    /// The unbiased estimate of the total.
    pub(crate) total: f64,
    /// What the samples alone amount to.
    pub(crate) seen: f64,
    /// Cumulants of the sampling noise of the total, with the sampled counts as intensities.
    pub(crate) noise: Cumulants,
}

impl Cumulants {
    /// Adds the noise of a binomial count with variance `variance` and third cumulant `variance * lean`,
    /// each hit weighing `weight`.
    pub(crate) fn add_binomial(&mut self, weight: f64, variance: f64, lean: f64) {
        let square = weight * weight * variance;
        self.second += square;
        self.third += square * weight * lean;
        self.fourth += square * weight * weight;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adding_one_by_one_is_adding_at_once() {
        let rate = SamplingRate::new(524_288).unwrap();
        let records = [(64, 3), (0, 5), (16, 0), (16, 2), (64, 1), (4096, 7)];
        let mut mix = Mix::new(rate);
        for (size, samples) in records {
            mix.add(size, samples);
        }
        assert_eq!(mix, Mix::from_records(rate, records));
        assert_eq!(mix.samples(), 13);
    }

    #[test]
    fn a_sum_is_that_of_adding_one_by_one() {
        let rate = SamplingRate::new(524_288).unwrap();
        assert_eq!(Mix::sum([]).unwrap(), None);
        // More than one piece of sizes, and more sizes than one piece.
        for sizes in [7, 5000] {
            let mixes: Vec<Mix> = (0..1000_u64)
                .map(|at| {
                    let records = (0..9).map(|one| (1 + (at * 31 + one * 17) % sizes, 1 + one));
                    Mix::from_records(rate, records)
                })
                .collect();
            let mut added = Mix::new(rate);
            for entry in mixes.iter().flat_map(Mix::sizes) {
                added.add(entry.size, entry.samples);
            }
            assert_eq!(Mix::sum(&mixes).unwrap(), Some(added));
        }
        let other = Mix::new(SamplingRate::new(1).unwrap());
        assert!(Mix::sum([&Mix::new(rate), &other]).is_err());
    }
}
