//! Lines of a reader, in chunks.

use crate::words::counted;
use std::io::Read;

use memchr::memchr;

use crate::container::too_large;
use crate::error::{Error, ErrorKind, Result, Stage};
use crate::limits::Limits;
use crate::read_buffer::{grow, grow_when_full};

const CHUNK: usize = 1 << 18;

/// Reads a text line by line, with as many lines in view as the caller looks ahead.
pub(super) struct Lines<'a> {
    reader: Box<dyn Read + 'a>,
    buffer: Vec<u8>,
    /// The unread bytes of the buffer.
    start: usize,
    end: usize,
    is_at_end: bool,
    /// Bytes and lines before `start`.
    position: u64,
    number: u64,
    max_line: usize,
    max_bytes: u64,
}

/// A line in view.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    /// Its bytes with its line end.
    pub(super) size: usize,
    /// Whether it has a line end; only the last line of an input may lack it.
    pub(super) is_ended: bool,
}

impl<'a> Lines<'a> {
    pub(super) fn new(reader: Box<dyn Read + 'a>, limits: &Limits) -> Self {
        Self {
            reader,
            buffer: Vec::new(),
            start: 0,
            end: 0,
            is_at_end: false,
            position: 0,
            number: 0,
            max_line: limits.max_message_bytes,
            max_bytes: limits.max_bytes,
        }
    }

    /// The bytes in view, from the start of the next line.
    #[inline]
    pub(super) fn unread(&self) -> &[u8] {
        self.buffer.get(self.start..self.end).unwrap_or_default()
    }

    /// Bytes before the next line.
    pub(super) fn position(&self) -> u64 {
        self.position
    }

    /// The number of the next line, from 1.
    pub(super) fn number(&self) -> u64 {
        self.number + 1
    }

    /// Passes lines in view.
    #[inline]
    pub(super) fn consume(&mut self, bytes: usize, lines: u64) {
        self.start = self.end.min(self.start + bytes);
        self.position += bytes as u64;
        self.number += lines;
    }

    /// The line that starts `from` bytes after the next line does; `None` at the end.
    pub(super) fn line_at(&mut self, from: usize) -> Result<Option<Span>> {
        let mut searched = 0;
        loop {
            let rest = self.unread().get(from..).unwrap_or_default();
            if let Some(at) = memchr(b'\n', rest.get(searched..).unwrap_or_default()) {
                return Ok(Some(Span {
                    size: searched + at + 1,
                    is_ended: true,
                }));
            }
            searched = rest.len();
            if searched > self.max_line {
                return Err(self.too_long());
            }
            if !self.fill()? {
                return Ok((searched > 0).then_some(Span {
                    size: searched,
                    is_ended: false,
                }));
            }
        }
    }

    /// The text of a line in view, without its line end.
    pub(super) fn text(&self, from: usize, span: Span) -> &[u8] {
        let line = self.unread().get(from..from + span.size);
        trim_end(line.unwrap_or_default())
    }

    /// The next line without its line end, for forms that are read line by line.
    pub(super) fn peek(&mut self) -> Result<Option<Vec<u8>>> {
        let span = self.line_at(0)?;
        Ok(span.map(|span| self.text(0, span).to_vec()))
    }

    /// Passes the line that [`Lines::peek`] showed.
    pub(super) fn skip(&mut self) -> Result<()> {
        if let Some(span) = self.line_at(0)? {
            self.consume(span.size, 1);
        }
        Ok(())
    }

    /// Brings more bytes into view; `false` at the end of the input.
    fn fill(&mut self) -> Result<bool> {
        if self.is_at_end {
            return Ok(false);
        }
        self.make_room();
        let total = self.position + (self.end - self.start) as u64;
        let free = self.buffer.get_mut(self.end..).unwrap_or_default();
        let count = loop {
            match self.reader.read(free) {
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                other => break other.map_err(|error| Error::from_io(error, total))?,
            }
        };
        self.end += count;
        self.is_at_end = count == 0;
        if total + count as u64 > self.max_bytes {
            return Err(too_large(self.max_bytes));
        }
        Ok(count > 0)
    }

    fn make_room(&mut self) {
        grow_when_full(&mut self.buffer, self.end, CHUNK);
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        if self.end == self.buffer.len() {
            grow(&mut self.buffer, CHUNK);
        }
    }

    fn too_long(&self) -> Error {
        let max = self.max_line;
        Error::new(
            ErrorKind::TooLarge,
            Stage::Text,
            format!("line {}", self.number()),
            format!("a line of more than {}", counted(max, "byte")),
            "lines within the limit",
        )
    }

    /// The refusal of the next line.
    pub(super) fn refuse(&self, expected: &str) -> Error {
        let end = memchr(b'\n', self.unread()).unwrap_or(self.unread().len());
        let text = trim_end(self.unread().get(..end).unwrap_or_default());
        Error::new(
            ErrorKind::Text,
            Stage::Text,
            format!("line {}", self.number()),
            quote(text),
            expected,
        )
    }
}

/// A line without `\n` and `\r\n`.
fn trim_end(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// The start of a text, for a message.
fn quote(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    let start: String = text.chars().take(80).collect();
    if start.len() < text.len() {
        format!("{start:?}...")
    } else {
        format!("{start:?}")
    }
}
