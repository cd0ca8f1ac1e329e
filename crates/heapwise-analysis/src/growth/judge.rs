//! From snapshots to what each site does.

use std::sync::Arc;

use super::answer::{GrowthAnswer, LevelPoint, LevelVerdict, ProcessSeries, RateTime, SiteGrowth};
use super::copies::{take_copies, unchanged};
use super::early::take_early;
use super::gather::{Followed, Gathered};
use super::process::{Processes, processes, unchanged_counts};
use super::sites::LevelSites;
use super::sizes::sizes;
use super::snapshot::LevelSnapshot;
use super::values::LevelValues;
use crate::error::{Error, ErrorKind, Result};
use crate::profile::header::SampleType;
use crate::site::granularity::Granularity;
use heapwise_stats::{Confidence, LevelLabel, level_trend, q_values};

/// From so many snapshots on a verdict on a process is no guess.
const FULL_SERIES: usize = 5;

/// Tells what memory in use does. Snapshots may be of several processes and in any order, as far as they say when
/// they were taken. `sites` keeps what they have of their sites, or will.
///
/// # Errors
///
/// Fewer than two snapshots of one process, snapshots of different values, and a file for what does not fit in memory
/// that fails.
pub fn growth(
    snapshots: Vec<LevelSnapshot>,
    mut sites: LevelSites,
    granularity: Granularity,
    confidence: Confidence,
) -> Result<GrowthAnswer> {
    let told = Told::new(snapshots, &mut sites, (granularity, confidence))?;
    told.answer(chosen(&told.series), &mut sites)
}

/// The same of each process that has two snapshots or more, the earliest first: one answer says nothing of the others.
///
/// # Errors
///
/// As [`growth`].
pub fn growth_of_each(
    snapshots: Vec<LevelSnapshot>,
    mut sites: LevelSites,
    granularity: Granularity,
    confidence: Confidence,
) -> Result<Vec<GrowthAnswer>> {
    let told = Told::new(snapshots, &mut sites, (granularity, confidence))?;
    let mut answers = Vec::new();
    for (at, series) in told.series.iter().enumerate() {
        if series.len() > 1 {
            answers.push(told.answer(at, &mut sites)?);
        }
    }
    match answers.is_empty() {
        true => Err(told.no_series()),
        false => Ok(answers),
    }
}

/// Which snapshots are of one process, as [`growth`] tells them apart.
///
/// # Errors
///
/// Snapshots of different values, and a file for what does not fit in memory that fails.
pub fn level_processes(
    snapshots: Vec<LevelSnapshot>,
    mut sites: LevelSites,
) -> Result<Arc<[ProcessSeries]>> {
    let asked = (Granularity::default(), Confidence::default());
    Ok(Told::new(snapshots, &mut sites, asked)?.processes)
}

/// Snapshots, told apart by their processes.
struct Told {
    sample_type: SampleType,
    asked: (Granularity, Confidence),
    series: Vec<Vec<LevelSnapshot>>,
    time: RateTime,
    contradicts: bool,
    copies: Arc<[(usize, usize)]>,
    early: usize,
    cut: usize,
    processes: Arc<[ProcessSeries]>,
}

impl Told {
    fn new(
        snapshots: Vec<LevelSnapshot>,
        sites: &mut LevelSites,
        asked: (Granularity, Confidence),
    ) -> Result<Told> {
        let mut types = Vec::new();
        for sample_type in snapshots.iter().map(LevelSnapshot::sample_type) {
            if types.last() != Some(&sample_type) {
                types.push(sample_type);
            }
        }
        let sample_type = match types.as_slice() {
            [] => return Err(ErrorKind::NoSeries { processes: 0 }.into()),
            [single] => single.clone(),
            _ => return Err(ErrorKind::NoCommonLevel.into()),
        };
        let (snapshots, cut) = without_cut(snapshots);
        let kept = snapshots.into_iter().map(|one| sites.keep(one));
        let Processes {
            mut series,
            time,
            contradicts,
        } = processes(kept.collect::<Result<_>>()?, sites)?;
        let (mut copies, mut early) = (Vec::new(), 0);
        for series in &mut series {
            early += take_early(series);
            copies.extend(take_copies(series, sites)?);
        }
        let processes = series.iter().map(|one| process_series(one, sites));
        let processes = processes.collect::<Result<_>>()?;
        Ok(Told {
            sample_type,
            asked,
            series,
            time,
            contradicts,
            copies: copies.into(),
            early,
            cut,
            processes,
        })
    }

    fn no_series(&self) -> Error {
        let processes = self.series.len();
        ErrorKind::NoSeries { processes }.into()
    }

