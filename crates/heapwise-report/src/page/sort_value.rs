//! What a label is sorted by.

/// Units of labels, as parts or multiples of the first of their kind (profile/units.rs).
const UNITS: [(&str, f64); 21] = [
    ("B", 1.0),
    ("kB", 1024.0),
    ("MB", 1_048_576.0),
    ("GB", 1_073_741_824.0),
    ("TB", 1_099_511_627_776.0),
    ("PB", 1_125_899_906_842_624.0),
    ("KiB", 1024.0),
    ("MiB", 1_048_576.0),
    ("GiB", 1_073_741_824.0),
    ("ns", 1e-9),
    ("us", 1e-6),
    ("µs", 1e-6),
    ("ms", 1e-3),
    ("s", 1.0),
    ("mins", 60.0),
    ("min", 60.0),
    ("hrs", 3600.0),
    ("h", 3600.0),
    ("days", 86_400.0),
    ("%", 1.0),
    ("", 1.0),
];

/// The number that a label begins with, in the first unit of its kind; `None` where it begins with
/// none. An error counts by its wider side, and has no number where that is not known.
pub(super) fn sort_value(label: &str) -> Option<f64> {
    match (label.trim(), arms(label.trim())) {
        ("exact", _) => Some(0.0),
        (_, Some((below, above))) => Some(f64::max(number(below)?, number(above)?)),
        (label, None) => number(label.trim_start_matches('±')),
    }
}

/// Both sides of an error that has two, as parts: `-49%..+?` (formats/error_text.rs).
fn arms(label: &str) -> Option<(&str, &str)> {
    let (below, above) = label.strip_prefix('-')?.split_once("%..+")?;
    Some((below, above))
}

fn number(label: &str) -> Option<f64> {
    let label = label.replace(',', "");
    let is_part = |c: &char| c.is_ascii_digit() || matches!(c, '.' | '-' | '+');
    let digits: String = label.chars().take_while(is_part).collect();
    let value: f64 = digits.parse().ok()?;
    let rest = label.get(digits.len()..).unwrap_or_default();
    let is_unit = |c: &char| c.is_alphabetic() || *c == '%';
    let unit: String = rest.chars().take_while(is_unit).collect();
    let known = UNITS.iter().find(|(name, _)| *name == unit);
    Some(value * known.map_or(1.0, |&(_, scale)| scale))
}

#[cfg(test)]
mod tests {
    use super::sort_value;

    #[test]
    fn labels_are_numbers() {
        for (label, value) in [
            ("12", Some(12.0)),
            ("1.50kB", Some(1536.0)),
            ("-2MB", Some(-2_097_152.0)),
            ("+3.5%", Some(3.5)),
            ("±12%", Some(12.0)),
            ("1.5s", Some(1.5)),
            ("250ms", Some(0.25)),
            ("gone", None),
            ("", None),
            ("~", None),
            ("1kB/s", Some(1024.0)),
            ("-49%..+75%", Some(75.0)),
            ("-12%..+9.1%", Some(12.0)),
            ("-49%..+?", None),
            ("exact", Some(0.0)),
            ("+95.8% (+30.0%..+203.8%)", Some(95.8)),
            ("-42.0% (-50.0%..-31.0%)", Some(-42.0)),
            ("-1MB..+2MB", Some(-1_048_576.0)),
        ] {
            assert_eq!(sort_value(label), value, "{label}");
        }
    }
}
