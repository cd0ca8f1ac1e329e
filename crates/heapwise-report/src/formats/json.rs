//! The JSON contract. Types of their own, so that nothing else freezes with it.

use std::io::{self, Write};

use heapwise_analysis::gc::Rate;
use heapwise_analysis::{
    Change, Estimate, Granularity, Header, Inlined, Per, PerWork, Ratio, SampleType, Site,
};
use serde::{Serialize, Serializer};

use crate::views::input::{Input, Warning};
use crate::views::left_out::LeftOut;

/// What every document starts with.
#[derive(Serialize)]
pub(crate) struct Envelope<'a> {
    schema: &'static str,
    inputs: JsonInputs<'a>,
    warnings: Vec<JsonWarning<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    left_out: Option<JsonLeftOut<'a>>,
}

/// Profiles that were asked for and are not in the answer.
#[derive(Serialize)]
struct JsonLeftOut<'a> {
    asked: u64,
    count: u64,
    named: Vec<JsonNamed<'a>>,
}

#[derive(Serialize)]
struct JsonNamed<'a> {
    path: &'a str,
    reason: &'a str,
}

impl<'a> Envelope<'a> {
    pub(crate) fn new(schema: &'static str, inputs: &'a [Input], warnings: &'a [Warning]) -> Self {
        Self {
            schema,
            inputs: JsonInputs(inputs),
            warnings: warnings.iter().map(JsonWarning::new).collect(),
            left_out: None,
        }
    }

    /// Says what was left out.
    pub(crate) fn with_left_out(mut self, left_out: Option<&'a LeftOut>) -> Self {
        let named = |(path, reason): &'a (String, String)| JsonNamed { path, reason };
        self.left_out = left_out.map(|left_out| JsonLeftOut {
            asked: left_out.asked,
            count: left_out.count,
            named: left_out.named.iter().map(named).collect(),
        });
        self
    }
}

/// The profiles, of which there may be thousands: each is described when it is written.
struct JsonInputs<'a>(&'a [Input]);

impl Serialize for JsonInputs<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(JsonInput::new))
    }
}

#[derive(Serialize)]
struct JsonInput<'a> {
    path: &'a str,
    kind: &'static str,
    encoding: String,
    sample_types: Vec<JsonSampleType<'a>>,
    period: Option<i64>,
    time_nanos: Option<i64>,
    duration_nanos: Option<i64>,
    delta: bool,
    sample_count: u64,
    sampling_error: &'static str,
}

impl<'a> JsonInput<'a> {
    fn new(input: &'a Input) -> Self {
        let header = &input.header;
        Self {
            path: &input.path,
            kind: header.kind.name(),
            encoding: encoding(header),
            sample_types: header
                .sample_types
                .iter()
                .map(JsonSampleType::new)
                .collect(),
            period: header.period,
            time_nanos: header.time_nanos,
            duration_nanos: header.duration_nanos,
            delta: header.kind == heapwise_decode::ProfileKind::DeltaHeap,
            sample_count: input.sample_count,
            sampling_error: input.sampling_error.name(),
        }
    }
}

/// The layers of compression, joined by `+`, or `plain`.
pub(crate) fn encoding(header: &Header) -> String {
    if header.encoding.is_empty() {
        "plain".to_owned()
    } else {
        header.encoding.join("+")
    }
}

#[derive(Serialize)]
pub(crate) struct JsonSampleType<'a> {
    #[serde(rename = "type")]
    type_: &'a str,
    unit: &'a str,
}

impl<'a> JsonSampleType<'a> {
    pub(crate) fn new(sample_type: &'a SampleType) -> Self {
        Self {
            type_: &sample_type.type_,
            unit: &sample_type.unit,
        }
    }
}

#[derive(Serialize)]
pub(crate) struct JsonWarning<'a> {
    code: &'a str,
    message: &'a str,
}

impl<'a> JsonWarning<'a> {
    pub(crate) fn new(warning: &'a Warning) -> Self {
        Self {
            code: warning.code,
            message: &warning.message,
        }
    }
}

/// A number with its ends.
#[derive(Serialize)]
pub(crate) struct JsonEnds {
    pub(crate) value: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
}

impl From<Rate> for JsonEnds {
    fn from(rate: Rate) -> Self {
        let Rate {
            value, low, high, ..
        } = rate;
        Self { value, low, high }
    }
}

