//! Pyroscope's API for queries, by the Connect protocol: a question is posted, in JSON or where a profile comes back in
//! protobuf (api/querier/v1/querier.proto).

use std::collections::BTreeSet;

use prost::Message;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Value, json};

use super::api::{Api, Profiles};
use super::error::Refusal;
use super::labels::Labels;
use super::messages::{MergeRequest, MergeResponse, PPROF};
use super::range::Range;
use super::types::ProfileType;
use crate::fetch::Question;

#[derive(Deserialize)]
struct Types {
    #[serde(default, rename = "profileTypes")]
    types: Vec<Type>,
}

#[derive(Deserialize)]
struct Type {
    #[serde(rename = "ID")]
    id: String,
}

#[derive(Deserialize)]
struct Names {
    #[serde(default)]
    names: Vec<String>,
}

#[derive(Deserialize)]
struct LabelSets {
    #[serde(default, rename = "labelsSet")]
    sets: Vec<Labels>,
}

#[derive(Deserialize)]
struct AllSeries {
    #[serde(default)]
    series: Vec<Series>,
}

#[derive(Deserialize)]
struct Series {
    #[serde(default)]
    points: Vec<Point>,
}

#[derive(Deserialize)]
struct Point {
    /// A number, which JSON of protobuf writes as a text.
    #[serde(default)]
    timestamp: Value,
    #[serde(default, rename = "value")]
    _value: IgnoredAny,
}

impl Point {
    fn millis(&self) -> Option<i64> {
        match &self.timestamp {
            Value::String(text) => text.parse().ok(),
            number => number.as_i64(),
        }
    }
}

pub(super) fn types(api: &Api<'_>, range: Range) -> Result<Vec<String>, Refusal> {
    let body = json!({"start": range.from, "end": range.until});
    let found: Types = posted(api, "ProfileTypes", &body)?;
    Ok(found.types.into_iter().map(|known| known.id).collect())
}

pub(super) fn labels(api: &Api<'_>, range: Range) -> Result<Vec<String>, Refusal> {
    let matchers = matchers(api);
    let body = json!({"matchers": matchers, "start": range.from, "end": range.until});
    Ok(posted::<Names>(api, "LabelNames", &body)?.names)
}

pub(super) fn values(api: &Api<'_>, label: &str, range: Range) -> Result<Vec<String>, Refusal> {
    let matchers = matchers(api);
    let body = json!({
        "matchers": matchers, "labelNames": [label], "start": range.from, "end": range.until
    });
    let found: LabelSets = posted(api, "Series", &body)?;
    let all = found.sets.into_iter().flat_map(|set| set.labels);
    let all = all.filter(|known| known.name == label && !known.value.is_empty());
    Ok(all.map(|known| known.value).collect())
}

/// All series have one point a second at most here: profiles are taken less often.
pub(super) fn profiles(
    api: &Api<'_>,
    type_: &ProfileType,
    labels: &[String],
    range: Range,
) -> Result<Profiles, Refusal> {
    // The first point is of the step before it (pkg/querier/querier.go: selectSeries), and what begins and ends at once
    // is no range.
    let step = if range.length() < 1000 { 500 } else { 1000 };
    let body = json!({
        "profileTypeID": type_.id, "labelSelector": api.selector().to_string(),
        "start": range.from + step - 1, "end": range.until, "step": step as f64 / 1000.0, "groupBy": labels,
    });
    let found: AllSeries = posted(api, "SelectSeries", &body)?;
    let points = found.series.iter().flat_map(|series| &series.points);
    Ok(Profiles {
        times: points.filter_map(Point::millis).collect(),
        series: found.series.len() as u64,
        labels: BTreeSet::new(),
    })
}

/// Asks as newer servers want it; older ones answer that with what is no profile.
pub(super) fn merged(api: &Api<'_>, type_: &ProfileType, range: Range) -> Result<Vec<u8>, Refusal> {
    let mut request = MergeRequest {
        profile_type_id: type_.id.clone(),
        label_selector: api.selector().to_string(),
        start: range.from,
        end: range.until,
        format: PPROF,
    };
    if !api.is_second_way.get() {
        match sent(api, "SelectMergeStacktraces", &request) {
            Ok(bytes) => match MergeResponse::decode(bytes.as_slice()) {
                Ok(MergeResponse { pprof: Some(pprof) }) => return Ok(pprof.profile),
                Ok(_) => {}
                Err(error) => {
                    let message = format!("found no answer of SelectMergeStacktraces: {error}");
                    return Err(api.error(message).into());
                }
            },
            Err(Refusal::Unknown(_)) => {}
            Err(refusal) => return Err(refusal),
        }
    }
    request.format = 0;
    let bytes = sent(api, "SelectMergeProfile", &request)?;
    // A range without profiles is answered by both with nothing.
    api.is_second_way
        .set(api.is_second_way.get() || bytes.len() > NOTHING);
    Ok(bytes)
}

/// Bytes of a profile of no type and no sample.
const NOTHING: usize = 16;

fn matchers(api: &Api<'_>) -> Vec<String> {
    match api.selector().is_empty() {
        true => Vec::new(),
        false => vec![api.selector().to_string()],
    }
}

fn posted<T: serde::de::DeserializeOwned>(
    api: &Api<'_>,
    method: &str,
    body: &Value,
) -> Result<T, Refusal> {
    let bytes = post(
        api,
        method,
        "application/json",
        body.to_string().into_bytes(),
    )?;
    api.read(&bytes)
}

fn sent(api: &Api<'_>, method: &str, request: &MergeRequest) -> Result<Vec<u8>, Refusal> {
    post(api, method, "application/proto", request.encode_to_vec())
}

fn post(
    api: &Api<'_>,
    method: &str,
    kind: &'static str,
    bytes: Vec<u8>,
) -> Result<Vec<u8>, Refusal> {
    let target = api
        .source
        .page(&format!("/querier.v1.QuerierService/{method}"));
    let question = Question {
        body: Some((kind, bytes)),
        headers: vec![("Connect-Protocol-Version", "1".to_owned())],
    };
    Ok(api.ask(&target, question)?.bytes)
}
