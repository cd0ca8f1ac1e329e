//! Claims on the work of a benchmark whose names share their stacks: they hold for each name. A profile holds all of them as
//! one, in which a large one hides what became of a small one; `go test` counted each.

use heapwise_stats::{Confidence, Quantity, RatioTest, Tails};

use super::claim::{Bound, Claim, Operator};
use super::decimal::Decimal;
use super::outcome::{ClaimResult, CountedBy, Finding, Measured, Outcome, Reason};
use super::verifier::{Verifier, certainly};
use crate::compare::work::{PerOperation, SubBenchmark};
use crate::profile::units::auto_label;

/// One name, with what was counted of it.
struct Named<'a> {
    sub: &'a SubBenchmark,
    before: PerOperation,
    after: PerOperation,
}

/// What is asked of the growth of all names.
#[derive(Debug, Clone, Copy)]
pub(super) struct GrowthOfEach {
    /// The ratio that may be reached.
    pub(super) factor: f64,
    /// Of how many families of tests theirs is one.
    pub(super) families: f64,
    /// Whether growth that may have gone unseen is no pass.
    pub(super) is_strict: bool,
}

impl Verifier<'_> {
    /// What was found of a claim on the benchmark as a whole, with the names for which it does not hold, or may not.
    pub(super) fn in_each_sub_benchmark(
        &self,
        claim: &Claim,
        mut findings: Vec<Finding>,
    ) -> Vec<Finding> {
        let is_open = |finding: &Finding| match finding.reason {
            Reason::NotJudged(_) | Reason::NoBefore | Reason::NoOperations => true,
            Reason::Suppressed { .. } => claim.site.is_total(),
            _ => false,
        };
        if findings.iter().any(is_open) {
            return findings;
        }
        if claim.site.is_total() {
            let names = self.names();
            let decided = names.iter().map(|name| self.decide_name(claim, name));
            findings.extend(decided.filter(|finding| finding.result != ClaimResult::Pass));
            return findings;
        }
        let against = self
            .names()
            .iter()
            .find_map(|name| self.against(claim, name));
        if let Some(why) = against {
            let passes = findings.iter_mut().filter(|finding| {
                let is_suppressed = matches!(finding.reason, Reason::Suppressed { .. });
                finding.result == ClaimResult::Pass && !is_suppressed
            });
            for finding in passes {
                finding.result = ClaimResult::Inconclusive;
                finding.reason = Reason::NotJudged(why.clone());
            }
        }
        findings
    }

    /// Adds the names that grew to an outcome on the growth of all sites.
    pub(super) fn growth_of_each(&self, outcome: &mut Outcome, asked: GrowthOfEach) {
        let names = self.names();
        let tries = names.len() as f64 * asked.families;
        for name in &names {
            let Some(tails) = self.tails(name, asked.factor) else {
                continue;
            };
            let p = (tails.at_least * tries).min(1.0);
            let grew_in_every_line = name.before.grew_in_every_line(name.after, asked.factor);
            let is_open = asked.is_strict && !self.is_within(name, asked.factor);
            let (result, by) = if p <= self.alpha() {
                (ClaimResult::Fail, CountedBy::Test { p })
            } else if grew_in_every_line || is_open {
                (ClaimResult::Inconclusive, CountedBy::Nothing)
            } else {
                continue;
            };
            outcome.result = outcome.result.and(result);
            outcome.findings.push(self.finding(name, result, by));
            if let (ClaimResult::Fail, Reason::Growth(counts)) = (result, &mut outcome.reason) {
                counts.grew += 1;
            }
        }
    }

    /// Whether there are names to ask one by one.
    pub(super) fn has_sub_benchmarks(&self) -> bool {
        !self.names().is_empty()
    }

    /// The names that share the stacks of the benchmark that is judged; none where it is one, and where what is judged is
    /// no number that `go test` counts.
    fn names(&self) -> Vec<Named<'_>> {
        let benchmark = self.options.diff.work.benchmark();
        let subs = benchmark.map_or(&[][..], |known| &known.sub_benchmarks);
        let quantity = self.quantity();
        let named = subs.iter().filter_map(|sub| {
            let (before, after) = sub.counted(quantity?)?;
            Some(Named { sub, before, after })
        });
        named.collect()
    }

    fn quantity(&self) -> Option<Quantity> {
        Some(self.compared.after.measure()?.quantity)
    }

    /// The chances of what was counted at each side of a ratio.
    fn tails(&self, name: &Named<'_>, factor: f64) -> Option<Tails> {
        let (test, is_certain) = name.sub.change(self.quantity()?)?;
        let mut tails = test.tails(factor);
        let (low, high) = name.before.possible_ratios(name.after);
        if is_certain && low > factor {
            tails.at_least = 0.0;
        }
        if is_certain && high < factor {
            tails.at_most = 0.0;
        }
        Some(tails)
    }

    fn is_within(&self, name: &Named<'_>, factor: f64) -> bool {
        let one_sided: Confidence = self.options.one_sided;
        let test = self
            .quantity()
            .and_then(|quantity| name.sub.change(quantity));
        let interval = test.and_then(|(test, _)| test.ratio_interval(one_sided));
        let most = interval.and_then(|interval| interval.high);
        most.is_some_and(|most| most <= factor)
    }

    /// A claim on the total of one name.
    fn decide_name(&self, claim: &Claim, name: &Named<'_>) -> Finding {
        let (result, by) = match claim.bound {
            Bound::Change(bound) => self.decide_change_of(claim.operator, bound, name),
            Bound::PerOperation(bound) => {
                let holds = self.holds_for_each_operation(claim, bound, name.after);
                (certainly(holds), CountedBy::Number)
            }
            Bound::Value(_) | Bound::NoGrowth | Bound::Growth(_) => {
                (ClaimResult::Pass, CountedBy::Nothing)
            }
        };
        self.finding(name, result, by)
    }

    fn decide_change_of(
        &self,
        operator: Operator,
        bound: Decimal,
        name: &Named<'_>,
    ) -> (ClaimResult, CountedBy) {
        let Some(tails) = self.tails(name, bound.factor()) else {
            return (ClaimResult::Inconclusive, CountedBy::Nothing);
        };
        let (p_for, p_against) = match operator.is_upper() {
            true => (tails.at_most, tails.at_least),
            false => (tails.at_least, tails.at_most),
        };
        if p_for <= self.alpha() {
            (ClaimResult::Pass, CountedBy::Test { p: p_for })
        } else if p_against <= self.alpha() {
            (ClaimResult::Fail, CountedBy::Test { p: p_against })
        } else {
            (ClaimResult::Inconclusive, CountedBy::Nothing)
        }
    }

    fn holds_for_each_operation(
        &self,
        claim: &Claim,
        bound: Decimal,
        counted: PerOperation,
    ) -> bool {
        let per = claim.unit.per(&self.unit()).unwrap_or(1);
        let order = (counted.value * per as f64).total_cmp(&bound.value());
        claim.operator.holds(order)
    }

    /// Why a claim on a site, which holds of all names together, may not of one.
    fn against(&self, claim: &Claim, name: &Named<'_>) -> Option<String> {
        let is_against = match claim.bound {
            // The total of a name that fell less than the claim says of a site is nothing against it.
            Bound::Change(bound) => {
                let (factor, is_upper) = (bound.factor(), claim.operator.is_upper());
                let factor = if is_upper {
                    factor.max(1.0)
                } else {
                    factor.min(1.0)
                };
                let tails = self.tails(name, factor)?;
                let p = if is_upper {
                    tails.at_least
                } else {
                    tails.at_most
                };
                p <= self.alpha()
            }
            Bound::PerOperation(bound) => !self.holds_for_each_operation(claim, bound, name.after),
            Bound::Value(_) | Bound::NoGrowth | Bound::Growth(_) => false,
        };
        is_against.then(|| {
            let label =
                |counted: PerOperation| auto_label(counted.value.round() as i128, &self.unit());
            let (before, after) = (label(name.before), label(name.after));
            let what = match claim.bound {
                Bound::Change(_) => format!("went from {before} to {after} for each operation"),
                _ => format!("has {after} for each operation"),
            };
            format!(
                "{} {what}, and the profiles hold it as one with others",
                name.sub.name
            )
        })
    }

    fn finding(&self, name: &Named<'_>, result: ClaimResult, by: CountedBy) -> Finding {
        let is_level = matches!(by, CountedBy::Number);
        let test = self
            .quantity()
            .and_then(|quantity| name.sub.change(quantity));
        let interval = test.and_then(|(test, _)| test.ratio_interval(self.options.one_sided));
        let printed = name.after.value / name.before.value;
        let measured = Measured {
            before: (!is_level).then_some(name.before.value),
            value: name.after.value,
            low: name.after.least,
            high: name.after.most,
            ratio: interval
                .filter(|_| printed.is_finite() && !is_level)
                .and_then(|interval| Some([printed, interval.low?, interval.high?])),
        };
        Finding {
            site: None,
            name: format!("total of {}", name.sub.name),
            result,
            reason: Reason::Counted { measured, by },
            observed: None,
        }
    }
}
