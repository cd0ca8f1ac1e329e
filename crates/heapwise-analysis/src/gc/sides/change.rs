//! Whether a number differs between two sides.

use heapwise_decode::counted;
use heapwise_stats::{Confidence, LogMean, LogMeanTest, RatioInterval, RatioTest};

use super::quantity::GcQuantity;
use super::sample::Sample;
use super::side::SideProcess;

/// What is said of a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum GcVerdict {
    /// The newer side has less.
    Decreased,
    /// The newer side has more.
    Increased,
    /// Nothing speaks for a change.
    NoChangeSeen,
    /// It cannot be told from what there is.
    Undecidable,
}

impl GcVerdict {
    /// The name used in reports.
    pub fn name(self) -> &'static str {
        match self {
            GcVerdict::Decreased => "decreased",
            GcVerdict::Increased => "increased",
            GcVerdict::NoChangeSeen => "no_change_seen",
            GcVerdict::Undecidable => "undecidable",
        }
    }
}

/// What a verdict rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum GcBasis {
    /// Three processes a side or more, compared with one another.
    Processes,
    /// The steps of each process over time: how another run of it would differ is not known.
    Steps,
}

impl GcBasis {
    /// The name used in reports.
    pub fn name(self) -> &'static str {
        match self {
            GcBasis::Processes => "processes",
            GcBasis::Steps => "steps",
        }
    }
}

/// Processes a side from which on they are compared with one another.
pub(super) const REPLICATES: usize = 3;
/// Two runs of one program differ by as much: without further runs no smaller difference is called a change.
const OF_RUNS: f64 = 1.05;

/// A number on both sides, and what is said of it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct GcChange {
    /// Which number.
    pub quantity: GcQuantity,
    /// On the older side: the geometric mean of its processes.
    pub before: Option<f64>,
    /// On the newer side.
    pub after: Option<f64>,
    /// The newer over the older with its interval, where that is known.
    pub ratio: Option<RatioInterval>,
    /// What the verdict rests on.
    pub basis: Option<GcBasis>,
    /// Two-sided p value of no change: for steps of one of less than 5 %.
    pub p: Option<f64>,
    /// The same, adjusted for all numbers that are tested.
    pub q: Option<f64>,
    /// What is said.
    pub verdict: GcVerdict,
    /// Why it cannot be told.
    pub why: Option<String>,
    tested: Option<Tested>,
}

/// A test, and by which factors what the sources leave open may move the ratio.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Tested {
    test: LogMeanTest,
    low: f64,
    high: f64,
}

impl Tested {
    fn p_below(&self, ratio: f64) -> f64 {
        self.test.p_value_below(ratio / self.high)
    }

    fn p_above(&self, ratio: f64) -> f64 {
        self.test.p_value_above(ratio / self.low)
    }
}

