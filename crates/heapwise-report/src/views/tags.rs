//! Labels with their values.

use heapwise_decode::counted;
use std::cmp::Reverse;
use std::collections::HashMap;
use std::io::{self, Write};

use heapwise_analysis::units::narrow;
use heapwise_analysis::{Shown, Tag, TagKey, TagValue, Tags};
use serde::Serialize;

use crate::formats::delimited::write_rows;
use crate::formats::format::Format;
use crate::formats::json::{self, Envelope};
use crate::formats::markdown;
use crate::formats::table::{Cell, Column, Table};
use crate::formats::text::{self, Layout, printable};
use crate::views::view_report::{JsonValue, ViewReport};

/// The labels of samples, with what the samples that have them add up to; the largest first.
#[derive(Debug)]
#[non_exhaustive]
pub struct TagsReport<'a> {
    /// What it is of; the rows of its view are the values of each name.
    pub report: ViewReport<'a>,
    /// The labels.
    pub tags: Tags,
}

impl<'a> TagsReport<'a> {
    /// The labels of a view.
    #[must_use]
    pub fn new(report: ViewReport<'a>, tags: Tags) -> Self {
        Self { report, tags }
    }
}

impl TagsReport<'_> {
    /// The formats that it has.
    pub const FORMATS: &'static [Format] =
        &[Format::Text, Format::Json, Format::Csv, Format::Markdown];

    /// Renders in a format.
    ///
    /// # Errors
    ///
    /// Only those of `out`.
    pub fn write(&self, format: Format, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
        match format {
            Format::Text => self.write_text(layout, out),
            Format::Json => self.write_json(out),
            Format::Csv => self.write_csv(out),
            Format::Markdown => self.write_markdown(out),
            other => Err(other.unsupported()),
        }
    }

    /// Names with the largest sum first, then by name.
    fn keys(&self) -> Vec<&TagKey> {
        let mut keys: Vec<&TagKey> = self.tags.keys.iter().collect();
        keys.sort_by_key(|key| Reverse(key.total.unsigned_abs()));
        keys
    }

    /// The values of a name that are shown, and what they leave out.
    fn shown<'a>(&self, key: &'a TagKey) -> Shown<&'a TagValue> {
        let trim = &self.report.view.options().trim;
        let values = key.values.iter();
        let values = values.filter(|value| !trim.drop_negative || value.flat >= 0);
        Shown::first(values.collect(), trim.limit(), |value| value.flat.into())
    }

    fn headline(&self) -> String {
        match self.tags.keys.len() {
            0 => "no labels".to_owned(),
            keys => format!("{}, largest values first", counted(keys, "label")),
        }
    }

    /// `bytes: 22MB (100%) in 134 values`.
    fn key_line(&self, key: &TagKey) -> String {
        let name = String::from_utf8_lossy(&key.name);
        let values = counted(key.values.len(), "value");
        let total = self.report.label(key.total);
        match self.report.share(key.total) {
            share if share.is_empty() => format!("{name}: {total} in {values}"),
            share => format!("{name}: {total} ({share}) in {values}"),
        }
    }

    fn table(&self, key: &TagKey) -> Table {
        let Shown {
            rows: values,
            omitted,
            ..
        } = self.shown(key);
        let line = |flat: i64, tag: String| {
            vec![
                (Column::right("flat"), Cell::plain(self.report.label(flat))),
                (Column::right("flat%"), Cell::plain(self.report.share(flat))),
                (
                    Column::texts(String::from_utf8_lossy(&key.name).into_owned()),
                    Cell::plain(tag),
                ),
            ]
        };
        let looks = looks(key);
        let mut lines: Vec<_> = values
            .iter()
            .map(|value| line(value.flat, tag_label(&value.tag, &looks)))
            .collect();
        if omitted.rows > 0 || lines.is_empty() {
            let more = format!("in {} more", omitted.rows);
            lines.push(line(narrow(omitted.flat), more));
        }
        Table::of_lines(lines)
    }

    fn write_text(&self, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
        self.report.write_head(&self.headline(), out)?;
        for (at, key) in self.keys().into_iter().enumerate() {
            if at > 0 {
                writeln!(out)?;
            }
            writeln!(out, "{}", printable(&self.key_line(key)))?;
            text::write_table(&self.table(key), layout, out)?;
        }
        Ok(())
    }

    fn write_markdown(&self, out: &mut dyn Write) -> io::Result<()> {
        let headline = self.report.headline(&self.headline());
        writeln!(out, "**{}**", markdown::escape(&headline))?;
        for key in self.keys() {
            writeln!(out, "\n{}\n", markdown::escape(&self.key_line(key)))?;
            markdown::write_table(&self.table(key), out)?;
        }
        Ok(())
    }

    fn write_csv(&self, out: &mut dyn Write) -> io::Result<()> {
        let value = self.report.json_value();
        let keys = self.keys();
        let rows = keys.iter().flat_map(|key| {
            let values = self.shown(key).rows;
            let value = &value;
            values.into_iter().map(move |tag| {
                let (text, number, unit) = parts(&tag.tag);
                vec![
                    String::from_utf8_lossy(&key.name).into_owned(),
                    text.unwrap_or_default(),
                    number.map(|number| number.to_string()).unwrap_or_default(),
                    unit.unwrap_or_default(),
                    value.sample_type.clone(),
                    value.unit.clone().unwrap_or_default(),
                    tag.flat.to_string(),
                ]
            })
        });
        let header = [
            "label",
            "text",
            "number",
            "number_unit",
            "sample_type",
            "unit",
            "flat",
        ];
        write_rows(&header, rows, out)
    }

    fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        let report = &self.report;
        let key = |key: &TagKey| {
            let Shown {
                rows: values,
                omitted,
                ..
            } = self.shown(key);
            JsonKey {
                name: String::from_utf8_lossy(&key.name).into_owned(),
                total: key.total,
                values: values.into_iter().map(json_value).collect(),
                omitted: JsonOmitted {
                    values: omitted.rows,
                    flat: narrow(omitted.flat),
                },
            }
        };
        let document = TagsDocument {
            envelope: Envelope::new("heapwise.tags/1", &report.inputs, &report.warnings),
            value: report.json_value(),
            labels: self.keys().into_iter().map(key).collect(),
        };
        json::write(&document, out)
    }
}

