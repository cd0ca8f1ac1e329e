//! The text forms of profiles, each with the grammar of its writer, and the binary form that ends
//! in such a text.

mod alone;
mod contention;
mod count;
mod cpu;
mod dump;
mod first_line;
mod folded;
mod frames;
mod goroutines;
mod groups;
mod header;
mod heap;
mod java;
mod jemalloc;
mod json;
mod legacy;
mod lines;
mod loose;
mod loss;
mod memory_map;
mod missing;
mod patterns;
mod prune;
mod quoted;
mod records;
mod scan;
mod signs;
mod stamp;
mod symbols;
mod thread;
mod threads;

use std::io::{Cursor, Read};

pub(crate) use goroutines::no_dump;
pub use goroutines::{Goroutines, Surroundings, goroutine_dumps, goroutine_ids};
pub(crate) use json::unescape_all as unescape_json;

use crate::container::{Encoding, Plain, open};
use crate::error::Error;
use crate::error::{ErrorKind, Result, Stage};
use crate::limits::{Limits, TextReading};
use crate::note::{Note, NoteKind, Unread};
use crate::profile::Profile;
use crate::sniff;
use crate::source::Source;
use lines::Lines;
use loose::{Found, Located};
pub(crate) use loose::{MOST_LEVELS, clean, outer_texts, quoted_texts};

/// A form of text, or of binary words with text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// goroutine, goroutineleak, threadcreate and other counts with debug=1.
    Count,
    /// heap and allocs with debug=1, and heaps of other programs.
    Heap,
    /// mutex and block with debug=1, and contentionz.
    Contention,
    /// threadz.
    Thread,
    /// heapz and contentionz of Java.
    Java,
    /// The binary CPU profile of gperftools.
    Cpu,
    /// Stacks of goroutines, as Go writes them or as loggers, terminals and people hand them on.
    Dump,
    /// One of the texts with debug=1, somewhere in another text.
    Located,
    /// The same, where the newest line is the first.
    Turned,
    /// The heaps of jemalloc.
    Jemalloc,
    /// Lines of frames and a number.
    Folded,
}

impl Form {
    /// Whether a reading knows the form: pprof knows neither heaps of jemalloc nor texts that start
    /// later than the input.
    pub(crate) fn is_read(self, reading: TextReading) -> bool {
        reading != TextReading::AsPprof
            || !matches!(self, Form::Located | Form::Turned | Form::Jemalloc)
    }
}

/// Tells the form from the first bytes; `None` when they are not the start of one. A dump inside
/// a log may start later than they reach: see [`may_hold_dump`].
pub(crate) fn recognise(head: &[u8]) -> Option<Form> {
    if cpu::is_header(head) {
        return Some(Form::Cpu);
    }
    if head.starts_with(b"heap profile:") {
        return Some(Form::Heap);
    }
    if jemalloc::is_header(first_line(head)) {
        return Some(Form::Jemalloc);
    }
    let kind = java::kind(first_line(head));
    if is_contention(head) {
        // pprof asks its readers of heaps and threads first, and these look for their header anywhere in the line.
        if let Some(form) = recognise_anywhere(head) {
            return Some(form);
        }
        let is_java = kind.is_some() && has_java_attribute(head);
        return Some(if is_java {
            Form::Java
        } else {
            Form::Contention
        });
    }
    if kind.is_some() {
        return Some(Form::Java);
    }
    // What the head ends in may be any line's start.
    let whole = lines_of(head).count().saturating_sub(1);
    let has_header = lines_of(head)
        .take(whole)
        .any(|line| header::split(line).is_some());
    if has_header && may_hold_dump(head) {
        return Some(Form::Dump);
    }
    let first = first_of_records(head)?;
    if first_line::of_count(first).is_some() {
        return Some(Form::Count);
    }
    let is_thread = first.starts_with(b"--- Thread ") || first.starts_with(b"--- threadz ");
    (is_thread && thread::is_header(first)).then_some(Form::Thread)
}

/// Whether a source begins as a text with debug=1 does, of Go or of another program, as far as its first bytes tell: its name may
/// be any. Dumps of goroutines and folded stacks are none.
///
/// # Errors
///
/// Those of reading and of containers.
pub fn starts_text_profile(source: &(impl Source + ?Sized), limits: &Limits) -> Result<bool> {
    let (head, _) = sniff::head(open(source, limits)?.reader)?;
    let form = recognise(&head);
    let has_header = lines_of(&head).any(|line| loose::header_at(line).is_some());
    Ok(has_header || form.is_some_and(|form| form != Form::Dump))
}

