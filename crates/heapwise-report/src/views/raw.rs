//! Everything that a profile holds.

use std::borrow::Cow;
use std::io::{self, Write};

use heapwise_analysis::{LabelGroups, View};
use heapwise_decode::{LocationIndex, MappingIndex, Sample, Tables};
use serde::ser::{Error as _, SerializeSeq};
use serde::{Serialize, Serializer};

use crate::formats::format::Format;
use crate::formats::json::{self, Envelope};
use crate::formats::json_labels::JsonLabels;
use crate::pprof::raw_text::write_printable_view;
use crate::views::view_report::ViewReport;

/// What a view leaves of a profile, table by table.
#[derive(Debug)]
#[non_exhaustive]
pub struct RawReport<'a> {
    /// What it is of.
    pub report: ViewReport<'a>,
}

impl<'a> RawReport<'a> {
    /// Of a view.
    #[must_use]
    pub fn new(report: ViewReport<'a>) -> Self {
        Self { report }
    }
}

impl RawReport<'_> {
    /// The formats that it has.
    pub const FORMATS: &'static [Format] = &[Format::Text, Format::Json];

    /// Renders in a format. The text is that of pprof, without control characters.
    ///
    /// # Errors
    ///
    /// Those of `out`, and of samples that cannot be read again.
    pub fn write(&self, format: Format, out: &mut dyn Write) -> io::Result<()> {
        match format {
            Format::Text => write_printable_view(self.report.view, out),
            Format::Json => self.write_json(out),
            other => Err(other.unsupported()),
        }
    }

    fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        let view = self.report.view;
        let tables = view.tables();
        let (inputs, warnings) = (&self.report.inputs, &self.report.warnings);
        let period_type = tables.period_type();
        let text = |index| Some(tables.text(index).into_owned());
        let document = RawDocument {
            envelope: Envelope::new("heapwise.raw/1", inputs, warnings),
            sample_types: tables
                .sample_types()
                .iter()
                .map(|value_type| [value_type.type_, value_type.unit].map(text))
                .map(|[type_, unit]| JsonType { type_, unit })
                .collect(),
            default_sample_type: present(tables.default_sample_type()),
            period_type: period_type.map(|value_type| JsonType {
                type_: text(value_type.type_),
                unit: text(value_type.unit),
            }),
            period: tables.period(),
            time_nanos: tables.time_nanos(),
            duration_nanos: tables.duration_nanos(),
            drop_frames: present(tables.drop_frames()),
            keep_frames: present(tables.keep_frames()),
            comments: &view.header().comments,
            doc_url: present(tables.doc_url()),
            samples: Samples(view),
            locations: Locations(view),
            functions: Functions(tables),
            mappings: Mappings(tables),
        };
        json::write(&document, out)
    }
}

/// A text, unless it is empty: then it was not recorded.
fn present(text: Cow<'_, str>) -> Option<Cow<'_, str>> {
    (!text.is_empty()).then_some(text)
}

#[derive(Serialize)]
struct RawDocument<'a> {
    #[serde(flatten)]
    envelope: Envelope<'a>,
    sample_types: Vec<JsonType>,
    default_sample_type: Option<Cow<'a, str>>,
    period_type: Option<JsonType>,
    period: Option<i64>,
    time_nanos: Option<i64>,
    duration_nanos: Option<i64>,
    drop_frames: Option<Cow<'a, str>>,
    keep_frames: Option<Cow<'a, str>>,
    comments: &'a [String],
    doc_url: Option<Cow<'a, str>>,
    samples: Samples<'a>,
    locations: Locations<'a>,
    functions: Functions<'a>,
    mappings: Mappings<'a>,
}

#[derive(Serialize)]
struct JsonType {
    #[serde(rename = "type")]
    type_: Option<String>,
    unit: Option<String>,
}

/// Rows are made one by one while they are written.
struct Samples<'a>(&'a View);

#[derive(Serialize)]
struct JsonSample<'a> {
    values: &'a [i64],
    /// Ids of locations, the innermost first.
    stack: Vec<u64>,
    #[serde(flatten)]
    labels: JsonLabels,
}

