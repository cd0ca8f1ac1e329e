//! Which day it is.

use heapwise_analysis::Date;

/// The day in UTC.
pub(crate) fn today() -> Date {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    Date::of_unix_seconds(since.map_or(0, |since| since.as_secs()))
}
