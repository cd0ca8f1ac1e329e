//! What became of a claim, and why.

use std::num::NonZeroU32;

use super::claim::{Claim, SitePattern};
use crate::compare::advice::Advice;
use crate::compare::diff::Ratio;
use crate::goroutines::Allowance;
use crate::goroutines::Lasting;
use crate::growth::LevelVerdict;
use crate::profile::calendar::Date;
use crate::site::identity::Site;
use crate::sums::estimate::Estimate;
use heapwise_stats::{LevelRate, OpenRise, TrendLabel};

/// What became of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ClaimResult {
    /// The data reject that it does not hold.
    Pass,
    /// The data reject that it holds.
    Fail,
    /// The data allow both.
    Inconclusive,
    /// It cannot be asked of these data: it names what they do not have.
    Error,
}

impl ClaimResult {
    /// The name used in JSON.
    pub fn name(self) -> &'static str {
        match self {
            ClaimResult::Pass => "pass",
            ClaimResult::Fail => "fail",
            ClaimResult::Inconclusive => "inconclusive",
            ClaimResult::Error => "error",
        }
    }

    /// The worst is 0.
    pub fn rank(self) -> usize {
        match self {
            ClaimResult::Error => 0,
            ClaimResult::Fail => 1,
            ClaimResult::Inconclusive => 2,
            ClaimResult::Pass => 3,
        }
    }

    /// Of several: an error or one that fails fails all, and only all that pass pass.
    pub fn and(self, other: ClaimResult) -> ClaimResult {
        use ClaimResult::{Error, Fail, Inconclusive, Pass};
        match (self, other) {
            (Error, _) | (_, Error) => Error,
            (Fail, _) | (_, Fail) => Fail,
            (Inconclusive, _) | (_, Inconclusive) => Inconclusive,
            (Pass, Pass) => Pass,
        }
    }
}

/// A claim with its decision.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Outcome {
    /// The claim as it was written.
    pub claim: String,
    /// The unit of its values.
    pub unit: String,
    /// The decision.
    pub result: ClaimResult,
    /// Why.
    pub reason: Reason,
    /// What it was decided on, the worst first. Of a claim about growth only sites that grew; of a
    /// suppression nothing.
    pub findings: Vec<Finding>,
}

/// A site, or the total, that a claim was decided on.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Finding {
    /// The site; `None` is the total, or a site that was not found.
    pub site: Option<Site>,
    /// Its name, `total` for the total.
    pub name: String,
    /// The decision for it alone.
    pub result: ClaimResult,
    /// Why.
    pub reason: Reason,
    /// The values; `None` where there are none.
    pub observed: Option<Observed>,
}

/// Values that a decision was made on. Each end of an interval holds by itself at the confidence.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Observed {
    /// On the older side, where the claim is about a change.
    pub before: Option<Estimate>,
    /// On the newer side.
    pub after: Estimate,
    /// The newer over the older for equal work, where the claim is about a change.
    pub ratio: Option<Ratio>,
    /// Operations of the newer side, where the claim is about one.
    pub operations: Option<f64>,
    /// The exact value for each operation, where a benchmark told it.
    pub per_operation: Option<f64>,
}

