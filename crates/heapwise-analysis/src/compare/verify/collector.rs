//! Claims about the collector, decided on snapshots or logs of one or more processes.

use std::cmp::Ordering;

use heapwise_decode::counted;
use heapwise_stats::{Confidence, TrendLabel};

use super::binomial::{at_least, at_most};
use super::claim::{Bound, Claim};
use super::decimal::Decimal;
use super::gc_measure::GcMeasure;
use super::outcome::{ClaimResult, Finding, Measured, Outcome, Reason};
use crate::gc::{GcBasis, GcChange, GcProcessKind, GcSide, HeapTrend, SideProcess};

/// What claims about the collector are decided on.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct CollectorSides<'a> {
    /// The older side, for changes.
    pub before: Option<GcSide<'a>>,
    /// The newer side.
    pub after: GcSide<'a>,
    /// What the processes of the newer side are called, in order.
    pub names: Vec<String>,
    /// The chance of a wrong decision that is allowed for each claim.
    pub alpha: f64,
}

impl<'a> CollectorSides<'a> {
    /// A newer side, whose processes are called so, decided at this confidence.
    pub fn new(after: GcSide<'a>, names: Vec<String>, confidence: Confidence) -> Self {
        Self {
            before: None,
            after,
            names,
            alpha: 1.0 - confidence.level(),
        }
    }

    /// With an older side.
    #[must_use]
    pub fn with_before(mut self, before: Option<GcSide<'a>>) -> Self {
        self.before = before;
        self
    }
}

/// Decides a claim about the collector; see [`Claim::is_about_collector`]. Each process of the newer side must hold.
pub fn decide_on_collector(claim: &Claim, sides: &CollectorSides<'_>) -> Outcome {
    let Some(measure) = claim.measure() else {
        let why = "it is not about the collector".to_owned();
        let reason = Reason::NotJudged(why);
        return Outcome::single(claim, String::new(), ClaimResult::Inconclusive, reason);
    };
    let mut findings = match claim.bound {
        Bound::Change(change) => changes(claim, measure, change, sides),
        _ => values(claim, measure, sides),
    };
    findings.sort_by_key(|finding| finding.result.rank());
    let results = findings.iter().map(|finding| finding.result);
    Outcome {
        claim: claim.text.clone(),
        unit: measure.unit().to_owned(),
        result: results
            .reduce(ClaimResult::and)
            .unwrap_or(ClaimResult::Inconclusive),
        reason: match findings.as_slice() {
            [single] => single.reason.clone(),
            _ => Reason::of_sites(&findings),
        },
        findings,
    }
}

/// A decision, with the number and what it rests on.
type Decision = (ClaimResult, Option<Measured>, Grounds);

/// What a decision rests on, or why there is none, and the p value of a test.
type Grounds = (String, Option<f64>);

fn finding(name: &str, (result, measured, (why, p)): Decision) -> Finding {
    Finding {
        site: None,
        name: name.to_owned(),
        result,
        reason: Reason::Collector { measured, p, why },
        observed: None,
    }
}

fn undecided(why: impl Into<String>) -> Decision {
    (ClaimResult::Inconclusive, None, (why.into(), None))
}

fn values(claim: &Claim, measure: GcMeasure, sides: &CollectorSides<'_>) -> Vec<Finding> {
    let all = sides.after.processes.iter().enumerate();
    let findings = all.map(|(at, process)| {
        let name = sides.names.get(at).map_or(measure.name(), String::as_str);
        let decision = match (claim.bound, measure.part()) {
            (Bound::NoGrowth, _) => growth(process),
            (Bound::Value(bound), Some(part)) => pauses(claim, bound, part, process, sides.alpha),
            (Bound::Value(bound), None) => value(claim, measure, bound, process),
            _ => undecided("the collector has no such bound"),
        };
        finding(name, decision)
    });
    let findings: Vec<Finding> = findings.collect();
    match findings.is_empty() {
        true => vec![finding(measure.name(), undecided("no process is known"))],
        false => findings,
    }
}

