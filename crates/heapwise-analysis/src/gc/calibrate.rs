//! Decides what sites allocated since the start where exact counters tell how much was allocated in each size
//! class.
//!
//! A heap profile holds a sample; `BySize` of MemStats counts every block of a size class. A site's part of the sample of
//! a class, times the counter, is more exact than the sample alone: how much the sample of the whole class happens to be
//! off no longer counts (Cochran, Sampling Techniques, 5A.9, stratification after the sample was taken). The part and its
//! error are those of [`heapwise_stats::calibrated`].
//!
//! Classes are joined with the next ones until each stratum has [`ENOUGH`] samples. Blocks above the largest class of
//! `BySize` are one stratum: `TotalAlloc` less what the classes hold. Objects below 16 bytes without pointers share blocks
//! of 16 bytes; the profile samples such blocks and `BySize` counts them, so that nothing is set apart for them
//! (runtime/malloc.go: mallocgcTiny; runtime/mstats.go: smallAllocCount). `Mallocs` counts the objects, and is not used.

use heapwise_decode::GcSnapshot;
use heapwise_stats::{Confidence, Exposure, Mix, PartOfTotal, Quantity, SamplingRate, calibrated};

use super::process::GcMoment;
use crate::rank::Ranking;
use crate::sums::blocks::{BlockCount, Blocks};
use crate::sums::estimate::{Estimate, Sampling};

/// A stratum of fewer samples is joined with the next (Lohr, Sampling: Design and Analysis, 4.4).
const ENOUGH: u64 = 20;

/// What may have been allocated between profile and counters, as a part of all. Classes are scaled down by it, to the total
/// that came with the profile.
const MOST_APART: f64 = 0.01;

/// Of blocks that are so many times the sampling rate, one in 3000 is missed.
const CERTAIN: u64 = 8;

/// Cycles that a profile may be behind the counters, where no collection was run for it: see [`super::published`].
const CYCLES_BEHIND: u64 = 2;

/// Why counters say nothing of a sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotCalibrated {
    /// No collection was run for the profile, which may lack what was allocated since the one before the last.
    MayBeBehind,
    /// Too much was allocated between profile and counters.
    TooFarApart,
    /// Counters, or the sampling of the profile, are not known.
    Unknown,
}

impl NotCalibrated {
    /// A sentence for people.
    pub fn reason(self) -> &'static str {
        match self {
            NotCalibrated::MayBeBehind => {
                "no collection is known to have been run for the profile, which may lack more than a hundredth of what \
                 was allocated; fetch it with gc=1, and have gc1 in the file's name"
            }
            NotCalibrated::TooFarApart => {
                "more than a hundredth of all was allocated between the two"
            }
            NotCalibrated::Unknown => {
                "counters by size, or the sampling of the profile, are not known"
            }
        }
    }
}

/// Size classes whose blocks are known exactly together.
#[derive(Debug, Clone, PartialEq)]
struct Stratum {
    /// The largest block in it; `None` is any.
    up_to: Option<u64>,
    /// Bytes allocated since the start.
    bytes: u64,
    /// What of it was sampled.
    sampled: Mix,
}

/// Exact counters by size beside a sample.
#[derive(Debug, Clone, PartialEq)]
pub struct Calibration {
    strata: Vec<Stratum>,
    total: u64,
    /// What was allocated between profile and counters, as a part of all: how far off a class may be by being scaled.
    apart: f64,
}

impl Calibration {
    /// Of the profile of one moment and the counters of another.
    ///
    /// # Errors
    ///
    /// Why the counters say nothing of the sample.
    pub fn new(
        profile: &GcMoment,
        counters: &GcMoment,
        sampled: &Ranking,
    ) -> Result<Calibration, NotCalibrated> {
        check_window(profile, counters)?;
        let index = sampled.header.sample_index(Some("alloc_space"));
        let index = index.map_err(|_| NotCalibrated::Unknown)?;
        let (Sampling::Known(rate), Some(mix)) = (
            sampled.sampling_of(index),
            sampled.mix(&sampled.blocks, index),
        ) else {
            return Err(NotCalibrated::Unknown);
        };
        let total = profile.snapshot.counters.total_alloc;
        Calibration::of(&counters.snapshot, total, rate, &mix).ok_or(NotCalibrated::Unknown)
    }

    fn of(
        counters: &GcSnapshot,
        total: Option<u64>,
        rate: SamplingRate,
        all: &Mix,
    ) -> Option<Calibration> {
        let (total, later) = (total?, counters.counters.total_alloc?);
        let scaled = |bytes: u64| {
            let product = u128::from(bytes) * u128::from(total);
            u64::try_from(product.checked_div(u128::from(later))?).ok()
        };
        let mut classes: Vec<(Option<u64>, u64)> = Vec::new();
        let mut counted = 0_u64;
        for class in counters.by_size.iter().filter(|class| class.size > 0) {
            let bytes = scaled(class.size.checked_mul(class.mallocs)?)?;
            counted = counted.checked_add(bytes)?;
            classes.push((Some(class.size), bytes));
        }
        if classes.is_empty() {
            return None;
        }
        classes.push((None, total.checked_sub(counted)?));
        Some(Calibration {
            strata: strata(&classes, rate, all),
            total,
            apart: total.abs_diff(later) as f64 / later.max(1) as f64,
        })
    }

    /// What was allocated since the start, exactly.
    pub fn total(&self) -> Estimate {
        Estimate::exact(i128::from(self.total))
    }

    /// How many strata there are.
    pub fn strata(&self) -> usize {
        self.strata.len()
    }