/// Why a claim was decided as it was.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Reason {
    /// By numbers without error.
    Exact,
    /// By a test of the change against the bound: its one-sided p value.
    Test {
        /// The chance of data as extreme if it were otherwise.
        p: f64,
    },
    /// By what `go test` counted of one of several names that share their stacks.
    Counted {
        /// For each operation.
        measured: Measured,
        /// What decided.
        by: CountedBy,
    },
    /// By the end of the interval of the value.
    Limit,
    /// Neither way.
    TooFewSamples {
        /// What would decide it.
        advice: Advice,
        /// Which look it was, of claims that are asked again.
        look: Option<NonZeroU32>,
    },
    /// The value has no upper limit: there may be many objects too small to have been sampled.
    NoUpperLimit,
    /// No site of either side is called so; the names may have been meant.
    NotFound {
        /// Names like it, or the largest.
        near: Vec<String>,
    },
    /// No site is called so, which the claim allows.
    Absent,
    /// The profiles have no such sample type.
    NoSuchType {
        /// Those that they have.
        types: Vec<String>,
    },
    /// The bound is in a unit that the sample type does not have.
    OtherUnit {
        /// That of the sample type.
        unit: String,
    },
    /// By the number as it stands in a profile of another kind than Go's heap profiles, which
    /// tells no error.
    AsRecorded,
    /// What the older side has for certain has no sample on the newer side.
    Gone {
        /// What would have gone unseen on the newer side, in the sample type's unit.
        unseen: Option<i128>,
    },
    /// The data cannot be judged, and why.
    NotJudged(String),
    /// There is no older side to compare with.
    NoBefore,
    /// It is not known how many operations the newer side covers.
    NoOperations,
    /// Of several sites.
    Sites {
        /// Sites for which it holds.
        pass: usize,
        /// Sites for which it does not.
        fail: usize,
        /// Sites for which nobody can tell.
        inconclusive: usize,
        /// Sites that are suppressed.
        suppressed: usize,
    },
    /// Of all sites together.
    Growth(GrowthCounts),
    /// By what became of a count over several dumps.
    Trend {
        /// The counts.
        counts: Vec<i64>,
        /// What the classifier says.
        label: TrendLabel,
        /// Fewer than five dumps, or a rise that is open: a guess.
        tentative: bool,
        /// What more dumps would tell.
        open: Option<OpenRise>,
    },
    /// By what became of a level in use over several snapshots.
    Level {
        /// What it does.
        verdict: LevelVerdict,
        /// How fast, by the hour; by snapshots where no times are known. Each end holds by itself at the confidence.
        rate: LevelRate,
        /// Of how many snapshots.
        snapshots: usize,
        /// Whether the rate is by the hour.
        has_times: bool,
        /// What keeps it from being decided.
        open: Option<String>,
    },
    /// By goroutines that pile up, as their numbers show, whatever the counts do.
    Lasting {
        /// What the numbers show.
        lasting: Lasting,
        /// The counts.
        counts: Vec<i64>,
        /// What the classifier says of them.
        label: TrendLabel,
    },
    /// By the leaks that were listed, of which some may be let off.
    Leaked {
        /// What is listed as leaked and is no leak.
        phantoms: i64,
        /// Goroutines that are let off, by which suppression.
        allowed: Vec<(i64, Allowance)>,
    },
    /// Why, of goroutines that have a function on their stack or were created by it.
    Covers(Covers, Box<Reason>),
    /// By a number of the collector.
    Collector {
        /// The number; `None` where there is none.
        measured: Option<Measured>,
        /// The one-sided p value of a change against the bound.
        p: Option<f64>,
        /// What the decision rests on, or why there is none.
        why: String,
    },
    /// By why sites allocate, or why that cannot be told.
    Explained(String),
    /// The site is suppressed.
    Suppressed {
        /// The last day.
        until: Date,
        /// Why.
        reason: String,
    },
    /// A suppression is past its last day.
    Expired {
        /// The last day.
        on: Date,
        /// Why there was one.
        reason: String,
    },
}

/// A number of the collector, or one that `go test` counted for each operation, in the unit of the outcome.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Measured {
    /// On the older side, where the claim is about a change.
    pub before: Option<f64>,
    /// On the newer side.
    pub value: f64,
    /// No less than this.
    pub low: f64,
    /// No more than this.
    pub high: f64,
    /// The newer over the older, with its interval.
    pub ratio: Option<[f64; 3]>,
}

/// What decides a claim on a number that `go test` counted.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum CountedBy {
    /// The number itself.
    Number,
    /// A test of the change against the bound: its one-sided p value.
    Test {
        /// The chance of data as extreme if it were otherwise.
        p: f64,
    },
    /// Nothing: it varies too much from run to run.
    Nothing,
}

/// By what goroutines of the last dump count for a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Covers {
    /// They have it on their stacks.
    pub on_stack: i64,
    /// It is not on their stacks, but created them.
    pub created: i64,
    /// Whether it was on a stack in any dump.
    pub is_ever_on_stack: bool,
    /// Whether in any dump it created any that do not have it on their stacks.
    pub has_ever_created: bool,
}

