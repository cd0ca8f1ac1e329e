//! Splits the outermost message into fields, and refuses those that are cut or too large.

use crate::words::counted;

use super::cursor::{read_varint, split_short};
use super::window::Window;
use crate::container::{Chunked, too_large};
use crate::error::{Error, ErrorKind, Result, Stage};
use crate::limits::Limits;

const MAX_VARINT: usize = 10;
/// The longest key and length.
const MAX_PREFIX: usize = 2 * MAX_VARINT;
/// The highest field number of a Profile message; higher ones are skipped unread.
const LAST_FIELD: u64 = 15;

/// A field of the outermost message.
pub(crate) enum TopLevel<'a> {
    /// Field number, value, and the offset of the field in the decoded stream.
    Varint(u64, u64, u64),
    /// Field number, bytes, and the offset of the bytes in the decoded stream.
    Bytes(u64, &'a [u8], u64),
    /// Field number of a fixed-width value, which the format does not use, and the offset of the
    /// field in the decoded stream.
    Fixed(u64, u64),
}

/// Hands the fields of the outermost message to `handle`, one after the other, in constant memory.
/// Returns the number of bytes read.
pub(crate) fn read_top_level(
    reader: &mut dyn Chunked,
    limits: &Limits,
    mut handle: impl FnMut(TopLevel<'_>) -> Result<()>,
) -> Result<u64> {
    let mut window = Window::new(reader);
    loop {
        while let Some((number, bytes, size)) = usual_field(&window, limits) {
            let offset = window.offset() + (size - bytes.len()) as u64;
            handle(TopLevel::Bytes(number, bytes, offset))?;
            window.consume(size);
        }
        if window.bytes().len() < MAX_PREFIX {
            window.fill(MAX_PREFIX)?;
            if window.bytes().is_empty() {
                return Ok(window.offset());
            }
        }
        check_cap(&window, limits)?;
        read_field(&mut window, limits, &mut handle)?;
    }
}

/// The number, the bytes and the whole size of a field that is as nearly all are: bytes with a length
/// below 16 KiB that are at hand. `None` for others.
#[inline]
fn usual_field<'a>(window: &'a Window<'_>, limits: &Limits) -> Option<(u64, &'a [u8], usize)> {
    const BYTES: u8 = 2;
    const LAST_KEY: u8 = (LAST_FIELD as u8) << 3 | BYTES;
    let whole = window.bytes();
    let [key @ 8..=LAST_KEY, rest @ ..] = whole else {
        return None;
    };
    let (bytes, after) = split_short(rest)?;
    let is_usual = key & 7 == BYTES
        && bytes.len() <= limits.max_message_bytes
        && window.offset() <= limits.max_bytes;
    is_usual.then(|| (u64::from(key >> 3), bytes, whole.len() - after.len()))
}

fn read_field(
    window: &mut Window<'_>,
    limits: &Limits,
    handle: &mut impl FnMut(TopLevel<'_>) -> Result<()>,
) -> Result<()> {
    let start = window.offset();
    let mut at = 0;
    let key = prefix(window, &mut at)?;
    let number = key >> 3;
    match key & 7 {
        0 => {
            let value = prefix(window, &mut at)?;
            window.consume(at);
            handle(TopLevel::Varint(number, value, start))
        }
        1 => fixed(window, at, 8).and_then(|()| handle(TopLevel::Fixed(number, start))),
        5 => fixed(window, at, 4).and_then(|()| handle(TopLevel::Fixed(number, start))),
        2 => {
            let length = prefix(window, &mut at)?;
            if number == 0 || number > LAST_FIELD {
                window.consume(at);
                return skip(window, limits, start, length);
            }
            let length = checked_length(window, length, limits)?;
            if window.bytes().len() < at + length {
                window.fill(at + length)?;
            }
            let offset = start + at as u64;
            let Some(bytes) = window.bytes().get(at..at + length) else {
                return Err(cut_short(window, start, &sized(length as u64)));
            };
            handle(TopLevel::Bytes(number, bytes, offset))?;
            window.consume(at + length);
            Ok(())
        }
        other => Err(Error::new(
            ErrorKind::Wire,
            Stage::Protobuf,
            format!("profile at byte {start}"),
            format!("wire type {other}"),
            "wire type 0, 1, 2 or 5",
        )),
    }
}

/// A varint of a field's key, value or length.
fn prefix(window: &Window<'_>, at: &mut usize) -> Result<u64> {
    read_varint(window.bytes(), at).ok_or_else(|| {
        let left = window.bytes().len().saturating_sub(*at);
        if window.at_end() && left < MAX_VARINT {
            cut_short(window, window.offset(), "field")
        } else {
            Error::new(
                ErrorKind::Wire,
                Stage::Protobuf,
                format!("profile at byte {}", window.offset()),
                "a varint that does not end",
                "a varint of at most 10 bytes",
            )
        }
    })
}

fn fixed(window: &mut Window<'_>, at: usize, size: usize) -> Result<()> {
    window.fill(at + size)?;
    if window.bytes().len() < at + size {
        return Err(cut_short(window, window.offset(), &sized(size as u64)));
    }
    window.consume(at + size);
    Ok(())
}

fn checked_length(window: &Window<'_>, length: u64, limits: &Limits) -> Result<usize> {
    match usize::try_from(length) {
        Ok(length) if length <= limits.max_message_bytes => Ok(length),
        _ => Err(Error::new(
            ErrorKind::TooLarge,
            Stage::Protobuf,
            format!("profile at byte {}", window.offset()),
            format!("a field of {}", counted(length, "byte")),
            format!("at most {}", counted(limits.max_message_bytes, "byte")),
        )),
    }
}

/// Passes over a field that starts at `start` and of which `length` bytes are left.
fn skip(window: &mut Window<'_>, limits: &Limits, start: u64, length: u64) -> Result<()> {
    let mut left = length;
    while left > 0 {
        check_cap(window, limits)?;
        if window.bytes().is_empty() {
            window.fill(1)?;
        }
        let step = (window.bytes().len() as u64).min(left);
        if step == 0 {
            return Err(cut_short(window, start, &sized(length)));
        }
        window.consume(step as usize);
        left -= step;
    }
    Ok(())
}

fn check_cap(window: &Window<'_>, limits: &Limits) -> Result<()> {
    if window.offset() > limits.max_bytes {
        return Err(too_large(limits.max_bytes));
    }
    Ok(())
}

fn sized(length: u64) -> String {
    format!("field of {}", counted(length, "byte"))
}

/// The stream ends before the field that starts at `start` does.
fn cut_short(window: &Window<'_>, start: u64, field: &str) -> Error {
    let end = window.offset() + window.bytes().len() as u64;
    Error::truncated(
        Stage::Protobuf,
        end,
        format!("the rest of the {field} that starts at byte {start}"),
    )
}
