//! Pyroscope's messages around profiles (api/querier/v1/querier.proto); a profile itself stays bytes, for its encoding
//! is pprof's.

use prost::Message;

/// Of SelectMergeStacktraces, and without the last field of SelectMergeProfile.
#[derive(Clone, PartialEq, Message)]
pub(super) struct MergeRequest {
    #[prost(string, tag = "1")]
    pub(super) profile_type_id: String,
    #[prost(string, tag = "2")]
    pub(super) label_selector: String,
    /// Milliseconds since 1970.
    #[prost(int64, tag = "3")]
    pub(super) start: i64,
    #[prost(int64, tag = "4")]
    pub(super) end: i64,
    /// `ProfileFormat`.
    #[prost(int32, tag = "6")]
    pub(super) format: i32,
}

/// `PROFILE_FORMAT_PPROF`; older servers ignore it and answer with a picture.
pub(super) const PPROF: i32 = 4;

#[derive(Clone, PartialEq, Message)]
pub(super) struct MergeResponse {
    #[prost(message, optional, tag = "5")]
    pub(super) pprof: Option<PprofProfile>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct PprofProfile {
    #[prost(bytes = "vec", tag = "1")]
    pub(super) profile: Vec<u8>,
}
