//! Writes a profile as OTLP: one profile for each sample type, with the same samples in the same order and one
//! dictionary, as OpenTelemetry's own converter does (opentelemetry-collector-contrib:
//! pkg/translator/pprof/pprof_to_profiles.go), in the layout of opentelemetry-proto 1.10.0 and later.

use std::collections::{HashMap, HashSet};
use std::io::{self, Write};

use prost::encoding::{WireType, encode_key, encode_varint, encoded_len_varint};

use super::json_out;
use super::layout::Layout;
use super::schema::root;
use crate::profile::Profile;
use crate::stream::{Label, LabelValue, Sample};
use crate::tables::{LocationIndex, Mapping, StringIndex, Tables};

/// How OTLP is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum OtlpForm {
    /// Protobuf, not compressed.
    Protobuf,
    /// JSON, on one line.
    Json,
}

/// Writes a profile as OTLP.
///
/// Text that is not UTF-8 is written with U+FFFD for what is not, but for the texts of labels, which are written as bytes.
/// Remarks, patterns of frames and the address of the documentation become attributes of the profiles, the default type
/// one of the scope. A comment on the sender is not written: which process a profile is of is not known.
///
/// # Errors
///
/// Those of `out`, and two sample types of one name ([`io::ErrorKind::InvalidInput`]): each type is a profile of its own
/// there, and two of one name are those of two moments to whoever reads them.
pub fn encode_otlp(profile: &Profile, form: OtlpForm, mut out: impl Write) -> io::Result<()> {
    if let Some(name) = named_twice(profile.tables()) {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            format!("otlp: found two sample types called {name}, expected each name once"),
        ));
    }
    let bytes = Writer::new(profile.tables()).data(profile);
    match form {
        OtlpForm::Protobuf => out.write_all(&bytes)?,
        OtlpForm::Json => {
            json_out::write(&bytes, root(Layout::Present), &mut out)?;
            out.write_all(b"\n")?;
        }
    }
    out.flush()
}

/// The name that two sample types have.
fn named_twice(tables: &Tables) -> Option<String> {
    let mut names = HashSet::new();
    let mut types = tables.sample_types().iter();
    let twice = types.find(|known| !names.insert(tables.text_bytes(known.type_)))?;
    Some(tables.text(twice.type_).into_owned())
}

/// A table of the dictionary: rows that are there once, the first of which says nothing.
struct Table {
    rows: Vec<Vec<u8>>,
    known: HashMap<Vec<u8>, u32>,
}

impl Table {
    fn new() -> Self {
        Self {
            rows: vec![Vec::new()],
            known: HashMap::from([(Vec::new(), 0)]),
        }
    }

    fn index(&mut self, row: Vec<u8>) -> u32 {
        if let Some(&known) = self.known.get(&row) {
            return known;
        }
        let index = self.rows.len() as u32;
        self.known.insert(row.clone(), index);
        self.rows.push(row);
        index
    }
}

struct Writer<'t> {
    tables: &'t Tables,
    mappings: Table,
    locations: Table,
    functions: Table,
    strings: Table,
    attributes: Table,
    stacks: Table,
    /// Of each location of the profile, its index in the dictionary once it has one.
    location_indexes: Vec<Option<u32>>,
}

impl<'t> Writer<'t> {
    fn new(tables: &'t Tables) -> Self {
        Self {
            tables,
            mappings: Table::new(),
            locations: Table::new(),
            functions: Table::new(),
            strings: Table::new(),
            attributes: Table::new(),
            stacks: Table::new(),
            location_indexes: vec![None; tables.location_count()],
        }
    }

