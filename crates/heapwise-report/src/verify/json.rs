//! Outcomes of claims as JSON.

use std::io::{self, Write};
use std::num::NonZeroU32;

use heapwise_analysis::{CountedBy, Finding, Measured, Observed, Reason, Unseen};
use serde::Serialize;

use crate::formats::json::{self, Envelope, JsonEstimate, JsonRatio};
use crate::verify::words::Words;
use crate::verify::{JudgedClaim, VerifyReport};

/// `heapwise.verify/1`.
pub(crate) fn write(report: &VerifyReport, out: &mut dyn Write) -> io::Result<()> {
    let document = VerifyDocument {
        envelope: Envelope::new("heapwise.verify/1", &report.inputs, &report.warnings),
        verdicts: verdicts(report),
    };
    json::write(&document, out)
}

/// What was decided.
pub(crate) fn verdicts(report: &VerifyReport) -> JsonVerdicts<'_> {
    JsonVerdicts {
        result: report.result().name(),
        confidence: report.confidence,
        look: report.look.map(NonZeroU32::get),
        claims: report.claims.iter().map(JsonClaim::new).collect(),
    }
}

#[derive(Serialize)]
struct VerifyDocument<'a> {
    #[serde(flatten)]
    envelope: Envelope<'a>,
    #[serde(flatten)]
    verdicts: JsonVerdicts<'a>,
}

#[derive(Serialize)]
pub(crate) struct JsonVerdicts<'a> {
    result: &'static str,
    confidence: f64,
    look: Option<u32>,
    claims: Vec<JsonClaim<'a>>,
}

#[derive(Serialize)]
struct JsonClaim<'a> {
    claim: &'a str,
    result: &'static str,
    observed: Option<JsonObserved>,
    measured: Option<JsonMeasured>,
    reason: String,
    unseen: Option<f64>,
    near: Option<&'a [String]>,
    purpose: Option<&'a str>,
    file: Option<&'a str>,
    line: Option<usize>,
    unit: Option<&'a str>,
    sites: Vec<JsonFinding<'a>>,
}

impl<'a> JsonClaim<'a> {
    fn new(claim: &'a JudgedClaim) -> Self {
        let outcome = &claim.outcome;
        let words = Words(outcome, claim.hints);
        let first = outcome.findings.first();
        let observed = first.and_then(|finding| finding.observed.as_ref());
        let finding = |finding: &'a Finding| JsonFinding {
            site: &finding.name,
            result: finding.result.name(),
            observed: finding.observed.as_ref().map(JsonObserved::new),
            measured: JsonMeasured::of(&finding.reason),
            reason: words.reason_of(&finding.reason),
        };
        Self {
            claim: &outcome.claim,
            result: outcome.result.name(),
            observed: observed.map(JsonObserved::new),
            measured: first.and_then(|finding| JsonMeasured::of(&finding.reason)),
            reason: words.reason(),
            unseen: unseen(&outcome.reason),
            near: near(&outcome.reason),
            purpose: claim.purpose.as_deref(),
            file: claim.place.as_ref().map(|place| place.file.as_str()),
            line: claim.place.as_ref().map(|place| place.line),
            unit: Some(outcome.unit.as_str()).filter(|unit| !unit.is_empty()),
            sites: outcome.findings.iter().map(finding).collect(),
        }
    }
}

/// The growth of the total that would have gone unseen; absent where that is no question, or any.
fn unseen(reason: &Reason) -> Option<f64> {
    match reason {
        Reason::Growth(growth) => match growth.unseen {
            Unseen::Nothing => Some(0.0),
            Unseen::UpTo(part) => Some(part.max(0.0)),
            _ => None,
        },
        _ => None,
    }
}

/// Names that were perhaps meant.
fn near(reason: &Reason) -> Option<&[String]> {
    match reason {
        Reason::NotFound { near } => Some(near),
        Reason::NoSuchType { types } => Some(types),
        _ => None,
    }
}

#[derive(Serialize)]
struct JsonFinding<'a> {
    site: &'a str,
    result: &'static str,
    observed: Option<JsonObserved>,
    measured: Option<JsonMeasured>,
    reason: String,
}

#[derive(Serialize)]
struct JsonObserved {
    before: Option<JsonEstimate>,
    after: JsonEstimate,
    ratio: Option<JsonRatio>,
    operations: Option<f64>,
    per_operation: Option<f64>,
}

impl JsonObserved {
    fn new(observed: &Observed) -> Self {
        Self {
            before: observed.before.map(Into::into),
            after: observed.after.into(),
            ratio: observed.ratio.map(Into::into),
            operations: observed.operations,
            per_operation: observed.per_operation,
        }
    }
}

/// A number of the collector, or one for each operation.
#[derive(Serialize)]
struct JsonMeasured {
    before: Option<f64>,
    value: f64,
    low: f64,
    high: f64,
    ratio: Option<[f64; 3]>,
    p: Option<f64>,
}

impl JsonMeasured {
    fn of(reason: &Reason) -> Option<Self> {
        let (measured, p) = match reason {
            Reason::Collector { measured, p, .. } => (measured.as_ref()?, *p),
            Reason::Counted { measured, by } => match by {
                CountedBy::Test { p } => (measured, Some(*p)),
                _ => (measured, None),
            },
            _ => return None,
        };
        let &Measured {
            before,
            value,
            low,
            high,
            ratio,
            ..
        } = measured;
        Some(Self {
            before,
            value,
            low,
            high,
            ratio,
            p,
        })
    }
}
