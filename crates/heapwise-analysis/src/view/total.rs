use heapwise_decode::{LabelValue, Profile, Sample, Tables};

use crate::profile::units::narrow;
use crate::rank::BASE_LABEL;
use crate::sums::measured::{Measured, Sum};

/// What percentages are of: the sum of absolute values, of the samples of a base alone where there
/// are any, per object where means are shown (report/report.go: computeTotal).
pub(super) fn total(profile: &Profile, index: usize, divisor: Option<usize>) -> i64 {
    let tables = profile.tables();
    let measured = Measured {
        value: index,
        divisor,
    };
    let mut all = Sum::default();
    let mut base = Sum::default();
    for sample in profile.samples() {
        let mut sum = measured.all(sample.values());
        sum.value = sum.value.abs();
        all += sum;
        if is_base(tables, &sample) {
            base += sum;
        }
    }
    let chosen = if base.value > 0 { base } else { all };
    narrow(chosen.mean())
}

fn is_base(tables: &Tables, sample: &Sample<'_>) -> bool {
    sample.labels().iter().any(|label| {
        let LabelValue::Text(text) = label.value else {
            return false;
        };
        tables.text_bytes(label.key) == BASE_LABEL.as_bytes() && tables.text_bytes(text) == b"true"
    })
}
