//! Lines as they are in a file, without what terminals, consoles, mails and pages made of them.

use std::io::{self, BufRead, BufReader, Read};

use memchr::{memchr, memchr2, memmem};

use super::escaped::undoubled;
use crate::partial::{self, Joined};
use crate::terminal::without_sequences;

/// Reads lines, joins those that a console or a mail has broken, and cleans them.
pub(super) struct Physical<R> {
    input: BufReader<R>,
    max_line: usize,
    /// The width at which a console broke lines, see [`width_of_console`].
    console: Option<usize>,
    /// A line that was looked at already.
    next: Option<Raw>,
    /// One behind parts that are none of its line.
    behind: Option<Raw>,
    /// Lines that were read, with those that were passed over.
    number: u64,
    /// Lines that are longer than the limit and were passed over.
    pub(super) too_long: u64,
    /// Whether some were broken by a console.
    pub(super) were_broken: bool,
}

/// A line as it is.
struct Raw {
    bytes: Vec<u8>,
    /// From 1.
    number: u64,
    width: usize,
    is_ended: bool,
}

/// A line as it was meant.
pub(super) struct Line {
    /// Without its end. rsyslog and others write the ends of lines within a message as `#012`:
    /// then it has several lines.
    pub(super) text: Vec<u8>,
    /// Whether it has an end; only the last line of an input may lack it.
    pub(super) is_ended: bool,
    /// Its number among the lines of the input, from 1; of several, that of the first.
    pub(super) number: u64,
}

/// Lines that a console broke in several are at most so many: 256 times of pauses.
const MOST_PIECES: usize = 128;

impl<R: Read> Physical<R> {
    pub(super) fn new(input: R, max_line: usize, console: Option<usize>) -> Self {
        Self {
            input: BufReader::new(input),
            max_line,
            console,
            next: None,
            behind: None,
            number: 0,
            too_long: 0,
            were_broken: false,
        }
    }

    /// The next line. `are_joined` tells whether two lines are one that was broken, and is told
    /// whether a third may be of it.
    pub(super) fn next(
        &mut self,
        are_joined: impl Fn(&[u8], &[u8], bool) -> bool,
    ) -> io::Result<Option<Line>> {
        let Some(mut raw) = self.take()? else {
            return Ok(None);
        };
        let number = raw.number;
        let mut text = clean(&raw.bytes);
        for _ in 0..MOST_PIECES {
            let is_broken = self.console == Some(raw.width);
            let is_soft = text.last() == Some(&b'=');
            if !is_broken && !is_soft {
                break;
            }
            let Some(next) = self.take()? else { break };
            let following = clean(&next.bytes);
            if is_soft {
                text.pop();
            } else if !are_joined(&text, &following, self.console == Some(next.width)) {
                self.next = Some(next);
                break;
            }
            self.were_broken |= !is_soft;
            text.extend_from_slice(&following);
            raw = next;
        }
        Ok(Some(Line {
            text,
            is_ended: raw.is_ended,
            number,
        }))
    }

    /// The next line, with all its parts.
    fn take(&mut self) -> io::Result<Option<Raw>> {
        if let Some(next) = self.next.take() {
            return Ok(Some(next));
        }
        let Some(mut raw) = self.take_part()? else {
            return Ok(None);
        };
        if !partial::is_start(&raw.bytes) {
            return Ok(Some(raw));
        }
        while raw.bytes.len() < self.max_line
            && let Some(next) = self.take_part()?
        {
            match partial::join(&mut raw.bytes, &next.bytes) {
                Joined::No => {
                    self.behind = Some(next);
                    break;
                }
                Joined::GoesOn => raw.is_ended = next.is_ended,
                Joined::Whole => {
                    raw.is_ended = next.is_ended;
                    break;
                }
            }
        }
        raw.width = width(&raw.bytes);
        Ok(Some(raw))
    }

