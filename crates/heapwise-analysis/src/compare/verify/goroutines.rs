//! Claims about goroutines, decided on one dump or on a series.

use std::collections::BTreeMap;

use super::claim::{Bound, Claim, Kind};
use super::decimal::Decimal;
use super::known::KnownNames;
use super::outcome::{ClaimResult, Covers, Finding, Observed, Outcome, Reason, Suppression};
use super::unread;
use crate::goroutines::{
    Allowance, Contradiction, GoroutineGroup, GoroutineGroups, Lasting, Sureness,
};
use crate::site::identity::Site;
use crate::sums::estimate::Estimate;
use heapwise_decode::counted;
use heapwise_stats::TrendLabel;

/// What the unit of every such claim is.
const UNIT: &str = "count";
/// From so many dumps on a trend is no guess.
const FULL_SERIES: usize = 5;

/// Decides a claim about goroutines; see [`Claim::is_about_goroutines`]. A site is a function, and
/// has the goroutines that have it anywhere on their stacks and those that it created. Sites that
/// are suppressed are let off; those past their last day are to be left out.
///
/// A site that matches nothing gives [`Reason::NotFound`], which is an error unless the claim is
/// [optional](Claim::optional).
pub fn decide_on_goroutines(
    claim: &Claim,
    goroutines: &GoroutineGroups,
    suppressions: &[Suppression],
) -> Outcome {
    let mut findings = match &claim.site.0 {
        Kind::Total => vec![total(claim, goroutines)],
        Kind::Leaked => vec![leaked(claim, goroutines, suppressions)],
        Kind::Collector(_) | Kind::Escape(_) | Kind::Advice => Vec::new(),
        Kind::Named(_) | Kind::Matching(_) => functions(claim, goroutines, suppressions),
    };
    unread::doubt(claim, goroutines, &mut findings);
    findings.sort_by_key(|finding| finding.result.rank());
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
    Reason::of_sites(findings)
}

fn total(claim: &Claim, goroutines: &GoroutineGroups) -> Finding {
    let series = goroutines.series.iter();
    let counts: Vec<i64> = series.map(|point| point.total).collect();
    // Of many groups one is suspected by chance.
    let lasting = goroutines.groups.iter().filter_map(|group| group.lasting);
    let lasting = lasting.filter(|lasting| lasting.sureness == Sureness::Sure);
    let mut all = OverTime {
        lasting: surest(lasting),
        ..OverTime::of(&counts)
    };
    goroutines
        .groups
        .iter()
        .for_each(|group| all.leave_out(group));
    decided(claim, goroutines, None, &all)
}

/// How many goroutines there were in each dump, and what else tells whether they become more.
struct OverTime {
    counts: Vec<i64>,
    /// Of these, those of groups that are not [turned over](GoroutineGroup::turned_over).
    staying: Vec<i64>,
    /// How many of the others were seen before the last dump.
    turned_over: i64,
    lasting: Option<Lasting>,
}

impl OverTime {
    fn of(counts: &[i64]) -> OverTime {
        OverTime {
            counts: counts.to_vec(),
            staying: counts.to_vec(),
            turned_over: 0,
            lasting: None,
        }
    }

    /// What a group has that is turned over stays out of what may be a leak.
    fn leave_out(&mut self, group: &GoroutineGroup) {
        let Some(turned_over) = group.turned_over else {
            return;
        };
        self.turned_over = self.turned_over.saturating_add(turned_over);
        for (sum, count) in self.staying.iter_mut().zip(&group.counts) {
            *sum = sum.saturating_sub(*count);
        }
    }
}

fn surest(lasting: impl Iterator<Item = Lasting>) -> Option<Lasting> {
    lasting.max_by_key(|lasting| (lasting.sureness, lasting.still))
}

/// What is leaked and not let off.
fn leaked(claim: &Claim, goroutines: &GoroutineGroups, suppressions: &[Suppression]) -> Finding {
    let mut counts = vec![0];
    let mut allowed: Vec<(i64, Allowance)> = Vec::new();
    for group in goroutines.groups.iter().filter(|group| group.leaked > 0) {
        match goroutines.suppression(group, suppressions) {
            Some(suppression) => let_off(&mut allowed, group.leaked, suppression),
            None => add(&mut counts, group),
        }
    }
    let mut finding = decided(claim, goroutines, None, &OverTime::of(&counts));
    "leaked".clone_into(&mut finding.name);
    let phantoms = goroutines.phantoms.total();
    if finding.reason == Reason::Exact && (phantoms > 0 || !allowed.is_empty()) {
        finding.reason = Reason::Leaked { phantoms, allowed };
    }
    if !goroutines.has_proof {
        let why = "nothing among the dumps tells leaked goroutines: give \
             /debug/pprof/goroutineleak (Go 1.27)";
        finding.result = ClaimResult::Inconclusive;
        finding.reason = Reason::NotJudged(why.to_owned());
        finding.observed = None;
    }
    finding
}

