//! How fast it is allocated, in words.

use heapwise_analysis::Per;
use heapwise_analysis::explain::{Allocation, AllocationRate, Covered};
use heapwise_analysis::units::auto_label;

use heapwise_decode::plural;

use super::ExplainReport;
use crate::diff::per_work::plain;

/// Bytes and objects for each second or operation.
pub(super) struct Rates {
    pub(super) per: Per,
    pub(super) bytes: AllocationRate,
    pub(super) objects: AllocationRate,
}

impl Rates {
    fn of(covered: Covered, allocated: Allocation) -> Rates {
        Rates {
            per: covered.per,
            bytes: covered.rate(allocated.bytes),
            objects: covered.rate(allocated.objects),
        }
    }

    /// Bytes as a table has them.
    pub(super) fn bytes_text(&self) -> String {
        match self.per {
            Per::Operation => plain(self.bytes.value),
            Per::Second => auto_label(self.bytes.value.round() as i128, "bytes"),
        }
    }

    /// Objects as a table has them.
    pub(super) fn objects_text(&self) -> String {
        plain(self.objects.value)
    }
}

impl ExplainReport {
    /// The rates of what was allocated, where that and the work are known.
    pub(super) fn rates(&self, allocated: Option<Allocation>) -> Option<Rates> {
        Some(Rates::of(self.covered?, allocated?))
    }

    /// The titles of the columns of rates.
    pub(super) fn rate_titles(&self) -> Option<[&'static str; 2]> {
        self.answer.allocated?;
        Some(match self.covered?.per {
            Per::Operation => ["B/op", "allocs/op"],
            Per::Second => ["/s", "objects/s"],
        })
    }

    /// How fast all of it is allocated.
    pub(super) fn rate_line(&self) -> Option<String> {
        let rates = self.rates(self.answer.allocated)?;
        let covered = self.covered?;
        let (bytes, objects) = (rates.bytes_text(), rates.objects_text());
        Some(match covered.per {
            Per::Operation => {
                let amount = plain(covered.amount);
                let noun = plural(&(if amount == "1" { 1 } else { 2 }), "operation");
                format!("allocated: {bytes} B/op and {objects} allocs/op over {amount} {noun}")
            }
            Per::Second => format!(
                "allocated: {bytes}/s and {objects} objects/s over {}",
                auto_label((covered.amount * 1e9).round() as i128, "nanoseconds")
            ),
        })
    }
}

/// The name used in JSON.
pub(super) fn name(per: Per) -> &'static str {
    match per {
        Per::Operation => "operation",
        Per::Second => "second",
    }
}
