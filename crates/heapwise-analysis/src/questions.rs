//! One call for each common question, from bytes to an answer; each asks as the command of its name does.
//!
//! [`top`], [`diff_profiles`] and [`goroutines`] ask the plain question; [`Top`], [`Diff`] and [`Dumps`] have what
//! else can be said. Whatever cannot be known, such as an error or whether both sides did the same work, is
//! absent from an answer, or not judged.

use heapwise_decode::{Limits, Source};
use heapwise_stats::{Confidence, Exposure};

use crate::compare::diff::{DiffOptions, DiffSide, Difference, common_sample_index, diff};
use crate::compare::work::GivenWork;
use crate::error::{ErrorKind, Result};
use crate::goroutines::{DumpSource, Gatherer, GoroutineGroups, GoroutineOptions, GroupBy};
use crate::profile::header::SampleType;
use crate::rank::{Columns, Omitted, RankOptions, RankRow, Ranking, RowOrder, Trim, rank};
use crate::site::granularity::Granularity;
use crate::site::identity::Site;
use crate::sums::blocks::Lifetime;
use crate::sums::estimate::{Estimate, SamplingError};

/// Ranks the functions of a profile by the value it is about, `inuse_space` for a heap.
///
/// # Errors
///
/// What is no profile.
pub fn top(bytes: &[u8]) -> Result<TopAnswer> {
    Top::new().read(bytes)
}

/// Compares two profiles function by function. What was allocated is only judged where the work of both
/// sides is known: see [`Diff::same_work`] and [`Diff::operations`].
///
/// # Errors
///
/// What is no profile, and profiles that have no value in common.
pub fn diff_profiles(before: &[u8], after: &[u8]) -> Result<Difference> {
    Diff::new().read(before, after)
}

/// Groups the goroutines of dumps by stack: of one dump how many there are, of several in their order what
/// became of each group.
///
/// # Errors
///
/// What is no dump of goroutines.
pub fn goroutines(dumps: &[&[u8]]) -> Result<GoroutineGroups> {
    Dumps::new().read(dumps)
}

/// How to rank a profile.
#[derive(Debug, Clone)]
pub struct Top {
    sample_index: Option<String>,
    granularity: Granularity,
    by_cum: bool,
    limit: usize,
    confidence: Confidence,
    limits: Limits,
}

impl Default for Top {
    fn default() -> Self {
        Self::new()
    }
}

impl Top {
    /// By functions and the profile's own default value, all rows.
    pub fn new() -> Top {
        Top {
            sample_index: None,
            granularity: Granularity::Functions,
            by_cum: false,
            limit: 0,
            confidence: Confidence::default(),
            limits: Limits::default(),
        }
    }

    /// By this value, such as `alloc_space`.
    #[must_use]
    pub fn sample_index(mut self, name: &str) -> Top {
        self.sample_index = Some(name.to_owned());
        self
    }

    /// By sites of this granularity.
    #[must_use]
    pub fn granularity(mut self, granularity: Granularity) -> Top {
        self.granularity = granularity;
        self
    }

    /// The largest cumulative values first.
    #[must_use]
    pub fn by_cum(mut self) -> Top {
        self.by_cum = true;
        self
    }

    /// At most so many rows, 0 is all; the rest is counted.
    #[must_use]
    pub fn limit(mut self, rows: usize) -> Top {
        self.limit = rows;
        self
    }

    /// The confidence of intervals, 95 % unless another is given.
    #[must_use]
    pub fn confidence(mut self, confidence: Confidence) -> Top {
        self.confidence = confidence;
        self
    }

