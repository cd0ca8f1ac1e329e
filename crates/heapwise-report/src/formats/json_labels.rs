//! Labels as JSON.

use std::collections::BTreeMap;

use heapwise_analysis::{LabelGroups, LabelUnits};
use serde::Serialize;

/// The labels of a sample, by name.
#[derive(Serialize)]
pub(crate) struct JsonLabels {
    labels: BTreeMap<String, Vec<String>>,
    numeric_labels: BTreeMap<String, JsonNumbers>,
}

#[derive(Serialize)]
struct JsonNumbers {
    unit: String,
    values: Vec<i64>,
}

impl JsonLabels {
    pub(crate) fn new(groups: &LabelGroups<'_>, units: &LabelUnits) -> JsonLabels {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let texts = groups.texts.iter().map(|(key, values)| {
            let values = values.iter().map(|value| text(value)).collect();
            (text(key), values)
        });
        let numbers = groups.numbers.iter().map(|(key, values)| {
            let numbers = JsonNumbers {
                unit: units.unit(key).unwrap_or_default(),
                values: values.clone(),
            };
            (text(key), numbers)
        });
        JsonLabels {
            labels: texts.collect(),
            numeric_labels: numbers.collect(),
        }
    }
}