/// How many sites grew, and how many could not be asked.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct GrowthCounts {
    /// Sites judged.
    pub judged: usize,
    /// Of them, the total included, those that grew.
    pub grew: usize,
    /// Sites that have too few samples.
    pub undecidable: usize,
    /// Sites whose change may have another cause than the work: set-up, or small objects that share blocks.
    pub doubtful: usize,
    /// Sites that are suppressed.
    pub suppressed: usize,
    /// Sites that were let off for having gained what another lost.
    pub moved: usize,
    /// Sites among those that grew that may have gained what another lost.
    pub may_have_moved: usize,
    /// The growth of the total that would not have been seen.
    pub unseen: Unseen,
}

impl GrowthCounts {
    /// Those of two benchmarks together.
    fn and(self, other: GrowthCounts) -> GrowthCounts {
        GrowthCounts {
            judged: self.judged + other.judged,
            grew: self.grew + other.grew,
            undecidable: self.undecidable + other.undecidable,
            doubtful: self.doubtful + other.doubtful,
            suppressed: self.suppressed + other.suppressed,
            moved: self.moved + other.moved,
            may_have_moved: self.may_have_moved + other.may_have_moved,
            unseen: self.unseen.larger(other.unseen),
        }
    }
}

/// How large a growth would have gone unseen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Unseen {
    /// None: the numbers have no error.
    Nothing,
    /// Up to this part, with one minus the confidence as the chance of more; below 0 when the
    /// number fell for certain.
    UpTo(f64),
    /// Any.
    Anything,
}

impl Unseen {
    /// The larger one.
    fn larger(self, other: Unseen) -> Unseen {
        match (self, other) {
            (Unseen::Anything, _) | (_, Unseen::Anything) => Unseen::Anything,
            (Unseen::Nothing, other) | (other, Unseen::Nothing) => other,
            (Unseen::UpTo(mine), Unseen::UpTo(theirs)) => Unseen::UpTo(mine.max(theirs)),
        }
    }
}

impl Reason {
    /// How many of several were decided how.
    pub(super) fn of_sites(findings: &[Finding]) -> Reason {
        let count = |wanted| findings.iter().filter(|f| f.result == wanted).count();
        let is_suppressed = |f: &&Finding| matches!(f.reason, Reason::Suppressed { .. });
        let suppressed = findings.iter().filter(is_suppressed).count();
        Reason::Sites {
            pass: count(ClaimResult::Pass) - suppressed,
            fail: count(ClaimResult::Fail),
            inconclusive: count(ClaimResult::Inconclusive),
            suppressed,
        }
    }

    /// Of two benchmarks of which the same is said.
    fn joined(self, other: Reason) -> Reason {
        match (self, other) {
            (Reason::Growth(first), Reason::Growth(second)) => Reason::Growth(first.and(second)),
            (Reason::Test { p }, Reason::Test { p: also }) => Reason::Test { p: p.max(also) },
            (first, _) => first,
        }
    }

    /// Whether a claim that passes for it should be read nonetheless.
    pub fn is_caveat(&self) -> bool {
        match self {
            Reason::Absent
            | Reason::AsRecorded
            | Reason::Gone { .. }
            | Reason::Growth(_)
            | Reason::Suppressed { .. } => true,
            Reason::Sites { suppressed, .. } => *suppressed > 0,
            _ => false,
        }
    }
}

impl Outcome {
    /// That of a claim that was decided as one.
    pub fn single(claim: &Claim, unit: String, result: ClaimResult, reason: Reason) -> Outcome {
        Outcome {
            claim: claim.text.clone(),
            unit,
            result,
            reason: reason.clone(),
            findings: vec![Finding {
                site: None,
                name: claim.site.label(),
                result,
                reason,
                observed: None,
            }],
        }
    }

    /// What every claim takes for granted, and is not known to hold: nothing passes beside it.
    #[must_use]
    pub fn open(claim: &str, why: String) -> Outcome {
        Outcome {
            claim: claim.to_owned(),
            unit: String::new(),
            result: ClaimResult::Inconclusive,
            reason: Reason::NotJudged(why),
            findings: Vec::new(),
        }
    }