    /// What a profile may take.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Top {
        self.limits = limits;
        self
    }

    /// Ranks a profile, in memory that does not grow with its samples.
    ///
    /// # Errors
    ///
    /// What is no profile, and a value that it does not have.
    pub fn read(&self, source: &(impl Source + ?Sized)) -> Result<TopAnswer> {
        let mut options = RankOptions::new(self.granularity);
        options.columns = Columns::One(self.sample_index.clone());
        let ranking = rank(source, &options, &self.limits)?;
        let index = ranking.header.sample_index(self.sample_index.as_deref())?;
        let sample_type = ranking.header.sample_types.get(index).cloned();
        let trim = Trim {
            node_count: Some(self.limit),
            ..Trim::NONE
        };
        let shown = ranking.shown(index, &trim, RowOrder::by_cum(self.by_cum));
        let row = |row: &&RankRow| TopRow {
            site: row.site.clone(),
            flat: ranking.flat_estimate(row, index, self.confidence),
            cum: ranking.cum_estimate(row, index, self.confidence),
        };
        Ok(TopAnswer {
            sample_type: sample_type.unwrap_or_default(),
            total: ranking.total_estimate(index, self.confidence),
            sampling_error: ranking.sampling_of(index).error(),
            omitted: shown.omitted,
            rows: shown.rows.iter().map(row).collect(),
        })
    }
}

/// The sites of a profile, ranked by one value.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct TopAnswer {
    /// The value.
    pub sample_type: SampleType,
    /// Its total.
    pub total: Estimate,
    /// Whether the errors of the numbers can be told.
    pub sampling_error: SamplingError,
    /// The sites, the largest first.
    pub rows: Vec<TopRow>,
    /// What the limit leaves out.
    pub omitted: Omitted,
}

/// A site with its value.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct TopRow {
    /// The site.
    pub site: Site,
    /// What it has itself.
    pub flat: Estimate,
    /// What it and all that it called have.
    pub cum: Estimate,
}

/// How to compare two sides.
#[derive(Debug, Clone)]
pub struct Diff {
    sample_index: Option<String>,
    granularity: Granularity,
    operations: Option<(f64, f64)>,
    options: DiffOptions,
    limits: Limits,
}

impl Default for Diff {
    fn default() -> Self {
        Self::new()
    }
}

impl Diff {
    /// By functions and the value that both sides are about; nothing is known of their work.
    pub fn new() -> Diff {
        Diff {
            sample_index: None,
            granularity: Granularity::Functions,
            operations: None,
            options: DiffOptions::default(),
            limits: Limits::default(),
        }
    }

    /// By this value, such as `alloc_space`, which all profiles must have.
    #[must_use]
    pub fn sample_index(mut self, name: &str) -> Diff {
        self.sample_index = Some(name.to_owned());
        self
    }

    /// By sites of this granularity.
    #[must_use]
    pub fn granularity(mut self, granularity: Granularity) -> Diff {
        self.granularity = granularity;
        self
    }

    /// Both sides did the same work, as runs of one test do.
    #[must_use]
    pub fn same_work(mut self) -> Diff {
        self.operations = None;
        self.options.work = GivenWork::Same;
        self
    }

    /// All profiles of the older and of the newer side cover so many operations: what was allocated is
    /// compared for each. What is in use is a level, which is not.
    #[must_use]
    pub fn operations(mut self, before: f64, after: f64) -> Diff {
        self.operations = Some((before, after));
        self.options.work = GivenWork::Operations;
        self
    }

    /// With a rate of false verdicts of one minus this, 5 % unless another is given.
    #[must_use]
    pub fn confidence(mut self, confidence: Confidence) -> Diff {
        self.options.confidence = confidence;
        self
    }

    /// Both profiles are snapshots of one process, the older first.
    #[must_use]
    pub fn same_process(mut self) -> Diff {
        self.options.same_process = true;
        self
    }

