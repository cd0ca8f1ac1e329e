//! What the first lines of texts with debug=1 look like, and a text that has another one behind its first.

use super::lines::Lines;
use super::patterns::{FRAGMENTATION_HEADER, GROWTH_HEADER, HEAP_HEADER};
use super::scan::Scan;
use crate::error::{Error, ErrorKind, Stage};

/// Whether a line starts a heap, wherever in it (legacy_profile.go: parseHeap).
pub(super) fn is_of_heap(line: &[u8]) -> bool {
    [&HEAP_HEADER, &GROWTH_HEADER, &FRAGMENTATION_HEADER]
        .iter()
        .any(|header| header.is_in(line))
}

/// Whether a line is the first one that Go writes of waits for locks.
pub(super) fn is_of_contention(line: &[u8]) -> bool {
    line == b"--- mutex:" || line == b"--- contention:"
}

/// The name and the total of counts: `goroutine profile: total 7` is `goroutine` and 7.
pub(super) fn of_count(line: &[u8]) -> Option<(&[u8], u64)> {
    let mut scan = Scan::new(line);
    let name = scan.take_while(|byte| !byte.is_ascii_whitespace());
    scan.expect(b" profile: total ")?;
    let digits = scan.take_while(|byte| byte.is_ascii_digit());
    let is_whole = scan.rest.is_empty() && !name.is_empty() && !digits.is_empty();
    let total = Scan::new(digits).digits().unwrap_or(u64::MAX);
    is_whole.then_some((name, total))
}

/// What another profile is that starts with a line behind the first of a text: what was appended to it would else be added up
/// or passed over.
pub(super) fn another(line: &[u8]) -> Option<&'static str> {
    match line {
        [b'0'..=b'9' | b'#' | b' ' | b'\t', ..] => None,
        [0x1f, 0x8b, 8, ..] => Some("gzip data behind a profile with debug=1"),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Some("zstd data behind a profile with debug=1"),
        _ => {
            let is_heap = line.starts_with(b"heap profile:") && is_of_heap(line);
            let is_first = is_heap || is_of_contention(line) || of_count(line).is_some();
            is_first.then_some(SECOND)
        }
    }
}

const SECOND: &str = "a second profile with debug=1";

/// The refusal of a text at the line where another profile starts.
pub(super) fn refuse_another(lines: &Lines<'_>, found: &'static str) -> Error {
    several(format!("line {}", lines.number()), found)
}

/// The refusal of a text for the second profile with debug=1 at a place of it.
pub(super) fn refuse_second(place: String) -> Error {
    several(place, SECOND)
}

fn several(place: String, found: &'static str) -> Error {
    Error::new(
        ErrorKind::Concatenated,
        Stage::Text,
        place,
        found,
        "one profile in a text",
    )
    .with_advice(
        "give each its own file; several of goroutines, heapwise goroutines reads as a series",
    )
}
