//! Profiles with debug=1 that do not start where the text does: after words, behind prefixes, or in
//! the text of something else.

use std::collections::VecDeque;
use std::io::{self, Cursor, Read};

use super::MOST_IN_MEMORY;
use super::debug_header::header_at;
use super::escaped::{self, Name};
use super::part::{Part, trim};
use super::parted::parted;
use super::physical::{Physical, width_of_console};
use super::prefix::{Likeness, Prefix};
use crate::container::too_large;
use crate::limits::Limits;
use crate::profile::Profile;
use crate::text::{Form, contention, count, heap, stamp};

/// Yields the profiles of a text, each from its header on; where lines of several processes are mixed, those of one after those
/// of another. What is no line of a profile is passed over.
pub(in crate::text) struct Located<'a> {
    origins: VecDeque<(Option<String>, OfOne<'a>)>,
}

/// The profiles of one process.
struct OfOne<'a> {
    lines: Physical<Box<dyn Read + 'a>>,
    /// The number of the line at hand.
    number: u64,
    stream: Option<Stream>,
    /// The profile at hand.
    open: Option<Found>,
    /// Lines since the last one of the profile that were passed over and are of no other stream.
    passed_over: u64,
    whole: VecDeque<Found>,
    /// The time that was said last outside of profiles.
    clock: Option<i64>,
    max_bytes: u64,
}

/// A profile in a text.
pub(in crate::text) struct Found {
    /// Of these with debug=1.
    pub(in crate::text) form: Form,
    pub(in crate::text) text: Vec<u8>,
    /// When it was written, in nanoseconds since 1970-01-01 UTC, where that is told.
    pub(in crate::text) clock: Option<i64>,
    /// What stands before or beside its lines, where others have others.
    pub(in crate::text) origin: Option<String>,
    /// The line that its header is in, from 1, of those of its origin.
    line: u64,
    /// Lines among those of it that were not understood.
    pub(in crate::text) passed_over: u64,
    /// Places among them where there are such lines: each may be of a record.
    pub(in crate::text) torn: u64,
}

impl Found {
    /// Where its header is, in words.
    pub(in crate::text) fn place(&self) -> String {
        match &self.origin {
            None => format!("line {}", self.line),
            Some(origin) => format!("line {} of those of {origin}", self.line),
        }
    }

    /// Adds what was not understood on the way to what was read of it.
    pub(in crate::text) fn tell(&self, profile: &mut Profile) {
        if self.passed_over > 0 {
            profile.tables_mut().add_unread(self.torn, self.passed_over);
        }
    }
}

enum Stream {
    Lines(Prefix),
    Texts(Name),
}

impl<'a> Located<'a> {
    /// # Errors
    ///
    /// Those of reading.
    pub(in crate::text) fn new(mut input: Box<dyn Read + 'a>, limits: &Limits) -> io::Result<Self> {
        let most = limits.max_bytes.min(MOST_IN_MEMORY);
        let mut text = Vec::new();
        input.by_ref().take(most + 1).read_to_end(&mut text)?;
        let one = |input, console| OfOne::new(input, limits, console);
        if text.len() as u64 > most {
            let input = Box::new(Cursor::new(text).chain(input));
            return Ok(Self {
                origins: VecDeque::from([(None, one(input, None))]),
            });
        }
        if let Some(origins) = parted(text.as_slice(), limits)? {
            let parts = origins.into_iter();
            let of_origin = |(name, text)| (Some(name), one(Box::new(Cursor::new(text)), None));
            return Ok(Self {
                origins: parts.map(|origin| of_origin(origin.into_parts())).collect(),
            });
        }
        let console = width_of_console(text.as_slice(), limits.max_message_bytes)?;
        let input = Box::new(Cursor::new(text));
        Ok(Self {
            origins: VecDeque::from([(None, one(input, console))]),
        })
    }

