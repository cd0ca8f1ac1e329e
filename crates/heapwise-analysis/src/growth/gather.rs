//! What each site had in the snapshots of one process, as a series with what is known of its sampling.

use std::collections::BTreeMap;

use super::sites::LevelSites;
use super::snapshot::LevelSnapshot;
use crate::error::{Error, Result};
use crate::rank::column::Column;
use crate::rank::packed::{Bytes, Part, Shape, put};
use crate::site::identity::Site;
use crate::site::inlined::Inlined;
use crate::sums::blocks::{Blocks, UnknownError};
use crate::sums::cells::Cells;
use crate::sums::estimate::Sampling;
use crate::sums::spill::Spill;
use heapwise_stats::{LevelRecord, LevelSampling, LevelSeries, LifeCounts, Quantity};

/// The snapshots of a process.
pub(super) struct Gathered<'a> {
    snapshots: &'a [LevelSnapshot],
    /// Hours since the first, or the numbers of the snapshots.
    times: Vec<f64>,
    pub(super) sampling: Sampling,
    quantity: Quantity,
    sites: &'a LevelSites,
    /// What the snapshots have of the sites, by their numbers.
    columns: Vec<SiteColumn>,
}

/// What the snapshots have of a site.
#[derive(Default)]
struct SiteColumn {
    /// In the first that has it.
    inlined: Option<Inlined>,
    cells: Cells,
}

/// A site over the snapshots.
pub(super) struct Followed<'a> {
    pub(super) site: Option<&'a Site>,
    pub(super) inlined: Inlined,
    pub(super) values: Vec<i128>,
    pub(super) blocks: Vec<Option<Blocks>>,
}

/// Of what sites have, one value is asked for.
const SHAPE: Shape = Shape::of_one();

impl<'a> Gathered<'a> {
    /// `None` without snapshots.
    ///
    /// # Errors
    ///
    /// When the file for what does not fit in memory fails.
    pub(super) fn new(
        snapshots: &'a [LevelSnapshot],
        has_times: bool,
        sites: &'a mut LevelSites,
    ) -> Result<Option<Gathered<'a>>> {
        let Some(first) = snapshots.first() else {
            return Ok(None);
        };
        let start = first.nanos().unwrap_or(0);
        let hours =
            |one: &LevelSnapshot| one.nanos().unwrap_or(0).saturating_sub(start) as f64 / 3600e9;
        let numbers = (0..snapshots.len()).map(|at| at as f64);
        let times = match has_times {
            true => snapshots.iter().map(hours).collect(),
            false => numbers.collect(),
        };
        let same = snapshots.iter().all(|one| one.sampling == first.sampling);
        let columns = by_site(snapshots, sites)?;
        Ok(Some(Gathered {
            snapshots,
            times,
            sampling: match same {
                true => first.sampling,
                false => Sampling::Unknown(UnknownError::MixedRates),
            },
            quantity: first.measure.quantity,
            sites,
            columns,
        }))
    }

    pub(super) fn total(&self) -> Followed<'a> {
        let all = self.snapshots.iter();
        Followed {
            site: None,
            inlined: Inlined::default(),
            values: all.clone().map(|one| one.total).collect(),
            blocks: all.map(|one| Some(self.sites.blocks(one))).collect(),
        }
    }

    /// All sites, in order; one after the other, as all of them are large.
    pub(super) fn sites(&self) -> impl Iterator<Item = Followed<'a>> {
        let known = self.sites.known();
        let mut order: Vec<usize> = (0..known.len()).collect();
        order.sort_unstable_by(|&one, &other| known.get(one).cmp(&known.get(other)));
        order.into_iter().filter_map(|number| self.followed(number))
    }

    /// `None` where no snapshot has the site.
    fn followed(&self, number: usize) -> Option<Followed<'a>> {
        let (site, column) = (self.sites.known().get(number)?, self.columns.get(number)?);
        let inlined = column.inlined?;
        let bytes = column.cells.bytes(self.sites.spill.as_ref());
        let mut bytes = Bytes(&bytes);
        let count = self.snapshots.len();
        let mut followed = Followed {
            site: Some(site),
            inlined,
            values: vec![0; count],
            blocks: vec![None; count],
        };
        let mut next = 0;
        while let Some((at, head)) = bytes.next(&mut next) {
            let (value, blocks) = bytes.row(head, (Column::Flat, 0), SHAPE, &self.sites.sizes);
            if let (Some(known), Some(place)) =
                (followed.values.get_mut(at), followed.blocks.get_mut(at))
            {
                (*known, *place) = (value, Some(blocks));
            }
        }
        Some(followed)
    }

    /// Why some of what snapshots have could not be read again, so that what was found is not of all.
    pub(super) fn failure(&self) -> Option<&Error> {
        self.sites.spill.as_ref().and_then(Spill::failure)
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

/// What the snapshots have of the sites, by their numbers.
fn by_site(snapshots: &[LevelSnapshot], sites: &mut LevelSites) -> Result<Vec<SiteColumn>> {
    let mut columns: Vec<SiteColumn> = Vec::new();
    columns.resize_with(sites.known().len(), SiteColumn::default);
    let mut in_memory = 0;
    for (at, snapshot) in snapshots.iter().enumerate() {
        for row in sites.rows(snapshot)? {
            let Some(column) = columns.get_mut(row.site) else {
                continue;
            };
            column.inlined = column.inlined.or(Some(row.inlined));
            let part = Part {
                values: &[row.value],
                blocks: &row.blocks,
            };
            in_memory += column.cells.add(at, |bytes, gap| {
                put(bytes, (gap, [part, part]), SHAPE, &mut sites.sizes);
            });
        }
        if let Some(spill) = &mut sites.spill
            && Cells::are_too_many(in_memory, columns.len(), spill)
        {
            Cells::spill(columns.iter_mut().map(|one| &mut one.cells), spill)?;
            in_memory = 0;
        }
    }
    Ok(columns)
}

impl Followed<'_> {
    /// Counts of each size in every snapshot. `None` where one is negative.
    pub(super) fn records(&self) -> Option<Vec<LevelRecord>> {
        let mut sizes: BTreeMap<u64, Vec<LifeCounts>> = BTreeMap::new();
        for (at, blocks) in self.blocks.iter().enumerate() {
            for count in blocks.as_ref().map_or(&[][..], Blocks::counts) {
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