/// How many values of a name look the same.
fn looks(key: &TagKey) -> HashMap<Vec<u8>, usize> {
    let mut looks = HashMap::new();
    for value in &key.values {
        *looks.entry(value.tag.label("auto")).or_default() += 1;
    }
    looks
}

/// A value as pprof prints it; with the number itself where another value looks the same.
fn tag_label(tag: &Tag, looks: &HashMap<Vec<u8>, usize>) -> String {
    let label = tag.label("auto");
    let text = String::from_utf8_lossy(&label).into_owned();
    match tag {
        Tag::Number(number, unit) if looks.get(&label).is_some_and(|&count| count > 1) => {
            format!("{text} ({number} {unit})")
        }
        _ => text,
    }
}

/// Text, number and unit of a value.
fn parts(tag: &Tag) -> (Option<String>, Option<i64>, Option<String>) {
    match tag {
        Tag::Text(text) => (Some(String::from_utf8_lossy(text).into_owned()), None, None),
        Tag::Number(number, unit) => (None, Some(*number), Some(unit.clone())),
    }
}

fn json_value(value: &TagValue) -> JsonTag {
    let (text, number, unit) = parts(&value.tag);
    JsonTag {
        text,
        number,
        unit,
        flat: value.flat,
    }
}

#[derive(Serialize)]
struct TagsDocument<'a> {
    #[serde(flatten)]
    envelope: Envelope<'a>,
    #[serde(flatten)]
    value: JsonValue,
    labels: Vec<JsonKey>,
}

#[derive(Serialize)]
struct JsonKey {
    name: String,
    total: i64,
    values: Vec<JsonTag>,
    omitted: JsonOmitted,
}

#[derive(Serialize)]
struct JsonTag {
    text: Option<String>,
    number: Option<i64>,
    unit: Option<String>,
    flat: i64,
}

/// What is left out.
#[derive(Serialize)]
struct JsonOmitted {
    values: usize,
    flat: i64,
}
