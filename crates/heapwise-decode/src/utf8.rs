//! Texts in UTF-8, whatever Windows or an editor made of them: a byte order mark, or UTF-16.
//!
//! PowerShell writes UTF-16 with a mark when a program's output is redirected, and editors put a
//! mark before UTF-8. None of these bytes can start a profile in protobuf: they are no field.

use std::borrow::Cow;
use std::io::{self, Cursor, Read};

use crate::line_ends;

/// How a text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// UTF-8, or no text at all.
    Plain,
    /// UTF-8 after a byte order mark.
    Marked,
    /// UTF-16, low byte first; whether after a mark.
    Low { is_marked: bool },
    /// UTF-16, high byte first; whether after a mark.
    High { is_marked: bool },
}

/// Bytes to look at.
pub(crate) const HEAD: usize = 64;
/// From so many bytes on, a text without a mark that has a zero as every other byte is UTF-16.
const CERTAIN: usize = 16;

impl Form {
    fn of(head: &[u8]) -> Form {
        match head {
            [0xef, 0xbb, 0xbf, text @ ..] if !text.iter().any(is_binary) => Form::Marked,
            [0xff, 0xfe, text @ ..] | [0xfe, 0xff, text @ ..] if is_ascii(text) => Form::Plain,
            [0xff, 0xfe, ..] => Form::Low { is_marked: true },
            [0xfe, 0xff, ..] => Form::High { is_marked: true },
            _ if is_every_other_zero(head, 0) => Form::Low { is_marked: false },
            _ if is_every_other_zero(head, 1) => Form::High { is_marked: false },
            _ => Form::Plain,
        }
    }

    fn mark(self) -> usize {
        match self {
            Form::Marked => 3,
            Form::Low { is_marked: true } | Form::High { is_marked: true } => 2,
            _ => 0,
        }
    }
}

/// A mark before anything but text is a damage, which is not to be passed over.
fn is_binary(byte: &u8) -> bool {
    *byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x1b)
}

/// Whether what is behind a mark of UTF-16 is ASCII, which was never that: whatever profile a text has in UTF-16, every
/// other byte of its first line is a zero. pprof reads such a text, its mark being letters before a word.
fn is_ascii(text: &[u8]) -> bool {
    text.len() >= CERTAIN && text.iter().all(|byte| byte.is_ascii() && !is_binary(byte))
}

/// Whether bytes are pairs of a byte of text, which is at `place` of each, and a zero. A profile in
/// protobuf can start with empty fields, which are such pairs, too; but not with a letter that is a
/// type of field that does not exist.
fn is_every_other_zero(head: &[u8], place: usize) -> bool {
    let is_text = |byte: u8| matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'~');
    let is_no_field = |byte: u8| byte.is_ascii_alphabetic() && matches!(byte & 7, 3 | 4 | 6 | 7);
    let pairs = head.get(..HEAD).unwrap_or(head).chunks_exact(2);
    let mut has_no_field = false;
    let are_text = pairs.into_iter().all(|pair| match (pair, place) {
        (&[text, 0], 0) | (&[0, text], 1) => {
            has_no_field |= is_no_field(text);
            is_text(text)
        }
        _ => false,
    });
    head.len() >= CERTAIN && are_text && has_no_field
}

/// A text that people may have got from anywhere as UTF-8: without a byte order mark, and out of
/// UTF-16 where it is certain to be that. What is neither is taken as UTF-8, with `U+FFFD` for
/// bytes that are none. Where lines end with `\r` alone, `\n` ends them.
///
/// ```
/// let bytes = b"\xff\xfeo\0k\0";
/// assert_eq!(heapwise_decode::text_of(bytes), "ok");
/// ```
pub fn text_of(bytes: &[u8]) -> Cow<'_, str> {
    line_ends::plain(line_of(bytes))
}

/// The same of one line, with whatever is in it.
pub(crate) fn line_of(bytes: &[u8]) -> Cow<'_, str> {
    let form = Form::of(bytes);
    let rest = bytes.get(form.mark()..).unwrap_or_default();
    match form {
        Form::Plain | Form::Marked => String::from_utf8_lossy(rest),
        Form::Low { .. } | Form::High { .. } => {
            let units = rest.chunks_exact(2).map(|pair| unit(form, pair));
            let chars = char::decode_utf16(units);
            let text = chars.map(|char| char.unwrap_or(char::REPLACEMENT_CHARACTER));
            Cow::Owned(text.collect())
        }
    }
}

