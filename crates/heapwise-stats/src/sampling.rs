//! What Go's heap sampler does to a block, and how to undo the scaling it writes.
//!
//! An allocation of `size` bytes is sampled with chance p = 1 - exp(-size / rate), independently of
//! every other one (`runtime/malloc.go`, `nextSample`; gaps between samples are exponential). The
//! profile holds the sampled count divided by p and truncated (`runtime/pprof/protomem.go`,
//! `scaleHeapSample`). Multiplying back and rounding recovers the sampled count exactly.

use super::quantity::Quantity;

/// Blocks larger than this many rates are never missed: the chance is below 2.1e-9.
const CERTAIN_ABOVE_RATES: f64 = 20.0;

/// How many truncated values a recovered record may be the sum of (a merge of that many profiles).
const LARGEST_MERGE: f64 = 200.0;

/// Bytes of the smallest block that Go allocates.
const SMALLEST_BLOCK: f64 = 8.0;

/// The average number of bytes between two samples: `MemProfileRate`, a heap profile's period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SamplingRate(u64);

impl SamplingRate {
    /// A rate of so many bytes. `None` for zero, which stands for "not sampled" or "not written".
    #[must_use]
    pub fn new(bytes: u64) -> Option<Self> {
        (bytes > 0).then_some(Self(bytes))
    }

    /// The rate in bytes, at least one.
    #[must_use]
    pub fn bytes(self) -> u64 {
        self.0
    }

    /// Whether every block is recorded (rate 1), so that nothing in the profile is an estimate.
    #[must_use]
    pub fn records_everything(self) -> bool {
        self.0 <= 1
    }

    /// The largest standard error, in bytes, that an estimate of `bytes` can have at this rate:
    /// sqrt(rate * bytes), whatever the block sizes are. Zero at rate 1 and for negative input.
    #[must_use]
    pub fn standard_error_bound(self, bytes: f64) -> f64 {
        if self.records_everything() {
            return 0.0;
        }
        (self.as_f64() * bytes).max(0.0).sqrt()
    }

    pub(crate) fn as_f64(self) -> f64 {
        self.0 as f64
    }
}

/// One block size at one rate, with what every record of that size needs; computing it costs an
/// exponential or two, using it a few multiplications.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SizeClass {
    size: u64,
    hit: f64,
    miss: f64,
    unscale: f64,
    go_scale: f64,
    /// How many truncations, of up to one each, values may carry and still be told from rescaled ones.
    parts: f64,
}

impl SizeClass {
    /// The class of blocks of `size` bytes. `None` for zero: Go never samples an empty block.
    #[must_use]
    pub fn new(size: u64, rate: SamplingRate) -> Option<Self> {
        if size == 0 {
            return None;
        }
        let (hit, miss) = chances(size, rate);
        let exponent = -(size as f64) / rate.as_f64();
        let (unscale, go_scale) = if rate.records_everything() {
            (1.0, 1.0)
        } else {
            // Go writes 1 - exp(x); expm1 is more accurate and is what undoing it wants.
            (-exponent.exp_m1(), 1.0 / (1.0 - exponent.exp()))
        };
        Some(Self {
            size,
            hit,
            miss,
            unscale,
            go_scale,
            parts: accepted_parts(size, go_scale),
        })
    }

    /// The class of a record whose size label is missing, from its scaled values: their quotient is
    /// the average size. Exact for a single size, approximate otherwise. `None` when the quotient is
    /// not a positive size.
    #[must_use]
    pub fn from_average(objects: i64, bytes: i64, rate: SamplingRate) -> Option<Self> {
        if objects == 0 {
            return None;
        }
        let average = bytes as f64 / objects as f64;
        (average > 0.0)
            .then(|| Self::new(average.round() as u64, rate))
            .flatten()
    }

    /// The block size in bytes.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Chance p that one block is sampled, in (0, 1].
    #[must_use]
    pub fn hit_chance(&self) -> f64 {
        self.hit
    }

    /// Chance q = 1 - p that one block is missed, in [0, 1); zero for blocks above 20 rates.
    #[must_use]
    pub fn miss_chance(&self) -> f64 {
        self.miss
    }

    /// What one sample stands for: 1/p objects, or size/p bytes.
    #[must_use]
    pub fn weight(&self, quantity: Quantity) -> f64 {
        quantity.of_block(self.size) / self.hit
    }

    /// The objects and bytes that Go writes for `sampled` blocks of this size, truncated towards zero
    /// as Go truncates.
    #[must_use]
    pub fn scale(&self, sampled: i64) -> (i64, i64) {
        let (objects, bytes) = self.scaled(sampled);
        (objects as i64, bytes as i64)
    }

    fn scaled(&self, sampled: i64) -> (f64, f64) {
        let count = sampled as f64;
        let raw_bytes = sampled.saturating_mul(i64::try_from(self.size).unwrap_or(i64::MAX));
        (count * self.go_scale, raw_bytes as f64 * self.go_scale)
    }

