//! Samples with their stacks.

use heapwise_decode::counted;
use std::collections::HashMap;
use std::io::{self, Write};

use heapwise_analysis::units::scaled_label;
use heapwise_analysis::{Frame, Granularity, Inlined, LargestTraces, Trace, Traces};
use heapwise_decode::LocationIndex;
use serde::ser::{Error as _, Serialize, SerializeSeq, Serializer};

use crate::formats::delimited::Rows;
use crate::formats::format::Format;
use crate::formats::json::{self, Envelope, JsonSite};
use crate::formats::json_labels::JsonLabels;
use crate::formats::markdown;
use crate::formats::site_text::{LEAST_NAME, shorten, style};
use crate::formats::table::{Cell, Column};
use crate::formats::text::{Layout, printable};
use crate::views::view_report::{JsonValue, ViewReport};

/// Every sample with its stack, the largest first.
#[derive(Debug)]
#[non_exhaustive]
pub struct TracesReport<'a> {
    /// What it is of.
    pub report: ViewReport<'a>,
    /// The samples.
    pub traces: Traces<'a>,
}

impl<'a> TracesReport<'a> {
    /// The samples of a view.
    #[must_use]
    pub fn new(report: ViewReport<'a>, traces: Traces<'a>) -> Self {
        Self { report, traces }
    }
}

impl TracesReport<'_> {
    /// The formats that it has.
    pub const FORMATS: &'static [Format] =
        &[Format::Text, Format::Json, Format::Csv, Format::Markdown];

    /// Renders in a format.
    ///
    /// # Errors
    ///
    /// Those of `out`, and of samples that cannot be read again.
    pub fn write(&self, format: Format, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
        let shown = self.traces.largest().map_err(io::Error::other)?;
        match format {
            Format::Text => self.write_text(&shown, layout, out),
            Format::Json => self.write_json(&shown, out),
            Format::Csv => self.write_csv(&shown, out),
            Format::Markdown => self.write_markdown(&shown, out),
            other => Err(other.unsupported()),
        }
    }

    fn headline(shown: &LargestTraces) -> String {
        let all = shown.len() + shown.omitted;
        match shown.omitted {
            0 => format!("{}, largest first", counted(all, "trace")),
            _ => format!(
                "{} of {}, largest first",
                shown.len(),
                counted(all, "trace")
            ),
        }
    }

    /// Writes one trace after the other.
    fn each(
        &self,
        shown: &LargestTraces,
        mut write: impl FnMut(&Trace<'_>) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut written = Ok(());
        let read = self.traces.each_of(shown, |trace| {
            if written.is_ok() {
                written = write(trace);
            }
        });
        written.and(read.map_err(io::Error::other))
    }

    fn write_text(
        &self,
        shown: &LargestTraces,
        layout: Layout,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        self.report.write_head(&Self::headline(shown), out)?;
        let mut lines = FrameLines {
            traces: &self.traces,
            layout,
            known: HashMap::new(),
        };
        let mut is_first = true;
        self.each(shown, |trace| {
            if !std::mem::take(&mut is_first) {
                writeln!(out)?;
            }
            self.write_trace(trace, &mut lines, out)
        })?;
        if shown.omitted > 0 {
            let rest = self.report.label(shown.omitted_value);
            writeln!(out, "\n{rest:>10}  in {} more", shown.omitted)?;
        }
        Ok(())
    }

    /// The value beside the innermost frame, its callers below, labels last.
    fn write_trace(
        &self,
        trace: &Trace<'_>,
        lines: &mut FrameLines<'_>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let value = self.report.label(trace.value());
        let mut start = format!("{value:>10} {:>7}  ", self.report.share(trace.value()));
        for location in trace.locations() {
            for line in lines.of(location) {
                writeln!(out, "{start}{line}")?;
                start.clear();
                start.push_str(INDENT);
            }
        }
        for (name, values) in self.labels(trace) {
            writeln!(out, "{start}{}", printable(&format!("[{name}: {values}]")))?;
        }
        Ok(())
    }

    /// Labels as people read them, by name.
    fn labels(&self, trace: &Trace<'_>) -> Vec<(String, String)> {
        let labels = trace.labels();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let texts = labels.texts.iter().map(|(key, values)| {
            let values: Vec<String> = values.iter().map(|value| text(value)).collect();
            (text(key), values.join(" "))
        });
        let units = self.report.view.label_units();
        let numbers = labels.numbers.iter().map(|(key, values)| {
            let unit = units.unit(key).unwrap_or_default();
            let values: Vec<String> = values
                .iter()
                .map(|&value| scaled_label(value, &unit, "auto"))
                .collect();
            (text(key), values.join(" "))
        });
        texts.chain(numbers).collect()
    }

    fn one_line_labels(&self, trace: &Trace<'_>) -> String {
        let labels = self.labels(trace).into_iter();
        let labels: Vec<String> = labels
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        labels.join("; ")
    }

    fn write_csv(&self, shown: &LargestTraces, out: &mut dyn Write) -> io::Result<()> {
        let value = self.report.json_value();
        let header = ["sample_type", "unit", "value", "labels", "stack"];
        let mut rows = Rows::start(&header, out)?;
        self.each(shown, |trace| {
            let mut names = names(trace);
            names.reverse();
            rows.write(&[
                value.sample_type.clone(),
                value.unit.clone().unwrap_or_default(),
                trace.value().to_string(),
                self.one_line_labels(trace),
                names.join(";"),
            ])
        })?;
        rows.finish()
    }

    fn write_markdown(&self, shown: &LargestTraces, out: &mut dyn Write) -> io::Result<()> {
        let headline = self.report.headline(&Self::headline(shown));
        writeln!(out, "**{}**\n", markdown::escape(&headline))?;
        let columns = [
            Column::right("value"),
            Column::right("%"),
            Column::left("stack"),
            Column::left("labels"),
        ];
        markdown::write_columns(&columns, out)?;
        self.each(shown, |trace| {
            let cells = [
                Cell::plain(self.report.label(trace.value())),
                Cell::plain(self.report.share(trace.value())),
                Cell::plain(names(trace).join(" ← ")),
                Cell::plain(self.one_line_labels(trace)),
            ];
            markdown::write_row(&cells, out)
        })
    }

    fn write_json(&self, shown: &LargestTraces, out: &mut dyn Write) -> io::Result<()> {
        let report = &self.report;
        let granularity = report.view.options().granularity.unwrap_or_default();
        let document = TracesDocument {
            envelope: Envelope::new("heapwise.traces/1", &report.inputs, &report.warnings),
            value: report.json_value(),
            granularity: granularity.name(),
            traces: JsonTraces {
                report: self,
                shown,
                granularity,
            },
            omitted: Omitted {
                traces: shown.omitted,
                value: shown.omitted_value,
            },
        };
        json::write(&document, out)
    }
}