    /// Whether records come before a header, and none behind it: what was the last line is the first.
    pub(in crate::text) fn is_turned(
        input: Box<dyn Read + 'a>,
        limits: &Limits,
    ) -> io::Result<bool> {
        const RECORD: &[u8] = b" @ 0x";
        let mut lines = Physical::new(input, limits.max_message_bytes, None);
        let (mut before, mut behind, mut is_header_met) = (false, false, false);
        while let Some(line) = lines.next(|_, _, _| false)? {
            // The texts of a line are as they are in it.
            for text in line.text.split(|&byte| matches!(byte, b'\n' | b'"')) {
                if header_at(text).is_some() {
                    is_header_met = true;
                } else if memchr::memmem::find(text, RECORD).is_some() {
                    before |= !is_header_met;
                    behind |= is_header_met;
                }
            }
        }
        Ok(before && is_header_met && !behind)
    }

    /// The next profile; `None` at the end.
    pub(in crate::text) fn next(&mut self) -> io::Result<Option<Found>> {
        while let Some((name, of_one)) = self.origins.front_mut() {
            if let Some(found) = of_one.next()? {
                return Ok(Some(Found {
                    origin: name.clone(),
                    ..found
                }));
            }
            self.origins.pop_front();
        }
        Ok(None)
    }
}

impl<'a> OfOne<'a> {
    fn new(input: Box<dyn Read + 'a>, limits: &Limits, console: Option<usize>) -> Self {
        Self {
            lines: Physical::new(input, limits.max_message_bytes, console),
            number: 0,
            stream: None,
            open: None,
            passed_over: 0,
            whole: VecDeque::new(),
            clock: None,
            max_bytes: limits.max_bytes,
        }
    }

    fn next(&mut self) -> io::Result<Option<Found>> {
        while self.whole.is_empty() {
            let stream = self.stream.as_ref();
            let are_joined = |first: &[u8], second: &[u8], _| goes_on(stream, first, second);
            let Some(line) = self.lines.next(are_joined)? else {
                return Ok(self.open.take());
            };
            self.number = line.number;
            self.line(&line.text);
            if !line.is_ended {
                self.cut(&line.text);
            }
            let size = self.open.as_ref().map_or(0, |open| open.text.len());
            if size as u64 > self.max_bytes {
                return Err(io::Error::other(too_large(self.max_bytes)));
            }
        }
        Ok(self.whole.pop_front())
    }

    fn line(&mut self, line: &[u8]) {
        let has_texts = line.contains(&b'"') || memchr::memmem::find(line, b"\\n").is_some();
        if has_texts && header_at(line).is_none() && self.texts(line) {
            return;
        }
        for line in line.split(|&byte| byte == b'\n') {
            self.plain(line);
        }
    }

    fn texts(&mut self, line: &[u8]) -> bool {
        let (mut is_taken, mut has_header) = (false, false);
        for text in escaped::texts(line) {
            let follows = match &self.stream {
                Some(Stream::Texts(name)) => text.name.follows(name, has_header),
                _ => false,
            };
            let mut lines = text.bytes.trim_ascii_end().split(|&byte| byte == b'\n');
            let starts = lines.clone().any(|line| header_at(line).is_some());
            if !starts && !follows {
                continue;
            }
            is_taken = true;
            if starts {
                self.clock = stamp::find(line).or(self.clock);
            }
            lines.by_ref().for_each(|line| self.plain(line));
            if starts {
                self.stream = Some(Stream::Texts(text.name));
                has_header = true;
            }
        }
        is_taken
    }

