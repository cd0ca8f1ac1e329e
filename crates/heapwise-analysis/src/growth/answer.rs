//! What memory in use does, as values.

use std::sync::Arc;

use super::values::LevelValues;
use crate::profile::header::SampleType;
use crate::site::granularity::Granularity;
use crate::site::identity::Site;
use crate::site::inlined::Inlined;
use crate::sums::estimate::Sampling;
use heapwise_stats::{Confidence, LevelLabel, LevelTrend};

/// What memory in use does over a series of snapshots.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct GrowthAnswer {
    /// What is in use.
    pub sample_type: SampleType,
    /// What a site is.
    pub granularity: Granularity,
    /// Of the limits of rates; one minus it is the rate of false alarms among the sites called growing.
    pub confidence: Confidence,
    /// What is known of the sampling.
    pub sampling: Sampling,
    /// The processes that the snapshots are of, by their first snapshot.
    pub processes: Arc<[ProcessSeries]>,
    /// Which of these the answer is about; of [`growth`](super::growth()) the last one with five snapshots, else the longest.
    pub chosen: usize,
    /// What times are.
    pub time: RateTime,
    /// Whether times put the snapshots in another order than the one given; where some have none, what was allocated, which
    /// never falls.
    pub contradicts_given: bool,
    /// Snapshots left out as the same data as an earlier one: inputs of that one and of the copy.
    pub copies: Arc<[(usize, usize)]>,
    /// How many snapshots of any process were left out, as they were taken before two collections had ended: these show what
    /// was there when the first profile was asked for.
    pub early: usize,
    /// Snapshots that equal the one before, although nothing tells that it was the same cycle.
    pub unchanged: usize,
    /// How many snapshots of any process end too early: what they had more is missing, which may also look like a process
    /// that was started anew.
    pub cut: usize,
    /// The snapshots of the process that the answer is about.
    pub points: Vec<LevelPoint>,
    /// All sites together.
    pub total: SiteGrowth,
    /// The sites: what grows first, the fastest first.
    pub sites: Vec<SiteGrowth>,
    /// Sites that allocate, and have nothing in use in any snapshot.
    pub idle: Vec<SiteGrowth>,
    /// Sites that could have been called growing: the more, the more it takes.
    pub judged: usize,
}

/// A process.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProcessSeries {
    /// The inputs that are its snapshots, the earliest first.
    pub inputs: Vec<usize>,
    /// When the first was, in nanoseconds since 1970-01-01 UTC.
    pub first_nanos: Option<i64>,
    /// When the last was.
    pub last_nanos: Option<i64>,
    /// At how many sites and sizes a snapshot has sampled as many blocks as the next one, the fewest of all pairs: what was
    /// allocated only before both. Of each of these another process samples as many by chance with less than 1 in 2, as
    /// only blocks smaller than half of the sampling rate count. `None` where the counts are not known.
    pub unchanged_counts: Option<usize>,
}

/// What the times of snapshots are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RateTime {
    /// The ends of the cycles at which they were published.
    Cycles,
    /// When they were taken, up to a cycle after what they show.
    Taken,
    /// Not known: there is an order and no rate by the hour.
    Unknown,
}

impl RateTime {
    /// The name used in JSON.
    pub fn name(self) -> &'static str {
        match self {
            RateTime::Cycles => "gc_ends",
            RateTime::Taken => "taken",
            RateTime::Unknown => "unknown",
        }
    }
}

/// A snapshot of the series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct LevelPoint {
    /// Which input it is.
    pub input: usize,
    /// When it was.
    pub nanos: Option<i64>,
    /// What is in use in all.
    pub total: i128,
}

/// What a site does.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SiteGrowth {
    /// The site; `None` is the total.
    pub site: Option<Site>,
    /// Whether its frames were inlined into their callers.
    pub inlined: Inlined,
    /// What is in use in each snapshot.
    pub values: LevelValues,
    /// What it does, with its rate by the hour, or by snapshots where no times are known.
    pub trend: LevelTrend,
    /// The verdict: the trend, with what it takes among so many sites.
    pub verdict: LevelVerdict,
    /// The chance that it is called growing and is not, adjusted for the number of sites. `None` where it is none of
    /// those judged.
    pub q: Option<f64>,
    /// The sizes of the blocks that became more, the largest part first.
    pub sizes: Vec<SizeGrowth>,
    /// The functions that called it where most of the rise was allocated, the nearest first; empty where that was not
    /// asked for.
    pub callers: Vec<String>,
}