    /// One outcome of a claim that was decided in several benchmarks, of which each must hold.
    ///
    /// `None` without any.
    #[must_use]
    pub fn joined(parts: Vec<(&str, Outcome)>) -> Option<Outcome> {
        let is_single = parts.len() == 1;
        let mut parts = parts.into_iter().map(|(benchmark, mut outcome)| {
            for finding in outcome.findings.iter_mut().filter(|_| !is_single) {
                finding.name = format!("{benchmark}: {}", finding.name);
            }
            outcome
        });
        let first = parts.next()?;
        let mut all = parts.fold(first, |mut all, part| {
            all.reason = match all.result.and(part.result) {
                // What does not hold is said before what does.
                result if all.result == result && part.result == result => {
                    all.reason.joined(part.reason)
                }
                result if part.result == result => part.reason,
                _ => all.reason,
            };
            all.result = all.result.and(part.result);
            all.findings.extend(part.findings);
            all
        });
        all.findings.sort_by_key(|finding| finding.result.rank());
        if !is_single && !matches!(all.reason, Reason::Growth(_)) && all.findings.len() > 1 {
            all.reason = Reason::of_sites(&all.findings);
        }
        Some(all)
    }

    /// A claim whose site does not exist passes where it is optional, and is an error otherwise:
    /// the one place that says so.
    #[must_use]
    pub fn settled(self, claim: &Claim) -> Outcome {
        let mut reasons = self.findings.iter().map(|finding| &finding.reason);
        let missing = reasons.find(|reason| matches!(reason, Reason::NotFound { .. }));
        match (missing.cloned(), claim.optional) {
            (None, _) => self,
            (Some(_), true) => Outcome::single(claim, self.unit, ClaimResult::Pass, Reason::Absent),
            (Some(reason), false) => Outcome::single(claim, self.unit, ClaimResult::Error, reason),
        }
    }

    /// Lets a claim on a total off where that is suppressed: sites are let off one by one.
    #[must_use]
    pub fn let_off(mut self, claim: &Claim, suppressions: &[Suppression]) -> Outcome {
        let mut all = suppressions.iter();
        let found =
            all.find(|one| !claim.site.is_sites() && one.site.label() == claim.site.label());
        if let (Some(suppression), ClaimResult::Fail | ClaimResult::Inconclusive) =
            (found, self.result)
        {
            let reason = Reason::Suppressed {
                until: suppression.expires,
                reason: suppression.reason.clone(),
            };
            self.result = ClaimResult::Pass;
            for finding in &mut self.findings {
                finding.result = ClaimResult::Pass;
                finding.reason = reason.clone();
            }
            self.reason = reason;
        }
        self
    }
}

/// A site that is let off for a time.
#[derive(Debug, Clone)]
pub struct Suppression {
    pub(super) text: String,
    pub(super) site: SitePattern,
    pub(super) reason: String,
    pub(super) expires: Date,
}

impl Suppression {
    /// Which sites, why, and the last day on which it holds; the `text` is what was written for the
    /// sites.
    pub fn new(text: &str, site: SitePattern, reason: &str, expires: Date) -> Self {
        Self {
            text: text.to_owned(),
            site,
            reason: reason.to_owned(),
            expires,
        }
    }

    /// The sites as they were written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Which sites.
    pub fn site(&self) -> &SitePattern {
        &self.site
    }

    /// Why.
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// The last day on which it holds.
    pub fn expires(&self) -> Date {
        self.expires
    }

    /// Whether a claim can be let off by it at all.
    pub fn can_let_off(&self, claim: &Claim) -> bool {
        let is_same_total = self.site.label() == claim.site.label();
        let is_of_sites = claim.site.is_sites() || claim.site.is_leaked();
        is_same_total || (self.site.is_sites() && is_of_sites)
    }

