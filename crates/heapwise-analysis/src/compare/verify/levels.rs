//! Claims on what is in use over a series of snapshots: that it does not grow, or not faster than so much.

use super::claim::{Bound, Claim, Kind};
use super::decimal::Decimal;
use super::known::KnownNames;
use super::outcome::{ClaimResult, Finding, Observed, Outcome, Reason, Suppression};
use super::verifier;
use crate::growth::{GrowthAnswer, Hidden, SiteGrowth};
use crate::site::identity::Site;
use crate::sums::estimate::{Estimate, Sampling};
use heapwise_stats::{LevelLabel, q_values};

/// From so many snapshots on a verdict is no guess.
const FULL_SERIES: usize = 5;

/// Decides a claim on what is in use; see [`Claim::is_about_levels`]. The answers are those of all processes, as of
/// [`growth_of_each`](crate::growth_of_each), in each of which it has to hold; in each, an end of an interval holds by
/// itself at the confidence that claims are decided at, whose complement is `alpha`.
///
/// A site that no process has gives [`Reason::NotFound`], which is an error unless the claim is
/// [optional](Claim::optional). A process of one snapshot is not judged: nothing passes beside it.
pub fn decide_on_levels(
    claim: &Claim,
    growths: &[GrowthAnswer],
    alpha: f64,
    suppressions: &[Suppression],
) -> Outcome {
    let asked = Asked {
        claim,
        suppressions,
        alpha,
    };
    let meant = growths.iter().flat_map(|growth| {
        let meant = meant(claim, growth).into_iter();
        meant.map(move |one| (growth, one))
    });
    let meant: Vec<(&GrowthAnswer, &SiteGrowth)> = meant.collect();
    // Of many sites of one claim some rise by chance, and so in many processes.
    let chances: Vec<f64> = meant.iter().map(|(_, one)| one.trend.p_growth).collect();
    let findings = meant.iter().zip(q_values(&chances));
    let mut findings: Vec<Finding> = findings
        .map(|(&(growth, one), q)| {
            let mut finding = asked.finding(growth, (one, q));
            finding.suppress(suppressions);
            if growths.len() > 1 {
                let (at, all) = (growth.chosen + 1, growth.processes.len());
                finding.name = format!("process {at} of {all}: {}", finding.name);
            }
            finding
        })
        .collect();
    if findings.is_empty() {
        findings.push(not_found(claim, growths));
    }
    findings.extend(not_judged(claim, growths));
    findings.sort_by_key(|finding| finding.result.rank());
    let results = findings.iter().map(|finding| finding.result);
    Outcome {
        claim: claim.text.clone(),
        unit: growths
            .first()
            .map_or(String::new(), |growth| growth.sample_type.unit.clone()),
        result: results
            .reduce(ClaimResult::and)
            .unwrap_or(ClaimResult::Inconclusive),
        reason: match findings.as_slice() {
            [single] if !claim.site.is_regexp() && growths.len() < 2 => single.reason.clone(),
            _ => Reason::of_sites(&findings),
        },
        findings,
    }
}

fn meant<'a>(claim: &Claim, growth: &'a GrowthAnswer) -> Vec<&'a SiteGrowth> {
    if let Kind::Total = &claim.site.0 {
        return vec![&growth.total];
    }
    let is_meant = |one: &&SiteGrowth| {
        one.site
            .as_ref()
            .is_some_and(|site| claim.site.matches(site))
    };
    let all = growth.sites.iter().chain(&growth.idle);
    all.filter(is_meant).collect()
}

/// Why nothing holds of all processes, if they ran side by side.
fn beside(growth: &GrowthAnswer) -> Option<&'static str> {
    (growth.beside() > 0).then_some("other processes ran beside this one: give each its own series")
}

fn not_found(claim: &Claim, growths: &[GrowthAnswer]) -> Finding {
    let mut known = KnownNames::default();
    for growth in growths {
        known.absorb(KnownNames::of_growth(growth));
    }
    Finding {
        site: None,
        name: claim.site.label(),
        result: ClaimResult::Error,
        reason: Reason::NotFound {
            near: known.near(&claim.site),
        },
        observed: None,
    }
}