    fn plain(&mut self, line: &[u8]) {
        if let Some((before, header, form)) = header_at(line) {
            self.clock = stamp::find(before).or(self.clock);
            let found = Found {
                form,
                text: Vec::new(),
                clock: self.clock,
                origin: None,
                line: self.number,
                passed_over: 0,
                torn: 0,
            };
            self.passed_over = 0;
            self.whole.extend(self.open.replace(found));
            self.stream = Some(Stream::Lines(Prefix(before.to_vec())));
            return self.put(header);
        }
        let Some(form) = self.open.as_ref().map(|open| open.form) else {
            self.clock = stamp::find(line).or(self.clock);
            return;
        };
        let (prefix, is_of_texts) = match &self.stream {
            Some(Stream::Lines(prefix)) => (prefix.clone(), false),
            _ => (Prefix::default(), true),
        };
        let places = Likeness::ALL
            .iter()
            .filter_map(|likeness| prefix.strip(line, *likeness));
        let rest = places
            .chain([line])
            .map(trim)
            .find(|rest| is_of(form, rest));
        let Some(rest) = rest else {
            let ends = [Likeness::Digits, Likeness::Words]
                .into_iter()
                .filter_map(|likeness| prefix.strip(line, likeness));
            let is_end = ends.chain([line]).map(trim).any(|rest| self.put_rest(rest));
            // Of lines that a console broke, the ends have nothing before them.
            let is_of_stream = prefix.strip(line, Likeness::Digits).is_some();
            let may_be = !is_of_texts && (is_of_stream || self.lines.were_broken);
            self.passed_over += u64::from(!is_end && may_be);
            self.clock = stamp::find(line).or(self.clock);
            return;
        };
        if !rest.is_empty()
            && let Some(open) = &mut self.open
        {
            open.torn += u64::from(self.passed_over > 0);
            open.passed_over += std::mem::take(&mut self.passed_over);
        }
        self.put(rest);
    }

    /// Puts a place behind the row that lacks it, or addresses behind those of a record: a terminal broke the line between them,
    /// and nothing is left of the space.
    fn put_rest(&mut self, rest: &[u8]) -> bool {
        let Some(open) = &mut self.open else {
            return false;
        };
        let Some(before) = open.text.strip_suffix(b"\n") else {
            return false;
        };
        let start = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
        let line = before.get(start..).unwrap_or_default();
        let is_place = || matches!(Part::of(rest), Part::Place(_));
        let (is_rest, between) = match line.starts_with(b"#") {
            true => (ends_in_offset(line) && is_place(), b'\t'),
            false => (
                ends_in_address(line) && rest.split(|&byte| byte == b' ').all(is_address),
                b' ',
            ),
        };
        if is_rest {
            open.text.pop();
            open.text.push(between);
            open.text.extend_from_slice(rest);
            open.text.push(b'\n');
        }
        is_rest
    }

    /// Takes the end of a line away from what the input ended in, which may be cut: that is for the
    /// reader of the profile to judge.
    fn cut(&mut self, last: &[u8]) {
        let is_of_lines = matches!(self.stream, Some(Stream::Lines(_)));
        if let Some(open) = &mut self.open
            && let Some(whole) = open.text.strip_suffix(b"\n")
            && is_of_lines
        {
            let start = memchr::memrchr(b'\n', whole).map_or(0, |at| at + 1);
            let put = whole.get(start..).unwrap_or_default();
            if !put.is_empty() && last.trim_ascii_end().ends_with(put) {
                open.text.pop();
            }
        }
    }

    fn put(&mut self, line: &[u8]) {
        if let Some(open) = &mut self.open {
            open.text.extend_from_slice(line);
            open.text.push(b'\n');
        }
    }
}

