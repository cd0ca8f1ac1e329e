//! Reads varints, and splits nested messages into fields.

use crate::error::{Error, ErrorKind, Result, Stage};
use crate::words::counted;

/// A varint of up to ten bytes at `*at`, which is moved behind it.
///
/// Bits beyond 64 are dropped as the Go decoder drops them (profile/proto.go: decodeVarint).
#[inline]
pub(crate) fn read_varint(bytes: &[u8], at: &mut usize) -> Option<u64> {
    let rest = bytes.get(*at..)?;
    // Nearly all of a profile's numbers take three bytes or fewer.
    let (value, size) = match *rest {
        [a, ..] if a < 0x80 => (u64::from(a), 1),
        [a, b, ..] if b < 0x80 => (u64::from(a & 0x7f) | u64::from(b) << 7, 2),
        [a, b, c, ..] if c < 0x80 => {
            let low = u64::from(a & 0x7f) | u64::from(b & 0x7f) << 7;
            (low | u64::from(c) << 14, 3)
        }
        _ => long_varint(rest)?,
    };
    *at += size;
    Some(value)
}

/// The varint at the start of `bytes` and its size.
#[inline(never)]
fn long_varint(bytes: &[u8]) -> Option<(u64, usize)> {
    let mut value = 0;
    for (step, &byte) in bytes.iter().take(10).enumerate() {
        value |= u64::from(byte & 0x7f) << (7 * step);
        if byte < 0x80 {
            return Some((value, step + 1));
        }
    }
    None
}

/// How many varints a packed run holds: each ends with its only byte below 0x80.
#[inline]
pub(crate) fn varint_count(bytes: &[u8]) -> usize {
    let (words, rest) = bytes.as_chunks::<8>();
    let in_words = words.iter().map(|&word| {
        // One in each byte that ends a varint, added up in the highest byte.
        let ends = (!u64::from_le_bytes(word) >> 7) & 0x0101_0101_0101_0101;
        (ends.wrapping_mul(0x0101_0101_0101_0101) >> 56) as usize
    });
    in_words.sum::<usize>() + rest.iter().filter(|&&byte| byte < 0x80).count()
}

/// What a length of one byte or two covers, and what is behind it.
#[inline]
pub(super) fn split_short(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    match *bytes {
        [length, ref rest @ ..] if length < 0x80 => rest.split_at_checked(length.into()),
        [low, high, ref rest @ ..] if high < 0x80 => {
            rest.split_at_checked(usize::from(low & 0x7f) | usize::from(high) << 7)
        }
        _ => None,
    }
}

/// One field of a message: its number and its payload.
pub(crate) struct Field<'a> {
    pub(crate) number: u64,
    pub(crate) payload: Payload<'a>,
}

/// A payload by wire type.
pub(crate) enum Payload<'a> {
    Varint(u64),
    Bytes(&'a [u8]),
    /// Fixed 32 or 64 bits, low byte first, which pprof's format does not use.
    Fixed(&'a [u8]),
}

/// Walks over the fields of one message.
pub(crate) struct Fields<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Offset of the message in the decoded stream, for error messages.
    base: u64,
    message: &'static str,
}

impl<'a> Fields<'a> {
    pub(crate) fn new(bytes: &'a [u8], base: u64, message: &'static str) -> Self {
        Self {
            bytes,
            at: 0,
            base,
            message,
        }
    }

    /// The next field, or `None` at the end of the message.
    ///
    /// Always inlined, with what it calls: its result then never goes through memory.
    #[inline(always)]
    pub(crate) fn next(&mut self) -> Result<Option<Field<'a>>> {
        if self.at >= self.bytes.len() {
            return Ok(None);
        }
        let start = self.at;
        let key = self.varint(start)?;
        let payload = match key & 7 {
            0 => Payload::Varint(self.varint(start)?),
            1 => self.fixed(start, 8)?,
            2 => {
                let length = self.varint(start)?;
                Payload::Bytes(self.slice(start, length)?)
            }
            5 => self.fixed(start, 4)?,
            other => return Err(self.bad_wire_type(start, other)),
        };
        Ok(Some(Field {
            number: key >> 3,
            payload,
        }))
    }

    /// The payload as a number, or the refusal of another wire type.
    pub(crate) fn number(&self, field: &Field<'_>) -> Result<u64> {
        match field.payload {
            Payload::Varint(value) => Ok(value),
            Payload::Bytes(_) | Payload::Fixed(_) => Err(self.wrong_type(field, "a varint")),
        }
    }

    /// The payload as a nested message with its offset in the decoded stream.
    pub(crate) fn nested(&self, field: &Field<'a>) -> Result<(&'a [u8], u64)> {
        match field.payload {
            Payload::Bytes(bytes) => Ok((bytes, self.base + (self.at - bytes.len()) as u64)),
            Payload::Varint(_) | Payload::Fixed(_) => Err(self.wrong_type(field, "a message")),
        }
    }

    /// The offset, in the decoded stream, of the end of the field last read.
    pub(crate) fn offset(&self) -> u64 {
        self.base + self.at as u64
    }

    #[inline(always)]
    fn varint(&mut self, start: usize) -> Result<u64> {
        match read_varint(self.bytes, &mut self.at) {
            Some(value) => Ok(value),
            None => Err(self.endless(start)),
        }
    }

    fn fixed(&mut self, start: usize, size: u64) -> Result<Payload<'a>> {
        Ok(Payload::Fixed(self.slice(start, size)?))
    }

    #[inline(always)]
    fn slice(&mut self, start: usize, length: u64) -> Result<&'a [u8]> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let whole = usize::try_from(length).ok();
        match whole.and_then(|length| rest.get(..length)) {
            Some(slice) => {
                self.at += slice.len();
                Ok(slice)
            }
            None => Err(self.too_long(start, length, rest.len())),
        }
    }

    #[cold]
    fn endless(&self, start: usize) -> Error {
        self.error(
            start,
            "a varint that does not end",
            "a varint of at most 10 bytes",
        )
    }

    #[cold]
    fn too_long(&self, start: usize, length: u64, left: usize) -> Error {
        self.error(
            start,
            &format!("a field of {}", counted(length, "byte")),
            &format!("at most the {} left in the message", counted(left, "byte")),
        )
    }

    #[cold]
    pub(crate) fn wrong_type(&self, field: &Field<'_>, expected: &str) -> Error {
        let found = match field.payload {
            Payload::Varint(_) => "a varint",
            Payload::Bytes(_) => "length-delimited bytes",
            Payload::Fixed(_) => "a fixed-width number",
        };
        self.error(
            self.at,
            &format!("{found} in field {}", field.number),
            expected,
        )
    }

    #[cold]
    fn bad_wire_type(&self, start: usize, wire_type: u64) -> Error {
        self.error(
            start,
            &format!("wire type {wire_type}"),
            "wire type 0, 1, 2 or 5",
        )
    }

    fn error(&self, at: usize, found: &str, expected: &str) -> Error {
        Error::new(
            ErrorKind::Wire,
            Stage::Protobuf,
            format!("{} at byte {}", self.message, self.base + at as u64),
            found,
            expected,
        )
    }
}
