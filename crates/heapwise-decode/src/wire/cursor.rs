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

#[cfg(test)]
mod tests {
    use super::*;

    /// A varint as the format describes it: seven bits a byte, the lowest first.
    fn varint(mut value: u64) -> Vec<u8> {
        let mut bytes = Vec::new();
        while value > 0x7f {
            bytes.push((value % 128) as u8 + 128);
            value /= 128;
        }
        bytes.push(value as u8);
        bytes
    }

    fn values() -> impl Iterator<Item = u64> {
        let powers = (0..64).map(|bit| 1_u64 << bit);
        let around = powers.flat_map(|power| [power - 1, power, power + 1, power + power / 2]);
        around.chain([u64::MAX, 0x1234_5678_9abc_def0])
    }

    #[test]
    fn numbers_of_every_length_are_read() {
        for value in values() {
            let mut bytes = varint(value);
            let size = bytes.len();
            for end in 0..size {
                assert_eq!(read_varint(&bytes[..end], &mut 0), None, "{value} {end}");
            }
            bytes.insert(0, 0xff);
            bytes.push(0x85);
            let mut at = 1;
            assert_eq!(read_varint(&bytes, &mut at), Some(value));
            assert_eq!(at, 1 + size);
        }
        assert_eq!(read_varint(&[0xff; 10], &mut 0), None);
        // Bits beyond 64 are dropped.
        let mut long = [0xff; 10];
        long[9] = 0x7f;
        assert_eq!(read_varint(&long, &mut 0), Some(u64::MAX));
        assert_eq!(read_varint(&[1], &mut 2), None);
    }

    #[test]
    fn varints_are_counted_where_they_end() {
        let all: Vec<u64> = values().collect();
        for count in 0..all.len() {
            let bytes: Vec<u8> = all[..count]
                .iter()
                .flat_map(|value| varint(*value))
                .collect();
            assert_eq!(varint_count(&bytes), count);
        }
        assert_eq!(varint_count(&[0x80; 17]), 0);
        assert_eq!(varint_count(&[0; 17]), 17);
    }

    #[test]
    fn short_lengths_split_what_they_cover() {
        for length in [0, 1, 127, 128, 129, 200, 255, 256, 300, 16_383] {
            let mut bytes = varint(length);
            let head = bytes.len();
            bytes.resize(head + length as usize, 7);
            assert_eq!(split_short(&bytes[..bytes.len() - 1]), None, "{length}");
            bytes.extend([8, 9]);
            let (inner, rest) = split_short(&bytes).unwrap();
            assert_eq!(
                (inner.len(), rest),
                (length as usize, &[8, 9][..]),
                "{length}"
            );
            assert!(inner.iter().all(|byte| *byte == 7));
        }
        assert_eq!(split_short(&varint(16_384)), None);
        assert_eq!(split_short(&[]), None);
        assert_eq!(split_short(&[0x80]), None);
    }

    #[test]
    fn fields_of_every_wire_type_are_walked() {
        let mut bytes = vec![1 << 3, 0x96, 1];
        bytes.extend([2 << 3 | 1, 1, 2, 3, 4, 5, 6, 7, 8]);
        bytes.extend([3 << 3 | 2, 2, 8, 1]);
        bytes.extend([4 << 3 | 5, 9, 8, 7, 6]);
        let mut fields = Fields::new(&bytes, 100, "a message");
        let field = fields.next().unwrap().unwrap();
        assert_eq!((field.number, fields.number(&field).unwrap()), (1, 150));
        let refused = fields.nested(&field).unwrap_err().to_string();
        assert!(refused.contains("a varint in field 1"), "{refused}");
        assert!(refused.contains("a message at byte 103"), "{refused}");
        let field = fields.next().unwrap().unwrap();
        assert!(matches!(
            field.payload,
            Payload::Fixed([1, 2, 3, 4, 5, 6, 7, 8])
        ));
        let field = fields.next().unwrap().unwrap();
        assert_eq!(fields.nested(&field).unwrap(), (&[8, 1][..], 114));
        let refused = fields.number(&field).unwrap_err().to_string();
        assert!(
            refused.contains("length-delimited bytes in field 3"),
            "{refused}"
        );
        let field = fields.next().unwrap().unwrap();
        assert!(matches!(field.payload, Payload::Fixed([9, 8, 7, 6])));
        let refused = fields.nested(&field).unwrap_err().to_string();
        assert!(
            refused.contains("a fixed-width number in field 4"),
            "{refused}"
        );
        assert!(fields.next().unwrap().is_none());
        assert_eq!(fields.offset(), 100 + bytes.len() as u64);
    }

    #[test]
    fn what_is_cut_or_of_another_type_is_refused() {
        for (bytes, said) in [
            (&[0x80][..], "a varint that does not end"),
            (&[8, 0x80], "a varint that does not end"),
            (&[1 << 3 | 1, 1, 2, 3, 4, 5, 6, 7], "a field of 8 bytes"),
            (&[1 << 3 | 5, 1, 2, 3], "a field of 4 bytes"),
            (&[1 << 3 | 2, 2, 1], "a field of 2 bytes"),
            (&[1 << 3 | 3], "wire type 3"),
            (&[1 << 3 | 4], "wire type 4"),
            (&[1 << 3 | 6], "wire type 6"),
            (&[1 << 3 | 7], "wire type 7"),
        ] {
            let refused = Fields::new(bytes, 7, "a message")
                .next()
                .err()
                .unwrap()
                .to_string();
            assert!(refused.contains(said), "{bytes:?}: {refused}");
            assert!(
                refused.contains("a message at byte 7"),
                "{bytes:?}: {refused}"
            );
        }
    }
}
