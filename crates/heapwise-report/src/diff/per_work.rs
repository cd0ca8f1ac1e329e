//! Values for each operation or each second.

use heapwise_analysis::units::{auto_label, signed_label};
use heapwise_analysis::{Per, PerWork};

/// How such values are written: for each operation as `go test` writes them, in whole bytes, so that
/// both can be compared by eye; for each second with units.
pub(super) struct PerWorkText<'a> {
    per: Per,
    unit: &'a str,
}

impl<'a> PerWorkText<'a> {
    pub(super) fn of(known: PerWork, unit: &'a str) -> PerWorkText<'a> {
        PerWorkText {
            per: known.per,
            unit,
        }
    }

    /// `B/op`, `allocs/op`, `/s`.
    pub(super) fn unit(&self) -> String {
        match (self.per, self.unit) {
            (Per::Operation, "bytes") => "B/op".to_owned(),
            (Per::Operation, "count") => "allocs/op".to_owned(),
            (Per::Operation, unit) => format!("{unit}/op"),
            (Per::Second, _) => "/s".to_owned(),
        }
    }

    /// A value without the unit.
    pub(super) fn plain(&self, value: f64) -> String {
        match self.per {
            Per::Operation => plain(value),
            Per::Second => auto_label(value.round() as i128, self.unit),
        }
    }

    /// A difference.
    pub(super) fn signed(&self, value: f64) -> String {
        match self.per {
            Per::Operation if value > 0.0 && plain(value) != "0" => format!("+{}", plain(value)),
            Per::Operation => plain(value),
            Per::Second => signed_label(value.round() as i128, self.unit),
        }
    }

    /// A value with the unit.
    pub(super) fn with_unit(&self, value: f64) -> String {
        match self.per {
            Per::Operation => format!("{} {}", plain(value), self.unit()),
            Per::Second => format!("{}/s", self.plain(value)),
        }
    }
}

/// Three digits at least, and no more behind the point than there is.
pub(crate) fn plain(value: f64) -> String {
    let digits = match value.abs() {
        size if size >= 99.95 || size.fract() == 0.0 => 0,
        size if size >= 0.995 => 1,
        _ => 3,
    };
    let text = format!("{value:.digits$}");
    match text.trim_start_matches('-').trim_matches(['0', '.']) {
        "" => "0".to_owned(),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn writes_as_go_test_does() {
        for (value, text) in [
            (1024.0, "1024"),
            (336.4, "336"),
            (24.25, "24.2"),
            (8.0, "8"),
            (0.0451, "0.045"),
            (0.0001, "0"),
            (-0.00001, "0"),
            (-512.0, "-512"),
        ] {
            assert_eq!(plain(value), text);
        }
    }
}
