//! What each site had in the snapshots of one process, as a series with what is known of its sampling.

use super::records::Records;
use super::sites::LevelSites;
use super::snapshot::LevelSnapshot;
use crate::error::{Error, Result};
use crate::rank::column::Column;
use crate::rank::packed::{Bytes, Part, Shape, put};
use crate::site::identity::Site;
use crate::site::inlined::Inlined;
use crate::sums::blocks::UnknownError;
use crate::sums::cells::Cells;
use crate::sums::estimate::Sampling;
use crate::sums::spill::Spill;
use heapwise_stats::{LevelRecord, LevelSampling, LevelSeries, Quantity};

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
    pub(super) records: Records,
}

/// A site's series, and its sampled blocks where they are not in it.
pub(super) struct Series {
    pub(super) levels: LevelSeries,
    aside: Vec<LevelRecord>,
}

impl Series {
    /// Sampled blocks of each size; none where they are not known.
    pub(super) fn records(&self) -> &[LevelRecord] {
        match self.levels.sampling() {
            LevelSampling::Sampled(_, records) => records,
            LevelSampling::Exact | LevelSampling::Unknown => &self.aside,
        }
    }
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
        let mut records = Records::new(self.snapshots.len());
        for (at, one) in self.snapshots.iter().enumerate() {
            records.add(at, &self.sites.blocks(one));
        }
        Followed {
            site: None,
            inlined: Inlined::default(),
            values: self.snapshots.iter().map(|one| one.total).collect(),
            records,
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
            records: Records::new(count),
        };
        let mut next = 0;
        while let Some((at, head)) = bytes.next(&mut next) {
            let (value, blocks) = bytes.row(head, (Column::Flat, 0), SHAPE, &self.sites.sizes);
            if let Some(known) = followed.values.get_mut(at) {
                *known = value;
                followed.records.add(at, &blocks);
            }
        }
        Some(followed)
    }

    /// Why some of what snapshots have could not be read again, so that what was found is not of all.
    pub(super) fn failure(&self) -> Option<&Error> {
        self.sites.spill.as_ref().and_then(Spill::failure)
    }

    /// The series of a site. `None` where its numbers are none: fewer than two, or times that do not increase.
    pub(super) fn series(&self, values: Vec<i128>, records: Records) -> Option<Series> {
        let levels = values.into_iter().map(|value| value as f64).collect();
        let (sampling, aside) = match self.sampling {
            Sampling::Known(rate) => {
                let records = records.all()?;
                // Counts that cannot be those of one process say nothing of errors.
                match records.iter().all(LevelRecord::is_nested) {
                    true => (LevelSampling::Sampled(rate, records), Vec::new()),
                    false => (LevelSampling::Unknown, records),
                }
            }
            Sampling::Exact => (LevelSampling::Exact, Vec::new()),
            Sampling::Approximate(_) | Sampling::Unknown(_) => (LevelSampling::Unknown, Vec::new()),
        };
        let levels = LevelSeries::new(self.times.clone(), levels, sampling, self.quantity)?;
        Some(Series { levels, aside })
    }
}

/// What the snapshots have of the sites, by their numbers.
fn by_site(snapshots: &[LevelSnapshot], sites: &mut LevelSites) -> Result<Vec<SiteColumn>> {
    let mut columns: Vec<SiteColumn> = Vec::new();
    columns.resize_with(sites.known().len(), SiteColumn::default);
    let mut in_memory = 0;
    let has_both_names = sites.has_both_names(snapshots)?;
    for (at, snapshot) in snapshots.iter().enumerate() {
        let rows = match has_both_names {
            true => sites.rows_as_in_texts(snapshot)?,
            false => sites.rows(snapshot)?,
        };
        for row in rows {
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
