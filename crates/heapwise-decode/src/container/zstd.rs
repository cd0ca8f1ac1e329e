//! zstd (RFC 8878), one frame after the other.

use crate::words::counted;
use std::io::{self, Read};

use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

use crate::error::{Error, ErrorKind, Stage};

const STEP: usize = 128 << 10;

pub(super) struct ZstdReader<R> {
    input: Counted<R>,
    frame: FrameDecoder,
    in_frame: bool,
    /// Bytes that the frame at hand has inflated to.
    frame_bytes: u64,
}

impl<R: Read> ZstdReader<R> {
    pub(super) fn new(reader: R) -> Self {
        Self {
            input: Counted {
                reader,
                consumed: 0,
                pushed_back: None,
                failure: None,
                ended: false,
            },
            frame: FrameDecoder::new(),
            in_frame: false,
            frame_bytes: 0,
        }
    }

    /// Starts the next frame; `false` at the end of the input.
    fn start_frame(&mut self) -> io::Result<bool> {
        if self.input.at_end()? {
            return Ok(false);
        }
        let at = self.input.consumed;
        if let Err(error) = self.frame.reset(&mut self.input) {
            return Err(self.refusal(at, &error, "the header of a zstd frame"));
        }
        self.in_frame = true;
        self.frame_bytes = 0;
        Ok(true)
    }

    fn decode_some(&mut self) -> io::Result<()> {
        let at = self.input.consumed;
        match self
            .frame
            .decode_blocks(&mut self.input, BlockDecodingStrategy::UptoBytes(STEP))
        {
            Ok(_) => Ok(()),
            Err(error) => Err(self.refusal(at, &error, "a zstd block")),
        }
    }

    /// Checks the whole frame against its checksum and its size, which the inflating crate reads
    /// but does not compare.
    fn end_frame(&mut self) -> io::Result<()> {
        self.in_frame = false;
        let at = self.input.consumed;
        if let (Some(stored), Some(made)) = (
            self.frame.get_checksum_from_data(),
            self.frame.get_calculated_checksum(),
        ) && stored != made
        {
            return Err(damaged(
                at.saturating_sub(4),
                format!("checksum {stored:08x}"),
                format!("{made:08x}, the checksum of the bytes before it"),
            ));
        }
        let size = self.frame.content_size();
        if size != 0 && size != self.frame_bytes {
            return Err(damaged(
                at,
                format!("the end of a frame of {}", counted(size, "byte")),
                format!("{}, the number of bytes inflated", self.frame_bytes),
            ));
        }
        Ok(())
    }

    /// Why the inflating crate gave up: because the bytes below failed or ended, or by itself.
    fn refusal(&mut self, at: u64, error: &dyn std::fmt::Display, expected: &str) -> io::Error {
        if let Some(failure) = self.input.failure.take() {
            return failure;
        }
        if self.input.ended {
            let expected = format!("the rest of {expected}");
            return io::Error::other(Error::truncated(Stage::Zstd, self.input.consumed, expected));
        }
        let found = error.to_string().replace('\n', " ");
        damaged(at, format!("damage ({found})"), expected)
    }
}

impl<R: Read> Read for ZstdReader<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.is_empty() {
            return Ok(0);
        }
        loop {
            if !self.in_frame && !self.start_frame()? {
                return Ok(0);
            }
            while !self.frame.is_finished() && self.frame.can_collect() == 0 {
                self.decode_some()?;
            }
            let made = self.frame.read(out)?;
            if made > 0 {
                self.frame_bytes += made as u64;
                return Ok(made);
            }
            self.end_frame()?;
        }
    }
}

fn damaged(byte: u64, found: impl Into<String>, expected: impl Into<String>) -> io::Error {
    io::Error::other(Error::new(
        ErrorKind::Container,
        Stage::Zstd,
        format!("byte {byte}"),
        found,
        expected,
    ))
}

struct Counted<R> {
    reader: R,
    consumed: u64,
    pushed_back: Option<u8>,
    /// The error of the reader, which the inflating crate would only quote.
    failure: Option<io::Error>,
    /// More was asked for than there is.
    ended: bool,
}

impl<R: Read> Counted<R> {
    fn at_end(&mut self) -> io::Result<bool> {
        if self.pushed_back.is_some() {
            return Ok(false);
        }
        let mut byte = [0; 1];
        if self.reader.read(&mut byte)? == 0 {
            return Ok(true);
        }
        let [byte] = byte;
        self.pushed_back = Some(byte);
        Ok(false)
    }
}

impl<R: Read> Counted<R> {
    fn read_on(&mut self, out: &mut [u8]) -> io::Result<usize> {
        match self.reader.read(out) {
            Ok(count) => {
                self.ended |= count == 0 && !out.is_empty();
                Ok(count)
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Err(error),
            Err(error) => {
                self.failure = Some(error);
                Err(io::Error::other("the bytes below could not be read"))
            }
        }
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = match (self.pushed_back.take(), out.first_mut()) {
            (Some(byte), Some(slot)) => {
                *slot = byte;
                1
            }
            (back, _) => {
                self.pushed_back = back;
                self.read_on(out)?
            }
        };
        self.consumed += count as u64;
        Ok(count)
    }
}
