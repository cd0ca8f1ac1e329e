//! Splits an input into requests: one message in protobuf or JSON, lines of JSON, or messages with their lengths
//! before them, as the file exporter of OpenTelemetry's collector writes them (exporter/fileexporter/README.md).

use std::io::Read;

use super::json_in;
use super::layout::{self, Layout};
use crate::container::{Encoding, open, too_large as too_many_bytes, unpack};
use crate::error::{Error, ErrorKind, Result, Stage};
use crate::limits::Limits;
use crate::source::Source;
use crate::tables::Budget;
use crate::words::counted;

/// How requests are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// One message in protobuf.
    Protobuf,
    /// One message in JSON, or one on each line.
    Json,
    /// Messages, each after its length in four bytes, high byte first.
    Framed,
}

impl Form {
    /// The name for people.
    pub(super) fn name(self) -> &'static str {
        match self {
            Form::Protobuf => "protobuf",
            Form::Json => "JSON",
            Form::Framed => "messages with their lengths",
        }
    }
}

/// A request in protobuf, and how it is laid out.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) bytes: Vec<u8>,
    pub(super) layout: Layout,
}

/// Tells OTLP profiles by their first bytes.
///
/// In protobuf, the first message holds messages, where that of pprof holds numbers: a sample type.
pub(crate) fn recognise(head: &[u8]) -> Option<Form> {
    if starts_as_json(head) {
        return Some(Form::Json);
    }
    if let Some((length, rest)) = head.split_first_chunk::<4>() {
        let is_frame = length[0] < 8 && *length != [0; 4];
        let is_zstd = rest.starts_with(&ZSTD);
        if is_frame && (is_zstd || starts_as_json(rest) || starts_as_protobuf(rest)) {
            return Some(Form::Framed);
        }
    }
    starts_as_protobuf(head).then_some(Form::Protobuf)
}

const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

fn starts_as_json(head: &[u8]) -> bool {
    let text = head.trim_ascii_start();
    let Some(first) = text.strip_prefix(b"{").map(<[u8]>::trim_ascii_start) else {
        return false;
    };
    let names: [&[u8]; 2] = [b"\"resourceProfiles\"", b"\"resource_profiles\""];
    let is_dictionary = first.starts_with(b"\"dictionary\"")
        && (memchr::memmem::find(text, b"Table\"").is_some()
            || memchr::memmem::find(text, b"_table\"").is_some());
    is_dictionary || names.iter().any(|name| first.starts_with(name))
}

/// The collector writes the dictionary first, and its last table before the others.
fn starts_as_protobuf(head: &[u8]) -> bool {
    let Some((first, rest)) = head.split_first() else {
        return false;
    };
    let mut at = 0;
    let Some(1..) = crate::wire::read_varint(rest, &mut at) else {
        return false;
    };
    match (first, rest.get(at..)) {
        // A resource, the profiles of a scope, the address of a schema; a sample type of pprof has numbers.
        (0x0a, Some([0x12 | 0x1a, ..])) => true,
        (0x0a, Some([0x0a, resource @ ..])) => is_before_profiles(resource),
        // The tables from that of links on, or a first mapping of nothing; a sample of pprof starts with ids of locations.
        (0x12, Some([0x22 | 0x2a | 0x32 | 0x3a, ..] | [0x0a, 0, ..])) => true,
        _ => false,
    }
}

/// Whether a resource is followed by the profiles of a scope, as far as that can be seen.
fn is_before_profiles(resource: &[u8]) -> bool {
    let mut at = 0;
    let length = crate::wire::read_varint(resource, &mut at);
    let end = length.and_then(|length| usize::try_from(length).ok()?.checked_add(at));
    match end.map(|end| (end, resource.get(end))) {
        Some((_, Some(next))) => matches!(next, 0x12 | 0x1a),
        // A resource may be longer than what is looked at, which is more than any damage of a sample type.
        Some((end, None)) => resource.len() > 256 && end > resource.len(),
        None => false,
    }
}

/// Reads all requests, and tells what was around them.
pub(super) fn read(
    form: Form,
    source: &(impl Source + ?Sized),
    limits: &Limits,
) -> Result<(Vec<Encoding>, Vec<Request>)> {
    let plain = open(source, limits)?;
    let bytes = whole(plain.reader, limits)?;
    let requests = match form {
        Form::Protobuf => vec![of_protobuf(bytes, 0)?],
        Form::Json => of_json(&bytes, limits)?,
        Form::Framed => of_frames(&bytes, limits)?,
    };
    Ok((plain.layers, requests))
}

fn whole(reader: impl Read, limits: &Limits) -> Result<Vec<u8>> {
    let memory = limits.max_column_bytes;
    let cap = limits.max_bytes.min(memory as u64);
    let mut bytes = Vec::new();
    let read = reader.take(cap.saturating_add(1)).read_to_end(&mut bytes);
    read.map_err(|error| Error::from_io(error, bytes.len() as u64))?;
    match bytes.len() as u64 > cap {
        true if cap == limits.max_bytes => Err(too_many_bytes(cap)),
        true => Err(too_large(memory)),
        false => Ok(bytes),
    }
}

