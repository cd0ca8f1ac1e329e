//! One side of a comparison: its profiles, and what they say of a site.

use std::borrow::Cow;

use super::rows::{Number, Numbers, Packed, Rows, Slot};
use super::run_sites::RunSites;
use crate::error::Result;
use crate::profile::header::{Header, SampleType};
use crate::rank::Ranking;
use crate::rank::column::Column;
use crate::site::identity::Site;
use crate::sums::blocks::Blocks;
use crate::{Estimate, Measure, Sampling};
use heapwise_stats::{Confidence, Exposure, Mix, Quantity, SamplingRate};

/// One side of a comparison: one or more profiles of the same program.
#[derive(Debug, Clone, Copy)]
pub struct DiffSide<'a> {
    pub(super) rankings: &'a [Ranking],
    sample_index: &'a [usize],
    exposures: &'a [Exposure],
    sites: Option<&'a RunSites>,
}

impl<'a> DiffSide<'a> {
    /// One ranking per profile, all of one granularity, and the place of the sample type compared in
    /// each. Totals are compared as they are.
    pub fn new(rankings: &'a [Ranking], sample_index: &'a [usize]) -> Self {
        Self {
            rankings,
            sample_index,
            exposures: &[],
            sites: None,
        }
    }

    /// With how much work each profile covers; none when that is not told.
    pub fn with_exposures(self, exposures: &'a [Exposure]) -> Self {
        Self { exposures, ..self }
    }

    /// With the rows of its rankings, which have none of their own.
    pub fn with_sites(self, sites: &'a RunSites) -> Self {
        Self {
            sites: Some(sites),
            ..self
        }
    }