    /// The failure that it is when its last day is past.
    pub fn expired(&self, today: Date) -> Option<Outcome> {
        (today > self.expires).then(|| Outcome {
            claim: format!("suppress {}", self.text),
            unit: String::new(),
            result: ClaimResult::Fail,
            reason: Reason::Expired {
                on: self.expires,
                reason: self.reason.clone(),
            },
            findings: Vec::new(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{
        Claim, ClaimResult, Finding, GrowthCounts, Outcome, Reason, SitePattern, Suppression,
        Unseen,
    };
    use crate::profile::calendar::Date;

    const ALL: [ClaimResult; 4] = [
        ClaimResult::Error,
        ClaimResult::Fail,
        ClaimResult::Inconclusive,
        ClaimResult::Pass,
    ];

    fn claim(text: &str) -> Claim {
        Claim::parse(text).expect(text)
    }

    fn outcome(result: ClaimResult, reason: Reason) -> Outcome {
        Outcome::single(
            &claim("alloc_space main.f <= 5"),
            "bytes".to_owned(),
            result,
            reason,
        )
    }

    fn suppression(site: &str) -> Suppression {
        let site: SitePattern = claim(&format!("alloc_space {site} <= 5")).site;
        let date = Date::parse("2026-03-31").expect("a day");
        Suppression::new("text", site, "known", date)
    }

    #[test]
    fn of_two_results_the_worse_is_that_of_both() {
        let names = ALL.map(ClaimResult::name);
        assert_eq!(names, ["error", "fail", "inconclusive", "pass"]);
        assert_eq!(ALL.map(ClaimResult::rank), [0, 1, 2, 3]);
        for first in ALL {
            for second in ALL {
                let rank = first.rank().min(second.rank());
                assert_eq!(first.and(second), ALL[rank], "{first:?} {second:?}");
            }
        }
    }

    #[test]
    fn outcomes_of_benchmarks_are_joined_with_the_reason_of_the_worse() {
        assert_eq!(Outcome::joined(Vec::new()), None);
        let pass = || outcome(ClaimResult::Pass, Reason::Exact);
        let fail = || outcome(ClaimResult::Fail, Reason::Limit);
        let one = Outcome::joined(vec![("BenchmarkA", pass())]).expect("one");
        assert_eq!(one, pass());
        let both = [("BenchmarkA", pass()), ("BenchmarkB", fail())];
        let joined = Outcome::joined(both.to_vec()).expect("two");
        assert_eq!(joined.result, ClaimResult::Fail);
        let names: Vec<&str> = joined.findings.iter().map(|one| &*one.name).collect();
        assert_eq!(names, ["BenchmarkB: main.f", "BenchmarkA: main.f"]);
        let sites = Reason::Sites {
            pass: 1,
            fail: 1,
            inconclusive: 0,
            suppressed: 0,
        };
        assert_eq!(joined.reason, sites);
        // Without findings there is the reason: of the worse, in whatever order, of two alike both.
        let bare = |result, reason| Outcome {
            findings: Vec::new(),
            ..outcome(result, reason)
        };
        let of = |first: Outcome, second: Outcome| {
            let joined = Outcome::joined(vec![("A", first), ("B", second)]).expect("two");
            joined.reason
        };
        let test = |p| bare(ClaimResult::Pass, Reason::Test { p });
        let failed = || bare(ClaimResult::Fail, Reason::Limit);
        assert_eq!(of(test(0.01), failed()), Reason::Limit);
        assert_eq!(of(failed(), test(0.01)), Reason::Limit);
        assert_eq!(of(test(0.01), test(0.02)), Reason::Test { p: 0.02 });
        assert_eq!(of(test(0.02), test(0.01)), Reason::Test { p: 0.02 });
    }

    #[test]
    fn counts_of_growth_are_added() {
        let counts = |by: usize, unseen| GrowthCounts {
            judged: 10 * by,
            grew: by,
            undecidable: 2 * by,
            doubtful: 6 * by,
            suppressed: 3 * by,
            moved: 4 * by,
            may_have_moved: 5 * by,
            unseen,
        };
        let up_to = Unseen::UpTo;
        for (first, second, both) in [
            (Unseen::Nothing, Unseen::Nothing, Unseen::Nothing),
            (Unseen::Nothing, up_to(2.0), up_to(2.0)),
            (up_to(2.0), Unseen::Nothing, up_to(2.0)),
            (up_to(2.0), up_to(3.0), up_to(3.0)),
            (up_to(2.0), Unseen::Anything, Unseen::Anything),
            (Unseen::Anything, Unseen::Nothing, Unseen::Anything),
        ] {
            let sum = counts(1, first).and(counts(2, second));
            assert_eq!(sum, counts(3, both));
        }
    }

    #[test]
    fn what_is_let_off_is_counted_apart_from_what_passes() {
        let until = suppression("main.f").expires();
        let suppressed = Reason::Suppressed {
            until,
            reason: "known".to_owned(),
        };
        let finding = |result, reason: &Reason| Finding {
            site: None,
            name: String::new(),
            result,
            reason: reason.clone(),
            observed: None,
        };
        let findings = [
            finding(ClaimResult::Pass, &Reason::Exact),
            finding(ClaimResult::Pass, &Reason::Exact),
            finding(ClaimResult::Pass, &suppressed),
            finding(ClaimResult::Fail, &Reason::Exact),
            finding(ClaimResult::Inconclusive, &Reason::Limit),
        ];
        let (pass, fail, inconclusive) = (2, 1, 1);
        let sites = |suppressed| Reason::Sites {
            pass,
            fail,
            inconclusive,
            suppressed,
        };
        assert_eq!(Reason::of_sites(&findings), sites(1));
        for (reason, is_caveat) in [
            (sites(1), true),
            (sites(0), false),
            (suppressed, true),
            (Reason::Absent, true),
            (Reason::AsRecorded, true),
            (Reason::Gone { unseen: None }, true),
            (Reason::Exact, false),
            (Reason::Limit, false),
            (Reason::NoBefore, false),
        ] {
            assert_eq!(reason.is_caveat(), is_caveat, "{reason:?}");
        }
    }

    #[test]
    fn a_site_that_is_not_found_is_an_error_but_where_the_claim_allows_it() {
        let missing = || outcome(ClaimResult::Error, Reason::NotFound { near: Vec::new() });
        let strict = claim("alloc_space main.f <= 5");
        let optional = claim("alloc_space main.f <= 5 optional");
        let there = outcome(ClaimResult::Fail, Reason::Exact);
        assert_eq!(there.clone().settled(&optional), there);
        assert_eq!(missing().settled(&strict), missing());
        let absent = missing().settled(&optional);
        assert_eq!(
            (absent.result, absent.reason),
            (ClaimResult::Pass, Reason::Absent)
        );
    }

    #[test]
    fn a_total_is_let_off_by_its_own_name_only_where_it_does_not_hold() {
        let total = claim("alloc_space total <= 5");
        let of = |result, by: &str| {
            let outcome = Outcome::single(&total, "bytes".to_owned(), result, Reason::Exact);
            let off = outcome.let_off(&total, &[suppression(by)]);
            assert_eq!(off.findings[0].result, off.result);
            assert_eq!(off.findings[0].reason, off.reason);
            let is_off = matches!(off.reason, Reason::Suppressed { .. });
            (off.result, is_off)
        };
        assert_eq!(of(ClaimResult::Fail, "total"), (ClaimResult::Pass, true));
        assert_eq!(
            of(ClaimResult::Inconclusive, "total"),
            (ClaimResult::Pass, true)
        );
        assert_eq!(of(ClaimResult::Pass, "total"), (ClaimResult::Pass, false));
        assert_eq!(of(ClaimResult::Error, "total"), (ClaimResult::Error, false));
        assert_eq!(of(ClaimResult::Fail, "main.f"), (ClaimResult::Fail, false));
        // Sites are let off one by one, not here.
        let site = claim("alloc_space main.f <= 5");
        let failed = outcome(ClaimResult::Fail, Reason::Exact);
        assert_eq!(
            failed.clone().let_off(&site, &[suppression("main.f")]),
            failed
        );
    }

    #[test]
    fn a_suppression_holds_through_its_last_day() {
        let of = suppression("main.f");
        assert_eq!((of.text(), of.reason()), ("text", "known"));
        assert!(of.site().matches_name("main.f") && !of.site().matches_name("main.g"));
        let day = |text| Date::parse(text).expect("a day");
        assert_eq!(of.expires(), day("2026-03-31"));
        assert_eq!(of.expired(day("2026-03-30")), None);
        assert_eq!(of.expired(day("2026-03-31")), None);
        let over = of.expired(day("2026-04-01")).expect("it is over");
        assert_eq!(over.claim, "suppress text");
        assert_eq!(over.result, ClaimResult::Fail);
        assert!(matches!(over.reason, Reason::Expired { on, .. } if on == of.expires()));
    }

    #[test]
    fn a_suppression_lets_off_what_it_names() {
        for (by, of, can) in [
            ("total", "alloc_space total <= 5", true),
            ("total", "alloc_space main.f <= 5", false),
            ("main.f", "alloc_space main.f <= 5", true),
            ("main.f", "alloc_space /main/ <= 5", true),
            ("/main/", "alloc_space main.f <= 5", true),
            ("main.f", "alloc_space total <= 5", false),
            ("main.f", "goroutines leaked = 0", true),
            ("total", "goroutines leaked = 0", false),
        ] {
            assert_eq!(suppression(by).can_let_off(&claim(of)), can, "{by}: {of}");
        }
    }
}
