//! Claims about growth: of a number, over several dumps.

use super::claim::Claim;
use super::decimal::Decimal;
use super::outcome::{ClaimResult, Finding, GrowthCounts, Outcome, Reason, Unseen};
use super::verifier::{Verifier, column, observed_change, order_of_change};
use crate::compare::diff::{Change, Column, DiffRow, Grounds, Subject, TestedDifference};
use crate::error::{ErrorKind, Result};
use heapwise_stats::q_values;

/// The claim that neither the total nor any site that has no claim of its own grows by more.
#[derive(Debug, Clone, PartialEq)]
pub struct Growth {
    bound: Decimal,
    is_cumulative: bool,
    is_strict: bool,
    allows_moved: bool,
}

impl Growth {
    /// Reads the growth to allow: `5%`.
    ///
    /// # Errors
    ///
    /// For anything but a percentage of zero or more.
    pub fn parse(text: &str) -> Result<Growth> {
        let percent = text.trim().strip_suffix('%').and_then(Decimal::parse);
        match percent.filter(|percent| percent.value() >= 0.0) {
            Some(bound) => Ok(Growth {
                bound,
                is_cumulative: false,
                is_strict: false,
                allows_moved: false,
            }),
            None => Err(ErrorKind::Growth {
                found: text.to_owned(),
            }
            .into()),
        }
    }

    /// The same for cumulative values.
    #[must_use]
    pub fn cumulative(self, is_cumulative: bool) -> Growth {
        Growth {
            is_cumulative,
            ..self
        }
    }

    /// Whether it is undecided where the total may have grown beyond the bound unseen.
    pub fn is_strict(&self) -> bool {
        self.is_strict
    }

    /// The same, undecided where the total may have grown beyond the bound unseen.
    #[must_use]
    pub fn strict(self, is_strict: bool) -> Growth {
        Growth { is_strict, ..self }
    }

    /// Whether sites are let off that gained about what another one lost.
    pub fn allows_moved(&self) -> bool {
        self.allows_moved
    }

    /// The same, letting off sites that gained about what another one lost. That may be chance: a
    /// growth beside a site that fell as much is let off, too.
    #[must_use]
    pub fn allow_moved(self, allows_moved: bool) -> Growth {
        Growth {
            allows_moved,
            ..self
        }
    }
}

/// What can be said about the growth of the total.
#[derive(Debug, Clone, Copy, PartialEq)]
enum TotalGrowth {
    /// Whether it grew, by numbers without error.
    Certain(bool),
    /// The p value in favour of growth.
    Tested(f64),
}

/// The sites as they are gone through.
#[derive(Default)]
struct Sorted {
    /// Those that a test can say something about, with its p value.
    tested: Vec<(Subject, f64)>,
    /// Those that grew for certain.
    grew: Vec<Subject>,
    exact: usize,
    undecidable: usize,
    suppressed: usize,
    moved: usize,
    nothing: Option<String>,
}