    /// The outermost message.
    fn data(mut self, profile: &Profile) -> Vec<u8> {
        // The main binary is the first mapping.
        for mapping in self.tables.mappings() {
            self.mapping(mapping);
        }
        let mut scope = Vec::new();
        put_message(&mut scope, 1, &self.scope());
        for message in self.profiles(profile) {
            put_message(&mut scope, 2, &message);
        }
        let mut resource = Vec::new();
        put_message(&mut resource, 2, &scope);
        let mut data = Vec::new();
        put_message(&mut data, 1, &resource);
        put_message(&mut data, 2, &self.dictionary());
        data
    }

    fn scope(&self) -> Vec<u8> {
        let mut scope = Vec::new();
        put_bytes(&mut scope, 1, b"heapwise");
        let default = self.tables.default_sample_type();
        if !default.is_empty() {
            let mut attribute = Vec::new();
            put_bytes(&mut attribute, 1, b"pprof.scope.default_sample_type");
            put_message(&mut attribute, 2, &text_value(default.as_bytes()));
            put_message(&mut scope, 3, &attribute);
        }
        scope
    }

    /// A message for each type.
    fn profiles(&mut self, profile: &Profile) -> Vec<Vec<u8>> {
        let types = self.tables.sample_types();
        let mut messages = Vec::new();
        for value_type in types {
            let mut message = Vec::new();
            let value_type = self.value_type(value_type.type_, value_type.unit);
            put_message(&mut message, 1, &value_type);
            messages.push(message);
        }
        for sample in profile.samples() {
            let before = self.before_values(&sample);
            for (message, &value) in messages.iter_mut().zip(sample.values()) {
                let mut row = before.clone();
                put_packed(&mut row, 4, [value as u64]);
                put_message(message, 2, &row);
            }
        }
        let rest = self.after_samples();
        messages
            .iter_mut()
            .for_each(|message| message.extend_from_slice(&rest));
        messages
    }

    fn value_type(&mut self, type_: StringIndex, unit: StringIndex) -> Vec<u8> {
        let mut message = Vec::new();
        let (type_, unit) = (self.text(type_), self.text(unit));
        put_index(&mut message, 1, type_);
        put_index(&mut message, 2, unit);
        message
    }

    /// The stack and the attributes of a sample.
    fn before_values(&mut self, sample: &Sample<'_>) -> Vec<u8> {
        let stack = sample.stack().iter().rev();
        let stack: Vec<u64> = stack.map(|&at| u64::from(self.location(at))).collect();
        let mut row = Vec::new();
        if !stack.is_empty() {
            put_packed(&mut row, 1, stack);
        }
        let stack = self.stacks.index(row);
        let mut message = Vec::new();
        put_index(&mut message, 1, stack);
        let attributes = self.labels(sample);
        if !attributes.is_empty() {
            put_packed(&mut message, 2, attributes);
        }
        message
    }

    /// Labels as attributes, whose names are there once: several values of one name and unit are a list.
    fn labels(&mut self, sample: &Sample<'_>) -> Vec<u64> {
        let labels: Vec<Label> = sample.labels().iter().collect();
        let unit = |label: &Label| match label.value {
            LabelValue::Text(_) => StringIndex::EMPTY,
            LabelValue::Number { unit, .. } => unit,
        };
        let kind = |label: &Label| (label.key, unit(label));
        let mut indexes = Vec::new();
        for (at, label) in labels.iter().enumerate() {
            let is_new = labels
                .iter()
                .take(at)
                .all(|other| kind(other) != kind(label));
            if !is_new {
                continue;
            }
            let same = labels
                .iter()
                .skip(at)
                .filter(|other| kind(other) == kind(label));
            let mut values: Vec<Vec<u8>> = same.map(|label| self.label_value(label)).collect();
            let value = match values.len() {
                1 => values.swap_remove(0),
                _ => list_value(&values),
            };
            let key = self.tables.text(label.key).into_owned();
            let unit = self.tables.text(unit(label)).into_owned();
            indexes.push(
                self.attribute(key.as_bytes(), &value, unit.as_bytes())
                    .into(),
            );
        }
        indexes
    }

