//! zstd (RFC 8878), one frame after the other.

use std::io::{self, Read};

use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

use crate::error::{Error, ErrorKind, Stage};

const STEP: usize = 128 << 10;

pub(super) struct ZstdReader<R> {
    input: Counted<R>,
    frame: FrameDecoder,
    in_frame: bool,
}

impl<R: Read> ZstdReader<R> {
    pub(super) fn new(reader: R) -> Self {
        Self {
            input: Counted {
                reader,
                consumed: 0,
                pushed_back: None,
            },
            frame: FrameDecoder::new(),
            in_frame: false,
        }
    }

    /// Starts the next frame; `false` at the end of the input.
    fn start_frame(&mut self) -> io::Result<bool> {
        if self.input.at_end()? {
            return Ok(false);
        }
        let at = self.input.consumed;
        self.frame
            .reset(&mut self.input)
            .map_err(|error| damaged(at, &error, "the header of a zstd frame"))?;
        self.in_frame = true;
        Ok(true)
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
                let at = self.input.consumed;
                self.frame
                    .decode_blocks(&mut self.input, BlockDecodingStrategy::UptoBytes(STEP))
                    .map_err(|error| damaged(at, &error, "a zstd block"))?;
            }
            let made = self.frame.read(out)?;
            if made > 0 {
                return Ok(made);
            }
            self.in_frame = false;
        }
    }
}

fn damaged(byte: u64, error: &dyn std::fmt::Display, expected: &str) -> io::Error {
    let found = error.to_string().replace('\n', " ");
    io::Error::other(Error::new(
        ErrorKind::Container,
        Stage::Zstd,
        format!("byte {byte}"),
        format!("damage ({found})"),
        expected,
    ))
}

struct Counted<R> {
    reader: R,
    consumed: u64,
    pushed_back: Option<u8>,
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

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = match (self.pushed_back.take(), out.first_mut()) {
            (Some(byte), Some(slot)) => {
                *slot = byte;
                1
            }
            (back, _) => {
                self.pushed_back = back;
                self.reader.read(out)?
            }
        };
        self.consumed += count as u64;
        Ok(count)
    }
}
