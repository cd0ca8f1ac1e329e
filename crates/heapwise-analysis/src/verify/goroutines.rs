//! Claims about goroutines, decided on one dump or on a series.

use std::collections::BTreeMap;

use super::claim::{Bound, Claim, Kind};
use super::decimal::Decimal;
use super::near::near_names;
use super::outcome::{ClaimResult, Finding, Observed, Outcome, Reason, Suppression};
use super::unread;
use crate::estimate::Estimate;
use crate::goroutines::GoroutineGroups;
use crate::site::Site;
use crate::stats::TrendLabel;

/// What the unit of every such claim is.
const UNIT: &str = "count";
/// From so many dumps on a trend is no guess.
const FULL_SERIES: usize = 5;

/// Decides a claim about goroutines; see [`Claim::is_about_goroutines`]. A site is a function, and
/// has the goroutines that have it anywhere on their stacks. Sites that are suppressed are let
/// off; those past their last day are to be left out.
pub fn decide_on_goroutines(
    claim: &Claim,
    goroutines: &GoroutineGroups,
    suppressions: &[Suppression],
) -> Outcome {
    let mut findings = match &claim.site.0 {
        Kind::Total => vec![total(claim, goroutines)],
        Kind::Leaked => vec![leaked(claim, goroutines)],
        Kind::Named(_) | Kind::Matching(_) => functions(claim, goroutines, suppressions),
    };
    unread::doubt(claim, goroutines, &mut findings);
    findings.sort_by_key(|finding| match finding.result {
        ClaimResult::Fail => 0,
        ClaimResult::Inconclusive => 1,
        ClaimResult::Pass => 2,
    });
    let results = findings.iter().map(|finding| finding.result);
    let result = results.reduce(ClaimResult::and);
    Outcome {
        claim: claim.text.clone(),
        unit: UNIT.to_owned(),
        result: result.unwrap_or(ClaimResult::Inconclusive),
        reason: reason(claim, &findings),
        findings,
    }
}

fn reason(claim: &Claim, findings: &[Finding]) -> Reason {
    if let ([single], false) = (findings, claim.site.is_regexp()) {
        return single.reason.clone();
    }
    let count = |wanted: ClaimResult| {
        let results = findings.iter().filter(|f| f.result == wanted);
        results.count()
    };
    let suppressed = findings
        .iter()
        .filter(|finding| matches!(finding.reason, Reason::Suppressed { .. }))
        .count();
    Reason::Sites {
        pass: count(ClaimResult::Pass) - suppressed,
        fail: count(ClaimResult::Fail),
        inconclusive: count(ClaimResult::Inconclusive),
        suppressed,
    }
}

fn total(claim: &Claim, goroutines: &GoroutineGroups) -> Finding {
    let series = goroutines.series.iter();
    let counts: Vec<i64> = series.map(|point| point.total).collect();
    decided(claim, goroutines, None, &counts)
}

fn leaked(claim: &Claim, goroutines: &GoroutineGroups) -> Finding {
    let leaked = goroutines.leaked();
    let mut finding = decided(claim, goroutines, None, &[leaked]);
    "leaked".clone_into(&mut finding.name);
    if !goroutines.has_proof {
        let why = "nothing among the dumps tells leaked goroutines: give \
             /debug/pprof/goroutineleak (Go 1.27)";
        finding.result = ClaimResult::Inconclusive;
        finding.reason = Reason::NotJudged(why.to_owned());
        finding.observed = None;
    }
    finding
}

/// The functions that a claim means, each with its goroutines over the series.
fn functions(
    claim: &Claim,
    goroutines: &GoroutineGroups,
    suppressions: &[Suppression],
) -> Vec<Finding> {
    let all = counts_by_function(goroutines);
    let site = |name: &str| Site {
        function: Some(name.to_owned()),
        ..Site::default()
    };
    let meant = all
        .iter()
        .filter(|(name, _)| claim.site.matches(&site(name)));
    let mut findings: Vec<Finding> = meant
        .map(|(name, counts)| {
            let mut finding = decided(claim, goroutines, Some(site(name)), counts);
            finding.suppress(suppressions);
            finding
        })
        .collect();
    if findings.is_empty() {
        findings.push(not_found(claim, goroutines, all.into_keys().collect()));
    }
    findings
}

