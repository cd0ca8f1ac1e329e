//! Why sites allocate and what would help, as JSON.

use std::io::{self, Write};

use heapwise_analysis::Granularity;
use heapwise_analysis::explain::{
    Advice, AllocationRate, Beside, BlockSize, Cause, ChangedSite, Code, Ladder, LogComparison,
    Reason, ReasonShare, Subject, Unmatched,
};
use heapwise_decode::EscapeOutcome;
use serde::Serialize;

use super::rate::Rates;
use super::{ExplainReport, LogSummary, rate, words};
use crate::formats::json::{self, Envelope, JsonEstimate, JsonSampleType, JsonSite};

/// `heapwise.explain/1`.
pub(super) fn write(report: &ExplainReport, out: &mut dyn Write) -> io::Result<()> {
    let answer = &report.answer;
    let coverage = &answer.coverage;
    let unmatched = |(why, value): &(Unmatched, _)| JsonUnmatched {
        why: why.name(),
        value: JsonEstimate::from(*value),
    };
    let reason = |share: &ReasonShare| JsonReason {
        reason: share.reason.name(),
        value: share.value.into(),
        sites: share.sites,
    };
    let shown = report.shown();
    let document = Document {
        envelope: Envelope::new("heapwise.explain/1", &report.inputs, &report.warnings),
        merged: report.merged,
        sample_type: JsonSampleType::new(&answer.sample_type),
        confidence: answer.confidence.level(),
        sampling_error: answer.sampling.error().name(),
        total: answer.total.into(),
        rate: report.rates(answer.allocated).map(JsonRates::new),
        covered: report.covered.map(|covered| JsonCovered {
            per: rate::name(covered.per),
            amount: covered.amount,
        }),
        log: report.log.as_ref().map(JsonLog::new),
        coverage: JsonCoverage {
            matched: coverage.matched.into(),
            runtime: coverage.runtime.into(),
            unmatched: coverage.unmatched.iter().map(unmatched).collect(),
        },
        reasons: answer.reasons.iter().map(reason).collect(),
        sites: shown
            .iter()
            .map(|subject| JsonSubject::new(report, subject))
            .collect(),
        omitted: answer.sites.len() - shown.len(),
        advice: answer
            .advice
            .iter()
            .map(|advice| JsonAdvice::new(report, advice))
            .collect(),
        unchecked: answer.unchecked.iter().map(JsonUnchecked::new).collect(),
        comparison: answer
            .comparison
            .as_ref()
            .map(|comparison| JsonComparison::new(report, comparison)),
    };
    json::write(&document, out)
}

#[derive(Serialize)]
struct Document<'a> {
    #[serde(flatten)]
    envelope: Envelope<'a>,
    merged: usize,
    sample_type: JsonSampleType<'a>,
    confidence: f64,
    sampling_error: &'static str,
    total: JsonEstimate,
    rate: Option<JsonRates>,
    covered: Option<JsonCovered>,
    log: Option<JsonLog<'a>>,
    coverage: JsonCoverage,
    reasons: Vec<JsonReason>,
    sites: Vec<JsonSubject<'a>>,
    omitted: usize,
    advice: Vec<JsonAdvice<'a>>,
    unchecked: Vec<JsonUnchecked<'a>>,
    comparison: Option<JsonComparison<'a>>,
}

/// How much work the profiles cover.
#[derive(Serialize)]
struct JsonCovered {
    per: &'static str,
    amount: f64,
}

/// How fast it is allocated.
#[derive(Serialize)]
struct JsonRates {
    per: &'static str,
    bytes: JsonRate,
    objects: JsonRate,
}

#[derive(Serialize)]
struct JsonRate {
    value: f64,
    low: Option<f64>,
    high: Option<f64>,
}

impl JsonRates {
    fn new(rates: Rates) -> Self {
        let one = |rate: AllocationRate| JsonRate {
            value: rate.value,
            low: rate.low,
            high: rate.high,
        };
        Self {
            per: rate::name(rates.per),
            bytes: one(rates.bytes),
            objects: one(rates.objects),
        }
    }
}

