//! What each site had in the snapshots of one process, as a series with what is known of its sampling.

use std::collections::BTreeMap;

use super::snapshot::LevelSnapshot;
use crate::site::identity::Site;
use crate::site::inlined::Inlined;
use crate::sums::blocks::{Blocks, UnknownError};
use crate::sums::estimate::Sampling;
use heapwise_stats::{LevelRecord, LevelSampling, LevelSeries, LifeCounts, Quantity};

/// The snapshots of a process.
pub(super) struct Gathered<'a> {
    pub(super) snapshots: &'a [LevelSnapshot],
    /// Hours since the first, or the numbers of the snapshots.
    pub(super) times: Vec<f64>,
    pub(super) sampling: Sampling,
    pub(super) quantity: Quantity,
}

/// A site over the snapshots.
pub(super) struct Followed<'a> {
    pub(super) site: Option<&'a Site>,
    pub(super) inlined: Inlined,
    pub(super) values: Vec<i128>,
    pub(super) blocks: Vec<Option<&'a Blocks>>,
}

impl<'a> Gathered<'a> {
    /// `None` without snapshots.
    pub(super) fn new(snapshots: &'a [LevelSnapshot], has_times: bool) -> Option<Gathered<'a>> {
        let first = snapshots.first()?;
        let start = first.nanos().unwrap_or(0);
        let hours =
            |one: &LevelSnapshot| one.nanos().unwrap_or(0).saturating_sub(start) as f64 / 3600e9;
        let numbers = (0..snapshots.len()).map(|at| at as f64);
        let times = match has_times {
            true => snapshots.iter().map(hours).collect(),
            false => numbers.collect(),
        };
        let same = snapshots.iter().all(|one| one.sampling == first.sampling);
        Some(Gathered {
            snapshots,
            times,
            sampling: match same {
                true => first.sampling,
                false => Sampling::Unknown(UnknownError::MixedRates),
            },
            quantity: first.measure.quantity,
        })
    }

    pub(super) fn total(&self) -> Followed<'a> {
        let all = self.snapshots.iter();
        Followed {
            site: None,
            inlined: Inlined::default(),
            values: all.clone().map(|one| one.total).collect(),
            blocks: all.map(|one| Some(&one.blocks)).collect(),
        }
    }

    /// All sites, in order.
    pub(super) fn sites(&self) -> Vec<Followed<'a>> {
        let count = self.snapshots.len();
        let mut all: BTreeMap<&Site, Followed<'a>> = BTreeMap::new();
        for (at, snapshot) in self.snapshots.iter().enumerate() {
            for row in &snapshot.rows {
                let followed = all.entry(&row.site).or_insert_with(|| Followed {
                    site: Some(&row.site),
                    inlined: row.inlined,
                    values: vec![0; count],
                    blocks: vec![None; count],
                });
                if let Some(value) = followed.values.get_mut(at) {
                    *value = row.value;
                }
                if let Some(blocks) = followed.blocks.get_mut(at) {
                    *blocks = Some(&row.blocks);
                }
            }
        }
        all.into_values().collect()
    }

    /// The series of a site. `None` where its numbers are none: fewer than two, or times that do not increase.
    pub(super) fn series(&self, followed: &Followed<'_>) -> Option<LevelSeries> {
        let values: Vec<f64> = followed.values.iter().map(|&value| value as f64).collect();
        let sampling = match self.sampling {
            Sampling::Known(rate) => LevelSampling::Sampled(rate, followed.records()?),
            Sampling::Exact => LevelSampling::Exact,
            Sampling::Approximate(_) | Sampling::Unknown(_) => LevelSampling::Unknown,
        };
        let times = self.times.clone();
        let series = LevelSeries::new(times.clone(), values.clone(), sampling, self.quantity);
        // Counts that cannot be those of one process say nothing of errors.
        series.or_else(|| LevelSeries::new(times, values, LevelSampling::Unknown, self.quantity))
    }
}

impl Followed<'_> {
    /// Counts of each size in every snapshot. `None` where one is negative.
    pub(super) fn records(&self) -> Option<Vec<LevelRecord>> {
        let mut sizes: BTreeMap<u64, Vec<LifeCounts>> = BTreeMap::new();
        for (at, blocks) in self.blocks.iter().enumerate() {
            for count in blocks.map_or(&[][..], Blocks::counts) {
                let life = LifeCounts::new(
                    u64::try_from(count.allocated).ok()?,
                    u64::try_from(count.in_use).ok()?,
                );
                let all = sizes
                    .entry(count.size)
                    .or_insert_with(|| vec![LifeCounts::default(); self.blocks.len()]);
                if let Some(place) = all.get_mut(at) {
                    *place = life;
                }
            }
        }
        let records = sizes.into_iter();
        Some(
            records
                .map(|(size, counts)| LevelRecord::new(size, counts))
                .collect(),
        )
    }
}
