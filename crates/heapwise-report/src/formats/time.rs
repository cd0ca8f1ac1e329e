//! Dates without a calendar library: civil dates from days, as in H. Hinnant's "chrono-compatible
//! low-level date algorithms".

/// `2006-01-02 15:04:05 UTC` of nanoseconds since 1970-01-01 UTC.
pub(crate) fn utc(nanos: i64) -> String {
    let seconds = nanos.div_euclid(1_000_000_000);
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let (year, month, day) = civil(days);
    format!(
        "{year:04}-{month:02}-{day:02} {:02}:{:02}:{:02} UTC",
        second / 3600,
        second / 60 % 60,
        second % 60
    )
}

/// A time as Go prints one in UTC, with as much of the second as it has (Go's time.Time.String):
/// `2006-01-02 15:04:05.25 +0000 UTC`.
pub(crate) fn go_time(nanos: i64) -> String {
    let whole = utc(nanos);
    let whole = whole.strip_suffix(" UTC").unwrap_or(&whole);
    let fraction = fraction(nanos.rem_euclid(1_000_000_000).unsigned_abs(), 9);
    format!("{whole}{fraction} +0000 UTC")
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

fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::{go_duration, go_time, utc};

    #[test]
    fn tells_the_date() {
        assert_eq!(utc(0), "1970-01-01 00:00:00 UTC");
        assert_eq!(utc(951_782_399_999_999_999), "2000-02-28 23:59:59 UTC");
        assert_eq!(utc(951_782_400_000_000_000), "2000-02-29 00:00:00 UTC");
        assert_eq!(utc(-1), "1969-12-31 23:59:59 UTC");
    }

    #[test]
    fn prints_times_as_go_does() {
        assert_eq!(go_time(0), "1970-01-01 00:00:00 +0000 UTC");
        assert_eq!(go_time(1_250_000_000), "1970-01-01 00:00:01.25 +0000 UTC");
        assert_eq!(go_time(-1), "1969-12-31 23:59:59.999999999 +0000 UTC");
        assert_eq!(go_time(5), "1970-01-01 00:00:00.000000005 +0000 UTC");
    }

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
