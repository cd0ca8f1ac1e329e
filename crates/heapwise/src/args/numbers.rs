//! Values of options as Go spells them: every number and boolean of the command line is read here.

use std::num::NonZeroU32;
use std::time::Duration;

use heapwise_analysis::Date;
use heapwise_analysis::stats::Confidence;

/// What a switch's value means (Go's strconv.ParseBool).
pub(crate) fn bool_parser(text: &str) -> Result<bool, String> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Ok(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Ok(false),
        _ => Err(expected(text, "true or false")),
    }
}

/// A whole number (Go's strconv.ParseInt with base 0): `20`, `0x14`, `0b10100`, `0o24`, `024`,
/// `1_000`.
pub(crate) fn integer_parser(text: &str) -> Result<i64, String> {
    integer(text).ok_or_else(|| expected(text, "a whole number of 64 bits such as 20 or 0x14"))
}

/// A part of a total, such as `0.005`.
pub(crate) fn fraction_parser(text: &str) -> Result<f64, String> {
    let fraction = float(text).filter(|number| number.is_finite());
    fraction.ok_or_else(|| expected(text, "a part such as 0.005"))
}

/// A number that is more than 0, such as an amount of work.
pub(crate) fn amount_parser(text: &str) -> Result<f64, String> {
    let amount = float(text).filter(|number| number.is_finite() && *number > 0.0);
    amount.ok_or_else(|| expected(text, "a number above 0"))
}

/// A number to divide by.
pub(crate) fn divisor_parser(text: &str) -> Result<f64, String> {
    let divisor = float(text).filter(|number| !number.is_nan() && *number != 0.0);
    divisor.ok_or_else(|| expected(text, "a number other than 0"))
}

/// A whole number from 1.
pub(crate) fn count_parser(text: &str) -> Result<NonZeroU32, String> {
    let number = integer(text).and_then(|number| u32::try_from(number).ok());
    number
        .and_then(NonZeroU32::new)
        .ok_or_else(|| expected(text, "a whole number from 1 to 4294967295"))
}

/// A part, as `0.05` or `5%`.
pub(crate) fn part_parser(text: &str) -> Result<f64, String> {
    let (digits, scale) = match text.strip_suffix('%') {
        Some(digits) => (digits.trim_end(), 0.01),
        None => (text, 1.0),
    };
    float(digits)
        .filter(|number| number.is_finite() && *number >= 0.0)
        .map(|number| number * scale)
        .ok_or_else(|| expected(text, "a part such as 0.05 or 5%"))
}

/// How sure an interval is, between 0 and 1.
pub(crate) fn confidence_parser(text: &str) -> Result<Confidence, String> {
    let level = part_parser(text).ok().and_then(Confidence::new);
    level.ok_or_else(|| expected(text, "a level between 0 and 1, such as 0.95 or 95%"))
}

/// A day.
pub(crate) fn date_parser(text: &str) -> Result<Date, String> {
    Date::parse(text).ok_or_else(|| expected(text, "a date such as 2027-01-31"))
}

/// A size in bytes, with pprof's or the IEC names of powers of 1024.
pub(crate) fn size_parser(text: &str) -> Result<u64, String> {
    size(text).ok_or_else(|| expected(text, "a whole number of bytes, or of kB, MB, GB or TB"))
}

fn size(text: &str) -> Option<u64> {
    let lower = text.to_ascii_lowercase();
    let short = lower.strip_suffix("ib").or(lower.strip_suffix('b'));
    let short = short.unwrap_or(&lower);
    let units = [("k", 10), ("m", 20), ("g", 30), ("t", 40), ("", 0)];
    let with_unit = |(unit, shift)| Some((short.strip_suffix(unit)?.trim_end(), shift));
    // `0x1b` is a number, though it ends as bytes do.
    let (digits, shift) = match integer(&lower) {
        Some(_) => (&*lower, 0),
        None => units.into_iter().find_map(with_unit)?,
    };
    u64::try_from(integer(digits)?)
        .ok()?
        .checked_mul(1 << shift)
}

