//! Decides claims on two sides.

use std::num::NonZeroU32;

use super::claim::{Bound, Claim, Operator};
use super::decimal::Decimal;
use super::known::KnownNames;
use super::outcome::{ClaimResult, Finding, Observed, Outcome, Reason, Suppression};
use crate::compare::diff::{Change, Column, DiffOptions, DiffSide, Note, TestedDifference};
use crate::compare::work::Uncovered;
use crate::error::Result;
use crate::profile::calendar::Date;
use crate::site::identity::Site;
use heapwise_stats::{Confidence, confidence_at_look};

/// How claims are decided.
#[derive(Debug, Clone)]
pub struct VerifyOptions {
    pub(super) diff: DiffOptions,
    pub(super) one_sided: Confidence,
    /// Which look at growing profiles this is.
    pub(super) look: Option<NonZeroU32>,
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
            look: None,
            suppressions: suppressions
                .into_iter()
                .filter(|suppression| suppression.expired(today).is_none())
                .collect(),
        })
    }

    /// The same as one of several looks at profiles that grow, which together are wrong no more often than
    /// a single one: claims that are asked again until they pass have as many chances to pass by chance.
    ///
    /// `None` as for [`Self::new`].
    pub fn at_look(mut self, look: NonZeroU32) -> Option<VerifyOptions> {
        let confidence = confidence_at_look(self.diff.confidence, look);
        self.one_sided = Confidence::new(2.0 * confidence.level() - 1.0)?;
        self.diff.confidence = confidence;
        self.diff.limits = Some(self.one_sided);
        self.look = Some(look);
        Some(self)
    }
}

/// What claims of one sample type are about.
#[derive(Debug, Clone, Copy)]
pub struct Compared<'a> {
    pub(super) before: Option<DiffSide<'a>>,
    pub(super) after: DiffSide<'a>,
    pub(super) operations: Option<f64>,
    pub(super) exact_per_operation: Option<f64>,
}

impl<'a> Compared<'a> {
    /// The newer side; the older one is what only changes need.
    pub fn new(before: Option<DiffSide<'a>>, after: DiffSide<'a>) -> Self {
        Self {
            before,
            after,
            operations: None,
            exact_per_operation: None,
        }
    }

    /// With the operations that all profiles of the newer side cover together, if known.
    pub fn with_operations(self, operations: Option<f64>) -> Self {
        Self { operations, ..self }
    }

    /// With the exact total of the newer side for each operation, from a benchmark if there is one.
    pub fn with_exact_per_operation(self, exact_per_operation: Option<f64>) -> Self {
        Self {
            exact_per_operation,
            ..self
        }
    }
}

/// Decides claims about one sample type.
pub struct Verifier<'a> {
    pub(super) compared: &'a Compared<'a>,
    pub(super) options: &'a VerifyOptions,
    pub(super) tested: Option<TestedDifference<'a>>,
    known: KnownNames,
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
    pub fn new(compared: &'a Compared<'a>, options: &'a VerifyOptions) -> Result<Verifier<'a>> {
        let tested = match &compared.before {
            Some(before) => Some(TestedDifference::new(
                before,
                &compared.after,
                &options.diff,
            )?),
            None => None,
        };
        let mut known = KnownNames::of_side(&compared.after);
        if let Some(before) = &compared.before {
            known.absorb(KnownNames::of_side(before));
        }
        Ok(Verifier {
            compared,
            options,
            tested,
            known,
        })
    }

    /// With sites that exist although what is compared does not have them.
    #[must_use]
    pub fn knowing(mut self, others: KnownNames) -> Self {
        self.known.absorb(others);
        self
    }

    /// What makes the comparison less sure than it looks.
    pub fn notes(&self) -> Vec<Note> {
        self.tested
            .as_ref()
            .map(TestedDifference::notes)
            .unwrap_or_default()
    }

    /// Decides a claim, which must be about the sample type of this verifier.
    pub fn decide(&self, claim: &Claim) -> Outcome {
        let unit = self.unit();
        if claim.unit.per(&unit).is_none() {
            let reason = Reason::OtherUnit { unit: unit.clone() };
            return Outcome::single(claim, unit, ClaimResult::Error, reason);
        }
        if !self.known.has(&claim.site) {
            let near = self.known.near(&claim.site);
            let missing = undecided(claim, Reason::NotFound { near });
            return self.outcome(claim, vec![missing]).settled(claim);
        }
        let findings = match claim.bound {
            Bound::Change(change) => {
                let findings = self.changes(claim, change);
                self.in_each_sub_benchmark(claim, findings)
            }
            Bound::Value(value) => self.values(claim, value, false),
            Bound::PerOperation(value) => {
                let findings = self.values(claim, value, true);
                self.in_each_sub_benchmark(claim, findings)
            }
            Bound::NoGrowth | Bound::Growth(_) => {
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
        let reason = match findings.as_slice() {
            [single] => single.reason.clone(),
            several => Reason::of_sites(several),
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
    pub(super) fn let_off(&self, mut finding: Finding, claim: &Claim) -> Finding {
        let mut all = self.options.suppressions.iter();
        let suppression = match &finding.site {
            Some(site) => self.suppression(Some(site)),
            None if claim.site.is_total() => self.suppression(None),
            None => all.find(|one| one.site.matches_name(&finding.name)),
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

pub(super) fn certainly(holds: bool) -> ClaimResult {
    if holds {
        ClaimResult::Pass
    } else {
        ClaimResult::Fail
    }
}

/// Failures, then what is not decided, then the rest; the largest, for a claim of at least the
/// smallest, value first, then by name.
fn worst_first(a: &Finding, b: &Finding, operator: Operator) -> std::cmp::Ordering {
    let value = |finding: &Finding| {
        let value = finding.observed.as_ref().map_or(0, |o| o.after.value);
        if operator.is_upper() { -value } else { value }
    };
    a.result
        .rank()
        .cmp(&b.result.rank())
        .then_with(|| value(a).cmp(&value(b)))
        .then_with(|| a.name.cmp(&b.name))
}

/// Of a claim about a site that only operations which cannot be told for sure would decide.
pub(super) fn set_up_in_doubt() -> Reason {
    Reason::NotJudged(Uncovered::SetUp.reason().to_owned())
}

pub(super) fn undecided(claim: &Claim, reason: Reason) -> Finding {
    Finding {
        site: None,
        name: claim.site.label(),
        result: ClaimResult::Inconclusive,
        reason,
        observed: None,
    }
}
