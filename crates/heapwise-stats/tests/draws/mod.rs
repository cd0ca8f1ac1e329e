//! Random profiles of known truth, the same on every run.

use heapwise_stats::{Mix, SamplingRate, SizeClass};

/// SplitMix64 (Steele, Lea and Flood 2014).
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Uniform, at least zero and less than one.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Standard normal (Box and Muller 1958).
    pub(crate) fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.unit()).cos()
    }

    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for at in (1..items.len()).rev() {
            let other = self.next() % (at as u64 + 1);
            items.swap(at, other as usize);
        }
    }

    /// How many of a Poisson process's events happen where `mean` are expected.
    pub(crate) fn poisson(&mut self, mean: f64) -> u64 {
        let mut left = mean;
        let mut events = 0;
        // The gaps between events, in steps that the exponential can hold.
        while left > 0.0 {
            let part = left.min(500.0);
            let floor = (-part).exp();
            let mut product = self.unit();
            while product > floor {
                events += 1;
                product *= self.unit();
            }
            left -= part;
        }
        events
    }

    /// How many of `trials` succeed with this `chance`.
    fn binomial(&mut self, trials: u64, chance: f64) -> u64 {
        if chance >= 1.0 {
            return trials;
        }
        if chance < 0.01 && trials > 1000 {
            return self.poisson(trials as f64 * chance);
        }
        (0..trials).filter(|_| self.unit() < chance).count() as u64
    }

    /// What the sampler records of so many blocks of each size: `(size, blocks)`.
    pub(crate) fn sampled(&mut self, blocks: &[(u64, u64)], rate: SamplingRate) -> Mix {
        let records: Vec<_> = blocks
            .iter()
            .filter_map(|&(size, blocks)| {
                let chance = SizeClass::new(size, rate)?.hit_chance();
                Some((size, self.binomial(blocks, chance)))
            })
            .collect();
        Mix::from_records(rate, records)
    }
}

/// Blocks of these sizes, each with the same part of the bytes, of which `samples` are expected in all.
pub(crate) fn blocks_for(samples: f64, sizes: &[u64], rate: SamplingRate) -> Vec<(u64, u64)> {
    let per_byte: f64 = sizes
        .iter()
        .filter_map(|&size| Some(SizeClass::new(size, rate)?.hit_chance() / size as f64))
        .sum();
    let bytes = samples / per_byte;
    sizes
        .iter()
        .map(|&size| (size, (bytes / size as f64).round().max(1.0) as u64))
        .collect()
}

/// Bytes of blocks of known sizes.
pub(crate) fn bytes_of(blocks: &[(u64, u64)]) -> f64 {
    let bytes = blocks.iter().map(|&(size, blocks)| size * blocks);
    bytes.sum::<u64>() as f64
}
