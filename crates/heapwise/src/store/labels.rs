//! Labels of series, as stores write them in JSON and in protobuf (Parca's LabelSet).

use prost::Message;
use serde::Deserialize;

#[derive(Clone, PartialEq, Message, Deserialize)]
pub(super) struct Labels {
    #[serde(default)]
    #[prost(message, repeated, tag = "1")]
    pub(super) labels: Vec<Label>,
}

#[derive(Clone, PartialEq, Message, Deserialize)]
pub(super) struct Label {
    #[prost(string, tag = "1")]
    pub(super) name: String,
    #[serde(default)]
    #[prost(string, tag = "2")]
    pub(super) value: String,
}