/// Adds the leaked of a group, over several leak profiles where there are.
fn add(counts: &mut Vec<i64>, group: &GoroutineGroup) {
    let over_time = group.leaked_over_time.as_ref();
    let single = [group.leaked];
    let leaked = over_time.map_or(&single[..], |leaked| &leaked.counts);
    counts.resize(leaked.len().max(counts.len()), 0);
    for (sum, count) in counts.iter_mut().zip(leaked) {
        *sum = sum.saturating_add(*count);
    }
    // Marks in other dumps may tell of more than the last leak profile does.
    if let (Some(last), Some(told)) = (counts.last_mut(), leaked.last()) {
        *last = last.saturating_add(group.leaked.saturating_sub(*told));
    }
}

fn let_off(allowed: &mut Vec<(i64, Allowance)>, leaked: i64, suppression: &Suppression) {
    let allowance = suppression.allowance();
    match allowed.iter_mut().find(|(_, known)| *known == allowance) {
        Some((sum, _)) => *sum = sum.saturating_add(leaked),
        None => allowed.push((leaked, allowance)),
    }
}

/// The functions that a claim means, each with its goroutines over the series.
fn functions(
    claim: &Claim,
    goroutines: &GoroutineGroups,
    suppressions: &[Suppression],
) -> Vec<Finding> {
    let all = by_function(goroutines, suppressions);
    let site = |name: &str| Site::of_function(name.to_owned());
    let meant = all
        .iter()
        .filter(|(name, _)| claim.site.matches(&site(name)));
    let mut findings: Vec<Finding> = meant
        .map(|(name, all)| {
            let mut finding = decided(claim, goroutines, Some(site(name)), &all.over_time());
            finding.reason = Reason::Covers(all.covers(), Box::new(finding.reason));
            if let Some(suppression) = all.let_off.filter(|_| all.is_empty()) {
                finding.let_off(suppression);
            }
            finding.suppress(suppressions);
            finding
        })
        .collect();
    if findings.is_empty() {
        findings.push(not_found(claim, goroutines));
    }
    findings
}

/// The goroutines of a function.
#[derive(Default)]
struct OfFunction<'a> {
    counts: Vec<i64>,
    /// Of these, those that have it on their stacks.
    on_stack: Vec<i64>,
    /// The most of them that one group has.
    largest: i64,
    lasting: Option<Lasting>,
    /// Those of its groups that are turned over.
    turned_over: Vec<&'a GoroutineGroup>,
    /// Lets off some that it created, which then do not count for it.
    let_off: Option<&'a Suppression>,
}

impl<'a> OfFunction<'a> {
    fn over_time(&self) -> OverTime {
        let mut all = OverTime {
            lasting: self.lasting,
            ..OverTime::of(&self.counts)
        };
        self.turned_over
            .iter()
            .for_each(|group| all.leave_out(group));
        all
    }

    fn is_empty(&self) -> bool {
        self.counts.iter().all(|&count| count == 0)
    }

    fn add(&mut self, group: &'a GoroutineGroup, is_on_stack: bool) {
        self.turned_over
            .extend(group.turned_over.is_some().then_some(group));
        self.counts.resize(group.counts.len(), 0);
        self.on_stack.resize(group.counts.len(), 0);
        let both = self.counts.iter_mut().zip(&mut self.on_stack);
        for ((sum, on_stack), count) in both.zip(&group.counts) {
            *sum = sum.saturating_add(*count);
            if is_on_stack {
                *on_stack = on_stack.saturating_add(*count);
            }
        }
        // Of many groups one is suspected by chance: only the largest says something of all.
        let is_largest = group.count > self.largest;
        self.largest = self.largest.max(group.count);
        let is_sure = |lasting: &Lasting| lasting.sureness == Sureness::Sure;
        let own = group.lasting.filter(|own| is_largest || is_sure(own));
        let known = self.lasting.filter(|known| !is_largest || is_sure(known));
        self.lasting = surest(known.into_iter().chain(own));
    }