impl GcChange {
    /// Of the processes of both sides.
    pub fn new(
        quantity: GcQuantity,
        sides: [&[SideProcess<'_>]; 2],
        confidence: Confidence,
    ) -> GcChange {
        let mut change = GcChange {
            quantity,
            before: None,
            after: None,
            ratio: None,
            basis: None,
            p: None,
            q: None,
            verdict: GcVerdict::Undecidable,
            why: None,
            tested: None,
        };
        let [before, after] = sides.map(|side| samples(side, quantity));
        match (before, after) {
            (Ok(before), Ok(after)) => change.judge(&before, &after, confidence),
            (before, after) => change.lacks(before, after),
        }
        change
    }

    /// The newer over the older, whatever is known of its error.
    pub fn factor(&self) -> Option<f64> {
        let known = self.ratio.and_then(|ratio| ratio.ratio);
        let plain = || Some(self.after? / self.before.filter(|&before| before > 0.0)?);
        known.or_else(plain)
    }

    /// One-sided p value in favour of a ratio of the newer to the older below this one; `None` without a test.
    pub fn p_below(&self, ratio: f64) -> Option<f64> {
        self.tested.map(|tested| tested.p_below(ratio))
    }

    /// Likewise above.
    pub fn p_above(&self, ratio: f64) -> Option<f64> {
        self.tested.map(|tested| tested.p_above(ratio))
    }

    fn lacks(&mut self, before: Samples, after: Samples) {
        let [old, new] = [&before, &after].map(|side| side.as_ref().err().cloned());
        self.before = before.ok().map(|samples| mean(&samples, |one| one.value));
        self.after = after.ok().map(|samples| mean(&samples, |one| one.value));
        self.why = Some(match (old, new) {
            (Some(old), Some(new)) if old == new => old,
            (Some(old), Some(new)) => format!("before: {old}; after: {new}"),
            (Some(old), None) => format!("before: {old}"),
            (None, new) => format!("after: {}", new.unwrap_or_default()),
        });
    }

    fn judge(&mut self, before: &[Sample], after: &[Sample], confidence: Confidence) {
        let [old, new] = [before, after].map(|side| mean(side, |one| one.value));
        (self.before, self.after) = (Some(old), Some(new));
        if old == 0.0 || new == 0.0 {
            self.why = Some("it is 0 on a side, which has no ratio".to_owned());
            return;
        }
        let is_replicated = before.len().min(after.len()) >= REPLICATES;
        let logs = [before, after].map(|side| match is_replicated {
            true => LogMean::of_values(&side.iter().map(|one| one.value).collect::<Vec<_>>()),
            false => of_steps(side),
        });
        let [Some(before_log), Some(after_log)] = logs else {
            self.why = Some(too_few(before, after));
            return;
        };
        let basis = match is_replicated {
            true => GcBasis::Processes,
            false => GcBasis::Steps,
        };
        let open = |side: &[Sample], end: fn(&Sample) -> f64| {
            mean(side, end) / mean(side, |one| one.value)
        };
        let tested = Tested {
            test: LogMeanTest::new(&before_log, &after_log),
            low: open(after, |one| one.low) / open(before, |one| one.high),
            high: open(after, |one| one.high) / open(before, |one| one.low).max(f64::MIN_POSITIVE),
        };
        self.basis = Some(basis);
        self.ratio = tested.test.ratio_interval(confidence).map(|mut ratio| {
            ratio.low = ratio.low.map(|low| low * tested.low);
            ratio.high = ratio
                .high
                .map(|high| high * tested.high)
                .filter(|high| high.is_finite());
            ratio
        });
        self.p = Some(p_value(&tested, basis));
        self.tested = Some(tested);
    }

    /// Says what is to be said, given the p value adjusted for all that were tested.
    pub(super) fn settle(&mut self, q: f64, confidence: Confidence) {
        self.q = Some(q);
        let is_change = q <= 1.0 - confidence.level();
        let ratio = self.ratio.and_then(|ratio| ratio.ratio);
        self.verdict = match ratio {
            Some(ratio) if is_change && ratio < 1.0 => GcVerdict::Decreased,
            Some(_) if is_change => GcVerdict::Increased,
            _ if self.is_open() => GcVerdict::Undecidable,
            _ => GcVerdict::NoChangeSeen,
        };
        if self.verdict == GcVerdict::Undecidable {
            self.why =
                Some("it varies so much that half and twice as much are possible".to_owned());
        }
    }

    /// Whether no change and a large one of either kind are possible, so that nothing is seen either way.
    fn is_open(&self) -> bool {
        self.ratio.is_some_and(|ratio| {
            ratio.low.is_none_or(|low| low < 0.5) && ratio.high.is_none_or(|high| high > 2.0)
        })
    }
}

fn p_value(tested: &Tested, basis: GcBasis) -> f64 {
    let margin = match basis {
        GcBasis::Processes => 1.0,
        GcBasis::Steps => OF_RUNS,
    };
    let (less, more) = (tested.p_below(1.0 / margin), tested.p_above(margin));
    (2.0 * less.min(more)).min(1.0)
}

type Samples = Result<Vec<Sample>, String>;

/// Those of all processes: one that cannot tell would have to be guessed.
fn samples(side: &[SideProcess<'_>], quantity: GcQuantity) -> Samples {
    side.iter()
        .map(|process| process.sample(quantity))
        .collect()
}

fn of_steps(side: &[Sample]) -> Option<LogMean> {
    let logs: Option<Vec<LogMean>> = side.iter().map(Sample::log).collect();
    LogMean::mean(&logs?)
}

/// The geometric mean; 0 where one is.
fn mean(side: &[Sample], of: fn(&Sample) -> f64) -> f64 {
    let logs: f64 = side.iter().map(|one| of(one).max(0.0).ln()).sum();
    (logs / side.len() as f64).exp()
}

fn too_few(before: &[Sample], after: &[Sample]) -> String {
    let fewest = |side: &[Sample]| side.iter().map(Sample::steps).min().unwrap_or(0);
    let all = before.iter().chain(after);
    let needed = all.map(Sample::needed).max().unwrap_or(0);
    let (old, new) = (fewest(before), fewest(after));
    match old.min(new) >= needed {
        true => "most of what it is made of is 0".to_owned(),
        false => format!(
            "{} before and {new} after: it takes {needed} a process, or {REPLICATES} processes a side",
            counted(old, "step")
        ),
    }
}