    /// One ranking per profile; without rows where these are apart.
    pub fn rankings(&self) -> &'a [Ranking] {
        self.rankings
    }

    /// The place of the sample type compared in each ranking.
    pub fn sample_index(&self) -> &'a [usize] {
        self.sample_index
    }

    /// How much work each profile covers, where that is told.
    pub fn exposures(&self) -> &'a [Exposure] {
        self.exposures
    }

    pub(crate) fn count(&self) -> usize {
        self.rankings.len()
    }

    pub(crate) fn header(&self) -> Option<&'a Header> {
        self.rankings.first().map(|ranking| &ranking.header)
    }

    pub(crate) fn profiles(&self) -> impl Iterator<Item = (&'a Ranking, usize)> + use<'a> {
        self.rankings.iter().zip(self.sample_index.iter().copied())
    }

    pub(crate) fn measure(&self) -> Option<Measure> {
        let (ranking, index) = self.profiles().next()?;
        ranking.measure(index)
    }

    /// The sample type compared.
    pub(super) fn chosen_type(&self) -> Option<&'a SampleType> {
        let (ranking, index) = self.profiles().next()?;
        ranking.header.sample_types.get(index)
    }

    /// What is known of the sampling of the whole side.
    pub(crate) fn sampling(&self) -> Option<Sampling> {
        let all = self
            .profiles()
            .map(|(ranking, index)| ranking.sampling_of(index));
        all.reduce(Sampling::or)
    }

    /// The work that each profile covers.
    pub(super) fn each_exposure(&self) -> Vec<Exposure> {
        (0..self.count())
            .map(|at| self.exposures.get(at).copied().unwrap_or_default())
            .collect()
    }

    pub(super) fn has_exposures(&self) -> bool {
        !self.exposures.is_empty()
    }

    /// The work that all profiles cover together.
    pub(super) fn exposure(&self) -> f64 {
        self.each_exposure().into_iter().map(Exposure::amount).sum()
    }

    /// The rows of all profiles, where they are kept in few bytes.
    pub(super) fn packed(&self) -> Option<&'a RunSites> {
        self.sites
    }

    /// Refuses what was answered where rows could not be read.
    pub(super) fn expect_all_read(&self) -> Result<()> {
        match self.sites.and_then(RunSites::failure) {
            Some(failure) => Err(failure.clone()),
            None => Ok(()),
        }
    }

    /// The sites of all profiles; one may come several times.
    pub(crate) fn sites(&self) -> impl Iterator<Item = &'a Site> + use<'a> {
        let rows = self.rankings.iter().flat_map(|ranking| &ranking.rows);
        let packed = self.sites.map_or(&[][..], RunSites::sites).iter();
        let packed = packed.flat_map(|site| [&site.first, site.last()]);
        rows.map(|row| &row.site).chain(packed)
    }

    /// Whether no profile has a site.
    pub(super) fn is_empty(&self) -> bool {
        self.sites().next().is_none()
    }

    /// Whether each profile tells of some function at which line it starts.
    pub(super) fn has_starts(&self) -> bool {
        let has_start = |ranking: &Ranking| {
            let mut rows = ranking.rows.iter();
            rows.any(|row| row.function_start.is_some())
        };
        match self.sites {
            Some(packed) => {
                let mut sites = packed.sites().iter();
                sites.any(|site| site.function_start.is_some())
            }
            None => self.rankings.iter().all(has_start),
        }
    }

    /// Looks at the site, the flat and the cumulative value of each row of each profile.
    pub(crate) fn visit_rows(&self, look: &mut dyn FnMut(&'a Site, i128, i128)) {
        for (ranking, index) in self.profiles() {
            for row in &ranking.rows {
                look(&row.site, row.flat_of(index), row.cum_of(index));
            }
        }
        if let Some(packed) = self.sites {
            for site in packed.sites() {
                let of = |column| packed.numbers(site, column, self.sample_index);
                for ((_, flat, _), (_, cum, _)) in of(Column::Flat).zip(of(Column::Cum)) {
                    look(site.last(), flat, cum);
                }
            }
        }
    }

    /// The rows of a site.
    pub(crate) fn rows_of(&self, site: &Site) -> Rows<'a> {
        if let Some(packed) = self.sites {
            let mut sites = packed.sites().iter();
            let found = sites.find(|known| known.first == *site || known.last() == site);
            return found.map_or(Rows::None, |found| Rows::Packed(packed, Packed::of(found)));
        }
        let of = |ranking: &'a Ranking| ranking.rows.iter().find(|row| row.site == *site);
        Rows::Whole(self.rankings.iter().map(of).map(Slot::of).collect())
    }

    /// What each profile has of a site, with the profile and the place of the value in it.
    pub(crate) fn numbers<'s>(
        &'s self,
        rows: &'s Rows<'a>,
        column: Column,
    ) -> impl Iterator<Item = (&'a Ranking, usize, Option<Number<'s>>)> + 's {
        let numbers: Numbers<'s> = rows.numbers(column, self.sample_index);
        self.profiles()
            .zip(numbers)
            .map(|((ranking, index), number)| (ranking, index, number))
    }

    /// The value of a site in each profile.
    pub(super) fn values(&self, rows: &Rows<'_>, column: Column) -> Vec<i128> {
        let numbers = rows.numbers(column, self.sample_index);
        let values = numbers.map(|number| number.map_or(0, |number| number.value));
        values.collect()
    }

    /// The total of each profile.
    pub(super) fn totals(&self) -> Vec<i128> {
        self.each_total().map(|total| total.value).collect()
    }

    /// The sampled sizes of a site in each profile; `None` where they cannot be told.
    pub(super) fn mixes(&self, rows: &Rows<'_>, column: Column) -> Option<Vec<Mix>> {
        self.numbers(rows, column)
            .map(|(ranking, index, number)| match number {
                None => ranking.empty_mix(index),
                Some(number) => ranking.mix_of(number.value, &number.blocks, index),
            })
            .collect()
    }

    /// The sampled sizes of the total of each profile.
    pub(super) fn total_mixes(&self) -> Option<Vec<Mix>> {
        let mix = |total: RunTotal<'_>| {
            let RunTotal { ranking, index, .. } = total;
            ranking.mix_of(total.value, &total.blocks, index)
        };
        self.each_total().map(mix).collect()
    }

    /// The total of each profile with its error.
    pub(crate) fn total_estimates(&self, confidence: Confidence) -> Vec<Estimate> {
        let estimate = |total: RunTotal<'_>| {
            let RunTotal { ranking, index, .. } = total;
            ranking.estimate(total.value, &total.blocks, index, confidence)
        };
        self.each_total().map(estimate).collect()
    }

    fn each_total(&self) -> impl Iterator<Item = RunTotal<'a>> + use<'a> {
        let packed = self.sites.map(|sites| sites.totals(self.sample_index));
        let packed = packed.into_iter().flatten();
        let packed = packed.map(|(value, blocks)| (value, Cow::Owned(blocks)));
        let whole = match self.sites {
            Some(_) => &[],
            None => self.rankings,
        };
        let whole = whole.iter().zip(self.sample_index);
        let whole = whole.map(|(ranking, &index)| {
            let value = ranking.total(index).net;
            (value, Cow::Borrowed(&ranking.blocks))
        });
        let all = self.profiles().zip(packed.chain(whole));
        all.map(|((ranking, index), (value, blocks))| RunTotal {
            ranking,
            index,
            value,
            blocks,
        })
    }
}

