//! What profiles are: kind, types, period, time, counts.

use std::io::{self, Write};

use serde::Serialize;

use heapwise_decode::counted;

use crate::formats::delimited::write_rows;
use crate::formats::format::Format;
use crate::formats::json::{self, Envelope, JsonSampleType, encoding};
use crate::formats::markdown;
use crate::formats::table::{Cell, Column, Table};
use crate::formats::text::{self, Layout};
use crate::views::input::{Input, Warning};
use crate::with::with;
use heapwise_analysis::units::auto_label;

/// What a profile is, without looking at where it allocates.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct InfoReport {
    /// The profile.
    pub input: Input,
    /// What the user should know.
    pub warnings: Vec<Warning>,
    /// Number of locations.
    pub locations: usize,
    /// Number of functions.
    pub functions: usize,
    /// Number of mappings.
    pub mappings: usize,
    /// Names of the labels that samples have, sorted.
    pub labels: Vec<String>,
    /// The sum of the values of each sample type.
    pub totals: Vec<i128>,
}

impl InfoReport {
    /// Of a profile, with the sum of the values of each sample type.
    #[must_use]
    pub fn new(input: Input, totals: Vec<i128>) -> Self {
        Self {
            input,
            warnings: Vec::new(),
            locations: 0,
            functions: 0,
            mappings: 0,
            labels: Vec::new(),
            totals,
        }
    }

    with! {
        /// What the user should know.
        with_warnings(warnings: Vec<Warning>);
        /// Number of locations.
        with_locations(locations: usize);
        /// Number of functions.
        with_functions(functions: usize);
        /// Number of mappings.
        with_mappings(mappings: usize);
        /// Names of the labels that samples have, sorted.
        with_labels(labels: Vec<String>);
    }
}

impl InfoReport {
    /// The formats that it has.
    pub const FORMATS: &[Format] = &[Format::Text, Format::Json, Format::Csv, Format::Markdown];

    /// Renders in a format.
    ///
    /// # Errors
    ///
    /// Only those of `out`.
    pub fn write(&self, format: Format, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
        match format {
            Format::Text => self.write_text(layout, out),
            Format::Json => self.write_json(out),
            Format::Csv => {
                let rows = self
                    .facts()
                    .into_iter()
                    .map(|(name, fact)| vec![name, fact]);
                write_rows(&["name", "value"], rows, out)
            }
            Format::Markdown => {
                let row =
                    |(name, fact): (String, String)| vec![Cell::plain(name), Cell::plain(fact)];
                let table = Table {
                    columns: vec![Column::left("name"), Column::left("value")],
                    rows: self.facts().into_iter().map(row).collect(),
                };
                markdown::write_table(&table, out)
            }
            other => Err(other.unsupported()),
        }
    }

    fn write_text(&self, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
        let facts = self.facts();
        let width = facts.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        for (name, fact) in facts {
            let line = format!("{name:<width$}  {fact}");
            writeln!(out, "{}", text::printable(&line))?;
        }
        let _ = layout;
        Ok(())
    }

    fn facts(&self) -> Vec<(String, String)> {
        let header = &self.input.header;
        let mut facts: Vec<(&str, String)> = vec![
            ("profile", self.input.path.to_string()),
            ("kind", header.kind.to_string()),
            ("encoding", encoding(header)),
        ];
        facts.extend(header.format.clone().map(|format| ("format", format)));
        facts.extend(header.binary.clone().map(|binary| ("binary", binary)));
        facts.extend(header.build_id.clone().map(|id| ("build id", id)));
        facts.extend(header.time().map(|time| ("time", time)));
        let duration = header.duration_nanos;
        facts.extend(duration.map(|d| ("duration", auto_label(d.into(), "nanoseconds"))));
        facts.extend(self.period().map(|period| ("period", period)));
        facts.push(("samples", self.input.sample_count.to_string()));
        facts.push(("locations", self.locations.to_string()));
        facts.push(("functions", self.functions.to_string()));
        facts.push(("mappings", self.mappings.to_string()));
        facts.push(("labels", list(&self.labels)));
        facts.push((
            "sampling error",
            self.input.sampling_error.name().to_owned(),
        ));
        facts.extend(header.comments.iter().map(|c| ("comment", c.clone())));
        facts.extend(header.doc_url.clone().map(|url| ("documentation", url)));
        let mut facts: Vec<(String, String)> = facts
            .into_iter()
            .map(|(name, fact)| (name.to_owned(), fact))
            .collect();
        facts.extend(self.types());
        facts
    }

    fn period(&self) -> Option<String> {
        let header = &self.input.header;
        let period = header.period?;
        let unit = header.period_type.as_ref().map_or("", |kind| &kind.unit);
        Some(format!(
            "{} ({})",
            auto_label(period.into(), unit),
            in_unit(period.into(), unit)
        ))
    }

    /// One line for each sample type: its total and unit.
    fn types(&self) -> Vec<(String, String)> {
        let header = &self.input.header;
        let types = header.sample_types.iter().zip(&self.totals).enumerate();
        types
            .map(|(at, (sample_type, &total))| {
                let is_default = header.default_sample_index == Some(at);
                let note = if is_default { "  (default)" } else { "" };
                let label = auto_label(total, &sample_type.unit);
                let fact = format!("{label}  ({}){note}", in_unit(total, &sample_type.unit));
                (sample_type.type_.clone(), fact)
            })
            .collect()
    }

    fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        let header = &self.input.header;
        let totals = header.sample_types.iter().zip(&self.totals);
        let document = InfoDocument {
            envelope: Envelope::new(
                "heapwise.info/1",
                std::slice::from_ref(&self.input),
                &self.warnings,
            ),
            format: header.format.as_deref(),
            binary: header.binary.as_deref(),
            build_id: header.build_id.as_deref(),
            default_sample_type: header
                .default_sample_index
                .and_then(|at| header.sample_types.get(at))
                .map(|sample_type| sample_type.type_.as_str()),
            totals: totals
                .map(|(sample_type, &value)| JsonTotal {
                    sample_type: JsonSampleType::new(sample_type),
                    value,
                })
                .collect(),
            locations: self.locations,
            functions: self.functions,
            mappings: self.mappings,
            labels: &self.labels,
            comments: &header.comments,
            doc_url: header.doc_url.as_deref(),
        };
        json::write(&document, out)
    }
}

/// `1 byte`, `2 bytes`, `3 count`: a number with the name that a profile gives its unit.
fn in_unit(value: i128, unit: &str) -> String {
    match unit.strip_suffix('s') {
        Some(one) => counted(value, one),
        None => format!("{value} {unit}"),
    }
}

fn list(names: &[String]) -> String {
    if names.is_empty() {
        "none".to_owned()
    } else {
        names.join(", ")
    }
}

#[derive(Serialize)]
struct InfoDocument<'a> {
    #[serde(flatten)]
    envelope: Envelope<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<&'a str>,
    binary: Option<&'a str>,
    build_id: Option<&'a str>,
    default_sample_type: Option<&'a str>,
    totals: Vec<JsonTotal<'a>>,
    locations: usize,
    functions: usize,
    mappings: usize,
    labels: &'a [String],
    comments: &'a [String],
    doc_url: Option<&'a str>,
}

#[derive(Serialize)]
struct JsonTotal<'a> {
    #[serde(flatten)]
    sample_type: JsonSampleType<'a>,
    value: i128,
}