    fn covers(&self) -> Covers {
        let last = |counts: &[i64]| counts.last().copied().unwrap_or(0);
        let on_stack = last(&self.on_stack);
        let mut both = self.counts.iter().zip(&self.on_stack);
        Covers {
            on_stack,
            created: last(&self.counts).saturating_sub(on_stack),
            is_ever_on_stack: self.on_stack.iter().any(|&count| count != 0),
            has_ever_created: both.any(|(all, on_stack)| all != on_stack),
        }
    }
}

/// Each group counts once for a function, whether the function is on its stack, created it, or
/// both.
fn by_function<'a>(
    goroutines: &'a GoroutineGroups,
    suppressions: &'a [Suppression],
) -> BTreeMap<String, OfFunction<'a>> {
    let mut all: BTreeMap<String, OfFunction<'a>> = BTreeMap::new();
    for group in &goroutines.groups {
        let frames = goroutines
            .sites_of(&group.stack)
            .chain(goroutines.sites_of(&group.parked_in));
        let mut names: Vec<&str> = frames.filter_map(|site| site.function.as_deref()).collect();
        names.sort_unstable();
        names.dedup();
        for name in &names {
            all.entry((*name).to_owned()).or_default().add(group, true);
        }
        let creator = group.created_by.and_then(|place| goroutines.site(place));
        let creator = creator.and_then(|site| site.function.as_deref());
        if let Some(name) = creator.filter(|name| !names.contains(name)) {
            let of_creator = all.entry(name.to_owned()).or_default();
            match goroutines.suppression(group, suppressions) {
                None => of_creator.add(group, false),
                found => {
                    of_creator.counts.resize(group.counts.len(), 0);
                    of_creator.let_off = of_creator.let_off.or(found);
                }
            }
        }
    }
    all
}

/// None has it on its stack or was created by it: that is 0 goroutines, or a name that is not meant.
fn not_found(claim: &Claim, goroutines: &GoroutineGroups) -> Finding {
    let none = vec![0; goroutines.series.len()];
    let mut finding = decided(claim, goroutines, None, &OverTime::of(&none));
    let wanted = claim.site.name();
    let wanted = wanted.unwrap_or(claim.text.as_str());
    wanted.clone_into(&mut finding.name);
    finding.reason = Reason::NotFound {
        near: KnownNames::of_goroutines(goroutines).near(&claim.site),
    };
    finding
}

impl Finding {
    pub(super) fn suppress(&mut self, suppressions: &[Suppression]) {
        let site = self.site.as_ref();
        let found = suppressions
            .iter()
            .find(|one| site.is_some_and(|site| one.site.matches(site)));
        if let Some(suppression) = found {
            self.let_off(suppression);
        }
    }

    fn let_off(&mut self, suppression: &Suppression) {
        self.result = ClaimResult::Pass;
        self.reason = Reason::Suppressed {
            until: suppression.expires,
            reason: suppression.reason.clone(),
        };
    }
}

