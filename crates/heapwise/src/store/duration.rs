//! How long something is, as stores write it and people give it: `90s`, `1h30m`, `24h0m0s`, `30d1h`, `500ms`.

/// Milliseconds of each unit; a year and a week as Prometheus has them (common/model/time.go: ParseDuration).
const UNITS: [(&str, f64); 7] = [
    ("ms", 1.0),
    ("s", 1e3),
    ("m", 60e3),
    ("h", 3600e3),
    ("d", 86400e3),
    ("w", 7.0 * 86400e3),
    ("y", 365.0 * 86400e3),
];

/// Milliseconds; `None` where it is no duration.
pub(super) fn parse_duration(text: &str) -> Option<i64> {
    let mut rest = text;
    let mut total = 0.0;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, behind) = rest.split_at(end);
        let end = behind
            .find(|c: char| c.is_ascii_digit())
            .unwrap_or(behind.len());
        let (unit, behind) = behind.split_at(end);
        let (_, size) = UNITS.iter().find(|(name, _)| *name == unit)?;
        total += number.parse::<f64>().ok()? * size;
        rest = behind;
    }
    // A thousand years are no range.
    (total <= 365e3 * 86400e3).then_some(total as i64)
}

#[cfg(test)]
mod tests {
    use super::parse_duration;

    #[test]
    fn all_forms_are_read() {
        let hour = 3_600_000;
        for (text, expected) in [
            ("1h", Some(hour)),
            ("1h30m", Some(hour * 3 / 2)),
            ("24h0m0s", Some(24 * hour)),
            ("1d", Some(24 * hour)),
            ("30d1h", Some(721 * hour)),
            ("0.5s", Some(500)),
            ("250ms", Some(250)),
            ("", None),
            ("h", None),
            ("5", None),
            ("5x", None),
            ("-1h", None),
            ("9999999y", None),
        ] {
            assert_eq!(parse_duration(text), expected, "{text}");
        }
    }
}
