use std::io::Read;

use super::cursor::read_varint;
use super::window::Window;
use crate::container::too_large;
use crate::error::{Error, ErrorKind, Result, Stage};
use crate::limits::Limits;

/// The longest key and length: two varints of ten bytes.
const MAX_PREFIX: usize = 20;
/// The highest field number of a Profile message; higher ones are skipped unread.
const LAST_FIELD: u64 = 15;

/// A field of the outermost message.
pub(crate) enum TopLevel<'a> {
    /// Field number and value.
    Varint(u64, u64),
    /// Field number, bytes, and the offset of the bytes in the decoded stream.
    Bytes(u64, &'a [u8], u64),
    /// Field number of a fixed-width value, which the format does not use.
    Fixed(u64),
}

/// Hands the fields of the outermost message to `handle`, one after the other, in constant memory.
/// Returns the number of bytes read.
pub(crate) fn read_top_level(
    reader: impl Read,
    limits: &Limits,
    mut handle: impl FnMut(TopLevel<'_>) -> Result<()>,
) -> Result<u64> {
    let mut window = Window::new(reader);
    loop {
        if window.bytes().len() < MAX_PREFIX {
            window.fill(MAX_PREFIX)?;
            if window.bytes().is_empty() {
                return Ok(window.offset());
            }
        }
        if window.offset() > limits.max_bytes {
            return Err(too_large(limits.max_bytes));
        }
        read_field(&mut window, limits, &mut handle)?;
    }
}

#[inline]
fn read_field(
    window: &mut Window<impl Read>,
    limits: &Limits,
    handle: &mut impl FnMut(TopLevel<'_>) -> Result<()>,
) -> Result<()> {
    let mut at = 0;
    let key = prefix(window, &mut at)?;
    let number = key >> 3;
    match key & 7 {
        0 => {
            let value = prefix(window, &mut at)?;
            window.consume(at);
            handle(TopLevel::Varint(number, value))
        }
        1 => fixed(window, at, 8).and_then(|()| handle(TopLevel::Fixed(number))),
        5 => fixed(window, at, 4).and_then(|()| handle(TopLevel::Fixed(number))),
        2 => {
            let length = prefix(window, &mut at)?;
            if number == 0 || number > LAST_FIELD {
                window.consume(at);
                return skip(window, length);
            }
            let length = checked_length(window, length, limits)?;
            if window.bytes().len() < at + length {
                window.fill(at + length)?;
            }
            let offset = window.offset() + at as u64;
            let Some(bytes) = window.bytes().get(at..at + length) else {
                return Err(cut_short(window, length as u64));
            };
            handle(TopLevel::Bytes(number, bytes, offset))?;
            window.consume(at + length);
            Ok(())
        }
        other => Err(Error::new(
            ErrorKind::Wire,
            Stage::Protobuf,
            format!("profile at byte {}", window.offset()),
            format!("wire type {other}"),
            "wire type 0, 1, 2 or 5",
        )),
    }
}

/// A varint of a field's key, value or length.
#[inline]
fn prefix(window: &Window<impl Read>, at: &mut usize) -> Result<u64> {
    read_varint(window.bytes(), at).ok_or_else(|| {
        if window.at_end() && window.bytes().len() < MAX_PREFIX {
            cut_short(window, 1)
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

fn fixed(window: &mut Window<impl Read>, at: usize, size: usize) -> Result<()> {
    window.fill(at + size)?;
    if window.bytes().len() < at + size {
        return Err(cut_short(window, size as u64));
    }
    window.consume(at + size);
    Ok(())
}

fn checked_length(window: &Window<impl Read>, length: u64, limits: &Limits) -> Result<usize> {
    match usize::try_from(length) {
        Ok(length) if length <= limits.max_message_bytes => Ok(length),
        _ => Err(Error::new(
            ErrorKind::TooLarge,
            Stage::Protobuf,
            format!("profile at byte {}", window.offset()),
            format!("a field of {length} bytes"),
            format!("at most {} bytes", limits.max_message_bytes),
        )),
    }
}

fn skip(window: &mut Window<impl Read>, length: u64) -> Result<()> {
    let mut left = length;
    while left > 0 {
        if window.bytes().is_empty() {
            window.fill(1)?;
        }
        let step = (window.bytes().len() as u64).min(left);
        if step == 0 {
            return Err(cut_short(window, left));
        }
        window.consume(step as usize);
        left -= step;
    }
    Ok(())
}

/// The stream ends before a field does.
fn cut_short(window: &Window<impl Read>, length: u64) -> Error {
    let end = window.offset() + window.bytes().len() as u64;
    Error::truncated(
        Stage::Protobuf,
        end,
        format!(
            "the rest of the field of {length} bytes that starts at byte {}",
            window.offset()
        ),
    )
}
