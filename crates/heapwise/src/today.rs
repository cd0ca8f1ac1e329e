//! Which day it is, and times as numbers.

use std::time::SystemTime;

use heapwise_analysis::Date;

/// The day in UTC.
pub(crate) fn today() -> Date {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    Date::of_unix_seconds(since.map_or(0, |since| since.as_secs()))
}

/// Milliseconds since 1970-01-01 UTC.
pub(crate) fn now_millis() -> i64 {
    nanos(SystemTime::now()) / 1_000_000
}

/// A time in nanoseconds since 1970-01-01 UTC.
pub(crate) fn nanos(time: SystemTime) -> i64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH);
    i64::try_from(since.unwrap_or_default().as_nanos()).unwrap_or(i64::MAX)
}
