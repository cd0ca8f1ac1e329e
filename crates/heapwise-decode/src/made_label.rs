//! A label of a sample that is to be added to a profile.

use crate::tables::StringIndex;
use crate::wire::LabelRecord;

/// A label of a sample to be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MadeLabel {
    /// A name and a text.
    Text(StringIndex, StringIndex),
    /// A name, a number and its unit, which may be empty.
    Number(StringIndex, i64, StringIndex),
}

impl MadeLabel {
    pub(crate) fn record(self) -> LabelRecord {
        match self {
            MadeLabel::Text(key, text) => LabelRecord {
                key: u64::from(key.0),
                str: u64::from(text.0),
                ..LabelRecord::default()
            },
            MadeLabel::Number(key, num, unit) => LabelRecord {
                key: u64::from(key.0),
                num,
                unit: match (num, u64::from(unit.0)) {
                    (0, 0) => LabelRecord::BARE_NUMBER,
                    (_, unit) => unit,
                },
                ..LabelRecord::default()
            },
        }
    }
}