fn too_large(cap: usize) -> Error {
    Error::new(
        ErrorKind::TooLarge,
        Stage::Otlp,
        format!("byte {cap}"),
        "more bytes of OTLP profiles",
        format!(
            "at most {}: their tables may come last, so all are kept",
            counted(cap, "byte")
        ),
    )
}

fn of_protobuf(bytes: Vec<u8>, base: u64) -> Result<Request> {
    let layout = layout::of(&bytes, base)?;
    Ok(Request { bytes, layout })
}

fn of_json(bytes: &[u8], limits: &Limits) -> Result<Vec<Request>> {
    let mut budget = Budget::new(limits.max_column_bytes);
    let mut requests = Vec::new();
    for read in json_in::requests(bytes) {
        let (layout, bytes) = read?;
        budget
            .take(bytes.len())
            .ok_or_else(|| too_large(limits.max_column_bytes))?;
        requests.push(Request { bytes, layout });
    }
    Ok(requests)
}

fn of_frames(bytes: &[u8], limits: &Limits) -> Result<Vec<Request>> {
    let mut budget = Budget::new(limits.max_column_bytes);
    let mut requests = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let rest = bytes.get(at..).unwrap_or_default();
        let cut = |expected: String| Error::truncated(Stage::Otlp, bytes.len() as u64, expected);
        let (length, rest) = rest
            .split_first_chunk::<4>()
            .ok_or_else(|| cut("the length of a message in four bytes".to_owned()))?;
        let length = u32::from_be_bytes(*length) as usize;
        let frame = rest.get(..length).ok_or_else(|| {
            cut(format!(
                "the message at byte {} in {}",
                at + 4,
                counted(length, "byte")
            ))
        })?;
        for request in of_frame(frame, at as u64 + 4, limits)? {
            budget
                .take(request.bytes.len())
                .ok_or_else(|| too_large(limits.max_column_bytes))?;
            requests.push(request);
        }
        at += 4 + length;
    }
    Ok(requests)
}

fn of_frame(frame: &[u8], base: u64, limits: &Limits) -> Result<Vec<Request>> {
    let plain = unpack(Box::new(frame), limits)?;
    let bytes = whole(plain.reader, limits)?;
    if starts_as_json(&bytes) {
        return of_json(&bytes, limits);
    }
    Ok(vec![of_protobuf(bytes, base)?])
}

#[cfg(test)]
mod tests {
    use super::{Form, recognise};

    #[test]
    fn pprof_is_not_taken_for_otlp() {
        // A sample type of type 1 in unit 2; a resource; an empty message, which says nothing.
        assert_eq!(recognise(b"\x0a\x04\x08\x01\x10\x02"), None);
        assert_eq!(recognise(b"\x0a\x04\x0a\x00\x12\x00"), Some(Form::Protobuf));
        assert_eq!(recognise(b"\x0a\x00\x0a\x02"), None);
        // Samples of pprof; a dictionary as the collector writes it, and as others do.
        assert_eq!(recognise(b"\x12\x04\x0a\x01\x01\x12"), None);
        assert_eq!(recognise(b"\x12\x04\x12\x01\x01\x0a"), None);
        assert_eq!(recognise(b"\x12\xf7\x2e\x3a\x00\x3a"), Some(Form::Protobuf));
        assert_eq!(recognise(b"\x12\x04\x0a\x00\x12\x00"), Some(Form::Protobuf));
        assert_eq!(
            recognise(b" {\n \"resourceProfiles\": []}"),
            Some(Form::Json)
        );
        assert_eq!(recognise(b"{\"resourceMetrics\": []}"), None);
        assert_eq!(
            recognise(b"\0\0\0\x06\x0a\x04\x0a\x00\x12\x00"),
            Some(Form::Framed)
        );
        assert_eq!(recognise(b"\0\0\0\x02\x28\xb5\x2f\xfd"), Some(Form::Framed));
        for head in [&b""[..], b"\x0a", b"\x0a\x80", b"{", b"{\"", b"\0\0\0\x01"] {
            assert_eq!(recognise(head), None, "{head:?}");
        }
    }

    #[test]
    fn a_dictionary_has_tables_in_either_spelling() {
        for (text, form) in [
            (
                &br#"{"dictionary": {"mappingTable": []"#[..],
                Some(Form::Json),
            ),
            (br#"{"dictionary":{"mapping_table": []"#, Some(Form::Json)),
            (br#"{"dictionary":{"words": []}}"#, None),
            (br#"{"words":{"mappingTable": []}}"#, None),
            (br#"{"resource_profiles":[]}"#, Some(Form::Json)),
        ] {
            assert_eq!(recognise(text), form, "{}", text.escape_ascii());
        }
    }
}
