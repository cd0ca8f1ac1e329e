//! The labels of a sample by name.

use std::collections::BTreeMap;

use heapwise_decode::{LabelValue, Sample, Tables};

/// The labels of a sample by name, in the order of the names; the values of a name in the order in
/// which they were written (profile/profile.go: Sample.Label, Sample.NumLabel).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct LabelGroups<'a> {
    /// Texts.
    pub texts: BTreeMap<&'a [u8], Vec<&'a [u8]>>,
    /// Numbers.
    pub numbers: BTreeMap<&'a [u8], Vec<i64>>,
}

impl<'a> LabelGroups<'a> {
    /// The labels of a sample.
    pub fn of(tables: &'a Tables, sample: &Sample<'_>) -> LabelGroups<'a> {
        let mut groups = LabelGroups::default();
        for label in sample.labels().iter() {
            let key = tables.text_bytes(label.key);
            match label.value {
                LabelValue::Text(text) => {
                    let texts = groups.texts.entry(key).or_default();
                    texts.push(tables.text_bytes(text));
                }
                LabelValue::Number { value, .. } => {
                    groups.numbers.entry(key).or_default().push(value);
                }
            }
        }
        groups
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty() && self.numbers.is_empty()
    }
}
