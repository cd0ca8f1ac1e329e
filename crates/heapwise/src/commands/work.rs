//! What the options say of the work of both sides.

use anyhow::{anyhow, bail};
use heapwise_analysis::stats::Exposure;
use heapwise_analysis::{Clock, GivenWork, Ranking};
use heapwise_decode::ProfileKind;

use super::side::LoadedSide;
use crate::args::{JudgeArgs, Per};
use crate::many::Many;

/// Refuses amounts of work that are of profiles some of which were left out.
pub(super) fn expect_all(judge: &JudgeArgs, many: &Many) -> anyhow::Result<()> {
    let Some(left_out) = many.what_was_left_out() else {
        return Ok(());
    };
    let given = [
        ("--before-ops", judge.before_ops.is_some()),
        ("--after-ops", judge.after_ops.is_some()),
        ("--before-seconds", judge.before_seconds.is_some()),
        ("--after-seconds", judge.after_seconds.is_some()),
        ("--before-bench", judge.before_bench.is_some()),
        ("--after-bench", judge.after_bench.is_some()),
    ];
    match given.into_iter().find(|(_, is_given)| *is_given) {
        Some((option, _)) => bail!(
            "{option}: found {}, expected all of them: the work is that of all",
            left_out.line()
        ),
        None => Ok(()),
    }
}

/// What is known of the work of one side.
pub(super) struct SideWork<'a> {
    side: &'a LoadedSide,
    operations: Option<f64>,
    seconds: Option<f64>,
}

impl<'a> SideWork<'a> {
    pub(super) fn of(
        side: &'a LoadedSide,
        operations: Option<f64>,
        seconds: Option<f64>,
    ) -> SideWork<'a> {
        SideWork {
            side,
            operations,
            seconds,
        }
    }
}

type BothExposures = (Vec<Exposure>, Vec<Exposure>);

/// What is said of the work, with what each profile of both sides covers. What is in use is a level,
/// which is not divided by work.
pub(super) fn given(
    judge: &JudgeArgs,
    (before, after): (&SideWork<'_>, &SideWork<'_>),
) -> anyhow::Result<(GivenWork, BothExposures)> {
    let nothing = (Vec::new(), Vec::new());
    if after.side.is_level() {
        return Ok((GivenWork::Nothing, nothing));
    }
    if judge.same_work {
        return Ok((GivenWork::Same, nothing));
    }
    let is_per_operation = judge.per == Some(Per::Ops);
    let operations = both("operations", before, after, |side| side.operations)?;
    let seconds = both("seconds", before, after, |side| side.seconds)?;
    match (judge.per, operations, seconds) {
        (Some(Per::Total), ..) => Ok((GivenWork::Nothing, nothing)),
        (_, Some((old, new)), _) => {
            let exposures = (shared_out(before, old)?, shared_out(after, new)?);
            Ok((GivenWork::Operations, exposures))
        }
        (_, None, Some((old, new))) if !is_per_operation => {
            let amounts = (shared_out(before, old)?, shared_out(after, new)?);
            Ok((GivenWork::Seconds(clock(before, after, &amounts)), amounts))
        }
        (Some(Per::Seconds), ..) => {
            let amounts = (durations(before)?, durations(after)?);
            Ok((GivenWork::Seconds(clock(before, after, &amounts)), amounts))
        }
        (Some(Per::Ops), ..) if judge.after_bench.is_none() => bail!(
            "--per ops: found no number of operations, expected --before-ops and --after-ops, or \
             --before-bench and --after-bench"
        ),
        _ => Ok((GivenWork::Nothing, nothing)),
    }
}

/// An amount of both sides; a side without profiles has none.
fn both(
    what: &str,
    before: &SideWork<'_>,
    after: &SideWork<'_>,
    of: fn(&SideWork<'_>) -> Option<f64>,
) -> anyhow::Result<Option<(f64, f64)>> {
    match (of(before), of(after)) {
        (Some(old), Some(new)) => Ok(Some((old, new))),
        (None, Some(new)) if before.side.is_empty() => Ok(Some((new, new))),
        (None, None) => Ok(None),
        _ => bail!("found the {what} of one side only, expected those of both"),
    }
}

fn shared_out(side: &SideWork<'_>, amount: f64) -> anyhow::Result<Vec<Exposure>> {
    let count = side.side.runs.rankings.len();
    let each = std::iter::repeat_n(amount / count as f64, count);
    each.map(exposure).collect()
}

fn durations(side: &SideWork<'_>) -> anyhow::Result<Vec<Exposure>> {
    if let Some(windows) = &side.side.windows {
        return Ok(windows.exposures.clone());
    }
    let profiles = side.side.sources.iter().zip(&side.side.runs.rankings);
    profiles
        .map(|(source, ranking)| match ranking.header.duration_nanos {
            Some(nanos) => exposure(nanos as f64 / 1e9),
            None => bail!(
                "{}: --per seconds: found no duration in the profile, expected one, two or more \
                 heap texts (debug=1) of one process on each side, or --before-seconds and --after-seconds",
                source.path
            ),
        })
        .collect()
}

fn exposure(amount: f64) -> anyhow::Result<Exposure> {
    Exposure::new(amount).ok_or_else(|| anyhow!("found {amount} as work, expected more than 0"))
}

/// What is known of the seconds of both sides: nothing yet of when the collector ran.
fn clock(
    before: &SideWork<'_>,
    after: &SideWork<'_>,
    (old, new): &(Vec<Exposure>, Vec<Exposure>),
) -> Clock {
    if let (Some(old), Some(new)) = (&before.side.windows, &after.side.windows) {
        let windows = old.exposures.len().min(new.exposures.len());
        let doubt = old.doubt_seconds.max(new.doubt_seconds);
        return Clock::published(old.shortest().min(new.shortest()), doubt, windows);
    }
    let seconds = old.iter().chain(new).map(|exposure| exposure.amount());
    let is_delta = |ranking: &Ranking| ranking.header.kind == ProfileKind::DeltaHeap;
    let mut rankings = before
        .side
        .runs
        .rankings
        .iter()
        .chain(&after.side.runs.rankings);
    let shortest = seconds.fold(f64::INFINITY, f64::min);
    Clock::new(shortest, old.len().min(new.len())).with_both_ends(rankings.any(is_delta))
}