/// Whether a line is the end of one that a terminal broke: neither does it start as those of a profile do, nor has it what stands
/// before them.
fn goes_on(stream: Option<&Stream>, first: &[u8], line: &[u8]) -> bool {
    // A header tells what stands before it and what follows, itself broken or not.
    if header_at(first).is_some() {
        // Of one that is whole without it, the last number goes on.
        return !line.is_empty() && line.iter().all(u8::is_ascii_digit);
    }
    let joined = [first, line].concat();
    let prefix = match (header_at(&joined), stream) {
        (Some((before, ..)), _) => before,
        (None, Some(Stream::Lines(prefix))) => prefix.0.as_slice(),
        (None, _) => return false,
    };
    let prefix = Prefix(prefix.to_vec());
    let mut ways = [Likeness::Digits, Likeness::Words].into_iter();
    if !prefix.is_empty() && ways.any(|way| prefix.strip(line, way).is_some()) {
        return false;
    }
    // Only the header may have something before it.
    let rest = trim(line);
    let is_start = rest.is_empty() || rest.starts_with(b"#") || header_at(rest).is_some();
    let forms = [Form::Heap, Form::Contention, Form::Count];
    !is_start && !forms.iter().any(|form| is_of(*form, rest))
}

/// `main.f+0x1d`, and nothing behind.
fn ends_in_offset(row: &[u8]) -> bool {
    let row = row.trim_ascii_end();
    memchr::memmem::rfind(row, b"+0x")
        .is_some_and(|at| is_address(row.get(at + 1..).unwrap_or_default()))
}

/// `3 @ 0x1 0x2`.
fn ends_in_address(record: &[u8]) -> bool {
    let last = record.rsplit(|&byte| byte == b' ').next();
    memchr::memmem::find(record, b" @ 0x").is_some() && last.is_some_and(is_address)
}

fn is_address(word: &[u8]) -> bool {
    let digits = word.strip_prefix(b"0x");
    digits.is_some_and(|digits| !digits.is_empty() && digits.iter().all(u8::is_ascii_hexdigit))
}

/// A record of a form, a line that names what is in it, or one of statistics.
fn is_of(form: Form, line: &[u8]) -> bool {
    let is_record = || match form {
        Form::Heap => heap::is_record(line),
        Form::Contention => contention::is_line(line),
        _ => count::is_record(line),
    };
    line.is_empty() || line.starts_with(b"#") || is_record()
}

#[cfg(test)]
mod tests {
    use super::Located;
    use crate::limits::Limits;

    #[test]
    fn finds_profiles_and_leaves_the_rest_out() {
        let text = "We saw\n\n2026-11-28 01:00:00 x goroutine profile: total 1\n\
            2026-11-28 01:00:00 x 1 @ 0x1\n2026-11-28 01:00:01 x #\t0x0\tmain.f+0x1\t/a.go:3\n\
            2026-11-28 01:00:01 x \n2026-11-28 01:00:02 y other\n\
            > goroutine profile: total 0\n> \nthat is all\n";
        let limits = Limits::default();
        let mut located = Located::new(Box::new(text.as_bytes()), &limits).unwrap();
        let first = located.next().unwrap().unwrap();
        assert_eq!(
            String::from_utf8(first.text).unwrap(),
            "goroutine profile: total 1\n1 @ 0x1\n#\t0x0\tmain.f+0x1\t/a.go:3\n\n"
        );
        assert_eq!(first.clock, Some(1_795_827_600_000_000_000));
        let second = located.next().unwrap().unwrap();
        assert_eq!(second.text, b"goroutine profile: total 0\n\n");
        assert!(located.next().unwrap().is_none());
    }

    #[test]
    fn leaves_what_the_input_ends_in_to_the_reader() {
        for (text, expected) in [
            (
                "x: goroutine profile: total 5\nx: 3 @ 0x1 0x2",
                "goroutine profile: total 5\n3 @ 0x1 0x2",
            ),
            (
                "x: goroutine profile: total 5\nx: 3 @ 0x1\nbye",
                "goroutine profile: total 5\n3 @ 0x1\n",
            ),
            (
                "x: goroutine profile: total 5",
                "goroutine profile: total 5",
            ),
        ] {
            let limits = Limits::default();
            let mut located = Located::new(Box::new(text.as_bytes()), &limits).unwrap();
            let found = located.next().unwrap().expect("a profile");
            assert_eq!(String::from_utf8_lossy(&found.text), expected, "{text}");
        }
    }
}