/// A time span as Go spells it (time.ParseDuration), above 0: `30s`, `2m`, `1h30m`, `250ms`.
pub(crate) fn duration_parser(text: &str) -> Result<Duration, String> {
    const LONGEST: u64 = 10 * 366 * 24 * 3600;
    let time = duration(text).filter(|time| !time.is_zero() && time.as_secs() < LONGEST);
    time.ok_or_else(|| expected(text, "a time such as 30s, 2m or 1h30m"))
}

fn duration(text: &str) -> Option<Duration> {
    let units = [
        ("h", 3600.0),
        ("ms", 1e-3),
        ("m", 60.0),
        ("us", 1e-6),
        ("µs", 1e-6),
        ("ns", 1e-9),
        ("s", 1.0),
    ];
    let mut rest = text;
    let mut seconds = 0.0;
    while !rest.is_empty() {
        let is_part = |c: char| !c.is_ascii_digit() && c != '.';
        let (digits, behind) = rest.split_at(rest.find(is_part)?);
        let number: f64 = digits.parse().ok()?;
        let (unit, scale) = units.iter().find(|(unit, _)| behind.starts_with(unit))?;
        seconds += number * scale;
        rest = behind.get(unit.len()..)?;
    }
    Duration::try_from_secs_f64(seconds).ok()
}

/// The one wording of values that cannot be used.
pub(crate) fn expected(found: &str, what: &str) -> String {
    format!("found {found:?}, expected {what}")
}

fn integer(text: &str) -> Option<i64> {
    let (sign, digits) = signed(text);
    let digits = unseparated(digits)?;
    let (radix, digits) = match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, digits.get(2..)?),
        [b'0', b'b' | b'B', ..] => (2, digits.get(2..)?),
        [b'0', b'o' | b'O', ..] => (8, digits.get(2..)?),
        [b'0', _, ..] => (8, digits.get(1..)?),
        _ => (10, &*digits),
    };
    let is_unsigned = !digits.starts_with(['+', '-']);
    is_unsigned.then(|| i64::from_str_radix(&format!("{sign}{digits}"), radix).ok())?
}

/// A number (Go's strconv.ParseFloat): `0.5`, `.5`, `5e-1`, `0x1p-1`, `1_000`, `inf`.
fn float(text: &str) -> Option<f64> {
    let (sign, digits) = signed(text);
    let digits = unseparated(digits)?;
    let number: f64 = match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => hexadecimal(digits.get(2..)?)?,
        [b'+' | b'-', ..] => return None,
        _ => digits.parse().ok()?,
    };
    // What is too large is refused, as Go refuses it.
    let is_too_large = number.is_infinite() && digits.contains(|c: char| c.is_ascii_digit());
    (!is_too_large).then_some(if sign == "-" { -number } else { number })
}

/// What follows `0x` in a float, whose exponent is a power of two.
fn hexadecimal(text: &str) -> Option<f64> {
    let (digits, exponent) = text.split_once(['p', 'P'])?;
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() && part.is_empty() {
        return None;
    }
    let mut number = 0.0;
    for digit in whole.chars().chain(part.chars()) {
        number = number * 16.0 + f64::from(digit.to_digit(16)?);
    }
    let places = i32::try_from(part.len()).ok()?.checked_mul(4)?;
    let exponent: i32 = exponent.parse().ok()?;
    Some(number * 2f64.powi(exponent.checked_sub(places)?))
}

fn signed(text: &str) -> (&str, &str) {
    match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    }
}

