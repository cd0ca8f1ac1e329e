//! What a line that may be a trace says, whatever a logger, a terminal or a shell made of it.

use memchr::{memchr, memchr_iter, memchr2, memchr3};

use super::cycle::GcCycle;
use super::damage;
use super::grammar;
use super::notes::GcTraceLine;

use crate::origin;
use crate::text::{clean, quoted_texts};

/// Reads lines one after the other.
#[derive(Default)]
pub(super) struct LineReader {
    origin: String,
    last: origin::Last,
}

/// What was found in a line.
#[derive(Default)]
pub(super) struct Found {
    pub(super) cycles: u64,
    /// Whether a part of a trace was not understood.
    pub(super) is_damaged: bool,
}

impl LineReader {
    pub(super) fn read(&mut self, line: &[u8], take: &mut impl FnMut(GcTraceLine<'_>)) -> Found {
        let line = line.trim_ascii_end();
        let mut found = Found::default();
        if let Some((cycle, prefix)) = whole(line) {
            let origin = (!is_torn(prefix)).then(|| self.last.origin(prefix));
            take(GcTraceLine {
                cycle: &cycle,
                origin,
            });
            found.cycles = 1;
            return found;
        }
        let text = clean(line);
        if memchr2(b'"', b'\\', &text).is_some() {
            self.quoted(&text, &mut found, take);
        }
        if found.cycles == 0 && !found.is_damaged {
            for part in text.split(|&byte| byte == b'\n') {
                self.origin.clear();
                self.part(part, &mut found, take);
            }
        }
        found
    }

    /// Looks into the texts of JSON, logfmt and the like.
    fn quoted(&mut self, line: &[u8], found: &mut Found, take: &mut impl FnMut(GcTraceLine<'_>)) {
        let mut fields = String::new();
        origin::of_fields(line, &mut fields);
        for text in quoted_texts(line) {
            for part in text.split(|&byte| byte == b'\n') {
                self.origin.clone_from(&fields);
                self.part(part, found, take);
            }
        }
    }

    /// Reads one line of a text: a trace, several that lost the ends between them, or none.
    fn part(&mut self, line: &[u8], found: &mut Found, take: &mut impl FnMut(GcTraceLine<'_>)) {
        let mut starts = starts(line);
        let Some(mut start) = starts.next() else {
            found.is_damaged |= damage::is_damaged(line);
            return;
        };
        let mut prefix = line.get(..start);
        loop {
            let next = starts.next();
            let end = next.unwrap_or(line.len());
            let text = line.get(start..end).unwrap_or_default();
            match grammar::cycle(text).filter(|(_, rest)| may_follow(rest)) {
                Some((cycle, _)) => {
                    // Behind another one, it is in the middle of a line.
                    self.hand_out(&cycle, prefix.unwrap_or(b"x"), take);
                    found.cycles += 1;
                }
                None => found.is_damaged = true,
            }
            let Some(next) = next else { return };
            prefix = None;
            start = next;
        }
    }

    fn hand_out(&mut self, cycle: &GcCycle, prefix: &[u8], take: &mut impl FnMut(GcTraceLine<'_>)) {
        let is_torn = is_torn(prefix);
        if !is_torn {
            origin::of_prefix(prefix, &mut self.origin);
        }
        let origin = (!is_torn).then_some(self.origin.as_str());
        take(GcTraceLine { cycle, origin });
    }
}

/// Whether `gc` goes on with a word: then another line ends in the middle.
fn is_torn(prefix: &[u8]) -> bool {
    prefix.last().is_some_and(u8::is_ascii_alphanumeric)
}

/// Where traces may start: each `gc ` with a number and a time behind it.
fn starts(line: &[u8]) -> impl Iterator<Item = usize> {
    let signs = memchr_iter(b'@', line).filter_map(|sign| sign.checked_sub(1));
    let times = signs.filter(|&at| line.get(at) == Some(&b' '));
    times.filter_map(|at| damage::start(line, at))
}

/// A line that ends in a trace, with nothing special before it: most are.
fn whole(line: &[u8]) -> Option<(GcCycle, &[u8])> {
    let at = starts(line).next()?;
    let (prefix, text) = line.split_at(at);
    let (cycle, rest) = grammar::cycle(text)?;
    let is_plain = memchr3(b'"', 0x1b, b'#', prefix).is_none() && memchr(b'&', prefix).is_none();
    (rest.is_empty() && is_plain).then_some((cycle, prefix))
}

/// Whether loggers write such a text behind a message. Anything else may be of another writer, and
/// what it tore apart is not known.
fn may_follow(rest: &[u8]) -> bool {
    let trimmed = rest.trim_ascii();
    let Some(first) = trimmed.first() else {
        return true;
    };
    let is_end = |byte: u8| matches!(byte, b'"' | b'\'' | b'`' | b')' | b']' | b'}' | b',' | b'<');
    if rest.first().is_some_and(|&byte| is_end(byte)) {
        return true;
    }
    let is_apart = rest.first().is_some_and(u8::is_ascii_whitespace);
    let word = trimmed.split(u8::is_ascii_whitespace).next();
    let is_field = word.is_some_and(|word| memchr(b'=', word).is_some_and(|at| at > 0));
    is_apart && (matches!(first, b'{' | b'|' | b'"') || is_field)
}