/// The total of a profile.
struct RunTotal<'a> {
    ranking: &'a Ranking,
    /// The place of the sample type compared.
    index: usize,
    value: i128,
    blocks: Cow<'a, Blocks>,
}

impl Ranking {
    /// A mix for any number: of its blocks where it was sampled; where it is exact, of one
    /// certain block that stands for all of it.
    fn mix_of(&self, value: i128, blocks: &Blocks, index: usize) -> Option<Mix> {
        match self.sampling_of(index) {
            Sampling::Known(_) | Sampling::Approximate(_) => self.mix(blocks, index),
            Sampling::Unknown(_) => None,
            Sampling::Exact => {
                let amount = u64::try_from(value).ok()?;
                let bytes = self.measure(index).map(|measure| measure.quantity);
                let record = match bytes {
                    Some(Quantity::Bytes) => (amount, 1),
                    _ => (1, amount),
                };
                Some(Mix::from_records(SamplingRate::new(1)?, [record]))
            }
        }
    }

    fn empty_mix(&self, index: usize) -> Option<Mix> {
        match self.sampling_of(index) {
            Sampling::Known(rate) | Sampling::Approximate(rate) => Some(Mix::new(rate)),
            Sampling::Exact => Some(Mix::new(SamplingRate::new(1)?)),
            Sampling::Unknown(_) => None,
        }
    }
}

/// The mean over profiles of estimates, each at this confidence: how far it may be off is told by the
/// larger of their sampling errors and of what they differ by.
pub(crate) fn mean(estimates: &[Estimate], confidence: Confidence) -> Estimate {
    if let [single] = estimates {
        return *single;
    }
    let count = estimates.len().max(1) as i128;
    let value = rounded(estimates.iter().map(|e| e.value).sum(), count);
    let runs: Option<Vec<heapwise_stats::Estimate>> = estimates.iter().map(of_run).collect();
    let Some(found) = runs.and_then(|runs| heapwise_stats::mean_of_runs(&runs, confidence)) else {
        return Estimate::unknown(value);
    };
    let has_error = estimates.iter().any(|estimate| estimate.se.is_some());
    Estimate {
        value,
        se: has_error.then_some(found.standard_error),
        low: Some((found.low.floor() as i128).min(value)),
        high: found.high.map(|high| (high.ceil() as i128).max(value)),
        sampled: estimates.iter().map(|e| e.sampled).sum(),
    }
}

/// A profile's number as one of several; `None` where its error is not known.
fn of_run(estimate: &Estimate) -> Option<heapwise_stats::Estimate> {
    let low = estimate.low?;
    Some(heapwise_stats::Estimate {
        value: estimate.value as f64,
        standard_error: estimate.se,
        low: low as f64,
        high: estimate.high.map(|high| high as f64),
        high_is_reliable: estimate.high.is_some(),
        sampled: 0,
    })
}

fn rounded(sum: i128, count: i128) -> i128 {
    let half = count / 2;
    if sum >= 0 {
        (sum + half) / count
    } else {
        (sum - half) / count
    }
}