impl Serialize for Samples<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let view = self.0;
        let mut list = serializer.serialize_seq(None)?;
        let mut written = Ok(());
        let read = view.each(|sample| {
            if written.is_ok() {
                written = list.serialize_element(&JsonSample::of(view, sample));
            }
        });
        written?;
        read.map_err(S::Error::custom)?;
        list.end()
    }
}

impl<'a> JsonSample<'a> {
    fn of(view: &View, sample: &Sample<'a>) -> JsonSample<'a> {
        let tables = view.tables();
        let stack = sample.stack().iter().rev();
        JsonSample {
            values: sample.values(),
            stack: stack
                .map(|&at| tables.location_id(at).unwrap_or(0))
                .collect(),
            labels: JsonLabels::new(&LabelGroups::of(tables, sample), view.label_units()),
        }
    }
}

struct Locations<'a>(&'a View);

#[derive(Serialize)]
struct JsonLocation {
    id: u64,
    address: u64,
    mapping: Option<u64>,
    folded: bool,
    lines: Vec<JsonLine>,
}

#[derive(Serialize)]
struct JsonLine {
    /// The position in the list of functions.
    function: usize,
    line: i64,
    column: i64,
}

impl Serialize for Locations<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let tables = self.0.tables();
        let indexes = (0..tables.location_count()).filter_map(|at| tables.location_index(at));
        serializer.collect_seq(indexes.map(|index| self.row(index)))
    }
}

impl Locations<'_> {
    fn row(&self, index: LocationIndex) -> JsonLocation {
        let (tables, options) = (self.0.tables(), self.0.options());
        let location = tables.location(index);
        let has_columns = !options.no_inlines || options.show_columns;
        let inlined = match options.no_inlines {
            true => location.lines.len().saturating_sub(1),
            false => 0,
        };
        JsonLocation {
            id: tables.location_id(index).unwrap_or(0),
            address: location.address,
            mapping: location
                .mapping
                .and_then(|mapping| tables.mapping_id(mapping)),
            folded: location.is_folded,
            lines: location
                .lines
                .iter()
                .skip(inlined)
                .map(|line| JsonLine {
                    function: line.function.get(),
                    line: line.line,
                    column: if has_columns { line.column } else { 0 },
                })
                .collect(),
        }
    }
}

struct Functions<'a>(&'a Tables);

#[derive(Serialize)]
struct JsonFunction<'a> {
    name: Option<Cow<'a, str>>,
    system_name: Option<Cow<'a, str>>,
    file: Option<Cow<'a, str>>,
    start_line: Option<i64>,
}

impl Serialize for Functions<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let tables = self.0;
        serializer.collect_seq(tables.functions().iter().map(|function| JsonFunction {
            name: present(tables.text(function.name)),
            system_name: present(tables.text(function.system_name)),
            file: present(tables.text(function.filename)),
            start_line: (function.start_line != 0).then_some(function.start_line),
        }))
    }
}

struct Mappings<'a>(&'a Tables);

#[derive(Serialize)]
struct JsonMapping<'a> {
    id: u64,
    start: u64,
    limit: u64,
    offset: u64,
    file: Option<Cow<'a, str>>,
    build_id: Option<Cow<'a, str>>,
    has_functions: bool,
    has_filenames: bool,
    has_line_numbers: bool,
    has_inline_frames: bool,
}

impl Serialize for Mappings<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let tables = self.0;
        let indexes = (0..tables.mappings().len()).filter_map(|at| tables.mapping_index(at));
        serializer.collect_seq(indexes.filter_map(|index| mapping(tables, index)))
    }
}

fn mapping(tables: &Tables, index: MappingIndex) -> Option<JsonMapping<'_>> {
    let mapping = tables.mapping(index)?;
    Some(JsonMapping {
        id: tables.mapping_id(index).unwrap_or(0),
        start: mapping.start,
        limit: mapping.limit,
        offset: mapping.offset,
        file: present(tables.text(mapping.file)),
        build_id: present(tables.text(mapping.build_id)),
        has_functions: mapping.symbols.functions,
        has_filenames: mapping.symbols.filenames,
        has_line_numbers: mapping.symbols.line_numbers,
        has_inline_frames: mapping.symbols.inline_frames,
    })
}
