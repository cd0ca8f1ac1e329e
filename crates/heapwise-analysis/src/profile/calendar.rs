//! Days and times, and the zone that times are told in: all that is known here of the calendar.

use std::fmt;

use jiff::tz::TimeZone;
use jiff::{Timestamp, ZonedDateTime, civil};

/// Where times are told: in UTC, which is the default, or in a zone by its rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone(TimeZone);

impl Default for Zone {
    fn default() -> Zone {
        Zone(TimeZone::UTC)
    }
}

impl Zone {
    /// Reads the rules of a zone as systems keep them, for instance in `/etc/localtime` (TZif,
    /// RFC 9636). `None` for anything else.
    pub fn from_rules(rules: &[u8]) -> Option<Zone> {
        TimeZone::tzif("local", rules).ok().map(Zone)
    }

    /// A time in nanoseconds since 1970-01-01 UTC as pprof prints it above its reports:
    /// `2006-01-02 15:04:05 MST` (report/report.go: ProfileLabels).
    pub fn time(&self, nanos: i64) -> String {
        self.at(nanos).strftime("%Y-%m-%d %H:%M:%S %Z").to_string()
    }

    /// A time with as much of the second as it has and the distance from UTC:
    /// `2006-01-02 15:04:05.25 -0700 MST` (Go's time.Time.String).
    pub fn exact_time(&self, nanos: i64) -> String {
        let time = self.at(nanos);
        let minutes = time.offset().seconds() / 60;
        let sign = if minutes < 0 { '-' } else { '+' };
        let (hours, minutes) = (minutes.abs() / 60, minutes.abs() % 60);
        let clock = time.strftime("%Y-%m-%d %H:%M:%S%.f");
        format!(
            "{clock} {sign}{hours:02}{minutes:02} {}",
            time.strftime("%Z")
        )
    }

    /// A time with as much of the second as it has (RFC 3339): `2006-01-02T15:04:05.25Z`, with the distance from UTC
    /// elsewhere.
    pub fn rfc3339(&self, nanos: i64) -> String {
        let time = self.at(nanos);
        let clock = time.strftime("%Y-%m-%dT%H:%M:%S%.f");
        match time.offset().seconds() {
            0 => format!("{clock}Z"),
            _ => format!("{clock}{}", time.strftime("%:z")),
        }
    }

    fn at(&self, nanos: i64) -> ZonedDateTime {
        let time = Timestamp::from_nanosecond(nanos.into());
        time.unwrap_or_default().to_zoned_datetime(self.0.clone())
    }
}

/// A time in nanoseconds since 1970-01-01 UTC as names of files have it, in UTC, to the millisecond:
/// `20060102T150405.000Z`. Names sort as the times do.
pub fn timestamp(nanos: i64) -> String {
    let time = Zone::default().at(nanos);
    time.strftime("%Y%m%dT%H%M%S.%3fZ").to_string()
}

/// A day of the civil calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(civil::Date);

impl Date {
    /// Reads `2027-01-31`. `None` for any other form and for days that do not exist.
    pub fn parse(text: &str) -> Option<Date> {
        let day = text.parse().ok().map(Date);
        day.filter(|day| day.to_string() == text)
    }

    /// The day in UTC of a number of seconds since 1970-01-01; the last one that there is for later
    /// ones.
    pub fn of_unix_seconds(seconds: u64) -> Date {
        let time = i64::try_from(seconds).ok().map(Timestamp::from_second);
        let time = time.and_then(Result::ok).unwrap_or(Timestamp::MAX);
        Date(time.to_zoned_datetime(TimeZone::UTC).date())
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::{Date, Zone};

    #[test]
    fn reads_days_that_exist() {
        for text in ["2027-01-31", "2024-02-29", "2000-02-29"] {
            assert_eq!(Date::parse(text).expect(text).to_string(), text);
        }
        for text in [
            "2023-02-29",
            "1900-02-29",
            "2027-13-01",
            "2027-00-01",
            "2027-1-31",
            "27-01-31",
            "2027-01-31-",
            "2027-01-+1",
            "",
        ] {
            assert_eq!(Date::parse(text), None, "{text}");
        }
    }

    #[test]
    fn tells_the_day_of_a_time() {
        for (seconds, day) in [
            (0, "1970-01-01"),
            (951_782_399, "2000-02-28"),
            (951_782_400, "2000-02-29"),
            (951_868_800, "2000-03-01"),
            (4_102_444_799, "2099-12-31"),
        ] {
            assert_eq!(Date::of_unix_seconds(seconds).to_string(), day);
        }
        assert!(Date::parse("2027-01-31") < Date::parse("2027-02-01"));
    }

    #[test]
    fn prints_times_as_go_does() {
        let utc = Zone::default();
        for (nanos, short, long) in [
            (
                0,
                "1970-01-01 00:00:00 UTC",
                "1970-01-01 00:00:00 +0000 UTC",
            ),
            (
                951_782_399_250_000_000,
                "2000-02-28 23:59:59 UTC",
                "2000-02-28 23:59:59.25 +0000 UTC",
            ),
            (
                -1,
                "1969-12-31 23:59:59 UTC",
                "1969-12-31 23:59:59.999999999 +0000 UTC",
            ),
            (
                i64::MIN,
                "1677-09-21 00:12:43 UTC",
                "1677-09-21 00:12:43.145224192 +0000 UTC",
            ),
            (
                i64::MAX,
                "2262-04-11 23:47:16 UTC",
                "2262-04-11 23:47:16.854775807 +0000 UTC",
            ),
        ] {
            assert_eq!(utc.time(nanos), short);
            assert_eq!(utc.exact_time(nanos), long);
        }
    }

    #[test]
    fn reads_rules_and_nothing_else() {
        assert_eq!(Zone::from_rules(b""), None);
        assert_eq!(Zone::from_rules(b"TZif2 and then not what it says"), None);
    }
}