    fn take_part(&mut self) -> io::Result<Option<Raw>> {
        if let Some(behind) = self.behind.take() {
            return Ok(Some(behind));
        }
        let mut bytes = Vec::new();
        loop {
            bytes.clear();
            let limit = self.max_line as u64;
            let mut limited = self.input.by_ref().take(limit);
            if limited.read_until(b'\n', &mut bytes)? == 0 {
                return Ok(None);
            }
            self.number += 1;
            if bytes.len() as u64 == limit && !bytes.ends_with(b"\n") {
                self.input.skip_until(b'\n')?;
                self.too_long += 1;
                continue;
            }
            let is_ended = bytes.ends_with(b"\n");
            while matches!(bytes.last(), Some(b'\n' | b'\r')) {
                bytes.pop();
            }
            return Ok(Some(Raw {
                width: width(&bytes),
                bytes,
                number: self.number,
                is_ended,
            }));
        }
    }
}

/// Cells that a line takes, by characters.
fn width(line: &[u8]) -> usize {
    let mut cells = 0;
    for &byte in line {
        match byte {
            b'\t' => cells += 8 - cells % 8,
            // Not the first byte of a character.
            0x80..=0xbf => {}
            _ => cells += 1,
        }
    }
    cells
}

/// Consoles that break lines are as wide as this.
const CONSOLES: std::ops::RangeInclusive<usize> = 40..=400;

/// The width of the console that broke the lines of an input, if it may have been one: no line is
/// wider, and some are as wide.
pub(super) fn width_of_console(input: impl Read, max_line: usize) -> io::Result<Option<usize>> {
    let mut lines = Physical::new(input, max_line, None);
    let mut widest = 0;
    while let Some(raw) = lines.take()? {
        widest = widest.max(raw.width);
    }
    Ok(CONSOLES.contains(&widest).then_some(widest))
}

/// Undoes what makes a line of text another line of text.
pub(crate) fn clean(line: &[u8]) -> Vec<u8> {
    let mut text = without_escape_sequences(line);
    if memchr(b'#', &text).is_some() {
        text = replaced(&text, &[(b"#011", b"\t"), (b"#012", b"\n"), (b"#015", b"")]);
    }
    if memchr(b'^', &text).is_some() {
        text = replaced(&text, &[(b"^I", b"\t"), (b"^M", b"")]);
    }
    if memchr(b'&', &text).is_some() {
        let pages: [(&[u8], &[u8]); 7] = [
            (b"&gt;", b">"),
            (b"&lt;", b"<"),
            (b"&quot;", b"\""),
            (b"&#34;", b"\""),
            (b"&#39;", b"'"),
            (b"&nbsp;", b" "),
            (b"&amp;", b"&"),
        ];
        text = replaced(&text, &pages);
    }
    if memmem::find(&text, b"<br").is_some() || memmem::find(&text, b"pre>").is_some() {
        let tags: [(&[u8], &[u8]); 5] = [
            (b"<br>", b"\n"),
            (b"<br/>", b"\n"),
            (b"<br />", b"\n"),
            (b"<pre>", b""),
            (b"</pre>", b""),
        ];
        text = replaced(&text, &tags);
        // The line ends here anyway.
        if text.last() == Some(&b'\n') {
            text.pop();
        }
    }
    if memmem::find(&text, b"=3D").is_some() || memmem::find(&text, b"=09").is_some() {
        let mails: [(&[u8], &[u8]); 3] = [(b"=3D", b"="), (b"=09", b"\t"), (b"=20", b" ")];
        text = replaced(&text, &mails);
    }
    // Spaces that do not break, as pages have them.
    if memmem::find(&text, b"\xc2\xa0").is_some() {
        text = replaced(&text, &[(b"\xc2\xa0", b" ")]);
    }
    if let Some(field) = quoted_field(&text) {
        text = field;
    }
    text
}

