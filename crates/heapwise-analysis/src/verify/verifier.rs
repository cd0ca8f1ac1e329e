use std::collections::BTreeSet;

use super::claim::{Bound, Claim, Operator};
use super::date::Date;
use super::decimal::Decimal;
use super::near::near_names;
use super::outcome::{ClaimResult, Finding, Observed, Outcome, Reason, Suppression};
use crate::advice::Advice;
use crate::blocks::Blocks;
use crate::diff::{
    Change, Column, DiffError, DiffOptions, DiffSide, Grounds, Note, Subject, Weighed, mean,
};
use crate::estimate::{Estimate, Sampling};
use crate::site::Site;
use crate::stats::{Confidence, q_values, times_longer};

/// How claims are decided.
#[derive(Debug, Clone)]
pub struct VerifyOptions {
    pub(super) diff: DiffOptions,
    one_sided: Confidence,
    suppressions: Vec<Suppression>,
}

impl VerifyOptions {
    /// Decides at the confidence of a comparison: each decision is wrong with at most one minus
    /// it. Suppressions past their last day `today` do not count; see [`Suppression::expired`].
    ///
    /// `None` for a confidence of one half or less, at which claims would both hold and not.
    pub fn new(
        mut diff: DiffOptions,
        suppressions: Vec<Suppression>,
        today: Date,
    ) -> Option<VerifyOptions> {
        let one_sided = Confidence::new(2.0 * diff.confidence.level() - 1.0)?;
        diff.limits = Some(one_sided);
        diff.detailed_rows = 0;
        Some(VerifyOptions {
            diff,
            one_sided,
            suppressions: suppressions
                .into_iter()
                .filter(|suppression| suppression.expired(today).is_none())
                .collect(),
        })
    }
}

/// What claims of one sample type are about.
#[derive(Debug, Clone, Copy)]
pub struct Compared<'a> {
    /// The older side, which only changes need.
    pub before: Option<DiffSide<'a>>,
    /// The newer side.
    pub after: DiffSide<'a>,
    /// Operations that all profiles of the newer side cover together.
    pub operations: Option<f64>,
    /// The exact total of the newer side for each operation, from a benchmark.
    pub exact_per_operation: Option<f64>,
}

/// Decides claims about one sample type.
pub struct Verifier<'a> {
    compared: &'a Compared<'a>,
    pub(super) options: &'a VerifyOptions,
    pub(super) weighed: Option<Weighed<'a>>,
    names: Vec<String>,
}

impl std::fmt::Debug for Verifier<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Verifier")
            .field("compared", self.compared)
            .finish_non_exhaustive()
    }
}