fn decided(
    claim: &Claim,
    goroutines: &GoroutineGroups,
    site: Option<Site>,
    all: &OverTime,
) -> Finding {
    let counts = all.counts.as_slice();
    let last = counts.last().copied().unwrap_or(0);
    let (result, reason) = match claim.bound {
        Bound::Value(bound) => (compared(claim, last, bound), Reason::Exact),
        Bound::NoGrowth => growth(goroutines, all),
        Bound::Change(_) | Bound::PerOperation(_) | Bound::Growth(_) => {
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

/// Five dumps or more decide, unless a leak and a step explain them about as well, or they rose at the end. Fewer cannot tell a leak from a step, but do when nothing ever rose.
/// Counts that are steady are no all-clear where goroutines pile up below what comes and goes.
fn growth(goroutines: &GoroutineGroups, all: &OverTime) -> (ClaimResult, Reason) {
    let (result, reason) = growth_of(goroutines, &all.counts, all.lasting);
    if result != ClaimResult::Fail || all.turned_over == 0 {
        return (result, reason);
    }
    // What grows may be work alone.
    match growth_of(goroutines, &all.staying, all.lasting) {
        (ClaimResult::Fail, _) => (result, reason),
        _ => {
            let seen = counted(all.turned_over, "goroutine");
            let why = format!(
                "growing over {}, but none of {seen} of earlier dumps is still there in a later one: more at once, not a leak",
                counted(all.counts.len(), "dump")
            );
            (ClaimResult::Inconclusive, Reason::NotJudged(why))
        }
    }
}

fn growth_of(
    goroutines: &GoroutineGroups,
    counts: &[i64],
    lasting: Option<Lasting>,
) -> (ClaimResult, Reason) {
    let Some(trend) = goroutines.trend_of(counts) else {
        let why = "growth takes several dumps to see, best five or more".to_owned();
        return (ClaimResult::Inconclusive, Reason::NotJudged(why));
    };
    let never_rose = counts.windows(2).all(|pair| pair[1] <= pair[0]);
    // The process may have been another in between.
    let is_doubtful = goroutines.contradiction == Some(Contradiction::NumbersGoDown);
    let by_counts = match (trend.label, counts.len() >= FULL_SERIES) {
        _ if is_doubtful => ClaimResult::Inconclusive,
        (TrendLabel::Growing, true) => ClaimResult::Fail,
        (TrendLabel::Rose, true) => ClaimResult::Inconclusive,
        (_, true) if trend.open.is_some() => ClaimResult::Inconclusive,
        (_, true) => ClaimResult::Pass,
        (_, false) if never_rose => ClaimResult::Pass,
        (_, false) => ClaimResult::Inconclusive,
    };
    let starts = restarts_seen(counts);
    let by_counts = match starts {
        0 => by_counts,
        _ => by_counts.and(ClaimResult::Inconclusive),
    };
    let by_numbers = match lasting.map(|lasting| lasting.sureness) {
        Some(Sureness::Sure) => ClaimResult::Fail,
        Some(Sureness::Suspected) => ClaimResult::Inconclusive,
        None => ClaimResult::Pass,
    };
    let result = by_counts.and(by_numbers);
    let reason = match lasting.filter(|_| result != by_counts) {
        None if starts > 0 && result == ClaimResult::Inconclusive && !is_doubtful => {
            Reason::NotJudged(format!(
                "they only grew and {} fell to where they had begun: the process may have been started anew; give each process by itself",
                match starts {
                    1 => "then".to_owned(),
                    times => format!("{times} times"),
                }
            ))
        }
        None if is_doubtful => Reason::NotJudged(
            "the numbers of goroutines go down in between: the process may have been started anew"
                .to_owned(),
        ),
        Some(lasting) => Reason::Lasting {
            lasting,
            counts: counts.to_vec(),
            label: trend.label,
        },
        None => Reason::Trend {
            counts: counts.to_vec(),
            label: trend.label,
            tentative: trend.tentative,
            open: trend.open,
        },
    };
    (result, reason)
}

/// How often counts that had only grown, over a [full series](FULL_SERIES) and to the double at least, fell at once to where
/// they had begun: what a process that is started anew does, and work that ends.
fn restarts_seen(counts: &[i64]) -> usize {
    let (mut seen, mut start) = (0, 0);
    for (at, pair) in counts.windows(2).enumerate() {
        let &[here, next] = pair else { continue };
        if next >= here {
            continue;
        }
        let first = counts.get(start).copied().unwrap_or(here);
        let is_long = at + 1 - start >= FULL_SERIES;
        if is_long && here >= first.saturating_mul(2) && next <= first {
            seen += 1;
        }
        start = at + 1;
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::restarts_seen;

    #[test]
    fn counts_that_fall_to_where_they_began_may_be_of_a_process_that_was_started_anew() {
        let ramp = [4, 9, 9, 30, 60, 180];
        assert_eq!(restarts_seen(&[ramp, ramp].concat()), 1);
        assert_eq!(restarts_seen(&[ramp, ramp, [4; 6]].concat()), 2);
        assert_eq!(restarts_seen(&[&ramp[..], &[4]].concat()), 1);
        for other in [
            &ramp[..],
            &[4, 9, 30, 4],
            &[100, 110, 120, 130, 140, 100],
            &[4, 9, 9, 30, 60, 180, 90, 40, 4],
            &[4, 40, 30, 50, 20, 60, 4],
            &[],
        ] {
            assert_eq!(restarts_seen(other), 0, "{other:?}");
        }
    }
}