/// What is before a name below the first.
const INDENT: &str = "                    ";

/// The lines of the frames of places, which most traces share.
struct FrameLines<'a> {
    traces: &'a Traces<'a>,
    layout: Layout,
    known: HashMap<LocationIndex, Vec<String>>,
}

impl FrameLines<'_> {
    fn of(&mut self, location: LocationIndex) -> &[String] {
        let (traces, layout) = (self.traces, self.layout);
        self.known.entry(location).or_insert_with(|| {
            let frames = traces.frames_of(location);
            frames.map(|frame| frame_line(&frame, layout)).collect()
        })
    }
}

fn frame_line(frame: &Frame<'_>, layout: Layout) -> String {
    let site = frame.site();
    let suffix = if frame.is_inlined { " (inline)" } else { "" };
    let mut name = site.pprof_name() + suffix;
    if let Some(width) = layout.width {
        let width = width.saturating_sub(INDENT.len());
        name = shorten(&name, width.max(LEAST_NAME)).into_owned();
    }
    let style = if layout.color {
        style(&site)
    } else {
        Default::default()
    };
    let (on, off) = (style.render(), style.render_reset());
    format!("{on}{}{off}", printable(&name))
}

/// The innermost frame first.
fn names(trace: &Trace<'_>) -> Vec<String> {
    let name = |frame: Frame<'_>| {
        let mut name = Vec::new();
        frame.print_name(&mut name);
        String::from_utf8_lossy(&name).into_owned()
    };
    trace.frames().map(name).collect()
}

#[derive(serde::Serialize)]
struct TracesDocument<'a> {
    #[serde(flatten)]
    envelope: Envelope<'a>,
    #[serde(flatten)]
    value: JsonValue,
    granularity: &'static str,
    traces: JsonTraces<'a>,
    omitted: Omitted,
}

#[derive(serde::Serialize)]
struct Omitted {
    traces: usize,
    value: i64,
}

/// Made one by one while they are written.
struct JsonTraces<'a> {
    report: &'a TracesReport<'a>,
    shown: &'a LargestTraces,
    granularity: Granularity,
}

impl Serialize for JsonTraces<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let traces = &self.report.traces;
        let units = self.report.report.view.label_units();
        let mut list = serializer.serialize_seq(None)?;
        let mut written = Ok(());
        let read = traces.each_of(self.shown, |trace| {
            if written.is_ok() {
                written = list.serialize_element(&JsonTrace {
                    value: trace.value(),
                    stack: JsonStack {
                        trace,
                        granularity: self.granularity,
                    },
                    labels: JsonLabels::new(&trace.labels(), units),
                });
            }
        });
        written?;
        read.map_err(S::Error::custom)?;
        list.end()
    }
}

#[derive(serde::Serialize)]
struct JsonTrace<'a> {
    value: i64,
    stack: JsonStack<'a>,
    #[serde(flatten)]
    labels: JsonLabels,
}

struct JsonStack<'a> {
    trace: &'a Trace<'a>,
    granularity: Granularity,
}

impl Serialize for JsonStack<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut stack = serializer.serialize_seq(None)?;
        for frame in self.trace.frames() {
            let inlined = match frame.is_inlined {
                true => Inlined::All,
                false => Inlined::No,
            };
            let site = frame.site();
            stack.serialize_element(&JsonSite::new(&site, inlined, self.granularity))?;
        }
        stack.end()
    }
}
