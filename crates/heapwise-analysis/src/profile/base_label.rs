//! Which samples are those of a base.

use heapwise_decode::{LabelValue, Sample, StringIndex, Tables};

/// The text label by which pprof marks the samples of a base (driver/fetch.go: fetchProfiles).
pub(crate) const BASE_LABEL: &str = "pprof::base";

/// Recognises the samples of a base by their label.
#[derive(Debug, Clone, Default)]
pub(crate) struct BaseLabel {
    keys: Vec<StringIndex>,
    values: Vec<StringIndex>,
}

impl BaseLabel {
    pub(crate) fn of(tables: &Tables) -> BaseLabel {
        let with_text = |text: &str| {
            tables
                .string_indexes()
                .filter(|&index| tables.text_bytes(index) == text.as_bytes())
                .collect()
        };
        BaseLabel {
            keys: with_text(BASE_LABEL),
            values: with_text("true"),
        }
    }

    pub(crate) fn is_used(&self) -> bool {
        !self.keys.is_empty() && !self.values.is_empty()
    }

    #[inline]
    pub(crate) fn marks(&self, sample: &Sample<'_>) -> bool {
        self.is_used()
            && sample.labels().iter().any(|label| match label.value {
                LabelValue::Text(text) => {
                    self.keys.contains(&label.key) && self.values.contains(&text)
                }
                LabelValue::Number { .. } => false,
            })
    }
}
