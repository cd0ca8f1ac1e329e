//! Which folder rows are in: one for each service and day, in the names that engines take for columns.

use std::sync::Arc;

use heapwise_analysis::Zone;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use twox_hash::XxHash3_64;

/// What engines read as no value.
const NONE: &str = "__HIVE_DEFAULT_PARTITION__";

/// All that may mean something to a file system, a glob or an engine.
const UNSAFE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.');

/// The longest value in bytes: file systems have names of up to 255.
const LONGEST: usize = 160;

/// The service and the day of rows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Partition {
    service: Option<Arc<str>>,
    /// In UTC.
    date: Option<String>,
}

impl Partition {
    pub(super) fn new(service: Option<Arc<str>>, time_nanos: Option<i64>) -> Partition {
        let date = time_nanos.map(|nanos| Zone::default().rfc3339(nanos));
        Partition {
            service,
            date: date.and_then(|time| Some(time.split_once('T')?.0.to_owned())),
        }
    }

    /// The folder, below that of the table.
    pub(super) fn folder(&self) -> String {
        let service = self.service.as_deref().filter(|name| !name.is_empty());
        let service = service.map_or(NONE.to_owned(), encoded);
        let date = self.date.as_deref().unwrap_or(NONE);
        format!("service={service}/date={date}")
    }
}

/// A value as a part of a folder's name. Of one that is too long the start, and a hash of the whole.
fn encoded(value: &str) -> String {
    let whole = utf8_percent_encode(value, UNSAFE).to_string();
    if whole.len() <= LONGEST {
        return whole;
    }
    let mut start = whole.get(..LONGEST).unwrap_or_default();
    // No part of an encoded byte.
    let last = start.len().saturating_sub(2);
    if let Some(at) = start.get(last..).and_then(|end| end.find('%')) {
        start = start.get(..last + at).unwrap_or_default();
    }
    format!("{start}-{:016x}", XxHash3_64::oneshot(value.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::{Partition, encoded};

    #[test]
    fn names_are_safe_and_tell_values_apart() {
        for (value, name) in [
            ("checkout", "checkout"),
            ("../../etc", "..%2F..%2Fetc"),
            ("a=b/c d", "a%3Db%2Fc%20d"),
            ("*?[x]\0\n\u{202e}", "%2A%3F%5Bx%5D%00%0A%E2%80%AE"),
            ("C:\\x%41", "C%3A%5Cx%2541"),
        ] {
            assert_eq!(encoded(value), name);
        }
        let (long, other) = ("ä".repeat(300), "ä".repeat(301));
        assert!(encoded(&long).len() < 200);
        assert_ne!(encoded(&long), encoded(&other));
    }

    #[test]
    fn what_is_not_known_is_no_value() {
        let none = Partition::new(None, None).folder();
        assert_eq!(
            none,
            "service=__HIVE_DEFAULT_PARTITION__/date=__HIVE_DEFAULT_PARTITION__"
        );
        let known = Partition::new(Some("a".into()), Some(86_400_000_000_000 - 1)).folder();
        assert_eq!(known, "service=a/date=1970-01-01");
    }
}