/// An estimate.
#[derive(Serialize)]
pub(crate) struct JsonEstimate {
    value: i128,
    se: Option<f64>,
    low: Option<i128>,
    high: Option<i128>,
    sampled: Option<i128>,
}

impl From<Estimate> for JsonEstimate {
    fn from(estimate: Estimate) -> Self {
        Self {
            value: estimate.value,
            se: estimate.se,
            low: estimate.low,
            high: estimate.high,
            sampled: estimate.sampled,
        }
    }
}

/// A site with the fields that the granularity keeps.
#[derive(Serialize)]
pub(crate) struct JsonSite<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    function: Option<Option<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    package: Option<Option<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<Option<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<Option<i64>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<Option<u64>>,
    inlined: &'static str,
}

impl<'a> JsonSite<'a> {
    pub(crate) fn new(site: &'a Site, inlined: Inlined, granularity: Granularity) -> Self {
        use Granularity::{Addresses, Files, Functions, Lines, Packages};
        let has_function = !matches!(granularity, Files | Packages);
        let has_file = !matches!(granularity, Functions | Packages);
        let has_line = matches!(granularity, Lines | Addresses);
        Self {
            function: has_function.then_some(site.function.as_deref()),
            package: (granularity != Files).then_some(site.package.as_deref()),
            file: has_file.then_some(site.file.as_deref()),
            line: has_line.then_some(site.line),
            address: (granularity == Addresses).then_some(site.address),
            inlined: inlined.name(),
        }
    }
}

/// What is left out.
#[derive(Serialize)]
pub(crate) struct JsonOmitted {
    pub(crate) rows: usize,
    pub(crate) flat: i128,
}

/// Writes a document, readable, with a newline at its end.
pub(crate) fn write(document: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, document).map_err(io::Error::from)?;
    writeln!(out)
}

/// A change.
#[derive(Serialize)]
pub(crate) struct JsonChange {
    before: JsonEstimate,
    after: JsonEstimate,
    delta: JsonDelta,
    ratio: Option<JsonRatio>,
    p: Option<f64>,
    q: Option<f64>,
    verdict: &'static str,
    if_same_work: Option<&'static str>,
    may_be_set_up: bool,
    blocks_shared: bool,
    per_operation: Option<JsonPerWork>,
    per_second: Option<JsonPerWork>,
    basis: &'static str,
    detectable: Option<JsonDetectable>,
}

#[derive(Serialize)]
struct JsonDelta {
    value: i128,
    low: Option<i128>,
    high: Option<i128>,
}

#[derive(Serialize)]
pub(crate) struct JsonRatio {
    value: f64,
    low: Option<f64>,
    high: Option<f64>,
}

/// Values for each operation or second.
#[derive(Serialize)]
struct JsonPerWork {
    before: f64,
    after: f64,
    delta: f64,
}

impl From<PerWork> for JsonPerWork {
    fn from(known: PerWork) -> Self {
        Self {
            before: known.before,
            after: known.after,
            delta: known.after - known.before,
        }
    }
}

#[derive(Serialize)]
struct JsonDetectable {
    down: Option<f64>,
    up: Option<f64>,
}

impl From<Ratio> for JsonRatio {
    fn from(ratio: Ratio) -> Self {
        Self {
            value: ratio.value,
            low: ratio.low,
            high: ratio.high,
        }
    }
}

impl From<&Change> for JsonChange {
    fn from(change: &Change) -> Self {
        let per_work = |per: Per| {
            let known = change.per_work.filter(|known| known.per == per);
            known.map(Into::into)
        };
        Self {
            before: change.before.into(),
            after: change.after.into(),
            delta: JsonDelta {
                value: change.delta.value,
                low: change.delta.low,
                high: change.delta.high,
            },
            ratio: change.ratio.map(Into::into),
            p: change.p,
            q: change.q,
            verdict: change.verdict.name(),
            if_same_work: change.if_same_work.map(|verdict| verdict.name()),
            may_be_set_up: change.may_be_set_up,
            blocks_shared: change.blocks_shared,
            per_operation: per_work(Per::Operation),
            per_second: per_work(Per::Second),
            basis: change.basis.name(),
            detectable: change.detectable.map(|detectable| JsonDetectable {
                down: detectable.down,
                up: detectable.up,
            }),
        }
    }
}