/// What is said of a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct LevelVerdict {
    /// What it does.
    pub label: LevelLabel,
    /// Whether that is a guess.
    pub is_tentative: bool,
}

/// Blocks of one size.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct SizeGrowth {
    /// Bytes of a block.
    pub size: u64,
    /// Their part of what became more.
    pub part: f64,
}

impl GrowthAnswer {
    /// Seconds from the first snapshot to the last.
    pub fn seconds(&self) -> Option<f64> {
        let (first, last) = (self.points.first()?, self.points.last()?);
        Some(last.nanos?.checked_sub(first.nanos?)? as f64 / 1e9)
    }

    /// How many other processes ran while the one that this is about did: of these nothing is said. None is counted
    /// where it is not known when snapshots were taken.
    pub fn beside(&self) -> usize {
        let Some(told) = self.processes.get(self.chosen) else {
            return 0;
        };
        let others = self.processes.iter().enumerate();
        others
            .filter(|(at, other)| *at != self.chosen && told.ran_beside(other))
            .count()
    }

    /// How many processes have one snapshot, which is no series: nothing can be said of what they do.
    pub fn single(&self) -> usize {
        let processes = self.processes.iter();
        processes.filter(|one| one.inputs.len() < 2).count()
    }

    /// The same with every verdict a guess, where the snapshots may be of no one process after all.
    #[must_use]
    pub fn as_guess(mut self) -> GrowthAnswer {
        let sites = self.sites.iter_mut().chain(&mut self.idle);
        for site in sites.chain([&mut self.total]) {
            site.verdict.is_tentative = true;
        }
        self
    }

    /// How long the series is from a snapshot on, in what its rates are by: hours, or numbers of snapshots.
    pub(super) fn length_from(&self, first: usize) -> f64 {
        let moment = |point: Option<&LevelPoint>| point.and_then(|point| point.nanos);
        let (start, end) = (moment(self.points.get(first)), moment(self.points.last()));
        match (self.has_times(), start.zip(end)) {
            (true, Some((start, end))) => end.saturating_sub(start) as f64 / 3600e9,
            _ => self.points.len().saturating_sub(first + 1) as f64,
        }
    }

    /// Whether rates are by the hour.
    pub fn has_times(&self) -> bool {
        self.time != RateTime::Unknown
    }
}

/// Whether snapshots have so many counts unchanged, each by chance with less than 1 in 2, that they are of one process.
pub(super) fn are_surely_one(unchanged_counts: Option<usize>) -> bool {
    const ENOUGH: usize = 7;
    unchanged_counts.is_some_and(|count| count >= ENOUGH)
}

impl ProcessSeries {
    /// Whether the snapshots are surely of one process, and not only such as one may have: another would have as many
    /// counts unchanged by chance with less than 1 in 100.
    pub fn is_surely_one(&self) -> bool {
        are_surely_one(self.unchanged_counts)
    }

    /// Whether both were seen at one time.
    fn ran_beside(&self, other: &ProcessSeries) -> bool {
        let begins_within = |one: &ProcessSeries, other: &ProcessSeries| match (
            one.first_nanos,
            other.last_nanos,
        ) {
            (Some(first), Some(last)) => first <= last,
            _ => false,
        };
        begins_within(self, other) && begins_within(other, self)
    }
}

impl SiteGrowth {
    /// Whether it surely grows.
    pub fn is_growing(&self) -> bool {
        self.verdict.label == LevelLabel::Growing && !self.verdict.is_tentative
    }

    /// Whether it may grow.
    pub fn may_grow(&self) -> bool {
        matches!(self.verdict.label, LevelLabel::Growing | LevelLabel::Rose)
    }

    /// What is in use in the last snapshot.
    pub fn last(&self) -> i128 {
        self.values.last()
    }
}