impl<'a> Verifier<'a> {
    /// Tests every site where there are two sides.
    ///
    /// # Errors
    ///
    /// When the sides cannot be compared as asked.
    pub fn new(
        compared: &'a Compared<'a>,
        options: &'a VerifyOptions,
    ) -> Result<Verifier<'a>, DiffError> {
        let weighed = match &compared.before {
            Some(before) => Some(Weighed::new(before, &compared.after, &options.diff)?),
            None => None,
        };
        let mut names: BTreeSet<String> = BTreeSet::new();
        for (ranking, _) in compared.after.profiles() {
            names.extend(ranking.rows.iter().map(|row| row.site.pprof_name()));
        }
        let rows = weighed.iter().flat_map(Weighed::rows);
        names.extend(rows.map(|row| row.site.pprof_name()));
        Ok(Verifier {
            compared,
            options,
            weighed,
            names: names.into_iter().collect(),
        })
    }

    /// What makes the comparison less sure than it looks.
    pub fn notes(&self) -> Vec<Note> {
        self.weighed
            .as_ref()
            .map(Weighed::notes)
            .unwrap_or_default()
    }

    /// Decides a claim, which must be about the sample type of this verifier.
    pub fn decide(&self, claim: &Claim) -> Outcome {
        let findings = match claim.bound {
            Bound::Change(change) => self.changes(claim, change),
            Bound::Value(value) => self.values(claim, value, false),
            Bound::PerOperation(value) => self.values(claim, value, true),
            Bound::NoGrowth => {
                let why = "growth is decided on dumps of goroutines".to_owned();
                vec![undecided(claim, Reason::NotJudged(why))]
            }
        };
        self.outcome(claim, findings)
    }

    pub(super) fn unit(&self) -> String {
        let newest = self.compared.after.profiles().next();
        let sample_type = newest.and_then(|(ranking, at)| ranking.header.sample_types.get(at));
        sample_type.map(|t| t.unit.clone()).unwrap_or_default()
    }

    pub(super) fn alpha(&self) -> f64 {
        self.options.diff.alpha()
    }

    fn outcome(&self, claim: &Claim, mut findings: Vec<Finding>) -> Outcome {
        let results = findings.iter().map(|finding| finding.result);
        let result = results.reduce(ClaimResult::and);
        let count = |wanted| findings.iter().filter(|f| f.result == wanted).count();
        let is_suppressed =
            |finding: &&Finding| matches!(finding.reason, Reason::Suppressed { .. });
        let reason = match findings.as_slice() {
            [single] => single.reason.clone(),
            several => Reason::Sites {
                pass: count(ClaimResult::Pass) - several.iter().filter(is_suppressed).count(),
                fail: count(ClaimResult::Fail),
                inconclusive: count(ClaimResult::Inconclusive),
                suppressed: several.iter().filter(is_suppressed).count(),
            },
        };
        findings.sort_by(|a, b| worst_first(a, b, claim.operator));
        Outcome {
            claim: claim.text.clone(),
            unit: self.unit(),
            result: result.unwrap_or(ClaimResult::Inconclusive),
            reason,
            findings,
        }
    }

    /// The suppression of a site; `None` is the total.
    pub(super) fn suppression(&self, site: Option<&Site>) -> Option<&Suppression> {
        let mut suppressions = self.options.suppressions.iter();
        suppressions.find(|suppression| match site {
            None => suppression.site.is_total(),
            Some(site) => suppression.site.matches(site),
        })
    }

    /// Lets off what is suppressed.
    fn let_off(&self, mut finding: Finding, claim: &Claim) -> Finding {
        let is_total = claim.site.is_total();
        let suppression = match &finding.site {
            Some(site) => self.suppression(Some(site)),
            None if is_total => self.suppression(None),
            None => None,
        };
        if let Some(suppression) = suppression {
            finding.result = ClaimResult::Pass;
            finding.reason = Reason::Suppressed {
                until: suppression.expires,
                reason: suppression.reason.clone(),
            };
        }
        finding
    }

    fn not_found(&self, claim: &Claim) -> Vec<String> {
        let name = claim.site.name();
        name.map(|name| near_names(name, &self.names))
            .unwrap_or_default()
    }

    // Changes.

    fn changes(&self, claim: &Claim, bound: Decimal) -> Vec<Finding> {
        let Some(weighed) = &self.weighed else {
            return vec![undecided(claim, Reason::NoBefore)];
        };
        let subjects = self.subjects(weighed, claim);
        if subjects.is_empty() {
            let near = self.not_found(claim);
            return vec![undecided(claim, Reason::NotFound { near })];
        }
        let grounds: Vec<Grounds> = subjects
            .iter()
            .map(|&(subject, _)| weighed.grounds(subject, bound.factor()))
            .collect();
        // Many sites: of the failures that are said, few may be chance.
        let failing: Vec<f64> = grounds
            .iter()
            .map(|grounds| match *grounds {
                Grounds::Test { below, above, .. } => against(claim.operator, below, above),
                _ => f64::NAN,
            })
            .collect();
        let family: Vec<f64> = failing.iter().copied().filter(|p| !p.is_nan()).collect();
        let mut adjusted = q_values(&family).into_iter();
        let mut findings = Vec::new();
        for ((subject, site), grounds) in subjects.into_iter().zip(&grounds) {
            let q = match grounds {
                Grounds::Test { .. } => adjusted.next().unwrap_or(1.0),
                _ => 1.0,
            };
            let Some(change) = weighed.detailed(subject) else {
                continue;
            };
            let (result, reason) = self.decide_change(claim, bound, &change, grounds, q);
            let name = site
                .as_ref()
                .map_or_else(|| "total".to_owned(), Site::pprof_name);
            let finding = Finding {
                site,
                name,
                result,
                reason,
                observed: Some(observed_change(&change)),
            };
            findings.push(self.let_off(finding, claim));
        }
        findings
    }

    fn subjects(&self, weighed: &Weighed<'_>, claim: &Claim) -> Vec<(Subject, Option<Site>)> {
        if claim.site.is_total() {
            return vec![(Subject::Total, None)];
        }
        let column = column(claim.is_cumulative);
        let rows = weighed.rows().enumerate();
        rows.filter(|(_, row)| claim.site.matches(&row.site))
            .map(|(at, row)| (Subject::Row(at, column), Some(row.site.clone())))
            .filter(|&(subject, _)| {
                let change = weighed.change(subject);
                change.is_some_and(|change| change.before.value != 0 || change.after.value != 0)
            })
            .collect()
    }

    fn decide_change(
        &self,
        claim: &Claim,
        bound: Decimal,
        change: &Change,
        grounds: &Grounds,
        q_against: f64,
    ) -> (ClaimResult, Reason) {
        match *grounds {
            Grounds::Nothing(ref reason) => {
                (ClaimResult::Inconclusive, Reason::NotJudged(reason.clone()))
            }
            Grounds::Certain(work) => {
                let order = order_of_change(bound, change, work);
                (certainly(claim.operator.holds(order)), Reason::Exact)
            }
            Grounds::Test { below, above, .. } => {
                let p_for = against(claim.operator, above, below);
                if p_for <= self.alpha() {
                    (ClaimResult::Pass, Reason::Test { p: p_for })
                } else if q_against <= self.alpha() {
                    (ClaimResult::Fail, Reason::Test { p: q_against })
                } else {
                    let ratio = change.ratio.map(|ratio| ratio.value / bound.factor() - 1.0);
                    let times = change.effective_samples.zip(ratio);
                    let times = times.and_then(|(samples, step)| times_longer(samples, step));
                    (ClaimResult::Inconclusive, self.too_few(times))
                }
            }
        }
    }

    /// What it would take.
    fn too_few(&self, times: Option<f64>) -> Reason {
        let period = self
            .compared
            .after
            .header()
            .and_then(|header| header.period);
        let measure = self.compared.after.measure();
        Reason::TooFewSamples {
            advice: Advice::new(times, period, measure),
        }
    }

    // Values of the newer side.

    fn values(&self, claim: &Claim, bound: Decimal, per_operation: bool) -> Vec<Finding> {
        let sites = self.sites(claim);
        let subjects: Vec<Option<Site>> = match claim.site.is_total() {
            true => vec![None],
            false if sites.is_empty() => vec![None],
            false => sites.into_iter().map(Some).collect(),
        };
        let count = subjects.len();
        let findings = subjects.into_iter().map(|site| {
            let finding = self.value(claim, bound, per_operation, (site, count));
            self.let_off(finding, claim)
        });
        findings.collect()
    }

    fn value(
        &self,
        claim: &Claim,
        bound: Decimal,
        per_operation: bool,
        (site, count): (Option<Site>, usize),
    ) -> Finding {
        let is_missing = site.is_none() && !claim.site.is_total();
        let name = match &site {
            Some(site) => site.pprof_name(),
            None => label_of(claim),
        };
        let after = self.level(claim, site.as_ref(), self.options.one_sided);
        let mut observed = Observed {
            before: None,
            after,
            ratio: None,
            operations: self
                .compared
                .operations
                .filter(|_| per_operation)
                .map(|operations| operations / self.compared.after.count().max(1) as f64),
            per_operation: None,
        };
        let (result, reason) = if per_operation {
            let exact = self.compared.exact_per_operation;
            observed.per_operation = exact.filter(|_| claim.site.is_total());
            match (observed.per_operation, observed.operations) {
                (Some(exact), _) => {
                    let order = exact.total_cmp(&bound.value());
                    (certainly(claim.operator.holds(order)), Reason::Exact)
                }
                (None, None) => (ClaimResult::Inconclusive, Reason::NoOperations),
                (None, Some(operations)) => {
                    self.decide_value(claim, (site.as_ref(), count), after, &|value| {
                        (value as f64 / operations).total_cmp(&bound.value())
                    })
                }
            }
        } else {
            self.decide_value(claim, (site.as_ref(), count), after, &|value| {
                bound.order_of(value)
            })
        };
        let reason = match (is_missing, reason) {
            (true, Reason::Exact | Reason::Limit | Reason::TooFewSamples { .. }) => {
                Reason::NotFound {
                    near: self.not_found(claim),
                }
            }
            (_, reason) => reason,
        };
        Finding {
            site,
            name,
            result,
            reason,
            observed: Some(observed),
        }
    }

    fn decide_value(
        &self,
        claim: &Claim,
        (site, count): (Option<&Site>, usize),
        after: Estimate,
        order: &dyn Fn(i128) -> std::cmp::Ordering,
    ) -> (ClaimResult, Reason) {
        if after.is_exact() {
            let holds = claim.operator.holds(order(after.value));
            return (certainly(holds), Reason::Exact);
        }
        let Some(low) = after.low else {
            return (
                ClaimResult::Inconclusive,
                Reason::NotJudged(self.unknown_error()),
            );
        };
        let is_upper = claim.operator.is_upper();
        let holds = |end: i128| claim.operator.holds(order(end));
        // A claim holds if it does at the worse end, and fails if it does not at the better one.
        let (worse, better) = match is_upper {
            true => (after.high, Some(low)),
            false => (Some(low), after.high),
        };
        if worse.is_some_and(holds) {
            return (ClaimResult::Pass, Reason::Limit);
        }
        if better.is_some_and(|end| !holds(end)) && self.fails_among(claim, site, count, &holds) {
            return (ClaimResult::Fail, Reason::Limit);
        }
        if after.high.is_none() {
            return (ClaimResult::Inconclusive, Reason::NoUpperLimit);
        }
        let times = after.se.filter(|&se| se > 0.0).and_then(|se| {
            let value = after.value as f64;
            // One noisy side against a bound: as two with twice the samples.
            let samples = 2.0 * (value / se).powi(2);
            let Bound::Value(bound) = claim.bound else {
                return None;
            };
            times_longer(samples, bound.value() / value - 1.0)
        });
        (ClaimResult::Inconclusive, self.too_few(times))
    }

    /// Whether a failure stands although it is one of many tries (Bonferroni).
    fn fails_among(
        &self,
        claim: &Claim,
        site: Option<&Site>,
        count: usize,
        holds: &dyn Fn(i128) -> bool,
    ) -> bool {
        if count < 2 {
            return true;
        }
        let each = Confidence::new(1.0 - 2.0 * self.alpha() / count as f64);
        let estimate = each.map(|confidence| self.level(claim, site, confidence));
        let end = estimate.and_then(|estimate| match claim.operator.is_upper() {
            true => estimate.low,
            false => estimate.high,
        });
        end.is_some_and(|end| !holds(end))
    }

    /// The sites of the newer side that a claim means; of a regular expression those that have
    /// something.
    fn sites(&self, claim: &Claim) -> Vec<Site> {
        let mut sites = BTreeSet::new();
        for (ranking, index) in self.compared.after.profiles() {
            for row in &ranking.rows {
                let value = match claim.is_cumulative {
                    true => row.cum_of(index),
                    false => row.flat_of(index),
                };
                let counts = value != 0 || !claim.site.is_regexp();
                if counts && claim.site.matches(&row.site) {
                    sites.insert(row.site.clone());
                }
            }
        }
        sites.into_iter().collect()
    }

    /// The mean of a site, or of the total, over the profiles of the newer side.
    fn level(&self, claim: &Claim, site: Option<&Site>, confidence: Confidence) -> Estimate {
        let estimates: Vec<Estimate> = self
            .compared
            .after
            .profiles()
            .map(|(ranking, index)| {
                if claim.site.is_total() {
                    let value = ranking.total(index).net;
                    return ranking.estimate(value, &ranking.blocks, index, confidence);
                }
                let row = ranking.rows.iter().find(|row| Some(&row.site) == site);
                let (value, blocks) = match row {
                    None => (0, &Blocks::default()),
                    Some(row) if claim.is_cumulative => (row.cum_of(index), &row.cum_blocks),
                    Some(row) => (row.flat_of(index), &row.flat_blocks),
                };
                ranking.estimate(value, blocks, index, confidence)
            })
            .collect();
        mean(&estimates)
    }

    fn unknown_error(&self) -> String {
        match self.compared.after.sampling() {
            Some(Sampling::Unknown(reason)) => {
                format!("the sampling error is not known: {}", reason.reason())
            }
            _ => "the sampling error is not known: a number is negative".to_owned(),
        }
    }
}

