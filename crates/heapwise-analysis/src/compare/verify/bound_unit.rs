//! What the numbers of bounds are written in.

use super::decimal::Decimal;
use crate::profile::units::base_unit;

/// What a bound was written in; its number is in the base of that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BoundUnit {
    /// No unit: the number is in that of the profile.
    Plain,
    /// Bytes.
    Bytes,
    /// Nanoseconds.
    Time,
}

impl BoundUnit {
    /// How many bases one of a profile's units is; `None` where a bound so written has no meaning
    /// for it.
    pub(super) fn per(self, profile_unit: &str) -> Option<i128> {
        let base = match self {
            BoundUnit::Plain => return Some(1),
            BoundUnit::Bytes => "B",
            BoundUnit::Time => "ns",
        };
        let (found, size) = base_unit(profile_unit)?;
        (found == base).then_some(size as i128)
    }
}

/// Which units the name of a sample type leaves to a bound. What it does not tell, the profile
/// does, later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Allowed {
    Count,
    Bytes,
    Any,
}

const SECOND: i128 = 1_000_000_000;

/// Powers of 1024, as pprof's are.
const BYTES: [(&[&str], i128); 5] = [
    (&["b"], 1),
    (&["kb", "kib"], 1 << 10),
    (&["mb", "mib"], 1 << 20),
    (&["gb", "gib"], 1 << 30),
    (&["tb", "tib"], 1 << 40),
];

const TIMES: [(&[&str], i128); 6] = [
    (&["ns"], 1),
    (&["us", "µs", "μs"], 1_000),
    (&["ms"], 1_000_000),
    (&["s", "sec", "second", "seconds"], SECOND),
    (&["min", "minute", "minutes"], 60 * SECOND),
    (&["h", "hr", "hrs", "hour", "hours"], 3600 * SECOND),
];

impl Allowed {
    pub(super) fn of(sample_type: &str) -> Allowed {
        match sample_type {
            "alloc_space" | "inuse_space" => Allowed::Bytes,
            "alloc_objects" | "inuse_objects" | "goroutines" => Allowed::Count,
            _ => Allowed::Any,
        }
    }

    pub(super) fn expected(self) -> &'static str {
        match self {
            Allowed::Count => "a number such as 1200",
            Allowed::Bytes => "bytes such as 1200, 64kB or 1.5MB",
            Allowed::Any => "a number such as 1200, 64MB or 1.5s",
        }
    }

    /// Reads an amount and what it is in.
    pub(super) fn amount(self, text: &str) -> Option<(Decimal, BoundUnit)> {
        let number = text.trim_end_matches(char::is_alphabetic);
        let suffix = text.get(number.len()..).unwrap_or_default().to_lowercase();
        let size_in = |units: &[(&[&str], i128)]| {
            let mut units = units.iter();
            let found = units.find(|(names, _)| names.contains(&suffix.as_str()));
            found.map(|&(_, size)| size)
        };
        let bytes = size_in(&BYTES).filter(|_| self != Allowed::Count);
        let time = size_in(&TIMES).filter(|_| self == Allowed::Any);
        let (size, unit) = match (suffix.as_str(), bytes, time) {
            ("", ..) => (1, BoundUnit::Plain),
            (_, Some(size), _) => (size, BoundUnit::Bytes),
            (_, None, Some(size)) => (size, BoundUnit::Time),
            (_, None, None) => return None,
        };
        let amount = Decimal::parse(number).filter(|amount| amount.value() >= 0.0)?;
        let is_signed = number.starts_with(['+', '-']);
        (!is_signed).then(|| (amount.times(size), unit))
    }
}

#[cfg(test)]
mod tests {
    use super::{Allowed, BoundUnit};

    #[test]
    fn reads_amounts_in_the_units_that_a_type_leaves() {
        for (allowed, text, expected) in [
            (Allowed::Any, "10s", Some((1e10, BoundUnit::Time))),
            (Allowed::Any, "1.5ms", Some((1.5e6, BoundUnit::Time))),
            (Allowed::Any, "3µs", Some((3e3, BoundUnit::Time))),
            (Allowed::Any, "2min", Some((1.2e11, BoundUnit::Time))),
            (Allowed::Any, "64MB", Some((67_108_864.0, BoundUnit::Bytes))),
            (Allowed::Any, "100", Some((100.0, BoundUnit::Plain))),
            (Allowed::Any, "64M", None),
            (Allowed::Any, "10m", None),
            (Allowed::Any, "-5s", None),
            (Allowed::Bytes, "10s", None),
            (
                Allowed::Bytes,
                "64Mb",
                Some((67_108_864.0, BoundUnit::Bytes)),
            ),
            (Allowed::Count, "10s", None),
            (Allowed::Count, "10B", None),
        ] {
            let read = allowed.amount(text);
            assert_eq!(read.map(|(n, u)| (n.value(), u)), expected, "{text}");
        }
    }

    #[test]
    fn fits_the_units_of_profiles() {
        assert_eq!(BoundUnit::Time.per("nanoseconds"), Some(1));
        assert_eq!(BoundUnit::Time.per("milliseconds"), Some(1_000_000));
        assert_eq!(BoundUnit::Bytes.per("kilobytes"), Some(1024));
        assert_eq!(BoundUnit::Bytes.per("nanoseconds"), None);
        assert_eq!(BoundUnit::Time.per("count"), None);
        assert_eq!(BoundUnit::Plain.per("widgets"), Some(1));
    }
}
