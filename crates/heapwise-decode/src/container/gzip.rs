//! gzip (RFC 1952) over raw deflate: every member, every checksum. What follows the last member
//! and is none is left out and told.
//!
//! The framing is ours because the checksum of the `crc32fast` crate is several times faster than
//! the one inside the inflating crate, and because a refusal is to name the byte.

use std::io::{self, Read};

use flate2::{FlushDecompress, Status};

use super::inflater::Inflater;
use super::left_out::{LeftOut, Tail};
use crate::error::{Error, ErrorKind, Stage};

const INPUT_CHUNK: usize = 64 << 10;
const FLAG_HEADER_CRC: u8 = 1 << 1;
const FLAG_EXTRA: u8 = 1 << 2;
const FLAG_NAME: u8 = 1 << 3;
const FLAG_COMMENT: u8 = 1 << 4;
const RESERVED_FLAGS: u8 = 0xe0;

pub(super) struct GzipReader<R> {
    input: Input<R>,
    inflate: Inflater,
    crc: crc32fast::Hasher,
    member_bytes: u64,
    state: State,
    /// Takes what stands behind the last member; without it, that is refused.
    left_out: Option<LeftOut>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Header,
    Body,
    Done,
}

impl<R: Read> GzipReader<R> {
    pub(super) fn new(reader: R, left_out: Option<LeftOut>) -> Self {
        Self {
            input: Input {
                reader,
                buffer: vec![0; INPUT_CHUNK],
                start: 0,
                end: 0,
                consumed: 0,
            },
            inflate: Inflater::default(),
            crc: crc32fast::Hasher::new(),
            member_bytes: 0,
            state: State::Header,
            left_out,
        }
    }

    /// Reads the header of the next member; the end of the input in its place ends the stream.
    fn header(&mut self) -> io::Result<()> {
        if self.input.consumed > 0 && self.input.available()?.is_empty() {
            self.state = State::Done;
            return Ok(());
        }
        let at = self.input.consumed;
        if let Some(&byte) = self.input.available()?.first()
            && byte != 0x1f
        {
            return match self.left_out.clone().filter(|_| at > 0) {
                None => Err(no_member(at, format!("byte {byte:02x}"))),
                Some(left_out) => self.tail(at, &left_out),
            };
        }
        let mut crc = crc32fast::Hasher::new();
        let mut fixed = [0; 10];
        self.input.take_into(&mut fixed, &mut crc)?;
        let [magic_1, magic_2, method, flags, ..] = fixed;
        if [magic_1, magic_2, method] != [0x1f, 0x8b, 8] || flags & RESERVED_FLAGS != 0 {
            let found = format!("bytes {magic_1:02x} {magic_2:02x} {method:02x} {flags:02x}");
            return Err(no_member(at, found));
        }
        self.optional_parts(flags, &mut crc)?;
        self.inflate.get().reset(false);
        self.crc.reset();
        self.member_bytes = 0;
        self.state = State::Body;
        Ok(())
    }

    /// Passes what stands behind the last member.
    fn tail(&mut self, start: u64, left_out: &LeftOut) -> io::Result<()> {
        let mut is_zeros = true;
        loop {
            let bytes = self.input.available()?;
            is_zeros &= bytes.iter().all(|&byte| byte == 0);
            let count = bytes.len();
            if count == 0 {
                break;
            }
            self.input.consume(count);
        }
        let size = self.input.consumed - start;
        left_out.tell(Tail {
            start,
            size,
            is_zeros,
        });
        self.state = State::Done;
        Ok(())
    }

    fn optional_parts(&mut self, flags: u8, crc: &mut crc32fast::Hasher) -> io::Result<()> {
        if flags & FLAG_EXTRA != 0 {
            let mut length = [0; 2];
            self.input.take_into(&mut length, crc)?;
            for _ in 0..u16::from_le_bytes(length) {
                self.input.take_into(&mut [0; 1], crc)?;
            }
        }
        for flag in [FLAG_NAME, FLAG_COMMENT] {
            if flags & flag != 0 {
                self.skip_text(crc)?;
            }
        }
        if flags & FLAG_HEADER_CRC != 0 {
            let expected = crc.clone().finalize() as u16;
            let at = self.input.consumed;
            let mut stored = [0; 2];
            self.input.take_into(&mut stored, crc)?;
            if u16::from_le_bytes(stored) != expected {
                return Err(damaged(
                    at,
                    "a header checksum that does not match",
                    "the checksum of the header",
                ));
            }
        }
        Ok(())
    }

    fn skip_text(&mut self, crc: &mut crc32fast::Hasher) -> io::Result<()> {
        let mut byte = [0; 1];
        loop {
            self.input.take_into(&mut byte, crc)?;
            if byte == [0] {
                return Ok(());
            }
        }
    }