/// Tells a form whose header is somewhere in the first line, where pprof's readers look for it too
/// (legacy_profile.go: parseLegacy).
fn recognise_anywhere(head: &[u8]) -> Option<Form> {
    if first_line::is_of_heap(first_line(head)) {
        return Some(Form::Heap);
    }
    let is_thread = first_of_records(head).is_some_and(thread::is_header);
    is_thread.then_some(Form::Thread)
}

/// What a text may be that is not of a form, which its first bytes told: what pprof's readers try next (legacy_profile.go:
/// parseLegacy). A contention of C++ and one of Java have one first line. A heap whose type is read stays one.
pub(crate) fn may_be(form: Form, head: &[u8]) -> Option<Form> {
    let first = first_line(head);
    match form {
        Form::Heap if heap::is_known(first) => None,
        Form::Heap | Form::Thread if is_contention(head) => Some(Form::Contention),
        Form::Contention if java::kind(first).is_some() => Some(Form::Java),
        _ => None,
    }
}

fn is_contention(head: &[u8]) -> bool {
    let mut starts = contention::STARTS.iter();
    starts.any(|start| head.starts_with(start))
}

/// C++ has neither attribute (legacy_profile.go: parseContention).
fn has_java_attribute(head: &[u8]) -> bool {
    lines_of(head).map(scan::trim).any(|line| {
        let name = line.split(|&byte| byte == b'=').next().unwrap_or_default();
        name.len() < line.len() && matches!(scan::trim(name), b"format" | b"resolution")
    })
}

fn lines_of(head: &[u8]) -> impl Iterator<Item = &[u8]> {
    head.split(|&byte| byte == b'\n')
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
}

fn first_line(head: &[u8]) -> &[u8] {
    lines_of(head).next().unwrap_or_default()
}

/// The first line that is neither blank nor a comment.
fn first_of_records(head: &[u8]) -> Option<&[u8]> {
    lines_of(head).find(|line| !scan::is_blank_or_comment(line))
}

/// Reads a text of a form into a profile; `None` for a text without goroutines or without a profile
/// in it, and for what turns out not to be folded stacks.
pub(crate) fn read(
    form: Form,
    source: &(impl Source + ?Sized),
    limits: &Limits,
) -> Result<Option<Profile>> {
    if form == Form::Dump {
        let read = goroutines::read::<()>(source, limits)?;
        return Ok(read.map(|(profile, ())| profile));
    }
    match form {
        Form::Heap | Form::Count | Form::Contention => read_debug(form, source, limits).map(Some),
        _ => read_as(form, source, limits),
    }
}

/// Reads a text with debug=1 as pprof does and, where that leaves doubts, as what loggers and terminals make of one; the
/// reading that understands more is taken.
fn read_debug(form: Form, source: &(impl Source + ?Sized), limits: &Limits) -> Result<Profile> {
    let strict = read_as(form, source, limits);
    let strict = strict.and_then(|profile| profile.ok_or_else(no_dump));
    let is_sure = match &strict {
        Ok(profile) => understood(profile).is_all,
        Err(error) => matches!(error.kind(), ErrorKind::TooLarge | ErrorKind::Concatenated),
    };
    if is_sure || !Form::Located.is_read(limits.texts) {
        return strict;
    }
    // All of one is in memory, which those of other programs, that have no names, may be too large for.
    let few = Limits {
        max_bytes: limits.max_bytes.min(loose::MOST_IN_MEMORY),
        ..*limits
    };
    let located = match read_as(Form::Located, source, &few) {
        // Several of them, which are no one profile.
        Err(error) if error.kind() == ErrorKind::Concatenated => return Err(error),
        Ok(Some(located)) => located,
        _ => return strict,
    };
    let is_better = match &strict {
        Ok(strict) => understood(&located) > understood(strict),
        // A text as Go writes it has no other lines that may be passed over, but where nothing is missing without them.
        Err(_) => understood(&located).is_all || !starts_as(form, source, limits)?,
    };
    if is_better { Ok(located) } else { strict }
}

/// Whether a text starts with the header of a form, and nothing before it.
fn starts_as(form: Form, source: &(impl Source + ?Sized), limits: &Limits) -> Result<bool> {
    let (head, _) = sniff::head(open(source, limits)?.reader)?;
    Ok(recognise(&head) == Some(form))
}