    fn label_value(&self, label: &Label) -> Vec<u8> {
        match label.value {
            LabelValue::Text(text) => {
                let text = self.tables.text_bytes(text);
                match std::str::from_utf8(text) {
                    Ok(_) => text_value(text),
                    Err(_) => {
                        let mut value = Vec::new();
                        put_bytes(&mut value, 7, text);
                        value
                    }
                }
            }
            LabelValue::Number { value: number, .. } => {
                let mut value = Vec::new();
                encode_key(3, WireType::Varint, &mut value);
                encode_varint(number as u64, &mut value);
                value
            }
        }
    }

    /// The fields of a profile behind its samples.
    fn after_samples(&mut self) -> Vec<u8> {
        let mut message = Vec::new();
        let header = &self.tables.header;
        if header.time_nanos != 0 {
            encode_key(3, WireType::SixtyFourBit, &mut message);
            message.extend_from_slice(&header.time_nanos.to_le_bytes());
        }
        put_number(&mut message, 4, header.duration_nanos as u64);
        if let Some(period_type) = header.period_type {
            let period_type = self.value_type(period_type.type_, period_type.unit);
            put_message(&mut message, 5, &period_type);
        }
        put_number(&mut message, 6, header.period as u64);
        let attributes = self.profile_attributes();
        if !attributes.is_empty() {
            put_packed(&mut message, 11, attributes);
        }
        message
    }

    fn profile_attributes(&mut self) -> Vec<u64> {
        let tables = self.tables;
        let texts = [
            ("pprof.profile.drop_frames", tables.drop_frames()),
            ("pprof.profile.keep_frames", tables.keep_frames()),
            ("pprof.profile.doc_url", tables.doc_url()),
        ];
        let mut indexes = Vec::new();
        for (key, text) in texts.into_iter().filter(|(_, text)| !text.is_empty()) {
            let value = text_value(text.as_bytes());
            indexes.push(self.attribute(key.as_bytes(), &value, b"").into());
        }
        let comments = tables
            .comments()
            .map(|comment| text_value(comment.as_bytes()));
        let comments: Vec<Vec<u8>> = comments.collect();
        if !comments.is_empty() {
            let value = list_value(&comments);
            indexes.push(self.attribute(b"pprof.profile.comment", &value, b"").into());
        }
        indexes
    }

    fn attribute(&mut self, key: &[u8], value: &[u8], unit: &[u8]) -> u32 {
        let (key, unit) = (
            self.strings.index(key.to_vec()),
            self.strings.index(unit.to_vec()),
        );
        let mut row = Vec::new();
        put_index(&mut row, 1, key);
        put_message(&mut row, 2, value);
        put_index(&mut row, 3, unit);
        self.attributes.index(row)
    }

    fn text(&mut self, index: StringIndex) -> u32 {
        let text = self.tables.text(index).into_owned();
        self.strings.index(text.into_bytes())
    }

    fn mapping(&mut self, mapping: &Mapping) -> u32 {
        let file = self.text(mapping.file);
        let mut attributes: Vec<u64> = Vec::new();
        let build_id = self.tables.text(mapping.build_id).into_owned();
        if !build_id.is_empty() {
            let value = text_value(build_id.as_bytes());
            attributes.push(
                self.attribute(b"process.executable.build_id.gnu", &value, b"")
                    .into(),
            );
        }
        let symbols = mapping.symbols;
        let flags: [(&[u8], bool); 4] = [
            (b"pprof.mapping.has_functions", symbols.functions),
            (b"pprof.mapping.has_filenames", symbols.filenames),
            (b"pprof.mapping.has_line_numbers", symbols.line_numbers),
            (b"pprof.mapping.has_inline_frames", symbols.inline_frames),
        ];
        for (key, _) in flags.into_iter().filter(|(_, is_set)| *is_set) {
            attributes.push(self.attribute(key, &TRUE, b"").into());
        }
        let mut row = Vec::new();
        put_number(&mut row, 1, mapping.start);
        put_number(&mut row, 2, mapping.limit);
        put_number(&mut row, 3, mapping.offset);
        put_index(&mut row, 4, file);
        if !attributes.is_empty() {
            put_packed(&mut row, 5, attributes);
        }
        self.mappings.index(row)
    }

