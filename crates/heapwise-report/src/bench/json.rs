//! Benchmarks of two sides as JSON.

use std::io::{self, Write};

use heapwise_analysis::{Change, TimeChange, Verdict};
use serde::Serialize;

use super::{BenchReport, BenchmarkNumbers};
use crate::diff::json::{JsonDiffRow, rows};
use crate::formats::json::{self, Envelope, JsonOmitted};
use crate::verify::json::{JsonVerdicts, verdicts};

/// `heapwise.bench/1`.
pub(super) fn write(report: &BenchReport, out: &mut dyn Write) -> io::Result<()> {
    let [before, after] = &report.labels;
    let difference = &report.diff.difference;
    let (rows, omitted) = rows(&report.diff);
    let document = BenchDocument {
        envelope: Envelope::new("heapwise.bench/1", &report.diff.inputs, &report.warnings),
        before,
        after,
        sample_type: &difference.sample_type.type_,
        unit: &difference.sample_type.unit,
        granularity: difference.granularity.name(),
        benchmarks: report
            .benchmarks
            .iter()
            .map(|one| JsonNumbers::new(report, one))
            .collect(),
        rows,
        omitted,
        verdicts: report.claims.as_ref().map(verdicts),
    };
    json::write(&document, out)
}

#[derive(Serialize)]
struct BenchDocument<'a> {
    #[serde(flatten)]
    envelope: Envelope<'a>,
    before: &'a str,
    after: &'a str,
    sample_type: &'a str,
    unit: &'a str,
    granularity: &'static str,
    benchmarks: Vec<JsonNumbers<'a>>,
    rows: Vec<JsonDiffRow<'a>>,
    omitted: JsonOmitted,
    verdicts: Option<JsonVerdicts<'a>>,
}

#[derive(Serialize)]
struct JsonNumbers<'a> {
    name: &'a str,
    iterations: u64,
    rate: u64,
    profiled_runs: usize,
    timed_apart: bool,
    not_judged: Option<&'static str>,
    bytes_per_op: JsonNumber,
    objects_per_op: JsonNumber,
    nanos_per_op: Option<JsonNumber>,
}

impl<'a> JsonNumbers<'a> {
    fn new(report: &'a BenchReport, one: &'a BenchmarkNumbers) -> Self {
        let mut all = report.diff.benchmarks.iter();
        let benchmark = all.find(|part| part.benchmark.name == one.name);
        Self {
            name: &one.name,
            iterations: one.iterations,
            rate: one.plan.rate,
            profiled_runs: one.plan.runs,
            timed_apart: one.plan.timed_apart,
            not_judged: benchmark
                .and_then(|part| part.benchmark.uncovered())
                .map(|why| why.name()),
            bytes_per_op: (&one.bytes).into(),
            objects_per_op: (&one.objects).into(),
            nanos_per_op: one.time.as_ref().map(Into::into),
        }
    }
}

/// A number of a benchmark on both sides.
#[derive(Serialize)]
struct JsonNumber {
    before: Option<f64>,
    after: Option<f64>,
    ratio: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    p: Option<f64>,
    verdict: &'static str,
}

impl From<&Change> for JsonNumber {
    fn from(change: &Change) -> Self {
        Self {
            before: change.per_work.map(|known| known.before),
            after: change.per_work.map(|known| known.after),
            ratio: change.ratio.map(|ratio| ratio.value),
            low: change.ratio.and_then(|ratio| ratio.low),
            high: change.ratio.and_then(|ratio| ratio.high),
            p: change.p,
            verdict: change.judged().name(),
        }
    }
}

impl From<&TimeChange> for JsonNumber {
    fn from(change: &TimeChange) -> Self {
        Self {
            before: Some(change.before),
            after: Some(change.after),
            ratio: change.ratio.map(|ratio| ratio.value),
            low: change.ratio.and_then(|ratio| ratio.low),
            high: change.ratio.and_then(|ratio| ratio.high),
            p: change.p,
            verdict: Verdict::name(change.verdict),
        }
    }
}
