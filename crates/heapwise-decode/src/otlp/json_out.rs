//! Writes messages in protobuf as OTLP/JSON (OTLP: JSON Protobuf Encoding): names in camelCase, 64-bit integers as
//! texts, bytes in base64, ids in hexadecimal digits.

use std::io::{self, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::schema::{FieldRule, Kind, Message};
use crate::error::Result;
use crate::wire::{Field, Fields, Payload, read_varint};

/// Writes a message, whose fields of one number are next to each other.
pub(super) fn write(
    bytes: &[u8],
    message: &'static Message,
    out: &mut impl Write,
) -> io::Result<()> {
    let mut fields = Fields::new(bytes, 0, message.name);
    let mut open: Option<&FieldRule> = None;
    out.write_all(b"{")?;
    while let Some(field) = next(&mut fields)? {
        let Some(rule) = message.by_number(field.number) else {
            continue;
        };
        match open {
            Some(before) if before.number == rule.number && rule.is_repeated => {
                out.write_all(b",")?
            }
            before => {
                if before.is_some_and(|before| before.is_repeated) {
                    out.write_all(b"]")?;
                }
                let comma = if before.is_some() { "," } else { "" };
                let list = if rule.is_repeated { "[" } else { "" };
                write!(out, "{comma}\"{}\":{list}", rule.name)?;
            }
        }
        open = Some(rule);
        value(&field, rule, out)?;
    }
    if open.is_some_and(|rule| rule.is_repeated) {
        out.write_all(b"]")?;
    }
    out.write_all(b"}")
}

/// What was written here is well-formed.
fn next<'a>(fields: &mut Fields<'a>) -> io::Result<Option<Field<'a>>> {
    let read: Result<Option<Field<'a>>> = fields.next();
    read.map_err(io::Error::other)
}

fn value(field: &Field<'_>, rule: &FieldRule, out: &mut impl Write) -> io::Result<()> {
    match (rule.kind, &field.payload) {
        (Kind::Nested(message), Payload::Bytes(bytes)) => write(bytes, message, out),
        (Kind::Text, Payload::Bytes(bytes)) => {
            serde_json::to_writer(out, &String::from_utf8_lossy(bytes)).map_err(io::Error::from)
        }
        (Kind::Bytes, Payload::Bytes(bytes)) => write!(out, "\"{}\"", STANDARD.encode(bytes)),
        (Kind::Id, Payload::Bytes(bytes)) => {
            let digits = bytes.iter().map(|byte| format!("{byte:02x}"));
            write!(out, "\"{}\"", digits.collect::<String>())
        }
        (kind, Payload::Bytes(packed)) => numbers(kind, packed, out),
        (kind, Payload::Varint(number)) => write_number(kind, *number, out),
        (Kind::Double, Payload::Fixed(bytes)) => {
            let bytes = <[u8; 8]>::try_from(*bytes).unwrap_or_default();
            write!(out, "{}", f64::from_le_bytes(bytes))
        }
        (kind, Payload::Fixed(bytes)) => {
            let bytes = <[u8; 8]>::try_from(*bytes).unwrap_or_default();
            write_number(kind, u64::from_le_bytes(bytes), out)
        }
    }
}

fn numbers(kind: Kind, packed: &[u8], out: &mut impl Write) -> io::Result<()> {
    let mut at = 0;
    while let Some(number) = read_varint(packed, &mut at) {
        write_number(kind, number, out)?;
        if at < packed.len() {
            out.write_all(b",")?;
        }
    }
    Ok(())
}

fn write_number(kind: Kind, number: u64, out: &mut impl Write) -> io::Result<()> {
    match kind {
        Kind::Bool => write!(out, "{}", number != 0),
        Kind::Int64 => write!(out, "\"{}\"", number as i64),
        Kind::Uint64 | Kind::Fixed64 => write!(out, "\"{number}\""),
        _ => write!(out, "{}", number as i64),
    }
}
