//! Times in lines of logs.

use super::scan::Scan;

const DAY: i64 = 86_400;

/// The first time that a line tells with its date, in nanoseconds since 1970-01-01 UTC. One without
/// a zone is taken as UTC: between lines of one log only differences matter.
///
/// `2026-11-25T14:26:07.81Z`, `2026/11/25 14:26:07`, `==== 2026-11-28 01:00:00 ====` and
/// `Sat Nov 28 01:00:00 UTC 2026` are times.
pub(super) fn find(line: &[u8]) -> Option<i64> {
    let line = line.get(..LOOKED_AT).unwrap_or(line);
    let starts = line.iter().enumerate().filter(|&(at, byte)| {
        let before = at.checked_sub(1).and_then(|at| line.get(at));
        byte.is_ascii_alphanumeric() && !before.is_some_and(u8::is_ascii_alphanumeric)
    });
    let rests = starts.filter_map(|(at, _)| line.get(at..));
    rests
        .filter_map(|rest| numeric(rest).or_else(|| unix(rest)))
        .next()
}

/// A time stands at the start of a line, or near it.
const LOOKED_AT: usize = 512;

fn numeric(text: &[u8]) -> Option<i64> {
    let mut scan = Scan::new(text);
    let year = number(&mut scan, 4)?;
    let separator = *scan.rest.first()?;
    if !matches!(separator, b'-' | b'/' | b'.') {
        return None;
    }
    scan.expect(&[separator])?;
    let month = number(&mut scan, 2)?;
    scan.expect(&[separator])?;
    let day = number(&mut scan, 2)?;
    let gap = scan.take_while(|byte| matches!(byte, b'T' | b't' | b' ' | b'_'));
    if gap.is_empty() {
        return None;
    }
    let seconds = clock(&mut scan)?;
    let fraction = fraction(&mut scan);
    let zone = zone(&mut scan);
    join(days(year, month, day)?, seconds - zone, fraction)
}

/// As date(1) writes it: `Sat Nov 28 01:00:00 UTC 2026`, `Nov 28 01:00:00 2026`.
fn unix(text: &[u8]) -> Option<i64> {
    const MONTHS: [&[u8]; 12] = [
        b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov",
        b"Dec",
    ];
    let month = MONTHS.iter().position(|name| text.starts_with(name))?;
    let mut scan = Scan::new(text.get(3..)?);
    scan.expect(b" ")?;
    scan.spaces();
    let day = scan.digits()?;
    scan.expect(b" ")?;
    let seconds = clock(&mut scan)?;
    scan.expect(b" ")?;
    let word = scan.take_while(|byte| byte.is_ascii_alphabetic());
    if !word.is_empty() {
        scan.expect(b" ")?;
    }
    let year = number(&mut scan, 4)?;
    let month = i64::try_from(month).ok()? + 1;
    join(days(year, month, i64::try_from(day).ok()?)?, seconds, 0)
}

fn number(scan: &mut Scan<'_>, digits: usize) -> Option<i64> {
    let (number, rest) = scan.rest.split_at_checked(digits)?;
    if !number.iter().all(u8::is_ascii_digit) || rest.first().is_some_and(u8::is_ascii_digit) {
        return None;
    }
    scan.rest = rest;
    std::str::from_utf8(number).ok()?.parse().ok()
}

fn clock(scan: &mut Scan<'_>) -> Option<i64> {
    let hours = number(scan, 2)?;
    scan.expect(b":")?;
    let minutes = number(scan, 2)?;
    scan.expect(b":")?;
    let seconds = number(scan, 2)?;
    let is_time = hours < 24 && minutes < 60 && seconds < 61;
    is_time.then_some(hours * 3600 + minutes * 60 + seconds)
}

/// Nanoseconds after the second.
fn fraction(scan: &mut Scan<'_>) -> i64 {
    let [b'.' | b',', digits @ ..] = scan.rest else {
        return 0;
    };
    scan.rest = digits;
    let digits = scan.take_while(|byte| byte.is_ascii_digit());
    let digit = |at: usize| i64::from(digits.get(at).map_or(0, |byte| byte - b'0'));
    (0..9).fold(0, |sum, at| sum * 10 + digit(at))
}

/// Seconds east of UTC.
fn zone(scan: &mut Scan<'_>) -> i64 {
    let sign = match scan.rest.first() {
        Some(b'+') => 1,
        Some(b'-') => -1,
        _ => return 0,
    };
    let mut rest = Scan::new(scan.rest.get(1..).unwrap_or_default());
    let digits = rest.take_while(|byte| byte.is_ascii_digit() || byte == b':');
    let digit = |at: usize| {
        let mut digits = digits.iter().filter(|byte| byte.is_ascii_digit());
        i64::from(digits.nth(at).map_or(0, |byte| byte - b'0'))
    };
    match digits.iter().filter(|byte| byte.is_ascii_digit()).count() {
        2 | 4 => sign * ((digit(0) * 10 + digit(1)) * 3600 + (digit(2) * 10 + digit(3)) * 60),
        _ => 0,
    }
}

