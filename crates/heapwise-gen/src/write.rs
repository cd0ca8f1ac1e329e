//! Writes generated profiles, in the order of Go or of google/pprof.

use std::collections::HashMap;
use std::io::{self, Write};

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::program::Program;
use crate::samples::{Allocation, PERIOD, Walk};
use crate::shape::{Order, Shape};
use crate::wire;

/// What a generated profile came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Bytes before compression.
    pub bytes: u64,
    /// Bytes of those in samples.
    pub sample_bytes: u64,
    /// Samples.
    pub samples: u64,
    /// Frames of all samples.
    pub frames: u64,
    /// Frames of all samples that the sample before had too.
    pub shared_frames: u64,
    /// Locations written.
    pub locations: u64,
    /// Functions written.
    pub functions: u64,
}

/// Writes a profile compressed with gzip at a level from 0 to 9, in memory that does not grow
/// with the number of samples. The Go runtime uses level 1.
///
/// # Errors
///
/// Only those of `out`.
pub fn write_gzip(
    shape: &Shape,
    order: Order,
    level: u32,
    seed: u64,
    out: impl Write,
) -> io::Result<Summary> {
    let mut gzip = GzEncoder::new(out, Compression::new(level.min(9)));
    let summary = write_plain(shape, order, seed, &mut gzip)?;
    gzip.finish()?.flush()?;
    Ok(summary)
}

/// Writes a profile uncompressed, in memory that does not grow with the number of samples.
///
/// # Errors
///
/// Only those of `out`.
pub fn write_plain(shape: &Shape, order: Order, seed: u64, out: impl Write) -> io::Result<Summary> {
    let program = Program::new(seed, shape);
    let mut walk = Walk::new(program, shape, seed);
    let mut writer = Writer {
        out,
        order,
        program,
        buffer: Vec::with_capacity(2 * CHUNK),
        message: Vec::new(),
        tables: Tables::default(),
        summary: Summary::default(),
    };
    writer.header();
    for _ in 0..shape.samples {
        let (kept, allocation) = walk.step();
        writer.summary.shared_frames += kept as u64;
        writer.sample(walk.stack(), &allocation);
        writer.flush_if_full()?;
    }
    writer.footer();
    writer.flush()?;
    Ok(writer.summary)
}

/// Bytes collected before they are handed on.
const CHUNK: usize = 64 << 10;

/// Field numbers of Profile in profile.proto.
mod field {
    pub(super) const SAMPLE_TYPE: u64 = 1;
    pub(super) const SAMPLE: u64 = 2;
    pub(super) const MAPPING: u64 = 3;
    pub(super) const LOCATION: u64 = 4;
    pub(super) const FUNCTION: u64 = 5;
    pub(super) const STRING_TABLE: u64 = 6;
    pub(super) const TIME_NANOS: u64 = 9;
    pub(super) const PERIOD_TYPE: u64 = 11;
    pub(super) const PERIOD: u64 = 12;
}

const TIME_NANOS: u64 = 1_700_000_000_000_000_000;
const SAMPLE_TYPES: [(&str, &str); 4] = [
    ("alloc_objects", "count"),
    ("alloc_space", "bytes"),
    ("inuse_objects", "count"),
    ("inuse_space", "bytes"),
];

struct Writer<W> {
    out: W,
    order: Order,
    program: Program,
    buffer: Vec<u8>,
    message: Vec<u8>,
    tables: Tables,
    summary: Summary,
}

/// Ids by order of first use, and the messages that the canonical order writes late.
#[derive(Default)]
struct Tables {
    location_ids: HashMap<u32, u64>,
    function_ids: HashMap<u32, u64>,
    string_indexes: HashMap<String, u64>,
    locations: Vec<u8>,
    functions: Vec<u8>,
    strings: Vec<u8>,
}

impl<W: Write> Writer<W> {
    fn header(&mut self) {
        // First, so that both orders give every text the same index.
        for text in ["", "space", "bytes"] {
            self.tables.string(text);
        }
        if self.order == Order::Go {
            self.period();
        }
        for (name, unit) in SAMPLE_TYPES {
            self.value_type(field::SAMPLE_TYPE, name, unit);
        }
    }

    fn period(&mut self) {
        self.value_type(field::PERIOD_TYPE, "space", "bytes");
        wire::number(&mut self.buffer, field::PERIOD, PERIOD as u64);
    }

    fn value_type(&mut self, field: u64, name: &str, unit: &str) {
        self.message.clear();
        wire::number(&mut self.message, 1, self.tables.string(name));
        wire::number(&mut self.message, 2, self.tables.string(unit));
        wire::bytes(&mut self.buffer, field, &self.message);
    }

