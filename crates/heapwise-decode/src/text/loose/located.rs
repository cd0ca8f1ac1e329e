//! Profiles with debug=1 that do not start where the text does: after words, behind prefixes, or in
//! the text of something else.

use std::collections::VecDeque;
use std::io::{self, Read};

use super::escaped::{self, Name};
use super::part::trim;
use super::physical::Physical;
use super::prefix::{Likeness, Prefix};
use crate::container::too_large;
use crate::limits::Limits;
use crate::text::{Form, contention, count, heap, stamp};

/// Yields the profiles of a text, each from its header on. What is no line of a profile is passed
/// over.
pub(in crate::text) struct Located<'a> {
    lines: Physical<Box<dyn Read + 'a>>,
    stream: Option<Stream>,
    /// The profile at hand.
    open: Option<Found>,
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
}

enum Stream {
    Lines(Prefix),
    Texts(Name),
}

impl<'a> Located<'a> {
    pub(in crate::text) fn new(input: Box<dyn Read + 'a>, limits: &Limits) -> Self {
        Self {
            lines: Physical::new(input, limits.max_message_bytes, None),
            stream: None,
            open: None,
            whole: VecDeque::new(),
            clock: None,
            max_bytes: limits.max_bytes,
        }
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
        while self.whole.is_empty() {
            let Some(line) = self.lines.next(|_, _, _| false)? else {
                return Ok(self.open.take());
            };
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
            };
            self.whole.extend(self.open.replace(found));
            self.stream = Some(Stream::Lines(Prefix(before.to_vec())));
            return self.put(header);
        }
        let Some(form) = self.open.as_ref().map(|open| open.form) else {
            self.clock = stamp::find(line).or(self.clock);
            return;
        };
        let prefix = match &self.stream {
            Some(Stream::Lines(prefix)) => prefix.clone(),
            _ => Prefix::default(),
        };
        let places = Likeness::ALL
            .iter()
            .filter_map(|likeness| prefix.strip(line, *likeness));
        let rest = places
            .chain([line])
            .map(trim)
            .find(|rest| is_of(form, rest));
        match rest {
            Some(rest) => self.put(rest),
            None => self.clock = stamp::find(line).or(self.clock),
        }
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

/// What stands before a header, the header, and what it starts.
fn header_at(line: &[u8]) -> Option<(&[u8], &[u8], Form)> {
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
    (is_whole && heap::is_header(header)).then_some(at)
}

fn contention_at(line: &[u8]) -> Option<usize> {
    let at = memchr::memmem::rfind(line, b"--- ")?;
    contention::is_header_of_go(line.get(at..)?).then_some(at)
}

fn count_at(line: &[u8]) -> Option<usize> {
    let at = memchr::memmem::rfind(line, b" profile: total ")?;
    let start = line
        .get(..at)?
        .iter()
        .rposition(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_');
    let start = start.map_or(0, |at| at + 1);
    count::parse_header(line.get(start..)?).map(|_| start)
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
        let mut located = Located::new(Box::new(text.as_bytes()), &limits);
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
            let mut located = Located::new(Box::new(text.as_bytes()), &Limits::default());
            let found = located.next().unwrap().expect("a profile");
            assert_eq!(String::from_utf8_lossy(&found.text), expected, "{text}");
        }
    }
}