/// What another log said before.
#[derive(Serialize)]
struct JsonComparison<'a> {
    sites: Vec<JsonChanged<'a>>,
    left_heap: usize,
    to_heap: usize,
    unpaired: usize,
    only_one_tells_growth: bool,
}

#[derive(Serialize)]
struct JsonChanged<'a> {
    change: &'static str,
    before: &'static str,
    #[serde(flatten)]
    subject: JsonSubject<'a>,
}

impl<'a> JsonComparison<'a> {
    fn new(report: &'a ExplainReport, comparison: &'a LogComparison) -> Self {
        let changed = |one: &'a ChangedSite| JsonChanged {
            change: one.fate.name(),
            before: words::reason_name(&one.before),
            subject: JsonSubject::new(report, &one.subject),
        };
        Self {
            sites: comparison.sites.iter().map(changed).collect(),
            left_heap: comparison.gone,
            to_heap: comparison.new,
            unpaired: comparison.unpaired,
            only_one_tells_growth: comparison.only_one_tells_growth,
        }
    }
}

#[derive(Serialize)]
pub(crate) struct JsonLog<'a> {
    compilers: &'a [String],
    messages: u64,
    decisions: usize,
    packages: usize,
    other: Vec<JsonOther<'a>>,
    unread: u64,
    has_stack_decisions: bool,
}

#[derive(Serialize)]
struct JsonOther<'a> {
    message: &'a str,
    count: u64,
}

impl<'a> JsonLog<'a> {
    pub(crate) fn new(log: &'a LogSummary) -> Self {
        let other = log.other.iter();
        Self {
            compilers: &log.compilers,
            messages: log.messages,
            decisions: log.decisions,
            packages: log.packages,
            other: other
                .map(|(message, count)| JsonOther {
                    message,
                    count: *count,
                })
                .collect(),
            unread: log.unread,
            has_stack_decisions: log.has_stack_decisions,
        }
    }
}

#[derive(Serialize)]
struct JsonCoverage {
    matched: JsonEstimate,
    runtime: JsonEstimate,
    unmatched: Vec<JsonUnmatched>,
}

#[derive(Serialize)]
struct JsonUnmatched {
    why: &'static str,
    value: JsonEstimate,
}

#[derive(Serialize)]
struct JsonReason {
    reason: &'static str,
    value: JsonEstimate,
    sites: usize,
}

#[derive(Serialize)]
struct JsonSubject<'a> {
    #[serde(flatten)]
    site: JsonSite<'a>,
    calls: Option<&'a str>,
    code: Option<&'a str>,
    code_source: Option<&'static str>,
    value: JsonEstimate,
    share: f64,
    rate: Option<JsonRates>,
    reason: &'static str,
    told_by: Option<&'static str>,
    compiler: Vec<JsonDecision<'a>>,
    blocks: Vec<JsonBlock>,
    ladder: Option<JsonLadder>,
    in_use_part: Option<f64>,
    lifetime: Option<&'static str>,
}

#[derive(Serialize)]
pub(crate) struct JsonDecision<'a> {
    line: u32,
    column: u32,
    subject: &'a str,
    outcome: &'static str,
    flow: Vec<&'a str>,
}

impl<'a> JsonDecision<'a> {
    /// What the compiler decided of a cause.
    pub(crate) fn all(cause: &'a Cause) -> Vec<JsonDecision<'a>> {
        let decisions = cause.decisions().iter();
        decisions
            .map(|one| JsonDecision {
                line: one.at.line,
                column: one.at.column,
                subject: &one.subject,
                outcome: match one.outcome {
                    EscapeOutcome::Heap => "heap",
                    _ => "stack",
                },
                flow: one.steps.iter().map(|step| &*step.why).collect(),
            })
            .collect()
    }
}

/// What a reason is told by.
pub(crate) fn told_by(cause: &Cause) -> Option<&'static str> {
    match cause {
        Cause::Decided(..) => Some("compiler"),
        Cause::Service(_) => Some("runtime"),
        Cause::Source(_) => Some("source"),
        _ => None,
    }
}