    /// The sampled count behind one record's values, negative in a difference of profiles. `None` when
    /// the values are not what Go writes for any count: another tool has rescaled the profile, or merged
    /// profiles of different rates, and no error can be computed from it.
    ///
    /// Sums and differences of truncated values are accepted as well, as merging profiles of one rate
    /// produces them: up to 200 parts, fewer where one sample stands for less than 50 kB, so that a
    /// rescaled record is taken for a genuine one about once in a hundred records, more often only
    /// where one sample stands for less than 256 bytes. One refused record condemns a whole profile.
    /// The counts of records that share a stack and a size are to be added after recovery.
    #[must_use]
    pub fn recover(&self, objects: i64, bytes: i64) -> Option<i64> {
        let size = self.size as f64;
        let sampled = rounded(bytes as f64 * self.unscale / size);
        let (scaled_objects, scaled_bytes) = self.scaled(sampled);
        let close = |scaled: f64, written: i64| {
            let written = written as f64;
            // Exponentials of other machines differ in the last digit, and Go's own 1 - exp(x) by
            // up to 7e-12 for small blocks; hence the relative part.
            (truncated(scaled) - written).abs() <= self.parts + 1e-10 * written.abs()
        };
        (close(scaled_objects, objects) && close(scaled_bytes, bytes)).then_some(sampled)
    }
}

fn accepted_parts(size: u64, go_scale: f64) -> f64 {
    if go_scale <= 1.0 {
        return 0.0;
    }
    (size as f64 * go_scale / 256.0).clamp(1.0, LARGEST_MERGE)
}

/// Numbers from here on are whole.
const WHOLE_FROM: f64 = (1_u64 << 52) as f64;

/// `f64::trunc` without the call that it is on x86-64, whose first processors have no instruction for it.
#[inline]
fn truncated(number: f64) -> f64 {
    if number.abs() < WHOLE_FROM {
        number as i64 as f64
    } else {
        number
    }
}

/// The whole number nearest, without a call either.
#[inline]
fn rounded(number: f64) -> i64 {
    if number.abs() < WHOLE_FROM / 2.0 {
        (number + 0.5_f64.copysign(number)) as i64
    } else {
        number.round() as i64
    }
}

/// Chances that a block of `size` bytes is sampled and missed. Certain at rate 1 and above 20 rates.
pub(crate) fn chances(size: u64, rate: SamplingRate) -> (f64, f64) {
    let ratio = size as f64 / rate.as_f64();
    if rate.records_everything() || ratio > CERTAIN_ABOVE_RATES {
        return (1.0, 0.0);
    }
    (-(-ratio).exp_m1(), (-ratio).exp())
}

/// What one sample of blocks much smaller than the rate stands for, bytes; or objects of the smallest
/// size that Go allocates. Zero where every block is recorded.
pub(crate) fn weight_of_small_blocks(rate: SamplingRate, quantity: Quantity) -> f64 {
    if rate.records_everything() {
        return 0.0;
    }
    match quantity {
        Quantity::Bytes => rate.as_f64(),
        Quantity::Objects => rate.as_f64() / SMALLEST_BLOCK,
    }
}

/// The objects and bytes Go writes for `sampled` blocks of `size` bytes at `rate`; see
/// [`SizeClass::scale`]. Empty blocks scale to nothing, as in Go.
#[must_use]
pub fn scale(sampled: i64, size: u64, rate: SamplingRate) -> (i64, i64) {
    SizeClass::new(size, rate).map_or((0, 0), |class| class.scale(sampled))
}

/// The sampled count behind the written `objects` and `bytes` of blocks of `size` bytes; see
/// [`SizeClass::recover`], which is the one to use for many records.
#[must_use]
pub fn recover(objects: i64, bytes: i64, size: u64, rate: SamplingRate) -> Option<i64> {
    SizeClass::new(size, rate)?.recover(objects, bytes)
}

#[cfg(test)]
mod tests {
    use super::{SamplingRate, SizeClass};
    use crate::quantity::Quantity;

    #[test]
    fn a_sample_stands_for_what_is_missed_beside_it() {
        let rate = SamplingRate::new(512).expect("a rate");
        for (size, hit) in [
            (8, 0.015_503_562_994_591_6),
            (512, 0.632_120_558_828_557_7),
            (65_536, 1.0),
        ] {
            let class = SizeClass::new(size, rate).expect("a size");
            let is_near = |found: f64, expected: f64| (found / expected - 1.0).abs() < 1e-12;
            assert!(
                is_near(class.weight(Quantity::Objects), 1.0 / hit),
                "{size}"
            );
            assert!(
                is_near(class.weight(Quantity::Bytes), size as f64 / hit),
                "{size}"
            );
        }
    }

    #[test]
    fn an_error_is_bounded_by_the_root_of_rate_times_bytes() {
        for (rate, bytes, bound) in [
            (524_288, 524_288.0, 524_288.0),
            (512, 8.0, 64.0),
            (2, 8.0, 4.0),
            (512, 0.0, 0.0),
            (512, -8.0, 0.0),
            // Everything is recorded.
            (1, 8.0, 0.0),
        ] {
            let rate = SamplingRate::new(rate).expect("a rate");
            assert_eq!(rate.standard_error_bound(bytes), bound, "{rate:?} {bytes}");
        }
    }

    #[test]
    fn the_average_of_a_record_is_its_size() {
        let rate = SamplingRate::new(524_288).unwrap();
        let size = |objects, bytes| {
            SizeClass::from_average(objects, bytes, rate).map(|class| class.size())
        };
        assert_eq!(size(10, 640), Some(64));
        assert_eq!(size(7, 700), Some(100));
        assert_eq!(size(3, 200), Some(67));
        assert_eq!(size(-10, -640), Some(64));
        assert_eq!(
            (size(0, 640), size(10, -640), size(10, 0), size(10, 1)),
            (None, None, None, None)
        );
    }
}
