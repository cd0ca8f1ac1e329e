//! Claims about values of the newer side.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use heapwise_decode::ProfileKind;

use super::claim::{Bound, Claim};
use super::decimal::Decimal;
use super::outcome::{ClaimResult, Finding, Observed, Reason};
use super::renamed::{by_older_name, may_be_new};
use super::verifier::{Verifier, certainly, set_up_in_doubt};
use crate::compare::diff::{Column, Grounds, Rows, mean};
use crate::profile::units::auto_label;
use crate::rank::Ranking;
use crate::site::identity::Site;
use crate::sums::blocks::{Blocks, UnknownError};
use crate::sums::estimate::{Estimate, Sampling};
use heapwise_stats::{Confidence, Judgement};

/// What a number is asked for: a claim, the site of it (`None`: the total, or one that the newer
/// side does not have), and how many sites it has.
struct Meant<'a> {
    claim: &'a Claim,
    site: Option<&'a Site>,
    count: usize,
}

impl Verifier<'_> {
    /// The sites that a claim means, each with its decision.
    pub(super) fn values(
        &self,
        claim: &Claim,
        bound: Decimal,
        per_operation: bool,
    ) -> Vec<Finding> {
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

    /// What to know of an upper bound on the own value of sites that only their callees give one:
    /// it holds whatever these do.
    pub fn remark(&self, claim: &Claim) -> Option<String> {
        let is_plain = matches!(claim.bound, Bound::Value(_) | Bound::PerOperation(_));
        if claim.is_cumulative || !claim.site.is_sites() || !is_plain || !claim.operator.is_upper()
        {
            return None;
        }
        let (mut has_flat, mut most) = (false, 0);
        self.compared.after.visit_rows(&mut |site, flat, cum| {
            if claim.site.matches(site) {
                has_flat |= flat != 0;
                most = cum.max(most);
            }
        });
        (!has_flat && most > 0).then(|| {
            format!(
                "{:?}: it has nothing itself, and {} with what it calls: that is cum:{}",
                claim.text,
                auto_label(most, &self.unit()),
                claim.site.label()
            )
        })
    }

    fn value(
        &self,
        claim: &Claim,
        bound: Decimal,
        per_operation: bool,
        (site, count): (Option<Site>, usize),
    ) -> Finding {
        let name = match &site {
            Some(site) => site.pprof_name(),
            None => claim.site.label(),
        };
        let after = self.level(claim, site.as_ref(), self.options.one_sided);
        let compared = self.compared;
        let count_of_profiles = compared.after.count().max(1) as f64;
        let operations = compared.operations.filter(|_| per_operation);
        let exact = compared.exact_per_operation.filter(|_| per_operation);
        let observed = Observed {
            before: None,
            after,
            ratio: None,
            operations: operations.map(|operations| operations / count_of_profiles),
            per_operation: exact.filter(|_| claim.site.is_total()),
        };
        let meant = Meant {
            claim,
            site: site.as_ref(),
            count,
        };
        let (result, reason) = self.against_bound(&meant, bound, per_operation, &observed);
        Finding {
            site,
            name,
            result,
            reason,
            observed: Some(observed),
        }
    }

    fn against_bound(
        &self,
        meant: &Meant<'_>,
        bound: Decimal,
        per_operation: bool,
        observed: &Observed,
    ) -> (ClaimResult, Reason) {
        // Bounds are in bases of their unit, values in the profile's.
        let per = meant.claim.unit.per(&self.unit()).unwrap_or(1);
        let in_bases = |value: i128| value.saturating_mul(per);
        if !per_operation {
            let order = |value| bound.order_of(in_bases(value));
            return self.decide_value(meant, observed.after, &order);
        }
        match (observed.per_operation, observed.operations) {
            (Some(exact), _) => {
                let order = (exact * per as f64).total_cmp(&bound.value());
                (certainly(meant.claim.operator.holds(order)), Reason::Exact)
            }
            (None, None) => (ClaimResult::Inconclusive, Reason::NoOperations),
            (None, Some(operations)) => self.decide_value(meant, observed.after, &|value| {
                (in_bases(value) as f64 / operations).total_cmp(&bound.value())
            }),
        }
    }

    fn decide_value(
        &self,
        meant: &Meant<'_>,
        after: Estimate,
        order: &dyn Fn(i128) -> Ordering,
    ) -> (ClaimResult, Reason) {
        let operator = meant.claim.operator;
        let holds = |end: i128| operator.holds(order(end));
        if meant.site.is_none()
            && !meant.claim.site.is_total()
            && let Some(why) = self.only_renamed(meant.claim, &holds)
        {
            return (ClaimResult::Inconclusive, why);
        }
        if after.is_exact() {
            return (certainly(holds(after.value)), Reason::Exact);
        }
        if self.is_foreign() {
            return (certainly(holds(after.value)), Reason::AsRecorded);
        }
        let Some(low) = after.low else {
            let why = self.unknown_error();
            return (ClaimResult::Inconclusive, Reason::NotJudged(why));
        };
        // A claim holds if it does at the worse end, and fails if it does not at the better one.
        let (worse, better) = match operator.is_upper() {
            true => (after.high, Some(low)),
            false => (Some(low), after.high),
        };
        if worse.is_some_and(holds) {
            return (ClaimResult::Pass, Reason::Limit);
        }
        if better.is_some_and(|end| !holds(end)) && self.fails_among(meant, &holds) {
            return (ClaimResult::Fail, Reason::Limit);
        }
        if let Some(gone) = self.gone(meant, after) {
            return gone;
        }
        if after.high.is_none() {
            return (ClaimResult::Inconclusive, Reason::NoUpperLimit);
        }
        if self.doubt(meant.claim).is_some() {
            return (ClaimResult::Inconclusive, set_up_in_doubt());
        }
        let times = self.times_longer(meant.claim, after);
        (ClaimResult::Inconclusive, self.too_few(times))
    }

    /// How many times longer to profile.
    fn times_longer(&self, claim: &Claim, after: Estimate) -> Option<f64> {
        let se = after.se.filter(|&se| se > 0.0)?;
        let Bound::Value(bound) = claim.bound else {
            return None;
        };
        let value = after.value as f64;
        // One noisy side against a bound: as two with twice the samples.
        let samples = 2.0 * (value / se).powi(2);
        let in_bases = value * claim.unit.per(&self.unit())? as f64;
        let judgement = Judgement::new(self.options.one_sided, 1, 0);
        judgement.times_longer(samples, bound.value() / in_bases - 1.0)
    }

    /// A site that is to be left with nothing, and has no sample. No sample proves that there is
    /// nothing; but where the older side had so much that this is no chance, it is gone.
    fn gone(&self, meant: &Meant<'_>, after: Estimate) -> Option<(ClaimResult, Reason)> {
        let tested = self.tested.as_ref()?;
        if !meant.claim.is_about_nothing_left() || after.value != 0 {
            return None;
        }
        let subjects = self.subjects(tested, meant.claim);
        let of_site = subjects
            .into_iter()
            .filter(|(_, found)| meant.site.is_none_or(|site| found.as_ref() == Some(site)));
        let mut grounds = of_site.map(|(subject, _)| tested.grounds(subject, 1.0));
        let first = grounds.next()?;
        let mut is_gone = true;
        for ground in std::iter::once(first).chain(grounds) {
            match ground {
                Grounds::Nothing(why) => {
                    return Some((ClaimResult::Inconclusive, Reason::NotJudged(why)));
                }
                Grounds::Certain(_) => {}
                Grounds::Test { below, .. } => is_gone &= below <= self.alpha(),
            }
        }
        let reason = Reason::Gone { unseen: after.high };
        is_gone.then_some((ClaimResult::Pass, reason))
    }

    /// Whether a failure stands although it is one of many tries (Bonferroni).
    fn fails_among(&self, meant: &Meant<'_>, holds: &dyn Fn(i128) -> bool) -> bool {
        let &Meant { claim, site, count } = meant;
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

    /// Whether no error is to be expected: what another tool or another language has recorded is
    /// what it is. Go's heap profiles are samples, also where what tells their error was lost.
    fn is_foreign(&self) -> bool {
        use UnknownError::{Difference, Incomplete, MemorySpace, MixedRates, PerObject};
        let mut rankings = self.compared.after.profiles().map(|(ranking, _)| ranking);
        match self.compared.after.sampling() {
            Some(Sampling::Unknown(reason)) => {
                let is_made = matches!(
                    reason,
                    Difference | Incomplete | MemorySpace | MixedRates | PerObject
                );
                let mut is_of_go =
                    || rankings.any(is_heap) && self.compared.after.sites().any(is_of_go);
                !is_made && !is_of_go()
            }
            Some(Sampling::Known(_) | Sampling::Approximate(_)) => {
                rankings.all(|ranking| !ranking.header.kind.is_heap())
            }
            _ => false,
        }
    }

    /// The sites of the newer side that a claim means; of a regular expression those that have
    /// something.
    fn sites(&self, claim: &Claim) -> Vec<Site> {
        let mut sites = BTreeSet::new();
        self.compared.after.visit_rows(&mut |site, flat, cum| {
            let value = match claim.is_cumulative {
                true => cum,
                false => flat,
            };
            let counts = value != 0 || !claim.site.is_regexp();
            if counts && claim.site.matches(site) {
                sites.insert(site.clone());
            }
        });
        let older = self.tested.iter();
        sites.extend(
            older
                .flat_map(|tested| by_older_name(tested, claim))
                .cloned(),
        );
        sites.into_iter().collect()
    }

    /// Why an upper bound that holds of a site which the newer side does not have may not, if it only got another name.
    fn only_renamed(&self, claim: &Claim, holds: &dyn Fn(i128) -> bool) -> Option<Reason> {
        let tested = self.tested.as_ref().filter(|_| claim.operator.is_upper())?;
        let subjects = self.subjects(tested, claim).into_iter();
        let mut reasons = subjects.filter_map(|(subject, _)| {
            may_be_new(tested, subject, &self.unit(), &|value| !holds(value))
        });
        reasons.next()
    }

    /// The mean of a site, or of the total, over the profiles of the newer side.
    ///
    /// Of one profile with an approximate error it is not known how far off it is.
    fn level(&self, claim: &Claim, site: Option<&Site>, confidence: Confidence) -> Estimate {
        let after = &self.compared.after;
        let estimates = match claim.site.is_total() {
            true => after.total_estimates(confidence),
            false => self.site_estimates(claim, site, confidence),
        };
        let level = match (estimates.as_slice(), after.sampling()) {
            ([one], Some(Sampling::Approximate(_))) => Estimate::unknown(one.value),
            _ => mean(&estimates, confidence),
        };
        match self.doubt(claim) {
            Some(factors) => level.stretched(factors),
            None => level,
        }
    }

    /// How much less, and how much more, for each operation there may be than a claim's number, where set-up cannot be
    /// told apart.
    fn doubt(&self, claim: &Claim) -> Option<(f64, f64)> {
        let is_per_operation = matches!(claim.bound, Bound::PerOperation(_));
        let benchmark = self.options.diff.work.benchmark();
        let benchmark = benchmark.filter(|_| is_per_operation)?;
        benchmark.after.doubt()
    }

    /// The value of a site in each profile of the newer side.
    fn site_estimates(
        &self,
        claim: &Claim,
        site: Option<&Site>,
        confidence: Confidence,
    ) -> Vec<Estimate> {
        let after = &self.compared.after;
        let rows = site.map_or(Rows::None, |site| after.rows_of(site));
        let column = match claim.is_cumulative {
            true => Column::Cum,
            false => Column::Flat,
        };
        let nothing = Blocks::default();
        let numbers = after.numbers(&rows, column);
        let estimates = numbers.map(|(ranking, index, number)| match &number {
            None => ranking.estimate(0, &nothing, index, confidence),
            Some(number) => ranking.estimate(number.value, &number.blocks, index, confidence),
        });
        estimates.collect()
    }

    fn unknown_error(&self) -> String {
        match self.compared.after.sampling().map(Sampling::of_one) {
            Some(Sampling::Unknown(reason)) => {
                format!("the sampling error is not known: {}", reason.reason())
            }
            _ => "the sampling error is not known: a number is negative".to_owned(),
        }
    }
}

/// Whether a profile is a heap of a kind that Go writes: C++ profilers tell the same four values.
fn is_heap(ranking: &Ranking) -> bool {
    use ProfileKind::{Allocs, DeltaHeap, Heap};
    matches!(ranking.header.kind, Heap | Allocs | DeltaHeap)
}

/// Whether a site looks like one of a Go program.
fn is_of_go(site: &Site) -> bool {
    let file = site.file.as_deref();
    let function = site.function.as_deref().unwrap_or_default();
    file.is_some_and(|file| file.ends_with(".go"))
        || function.starts_with("runtime.")
        || function.starts_with("main.")
}