/// The p value that speaks against a claim, of the two that speak for less and for more.
fn against(operator: Operator, below: f64, above: f64) -> f64 {
    if operator.is_upper() { above } else { below }
}

pub(super) fn column(is_cumulative: bool) -> Column {
    if is_cumulative {
        Column::Cum
    } else {
        Column::Flat
    }
}

pub(super) fn observed_change(change: &Change) -> Observed {
    Observed {
        before: Some(change.before),
        after: change.after,
        ratio: change.ratio,
        operations: None,
        per_operation: None,
    }
}

/// How exact sides compare with a bound, the newer one times `work`.
pub(super) fn order_of_change(bound: Decimal, change: &Change, work: f64) -> std::cmp::Ordering {
    let (before, after) = (change.before.value, change.after.value);
    if work == 1.0 {
        bound.order_of_change(before, after)
    } else {
        (after as f64 * work).total_cmp(&(before as f64 * bound.factor()))
    }
}

fn certainly(holds: bool) -> ClaimResult {
    if holds {
        ClaimResult::Pass
    } else {
        ClaimResult::Fail
    }
}

fn label_of(claim: &Claim) -> String {
    match claim.site.name() {
        Some(name) => name.to_owned(),
        None if claim.site.is_total() => "total".to_owned(),
        None => "no site".to_owned(),
    }
}

fn undecided(claim: &Claim, reason: Reason) -> Finding {
    Finding {
        site: None,
        name: label_of(claim),
        result: ClaimResult::Inconclusive,
        reason,
        observed: None,
    }
}

/// Failures, then what is not decided, then the rest; the largest, for a claim of at least the
/// smallest, value first, then by name.
fn worst_first(a: &Finding, b: &Finding, operator: Operator) -> std::cmp::Ordering {
    let rank = |finding: &Finding| match finding.result {
        ClaimResult::Fail => 0,
        ClaimResult::Inconclusive => 1,
        ClaimResult::Pass => 2,
    };
    let value = |finding: &Finding| {
        let value = finding.observed.as_ref().map_or(0, |o| o.after.value);
        if operator.is_upper() { -value } else { value }
    };
    rank(a)
        .cmp(&rank(b))
        .then_with(|| value(a).cmp(&value(b)))
        .then_with(|| a.name.cmp(&b.name))
}