/// How much of a text with debug=1 was understood.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Understood {
    samples: usize,
    functions: usize,
    /// Nothing is missing, and frames have names, as Go gives them.
    is_all: bool,
}

fn understood(profile: &Profile) -> Understood {
    let tables = profile.tables();
    let (samples, functions) = (profile.sample_count(), tables.functions().len());
    let is_named = functions > 0 && tables.unread() == Unread::default();
    Understood {
        samples,
        functions,
        is_all: is_named && !tables.has_note(NoteKind::Truncated),
    }
}

/// Reads a text of a form, other than a dump, into a profile.
fn read_as(
    form: Form,
    source: &(impl Source + ?Sized),
    limits: &Limits,
) -> Result<Option<Profile>> {
    let Plain {
        reader,
        layers,
        left_out,
    } = open(source, limits)?;
    let profile = read_lines(form, reader, limits)?;
    Ok(profile.map(|mut profile| {
        profile.set_encoding(layers);
        profile.tables_mut().notes.extend(left_out.note());
        profile
    }))
}

fn read_lines<'a>(
    form: Form,
    reader: Box<dyn Read + 'a>,
    limits: &Limits,
) -> Result<Option<Profile>> {
    let lines = |reader| Lines::new(reader, limits);
    match form {
        Form::Count => count::read(&mut lines(reader), limits).map(Some),
        Form::Heap => heap::read(&mut lines(reader), limits).map(Some),
        Form::Jemalloc => jemalloc::read(&mut lines(reader), limits).map(Some),
        Form::Contention => contention::read(&mut lines(reader), limits).map(Some),
        Form::Thread => thread::read(&mut lines(reader), limits).map(Some),
        Form::Java => java::read(&mut lines(reader), limits).map(Some),
        Form::Cpu => cpu::read(reader, limits).map(Some),
        Form::Folded => folded::read(&mut lines(reader), limits),
        Form::Located => read_located(reader, limits, Found::place),
        Form::Turned => read_turned(reader, limits),
        // Read from its source: it may take several readings.
        Form::Dump => Ok(None),
    }
}

fn read_turned<'a>(reader: Box<dyn Read + 'a>, limits: &Limits) -> Result<Option<Profile>> {
    let text = loose::turned(reader, limits).map_err(|error| Error::from_io(error, 0))?;
    let Some(text) = text else {
        return Ok(None);
    };
    // Its lines have other numbers than those of the input.
    let profile = read_located(Box::new(text.as_slice()), limits, |_| "the text".to_owned())?;
    // Records of one profile before the header of another are none of that.
    let profile = profile.filter(|profile| understood(profile).is_all);
    Ok(profile.map(|mut profile| {
        profile.tables_mut().notes.push(Note::newest_first());
        profile
    }))
}

/// A text whose lines are the newest first, as stores of logs show them, from its last line on.
///
/// # Errors
///
/// Those of reading and of inflating, and [`ErrorKind::TooLarge`] beyond 64 MiB, as all of it is in memory.
pub fn newest_last(source: &(impl Source + ?Sized), limits: &Limits) -> Result<Vec<u8>> {
    turned(open(source, limits)?.reader, limits)
}

/// The same of what is opened already.
fn turned(reader: impl Read, limits: &Limits) -> Result<Vec<u8>> {
    let text = loose::turned(reader, limits).map_err(|error| Error::from_io(error, 0))?;
    text.ok_or_else(|| {
        let error = Error::new(
            ErrorKind::TooLarge,
            Stage::Text,
            "the text",
            format!(
                "the newest line first, and more than {} MiB",
                loose::MOST_IN_MEMORY >> 20
            ),
            "the newest line last",
        );
        error.with_advice("tac turns it")
    })
}

/// The profiles with debug=1 of a text.
struct InOrder<'a> {
    located: Located<'a>,
    layers: Vec<Encoding>,
    /// Whether its lines were turned, as the newest was the first.
    is_turned: bool,
}

impl<'a> InOrder<'a> {
    fn of(source: &'a (impl Source + ?Sized), limits: &Limits) -> Result<InOrder<'a>> {
        let Plain { reader, layers, .. } = open(source, limits)?;
        let is_turned = Located::is_turned(reader, limits);
        let is_turned = is_turned.map_err(|error| Error::from_io(error, 0))?;
        let reader: Box<dyn Read + 'a> = match is_turned {
            true => Box::new(Cursor::new(newest_last(source, limits)?)),
            false => open(source, limits)?.reader,
        };
        Ok(InOrder {
            located: Located::new(reader, limits).map_err(|error| Error::from_io(error, 0))?,
            layers,
            is_turned,
        })
    }
}