    /// What a profile may take.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Diff {
        self.limits = limits;
        self
    }

    /// Compares two profiles.
    ///
    /// # Errors
    ///
    /// What is no profile, profiles that have no value in common, and work that is no number above 0.
    pub fn read(
        &self,
        before: &(impl Source + ?Sized),
        after: &(impl Source + ?Sized),
    ) -> Result<Difference> {
        self.compare(&[self.rank(before)?], &[self.rank(after)?])
    }

    /// Compares two sides of several runs each, which shows how much runs differ.
    ///
    /// # Errors
    ///
    /// As [`Diff::read`], and a side without profiles.
    pub fn read_runs<S: Source>(&self, before: &[S], after: &[S]) -> Result<Difference> {
        let ranked = |side: &[S]| side.iter().map(|run| self.rank(run)).collect();
        let (before, after): (Result<Vec<_>>, Result<Vec<_>>) = (ranked(before), ranked(after));
        self.compare(&before?, &after?)
    }

    fn rank(&self, source: &(impl Source + ?Sized)) -> Result<Ranking> {
        let options = RankOptions::new(self.granularity);
        rank(source, &options, &self.limits)
    }

    fn compare(&self, before: &[Ranking], after: &[Ranking]) -> Result<Difference> {
        let both = before.iter().chain(after);
        let headers: Vec<_> = both.map(|ranking| &ranking.header).collect();
        let places = common_sample_index(&headers, self.sample_index.as_deref())?;
        let (old_at, new_at) = places.split_at(before.len().min(places.len()));
        let mut options = self.options.clone();
        let mut exposures = (Vec::new(), Vec::new());
        if is_level(after, new_at) {
            options.work = GivenWork::Nothing;
        } else if let Some((old, new)) = self.operations {
            exposures = (
                shared_out(old, before.len())?,
                shared_out(new, after.len())?,
            );
        }
        let before = DiffSide::new(before, old_at).with_exposures(&exposures.0);
        let after = DiffSide::new(after, new_at).with_exposures(&exposures.1);
        diff(&before, &after, &options)
    }
}

/// What is in use is a level: it does not grow with the work.
fn is_level(side: &[Ranking], places: &[usize]) -> bool {
    let first = side.first().zip(places.first());
    let measure = first.and_then(|(ranking, &at)| ranking.measure(at));
    measure.is_some_and(|measure| measure.lifetime == Lifetime::InUse)
}

fn shared_out(operations: f64, profiles: usize) -> Result<Vec<Exposure>> {
    let each = Exposure::new(operations / profiles as f64);
    let each = each.ok_or_else(|| ErrorKind::Operations {
        found: operations.to_string(),
    })?;
    Ok(vec![each; profiles])
}

/// How to read dumps of goroutines.
#[derive(Debug, Clone, Default)]
pub struct Dumps {
    options: GoroutineOptions,
    limits: Limits,
}

impl Dumps {
    /// By stack.
    pub fn new() -> Dumps {
        Dumps::default()
    }

    /// By what goroutines are put together.
    #[must_use]
    pub fn group_by(mut self, group_by: GroupBy) -> Dumps {
        self.options.group_by = group_by;
        self
    }

    /// With the tree of who created whom.
    #[must_use]
    pub fn tree(mut self) -> Dumps {
        self.options.tree = true;
        self
    }

    /// What a dump may take.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Dumps {
        self.limits = limits;
        self
    }

    /// Reads dumps of any form, in the order in which they were taken. One text may hold several.
    ///
    /// # Errors
    ///
    /// What is no dump of goroutines, with its place.
    pub fn read<S: Source>(&self, dumps: &[S]) -> Result<GoroutineGroups> {
        let mut gatherer = Gatherer::new(self.options.clone());
        let mut read = Vec::new();
        for (number, source) in dumps.iter().enumerate() {
            let parts = self.add(&mut gatherer, source, dumps.len() > 1)?;
            if parts == 0 {
                return Err(ErrorKind::NoGoroutines { at: number }.into());
            }
            read.extend((0..parts).map(|part| (number, part)));
        }
        let instant = |(number, part): &(usize, usize)| format!("{number}#{part}");
        let instants: Vec<String> = read.iter().map(instant).collect();
        let sources: Vec<&dyn Source> = dumps.iter().map(|source| source as _).collect();
        let followed = gatherer.follow_all(&sources, &read, &instants, &self.limits);
        followed.map_err(|(_, error)| error)?;
        Ok(gatherer.finish(&instants))
    }

    /// Adds what a source holds and tells how many dumps that are.
    fn add(&self, gatherer: &mut Gatherer, source: &impl Source, is_series: bool) -> Result<usize> {
        Ok(match DumpSource::read(source, is_series, &self.limits)? {
            DumpSource::One(profile) => usize::from(gatherer.add(&profile).is_some()),
            DumpSource::Several(parts) => {
                let count = parts.len();
                for (at, part) in parts.into_iter().enumerate() {
                    let (profile, around) = part.into_parts();
                    gatherer.add_next_of_text(&profile, &around, at == 0);
                }
                count
            }
            DumpSource::Other(_) => 0,
        })
    }
}