fn unit(form: Form, pair: &[u8]) -> u16 {
    match (form, pair) {
        (Form::High { .. }, &[high, low]) | (_, &[low, high]) => u16::from_be_bytes([high, low]),
        _ => 0,
    }
}

/// Whether a text that starts so is taken as it is.
pub(crate) fn is_plain(head: &[u8]) -> bool {
    Form::of(head) == Form::Plain
}

/// The bytes of a reader, as UTF-8 where `head`, which is its start and already read, tells
/// another form of text.
pub(crate) fn reader<'a>(
    head: Vec<u8>,
    rest: Box<dyn Read + Send + 'a>,
) -> Box<dyn Read + Send + 'a> {
    let form = Form::of(&head);
    let mut whole = Cursor::new(head);
    whole.set_position(form.mark() as u64);
    let whole = whole.chain(rest);
    match form {
        Form::Plain | Form::Marked => Box::new(whole),
        Form::Low { .. } | Form::High { .. } => Box::new(Utf16 {
            reader: whole,
            form,
            high: None,
            odd: None,
            output: Vec::new(),
            done: 0,
        }),
    }
}

/// Turns UTF-16 into UTF-8, in chunks.
struct Utf16<R> {
    reader: R,
    form: Form,
    /// The first half of a pair of surrogates.
    high: Option<u16>,
    /// The first byte of a unit.
    odd: Option<u8>,
    output: Vec<u8>,
    done: usize,
}

const CHUNK: usize = 1 << 14;

impl<R: Read> Utf16<R> {
    fn fill(&mut self) -> io::Result<bool> {
        let mut chunk = Vec::with_capacity(CHUNK + 1);
        chunk.extend(self.odd.take());
        let limit = CHUNK as u64;
        if self.reader.by_ref().take(limit).read_to_end(&mut chunk)? == 0 {
            return Ok(false);
        }
        self.output.clear();
        self.done = 0;
        let pairs = chunk.chunks_exact(2);
        self.odd = pairs.remainder().first().copied();
        let units = pairs.map(|pair| unit(self.form, pair));
        let mut units: Vec<u16> = self.high.take().into_iter().chain(units).collect();
        if let Some(&last) = units.last()
            && (0xd800..0xdc00).contains(&last)
        {
            self.high = units.pop();
        }
        for char in char::decode_utf16(units) {
            let char = char.unwrap_or(char::REPLACEMENT_CHARACTER);
            let mut bytes = [0; 4];
            self.output
                .extend_from_slice(char.encode_utf8(&mut bytes).as_bytes());
        }
        Ok(true)
    }
}

impl<R: Read> Read for Utf16<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.done >= self.output.len() {
            if !self.fill()? {
                return Ok(0);
            }
        }
        let mut rest = self.output.get(self.done..).unwrap_or_default();
        let size = rest.read(out)?;
        self.done += size;
        Ok(size)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::{reader, text_of};

    fn utf16(text: &str, is_low: bool) -> Vec<u8> {
        let units = text.encode_utf16();
        let bytes = units.map(|unit| match is_low {
            true => unit.to_le_bytes(),
            false => unit.to_be_bytes(),
        });
        bytes.flatten().collect()
    }

    #[test]
    fn reads_every_form_alike_whole_and_in_chunks() {
        let text =
            "goroutine 1 [running]:\r\nmain.plain(0x1, 0x2, 0x3)\r\nmain.é😀()\r\n".repeat(1000);
        let plain = text.as_bytes().to_vec();
        let forms = [
            plain.clone(),
            [b"\xef\xbb\xbf".to_vec(), plain].concat(),
            [vec![0xff, 0xfe], utf16(&text, true)].concat(),
            [vec![0xfe, 0xff], utf16(&text, false)].concat(),
            utf16(&text, true),
            utf16(&text, false),
        ];
        for form in forms {
            assert!(text_of(&form) == text);
            let (head, rest) = form.split_at(super::HEAD);
            let mut read = String::new();
            let mut reader = reader(head.to_vec(), Box::new(rest));
            reader.read_to_string(&mut read).unwrap();
            assert!(read == text);
        }
    }

    #[test]
    fn takes_nothing_else_for_utf_16() {
        for bytes in [
            &b"a\0b\0"[..],
            b"\0\0\0\0\0\0\0\0\x03\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
            b"a\0b\0c\0d\0e\0f\0g\0h\0i\x01",
            b"\xff\xfegoroutine profile: total 1\n",
            b"\xfe\xffgoroutine profile: total 1\n",
        ] {
            assert_eq!(text_of(bytes), String::from_utf8_lossy(bytes));
        }
    }
}
