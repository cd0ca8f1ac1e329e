//! What memory in use does, as JSON.

use std::io::{self, Write};

use heapwise_analysis::{Granularity, GrowthAnswer, LevelValues, SiteGrowth};
use serde::{Serialize, Serializer};

use super::{GrowthReport, words};
use crate::formats::json::{self, Envelope, JsonSampleType, JsonSite};

/// `heapwise.growth/1`.
pub(super) fn write(report: &GrowthReport, out: &mut dyn Write) -> io::Result<()> {
    let answer = &report.answer;
    let point = |point: &heapwise_analysis::LevelPoint| JsonPoint {
        input: point.input,
        time_nanos: point.nanos,
        total: point.total,
    };
    let process = |(at, process): (usize, &heapwise_analysis::ProcessSeries)| JsonProcess {
        inputs: process.inputs.clone(),
        first_nanos: process.first_nanos,
        last_nanos: process.last_nanos,
        chosen: at == answer.chosen,
    };
    let copy = |&(first, copy): &(usize, usize)| JsonCopy {
        input: copy,
        of: first,
    };
    let document = Document {
        envelope: Envelope::new("heapwise.growth/1", &report.inputs, &report.warnings)
            .with_left_out(report.left_out.as_ref()),
        sample_type: JsonSampleType::new(&answer.sample_type),
        granularity: answer.granularity.name(),
        confidence: answer.confidence.level(),
        sampling_error: answer.sampling.error().name(),
        time: answer.time.name(),
        seconds: answer.seconds().filter(|_| answer.has_times()),
        processes: answer.processes.iter().enumerate().map(process).collect(),
        copies: answer.copies.iter().map(copy).collect(),
        snapshots: answer.points.iter().map(point).collect(),
        judged: answer.judged,
        total: JsonGrowth::new(&answer.total, answer),
        sites: report
            .shown()
            .iter()
            .map(|site| JsonGrowth::new(site, answer))
            .collect(),
        omitted: report.omitted().len(),
    };
    json::write(&document, out)
}

#[derive(Serialize)]
struct Document<'a> {
    #[serde(flatten)]
    envelope: Envelope<'a>,
    sample_type: JsonSampleType<'a>,
    granularity: &'static str,
    confidence: f64,
    sampling_error: &'static str,
    time: &'static str,
    seconds: Option<f64>,
    processes: Vec<JsonProcess>,
    copies: Vec<JsonCopy>,
    snapshots: Vec<JsonPoint>,
    judged: usize,
    total: JsonGrowth<'a>,
    sites: Vec<JsonGrowth<'a>>,
    omitted: usize,
}

#[derive(Serialize)]
struct JsonProcess {
    inputs: Vec<usize>,
    first_nanos: Option<i64>,
    last_nanos: Option<i64>,
    chosen: bool,
}

#[derive(Serialize)]
struct JsonCopy {
    input: usize,
    of: usize,
}

#[derive(Serialize)]
struct JsonPoint {
    input: usize,
    time_nanos: Option<i64>,
    total: i128,
}

#[derive(Serialize)]
struct JsonGrowth<'a> {
    #[serde(flatten)]
    site: Option<JsonSite<'a>>,
    label: &'static str,
    tentative: bool,
    q: Option<f64>,
    #[serde(serialize_with = "each")]
    values: &'a LevelValues,
    rate_per_hour: Option<JsonRate>,
    rate_per_snapshot: Option<JsonRate>,
    since: JsonSince,
    block_sizes: Vec<JsonSize>,
    callers: &'a [String],
}

fn each<S: Serializer>(values: &LevelValues, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(values.iter())
}

/// A rate with its limits; `null` where there is none.
#[derive(Serialize)]
struct JsonRate {
    value: f64,
    low: Option<f64>,
    high: Option<f64>,
}

#[derive(Serialize)]
struct JsonSince {
    /// From 1.
    snapshot: usize,
    time_nanos: Option<i64>,
}

#[derive(Serialize)]
struct JsonSize {
    size: u64,
    part: f64,
}

impl<'a> JsonGrowth<'a> {
    fn new(growth: &'a SiteGrowth, answer: &GrowthAnswer) -> Self {
        let rate = growth.trend.rate;
        let rate = || JsonRate {
            value: rate.value,
            low: rate.low,
            high: rate.high,
        };
        let since = growth.trend.since;
        let granularity: Granularity = answer.granularity;
        let site = growth.site.as_ref();
        Self {
            site: site.map(|site| JsonSite::new(site, growth.inlined, granularity)),
            label: words::label_name(growth.verdict.label),
            tentative: growth.verdict.is_tentative,
            q: growth.q,
            values: &growth.values,
            rate_per_hour: answer.has_times().then(rate),
            rate_per_snapshot: (!answer.has_times()).then(rate),
            since: JsonSince {
                snapshot: since + 1,
                time_nanos: answer.points.get(since).and_then(|point| point.nanos),
            },
            block_sizes: growth
                .sizes
                .iter()
                .map(|one| JsonSize {
                    size: one.size,
                    part: one.part,
                })
                .collect(),
            callers: &growth.callers,
        }
    }
}