    fn footer(&mut self) {
        if self.order == Order::Go {
            wire::number(&mut self.buffer, field::TIME_NANOS, TIME_NANOS);
        }
        self.mapping();
        self.flush_tables();
        self.buffer.append(&mut self.tables.strings);
        if self.order == Order::Canonical {
            wire::number(&mut self.buffer, field::TIME_NANOS, TIME_NANOS);
            self.period();
        }
        self.summary.locations = self.tables.location_ids.len() as u64;
        self.summary.functions = self.tables.function_ids.len() as u64;
    }

    fn mapping(&mut self) {
        self.message.clear();
        wire::number(&mut self.message, 1, 1);
        wire::number(&mut self.message, 2, 0x40_0000);
        wire::number(&mut self.message, 3, 0x4000_0000);
        wire::number(&mut self.message, 5, self.tables.string("/bin/shop"));
        wire::number(&mut self.message, 7, 1);
        wire::bytes(&mut self.buffer, field::MAPPING, &self.message);
    }

    fn sample(&mut self, stack: &[u32], allocation: &Allocation) {
        let mut ids = Vec::with_capacity(2 * stack.len());
        for &location in stack.iter().rev() {
            let id = self.tables.location(&self.program, location);
            wire::varint(&mut ids, id);
        }
        if self.order == Order::Go {
            self.flush_tables();
        }
        let mut values = Vec::with_capacity(16);
        for value in allocation.values {
            wire::varint(&mut values, value as u64);
        }
        self.message.clear();
        let fields: [(u64, &[u8]); 2] = [(1, &ids), (2, &values)];
        match self.order {
            Order::Canonical => fields
                .iter()
                .for_each(|(field, packed)| wire::bytes(&mut self.message, *field, packed)),
            // runtime/pprof/proto.go: pbSample.
            Order::Go => fields
                .iter()
                .rev()
                .for_each(|(field, packed)| wire::bytes(&mut self.message, *field, packed)),
        }
        let mut label = Vec::with_capacity(8);
        wire::number(&mut label, 1, self.tables.string("bytes"));
        wire::number(&mut label, 3, allocation.block_size as u64);
        wire::bytes(&mut self.message, 3, &label);
        let before = self.buffer.len();
        wire::bytes(&mut self.buffer, field::SAMPLE, &self.message);
        self.summary.sample_bytes += (self.buffer.len() - before) as u64;
        self.summary.samples += 1;
        self.summary.frames += stack.len() as u64;
    }

    /// Writes the locations and functions that have not been written yet.
    fn flush_tables(&mut self) {
        self.buffer.append(&mut self.tables.locations);
        self.buffer.append(&mut self.tables.functions);
    }

    fn flush_if_full(&mut self) -> io::Result<()> {
        if self.buffer.len() < CHUNK {
            return Ok(());
        }
        self.flush()
    }

    fn flush(&mut self) -> io::Result<()> {
        self.summary.bytes += self.buffer.len() as u64;
        self.out.write_all(&self.buffer)?;
        self.buffer.clear();
        Ok(())
    }
}

impl Tables {
    /// The id of a location, which is written with its functions if it is new.
    fn location(&mut self, program: &Program, location: u32) -> u64 {
        if let Some(&id) = self.location_ids.get(&location) {
            return id;
        }
        let id = self.location_ids.len() as u64 + 1;
        self.location_ids.insert(location, id);
        let mut message = Vec::new();
        wire::number(&mut message, 1, id);
        wire::number(&mut message, 2, 1);
        wire::number(&mut message, 3, program.address(location));
        for line in program.lines(location) {
            let mut nested = Vec::new();
            wire::number(&mut nested, 1, self.function(program, line.function));
            wire::number(&mut nested, 2, line.line);
            wire::bytes(&mut message, 4, &nested);
        }
        wire::bytes(&mut self.locations, field::LOCATION, &message);
        id
    }

    fn function(&mut self, program: &Program, function: u32) -> u64 {
        if let Some(&id) = self.function_ids.get(&function) {
            return id;
        }
        let id = self.function_ids.len() as u64 + 1;
        self.function_ids.insert(function, id);
        let text = program.function(function);
        let name = self.string(&text.name);
        let mut message = Vec::new();
        wire::number(&mut message, 1, id);
        wire::number(&mut message, 2, name);
        wire::number(&mut message, 3, name);
        wire::number(&mut message, 4, self.string(&text.file));
        wire::number(&mut message, 5, text.start_line);
        wire::bytes(&mut self.functions, field::FUNCTION, &message);
        id
    }

    /// The index of a text, which is written if it is new.
    fn string(&mut self, text: &str) -> u64 {
        if let Some(&index) = self.string_indexes.get(text) {
            return index;
        }
        let index = self.string_indexes.len() as u64;
        self.string_indexes.insert(text.to_owned(), index);
        wire::bytes(&mut self.strings, field::STRING_TABLE, text.as_bytes());
        index
    }
}
