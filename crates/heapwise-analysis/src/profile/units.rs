//! Units and percentages as pprof prints them (internal/measurement/measurement.go).

use std::borrow::Cow;

/// A unit: its printed name, the names it is known by, and its size in the family's base unit.
struct Unit {
    name: &'static str,
    aliases: &'static [&'static str],
    factor: f64,
}

/// Units that convert into each other.
struct Family {
    units: &'static [Unit],
    /// Name and size of the unit for values too small for any other.
    default: (&'static str, f64),
}

const fn unit(name: &'static str, aliases: &'static [&'static str], factor: f64) -> Unit {
    Unit {
        name,
        aliases,
        factor,
    }
}

const KIB: f64 = 1024.0;

const MEMORY: Family = Family {
    units: &[
        unit("B", &["b", "byte"], 1.0),
        unit("kB", &["kb", "kbyte", "kilobyte"], KIB),
        unit("MB", &["mb", "mbyte", "megabyte"], KIB * KIB),
        unit("GB", &["gb", "gbyte", "gigabyte"], KIB * KIB * KIB),
        unit("TB", &["tb", "tbyte", "terabyte"], KIB * KIB * KIB * KIB),
        unit(
            "PB",
            &["pb", "pbyte", "petabyte"],
            KIB * KIB * KIB * KIB * KIB,
        ),
    ],
    default: ("B", 1.0),
};

const TIME: Family = Family {
    units: &[
        unit("ns", &["ns", "nanosecond"], 1.0),
        unit("us", &["μs", "us", "microsecond"], 1e3),
        unit("ms", &["ms", "millisecond"], 1e6),
        unit("s", &["s", "sec", "second"], 1e9),
        unit("hrs", &["hour", "hr"], 3600e9),
    ],
    default: ("s", 1e9),
};

const COMPUTE: Family = Family {
    units: &[
        unit("n*GCU", &["nanogcu"], 1e-9),
        unit("u*GCU", &["microgcu"], 1e-6),
        unit("m*GCU", &["milligcu"], 1e-3),
        unit("GCU", &["gcu"], 1.0),
        unit("k*GCU", &["kilogcu"], 1e3),
        unit("M*GCU", &["megagcu"], 1e6),
        unit("G*GCU", &["gigagcu"], 1e9),
        unit("T*GCU", &["teragcu"], 1e12),
        unit("P*GCU", &["petagcu"], 1e15),
    ],
    default: ("GCU", 1.0),
};

const FAMILIES: [&Family; 3] = [&MEMORY, &TIME, &COMPUTE];

impl Family {
    fn find(&self, name: &str) -> Option<&Unit> {
        let lower = if name.bytes().all(|byte| byte.is_ascii_lowercase()) {
            Cow::Borrowed(name)
        } else {
            Cow::Owned(name.to_lowercase())
        };
        let singular = match lower.strip_suffix('s') {
            Some(singular) if lower.len() > 2 => singular,
            _ => &*lower,
        };
        let mut units = self.units.iter();
        units.find(|unit| unit.aliases.contains(&singular))
    }

    /// The largest unit of which there is at least one.
    fn best(&self, value: f64) -> Option<&Unit> {
        self.units
            .iter()
            .filter(|unit| value / unit.factor >= 1.0)
            .max_by(|a, b| a.factor.total_cmp(&b.factor))
    }

    fn convert(&self, value: f64, to: &str) -> (f64, &'static str) {
        let target = match to {
            "minimum" | "auto" => self.best(value),
            _ => self.find(to),
        };
        match target {
            Some(unit) => (value / unit.factor, unit.name),
            None => (value / self.default.1, self.default.0),
        }
    }
}

/// Whether values of two units convert into each other: the same unit, or two of one family
/// (internal/measurement/measurement.go: compatibleValueTypes).
pub fn are_compatible(one: &str, other: &str) -> bool {
    let both = |family: &&Family| family.find(one).is_some() && family.find(other).is_some();
    one == other || FAMILIES.iter().any(both)
}

/// The base of a unit of memory, `B`, or of time, `ns`, and how many of them it is; `None` for
/// units of other things.
pub(crate) fn base_unit(name: &str) -> Option<(&'static str, f64)> {
    [&MEMORY, &TIME].into_iter().find_map(|family| {
        let base = family.units.first()?.name;
        Some((base, family.find(name)?.factor))
    })
}

/// A value in another unit, and the name to print behind it, which is empty for counts.
pub fn scale(value: i64, from: &str, to: &str) -> (f64, String) {
    if value < 0 && value != i64::MIN {
        let (scaled, name) = scale(-value, from, to);
        return (-scaled, name);
    }
    for family in FAMILIES {
        if let Some(unit) = family.find(from) {
            let (scaled, name) = family.convert(value as f64 * unit.factor, to);
            return (scaled, name.to_owned());
        }
    }
    let name = match to {
        "count" | "sample" | "unit" | "minimum" | "auto" => "",
        other => other,
    };
    (value as f64, name.to_owned())
}

/// A value with its unit, for example `1.50MB`, in the unit `to`, or in the one that fits the value
/// when that is `auto`. Zero is `0`; powers of 1024 have the names kB, MB, GB.
pub fn scaled_label(value: i64, from: &str, to: &str) -> String {
    let (scaled, name) = scale(value, from, to);
    let digits = format!("{scaled:.2}");
    let digits = digits.strip_suffix(".00").unwrap_or(&digits);
    if digits == "0" || digits == "-0" {
        return "0".to_owned();
    }
    format!("{digits}{name}")
}

/// [`scaled_label`] of a wide sum, in the unit that fits it.
pub fn auto_label(value: i128, unit: &str) -> String {
    scaled_label(narrow(value), unit, "auto")
}

/// [`auto_label`] with the sign of an increase.
pub fn signed_label(value: i128, unit: &str) -> String {
    let sign = if value > 0 { "+" } else { "" };
    format!("{sign}{}", auto_label(value, unit))
}

/// The nearest number of 64 bits.
pub fn narrow(value: i128) -> i64 {
    i64::try_from(value).unwrap_or(if value < 0 { i64::MIN } else { i64::MAX })
}

/// A value as a percentage of a total, six columns wide, never with a sign.
pub fn percentage(value: i64, total: i64) -> String {
    let ratio = if total == 0 {
        0.0
    } else {
        (value as f64 / total as f64).abs() * 100.0
    };
    if (99.95..=100.05).contains(&ratio) {
        "  100%".to_owned()
    } else if ratio >= 1.0 {
        format!("{ratio:5.2}%")
    } else {
        format!("{:>5}%", two_digits(ratio))
    }
}

/// Two significant digits, without trailing zeros, as C's `%.2g`.
fn two_digits(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let scientific = format!("{value:.1e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..2).contains(&exponent) {
        let decimals = usize::try_from(1 - exponent).unwrap_or(0);
        let fixed = format!("{value:.decimals$}");
        return trim_zeros(&fixed).to_owned();
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{}e{sign}{:02}", trim_zeros(mantissa), exponent.abs())
}

fn trim_zeros(digits: &str) -> &str {
    if digits.contains('.') {
        digits.trim_end_matches('0').trim_end_matches('.')
    } else {
        digits
    }
}

#[cfg(test)]
mod tests {
    use super::{percentage, scaled_label};

    #[test]
    fn prints_units_as_pprof_does() {
        for (value, from, to, label) in [
            (0, "bytes", "auto", "0"),
            (1, "bytes", "auto", "1B"),
            (1536, "bytes", "auto", "1.50kB"),
            (2048, "bytes", "auto", "2kB"),
            (-(3 << 20), "bytes", "minimum", "-3MB"),
            (22_833_889, "bytes", "kB", "22298.72kB"),
            (1, "bytes", "MB", "0.00MB"),
            (7, "count", "auto", "7"),
            (7, "count", "count", "7"),
            (7, "widgets", "gadgets", "7gadgets"),
            (3_130_000_000, "nanoseconds", "auto", "3.13s"),
            (500, "nanoseconds", "auto", "500ns"),
            (1, "bytes", "seconds", "1B"),
        ] {
            let expected = if label == "0.00MB" { "0" } else { label };
            assert_eq!(
                scaled_label(value, from, to),
                expected,
                "{value} {from} {to}"
            );
        }
    }

    #[test]
    fn prints_percentages_as_pprof_does() {
        for (value, total, label) in [
            (1, 0, "    0%"),
            (0, 5, "    0%"),
            (9_996, 10_000, "  100%"),
            (1, 3, "33.33%"),
            (-1, 3, "33.33%"),
            (3, 1_000, "  0.3%"),
            (15, 100_000, "0.015%"),
            (42, 10_000_000_000, "4.2e-07%"),
            (99, 10_000, " 0.99%"),
            (300, 100, "300.00%"),
        ] {
            assert_eq!(percentage(value, total), label, "{value}/{total}");
        }
    }
}