impl Verifier<'_> {
    /// Decides that nothing grew: it did where growth beyond the bound is significant after an
    /// adjustment for the number of sites (Benjamini and Hochberg), and for the total being another
    /// chance to be wrong (Bonferroni). Sites that are named by one of `claims`, of the same sample type, are left to it.
    ///
    /// Sites with too few samples do not make it inconclusive, they are counted. A strict one is
    /// inconclusive where the total may have grown beyond the bound unseen.
    pub fn growth(&self, growth: &Growth, claims: &[&Claim]) -> Outcome {
        let mut outcome = Outcome {
            claim: format!("no growth beyond {}%", growth.bound.value()),
            unit: self.unit(),
            result: ClaimResult::Inconclusive,
            reason: Reason::NoBefore,
            findings: Vec::new(),
        };
        let Some(tested) = &self.tested else {
            return outcome;
        };
        let mut sorted = self.sort(tested, growth, claims);
        let total = self.total_growth(tested, growth, claims, &mut sorted);
        let grew = self.grown(&sorted, total);
        let judged = sorted.tested.len() + sorted.exact;
        let is_left_out = claims.iter().any(|claim| claim.site.is_total());
        let could_judge = judged > 0
            || total.is_some()
            || (sorted.undecidable == 0 && (is_left_out || self.suppression(None).is_some()));
        let unseen = unseen(tested);
        let is_seen = !growth.is_strict || unseen.is_within(growth.bound);
        let may_have_moved = may_have_moved(tested, &grew);
        outcome.findings = self.growth_findings(tested, grew);
        outcome.result = match (outcome.findings.is_empty(), &sorted.nothing) {
            (false, _) => ClaimResult::Fail,
            (true, None) if could_judge && is_seen => ClaimResult::Pass,
            _ => ClaimResult::Inconclusive,
        };
        outcome.reason = match sorted.nothing {
            Some(reason) => Reason::NotJudged(reason),
            None => Reason::Growth(GrowthCounts {
                judged,
                grew: outcome.findings.len(),
                undecidable: sorted.undecidable,
                suppressed: sorted.suppressed,
                moved: sorted.moved,
                may_have_moved,
                unseen,
            }),
        };
        outcome
    }

    fn sort(&self, tested: &TestedDifference<'_>, growth: &Growth, claims: &[&Claim]) -> Sorted {
        let mut sorted = Sorted::default();
        for (at, row) in tested.rows().enumerate() {
            let subject = Subject::Row(at, column(growth.is_cumulative));
            let Some(change) = tested.change(subject) else {
                continue;
            };
            let is_nothing = change.before.value == 0 && change.after.value == 0;
            if is_nothing || claims.iter().any(|claim| claim.site.matches(&row.site)) {
                continue;
            }
            if self.suppression(Some(&row.site)).is_some() {
                sorted.suppressed += 1;
            } else if growth.allows_moved && !growth.is_cumulative && is_moved_here(row) {
                sorted.moved += 1;
            } else if change.is_doubtful() {
                sorted.undecidable += 1;
            } else {
                let grounds = tested.grounds(subject, growth.bound.factor());
                sorted.add(subject, change, grounds, growth.bound);
            }
        }
        sorted
    }

    /// What grew, with its adjusted p value where a test says so.
    fn grown(&self, sorted: &Sorted, total: Option<TotalGrowth>) -> Vec<(Subject, Option<f64>)> {
        let tested: Vec<f64> = sorted.tested.iter().map(|&(_, p)| p).collect();
        let of_total = match total {
            Some(TotalGrowth::Tested(p)) => Some(p),
            _ => None,
        };
        let tries = if of_total.is_some() && !tested.is_empty() {
            2.0
        } else {
            1.0
        };
        let mut grew: Vec<(Subject, Option<f64>)> =
            sorted.grew.iter().map(|&subject| (subject, None)).collect();
        if total == Some(TotalGrowth::Certain(true)) {
            grew.push((Subject::Total, None));
        }
        let sites = sorted.tested.iter().zip(q_values(&tested));
        let sites = sites.map(|(&(subject, _), q)| (subject, q));
        let all = sites.chain(of_total.map(|p| (Subject::Total, p)));
        for (subject, p) in all {
            let adjusted = (tries * p).min(1.0);
            if adjusted <= self.alpha() {
                grew.push((subject, Some(adjusted)));
            }
        }
        grew
    }

    /// What can be said about the total; `None` when that is no question or has no answer.
    fn total_growth(
        &self,
        tested: &TestedDifference<'_>,
        growth: &Growth,
        claims: &[&Claim],
        sorted: &mut Sorted,
    ) -> Option<TotalGrowth> {
        let is_claimed = claims.iter().any(|claim| claim.site.is_total());
        let change = tested.change(Subject::Total)?;
        if is_claimed || self.suppression(None).is_some() {
            return None;
        }
        match tested.grounds(Subject::Total, growth.bound.factor()) {
            Grounds::Nothing(reason) => {
                sorted.nothing.get_or_insert(reason);
                None
            }
            Grounds::Certain(work) => {
                let order = order_of_change(growth.bound, change, work);
                Some(TotalGrowth::Certain(order.is_gt()))
            }
            Grounds::Test {
                is_judgeable: false,
                ..
            } => None,
            Grounds::Test { above, .. } => Some(TotalGrowth::Tested(above)),
        }
    }

    fn growth_findings(
        &self,
        tested: &TestedDifference<'_>,
        grew: Vec<(Subject, Option<f64>)>,
    ) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (subject, p) in grew {
            let Some(change) = tested.detailed(subject) else {
                continue;
            };
            let site = match subject {
                Subject::Total => None,
                Subject::Row(at, _) => tested.rows().nth(at).map(|row| row.site.clone()),
            };
            let name = site
                .as_ref()
                .map_or_else(|| "total".to_owned(), |s| s.pprof_name());
            let finding = Finding {
                site,
                name,
                result: ClaimResult::Fail,
                reason: p.map_or(Reason::Exact, |p| Reason::Test { p }),
                observed: Some(observed_change(&change)),
            };
            findings.push((change.delta.value, finding));
        }
        findings.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.name.cmp(&b.1.name)));
        findings.into_iter().map(|(_, finding)| finding).collect()
    }
}

