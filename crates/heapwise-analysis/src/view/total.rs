use heapwise_decode::{LabelValue, Profile, Sample, Tables};

use crate::profile::units::narrow;
use crate::rank::BASE_LABEL;

/// What percentages are of: the sum of absolute values, of the samples of a base alone where there
/// are any, per object where means are shown (report/report.go: computeTotal).
pub(super) fn total(profile: &Profile, index: usize, divisor: Option<usize>) -> i64 {
    let tables = profile.tables();
    let mut all = Sum::default();
    let mut base = Sum::default();
    for sample in profile.samples() {
        let value = value(&sample, index).unsigned_abs();
        let divisor = divisor.map_or(0, |at| self::value(&sample, at));
        all.add(value, divisor);
        if is_base(tables, &sample) {
            base.add(value, divisor);
        }
    }
    let chosen = if base.value > 0 { base } else { all };
    narrow(match chosen.divisor {
        0 => chosen.value,
        divisor => chosen.value / divisor,
    })
}

#[derive(Clone, Copy, Default)]
struct Sum {
    value: i128,
    divisor: i128,
}

impl Sum {
    fn add(&mut self, value: u64, divisor: i64) {
        self.value += i128::from(value);
        self.divisor += i128::from(divisor);
    }
}

fn value(sample: &Sample<'_>, index: usize) -> i64 {
    sample.values().get(index).copied().unwrap_or(0)
}

fn is_base(tables: &Tables, sample: &Sample<'_>) -> bool {
    sample.labels().iter().any(|label| {
        let LabelValue::Text(text) = label.value else {
            return false;
        };
        tables.text_bytes(label.key) == BASE_LABEL.as_bytes() && tables.text_bytes(text) == b"true"
    })
}
