//! Parca's questions by gRPC-Web.

use prost::Message;

use super::super::api::{Api, Profiles};
use super::super::error::Refusal;
use super::super::grpc_web;
use super::super::range::Range;
use super::super::types::ProfileType;
use super::messages::{
    Empty, LabelsRequest, MERGE, Names, PPROF, ProfileTypes, QueryRequest, QueryResponse,
    RangeRequest, RangeResponse, Timestamp, ValuesRequest,
};
use super::query::{around, id, query};

pub(super) fn types(api: &Api<'_>) -> Result<Vec<String>, Refusal> {
    let found: ProfileTypes = called(api, "ProfileTypes", &Empty {})?;
    Ok(found.types.iter().map(id).collect())
}

pub(super) fn labels(api: &Api<'_>, range: Range) -> Result<Vec<String>, Refusal> {
    let [start, end] = times(range);
    Ok(called::<Names>(api, "Labels", &LabelsRequest { start, end })?.names)
}

pub(super) fn values(api: &Api<'_>, label: &str, range: Range) -> Result<Vec<String>, Refusal> {
    let [start, end] = times(range);
    let selector = Some(api.selector()).filter(|selector| !selector.is_empty());
    let request = ValuesRequest {
        label_name: label.to_owned(),
        matchers: selector.iter().map(ToString::to_string).collect(),
        start,
        end,
    };
    Ok(called::<Names>(api, "Values", &request)?.names)
}

pub(super) fn profiles(
    api: &Api<'_>,
    type_: &ProfileType,
    range: Range,
) -> Result<Profiles, Refusal> {
    let found: RangeResponse = called(api, "QueryRange", &request(api, type_, around(range)))?;
    let samples = found.series.iter().flat_map(|series| &series.samples);
    let times = samples.filter_map(|sample| sample.timestamp.as_ref()?.millis());
    let times = times.collect();
    let series = found.series.into_iter();
    let series = series.map(|series| series.labels.unwrap_or_default());
    Ok(Profiles::of(times, series))
}

pub(super) fn merged(api: &Api<'_>, type_: &ProfileType, range: Range) -> Result<Vec<u8>, Refusal> {
    let request = QueryRequest {
        mode: MERGE,
        merge: Some(request(api, type_, range)),
        report_type: PPROF,
    };
    let found: QueryResponse = called(api, "Query", &request)?;
    match found.pprof.is_empty() {
        true => Err(Refusal::Nothing),
        false => Ok(found.pprof),
    }
}

fn request(api: &Api<'_>, type_: &ProfileType, range: Range) -> RangeRequest {
    let [start, end] = times(range);
    RangeRequest {
        query: query(api, type_),
        start,
        end,
    }
}

fn times(range: Range) -> [Option<Timestamp>; 2] {
    [range.from, range.until].map(|millis| Some(Timestamp::of_millis(millis)))
}

fn called<A: Message + Default>(
    api: &Api<'_>,
    method: &str,
    request: &impl Message,
) -> Result<A, Refusal> {
    let page = format!("/api/parca.query.v1alpha1.QueryService/{method}");
    grpc_web::called(api, &page, request)
}
