//! Headers of profiles with debug=1, wherever they are in a line.

use crate::text::Form;
use crate::text::first_line::{is_of_contention, is_of_heap, of_count};

/// What stands before a header, the header, and what it starts.
pub(in crate::text) fn header_at(line: &[u8]) -> Option<(&[u8], &[u8], Form)> {
    let line = line.trim_ascii_end();
    let (start, form) = heap_at(line)
        .map(|at| (at, Form::Heap))
        .or_else(|| contention_at(line).map(|at| (at, Form::Contention)))
        .or_else(|| count_at(line).map(|at| (at, Form::Count)))?;
    let (before, header) = line.split_at_checked(start)?;
    Some((before, header, form))
}

fn heap_at(line: &[u8]) -> Option<usize> {
    let at = memchr::memmem::find(line, b"heap profile:")?;
    let header = line.get(at..)?;
    // Within a text in quotes its end is not that of the line.
    let is_whole = memchr::memchr2(b'"', b'\\', header).is_none();
    (is_whole && is_of_heap(header)).then_some(at)
}

fn contention_at(line: &[u8]) -> Option<usize> {
    let at = memchr::memmem::rfind(line, b"--- ")?;
    is_of_contention(line.get(at..)?).then_some(at)
}

fn count_at(line: &[u8]) -> Option<usize> {
    let at = memchr::memmem::rfind(line, b" profile: total ")?;
    let start = line
        .get(..at)?
        .iter()
        .rposition(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_');
    let start = start.map_or(0, |at| at + 1);
    of_count(line.get(start..)?).map(|_| start)
}
