//! What there is in a store of profiles: services, labels and types.

use std::io::{self, Write};

use serde::Serialize;

use crate::formats::format::Format;
use crate::formats::json::{self, Envelope};
use crate::formats::text::printable;

/// What a store of profiles has in a range of time.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct SourcesReport {
    /// Which store it is, as messages name it.
    pub store: String,
    /// Whose API it speaks.
    pub kind: String,
    /// The range, as times in UTC (RFC 3339).
    pub range: (String, String),
    /// The services, sorted.
    pub services: Vec<String>,
    /// The labels of series with their values, sorted.
    pub labels: Vec<(String, Vec<String>)>,
    /// The profile types: the whole name, and the name of what is measured.
    pub types: Vec<(String, String)>,
}

/// Values of a label that are shown in a line.
const SHOWN: usize = 8;

impl SourcesReport {
    /// The formats that it has.
    pub const FORMATS: &'static [Format] = &[Format::Text, Format::Json];

    /// Renders in a format.
    ///
    /// # Errors
    ///
    /// Only those of `out`.
    pub fn write(&self, format: Format, out: &mut dyn Write) -> io::Result<()> {
        match format {
            Format::Text => self.write_text(out),
            Format::Json => self.write_json(out),
            other => Err(other.unsupported()),
        }
    }

    fn write_text(&self, out: &mut dyn Write) -> io::Result<()> {
        let (from, until) = &self.range;
        let mut line = |text: String| writeln!(out, "{}", printable(&text));
        line(format!("{} from {from} until {until}", self.kind))?;
        line(format!("services: {}", self.services.len()))?;
        for service in &self.services {
            line(format!("  {service}"))?;
        }
        line(format!("labels: {}", self.labels.len()))?;
        let width = self
            .labels
            .iter()
            .map(|(name, _)| name.chars().count())
            .max();
        for (name, values) in &self.labels {
            let shown: Vec<&str> = values.iter().take(SHOWN).map(String::as_str).collect();
            let more = match values.len().saturating_sub(SHOWN) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            line(format!(
                "  {name:<width$}  {}{more}",
                shown.join(", "),
                width = width.unwrap_or(0)
            ))?;
        }
        line(format!("types: {}", self.types.len()))?;
        let width = self.types.iter().map(|(id, _)| id.chars().count()).max();
        for (id, short) in &self.types {
            line(format!(
                "  {id:<width$}  type={short}",
                width = width.unwrap_or(0)
            ))?;
        }
        Ok(())
    }

    fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        let label = |(name, values): &(String, Vec<String>)| JsonLabel {
            name: name.clone(),
            values: values.clone(),
        };
        let known = |(id, short): &(String, String)| JsonType {
            id: id.clone(),
            type_: short.clone(),
        };
        let document = SourcesDocument {
            envelope: Envelope::new("heapwise.sources/1", &[], &[]),
            store: &self.store,
            kind: &self.kind,
            from: &self.range.0,
            until: &self.range.1,
            services: &self.services,
            labels: self.labels.iter().map(label).collect(),
            types: self.types.iter().map(known).collect(),
        };
        json::write(&document, out)
    }
}

#[derive(Serialize)]
struct SourcesDocument<'a> {
    #[serde(flatten)]
    envelope: Envelope<'a>,
    store: &'a str,
    kind: &'a str,
    from: &'a str,
    until: &'a str,
    services: &'a [String],
    labels: Vec<JsonLabel>,
    types: Vec<JsonType>,
}

#[derive(Serialize)]
struct JsonLabel {
    name: String,
    values: Vec<String>,
}

#[derive(Serialize)]
struct JsonType {
    id: String,
    #[serde(rename = "type")]
    type_: String,
}
