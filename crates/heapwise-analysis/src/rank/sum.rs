//! Adds rankings up one after the other, in memory for the distinct sites.

use std::collections::HashMap;

use super::ranking::Ranking;
use crate::profile::header::SampleType;
use crate::site::identity::Site;

/// Rankings of the same granularity, added up site by site.
///
/// Sample types that not all of them have are left out; the order is that of the first
/// (profile/merge.go: CompatibilizeSampleTypes). Values are added as integers, so that sums of neighbours may be
/// made first and added then: the result is the same.
#[derive(Debug, Default)]
pub struct RankingSum {
    sum: Option<Ranking>,
    /// Where each site is.
    places: HashMap<Site, usize>,
    /// Whether some had no sample type in common.
    is_apart: bool,
    size: usize,
}

impl RankingSum {
    /// Adds another one.
    pub fn add(&mut self, other: Ranking) {
        if self.is_apart {
            return;
        }
        let Some(sum) = self.sum.take() else {
            let rows = other.rows.iter().enumerate();
            self.places = rows.map(|(at, row)| (row.site.clone(), at)).collect();
            self.size = other.size();
            self.sum = Some(other);
            return;
        };
        let common = common(&sum.header.sample_types, &other.header.sample_types);
        self.is_apart = common.is_empty();
        let (mine, theirs): (Vec<usize>, Vec<usize>) = common.into_iter().unzip();
        let mut sum = sum.select(&mine);
        let other = other.select(&theirs);
        sum.absorb_totals(&other);
        self.add_rows(&mut sum, other);
        self.sum = Some(sum);
    }

    /// Adds the sum of those that come next.
    pub fn add_sum(&mut self, next: RankingSum) {
        self.is_apart |= next.is_apart;
        if let Some(sum) = next.sum {
            self.add(sum);
        }
    }

    fn add_rows(&mut self, sum: &mut Ranking, other: Ranking) {
        let before = sum.rows.len();
        for row in other.rows {
            match self
                .places
                .get(&row.site)
                .and_then(|&at| sum.rows.get_mut(at))
            {
                Some(mine) => mine.absorb(&row),
                None => {
                    self.places.insert(row.site.clone(), sum.rows.len());
                    sum.rows.push(row);
                }
            }
        }
        let new = sum.rows.get(before..).unwrap_or_default();
        self.size += new.iter().map(|row| row.size()).sum::<usize>();
    }

    /// About how many bytes of memory the sites take.
    pub fn size(&self) -> usize {
        2 * self.size
    }

    /// The sum. `None` without rankings or without a common type in one unit.
    pub fn finish(self) -> Option<Ranking> {
        self.sum.filter(|_| !self.is_apart)
    }
}

impl Ranking {
    /// Adds rankings of the same granularity up, site by site, as [`RankingSum`]
    /// does. `None` without rankings or without a common type in one unit.
    pub fn sum(rankings: Vec<Ranking>) -> Option<Ranking> {
        let mut sum = RankingSum::default();
        rankings.into_iter().for_each(|ranking| sum.add(ranking));
        sum.finish()
    }
}

/// The types that both have, with their places.
fn common(mine: &[SampleType], theirs: &[SampleType]) -> Vec<(usize, usize)> {
    let own = mine.iter().enumerate();
    own.filter_map(|(at, sample_type)| {
        let other = theirs.iter().position(|known| known == sample_type)?;
        Some((at, other))
    })
    .collect()
}