    fn location(&mut self, at: LocationIndex) -> u32 {
        if let Some(Some(known)) = self.location_indexes.get(at.get()) {
            return *known;
        }
        let location = self.tables.location(at);
        let mapping = location
            .mapping
            .and_then(|mapping| self.tables.mapping(mapping));
        let mapping = mapping.map_or(0, |mapping| self.mapping(mapping));
        let mut row = Vec::new();
        put_index(&mut row, 1, mapping);
        put_number(&mut row, 2, location.address);
        for line in location.lines {
            let function = self.function(self.tables.function(line.function));
            let mut message = Vec::new();
            put_index(&mut message, 1, function);
            put_number(&mut message, 2, line.line as u64);
            put_number(&mut message, 3, line.column as u64);
            put_message(&mut row, 3, &message);
        }
        if location.is_folded {
            let folded = self.attribute(b"pprof.location.is_folded", &TRUE, b"");
            put_packed(&mut row, 4, [u64::from(folded)]);
        }
        let index = self.locations.index(row);
        if let Some(known) = self.location_indexes.get_mut(at.get()) {
            *known = Some(index);
        }
        index
    }

    fn function(&mut self, function: crate::tables::Function) -> u32 {
        let mut row = Vec::new();
        let texts = [function.name, function.system_name, function.filename];
        for (number, text) in (1..).zip(texts) {
            let text = self.text(text);
            put_index(&mut row, number, text);
        }
        put_number(&mut row, 4, function.start_line as u64);
        self.functions.index(row)
    }

    fn dictionary(&self) -> Vec<u8> {
        let mut dictionary = Vec::new();
        let no_links = Table::new();
        let tables = [
            &self.mappings,
            &self.locations,
            &self.functions,
            &no_links,
            &self.strings,
            &self.attributes,
            &self.stacks,
        ];
        for (number, table) in (1..).zip(tables) {
            for row in &table.rows {
                put_message(&mut dictionary, number, row);
            }
        }
        dictionary
    }
}

/// An AnyValue that is true.
const TRUE: [u8; 2] = [0x10, 1];

fn text_value(text: &[u8]) -> Vec<u8> {
    let mut value = Vec::new();
    put_bytes(&mut value, 1, text);
    value
}

fn list_value(values: &[Vec<u8>]) -> Vec<u8> {
    let mut list = Vec::new();
    for value in values {
        put_message(&mut list, 1, value);
    }
    let mut value = Vec::new();
    put_message(&mut value, 5, &list);
    value
}

/// A message, even if it says nothing: rows of tables count.
fn put_message(out: &mut Vec<u8>, number: u32, message: &[u8]) {
    put_bytes(out, number, message);
}

fn put_bytes(out: &mut Vec<u8>, number: u32, bytes: &[u8]) {
    encode_key(number, WireType::LengthDelimited, out);
    encode_varint(bytes.len() as u64, out);
    out.extend_from_slice(bytes);
}

/// A number, unless it is 0, which is what is not written.
fn put_number(out: &mut Vec<u8>, number: u32, value: u64) {
    if value != 0 {
        encode_key(number, WireType::Varint, out);
        encode_varint(value, out);
    }
}

fn put_index(out: &mut Vec<u8>, number: u32, index: u32) {
    put_number(out, number, index.into());
}

fn put_packed(out: &mut Vec<u8>, number: u32, values: impl IntoIterator<Item = u64>) {
    let mut packed = Vec::new();
    for value in values {
        packed.reserve(encoded_len_varint(value));
        encode_varint(value, &mut packed);
    }
    put_bytes(out, number, &packed);
}
