//! Whether the texts that labels name exist.

use crate::error::{Error, Result};
use crate::tables::Tables;
use crate::wire::LabelRecord;

/// The highest string index that labels use; checked once the string table is known.
#[derive(Default)]
pub(super) struct LabelLimit {
    index: u64,
    sample: u64,
}

impl LabelLimit {
    #[inline]
    pub(super) fn note(&mut self, sample: u64, labels: &[LabelRecord]) -> Result<()> {
        for label in labels {
            let unit = if label.str == 0 { label.unit } else { 0 };
            let highest = label.key.max(label.str).max(unit);
            if highest > self.index {
                if highest > u64::from(u32::MAX) {
                    return Err(bad_label(sample, highest, "the index of a string"));
                }
                (self.index, self.sample) = (highest, sample);
            }
        }
        Ok(())
    }

    pub(super) fn check(&self, tables: &Tables) -> Result<()> {
        let count = tables.string_count() as u64;
        if self.index > 0 && self.index >= count {
            let expected = format!("an index below {count}, the number of strings");
            return Err(bad_label(self.sample, self.index, &expected));
        }
        Ok(())
    }
}

fn bad_label(sample: u64, index: u64, expected: &str) -> Error {
    Error::structure(
        format!("label of sample, row {sample}"),
        format!("string index {}", index as i64),
        expected,
    )
}
