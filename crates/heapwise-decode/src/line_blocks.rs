//! Where a log is cut: into blocks of whole lines, at the same places however its bytes arrive.

use std::io::{self, Read};

use memchr::{memchr, memrchr};

use crate::partial;
use crate::read_buffer::grow_when_full;

/// Bytes that are looked at together, and of the longest line that is looked at.
pub(crate) const SIZE: usize = 256 << 10;

/// Reads blocks; lines longer than [`SIZE`] are passed over, and those that the logs of containers hold in parts are put together.
pub(crate) struct Blocks<R> {
    reader: R,
    buffer: Vec<u8>,
    /// The lines handed out last, and the bytes read.
    done: usize,
    end: usize,
    is_at_end: bool,
    /// The lines handed out last, where parts of them were put together.
    joined: Vec<u8>,
    /// Lines passed over.
    pub(crate) too_long: u64,
    /// Bytes read.
    pub(crate) bytes: u64,
}

impl<R: Read> Blocks<R> {
    pub(crate) fn new(reader: R) -> Self {
        Self {
            reader,
            buffer: Vec::new(),
            done: 0,
            end: 0,
            is_at_end: false,
            joined: Vec::new(),
            too_long: 0,
            bytes: 0,
        }
    }

    /// The next lines, the last of which may lack its end at the end of the input.
    pub(crate) fn next(&mut self) -> io::Result<Option<&[u8]>> {
        self.buffer.copy_within(self.done..self.end, 0);
        self.end -= self.done;
        self.done = 0;
        self.fill()?;
        while self.end > 0 {
            let unread = self.buffer.get(..self.end).unwrap_or_default();
            match memrchr(b'\n', unread) {
                Some(last) => self.done = last + 1,
                None if self.end == SIZE => {
                    self.pass_line()?;
                    continue;
                }
                None => self.done = self.end,
            }
            return Ok(Some(self.whole_lines()));
        }
        Ok(None)
    }

    /// What is done of the buffer, without parts of a line that goes on behind it, unless these are all there is room for.
    fn whole_lines(&mut self) -> &[u8] {
        let block = self.buffer.get(..self.done).unwrap_or_default();
        if !partial::may_be_in(block) {
            return block;
        }
        match partial::open_at_end(block) {
            // What follows has no end.
            Some(_) if self.is_at_end => self.done = self.end,
            Some(start) if start > 0 => self.done = start,
            _ => {}
        }
        let block = self.buffer.get(..self.done).unwrap_or_default();
        partial::joined(block, &mut self.joined);
        &self.joined
    }

    /// Fills the buffer, or reads to the end.
    fn fill(&mut self) -> io::Result<()> {
        while self.end < SIZE && !self.is_at_end {
            grow_when_full(&mut self.buffer, self.end, SIZE);
            let free = self.buffer.get_mut(self.end..).unwrap_or_default();
            match self.reader.read(free) {
                Ok(0) => self.is_at_end = true,
                Ok(count) => {
                    self.end = SIZE.min(self.end + count);
                    self.bytes += count as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Reads on behind the next end of a line.
    fn pass_line(&mut self) -> io::Result<()> {
        self.too_long += 1;
        loop {
            self.end = 0;
            self.fill()?;
            let unread = self.buffer.get(..self.end).unwrap_or_default();
            let Some(at) = memchr(b'\n', unread) else {
                if self.end == 0 {
                    return Ok(());
                }
                continue;
            };
            self.buffer.copy_within(at + 1..self.end, 0);
            self.end -= at + 1;
            return self.fill();
        }
    }
}
