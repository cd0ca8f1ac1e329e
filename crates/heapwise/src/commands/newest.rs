//! The newest snapshot of each process of a side: what a bound on a level is about, which has no mean over time.

use heapwise_analysis::gc::{GcMoment, processes};
use heapwise_analysis::{
    ClaimResult, DiffSide, LevelColumn, LevelSites, LevelSnapshot, Outcome, Ranking, Reason,
    level_processes,
};
use heapwise_decode::{Limits, counted};
use heapwise_report::Warning;

use super::levels::moment;
use super::side::LoadedSide;

/// The newest snapshots.
pub(super) struct Newest {
    rankings: Vec<Ranking>,
    index: Vec<usize>,
    paths: Vec<String>,
    /// How many there are of these processes in all.
    snapshots: usize,
    /// Whether snapshots are surely of one process, and not only such as one may have.
    is_sure: bool,
}

impl Newest {
    /// Of a side whose value is a level; `None` where no process has several snapshots.
    pub(super) fn of(side: &LoadedSide, limits: &Limits) -> Option<Newest> {
        if side.sources.len() < 2 || !side.is_level() {
            return None;
        }
        let moments = side.sources.iter().enumerate().map(|(at, source)| {
            let mut moment = moment(source, limits)?;
            moment.input = at;
            Some(moment)
        });
        let by_cycles = moments.collect::<Option<Vec<GcMoment>>>();
        let by_cycles = by_cycles.and_then(by_cycles_shared);
        let (series, is_sure) = match by_cycles {
            Some(series) => (series, true),
            None => by_counts(side, limits)?,
        };
        if series.iter().all(|one| one.len() < 2) {
            return None;
        }
        let mut newest = Newest {
            rankings: Vec::new(),
            index: Vec::new(),
            paths: Vec::new(),
            snapshots: side.sources.len(),
            is_sure,
        };
        for &at in series.iter().filter_map(|one| one.last()) {
            newest.rankings.push(side.runs.rankings.get(at)?.clone());
            newest.index.push(*side.sample_index.get(at)?);
            newest.paths.push(side.sources.get(at)?.path.to_string());
        }
        Some(newest)
    }

    /// As a side of its own.
    pub(super) fn side(&self) -> DiffSide<'_> {
        DiffSide::new(&self.rankings, &self.index)
    }

    /// What counts of a bound that was decided by the mean of all and by the newest.
    pub(super) fn decided(&self, by_mean: Outcome, by_newest: Outcome) -> Outcome {
        match (self.is_sure, by_mean.result, by_newest.result) {
            (true, ..) => by_newest,
            (false, ClaimResult::Pass, ClaimResult::Fail)
            | (false, ClaimResult::Fail, ClaimResult::Pass) => {
                let why = format!(
                    "{} are perhaps snapshots of one process, of which the newest says otherwise than the mean: \
                     give that alone, or profiles of runs",
                    counted(self.snapshots, "profile")
                );
                let mut outcome = by_newest;
                outcome.result = ClaimResult::Inconclusive;
                outcome.reason = Reason::NotJudged(why.clone());
                for finding in &mut outcome.findings {
                    finding.result = ClaimResult::Inconclusive;
                    finding.reason = Reason::NotJudged(why.clone());
                }
                outcome
            }
            _ => by_mean,
        }
    }

    /// Says what counts.
    pub(super) fn warning(&self) -> Option<Warning> {
        let each = match self.paths.len() {
            1 => "one process: a bound".to_owned(),
            many => format!("{many} processes: of each a bound"),
        };
        let message = format!(
            "{}: the newest of {} snapshots of {each} on what is in use is decided by it, not by the mean",
            self.paths.join(", "),
            self.snapshots
        );
        self.is_sure
            .then(|| Warning::new("newest_snapshot", message))
    }
}

/// Places of snapshots by process, where cycles that two snapshots have tell that they are of one.
fn by_cycles_shared(moments: Vec<GcMoment>) -> Option<Vec<Vec<usize>>> {
    let series = processes(moments).series;
    let mut pairs = series.iter().flat_map(|one| one.windows(2));
    let are_shared = pairs.all(|pair| match pair {
        [earlier, later] => earlier.shares_cycles(later) == Some(true),
        _ => false,
    });
    let places = |one: &Vec<GcMoment>| one.iter().map(|moment| moment.input).collect();
    are_shared.then(|| series.iter().map(places).collect())
}

/// Places of snapshots by process, by what was ever allocated; and whether that is sure.
fn by_counts(side: &LoadedSide, limits: &Limits) -> Option<(Vec<Vec<usize>>, bool)> {
    let all = side.runs.rankings.iter().zip(&side.sample_index);
    let all = all.zip(&side.sources).enumerate();
    let snapshots = all.map(|(at, ((ranking, &index), source))| {
        let asked = (index, LevelColumn::Flat);
        LevelSnapshot::new(ranking.clone(), asked, at, moment(source, limits)).ok()
    });
    let snapshots = snapshots.collect::<Option<Vec<LevelSnapshot>>>()?;
    let told = level_processes(snapshots, LevelSites::default()).ok()?;
    let mut several = told.iter().filter(|one| one.inputs.len() > 1);
    let is_sure = several.all(|one| one.is_surely_one());
    Some((told.iter().map(|one| one.inputs.clone()).collect(), is_sure))
}