    /// What the blocks of a site stand for, in bytes.
    ///
    /// The interval of the sum over strata is that of Zou and Donner 2008 (Statistics in Medicine 27): distances of limits
    /// add up as squares. What was allocated between profile and counters is added to either side. `None` where nothing of it was sampled.
    pub fn estimate(&self, blocks: &Blocks, confidence: Confidence) -> Option<Estimate> {
        let (mut value, mut variance) = (0.0, 0.0);
        let (mut below, mut above, mut sampled) = (0.0, 0.0, 0_u64);
        let mut least = 0;
        for stratum in &self.strata {
            let site = stratum.site(blocks, least);
            least = stratum.up_to.unwrap_or(u64::MAX);
            if site.is_empty() {
                continue;
            }
            let part = stratum.estimate(&site, confidence)?;
            value += part.value;
            variance += (part.value * part.log_standard_error.unwrap_or(0.0)).powi(2);
            below += (part.value - part.low).powi(2);
            above += (part.high - part.value).powi(2);
            sampled = sampled.saturating_add(part.sampled);
        }
        (sampled > 0).then(|| {
            let estimate = Estimate::unknown(value.round() as i128);
            Estimate {
                se: Some(f64::sqrt(variance)),
                low: Some(
                    ((value - f64::sqrt(below)) * (1.0 - self.apart))
                        .max(0.0)
                        .floor() as i128,
                ),
                high: Some(((value + f64::sqrt(above)) * (1.0 + self.apart)).ceil() as i128),
                sampled: Some(i128::from(sampled)),
                ..estimate
            }
        })
    }
}

impl Stratum {
    /// What of the blocks of a site is in it: those above `least`.
    fn site(&self, blocks: &Blocks, least: u64) -> Mix {
        let most = self.up_to.unwrap_or(u64::MAX);
        let within = |block: &&BlockCount| block.size > least && block.size <= most;
        let counts = blocks.counts().iter().filter(within);
        let count = |block: &BlockCount| (block.size, u64::try_from(block.allocated).unwrap_or(0));
        Mix::from_records(self.sampled.rate(), counts.map(count))
    }

    fn estimate(&self, site: &Mix, confidence: Confidence) -> Option<heapwise_stats::Calibrated> {
        let rest = self.rest(site);
        let (certain, rest) = split(&rest);
        let bytes = self.bytes as f64 - certain.total(Quantity::Bytes);
        let (bytes, once) = (Exposure::new(bytes)?, Exposure::new(1.0)?);
        let part = PartOfTotal::of_share(site, &rest, bytes).with_operations(once);
        calibrated(part, Quantity::Bytes, confidence)
    }

    /// What of the stratum is not of a site.
    fn rest(&self, site: &Mix) -> Mix {
        let taken = |size: u64| {
            let mut same = site.sizes().iter().filter(|entry| entry.size == size);
            same.next().map_or(0, |entry| entry.samples)
        };
        let all = self.sampled.sizes().iter();
        let rest = all.map(|entry| (entry.size, entry.samples.saturating_sub(taken(entry.size))));
        Mix::from_records(site.rate(), rest)
    }
}

/// Blocks that were as good as certain to be sampled, and the others: a rest of the former alone says nothing of what
/// small blocks there may be beside them.
fn split(mix: &Mix) -> (Mix, Mix) {
    let rate = mix.rate();
    let of = |is_certain: bool| {
        let least = rate.bytes().saturating_mul(CERTAIN);
        let sizes = mix.sizes().iter();
        let sizes = sizes.filter(|entry| (entry.size >= least) == is_certain);
        Mix::from_records(rate, sizes.map(|entry| (entry.size, entry.samples)))
    };
    (of(true), of(false))
}

/// Joins classes, smallest first, until each stratum has enough samples; what is left over goes to the last.
fn strata(classes: &[(Option<u64>, u64)], rate: SamplingRate, all: &Mix) -> Vec<Stratum> {
    let mut strata: Vec<Stratum> = Vec::new();
    let (mut bytes, mut least) = (0_u64, 0_u64);
    for &(up_to, more) in classes {
        bytes = bytes.saturating_add(more);
        let most = up_to.unwrap_or(u64::MAX);
        let within = all.sizes().iter();
        let within = within.filter(|entry| entry.size > least && entry.size <= most);
        let sampled = Mix::from_records(rate, within.map(|entry| (entry.size, entry.samples)));
        if sampled.samples() < ENOUGH && up_to.is_some() {
            continue;
        }
        match strata.last_mut() {
            Some(last) if sampled.samples() < ENOUGH => {
                last.up_to = up_to;
                last.bytes = last.bytes.saturating_add(bytes);
                // Both were taken at one rate.
                let _ = last.sampled.merge(&sampled);
            }
            _ => strata.push(Stratum {
                up_to,
                bytes,
                sampled,
            }),
        }
        (bytes, least) = (0, most);
    }
    strata
}

/// Whether counters cover what the profile does, but for a hundredth.
fn check_window(profile: &GcMoment, counters: &GcMoment) -> Result<(), NotCalibrated> {
    let (old, new) = (profile.snapshot.counters, counters.snapshot.counters);
    let (Some(before), Some(after)) = (old.total_alloc, new.total_alloc) else {
        return Err(NotCalibrated::Unknown);
    };
    let Some(cycle) = old.num_gc else {
        return Err(NotCalibrated::Unknown);
    };
    let most = MOST_APART * before.min(after) as f64;
    if before.abs_diff(after) as f64 > most {
        return Err(NotCalibrated::TooFarApart);
    }
    let is_behind = MOST_APART * (cycle as f64) < CYCLES_BEHIND as f64;
    if is_behind && profile.forced != Some(true) {
        return Err(NotCalibrated::MayBeBehind);
    }
    Ok(())
}