/// A number that is exact but for what its source leaves open.
fn value(claim: &Claim, measure: GcMeasure, bound: Decimal, process: &SideProcess<'_>) -> Decision {
    let measured = match level(measure, process) {
        Ok(measured) => measured,
        Err(why) => return undecided(why),
    };
    let holds = |value: f64| claim.operator.holds(value.total_cmp(&bound.value()));
    let result = match (holds(measured.low), holds(measured.high)) {
        (true, true) => ClaimResult::Pass,
        (false, false) => ClaimResult::Fail,
        _ => ClaimResult::Inconclusive,
    };
    let all = process.all_cycles_per_second();
    let all =
        all.filter(|&all| measure == GcMeasure::Rate && result == ClaimResult::Pass && !holds(all));
    if let Some(all) = all {
        // A program that collects by itself as often as it likes has no low rate.
        let why = format!(
            "without those that were asked for (runtime.GC, debug.FreeOSMemory, gc=1); with them {all:.2}/s"
        );
        return (ClaimResult::Inconclusive, Some(measured), (why, None));
    }
    let why = match (result, process.kind()) {
        (ClaimResult::Inconclusive, GcProcessKind::Snapshots) if measure == GcMeasure::Heap => {
            "between the snapshots the heap may have been as large as all that it ever had from the system"
        }
        (ClaimResult::Inconclusive, GcProcessKind::Log) => {
            "the log leaves it open: its numbers are cut"
        }
        (ClaimResult::Inconclusive, _) => "the clock leaves it open: see where the time is from",
        (_, GcProcessKind::Log) => "by the cycles of the log",
        _ => "by counters, which are exact",
    };
    (result, Some(measured), (why.to_owned(), None))
}

fn level(measure: GcMeasure, process: &SideProcess<'_>) -> Result<Measured, String> {
    if let Some(damage) = process.damage() {
        return Err(damage);
    }
    if measure == GcMeasure::Heap {
        let (low, high) = process
            .largest_heap()
            .ok_or("the source does not say the goal of the heap")?;
        let high = high.map_or(f64::INFINITY, |high| high as f64);
        return Ok(measured(low as f64, low as f64, high));
    }
    let quantity = measure
        .quantity(process.kind())
        .ok_or("there is no such number")?;
    let sample = process.sample(quantity)?;
    let scale = match measure {
        GcMeasure::Cpu => 100.0,
        _ => 1.0,
    };
    Ok(measured(
        sample.value * scale,
        sample.low * scale,
        sample.high * scale,
    ))
}

fn measured(value: f64, low: f64, high: f64) -> Measured {
    Measured {
        before: None,
        value,
        low,
        high,
        ratio: None,
    }
}

/// Cycles from which on they say themselves what half, or 99 of 100 of them do.
fn needed(part: f64) -> u64 {
    const FEWEST: u64 = 10;
    let beyond = (1.0 - part).max(0.001);
    ((1.0 / beyond).round() as u64).clamp(FEWEST, 100)
}

