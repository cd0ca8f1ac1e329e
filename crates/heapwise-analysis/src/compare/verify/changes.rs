//! Claims about a change from the older side.

use super::claim::{Claim, Operator};
use super::decimal::Decimal;
use super::outcome::{ClaimResult, Finding, Reason};
use super::renamed::{may_be_new, means};
use super::verifier::{
    Verifier, certainly, column, observed_change, order_of_change, set_up_in_doubt, undecided,
};
use crate::compare::advice::Advice;
use crate::compare::diff::{Change, Column, DiffSide, Grounds, Moved, Subject, TestedDifference};
use crate::site::identity::Site;
use crate::sums::estimate::Sampling;
use heapwise_stats::q_values;

impl Verifier<'_> {
    /// The sites that a claim means, each with its decision.
    pub(super) fn changes(&self, claim: &Claim, bound: Decimal) -> Vec<Finding> {
        let Some(tested) = &self.tested else {
            return vec![undecided(claim, Reason::NoBefore)];
        };
        let subjects = self.subjects(tested, claim);
        if subjects.is_empty() {
            return vec![self.nothing_on_either_side(claim, bound)];
        }
        let grounds: Vec<Grounds> = subjects
            .iter()
            .map(|&(subject, _)| tested.grounds(subject, bound.factor()))
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
            let Some(change) = tested.detailed(subject) else {
                continue;
            };
            let decided = self.decide_change(claim, bound, (subject, &change), grounds, q);
            let moved = tested.row(subject).and_then(|row| row.moved.as_ref());
            let moved = moved.filter(|moved| is_open(moved, subject, decided.0));
            let open = match moved {
                Some(moved) => Some(may_have_moved(moved, &change)),
                None => self.may_be_new(claim, bound, (subject, &change), decided.0),
            };
            let (result, reason) = match open {
                Some(why) => (ClaimResult::Inconclusive, why),
                None => decided,
            };
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

    /// A site that exists, and has nothing of this sample type: no change where that is exact.
    fn nothing_on_either_side(&self, claim: &Claim, bound: Decimal) -> Finding {
        let sides = [self.compared.before.as_ref(), Some(&self.compared.after)];
        let is_exact = |side: &Option<&DiffSide<'_>>| {
            side.is_some_and(|side| side.sampling() == Some(Sampling::Exact))
        };
        if !sides.iter().all(is_exact) {
            let why = "it has no sample on either side".to_owned();
            return undecided(claim, Reason::NotJudged(why));
        }
        let holds = claim.operator.holds(bound.order_of_change(0, 0));
        let mut finding = undecided(claim, Reason::Exact);
        finding.result = certainly(holds);
        self.let_off(finding, claim)
    }

    /// What a claim means; of sites those that have anything on either side.
    pub(super) fn subjects(
        &self,
        tested: &TestedDifference<'_>,
        claim: &Claim,
    ) -> Vec<(Subject, Option<Site>)> {
        if claim.site.is_total() {
            return vec![(Subject::Total, None)];
        }
        let column = column(claim.is_cumulative);
        let rows = tested.rows().enumerate();
        rows.filter(|(_, row)| means(&claim.site, row))
            .map(|(at, row)| (Subject::Row(at, column), Some(row.site.clone())))
            .filter(|&(subject, _)| {
                let change = tested.change(subject);
                change.is_some_and(|change| change.before.value != 0 || change.after.value != 0)
            })
            .collect()
    }

    /// Why a claim that holds of a site which is gone may not, if it only got another name.
    fn may_be_new(
        &self,
        claim: &Claim,
        bound: Decimal,
        (subject, change): (Subject, &Change),
        result: ClaimResult,
    ) -> Option<Reason> {
        let tested = self.tested.as_ref()?;
        if result != ClaimResult::Pass || !claim.operator.is_upper() {
            return None;
        }
        let most = change.before.value as f64 * bound.factor();
        let work = tested.work_factor();
        may_be_new(tested, subject, &self.unit(), &|value| {
            value as f64 * work > most
        })
    }

    fn decide_change(
        &self,
        claim: &Claim,
        bound: Decimal,
        (subject, change): (Subject, &Change),
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
                } else if subject != Subject::Total && self.options.diff.work.is_in_doubt() {
                    (ClaimResult::Inconclusive, set_up_in_doubt())
                } else {
                    let step = change.ratio.map(|ratio| ratio.value / bound.factor() - 1.0);
                    let times = step.zip(self.tested.as_ref());
                    let times = times.and_then(|(step, tested)| {
                        tested.times_longer(subject, self.options.one_sided, step)
                    });
                    (ClaimResult::Inconclusive, self.too_few(times))
                }
            }
        }
    }

    /// What it would take.
    pub(super) fn too_few(&self, times: Option<f64>) -> Reason {
        let period = self
            .compared
            .after
            .header()
            .and_then(|header| header.period);
        let measure = self.compared.after.measure();
        Reason::TooFewSamples {
            advice: Advice::new(times, period, measure),
            look: self.options.look,
        }
    }
}

/// Whether a decision falls because a site may have got another name. One that got bytes from another has them all the same.
fn is_open(moved: &Moved, subject: Subject, decided: ClaimResult) -> bool {
    let is_own = matches!(subject, Subject::Row(_, Column::Flat));
    match decided {
        ClaimResult::Pass => is_own || moved.is_renumbered,
        ClaimResult::Fail => moved.is_renumbered,
        ClaimResult::Inconclusive | ClaimResult::Error => false,
    }
}

fn may_have_moved(moved: &Moved, change: &Change) -> Reason {
    let names: Vec<String> = moved.with.iter().map(Site::pprof_name).collect();
    let names = names.join(", ");
    Reason::NotJudged(match (moved.is_renumbered, change.delta.value < 0) {
        (true, _) => format!(
            "closures of its function came or went, which gives others their numbers: it may be {names}"
        ),
        (false, true) => format!("it may have moved to {names}, which gained about as much"),
        (false, false) => format!("it may have moved from {names}, which lost about as much"),
    })
}

/// The p value that speaks against a claim, of the two that speak for less and for more.
fn against(operator: Operator, below: f64, above: f64) -> f64 {
    if operator.is_upper() { above } else { below }
}