#[derive(Serialize)]
struct JsonBlock {
    size: u64,
    objects: i128,
    bytes: i128,
}

#[derive(Serialize)]
struct JsonLadder {
    steps: usize,
    from: u64,
    to: u64,
    given_up: i128,
}

impl<'a> JsonSubject<'a> {
    fn new(report: &'a ExplainReport, subject: &'a Subject) -> Self {
        let code = report.code(&subject.at);
        let block = |one: &BlockSize| JsonBlock {
            size: one.size,
            objects: one.objects,
            bytes: one.bytes,
        };
        let ladder = |ladder: Ladder| JsonLadder {
            steps: ladder.rungs,
            from: ladder.from,
            to: ladder.to,
            given_up: ladder.given_up,
        };
        Self {
            site: JsonSite::new(&subject.at, subject.inlined, Granularity::Lines),
            calls: subject.entry.as_deref(),
            code: code.and_then(Code::line),
            code_source: code.map(Code::name),
            value: subject.value.into(),
            share: subject.share,
            rate: report.rates(subject.allocated).map(JsonRates::new),
            reason: words::reason_name(&subject.cause),
            told_by: told_by(&subject.cause),
            compiler: JsonDecision::all(&subject.cause),
            blocks: subject.sizes.iter().map(block).collect(),
            ladder: subject.ladder.map(ladder),
            in_use_part: subject.kept.map(|kept| kept.part),
            lifetime: subject.kept.map(|kept| kept.stay.name()),
        }
    }
}

#[derive(Serialize)]
struct JsonAdvice<'a> {
    rule: &'static str,
    #[serde(flatten)]
    subject: JsonSubject<'a>,
    saving: Option<JsonSaving<'a>>,
    details: Vec<JsonDetail>,
}

/// What only the source would tell.
#[derive(Serialize)]
struct JsonUnchecked<'a> {
    rule: &'static str,
    #[serde(flatten)]
    site: JsonSite<'a>,
    share: f64,
}

impl<'a> JsonUnchecked<'a> {
    fn new(advice: &'a Advice) -> Self {
        let subject = &advice.subject;
        Self {
            rule: advice.rule.name(),
            site: JsonSite::new(&subject.at, subject.inlined, Granularity::Lines),
            share: subject.share,
        }
    }
}

#[derive(Serialize)]
struct JsonSaving<'a> {
    low: i128,
    high: i128,
    low_part: f64,
    high_part: f64,
    beside: Vec<JsonBeside<'a>>,
}

/// What goes with it, and is in `high`.
#[derive(Serialize)]
struct JsonBeside<'a> {
    line: Option<i64>,
    calls: Option<&'a str>,
    reason: Option<&'static str>,
    high: i128,
}

impl<'a> JsonBeside<'a> {
    fn new(beside: &'a Beside) -> Self {
        Self {
            line: beside.line,
            calls: beside.entry.as_deref(),
            reason: beside.reason.map(Reason::name),
            high: beside.high,
        }
    }
}

/// A line of text with its name, as people read it.
#[derive(Serialize)]
struct JsonDetail {
    name: &'static str,
    text: String,
}

impl<'a> JsonAdvice<'a> {
    fn new(report: &'a ExplainReport, advice: &'a Advice) -> Self {
        let details = report.details(advice).into_iter();
        Self {
            rule: advice.rule.name(),
            subject: JsonSubject::new(report, &advice.subject),
            saving: advice.saving.map(|saving| JsonSaving {
                low: saving.low,
                high: saving.high,
                low_part: saving.parts.0,
                high_part: saving.parts.1,
                beside: advice.beside.iter().map(JsonBeside::new).collect(),
            }),
            details: details
                .map(|(name, text)| JsonDetail { name, text })
                .collect(),
        }
    }
}