fn pauses(
    claim: &Claim,
    bound: Decimal,
    part: f64,
    process: &SideProcess<'_>,
    alpha: f64,
) -> Decision {
    let (pauses, is_complete) = match process.pauses() {
        Ok(known) => known,
        Err(why) => return undecided(why),
    };
    let of = pauses.len() as u64;
    let rank = ((of as f64 * part).ceil() as u64).max(1);
    let measured = Some(measured_at(&pauses, rank));
    // A claim of at least so much holds where that of less does not.
    let is_upper = claim.operator.is_upper();
    let is_within = |nanos: u64| claim.operator.holds(order(bound, nanos)) == is_upper;
    let surely = pauses.iter().filter(|one| is_within(one.1)).count() as u64;
    let maybe = pauses.iter().filter(|one| is_within(one.0)).count() as u64;
    // The longest of all cycles that are there is what it is, however few they are.
    let needed = if part < 1.0 { needed(part) } else { 1 };
    let verdict = match (is_complete && of >= needed, part < 1.0) {
        (true, _) => Within::of(surely >= rank, maybe < rank),
        (false, false) => Within::of(false, maybe < rank),
        (false, true) => Within::of(
            at_least(surely, of, part) <= alpha,
            at_most(maybe, of, part) <= alpha,
        ),
    };
    let what = match process.kind() {
        GcProcessKind::Log => "both stops of a cycle together",
        _ => "by the ring of pauses",
    };
    let cycles = counted(of, "cycle");
    let result = verdict.result(is_upper);
    let why = match result {
        ClaimResult::Inconclusive if of < needed => {
            format!("{cycles}, {what}: it takes {needed} or more")
        }
        ClaimResult::Inconclusive => format!("{cycles}, {what}: the log cuts its numbers"),
        _ => format!("{cycles}, {what}"),
    };
    (result, measured, (why, None))
}

fn order(bound: Decimal, nanos: u64) -> Ordering {
    bound.order_of(i128::from(nanos))
}

fn measured_at(pauses: &[(u64, u64)], rank: u64) -> Measured {
    let at = |end: fn(&(u64, u64)) -> u64| {
        let mut sorted: Vec<u64> = pauses.iter().map(end).collect();
        sorted.sort_unstable();
        let place = usize::try_from(rank.saturating_sub(1)).unwrap_or(0);
        sorted.get(place).or(sorted.last()).copied().unwrap_or(0) as f64
    };
    let (low, high) = (at(|one| one.0), at(|one| one.1));
    measured(low, low, high)
}

/// Whether the quantile is within a bound.
#[derive(Clone, Copy)]
enum Within {
    Yes,
    No,
    Open,
}

impl Within {
    fn of(yes: bool, no: bool) -> Within {
        match (yes, no) {
            (true, _) => Within::Yes,
            (_, true) => Within::No,
            _ => Within::Open,
        }
    }

    fn result(self, is_upper: bool) -> ClaimResult {
        match (self, is_upper) {
            (Within::Open, _) => ClaimResult::Inconclusive,
            (Within::Yes, true) | (Within::No, false) => ClaimResult::Pass,
            _ => ClaimResult::Fail,
        }
    }
}

fn growth(process: &SideProcess<'_>) -> Decision {
    let HeapTrend { trend, loses_room } = match process.heap_trend() {
        Ok(known) => known,
        Err(why) => return undecided(why),
    };
    let (result, why) = match trend.label {
        TrendLabel::Growing => (ClaimResult::Fail, "the heap after collections grows"),
        TrendLabel::Stepped => (
            ClaimResult::Inconclusive,
            "the heap went from one level to another: more snapshots tell whether it settles",
        ),
        TrendLabel::Rose => (
            ClaimResult::Inconclusive,
            "the heap is higher in the end, and may have stopped to grow: more snapshots tell",
        ),
        _ if loses_room => (
            ClaimResult::Inconclusive,
            "the goal of the heap does not grow, but less is allocated from cycle to cycle: what is live may take the room below a memory limit; a log of the collector, or metrics with /gc/heap/live:bytes, tell",
        ),
        _ if trend.open.is_some() => (
            ClaimResult::Inconclusive,
            "the heap after collections was higher in the end than before, or crept upwards: more snapshots tell whether it grows",
        ),
        _ => (
            ClaimResult::Pass,
            "the heap after collections does not grow",
        ),
    };
    (result, None, (why.to_owned(), None))
}