fn counts_by_function(goroutines: &GoroutineGroups) -> BTreeMap<String, Vec<i64>> {
    let mut all: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for group in &goroutines.groups {
        let frames = goroutines
            .sites_of(&group.stack)
            .chain(goroutines.sites_of(&group.parked_in));
        let mut names: Vec<&str> = frames.filter_map(|site| site.function.as_deref()).collect();
        names.sort_unstable();
        names.dedup();
        for name in names {
            let counts = all.entry(name.to_owned()).or_default();
            counts.resize(group.counts.len(), 0);
            for (sum, count) in counts.iter_mut().zip(&group.counts) {
                *sum = sum.saturating_add(*count);
            }
        }
    }
    all
}

/// None has it on its stack: that is 0 goroutines, or a name that is not meant.
fn not_found(claim: &Claim, goroutines: &GoroutineGroups, names: Vec<String>) -> Finding {
    let none = vec![0; goroutines.series.len()];
    let mut finding = decided(claim, goroutines, None, &none);
    let wanted = claim.site.name();
    let wanted = wanted.unwrap_or(claim.text.as_str());
    wanted.clone_into(&mut finding.name);
    finding.reason = Reason::NotFound {
        near: near_names(wanted, &names),
    };
    finding
}

impl Finding {
    fn suppress(&mut self, suppressions: &[Suppression]) {
        let site = self.site.as_ref();
        let found = suppressions
            .iter()
            .find(|one| site.is_some_and(|site| one.site.matches(site)));
        if let Some(suppression) = found {
            self.result = ClaimResult::Pass;
            self.reason = Reason::Suppressed {
                until: suppression.expires,
                reason: suppression.reason.clone(),
            };
        }
    }
}

fn decided(
    claim: &Claim,
    goroutines: &GoroutineGroups,
    site: Option<Site>,
    counts: &[i64],
) -> Finding {
    let last = counts.last().copied().unwrap_or(0);
    let (result, reason) = match claim.bound {
        Bound::Value(bound) => (compared(claim, last, bound), Reason::Exact),
        Bound::NoGrowth => growth(goroutines, counts),
        Bound::Change(_) | Bound::PerOperation(_) => {
            let why = "goroutines have no such bound".to_owned();
            (ClaimResult::Inconclusive, Reason::NotJudged(why))
        }
    };
    Finding {
        name: site.as_ref().map_or("total".to_owned(), Site::pprof_name),
        site,
        result,
        reason,
        observed: Some(Observed {
            before: first_of(claim, counts).map(|first| Estimate::exact(first.into())),
            after: Estimate::exact(last.into()),
            ratio: None,
            operations: None,
            per_operation: None,
        }),
    }
}

/// What growth is seen from.
fn first_of(claim: &Claim, counts: &[i64]) -> Option<i64> {
    let is_growth = claim.bound == Bound::NoGrowth;
    counts.first().copied().filter(|_| is_growth)
}

fn compared(claim: &Claim, count: i64, bound: Decimal) -> ClaimResult {
    match claim.operator.holds(bound.order_of(count.into())) {
        true => ClaimResult::Pass,
        false => ClaimResult::Fail,
    }
}

/// Five dumps or more decide. Fewer cannot tell a leak from a step, but do when nothing ever rose.
fn growth(goroutines: &GoroutineGroups, counts: &[i64]) -> (ClaimResult, Reason) {
    let Some(trend) = goroutines.trend_of(counts) else {
        let why = "growth takes several dumps to see, best five or more".to_owned();
        return (ClaimResult::Inconclusive, Reason::NotJudged(why));
    };
    let never_rose = counts.windows(2).all(|pair| pair[1] <= pair[0]);
    let result = match (trend.label, counts.len() >= FULL_SERIES) {
        (TrendLabel::Growing, true) => ClaimResult::Fail,
        (_, true) => ClaimResult::Pass,
        (_, false) if never_rose => ClaimResult::Pass,
        (_, false) => ClaimResult::Inconclusive,
    };
    let reason = Reason::Trend {
        counts: counts.to_vec(),
        label: trend.label,
        tentative: trend.tentative,
    };
    (result, reason)
}