    /// Checks what follows the last block of a member.
    fn trailer(&mut self) -> io::Result<()> {
        let at = self.input.consumed;
        let mut trailer = [0; 8];
        self.input
            .take_into(&mut trailer, &mut crc32fast::Hasher::new())?;
        let [a, b, c, d, e, f, g, h] = trailer;
        let stored_crc = u32::from_le_bytes([a, b, c, d]);
        let stored_size = u32::from_le_bytes([e, f, g, h]);
        let crc = std::mem::take(&mut self.crc).finalize();
        if stored_crc != crc {
            return Err(damaged(
                at,
                format!("checksum {stored_crc:08x}"),
                format!("{crc:08x}, the checksum of the bytes before it"),
            ));
        }
        if stored_size != self.member_bytes as u32 {
            return Err(damaged(
                at + 4,
                format!("length {stored_size}"),
                format!("{}, the number of bytes inflated", self.member_bytes as u32),
            ));
        }
        self.state = State::Header;
        Ok(())
    }

    /// Inflates into `out`; 0 means that the member has ended.
    fn body(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            let inflate = self.inflate.get();
            let before = (inflate.total_in(), inflate.total_out());
            let available = self.input.available()?;
            let at_end = available.is_empty();
            let status = inflate
                .decompress(available, out, FlushDecompress::None)
                .map_err(|_| {
                    damaged(
                        self.input.consumed,
                        "a deflate block that makes no sense",
                        "deflated bytes",
                    )
                })?;
            let taken = (inflate.total_in() - before.0) as usize;
            let made = (inflate.total_out() - before.1) as usize;
            self.input.consume(taken);
            self.member_bytes += made as u64;
            if let Some(new) = out.get(..made) {
                self.crc.update(new);
            }
            if status == Status::StreamEnd {
                self.trailer()?;
                return Ok(made);
            }
            if made > 0 {
                return Ok(made);
            }
            if at_end {
                return Err(self.input.ended("more deflated bytes"));
            }
        }
    }
}

impl<R: Read> Read for GzipReader<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.is_empty() {
            return Ok(0);
        }
        loop {
            match self.state {
                State::Header => self.header()?,
                State::Done => return Ok(0),
                State::Body => {
                    let made = self.body(out)?;
                    if made > 0 {
                        return Ok(made);
                    }
                }
            }
        }
    }
}

/// What follows a member, or the start of the input, is not a member.
fn no_member(byte: u64, found: String) -> io::Error {
    let expected = "the header of a gzip member, or the end of the input";
    damaged(byte, found, expected)
}

fn damaged(byte: u64, found: impl Into<String>, expected: impl Into<String>) -> io::Error {
    io::Error::other(Error::new(
        ErrorKind::Container,
        Stage::Gzip,
        format!("byte {byte}"),
        found,
        expected,
    ))
}

/// The compressed side: a buffer that knows how many bytes were used.
struct Input<R> {
    reader: R,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    consumed: u64,
}

impl<R: Read> Input<R> {
    /// The unread bytes at hand, refilled when there are none; empty at the end of the input.
    fn available(&mut self) -> io::Result<&[u8]> {
        if self.start == self.end {
            self.start = 0;
            self.end = read_some(&mut self.reader, &mut self.buffer)?;
        }
        Ok(self.buffer.get(self.start..self.end).unwrap_or_default())
    }

    fn consume(&mut self, count: usize) {
        self.start = (self.start + count).min(self.end);
        self.consumed += count as u64;
    }

    fn take_into(&mut self, out: &mut [u8], crc: &mut crc32fast::Hasher) -> io::Result<()> {
        for slot in out.iter_mut() {
            match self.available()?.first() {
                Some(&byte) => *slot = byte,
                None => return Err(self.ended("the rest of a gzip header or trailer")),
            }
            self.consume(1);
        }
        crc.update(out);
        Ok(())
    }

    fn ended(&self, expected: &str) -> io::Error {
        io::Error::other(Error::truncated(Stage::Gzip, self.consumed, expected))
    }
}

fn read_some(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match reader.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A member whose bytes are stored as they are (RFC 1951, 3.2.4).
    fn member(bytes: &[u8]) -> Vec<u8> {
        let size = bytes.len() as u16;
        let header = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff, 1];
        let sum = crc32fast::hash(bytes).to_le_bytes();
        let total = (bytes.len() as u32).to_le_bytes();
        let lengths = [size.to_le_bytes(), (!size).to_le_bytes()].concat();
        [&header[..], &lengths, bytes, &sum, &total].concat()
    }

    fn read(input: &[u8]) -> io::Result<Vec<u8>> {
        let mut out = Vec::new();
        let read = GzipReader::new(input, None).read_to_end(&mut out);
        read.map(|_| out)
    }

    #[test]
    fn members_are_one_stream_also_where_one_is_empty() {
        let members = [&b""[..], b"one", b"", b"two"].map(member);
        let input = members.concat();
        assert_eq!(read(&input).unwrap(), b"onetwo");
        assert_eq!(read(&members[0]).unwrap(), b"");
        // Cut between members it is whole, cut within one it is not.
        let mut ends = Vec::new();
        for member in &members {
            ends.push(ends.last().unwrap_or(&0) + member.len());
        }
        for end in 1..=input.len() {
            assert_eq!(read(&input[..end]).is_ok(), ends.contains(&end), "{end}");
        }
    }
}
