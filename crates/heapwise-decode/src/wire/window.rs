//! Slides over a stream of bytes, so that one message at a time is whole in memory.

use std::io;

use crate::container::Chunked;
use crate::error::{Error, Result};
use crate::read_buffer::{grow, grow_when_full};

const CHUNK: usize = 128 << 10;

/// A sliding view of a byte stream: never more than a chunk, or than the one message that needs
/// to be whole, is in memory.
pub(super) struct Window<'a> {
    reader: &'a mut dyn Chunked,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    /// Offset in the stream of `buffer[start]`.
    offset: u64,
    at_end: bool,
}

impl<'a> Window<'a> {
    pub(super) fn new(reader: &'a mut dyn Chunked) -> Self {
        Self {
            reader,
            buffer: Vec::new(),
            start: 0,
            end: 0,
            offset: 0,
            at_end: false,
        }
    }

    /// The bytes at hand.
    #[inline]
    pub(super) fn bytes(&self) -> &[u8] {
        self.buffer.get(self.start..self.end).unwrap_or_default()
    }

    /// Offset in the stream of the first byte at hand.
    #[inline]
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    /// Whether the reader has no more than the bytes at hand.
    pub(super) fn at_end(&self) -> bool {
        self.at_end
    }

    /// Drops `count` bytes from the front.
    #[inline]
    pub(super) fn consume(&mut self, count: usize) {
        self.start = (self.start + count).min(self.end);
        self.offset += count as u64;
    }

    /// Reads until `want` bytes are at hand or the stream ends. The buffer grows only as fast as
    /// bytes really arrive, so a length that lies costs nothing.
    pub(super) fn fill(&mut self, want: usize) -> Result<()> {
        while self.end - self.start < want && !self.at_end {
            if self.exchange()? {
                continue;
            }
            grow_when_full(&mut self.buffer, self.end, CHUNK);
            if self.start > 0 {
                self.buffer.copy_within(self.start..self.end, 0);
                self.end -= self.start;
                self.start = 0;
            }
            if self.end == self.buffer.len() {
                grow(&mut self.buffer, CHUNK);
            }
            self.read_more()?;
        }
        Ok(())
    }

    /// Takes more bytes over in the buffer that they are in, if that is to be had.
    fn exchange(&mut self) -> Result<bool> {
        let unread = self.start..self.end;
        let Some(exchanged) = self.reader.exchange(&mut self.buffer, unread) else {
            return Ok(false);
        };
        let all = exchanged.map_err(|error| self.error(error))?;
        (self.start, self.end) = (all.start, all.end);
        Ok(true)
    }

    fn error(&self, error: io::Error) -> Error {
        Error::from_io(error, self.offset + (self.end - self.start) as u64)
    }

    fn read_more(&mut self) -> Result<()> {
        let free = self.buffer.get_mut(self.end..).unwrap_or_default();
        match self.reader.read(free) {
            Ok(0) => self.at_end = true,
            Ok(count) => self.end += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(self.error(error)),
        }
        Ok(())
    }
}
