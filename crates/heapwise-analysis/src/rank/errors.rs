//! Decides the error of a ranking's numbers: whether it can be told, and what it is.

use heapwise_decode::ProfileKind;
use heapwise_stats::{Confidence, Mix};

use super::{RankRow, Ranking, Total};
use crate::profile::header::SampleType;
use crate::sums::blocks::{Blocks, Lifetime, UnknownError};
use crate::sums::estimate::{Estimate, Measure, Sampling};

/// Whether a total of what was allocated is negative in part, or one of those asked about: then all are differences. What is
/// in use becomes less in a window of a process, of which what was allocated is known all the same.
pub(crate) fn is_negative(types: &[SampleType], totals: &[Total], lifetime: Lifetime) -> bool {
    let all = types.iter().zip(totals);
    let mut negative = all.filter(|(_, total)| total.net != total.absolute);
    negative.any(|(of, _)| {
        let found = Measure::of(of).map(|measure| measure.lifetime);
        found.is_some_and(|found| found == Lifetime::Allocated || found == lifetime)
    })
}

/// What is known of the sampling behind what was allocated or is in use, some of which may be negative.
pub(crate) fn sampling_of_lifetime(
    known: Sampling,
    lifetime: Lifetime,
    kind: ProfileKind,
    is_negative: bool,
) -> Sampling {
    let is_delta = kind == ProfileKind::DeltaHeap;
    match (known, lifetime) {
        (Sampling::Unknown(reason), _) => Sampling::Unknown(reason),
        (_, Lifetime::InUse) if is_delta || is_negative => {
            Sampling::Unknown(UnknownError::NotALevel)
        }
        (_, Lifetime::Allocated) if is_negative => Sampling::Unknown(UnknownError::Difference),
        _ => known,
    }
}

impl Ranking {
    /// What a sample type measures.
    pub fn measure(&self, index: usize) -> Option<Measure> {
        self.header.sample_types.get(index).and_then(Measure::of)
    }

    /// What is known of the sampling behind the values of a sample type.
    ///
    /// A value that may be negative is a difference. Of two levels, as in a delta profile, only the
    /// net count is there: births and deaths, whose sampling errors add up, are not
    /// (`net/http/pprof`: `serveDeltaProfile` subtracts a profile from a later one).
    pub fn sampling_of(&self, index: usize) -> Sampling {
        if self.is_memory_space(index) {
            return Sampling::Unknown(UnknownError::MemorySpace);
        }
        let lifetime = self.measure(index).map(|measure| measure.lifetime);
        let totals = self
            .whole
            .as_ref()
            .map_or(&self.totals, |whole| &whole.totals);
        lifetime.map_or(self.sampling, |lifetime| {
            let is_negative = is_negative(&self.header.sample_types, totals, lifetime);
            sampling_of_lifetime(self.sampling, lifetime, self.header.kind, is_negative)
        })
    }

    /// Whether a sample type says where all memory of a process is, which no sampling error describes.
    fn is_memory_space(&self, index: usize) -> bool {
        let sample_type = self.header.sample_types.get(index);
        sample_type.is_some_and(|known| known.type_ == "memory_space")
    }

    /// The sampled sizes behind some blocks, as a sample type counts them. `None` where the
    /// sampling is not known.
    pub fn mix(&self, blocks: &Blocks, index: usize) -> Option<Mix> {
        let (Sampling::Known(rate) | Sampling::Approximate(rate)) = self.sampling_of(index) else {
            return None;
        };
        blocks.mix(rate, self.measure(index)?.lifetime)
    }

    /// The total of a sample type with its error, whatever filters have left out of it.
    pub fn total_estimate(&self, index: usize, confidence: Confidence) -> Estimate {
        let total = self.reference_total(index);
        match &self.whole {
            None => self.estimate(total, &self.blocks, index, confidence),
            Some(whole) if whole.has_blocks => {
                self.estimate(total, &whole.blocks, index, confidence)
            }
            Some(_) => Estimate::unknown(total),
        }
    }

    /// A row's flat value with its error.
    pub fn flat_estimate(&self, row: &RankRow, index: usize, confidence: Confidence) -> Estimate {
        self.estimate(row.flat_of(index), &row.flat_blocks, index, confidence)
    }

    /// A row's cumulative value with its error.
    pub fn cum_estimate(&self, row: &RankRow, index: usize, confidence: Confidence) -> Estimate {
        self.estimate(row.cum_of(index), &row.cum_blocks, index, confidence)
    }

    /// A number of this ranking with the error that the blocks behind it tell.
    pub fn estimate(
        &self,
        value: i128,
        blocks: &Blocks,
        index: usize,
        confidence: Confidence,
    ) -> Estimate {
        match self.sampling_of(index) {
            Sampling::Exact => Estimate::exact(value),
            Sampling::Unknown(_) => Estimate::unknown(value),
            Sampling::Known(_) | Sampling::Approximate(_) => {
                let mix = self.mix(blocks, index).zip(self.measure(index));
                mix.map_or_else(
                    || Estimate::unknown(value),
                    |(mix, measure)| Estimate::of_mix(value, &mix, measure.quantity, confidence),
                )
            }
        }
    }
}