/// Reads the only profile in a text; several are too many for one answer, and `place` tells where the second one is.
fn read_located<'a>(
    reader: Box<dyn Read + 'a>,
    limits: &Limits,
    place: impl Fn(&Found) -> String,
) -> Result<Option<Profile>> {
    let located = Located::new(reader, limits);
    let mut located = located.map_err(|error| Error::from_io(error, 0))?;
    let mut next = || located.next().map_err(|error| Error::from_io(error, 0));
    let Some(found) = next()? else {
        return Ok(None);
    };
    if let Some(second) = next()? {
        return Err(first_line::refuse_second(place(&second)));
    }
    let profile = read_lines(found.form, Box::new(found.text.as_slice()), limits)?;
    let profile = profile.filter(|profile| profile.sample_count() > 0);
    Ok(profile.map(|mut profile| {
        found.tell(&mut profile);
        profile
    }))
}

/// The text of the only heap with debug=1 that something else holds, as Go writes it; `None` where there is none, or more
/// than one.
pub(crate) fn only_heap(
    source: &(impl Source + ?Sized),
    limits: &Limits,
) -> Result<Option<Vec<u8>>> {
    let mut located = InOrder::of(source, limits)?.located;
    let mut heap = None;
    while let Some(found) = located.next().map_err(|error| Error::from_io(error, 0))? {
        if found.form == Form::Heap && heap.replace(found.text).is_some() {
            return Ok(None);
        }
    }
    Ok(heap)
}

/// The forms that bytes that are no protobuf may have although their head is not enough to tell, in
/// the order in which to try them.
pub(crate) fn guesses(head: &[u8]) -> impl Iterator<Item = Form> {
    let folded = (sniff::is_text(head) && folded::may_start(head)).then_some(Form::Folded);
    let dumps = may_hold_dump(head).then_some([Form::Dump, Form::Located, Form::Turned]);
    let legacy = recognise_anywhere(head).into_iter();
    legacy.chain(folded).chain(dumps.into_iter().flatten())
}

/// Whether bytes that are no protobuf are worth a search for goroutines: most of them look like
/// text, if with control sequences of a terminal among it.
fn may_hold_dump(head: &[u8]) -> bool {
    let is_odd = |byte: u8| byte < b' ' && !matches!(byte, b'\n' | b'\r' | b'\t' | 0x1b);
    let odd = head.iter().filter(|&&byte| is_odd(byte)).count();
    !head.contains(&0) && odd * 20 <= head.len()
}

#[cfg(test)]
mod tests {
    use super::{Form, recognise};

    #[test]
    fn a_dump_is_a_text_with_the_header_of_a_goroutine() {
        for (head, is_dump) in [
            (&b"goroutine 1 [running]:\nmain.main()\n"[..], true),
            (b"panic: x\n\ngoroutine 1 [running]:\nmain.main()\n", true),
            (b"goroutine 1 [running]:\r\nmain.main()\r\n", true),
            (b"\x1b[31mpanic\x1b[0m\ngoroutine 1 [running]:\n", true),
            // The last line may be the start of another.
            (b"goroutine 1 [running]:", false),
            (b"a log\nof a server\n", false),
            (b"\0\ngoroutine 1 [running]:\n", false),
            (b"\x01\x02\x03\ngoroutine 1 [running]:\n", false),
        ] {
            assert_eq!(
                recognise(head) == Some(Form::Dump),
                is_dump,
                "{}",
                head.escape_ascii()
            );
        }
    }

    #[test]
    fn threads_start_with_their_whole_header() {
        for (head, is_thread) in [
            (&b"--- threadz 1 ---\n"[..], true),
            (
                b"\n# a comment\n--- Thread 7ff0 (name: main/14719) stack: ---\n",
                true,
            ),
            (b"--- threadz ---\n", false),
            (b"--- Thread 7ff0 of main ---\n", false),
            (b"seen: --- threadz 1 ---\n", false),
        ] {
            let found = recognise(head) == Some(Form::Thread);
            assert_eq!(found, is_thread, "{}", head.escape_ascii());
        }
    }
}
