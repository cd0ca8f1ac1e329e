//! How Go measures and pads texts, and how it prints lengths of time.

/// Characters of a text, as Go counts them: every byte that is not UTF-8 is one
/// (unicode/utf8: RuneCount).
pub(crate) fn rune_count(text: &[u8]) -> usize {
    let chunks = text.utf8_chunks();
    chunks
        .map(|chunk| chunk.valid().chars().count() + chunk.invalid().len())
        .sum()
}

/// Appends a text with spaces before it, ten characters wide at least (Go's `%10s`).
pub(crate) fn push_right(out: &mut Vec<u8>, text: &[u8]) {
    let spaces = 10_usize.saturating_sub(rune_count(text));
    out.resize(out.len() + spaces, b' ');
    out.extend_from_slice(text);
}

/// A length of time as Go prints it (Go's time.Duration.String): `1h0m2.5s`, `30s`, `1.5µs`.
pub(crate) fn go_duration(nanos: i64) -> String {
    let sign = if nanos < 0 { "-" } else { "" };
    let nanos = nanos.unsigned_abs();
    let part = |unit: u64, digits: usize, name: &str| {
        let (whole, rest) = (nanos / unit, nanos % unit);
        format!("{sign}{whole}{}{name}", fraction(rest, digits))
    };
    match nanos {
        0 => return "0s".to_owned(),
        1..1_000 => return part(1, 0, "ns"),
        1_000..1_000_000 => return part(1_000, 3, "µs"),
        1_000_000..1_000_000_000 => return part(1_000_000, 6, "ms"),
        _ => {}
    }
    let seconds = nanos / 1_000_000_000;
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    let fraction = fraction(nanos % 1_000_000_000, 9);
    let mut text = sign.to_owned();
    if hours > 0 {
        text.push_str(&format!("{hours}h"));
    }
    if seconds >= 60 {
        text.push_str(&format!("{minutes}m"));
    }
    text + &format!("{}{fraction}s", seconds % 60)
}

/// `.25` of 250 with three digits; nothing of 0.
fn fraction(value: u64, digits: usize) -> String {
    if value == 0 {
        return String::new();
    }
    format!(".{value:0digits$}")
        .trim_end_matches('0')
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::go_duration;

    #[test]
    fn prints_lengths_of_time_as_go_does() {
        for (nanos, text) in [
            (0, "0s"),
            (1, "1ns"),
            (1_100, "1.1µs"),
            (2_200_000, "2.2ms"),
            (-3_300_000_000, "-3.3s"),
            (245_000_000_000, "4m5s"),
            (3_600_000_000_000, "1h0m0s"),
            (18_367_001_000_000, "5h6m7.001s"),
            (i64::MIN, "-2562047h47m16.854775808s"),
        ] {
            assert_eq!(go_duration(nanos), text);
        }
    }
}
