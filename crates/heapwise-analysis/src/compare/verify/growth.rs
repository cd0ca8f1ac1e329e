//! Claims about growth: of a number, over several dumps.

use super::claim::Claim;
use super::decimal::Decimal;
use super::doubtful::grew_beyond_set_up;
use super::outcome::{ClaimResult, Finding, GrowthCounts, Outcome, Reason, Unseen};
use super::renamed::means;
use super::sub_benchmarks::GrowthOfEach;
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
    /// The sample type that it is about, where claims about others are beside it.
    of: Option<String>,
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
                of: None,
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

    /// The same, which says of which sample type it is.
    #[must_use]
    pub fn of(self, sample_type: &str) -> Growth {
        Growth {
            of: Some(sample_type.to_owned()),
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

impl Growth {
    fn text(&self) -> String {
        let of = self.of.iter().map(|of| format!(" of {of}"));
        let of: String = of.collect();
        format!("no growth{of} beyond {}%", self.bound.value())
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

/// How much of the growth of the total is let off, as parts of what it was: at least, and at most by the errors of the
/// sites.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct LetOff {
    least: f64,
    most: f64,
}

impl LetOff {
    /// The ratio of the total that may be reached.
    fn added_to(self, bound: Decimal) -> f64 {
        bound.factor() + self.most
    }
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
    /// Those whose change may have another cause than the work.
    doubtful: usize,
    /// Those of them that grew far.
    grew_in_doubt: Vec<Subject>,
    suppressed: usize,
    moved: usize,
    nothing: Option<String>,
}

impl Verifier<'_> {
    /// Decides that nothing grew: it did where growth beyond the bound is significant after an
    /// adjustment for the number of sites (Benjamini and Hochberg), and for the total, and sub-benchmarks, being other
    /// chances to be wrong (Bonferroni). Sites that are named by one of `claims`, of the same sample type, are left to it.
    ///
    /// Sites with too few samples do not make it inconclusive, they are counted; nor do those that may be set-up, unless they grew
    /// far. A strict one is
    /// inconclusive where the total may have grown beyond the bound unseen. What suppressed sites grew by is let off the
    /// total, too, up to the ends of their intervals. Exact numbers of a benchmark that grew in each of a few runs, which do
    /// not tell that from chance, leave it inconclusive.
    pub fn growth(&self, growth: &Growth, claims: &[&Claim]) -> Outcome {
        let mut outcome = Outcome {
            claim: growth.text(),
            unit: self.unit(),
            result: ClaimResult::Inconclusive,
            reason: Reason::NoBefore,
            findings: Vec::new(),
        };
        let Some(tested) = &self.tested else {
            return outcome;
        };
        let mut sorted = self.sort(tested, growth, claims);
        let let_off = self.let_off_of_total(tested);
        let total = self.total_growth(tested, (growth.bound, let_off), claims, &mut sorted);
        let is_left_out = claims.iter().any(|claim| claim.site.is_total());
        let is_total_asked = !is_left_out && self.suppression(None).is_none();
        let families = sorted.families(total, is_total_asked && self.has_sub_benchmarks());
        let grew = self.grown(&sorted, total, families);
        let judged = sorted.tested.len() + sorted.exact;
        let could_judge = judged > 0
            || total.is_some()
            || (sorted.undecidable + sorted.doubtful == 0
                && (is_left_out || self.suppression(None).is_some()));
        let unseen = unseen(tested).beyond(let_off);
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
                doubtful: sorted.doubtful,
                suppressed: sorted.suppressed,
                moved: sorted.moved,
                may_have_moved,
                unseen,
            }),
        };
        if is_total_asked && outcome.result == ClaimResult::Pass {
            self.open_where_each_run_grew(&mut outcome, let_off.added_to(growth.bound), tested);
        }
        if is_total_asked && !matches!(outcome.reason, Reason::NotJudged(_)) {
            let asked = GrowthOfEach {
                factor: let_off.added_to(growth.bound),
                families,
                is_strict: growth.is_strict,
            };
            self.growth_of_each(&mut outcome, asked);
        }
        self.open_beside_set_up(&mut outcome, tested, &sorted.grew_in_doubt);
        outcome
    }

    /// Numbers that a benchmark counted exactly, and that grew in every run: so few runs may not tell that from chance, and
    /// there is no pass beside it.
    fn open_where_each_run_grew(
        &self,
        outcome: &mut Outcome,
        factor: f64,
        tested: &TestedDifference<'_>,
    ) {
        let counted = self
            .options
            .diff
            .work
            .benchmark()
            .and_then(|benchmark| benchmark.counted(self.compared.after.measure()?.quantity));
        let Some((old, new)) = counted.filter(|(old, new)| old.grew_in_every_line(*new, factor))
        else {
            return;
        };
        let whole = |value: f64| value.round();
        let why = format!(
            "it grew in every run, from {} to {} for each operation: chance may explain that in so few runs",
            whole(old.value),
            whole(new.value)
        );
        outcome.result = ClaimResult::Inconclusive;
        outcome.reason = Reason::NotJudged(why.clone());
        outcome.findings.push(Finding {
            site: None,
            name: "total".to_owned(),
            result: ClaimResult::Inconclusive,
            reason: Reason::NotJudged(why),
            observed: tested
                .detailed(Subject::Total)
                .as_ref()
                .map(observed_change),
        });
    }

    /// What sites grew by that are suppressed: the total did so by the same bytes.
    fn let_off_of_total(&self, tested: &TestedDifference<'_>) -> LetOff {
        let total = tested.change(Subject::Total);
        let before = total.map_or(0, |total| total.before.value);
        if before <= 0 {
            return LetOff::default();
        }
        let mut let_off = LetOff::default();
        for (at, row) in tested.rows().enumerate() {
            if self.suppression(Some(&row.site)).is_none() {
                continue;
            }
            let Some(change) = tested.detailed(Subject::Row(at, Column::Flat)) else {
                continue;
            };
            let grown = change.delta.value;
            let least = change.delta.low.unwrap_or(grown).min(grown);
            // What is new has no ratio, and its error is its own.
            let most = change.delta.high.or(change.after.high).unwrap_or(grown);
            let_off.least += least.max(0) as f64 / before as f64;
            let_off.most += most.max(grown).max(0) as f64 / before as f64;
        }
        let_off
    }

    fn sort(&self, tested: &TestedDifference<'_>, growth: &Growth, claims: &[&Claim]) -> Sorted {
        let mut sorted = Sorted::default();
        for (at, row) in tested.rows().enumerate() {
            let subject = Subject::Row(at, column(growth.is_cumulative));
            let Some(change) = tested.change(subject) else {
                continue;
            };
            let is_nothing = change.before.value == 0 && change.after.value == 0;
            if is_nothing || claims.iter().any(|claim| means(&claim.site, row)) {
                continue;
            }
            if self.suppression(Some(&row.site)).is_some() {
                sorted.suppressed += 1;
            } else if growth.allows_moved && !growth.is_cumulative && is_moved_here(row) {
                sorted.moved += 1;
            } else if change.is_doubtful() {
                sorted.doubtful += 1;
                let change = tested.detailed(subject);
                let (work, factor) = (tested.work_factor(), growth.bound.factor());
                if change.is_some_and(|change| grew_beyond_set_up(&change, work, factor)) {
                    sorted.grew_in_doubt.push(subject);
                }
            } else {
                let grounds = tested.grounds(subject, growth.bound.factor());
                sorted.add(subject, change, grounds, growth.bound);
            }
        }
        sorted
    }

    /// What grew, with its adjusted p value where a test says so.
    fn grown(
        &self,
        sorted: &Sorted,
        total: Option<TotalGrowth>,
        families: f64,
    ) -> Vec<(Subject, Option<f64>)> {
        let tested: Vec<f64> = sorted.tested.iter().map(|&(_, p)| p).collect();
        let of_total = match total {
            Some(TotalGrowth::Tested(p)) => Some(p),
            _ => None,
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
            let adjusted = (families * p).min(1.0);
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
        (bound, let_off): (Decimal, LetOff),
        claims: &[&Claim],
        sorted: &mut Sorted,
    ) -> Option<TotalGrowth> {
        let is_claimed = claims.iter().any(|claim| claim.site.is_total());
        let change = tested.change(Subject::Total)?;
        if is_claimed || self.suppression(None).is_some() {
            return None;
        }
        match tested.grounds(Subject::Total, let_off.added_to(bound)) {
            Grounds::Nothing(reason) => {
                sorted.nothing.get_or_insert(reason);
                None
            }
            Grounds::Certain(work) if let_off.most > 0.0 => {
                let most = change.before.value as f64 * let_off.added_to(bound);
                Some(TotalGrowth::Certain(
                    change.after.value as f64 * work > most,
                ))
            }
            Grounds::Certain(work) => {
                let order = order_of_change(bound, change, work);
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
    /// How many families of tests there are: sites, the total, and sub-benchmarks.
    fn families(&self, total: Option<TotalGrowth>, with_sub_benchmarks: bool) -> f64 {
        let of_total = matches!(total, Some(TotalGrowth::Tested(_)));
        let all = [!self.tested.is_empty(), of_total, with_sub_benchmarks];
        all.into_iter().filter(|&is_one| is_one).count().max(1) as f64
    }

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
    /// What would have gone unseen beside what is let off.
    fn beyond(self, let_off: LetOff) -> Unseen {
        match self {
            // More than nothing, so that no fall is made of it.
            Unseen::UpTo(part) if let_off.least > 0.0 && part > 0.0 => {
                Unseen::UpTo((part - let_off.least).max(f64::MIN_POSITIVE))
            }
            other => other,
        }
    }

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
