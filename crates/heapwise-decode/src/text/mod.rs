//! The text forms of Go's profiles, each with the grammar of its writer.

mod contention;
mod count;
mod dump;
mod folded;
mod frames;
mod goroutines;
mod groups;
mod header;
mod heap;
mod legacy;
mod lines;
mod memstats;
mod quoted;
mod records;
mod scan;
mod symbols;

use std::io::Read;

pub(crate) use goroutines::no_dump;
pub use goroutines::{Goroutines, goroutine_ids};
pub use memstats::{MemStats, memstats};

use crate::error::Result;
use crate::limits::Limits;
use crate::profile::Profile;
use crate::sniff;
use lines::Lines;

/// A form of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// goroutine, goroutineleak and threadcreate with debug=1.
    Count,
    /// heap and allocs with debug=1.
    Heap,
    /// mutex and block with debug=1.
    Contention,
    /// Stacks of goroutines.
    Dump,
    /// Lines of frames and a number.
    Folded,
}

/// Tells the form from the first bytes; `None` when they are not the start of one. A dump inside
/// a log may start later than they reach: see [`may_hold_dump`].
pub(crate) fn recognise(head: &[u8]) -> Option<Form> {
    if head.starts_with(b"heap profile:") {
        return Some(Form::Heap);
    }
    if head.starts_with(b"--- mutex:") || head.starts_with(b"--- contention:") {
        return Some(Form::Contention);
    }
    let mut lines = head
        .split(|&byte| byte == b'\n')
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    // What the head ends in may be any line's start.
    let whole = lines.clone().count().saturating_sub(1);
    let has_header = lines
        .clone()
        .take(whole)
        .any(|line| header::split(line).is_some());
    if has_header && may_hold_dump(head) {
        return Some(Form::Dump);
    }
    let first = lines.find(|line| !scan::is_blank_or_comment(line))?;
    count::parse_header(first).map(|_| Form::Count)
}

/// Reads a text of a form into a profile; `None` for a dump without goroutines and for what turns
/// out not to be folded stacks.
pub(crate) fn read<'a>(
    form: Form,
    reader: Box<dyn Read + 'a>,
    limits: &Limits,
) -> Result<Option<Profile>> {
    let mut lines = Lines::new(reader, limits);
    match form {
        Form::Count => count::read(&mut lines, limits).map(Some),
        Form::Heap => heap::read(&mut lines, limits).map(Some),
        Form::Contention => contention::read(&mut lines, limits).map(Some),
        Form::Dump => dump::read(&mut lines, limits, &mut ()),
        Form::Folded => folded::read(&mut lines, limits),
    }
}

/// The forms that bytes that are no protobuf may have although their head is not enough to tell, in
/// the order in which to try them.
pub(crate) fn guesses(head: &[u8]) -> impl Iterator<Item = Form> {
    let folded = (sniff::is_text(head) && folded::may_start(head)).then_some(Form::Folded);
    let dump = may_hold_dump(head).then_some(Form::Dump);
    folded.into_iter().chain(dump)
}

/// Whether bytes that are no protobuf are worth a search for goroutines: most of them look like
/// text, if with control sequences of a terminal among it.
fn may_hold_dump(head: &[u8]) -> bool {
    let is_odd = |byte: u8| byte < b' ' && !matches!(byte, b'\n' | b'\r' | b'\t' | 0x1b);
    let odd = head.iter().filter(|&&byte| is_odd(byte)).count();
    !head.contains(&0) && odd * 20 <= head.len()
}