/// What is said of processes that are no series.
fn not_judged(claim: &Claim, growths: &[GrowthAnswer]) -> Option<Finding> {
    let count = growths.first().map_or(0, GrowthAnswer::single);
    let why = match count {
        0 => return None,
        1 => "1 process has one snapshot, which tells nothing: leave it out".to_owned(),
        many => {
            format!("{many} processes have one snapshot each, which tells nothing: leave these out")
        }
    };
    Some(verifier::undecided(claim, Reason::NotJudged(why)))
}

struct Asked<'a> {
    claim: &'a Claim,
    suppressions: &'a [Suppression],
    alpha: f64,
}

/// The result, and what keeps it from being decided.
type Decided = (ClaimResult, Option<String>);

impl Asked<'_> {
    fn finding(&self, growth: &GrowthAnswer, (one, q): (&SiteGrowth, f64)) -> Finding {
        let decided = match (unknown(growth), self.claim.bound) {
            (Some(why), _) => (ClaimResult::Inconclusive, Some(why)),
            (None, Bound::Growth(bound)) => self.by_rate(growth, one, bound),
            (None, _) => self.none(growth, one, q),
        };
        let (result, open) = with_doubt(growth, decided);
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
                snapshots: growth.points.len(),
                has_times: growth.has_times(),
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

    fn none(&self, growth: &GrowthAnswer, one: &SiteGrowth, q: f64) -> Decided {
        let is_short = growth.points.len() < FULL_SERIES;
        match one.trend.label {
            _ if is_short => undecided("five snapshots or more tell, best eight"),
            LevelLabel::Growing if one.trend.tentative || q > self.alpha => {
                undecided("it takes more snapshots to tell growth from chance")
            }
            LevelLabel::Growing => (ClaimResult::Fail, None),
            LevelLabel::Rose => undecided("it takes more snapshots to tell growth from a step"),
            _ => self.without_growth(growth, one),
        }
    }

    /// What shows no growth has none, unless it swings too much to tell, or a part of it grows.
    fn without_growth(&self, growth: &GrowthAnswer, one: &SiteGrowth) -> Decided {
        let part = match one.site {
            None => growth.sites.iter().find(|part| self.surely_grows(part)),
            Some(_) => None,
        };
        if let Some(part) = part.and_then(|part| part.site.as_ref()) {
            let name = part.pprof_name();
            return undecided(&format!("{name} grows, which the total does not show"));
        }
        match growth.hidden(one) {
            Hidden::BySwing => undecided(
                "it swings too much to tell whether it rises by half: a longer series tells",
            ),
            Hidden::SinceAStep => undecided(
                "a step, or growth: it takes more snapshots since then to tell that it does not rise by half",
            ),
            Hidden::ByChance => undecided(
                "it may have risen by half, and so few samples not show it: a longer series tells",
            ),
            Hidden::FellBack => (
                ClaimResult::Pass,
                Some("it fell back as low as before".to_owned()),
            ),
            Hidden::Nothing => (ClaimResult::Pass, None),
        }
    }

    /// Whether a site is no chance, and not let off.
    fn surely_grows(&self, one: &SiteGrowth) -> bool {
        let is_meant = |site: &Site| {
            let mut all = self.suppressions.iter();
            !all.any(|suppression| suppression.site().matches(site))
        };
        one.is_growing()
            && one.q.is_some_and(|q| q <= self.alpha)
            && one.site.as_ref().is_some_and(is_meant)
    }

    fn by_rate(&self, growth: &GrowthAnswer, one: &SiteGrowth, bound: Decimal) -> Decided {
        if !growth.has_times() {
            return undecided("the snapshots do not say when they were taken");
        }
        if growth.points.len() < FULL_SERIES {
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

/// What is not known is no pass and no failure.
fn unknown(growth: &GrowthAnswer) -> Option<String> {
    match growth.sampling {
        Sampling::Unknown(why) => Some(format!("{}: how sure it is cannot be told", why.reason())),
        _ => None,
    }
}

/// What processes keep to whose snapshots were told apart says nothing of all that ran at that time, and what is missing
/// of a snapshot looks as if it were freed.
fn with_doubt(growth: &GrowthAnswer, decided: Decided) -> Decided {
    if growth.cut > 0 {
        return undecided("a snapshot ends too early: leave it out");
    }
    match (decided.0, beside(growth)) {
        (ClaimResult::Pass, Some(why)) => undecided(why),
        _ => decided,
    }
}

fn undecided(why: &str) -> Decided {
    (ClaimResult::Inconclusive, Some(why.to_owned()))
}
