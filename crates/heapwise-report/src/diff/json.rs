//! The comparison as JSON.

use std::io::{self, Write};

use heapwise_analysis::{
    Benchmark, CommonFactor, Counted, DiffRow, Difference, Measurement, SubBenchmark, Work,
};
use serde::Serialize;

use super::page::Page;
use super::why_json::JsonWhy;
use super::{DiffReport, work_text};
use crate::explain::json::JsonLog;
use crate::formats::json::{self, Envelope, JsonChange, JsonOmitted, JsonSite};

pub(super) fn write(report: &DiffReport, out: &mut dyn Write) -> io::Result<()> {
    let difference = &report.difference;
    let pages = report.pages();
    let (rows, omitted) = rows(report);
    let reasons = report.reasons.as_ref();
    let log = reasons.and_then(|reasons| reasons.log.as_ref());
    let document = DiffDocument {
        envelope: Envelope::new("heapwise.diff/1", &report.inputs, &report.warnings)
            .with_left_out(report.left_out.as_ref()),
        sample_type: &difference.sample_type.type_,
        unit: &difference.sample_type.unit,
        granularity: difference.granularity.name(),
        profiles: [difference.profiles.0, difference.profiles.1],
        exposures: difference.exposures.map(|(before, after)| [before, after]),
        work: JsonWork::of(report),
        filters: &report.filters,
        judged: pages.iter().map(|page| page.difference.judged).sum(),
        total: (&difference.total).into(),
        rows,
        omitted,
        log: log.map(JsonLog::new),
    };
    json::write(&document, out)
}

/// The sites that are shown, and what is left out.
pub(crate) fn rows(report: &DiffReport) -> (Vec<JsonDiffRow<'_>>, JsonOmitted) {
    let pages = report.pages().into_iter();
    let shown = pages.flat_map(|page| page.shown().rows.into_iter().map(move |row| (page, row)));
    let shown = shown.map(|(page, row)| json_row(&page, row)).collect();
    let (rows, flat) = report.omitted();
    (shown, JsonOmitted { rows, flat })
}

fn json_row<'a>(page: &Page<'a>, row: &'a DiffRow) -> JsonDiffRow<'a> {
    let granularity = page.difference.granularity;
    let sites = row.moved.as_ref().map(|moved| {
        let sites = moved.with.iter();
        sites
            .map(|site| JsonSite::new(site, row.inlined, granularity))
            .collect()
    });
    JsonDiffRow {
        site: JsonSite::new(&row.site, row.inlined, granularity),
        benchmark: page.benchmark.map(|benchmark| benchmark.name.as_str()),
        matched: row.matched.name(),
        moved: sites,
        flat: (&row.flat).into(),
        cum: (&row.cum).into(),
        why: page.why(row).map(JsonWhy::new),
    }
}

#[derive(Serialize)]
struct DiffDocument<'a> {
    #[serde(flatten)]
    envelope: Envelope<'a>,
    sample_type: &'a str,
    unit: &'a str,
    granularity: &'static str,
    profiles: [usize; 2],
    exposures: Option<[f64; 2]>,
    work: JsonWork<'a>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    filters: &'a [String],
    judged: usize,
    total: JsonChange,
    rows: Vec<JsonDiffRow<'a>>,
    omitted: JsonOmitted,
    #[serde(skip_serializing_if = "Option::is_none")]
    log: Option<JsonLog<'a>>,
}

#[derive(Serialize)]
pub(crate) struct JsonDiffRow<'a> {
    site: JsonSite<'a>,
    benchmark: Option<&'a str>,
    matched: &'static str,
    moved: Option<Vec<JsonSite<'a>>>,
    flat: JsonChange,
    cum: JsonChange,
    /// Absent where nobody asked, or own code has nothing to do with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<JsonWhy<'a>>,
}

/// What verdicts rest on.
#[derive(Serialize)]
struct JsonWork<'a> {
    kind: &'static str,
    basis: Option<&'static str>,
    says: Option<String>,
    before: Option<f64>,
    after: Option<f64>,
    common_factor: Option<JsonCommonFactor>,
    benchmarks: Option<Vec<JsonBenchmark<'a>>>,
}