/// A number without the underscores that part its digits; the prefix of a base counts as a digit
/// (strconv/atoi.go: underscoreOK).
fn unseparated(text: &str) -> Option<String> {
    let has_base = matches!(
        text.as_bytes(),
        [b'0', b'x' | b'X' | b'b' | b'B' | b'o' | b'O', ..]
    );
    let is_hexadecimal = matches!(text.as_bytes(), [b'0', b'x' | b'X', ..]);
    let mut last = ' ';
    for (at, c) in text.char_indices() {
        let is_digit = c.is_ascii_digit()
            || (has_base && at == 1)
            || (is_hexadecimal && c.is_ascii_hexdigit());
        match (last, c, is_digit) {
            ('0', '_', _) => last = '_',
            (_, '_', _) | ('_', _, false) => return None,
            (_, _, true) => last = '0',
            _ => last = ' ',
        }
    }
    (last != '_').then(|| text.replace('_', ""))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{bool_parser, duration_parser, float, integer_parser, size_parser};

    #[test]
    fn reads_booleans_as_go_does() {
        for text in ["1", "t", "T", "TRUE", "true", "True"] {
            assert_eq!(bool_parser(text), Ok(true), "{text}");
        }
        for text in ["0", "f", "F", "FALSE", "false", "False"] {
            assert_eq!(bool_parser(text), Ok(false), "{text}");
        }
        for text in ["", "yes", "tRUE", " true", "2"] {
            assert!(bool_parser(text).is_err(), "{text}");
        }
    }

    #[test]
    fn reads_integers_as_go_does() {
        for (text, number) in [
            ("0", 0),
            ("+5", 5),
            ("-1", -1),
            ("0x5", 5),
            ("0XfF", 255),
            ("0b101", 5),
            ("0o17", 15),
            ("017", 15),
            ("0_17", 15),
            ("1_000", 1000),
            ("0x_5", 5),
            ("-0x10", -16),
            ("9223372036854775807", i64::MAX),
            ("-9223372036854775808", i64::MIN),
        ] {
            assert_eq!(integer_parser(text), Ok(number), "{text}");
        }
        for text in [
            "",
            "-",
            "+-5",
            "0x",
            "0x+5",
            "08",
            "0b2",
            "1__000",
            "_1",
            "1_",
            "0_",
            "0_8",
            "0x5_",
            "1.0",
            "1e3",
            " 5",
            "9223372036854775808",
            "-9223372036854775809",
        ] {
            assert!(integer_parser(text).is_err(), "{text}");
        }
    }

    #[test]
    fn reads_floats_as_go_does() {
        for (text, number) in [
            ("0", 0.0),
            (".5", 0.5),
            ("5.", 5.0),
            ("1e-3", 0.001),
            ("+1E3", 1000.0),
            ("-2.5", -2.5),
            ("0x1p-2", 0.25),
            ("0x1.8p1", 3.0),
            ("0x.8P0", 0.5),
            ("0x_1p0", 1.0),
            ("inf", f64::INFINITY),
            ("-Infinity", f64::NEG_INFINITY),
            ("1e-400", 0.0),
            ("1_000", 1000.0),
            ("0x1_0p0", 16.0),
            ("1e1_0", 1e10),
        ] {
            assert_eq!(float(text), Some(number), "{text}");
        }
        for text in [
            "", ".", "e5", "0x1", "0xp1", "1e400", "infin", "5%", "0x1p", "0x1._8p0", "+-1",
        ] {
            assert!(float(text).is_none(), "{text}");
        }
    }

    #[test]
    fn reads_sizes() {
        for (text, bytes) in [
            ("0", 0),
            ("7", 7),
            ("7b", 7),
            ("0x1b", 27),
            ("1kB", 1024),
            ("1K", 1024),
            ("2 MiB", 2 << 20),
            ("0x10gb", 16 << 30),
            ("1_000t", 1000 << 40),
        ] {
            assert_eq!(size_parser(text), Ok(bytes), "{text}");
        }
        for text in ["", "B", "kB", "1.5GB", "-1", "1XB", "16777216TB", "1kBB"] {
            assert!(size_parser(text).is_err(), "{text}");
        }
    }

    #[test]
    fn reads_times_as_go_does() {
        for (text, milliseconds) in [
            ("30s", 30_000),
            ("2m", 120_000),
            ("1h30m", 5_400_000),
            ("250ms", 250),
            ("1.5m", 90_000),
            ("1m0.5s", 60_500),
        ] {
            let time = Duration::from_millis(milliseconds);
            assert_eq!(duration_parser(text), Ok(time), "{text}");
        }
        for text in [
            "",
            "30",
            "0s",
            "-1s",
            "s",
            "1d",
            "1s30",
            ".s",
            "1e400s",
            "99999999h",
        ] {
            assert!(duration_parser(text).is_err(), "{text}");
        }
    }
}