/// A row of a table whose last field alone is in quotes, as one with a comma in it is, without them.
fn quoted_field(row: &[u8]) -> Option<Vec<u8>> {
    let rest = row.strip_suffix(b"\"")?;
    let (before, field) = rest.split_at_checked(memchr(b'"', rest)?)?;
    let field = field.get(1..)?;
    let is_row = before.ends_with(b",") && !before.starts_with(b"{") && !before.starts_with(b"[");
    if !is_row {
        return None;
    }
    // Quotes are doubled, and no line ends by an escape: that is a text of another form.
    let text = match memchr2(b'"', b'\\', field) {
        Some(_) => undoubled(field)?,
        None => field.to_vec(),
    };
    Some([before, &text].concat())
}

fn replaced(text: &[u8], pairs: &[(&[u8], &[u8])]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&byte, after)) = rest.split_first() {
        let pair = pairs.iter().find(|(from, _)| rest.starts_with(from));
        match pair {
            Some((from, to)) => {
                out.extend_from_slice(to);
                rest = rest.get(from.len()..).unwrap_or_default();
            }
            None => {
                out.push(byte);
                rest = after;
            }
        }
    }
    out
}

/// Without the colours and movements of a terminal, raw or as `^[` or `#033`, and without returns to the start of the line.
fn without_escape_sequences(line: &[u8]) -> Vec<u8> {
    let mut out = without_sequences(line).into_owned();
    out.retain(|&byte| byte != b'\r');
    match memmem::find(&out, b"#033[") {
        Some(_) => without_escape_sequences(&replaced(&out, &[(b"#033[", b"\x1b[")])),
        None => out,
    }
}

#[cfg(test)]
mod tests {
    use super::{Physical, clean, width_of_console};

    #[test]
    fn cleans_what_others_made_of_a_line() {
        for (line, expected) in [
            ("\x1b[31mweb\x1b[0m | main.f()", "web | main.f()"),
            ("x: #011/a.go:3 +0x1", "x: \t/a.go:3 +0x1"),
            ("x: a#012b", "x: a\nb"),
            ("^I/a.go:3", "\t/a.go:3"),
            ("&gt; main.f()", "> main.f()"),
            ("/a.go:3 +0x1 fp=3D0x1", "/a.go:3 +0x1 fp=0x1"),
            ("\u{a0}\u{a0}/a.go:3", "  /a.go:3"),
            ("#033[1mx", "x"),
            ("\x1b[", ""),
            ("\x1b_bk;t=1700000000000\x07main.f()", "main.f()"),
            ("_bk;t=1700000000000\x07main.f()", "main.f()"),
            ("\x1b]0;make\x07main.f()", "main.f()"),
            ("7,\"main.f(0x1, 0x2)\"", "7,main.f(0x1, 0x2)"),
            ("7,\"a {\"\"b\"\":1}\"", "7,a {\"b\":1}"),
            ("7,\"a\\nb\"", "7,\"a\\nb\""),
            ("{7,\"a\"", "{7,\"a\""),
            ("m=\"a\"", "m=\"a\""),
        ] {
            assert_eq!(clean(line.as_bytes()), expected.as_bytes(), "{line:?}");
        }
    }

    #[test]
    fn joins_what_a_console_broke() {
        let text = format!("{}\nb\nc\n", "a".repeat(40));
        let console = width_of_console(text.as_bytes(), 100).unwrap();
        assert_eq!(console, Some(40));
        let mut lines = Physical::new(text.as_bytes(), 100, console);
        let line = lines.next(|_, next, _| next == b"b").unwrap().unwrap();
        assert!(line.text.ends_with(b"ab"));
        assert_eq!(lines.next(|_, _, _| true).unwrap().unwrap().text, b"c");
    }

    #[test]
    fn a_line_that_is_too_long_is_passed_over_whole() {
        let text = format!("a\n{}\nb\n", "y".repeat(207));
        let mut lines = Physical::new(text.as_bytes(), 100, None);
        let mut found = Vec::new();
        while let Some(line) = lines.next(|_, _, _| false).unwrap() {
            found.extend(line.text);
        }
        assert_eq!((found, lines.too_long), (b"ab".to_vec(), 1));
    }
}
