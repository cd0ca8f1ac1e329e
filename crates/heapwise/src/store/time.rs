//! A moment as people name it: `now`, `now-1h`, `2006-01-02T15:04:05Z`, unix seconds or milliseconds.

use super::duration::parse_duration;

/// Milliseconds since 1970-01-01 UTC; `None` where it is no time.
pub(super) fn parse_time(text: &str, now: i64) -> Option<i64> {
    if let Some(behind) = text.strip_prefix("now") {
        return match behind.strip_prefix('-') {
            Some(ago) => now.checked_sub(parse_duration(ago)?),
            None => behind.is_empty().then_some(now),
        };
    }
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        let number: i64 = text.parse().ok()?;
        // Seconds are below this until the year 5138, milliseconds above since 1973.
        return match number < 100_000_000_000 {
            true => number.checked_mul(1000),
            false => Some(number),
        };
    }
    rfc3339(text)
}

fn rfc3339(text: &str) -> Option<i64> {
    let (day, time) = text.split_once(['T', 't', ' '])?;
    let mut parts = day.split('-').map(number);
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    let (time, offset) = split_offset(time)?;
    let mut parts = time.split(':');
    let (hour, minute) = (number(parts.next()?)?, number(parts.next()?)?);
    let seconds: f64 = match parts.next() {
        Some(text)
            if text
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'.') =>
        {
            text.parse().ok()?
        }
        Some(_) => return None,
        None => 0.0,
    };
    let is_day =
        (1970..=9999).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    let is_time = hour < 24 && minute < 60 && seconds < 61.0 && parts.next().is_none();
    if !is_day || !is_time {
        return None;
    }
    let minutes = (days(year, month, day) * 24 + hour) * 60 + minute - offset;
    Some(minutes * 60_000 + (seconds * 1000.0).round() as i64)
}

/// The time and how many minutes it is ahead of UTC.
fn split_offset(time: &str) -> Option<(&str, i64)> {
    if let Some(time) = time.strip_suffix(['Z', 'z']) {
        return Some((time, 0));
    }
    let at = time.rfind(['+', '-'])?;
    let (time, offset) = time.split_at(at);
    let (hours, minutes) = offset.get(1..)?.split_once(':')?;
    let ahead = number(hours)? * 60 + number(minutes)?;
    Some((
        time,
        if offset.starts_with('-') {
            -ahead
        } else {
            ahead
        },
    ))
}

fn number(text: &str) -> Option<i64> {
    let is_number = (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok())?
}

/// Days since 1970-01-01 in the Gregorian calendar: those of years that begin in March, so that a leap day is the last.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    year * 365 + year / 4 - year / 100 + year / 400 + of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::parse_time;

    #[test]
    fn all_forms_are_read() {
        let now = 1_795_935_161_254;
        for (text, expected) in [
            ("now", Some(now)),
            ("now-1h", Some(now - 3_600_000)),
            ("now-1h30m", Some(now - 5_400_000)),
            ("1795935161", Some(1_795_935_161_000)),
            ("1795935161254", Some(now)),
            ("2026-11-29T06:52:41.254Z", Some(now)),
            ("2026-11-29T07:52:41.254+01:00", Some(now)),
            ("2026-11-29T01:22:41.254-05:30", Some(now)),
            ("2000-02-29T00:00:00Z", Some(951_782_400_000)),
            ("2000-03-01T00:00Z", Some(951_868_800_000)),
            ("1970-01-01T00:00:00Z", Some(0)),
            ("2026-11-29T06:52:41", None),
            ("2026-13-01T00:00:00Z", None),
            ("now+1h", None),
            ("yesterday", None),
            ("", None),
        ] {
            assert_eq!(parse_time(text, now), expected, "{text}");
        }
    }
}