/// Days since 1970-01-01 in the Gregorian calendar; `None` for what is no date.
fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    let is_date =
        (1970..2200).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    if !is_date {
        return None;
    }
    // Years that start in March, so that the leap day is the last.
    let year = if month <= 2 { year - 1 } else { year };
    let place = (month + 9) % 12;
    let of_years = year * 365 + year / 4 - year / 100 + year / 400;
    Some(of_years + (place * 153 + 2) / 5 + day - 1 - 719_468)
}

fn join(days: i64, seconds: i64, nanos: i64) -> Option<i64> {
    let seconds = days.checked_mul(DAY)?.checked_add(seconds)?;
    seconds.checked_mul(1_000_000_000)?.checked_add(nanos)
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn finds_times() {
        const AT: i64 = 1_795_827_600;
        for (line, expected) in [
            ("==== 2026-11-28 01:00:00 ====", Some(AT * 1_000_000_000)),
            (
                "2026/11/28 01:00:00 recovered: boom ",
                Some(AT * 1_000_000_000),
            ),
            (
                "{\"ts\":\"2026-11-28T02:00:00.5+01:00\"",
                Some(AT * 1_000_000_000 + 500_000_000),
            ),
            ("x 2026-11-27T21:00:00-0400 y", Some(AT * 1_000_000_000)),
            ("Sat Nov 28 01:00:00 UTC 2026", Some(AT * 1_000_000_000)),
            ("1970-01-01T00:00:00Z", Some(0)),
            ("2024-02-29 00:00:01", Some(1_709_164_801_000_000_000)),
            ("Nov 28 01:00:00 host app[3]: ", None),
            ("2026-13-28 01:00:00", None),
            ("2026-11-28", None),
            ("12026-11-28 01:00:00", None),
            ("", None),
        ] {
            assert_eq!(find(line.as_bytes()), expected, "{line}");
        }
    }

    #[test]
    fn counts_days_as_the_calendar_does() {
        const DAY: i64 = 86_400_000_000_000;
        for (date, days) in [
            ("1970-01-01", 0),
            ("1971-12-31", 729),
            ("1972-02-29", 789),
            ("1999-12-31", 10_956),
            ("2000-02-28", 11_015),
            ("2000-02-29", 11_016),
            ("2000-03-01", 11_017),
            ("2025-01-01", 20_089),
            ("2025-02-01", 20_120),
            ("2025-02-28", 20_147),
            ("2025-03-01", 20_148),
            ("2025-04-01", 20_179),
            ("2025-04-28", 20_206),
            ("2025-05-01", 20_209),
            ("2025-06-01", 20_240),
            ("2025-07-01", 20_270),
            ("2025-08-01", 20_301),
            ("2025-09-01", 20_332),
            ("2025-10-01", 20_362),
            ("2025-11-01", 20_393),
            ("2025-12-01", 20_423),
            ("2100-02-28", 47_540),
            ("2100-03-01", 47_541),
            ("2199-12-31", 84_005),
        ] {
            let text = format!("{date} 00:00:00");
            assert_eq!(find(text.as_bytes()), Some(days * DAY), "{text}");
            assert_eq!(
                find(format!("{date} 00:00:60").as_bytes()),
                Some(days * DAY + 60_000_000_000)
            );
        }
        for text in [
            "1969-12-31 00:00:00",
            "2200-01-01 00:00:00",
            "2025-00-01 00:00:00",
            "2025-01-00 00:00:00",
            "2025-01-32 00:00:00",
            "2025-01-01 24:00:00",
            "2025-01-01 00:60:00",
            "2025-01-01 00:00:61",
            "2025-01/01 00:00:00",
            "2025:01:01 00:00:00",
        ] {
            assert_eq!(find(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn reads_fractions_and_zones() {
        const SECOND: i64 = 1_000_000_000;
        let at = find(b"2025-03-01 12:00:00").expect("a time");
        for (text, nanos) in [
            ("2025.03.01_12:00:00", 0),
            ("2025-03-01t12:00:00,123456789123Z", 123_456_789),
            ("2025-03-01 12:00:00.000000001", 1),
            ("2025-03-01 12:34:56", (34 * 60 + 56) * SECOND),
            ("2025-03-01 17:45:00+05:45", 0),
            ("2025-03-01 08:30:00-0330", 0),
            ("2025-03-01 02:00:00-10", 0),
            // What has other digits is no zone.
            ("2025-03-01 12:00:00-1", 0),
            ("2025-03-01 12:00:00+12345", 0),
            ("Mar 1 12:00:00 2025", 0),
            ("Mar  1 12:00:01 CET 2025", SECOND),
        ] {
            assert_eq!(find(text.as_bytes()), Some(at + nanos), "{text}");
        }
        // The time is looked for near the start.
        let behind = |count: usize| format!("{} 2025-03-01 12:00:00", ".".repeat(count));
        assert_eq!(find(behind(492).as_bytes()), Some(at));
        assert_eq!(find(behind(512).as_bytes()), None);
    }
}
