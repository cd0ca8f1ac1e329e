//! One call from heap profiles to what memory in use does.

use heapwise_decode::{GcSource, Limits, Source, gc_snapshots};

use super::answer::GrowthAnswer;
use super::judge::growth;
use super::sites::LevelSites;
use super::snapshot::{LevelColumn, LevelSnapshot};
use crate::error::Result;
use crate::gc::GcMoment;
use crate::rank::{RankOptions, rank};
use crate::site::granularity::Granularity;
use heapwise_stats::Confidence;

/// How to look at a series of heap profiles.
#[derive(Debug, Clone)]
pub struct Levels {
    sample_index: String,
    granularity: Granularity,
    column: LevelColumn,
    confidence: Confidence,
    limits: Limits,
}

impl Default for Levels {
    fn default() -> Self {
        Self::new()
    }
}

impl Levels {
    /// By functions and bytes in use.
    pub fn new() -> Levels {
        Levels {
            sample_index: "inuse_space".to_owned(),
            granularity: Granularity::Functions,
            column: LevelColumn::Flat,
            confidence: Confidence::default(),
            limits: Limits::default(),
        }
    }

    /// By this value: `inuse_objects`.
    #[must_use]
    pub fn sample_index(mut self, name: &str) -> Levels {
        name.clone_into(&mut self.sample_index);
        self
    }

    /// By sites of this granularity.
    #[must_use]
    pub fn granularity(mut self, granularity: Granularity) -> Levels {
        self.granularity = granularity;
        self
    }

    /// By what sites and all that they called allocated.
    #[must_use]
    pub fn cumulative(mut self) -> Levels {
        self.column = LevelColumn::Cumulative;
        self
    }

    /// The confidence of the limits of rates, 95 % unless another is given.
    #[must_use]
    pub fn confidence(mut self, confidence: Confidence) -> Levels {
        self.confidence = confidence;
        self
    }

    /// What a profile may take.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Levels {
        self.limits = limits;
        self
    }

    /// Reads snapshots of one process or several, in any order as far as they say when they were taken.
    ///
    /// # Errors
    ///
    /// What is no heap profile, and fewer than two snapshots of one process.
    pub fn read<S: Source>(&self, snapshots: &[S]) -> Result<GrowthAnswer> {
        let read = snapshots.iter().enumerate();
        let read = read.map(|(at, source)| self.snapshot(at, source));
        let read = read.collect::<Result<Vec<LevelSnapshot>>>()?;
        growth(
            read,
            LevelSites::default(),
            self.granularity,
            self.confidence,
        )
    }

    fn snapshot(&self, at: usize, source: &impl Source) -> Result<LevelSnapshot> {
        let ranking = rank(source, &RankOptions::new(self.granularity), &self.limits)?;
        let index = ranking.header.sample_index(Some(&self.sample_index))?;
        let moments = gc_snapshots(source, &self.limits).unwrap_or_default();
        let moment = match <[_; 1]>::try_from(moments) {
            Ok([one]) if one.source == GcSource::HeapText => Some(GcMoment::new(one, at)),
            _ => None,
        };
        LevelSnapshot::new(ranking, (index, self.column), at, moment)
    }
}
