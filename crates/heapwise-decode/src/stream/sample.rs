//! What a visitor is given: one sample and its labels.

use crate::made_label::MadeLabel;
use crate::tables::{LocationIndex, StringIndex};
use crate::wire::{LabelRecord, SampleRecord};

/// A sample while it is visited.
#[derive(Debug, Clone, Copy)]
pub struct Sample<'a> {
    pub(crate) number: u64,
    pub(crate) stack: &'a [LocationIndex],
    pub(crate) shared: usize,
    pub(crate) values: &'a [i64],
    pub(crate) labels: Labels<'a>,
}

impl<'a> Sample<'a> {
    /// A sample that was not read: the one at position `number`, of whose stack `shared` frames, from
    /// the root, are those of the sample handed on before it.
    pub fn new(
        number: u64,
        stack: &'a [LocationIndex],
        shared: usize,
        values: &'a [i64],
        labels: Labels<'a>,
    ) -> Sample<'a> {
        Sample {
            number,
            stack,
            shared,
            values,
            labels,
        }
    }

    /// The same with other values.
    pub fn with_values(self, values: &'a [i64]) -> Sample<'a> {
        Sample { values, ..self }
    }

    /// What was read.
    #[inline]
    pub(crate) fn of(
        number: u64,
        record: &'a SampleRecord,
        stack: &'a [LocationIndex],
        shared: usize,
    ) -> Sample<'a> {
        Sample {
            number,
            stack,
            shared,
            values: &record.values,
            labels: Labels {
                records: &record.labels,
            },
        }
    }

    /// The same with another stack, of which `shared` frames, from the root, are those of the sample
    /// handed on before this one.
    pub fn with_stack(self, stack: &'a [LocationIndex], shared: usize) -> Sample<'a> {
        Sample {
            stack,
            shared,
            ..self
        }
    }

    /// The same with other labels.
    pub fn with_labels(self, labels: Labels<'a>) -> Sample<'a> {
        Sample { labels, ..self }
    }

    /// Its position among the samples of the profile, from 0.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// The call stack from the root to the leaf: the reverse of the format's order. Empty where
    /// the visitor has said that it is of no interest.
    pub fn stack(&self) -> &'a [LocationIndex] {
        self.stack
    }

    /// How many frames, from the root, are those of the stack visited before this one; all of
    /// them where this sample comes without its stack.
    pub fn shared_frames(&self) -> usize {
        self.shared
    }

    /// One value per sample type.
    pub fn values(&self) -> &'a [i64] {
        self.values
    }

    /// What else is known about it.
    pub fn labels(&self) -> Labels<'a> {
        self.labels
    }
}

/// The labels of one sample, in the order in which they were written.
#[derive(Clone, Copy)]
pub struct Labels<'a> {
    pub(crate) records: &'a [LabelRecord],
}

impl std::fmt::Debug for Labels<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl<'a> Labels<'a> {
    /// The labels that have a value; a record with neither text nor number is no label
    /// (profile/encode.go: postDecode).
    pub fn iter(self) -> impl Iterator<Item = Label> + use<'a> {
        self.records.iter().filter_map(Label::from_record)
    }
}

/// Some of the labels of a sample. Reused from one sample to the next.
#[derive(Debug, Default)]
pub struct KeptLabels {
    records: Vec<LabelRecord>,
}

impl KeptLabels {
    /// Labels that were not read.
    pub fn made(labels: impl IntoIterator<Item = MadeLabel>) -> KeptLabels {
        KeptLabels {
            records: labels.into_iter().map(MadeLabel::record).collect(),
        }
    }

    /// All of them.
    pub fn all(&self) -> Labels<'_> {
        Labels {
            records: &self.records,
        }
    }

    /// The labels of which `keep` says so.
    pub fn of(&mut self, labels: Labels<'_>, mut keep: impl FnMut(Label) -> bool) -> Labels<'_> {
        let records = labels.records.iter();
        let kept = records.filter(|record| Label::from_record(record).is_some_and(&mut keep));
        self.records.clear();
        self.records.extend(kept);
        Labels {
            records: &self.records,
        }
    }
}

/// A label: a name and a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Label {
    /// The name.
    pub key: StringIndex,
    /// The value.
    pub value: LabelValue,
}

/// The value of a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LabelValue {
    /// A text.
    Text(StringIndex),
    /// A number.
    Number {
        /// The number.
        value: i64,
        /// Its unit; empty when not recorded.
        unit: StringIndex,
    },
}

impl Label {
    pub(crate) fn from_record(record: &LabelRecord) -> Option<Label> {
        let value = if record.str != 0 {
            LabelValue::Text(StringIndex(record.str as u32))
        } else if record.num != 0 || record.unit != 0 {
            LabelValue::Number {
                value: record.num,
                unit: StringIndex(record.unit as u32),
            }
        } else {
            return None;
        };
        Some(Label {
            key: StringIndex(record.key as u32),
            value,
        })
    }
}
