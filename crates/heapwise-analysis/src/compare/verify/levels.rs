//! Claims on what is in use over a series of snapshots: that it does not grow, or not faster than so much.

use super::claim::{Bound, Claim, Kind};
use super::decimal::Decimal;
use super::known::KnownNames;
use super::outcome::{ClaimResult, Finding, Observed, Outcome, Reason, Suppression};
use crate::growth::{GrowthAnswer, SiteGrowth};
use crate::site::identity::Site;
use crate::sums::estimate::{Estimate, Sampling};
use heapwise_stats::{LevelLabel, q_values};

/// From so many snapshots on a verdict is no guess.
const FULL_SERIES: usize = 5;

/// Decides a claim on what is in use; see [`Claim::is_about_levels`]. The answer is one in which each end of an interval
/// holds by itself at the confidence that claims are decided at, whose complement is `alpha`.
///
/// A site that matches nothing gives [`Reason::NotFound`], which is an error unless the claim is
/// [optional](Claim::optional).
pub fn decide_on_levels(
    claim: &Claim,
    growth: &GrowthAnswer,
    alpha: f64,
    suppressions: &[Suppression],
) -> Outcome {
    let meant: Vec<&SiteGrowth> = match &claim.site.0 {
        Kind::Total => vec![&growth.total],
        _ => {
            let is_meant = |one: &&SiteGrowth| {
                one.site
                    .as_ref()
                    .is_some_and(|site| claim.site.matches(site))
            };
            growth
                .sites
                .iter()
                .chain(&growth.idle)
                .filter(is_meant)
                .collect()
        }
    };
    // Of many sites of one claim some rise by chance.
    let chances: Vec<f64> = meant.iter().map(|one| one.trend.p_growth).collect();
    let asked = Asked {
        claim,
        growth,
        alpha,
    };
    let findings = meant.iter().zip(q_values(&chances));
    let mut findings: Vec<Finding> = findings
        .map(|(one, q)| {
            let mut finding = asked.finding(one, q);
            finding.suppress(suppressions);
            finding
        })
        .collect();
    if findings.is_empty() {
        findings.push(not_found(claim, growth));
    }
    findings.sort_by_key(|finding| finding.result.rank());
    let results = findings.iter().map(|finding| finding.result);
    Outcome {
        claim: claim.text.clone(),
        unit: growth.sample_type.unit.clone(),
        result: results
            .reduce(ClaimResult::and)
            .unwrap_or(ClaimResult::Inconclusive),
        reason: match findings.as_slice() {
            [single] if !claim.site.is_regexp() => single.reason.clone(),
            _ => Reason::of_sites(&findings),
        },
        findings,
    }
}

/// Why nothing holds of all processes, if they ran side by side.
fn beside(growth: &GrowthAnswer) -> Option<&'static str> {
    (growth.beside() > 0).then_some("other processes ran beside this one: give each its own series")
}

fn not_found(claim: &Claim, growth: &GrowthAnswer) -> Finding {
    if let Some(why) = beside(growth) {
        return Finding {
            site: None,
            name: claim.site.label(),
            result: ClaimResult::Inconclusive,
            reason: Reason::NotJudged(why.to_owned()),
            observed: None,
        };
    }
    Finding {
        site: None,
        name: claim.site.label(),
        result: ClaimResult::Error,
        reason: Reason::NotFound {
            near: KnownNames::of_growth(growth).near(&claim.site),
        },
        observed: None,
    }
}

struct Asked<'a> {
    claim: &'a Claim,
    growth: &'a GrowthAnswer,
    alpha: f64,
}

impl Asked<'_> {
    fn finding(&self, one: &SiteGrowth, q: f64) -> Finding {
        let decided = match self.claim.bound {
            Bound::Growth(bound) => self.by_rate(one, bound),
            _ => self.none(one, q),
        };
        let (result, open) = self.with_doubt(decided);
        let snapshots = self.growth.points.len();
        let first = one.values.first();
        Finding {
            name: one
                .site
                .as_ref()
                .map_or("total".to_owned(), Site::pprof_name),
            site: one.site.clone(),
            result,
            reason: Reason::Level {
                verdict: one.verdict,
                rate: one.trend.rate,
                snapshots,
                has_times: self.growth.has_times(),
                open,
            },
            observed: Some(Observed {
                before: Some(Estimate::unknown(first)),
                after: Estimate::unknown(one.last()),
                ratio: None,
                operations: None,
                per_operation: None,
            }),
        }
    }

    /// What is not known is no pass and no failure.
    fn unknown(&self) -> Option<String> {
        match self.growth.sampling {
            Sampling::Unknown(why) => {
                Some(format!("{}: how sure it is cannot be told", why.reason()))
            }
            _ => None,
        }
    }

    /// What one process keeps to says nothing of another that ran beside it, and what is missing of a snapshot looks as
    /// if it were freed.
    fn with_doubt(&self, decided: (ClaimResult, Option<String>)) -> (ClaimResult, Option<String>) {
        if self.growth.cut > 0 {
            return undecided("a snapshot ends too early: leave it out");
        }
        match (decided.0, beside(self.growth)) {
            (ClaimResult::Pass, Some(why)) => undecided(why),
            _ => self.with_others(decided),
        }
    }

    /// Says that other processes, before a restart, are not judged.
    fn with_others(
        &self,
        (result, open): (ClaimResult, Option<String>),
    ) -> (ClaimResult, Option<String>) {
        let all = self.growth.processes.len();
        let others = (all > 1).then(|| format!("one process of {all}: the others are not judged"));
        (result, open.or(others))
    }

    fn none(&self, one: &SiteGrowth, q: f64) -> (ClaimResult, Option<String>) {
        if let Some(why) = self.unknown() {
            return (ClaimResult::Inconclusive, Some(why));
        }
        let is_short = self.growth.points.len() < FULL_SERIES;
        match one.trend.label {
            _ if is_short => undecided("five snapshots or more tell, best eight"),
            LevelLabel::Growing if one.trend.tentative || q > self.alpha => {
                undecided("it takes more snapshots to tell growth from chance")
            }
            LevelLabel::Growing => (ClaimResult::Fail, None),
            LevelLabel::Rose => undecided("it takes more snapshots to tell growth from a step"),
            _ => (ClaimResult::Pass, None),
        }
    }

    fn by_rate(&self, one: &SiteGrowth, bound: Decimal) -> (ClaimResult, Option<String>) {
        if let Some(why) = self.unknown() {
            return (ClaimResult::Inconclusive, Some(why));
        }
        if !self.growth.has_times() {
            return undecided("the snapshots do not say when they were taken");
        }
        if self.growth.points.len() < FULL_SERIES {
            return undecided("five snapshots or more tell, best eight");
        }
        if one.trend.tentative {
            return undecided("too few snapshots since it began to rise");
        }
        let rate = one.trend.rate;
        let holds = |value: f64| self.claim.operator.holds(value.total_cmp(&bound.value()));
        match (rate.low, rate.high) {
            (_, Some(high)) if holds(high) => (ClaimResult::Pass, None),
            (Some(low), _) if !holds(low) => (ClaimResult::Fail, None),
            _ => undecided("a longer series has a narrower interval"),
        }
    }
}

fn undecided(why: &str) -> (ClaimResult, Option<String>) {
    (ClaimResult::Inconclusive, Some(why.to_owned()))
}