/// Decided for all processes of a side together, by each kind of source.
fn changes(
    claim: &Claim,
    measure: GcMeasure,
    bound: Decimal,
    sides: &CollectorSides<'_>,
) -> Vec<Finding> {
    let Some(before) = &sides.before else {
        let mut none = finding(measure.name(), undecided(""));
        none.reason = Reason::NoBefore;
        return vec![none];
    };
    let mut findings = Vec::new();
    for kind in [GcProcessKind::Snapshots, GcProcessKind::Log] {
        let [old, new] = [before, &sides.after].map(|side| side.of_kind(kind));
        let name = format!("{} of {}", measure.name(), kind.name());
        let decision = match (old.is_empty(), new.is_empty(), measure.quantity(kind)) {
            (true, true, _) => continue,
            (false, false, Some(quantity)) => {
                let change = GcChange::new(quantity, [&old, &new], confidence(sides.alpha));
                let decision = changed(claim, measure, bound, &change, sides.alpha);
                match wrong_sides(&old, &new) {
                    Some(why) => (
                        ClaimResult::Inconclusive,
                        decision.1,
                        (why.to_owned(), None),
                    ),
                    None => decision,
                }
            }
            _ => undecided("one side has snapshots, the other a log: they do not mean the same"),
        };
        findings.push(finding(&name, decision));
    }
    findings
}

/// Why nothing can have become of the one side what the other is: a step of a pipeline took the wrong files.
fn wrong_sides(before: &[SideProcess<'_>], after: &[SideProcess<'_>]) -> Option<&'static str> {
    let mut pairs = before
        .iter()
        .flat_map(|old| after.iter().map(move |new| (old, new)));
    pairs.find_map(|(old, new)| {
        if old.shares_data(new) {
            Some("the same data is on both sides: nothing can have changed in it")
        } else if old.is_later_part_of(new) {
            Some("the older side is a later part of the same process than the newer one")
        } else {
            None
        }
    })
}

/// Each end of an interval holds by itself.
fn confidence(alpha: f64) -> Confidence {
    Confidence::new(1.0 - 2.0 * alpha).unwrap_or_default()
}

fn changed(
    claim: &Claim,
    measure: GcMeasure,
    bound: Decimal,
    change: &GcChange,
    alpha: f64,
) -> Decision {
    let scale = match measure {
        GcMeasure::Cpu => 100.0,
        _ => 1.0,
    };
    let measured = change.after.map(|after| Measured {
        before: change.before.map(|before| before * scale),
        ratio: change
            .ratio
            .and_then(|ratio| Some([ratio.ratio?, ratio.low?, ratio.high?])),
        ..self::measured(after * scale, after * scale, after * scale)
    });
    let factor = bound.factor();
    let (Some(below), Some(above)) = (change.p_below(factor), change.p_above(factor)) else {
        let why = change.why.clone().unwrap_or_default();
        return (ClaimResult::Inconclusive, measured, (why, None));
    };
    let (speaks_for, against) = match claim.operator.is_upper() {
        true => (below, above),
        false => (above, below),
    };
    let by = match change.basis {
        Some(GcBasis::Processes) => "by the processes of each side",
        _ => "by the steps of each process over time",
    };
    let (result, grounds) = match (speaks_for <= alpha, against <= alpha) {
        (true, _) => (ClaimResult::Pass, (by.to_owned(), Some(speaks_for))),
        (_, true) => (ClaimResult::Fail, (by.to_owned(), Some(against))),
        _ => {
            let why = format!(
                "it varies too much to tell, {by}: more snapshots, or further processes, tell"
            );
            (ClaimResult::Inconclusive, (why, None))
        }
    };
    (result, measured, grounds)
}

#[cfg(test)]
mod tests {
    use super::{confidence, needed};

    #[test]
    fn each_end_of_an_interval_holds_by_itself() {
        for (alpha, level) in [(0.05, 0.9), (0.025, 0.95), (0.005, 0.99)] {
            assert!((confidence(alpha).level() - level).abs() < 1e-12);
        }
    }

    #[test]
    fn a_quantile_takes_as_many_cycles_as_one_is_beyond_it() {
        assert_eq!(
            [0.5, 0.9, 0.95, 0.99, 0.999].map(needed),
            [10, 10, 20, 100, 100]
        );
    }
}
