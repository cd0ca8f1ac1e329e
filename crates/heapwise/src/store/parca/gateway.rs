//! Parca's questions by its gateway from gRPC to REST (proto/parca/query/v1alpha1/query.proto), whose answers are JSON with
//! the profile in base64.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use heapwise_analysis::Zone;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::super::api::{Api, Profiles};
use super::super::error::Refusal;
use super::super::labels::Labels;
use super::super::range::Range;
use super::super::time::parse_time;
use super::super::types::ProfileType;
use super::messages::ProfileTypes;
use super::query::{around, id, query};
use crate::fetch::Question;

#[derive(Deserialize)]
struct LabelNames {
    #[serde(default, alias = "label_names", rename = "labelNames")]
    names: Vec<String>,
}

#[derive(Deserialize)]
struct LabelValues {
    #[serde(default, alias = "label_values", rename = "labelValues")]
    values: Vec<String>,
}

#[derive(Deserialize)]
struct Merged {
    #[serde(default)]
    pprof: String,
}

#[derive(Deserialize)]
struct AllSeries {
    #[serde(default)]
    series: Vec<Series>,
}

#[derive(Deserialize)]
struct Series {
    #[serde(default)]
    labelset: Labels,
    #[serde(default)]
    samples: Vec<Sample>,
}

#[derive(Deserialize)]
struct Sample {
    #[serde(default)]
    timestamp: String,
    #[serde(default, rename = "value")]
    _value: IgnoredAny,
}

pub(super) fn types(api: &Api<'_>) -> Result<Vec<String>, Refusal> {
    let found: ProfileTypes = got(api, "/api/profiles/types", &[])?;
    Ok(found.types.iter().map(id).collect())
}

pub(super) fn labels(api: &Api<'_>, range: Range) -> Result<Vec<String>, Refusal> {
    let found: LabelNames = got(api, "/api/profiles/labels", &times(range, ""))?;
    Ok(found.names)
}

pub(super) fn values(api: &Api<'_>, label: &str, range: Range) -> Result<Vec<String>, Refusal> {
    let mut pairs = times(range, "");
    if !api.selector().is_empty() {
        pairs.push(("match".to_owned(), api.selector().to_string()));
    }
    let page = format!("/api/profiles/labels/{}/values", encoded(label));
    Ok(got::<LabelValues>(api, &page, &pairs)?.values)
}

pub(super) fn profiles(
    api: &Api<'_>,
    type_: &ProfileType,
    range: Range,
) -> Result<Profiles, Refusal> {
    let mut pairs = times(around(range), "");
    pairs.push(("query".to_owned(), query(api, type_)));
    let found: AllSeries = got(api, "/api/profiles/query_range", &pairs)?;
    let samples = found.series.iter().flat_map(|series| &series.samples);
    let time = |sample: &Sample| parse_time(&sample.timestamp, 0);
    let times = samples.filter_map(time).collect();
    let series = found.series.into_iter().map(|series| series.labelset);
    Ok(Profiles::of(times, series))
}

pub(super) fn merged(api: &Api<'_>, type_: &ProfileType, range: Range) -> Result<Vec<u8>, Refusal> {
    let mut pairs = times(range, "merge.");
    pairs.push(("mode".to_owned(), "MODE_MERGE".to_owned()));
    pairs.push(("merge.query".to_owned(), query(api, type_)));
    pairs.push(("report_type".to_owned(), "REPORT_TYPE_PPROF".to_owned()));
    let found: Merged = got(api, "/api/profiles/query", &pairs)?;
    if found.pprof.is_empty() {
        return Err(Refusal::Nothing);
    }
    STANDARD.decode(found.pprof).map_err(|error| {
        Refusal::Other(api.error(format!("found no profile in base64 in the answer: {error}")))
    })
}

fn times(range: Range, prefix: &str) -> Vec<(String, String)> {
    let time = |millis: i64| Zone::default().rfc3339(millis.saturating_mul(1_000_000));
    vec![
        (format!("{prefix}start"), time(range.from)),
        (format!("{prefix}end"), time(range.until)),
    ]
}

/// All but what never means anything in a URL (RFC 3986, section 2.3).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'_')
    .remove(b'-')
    .remove(b'.')
    .remove(b'~');

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

fn got<T: serde::de::DeserializeOwned>(
    api: &Api<'_>,
    page: &str,
    pairs: &[(String, String)],
) -> Result<T, Refusal> {
    let pairs = pairs
        .iter()
        .map(|(key, value)| format!("{key}={}", encoded(value)));
    let pairs: Vec<String> = pairs.collect();
    let target = api.source.page(&format!("{page}?{}", pairs.join("&")));
    let reply = api.ask(&target, Question::default())?;
    api.read(&reply.bytes)
}