    /// What the process with this number does.
    fn answer(&self, chosen: usize, sites: &mut LevelSites) -> Result<GrowthAnswer> {
        let (granularity, confidence) = self.asked;
        let snapshots = self.series.get(chosen).map_or(&[][..], Vec::as_slice);
        let increases = |pair: &[LevelSnapshot]| matches!(pair, [a, b] if a.nanos().is_some() && a.nanos() < b.nanos());
        let time = match snapshots.windows(2).all(increases) {
            true => self.time,
            false => RateTime::Unknown,
        };
        let unchanged = unchanged(snapshots, sites)?;
        let gathered = Gathered::new(snapshots, time != RateTime::Unknown, sites)?;
        let judge = Judge {
            gathered: gathered.ok_or_else(|| self.no_series())?,
            confidence,
        };
        let total = judge.judged(judge.gathered.total());
        let mut total = total.ok_or_else(|| self.no_series())?;
        // A test of its own.
        judge.adjust(std::slice::from_mut(&mut total));
        let all = judge.gathered.sites().filter_map(|one| judge.judged(one));
        let (mut sites, idle): (Vec<SiteGrowth>, Vec<SiteGrowth>) =
            all.partition(|one| one.values.iter().any(|value| value != 0));
        if let Some(failure) = judge.gathered.failure() {
            return Err(failure.clone());
        }
        let judged = judge.adjust(&mut sites);
        sites.sort_by(|one, other| {
            order(one)
                .total_cmp(&order(other))
                .then_with(|| by_rate(one, other))
        });
        Ok(GrowthAnswer {
            sample_type: self.sample_type.clone(),
            granularity,
            confidence,
            sampling: judge.gathered.sampling,
            processes: Arc::clone(&self.processes),
            chosen,
            time,
            contradicts_given: self.contradicts,
            copies: Arc::clone(&self.copies),
            early: self.early,
            unchanged,
            cut: self.cut,
            points: snapshots.iter().map(point).collect(),
            total,
            sites,
            idle,
            judged,
        })
    }
}

/// Takes snapshots out that end too early, where others are left to be a series: what is missing of them looks as if it were
/// freed, or as if another process had started. How many end so.
fn without_cut(mut snapshots: Vec<LevelSnapshot>) -> (Vec<LevelSnapshot>, usize) {
    let cut = snapshots.iter().filter(|one| one.is_cut()).count();
    if snapshots.len() - cut > 1 {
        snapshots.retain(|one| !one.is_cut());
    }
    (snapshots, cut)
}

/// The last process with enough snapshots; else the one with most, of several the last.
fn chosen(series: &[Vec<LevelSnapshot>]) -> usize {
    let full = series.iter().rposition(|one| one.len() >= FULL_SERIES);
    let longest = series.iter().enumerate().max_by_key(|(_, one)| one.len());
    full.or(longest.map(|(at, _)| at)).unwrap_or(0)
}

fn process_series(series: &[LevelSnapshot], sites: &LevelSites) -> Result<ProcessSeries> {
    Ok(ProcessSeries {
        inputs: series.iter().map(|one| one.input).collect(),
        first_nanos: series.first().and_then(LevelSnapshot::nanos),
        last_nanos: series.last().and_then(LevelSnapshot::nanos),
        unchanged_counts: unchanged_counts(series.iter(), sites)?,
    })
}

fn point(snapshot: &LevelSnapshot) -> LevelPoint {
    LevelPoint {
        input: snapshot.input,
        nanos: snapshot.nanos(),
        total: snapshot.total,
    }
}

struct Judge<'a> {
    gathered: Gathered<'a>,
    confidence: Confidence,
}

impl Judge<'_> {
    fn judged(&self, followed: Followed<'_>) -> Option<SiteGrowth> {
        let values = LevelValues::new(&followed.values);
        let series = self.gathered.series(followed.values, followed.records)?;
        let trend = level_trend(&series.levels, self.confidence);
        let could_show = series.levels.could_show(self.alpha());
        Some(SiteGrowth {
            site: followed.site.cloned(),
            inlined: followed.inlined,
            values,
            verdict: LevelVerdict {
                label: trend.label,
                is_tentative: trend.tentative,
            },
            q: could_show.then_some(trend.p_growth),
            sizes: sizes(series.records(), self.gathered.sampling, trend.since),
            callers: Vec::new(),
            trend,
        })
    }

    fn alpha(&self) -> f64 {
        1.0 - self.confidence.level()
    }

    /// Among many sites some rise by chance. How many are judged.
    fn adjust(&self, sites: &mut [SiteGrowth]) -> usize {
        let p: Vec<f64> = sites.iter().filter_map(|site| site.q).collect();
        let adjusted = q_values(&p);
        let judged = sites.iter_mut().filter(|site| site.q.is_some());
        for (site, q) in judged.zip(adjusted) {
            site.q = Some(q);
        }
        for site in sites.iter_mut() {
            let is_sure = site.q.is_some_and(|q| q <= self.alpha());
            if site.verdict.label == LevelLabel::Growing && !is_sure {
                site.verdict.is_tentative = true;
            }
        }
        p.len()
    }
}

/// What comes first: what grows, then what may, then what settled, then the rest.
fn order(site: &SiteGrowth) -> f64 {
    let rank = match site.verdict.label {
        LevelLabel::Growing => 0.0,
        LevelLabel::Rose => 1.0,
        LevelLabel::WarmingUp => 2.0,
        LevelLabel::Stepped => 3.0,
        LevelLabel::Fluctuating => 4.0,
        LevelLabel::Shrinking => 5.0,
        LevelLabel::Fell => 6.0,
        _ => 7.0,
    };
    rank + if site.verdict.is_tentative { 0.5 } else { 0.0 }
}

fn by_rate(one: &SiteGrowth, other: &SiteGrowth) -> std::cmp::Ordering {
    let stable = one.verdict.label == LevelLabel::Stable;
    let size = |site: &SiteGrowth| match stable {
        true => site.last().unsigned_abs() as f64,
        false => site.trend.rate.value.abs(),
    };
    size(other)
        .total_cmp(&size(one))
        .then_with(|| one.site.cmp(&other.site))
}
