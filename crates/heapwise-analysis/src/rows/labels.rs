//! The labels of a sample as texts.

use heapwise_decode::{LabelValue, Sample, StringIndex, Tables};

/// The labels of samples beside the size of their blocks. Reused from one sample to the next.
#[derive(Debug, Default)]
pub(super) struct RowLabels {
    all: Vec<(String, String)>,
}

impl RowLabels {
    /// Takes the labels of a sample; `size` is the name of the number that is the size of its blocks. Returns that.
    pub(super) fn take(
        &mut self,
        tables: &Tables,
        sample: &Sample<'_>,
        size: Option<StringIndex>,
    ) -> Option<i64> {
        self.all.clear();
        let mut found = None;
        for label in sample.labels().iter() {
            let text = match label.value {
                LabelValue::Number { value, .. } if size == Some(label.key) && found.is_none() => {
                    found = Some(value);
                    continue;
                }
                LabelValue::Number { value, unit } if unit.is_empty() => value.to_string(),
                LabelValue::Number { value, unit } => format!("{value} {}", tables.text(unit)),
                LabelValue::Text(text) => tables.text(text).into_owned(),
            };
            self.all.push((tables.text(label.key).into_owned(), text));
        }
        if self.all.len() > 1 {
            self.join();
        }
        found
    }

    /// In the order of their names, each once.
    fn join(&mut self) {
        self.all.sort_by(|(one, _), (other, _)| one.cmp(other));
        self.all.dedup_by(|later, kept| {
            let is_same = later.0 == kept.0;
            if is_same {
                kept.1.push('\n');
                kept.1.push_str(&later.1);
            }
            is_same
        });
    }

    pub(super) fn all(&self) -> &[(String, String)] {
        &self.all
    }
}
