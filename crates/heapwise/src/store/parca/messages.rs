//! Parca's questions and answers in protobuf, as far as they are of use here (proto/parca/query/v1alpha1/query.proto), and
//! those answers that are the same in the JSON of the gateway.

use prost::Message;
use serde::Deserialize;

use super::super::labels::Labels;

#[derive(Clone, PartialEq, Message)]
pub(super) struct Empty {}

#[derive(Clone, PartialEq, Message, Deserialize)]
#[serde(default)]
pub(super) struct ProfileTypes {
    #[prost(message, repeated, tag = "1")]
    pub(super) types: Vec<ProfileType>,
}

#[derive(Clone, PartialEq, Message, Deserialize)]
#[serde(default)]
pub(super) struct ProfileType {
    #[prost(string, tag = "1")]
    pub(super) name: String,
    #[serde(alias = "sampleType")]
    #[prost(string, tag = "2")]
    pub(super) sample_type: String,
    #[serde(alias = "sampleUnit")]
    #[prost(string, tag = "3")]
    pub(super) sample_unit: String,
    #[serde(alias = "periodType")]
    #[prost(string, tag = "4")]
    pub(super) period_type: String,
    #[serde(alias = "periodUnit")]
    #[prost(string, tag = "5")]
    pub(super) period_unit: String,
    #[prost(bool, tag = "6")]
    pub(super) delta: bool,
}

/// google.protobuf.Timestamp
#[derive(Clone, PartialEq, Message)]
pub(super) struct Timestamp {
    #[prost(int64, tag = "1")]
    pub(super) seconds: i64,
    #[prost(int32, tag = "2")]
    pub(super) nanos: i32,
}

impl Timestamp {
    pub(super) fn of_millis(millis: i64) -> Timestamp {
        Timestamp {
            seconds: millis.div_euclid(1000),
            nanos: (millis.rem_euclid(1000) * 1_000_000) as i32,
        }
    }

    pub(super) fn millis(&self) -> Option<i64> {
        let millis = self.seconds.checked_mul(1000)?;
        millis.checked_add(i64::from(self.nanos) / 1_000_000)
    }
}

/// Of QueryRange; the first three fields of it are those of a merge.
#[derive(Clone, PartialEq, Message)]
pub(super) struct RangeRequest {
    #[prost(string, tag = "1")]
    pub(super) query: String,
    #[prost(message, optional, tag = "2")]
    pub(super) start: Option<Timestamp>,
    #[prost(message, optional, tag = "3")]
    pub(super) end: Option<Timestamp>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct QueryRequest {
    #[prost(int32, tag = "1")]
    pub(super) mode: i32,
    #[prost(message, optional, tag = "3")]
    pub(super) merge: Option<RangeRequest>,
    #[prost(int32, tag = "5")]
    pub(super) report_type: i32,
}

/// `MODE_MERGE`
pub(super) const MERGE: i32 = 2;

/// `REPORT_TYPE_PPROF`
pub(super) const PPROF: i32 = 1;

#[derive(Clone, PartialEq, Message)]
pub(super) struct QueryResponse {
    #[prost(bytes = "vec", tag = "6")]
    pub(super) pprof: Vec<u8>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct RangeResponse {
    #[prost(message, repeated, tag = "1")]
    pub(super) series: Vec<Series>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Series {
    #[prost(message, optional, tag = "1")]
    pub(super) labels: Option<Labels>,
    #[prost(message, repeated, tag = "2")]
    pub(super) samples: Vec<Sample>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Sample {
    #[prost(message, optional, tag = "1")]
    pub(super) timestamp: Option<Timestamp>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct LabelsRequest {
    #[prost(message, optional, tag = "2")]
    pub(super) start: Option<Timestamp>,
    #[prost(message, optional, tag = "3")]
    pub(super) end: Option<Timestamp>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct ValuesRequest {
    #[prost(string, tag = "1")]
    pub(super) label_name: String,
    #[prost(string, repeated, tag = "2")]
    pub(super) matchers: Vec<String>,
    #[prost(message, optional, tag = "3")]
    pub(super) start: Option<Timestamp>,
    #[prost(message, optional, tag = "4")]
    pub(super) end: Option<Timestamp>,
}

/// Names of labels, or values of one.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Names {
    #[prost(string, repeated, tag = "1")]
    pub(super) names: Vec<String>,
}