impl<'a> JsonWork<'a> {
    fn of(report: &'a DiffReport) -> JsonWork<'a> {
        let difference = &report.difference;
        let is_benchmarked = !report.benchmarks.is_empty();
        let work = match report.benchmarks.as_slice() {
            [first, ..] => first.difference.work,
            [] => difference.work,
        };
        let amounts = work.amounts().filter(|_| !is_benchmarked);
        let is_any_known = report
            .benchmarks
            .iter()
            .any(|part| matches!(part.difference.work, Work::Benchmark(..)));
        JsonWork {
            kind: if is_any_known { "known" } else { work.kind() },
            basis: work.basis(),
            says: work_text::says(report.pages().first().map_or(difference, |p| p.difference)),
            before: amounts.map(|(before, _)| before),
            after: amounts.map(|(_, after)| after),
            common_factor: difference
                .common_factor
                .filter(|_| !is_benchmarked)
                .map(Into::into),
            benchmarks: is_benchmarked.then(|| {
                let parts = report.benchmarks.iter();
                parts
                    .map(|part| JsonBenchmark::of(&part.benchmark, &part.difference))
                    .collect()
            }),
        }
    }
}

#[derive(Serialize)]
struct JsonCommonFactor {
    value: f64,
    low: f64,
    high: f64,
    sites: usize,
    of: usize,
}

impl From<CommonFactor> for JsonCommonFactor {
    fn from(factor: CommonFactor) -> Self {
        Self {
            value: factor.value,
            low: factor.low,
            high: factor.high,
            sites: factor.sites,
            of: factor.of,
        }
    }
}

/// A benchmark with its exact numbers.
#[derive(Serialize)]
struct JsonBenchmark<'a> {
    name: &'a str,
    pooled: usize,
    sub_benchmarks: Vec<JsonSubBenchmark<'a>>,
    before: JsonMeasurement,
    after: JsonMeasurement,
    delta_percent: Option<f64>,
    p: Option<f64>,
    verdict: &'static str,
    may_include_set_up: bool,
    not_judged: Option<&'static str>,
}

impl<'a> JsonBenchmark<'a> {
    fn of(benchmark: &'a Benchmark, difference: &Difference) -> JsonBenchmark<'a> {
        let total = &difference.total;
        JsonBenchmark {
            name: &benchmark.name,
            pooled: benchmark.pooled,
            sub_benchmarks: benchmark.sub_benchmarks.iter().map(Into::into).collect(),
            before: (&benchmark.before).into(),
            after: (&benchmark.after).into(),
            delta_percent: total
                .per_work
                .and(total.ratio)
                .map(|ratio| (ratio.value - 1.0) * 100.0),
            p: total.p,
            verdict: total.verdict.name(),
            may_include_set_up: benchmark.may_include_set_up(),
            not_judged: benchmark.uncovered().map(|why| why.name()),
        }
    }
}

/// One of several names that share their stacks.
#[derive(Serialize)]
struct JsonSubBenchmark<'a> {
    name: &'a str,
    before: JsonCounted,
    after: JsonCounted,
}

impl<'a> From<&'a SubBenchmark> for JsonSubBenchmark<'a> {
    fn from(sub: &'a SubBenchmark) -> Self {
        Self {
            name: &sub.name,
            before: sub.before.into(),
            after: sub.after.into(),
        }
    }
}

#[derive(Serialize)]
struct JsonCounted {
    bytes_per_op: f64,
    objects_per_op: Option<f64>,
}

impl From<Counted> for JsonCounted {
    fn from(counted: Counted) -> Self {
        Self {
            bytes_per_op: counted.bytes.value,
            objects_per_op: counted.objects.map(|objects| objects.value),
        }
    }
}

#[derive(Serialize)]
struct JsonMeasurement {
    /// As printed.
    operations: f64,
    /// As the profiles show.
    covered: Option<f64>,
    bytes_per_op: f64,
    objects_per_op: Option<f64>,
    set_up_bytes: i128,
}

impl From<&Measurement> for JsonMeasurement {
    fn from(measurement: &Measurement) -> Self {
        Self {
            operations: measurement.operations,
            covered: measurement.covered().ok().map(|each| each.iter().sum()),
            bytes_per_op: measurement.bytes.value,
            objects_per_op: measurement.objects.map(|objects| objects.value),
            set_up_bytes: measurement.set_up(),
        }
    }
}
