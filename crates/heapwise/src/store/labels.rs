//! Labels of series as stores write them in JSON.

use serde::Deserialize;

#[derive(Default, Deserialize)]
pub(super) struct Labels {
    #[serde(default)]
    pub(super) labels: Vec<Label>,
}

#[derive(Deserialize)]
pub(super) struct Label {
    pub(super) name: String,
    #[serde(default)]
    pub(super) value: String,
}