impl Sorted {
    fn add(&mut self, subject: Subject, change: &Change, grounds: Grounds, bound: Decimal) {
        match grounds {
            Grounds::Nothing(reason) => {
                self.nothing.get_or_insert(reason);
            }
            Grounds::Certain(work) => {
                self.exact += 1;
                if order_of_change(bound, change, work).is_gt() {
                    self.grew.push(subject);
                }
            }
            Grounds::Test {
                is_judgeable: false,
                ..
            } => self.undecidable += 1,
            Grounds::Test { above, .. } => self.tested.push((subject, above)),
        }
    }
}

impl Unseen {
    /// Whether a growth beyond a bound would have been seen.
    fn is_within(self, bound: Decimal) -> bool {
        match self {
            Unseen::Nothing => true,
            Unseen::UpTo(part) => part <= bound.factor() - 1.0,
            Unseen::Anything => false,
        }
    }
}

/// What the upper end of the interval of the total's ratio leaves possible.
fn unseen(tested: &TestedDifference<'_>) -> Unseen {
    match tested.grounds(Subject::Total, 1.0) {
        Grounds::Nothing(_) => Unseen::Anything,
        Grounds::Certain(_) => Unseen::Nothing,
        Grounds::Test { .. } => {
            let total = tested.detailed(Subject::Total);
            // A benchmark that counted nothing on either side did not grow.
            let counted = total.as_ref().and_then(|total| total.per_work);
            if counted.is_some_and(|known| known.before == 0.0 && known.after == 0.0) {
                return Unseen::Nothing;
            }
            let ratio = total.and_then(|total| total.ratio);
            let high = ratio.and_then(|ratio| ratio.high);
            high.map_or(Unseen::Anything, |high| Unseen::UpTo(high - 1.0))
        }
    }
}

/// How many of the sites that grew by themselves may have gained what another one lost.
fn may_have_moved(tested: &TestedDifference<'_>, grew: &[(Subject, Option<f64>)]) -> usize {
    let is_movable = |subject: &Subject| match *subject {
        Subject::Row(at, Column::Flat) => tested.rows().nth(at).is_some_and(is_moved_here),
        _ => false,
    };
    grew.iter()
        .filter(|(subject, _)| is_movable(subject))
        .count()
}

/// Whether a site gained about what another one lost.
fn is_moved_here(row: &DiffRow) -> bool {
    let is_equal = row.moved.as_ref().is_some_and(|moved| !moved.is_renumbered);
    is_equal && row.flat.delta.value > 0
}
