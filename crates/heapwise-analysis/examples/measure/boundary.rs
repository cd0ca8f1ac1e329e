//! How often claims that are exactly true, at their very bound, pass or fail: neither may happen
//! more often than one minus the confidence, for the samples tell nothing either way.

use heapwise_analysis::stats::Exposure;
use heapwise_analysis::{
    Claim, ClaimResult, Compared, Date, DiffOptions, DiffSide, Growth, Outcome, Ranking, Reason,
    Verifier, VerifyOptions,
};

use super::Effort;
use super::coverage::{KnownSite, each_once, known_sites};
use super::report::{Report, Tally};
use super::runs::{RunSet, index};

/// One minus the confidence that claims are decided at unless another is asked for.
const NOMINAL: f64 = 0.05;

/// Decisions on claims that are exactly true.
#[derive(Default)]
struct Decided {
    passed: Tally,
    failed: Tally,
}

impl Decided {
    /// Numbers without error decide rightly, also at the bound.
    fn count(&mut self, outcome: &Outcome) {
        let is_certain = outcome.reason == Reason::Exact;
        let is = |result| !is_certain && outcome.result == result;
        self.passed.count(is(ClaimResult::Pass));
        self.failed.count(is(ClaimResult::Fail));
    }

    fn report(&self, what: &str, report: &mut Report) {
        report.at_most(
            format!("at the bound, {what}: passes"),
            self.passed,
            NOMINAL,
        );
        report.at_most(format!("at the bound, {what}: fails"), self.failed, NOMINAL);
    }
}

/// Claims on values, changes and growth, each with the true number as its bound.
pub(super) fn claims(sets: &[RunSet], effort: Effort, report: &mut Report) {
    values(sets, report);
    changes(sets, effort, report);
    growth(sets, effort, report);
}

fn values(sets: &[RunSet], report: &mut Report) {
    let (mut bytes, mut objects, mut per_operation) = Default::default();
    for set in sets.iter().filter(|set| set.rate > 1) {
        let sites = known_sites(sets, &set.scale);
        for run in &set.runs {
            for site in &sites {
                let KnownSite {
                    function,
                    bytes: size,
                    objects: number,
                    ..
                } = site;
                let decide = |claim: &str| decided_value(run, claim);
                let all: &mut Decided = &mut bytes;
                all.count(&decide(&format!("alloc_space {function} <= {size}")));
                let all: &mut Decided = &mut objects;
                all.count(&decide(&format!("alloc_objects {function} <= {number}")));
                let each = *size as f64 / OPERATIONS;
                let all: &mut Decided = &mut per_operation;
                all.count(&decide(&format!("alloc_space {function} <= {each:.3}/op")));
            }
        }
    }
    bytes.report("bytes <= VALUE", report);
    objects.report("objects <= VALUE", report);
    per_operation.report("bytes <= VALUE/op", report);
}

/// That each run is said to have done.
const OPERATIONS: f64 = 1000.0;

fn decided_value(run: &Ranking, text: &str) -> Outcome {
    decided(None, run, text, |verifier, claim| verifier.decide(claim))
}

/// Runs that did three quarters of the work, and runs that did the same.
fn changes(sets: &[RunSet], effort: Effort, report: &mut Report) {
    for rate in rates(sets) {
        let old = effort.of(runs_of(sets, rate, "1"), 4);
        let old_truth = known_sites(sets, "1");
        for scale in ["1", "0.75"] {
            let new = effort.of(runs_of(sets, rate, scale), 4);
            let new_truth = known_sites(sets, scale);
            let mut all = Decided::default();
            for (place, before) in old.iter().enumerate() {
                for after in each_once(place, new, effort) {
                    if !std::ptr::eq(before, after) {
                        changes_of((before, after), (&old_truth, &new_truth), &mut all);
                    }
                }
            }
            let what = format!("bytes <= CHANGE, rate {rate}, work x{scale}");
            all.report(&what, report);
        }
    }
}

fn changes_of(
    (before, after): (&Ranking, &Ranking),
    (old_truth, new_truth): (&[KnownSite], &[KnownSite]),
    all: &mut Decided,
) {
    for old in old_truth {
        let mut same = new_truth.iter();
        let Some(new) = same.find(|new| new.function == old.function) else {
            continue;
        };
        let percent = 100.0 * (new.bytes as f64 / old.bytes as f64 - 1.0);
        let text = format!("alloc_space {} <= {percent:+.9}%", old.function);
        let decide = |verifier: &Verifier<'_>, claim: &Claim| verifier.decide(claim);
        all.count(&decided(Some(before), after, &text, decide));
    }
}

/// Growth of nothing, and none allowed.
fn growth(sets: &[RunSet], effort: Effort, report: &mut Report) {
    let growth = Growth::parse("0%").expect("a growth");
    let strict = growth.clone().strict(true);
    for rate in rates(sets) {
        let runs = runs_of(sets, rate, "1");
        let (mut failed, mut passed) = (Tally::default(), Tally::default());
        for (at, before) in runs.iter().enumerate() {
            let others = match effort {
                Effort::All => runs.get(at + 1..),
                Effort::Quick => runs.get(at + 1..at + 2).filter(|_| at % 2 == 0),
            };
            for after in others.unwrap_or_default() {
                let text = "alloc_space total <= 0%";
                decided(Some(before), after, text, |verifier, _| {
                    let is = |growth, result| verifier.growth(growth, &[]).result == result;
                    failed.count(is(&growth, ClaimResult::Fail));
                    passed.count(is(&strict, ClaimResult::Pass));
                });
            }
        }
        let what = format!("at the bound, no growth, rate {rate}");
        report.at_most(format!("{what}: fails"), failed, NOMINAL);
        report.at_most(format!("{what}: passes if strict"), passed, NOMINAL);
    }
}

fn rates(sets: &[RunSet]) -> Vec<u64> {
    let sampled = sets.iter().filter(|set| set.rate > 1);
    let mut rates: Vec<u64> = sampled.map(|set| set.rate).collect();
    rates.dedup();
    rates
}

fn runs_of<'a>(sets: &'a [RunSet], rate: u64, scale: &str) -> &'a [Ranking] {
    let mut sets = sets.iter();
    let set = sets.find(|set| set.rate == rate && set.scale == scale);
    set.map_or(&[], |set| &set.runs)
}

/// What `ask` says of a claim on two runs that are said to cover the same work, or on one.
fn decided<T>(
    before: Option<&Ranking>,
    after: &Ranking,
    text: &str,
    ask: impl FnOnce(&Verifier<'_>, &Claim) -> T,
) -> T {
    let claim = Claim::parse(text).expect("a claim");
    let mut options = DiffOptions::default();
    options.work = heapwise_analysis::GivenWork::Same;
    let today = Date::parse("2026-01-01").expect("a day");
    let options = VerifyOptions::new(options, Vec::new(), today).expect("a confidence");
    let work: Vec<Exposure> = Exposure::new(OPERATIONS).into_iter().collect();
    let place = [index(after, &claim.sample_type)];
    let side = |ranking| DiffSide::new(std::slice::from_ref(ranking), &place).with_exposures(&work);
    let compared = Compared::new(before.map(side), side(after)).with_operations(Some(OPERATIONS));
    let verifier = Verifier::new(&compared, &options).expect("two sides of one kind");
    ask(&verifier, &claim)
}
