//! A range of numbers with units, as a filter of labels has it.

use crate::error::{ErrorKind, Result};
use crate::profile::units::scale;

/// A range of numbers of a unit, such as `32kb`, `:64kb`, `4mb:` or `12kb:64mb`, both ends included
/// (driver/driver_focus.go: parseTagFilterRange).
#[derive(Debug, Clone, PartialEq)]
pub(super) struct TagRange {
    low: Option<f64>,
    high: Option<f64>,
    unit: String,
}

impl TagRange {
    /// Reads a range; `None` when it is none, and so a pattern.
    pub(super) fn of(option: &'static str, text: &str) -> Result<Option<TagRange>> {
        let Some((start, first)) = find_number(text) else {
            return Ok(None);
        };
        let (value, unit) = first.scaled(option, first.unit)?;
        let before = text.get(..start).unwrap_or_default();
        let after = text.get(start + first.length..).unwrap_or_default();
        let (low, high) = match (before, after) {
            ("", "") => (Some(value), Some(value)),
            ("", ":") => (Some(value), None),
            (":", "") => (None, Some(value)),
            ("", _) => {
                let second = after.strip_prefix(':').and_then(find_number);
                let Some((0, second)) = second else {
                    return Ok(None);
                };
                if second.length + 1 != after.len() {
                    return Ok(None);
                }
                let (high, high_unit) = second.scaled(option, &unit)?;
                if high_unit != unit {
                    return Ok(None);
                }
                (Some(value), Some(high))
            }
            _ => return Ok(None),
        };
        Ok(Some(TagRange { low, high, unit }))
    }

    /// Whether a number of a unit is in it. One whose unit does not convert is not.
    pub(super) fn contains(&self, value: i64, unit: &str) -> bool {
        let (value, unit) = scale(value, unit, &self.unit);
        unit == self.unit
            && self.low.is_none_or(|low| value >= low)
            && self.high.is_none_or(|high| value <= high)
    }
}

/// Digits with a sign and a unit, both of which may be absent.
struct Number<'a> {
    digits: &'a str,
    unit: &'a str,
    length: usize,
}

impl Number<'_> {
    /// The number in another unit. pprof ends with a panic where it is too large.
    fn scaled(&self, option: &'static str, to: &str) -> Result<(f64, String)> {
        let value = self.digits.parse().map_err(|_| ErrorKind::Filter {
            option,
            reason: format!("found {}, expected a number of 64 bits", self.digits),
        })?;
        Ok(scale(value, self.unit, to))
    }
}

/// The first number of a text and where it starts.
fn find_number(text: &str) -> Option<(usize, Number<'_>)> {
    let first_digit = text.find(|letter: char| letter.is_ascii_digit())?;
    let has_sign = text
        .get(..first_digit)
        .is_some_and(|before| before.ends_with(['+', '-']));
    let start = first_digit - usize::from(has_sign);
    let rest = text.get(first_digit..)?;
    let end = first_digit + length_of(rest, |letter| letter.is_ascii_digit());
    let unit_length = length_of(text.get(end..)?, |letter| letter.is_ascii_alphabetic());
    let number = Number {
        digits: text.get(start..end)?,
        unit: text.get(end..end + unit_length)?,
        length: end + unit_length - start,
    };
    Some((start, number))
}

fn length_of(text: &str, is_part: impl Fn(char) -> bool) -> usize {
    text.find(|letter| !is_part(letter)).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::TagRange;

    fn contains(range: &str, value: i64, unit: &str) -> Option<bool> {
        let range = TagRange::of("tagfocus", range).unwrap();
        range.map(|range| range.contains(value, unit))
    }

    #[test]
    fn ranges_include_their_ends_and_convert_units() {
        for (range, value, unit, expected) in [
            ("32kb", 32768, "bytes", Some(true)),
            ("32kb", 32767, "bytes", Some(false)),
            ("32kbytes", 32, "kilobytes", Some(true)),
            (":64kb", 65536, "bytes", Some(true)),
            (":64kb", 65537, "bytes", Some(false)),
            ("4mb:", 4 << 20, "bytes", Some(true)),
            ("4mb:", (4 << 20) - 1, "bytes", Some(false)),
            ("12kb:64mb", 12 << 10, "bytes", Some(true)),
            ("12kb:64mb", (64 << 20) + 1, "bytes", Some(false)),
            ("-5:+5", -5, "", Some(true)),
            ("5", 5, "count", Some(true)),
            ("5", 5, "bytes", Some(false)),
            ("32kb", 32768, "count", Some(false)),
            ("1s", 1000, "ms", Some(true)),
            ("1s:5kb", 1, "s", None),
            ("5foo", 5, "foo", Some(true)),
        ] {
            assert_eq!(
                contains(range, value, unit),
                expected,
                "{range} {value}{unit}"
            );
        }
    }

    #[test]
    fn what_is_not_a_range_is_a_pattern() {
        for text in [
            "", "kb", ":", "a5", "5 ", "5:6:7", "5::6", "5:a6", "::5", "5-6", "5kb6",
        ] {
            assert_eq!(contains(text, 5, ""), None, "{text}");
        }
    }

    #[test]
    fn numbers_that_make_pprof_panic_are_refused() {
        for text in [
            "99999999999999999999",
            "a99999999999999999999b",
            "1:99999999999999999999",
        ] {
            assert!(TagRange::of("tagfocus", text).is_err(), "{text}");
        }
        assert!(TagRange::of("tagfocus", "1:2:99999999999999999999").is_ok());
    }
}
