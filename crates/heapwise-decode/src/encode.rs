//! Writes a profile in protobuf, compressed, in the order in which Go writes it.

use std::io::{self, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use prost::Message;
use prost::encoding::{WireType, encode_key, encode_varint};

use crate::generated as wire;
use crate::profile::Profile;
use crate::stream::Sample;
use crate::tables::{Function, LocationIndex, Mapping, StringIndex, Tables, ValueType};
use crate::wire::LabelRecord;

/// Field numbers of Profile in profile.proto.
mod field {
    pub(super) const SAMPLE_TYPE: u32 = 1;
    pub(super) const SAMPLE: u32 = 2;
    pub(super) const MAPPING: u32 = 3;
    pub(super) const LOCATION: u32 = 4;
    pub(super) const FUNCTION: u32 = 5;
    pub(super) const STRING_TABLE: u32 = 6;
    pub(super) const PERIOD_TYPE: u32 = 11;
}

/// Bytes collected before they are compressed.
const CHUNK: usize = 64 << 10;

/// Writes a profile as gzip-compressed protobuf, which `go tool pprof` opens.
///
/// Tables come before samples, as the Go runtime writes them, so that the result can be read in
/// one go. Ids, the order of rows, and texts that are not UTF-8 stay as they were.
///
/// # Errors
///
/// Only those of `out`.
pub fn encode(profile: &Profile, out: impl Write) -> io::Result<()> {
    let mut writer = Writer {
        out: GzEncoder::new(out, Compression::default()),
        buffer: Vec::with_capacity(2 * CHUNK),
    };
    let tables = profile.tables();
    writer.header(tables)?;
    writer.tables(tables)?;
    for sample in profile.samples() {
        writer.message(field::SAMPLE, &sample_message(tables, &sample))?;
    }
    for text in tables.strings.iter() {
        writer.bytes(field::STRING_TABLE, text)?;
    }
    writer.flush()?;
    writer.out.finish()?.flush()
}

struct Writer<W: Write> {
    out: GzEncoder<W>,
    buffer: Vec<u8>,
}

impl<W: Write> Writer<W> {
    /// The single-valued fields.
    fn header(&mut self, tables: &Tables) -> io::Result<()> {
        for &value_type in tables.sample_types() {
            self.message(field::SAMPLE_TYPE, &value_type_message(value_type))?;
        }
        let header = &tables.header;
        if let Some(period_type) = header.period_type {
            self.message(field::PERIOD_TYPE, &value_type_message(period_type))?;
        }
        let scalars = wire::Profile {
            drop_frames: index(header.drop_frames),
            keep_frames: index(header.keep_frames),
            time_nanos: header.time_nanos,
            duration_nanos: header.duration_nanos,
            period: header.period,
            comment: header.comments.iter().map(|&text| index(text)).collect(),
            default_sample_type: index(header.default_sample_type),
            doc_url: index(header.doc_url),
            ..wire::Profile::default()
        };
        scalars.encode_raw(&mut self.buffer);
        self.flush_if_full()
    }

    fn tables(&mut self, tables: &Tables) -> io::Result<()> {
        for (&id, mapping) in tables.mapping_ids.iter().zip(tables.mappings()) {
            self.message(field::MAPPING, &mapping_message(id, mapping))?;
        }
        for (&id, function) in tables.function_ids.iter().zip(tables.functions()) {
            self.message(field::FUNCTION, &function_message(id, function))?;
        }
        for at in 0..tables.location_count() {
            let location = location_message(tables, LocationIndex(at as u32));
            self.message(field::LOCATION, &location)?;
        }
        Ok(())
    }

    fn message(&mut self, number: u32, message: &impl Message) -> io::Result<()> {
        prost::encoding::message::encode(number, message, &mut self.buffer);
        self.flush_if_full()
    }

    fn bytes(&mut self, number: u32, bytes: &[u8]) -> io::Result<()> {
        encode_key(number, WireType::LengthDelimited, &mut self.buffer);
        encode_varint(bytes.len() as u64, &mut self.buffer);
        self.buffer.extend_from_slice(bytes);
        self.flush_if_full()
    }

    fn flush_if_full(&mut self) -> io::Result<()> {
        if self.buffer.len() < CHUNK {
            return Ok(());
        }
        self.flush()
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.write_all(&self.buffer)?;
        self.buffer.clear();
        Ok(())
    }
}

fn index(text: StringIndex) -> i64 {
    i64::from(text.0)
}

fn value_type_message(value_type: ValueType) -> wire::ValueType {
    wire::ValueType {
        r#type: index(value_type.type_),
        unit: index(value_type.unit),
    }
}

fn mapping_message(id: u64, mapping: &Mapping) -> wire::Mapping {
    wire::Mapping {
        id,
        memory_start: mapping.start,
        memory_limit: mapping.limit,
        file_offset: mapping.offset,
        filename: index(mapping.file),
        build_id: index(mapping.build_id),
        has_functions: mapping.symbols.functions,
        has_filenames: mapping.symbols.filenames,
        has_line_numbers: mapping.symbols.line_numbers,
        has_inline_frames: mapping.symbols.inline_frames,
    }
}

fn function_message(id: u64, function: &Function) -> wire::Function {
    wire::Function {
        id,
        name: index(function.name),
        system_name: index(function.system_name),
        filename: index(function.filename),
        start_line: function.start_line,
    }
}

fn location_message(tables: &Tables, at: LocationIndex) -> wire::Location {
    let location = tables.location(at);
    let mapping_id = |mapping: crate::MappingIndex| tables.mapping_ids.get(mapping.get()).copied();
    wire::Location {
        id: location_id(tables, at),
        mapping_id: location.mapping.and_then(mapping_id).unwrap_or(0),
        address: location.address,
        line: location
            .lines
            .iter()
            .map(|line| wire::Line {
                function_id: tables
                    .function_ids
                    .get(line.function.get())
                    .copied()
                    .unwrap_or(0),
                line: line.line,
                column: line.column,
            })
            .collect(),
        is_folded: location.is_folded,
    }
}

fn location_id(tables: &Tables, at: LocationIndex) -> u64 {
    tables.locations.get(at.get()).map_or(0, |row| row.id)
}

fn sample_message(tables: &Tables, sample: &Sample<'_>) -> wire::Sample {
    wire::Sample {
        location_id: sample
            .stack()
            .iter()
            .rev()
            .map(|&at| location_id(tables, at))
            .collect(),
        value: sample.values().to_vec(),
        label: sample.labels().records.iter().map(label_message).collect(),
    }
}

/// A label as it was read, with what a reader of labels does not look at.
fn label_message(record: &LabelRecord) -> wire::Label {
    wire::Label {
        key: record.key as i64,
        str: record.str as i64,
        num: record.num,
        num_unit: match record.unit {
            LabelRecord::BARE_NUMBER => 0,
            unit => unit as i64,
        },
    }
}
