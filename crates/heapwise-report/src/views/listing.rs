//! Source lines with their values.

use heapwise_decode::counted;
use std::cmp::Reverse;
use std::io::{self, Write};

use anstyle::Style;
use heapwise_analysis::{Listing, Routine, RoutineFile};
use serde::Serialize;

use crate::formats::format::Format;
use crate::formats::json::{self, Envelope};
use crate::formats::site_text::cells;
use crate::formats::text::{Layout, printable};
use crate::views::source_text::{SourceText, SourceTexts};
use crate::views::view_report::{JsonValue, ViewReport};

/// Functions with their source, line by line; the largest function first.
#[derive(Debug)]
#[non_exhaustive]
pub struct ListReport<'a> {
    /// What it is of.
    pub report: ViewReport<'a>,
    /// The functions.
    pub listing: Listing,
    /// Their sources.
    pub sources: SourceTexts,
}

impl<'a> ListReport<'a> {
    /// Functions of a view with their sources.
    #[must_use]
    pub fn new(report: ViewReport<'a>, listing: Listing, sources: SourceTexts) -> Self {
        Self {
            report,
            listing,
            sources,
        }
    }
}

/// What a tab is worth; pprof leaves tabs to the terminal.
const TAB: &str = "    ";

impl ListReport<'_> {
    /// The formats that it has.
    pub const FORMATS: &'static [Format] = &[Format::Text, Format::Json];

    /// Renders in a format.
    ///
    /// # Errors
    ///
    /// Only those of `out`.
    pub fn write(&self, format: Format, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
        match format {
            Format::Text => self.write_text(layout, out),
            Format::Json => self.write_json(out),
            other => Err(other.unsupported()),
        }
    }

    /// Functions with the largest cumulative value first, then by name.
    fn routines(&self) -> Vec<&Routine> {
        let mut routines: Vec<&Routine> = self.listing.routines.iter().collect();
        let size = |routine: &Routine| {
            let files = routine.files.iter();
            files
                .map(|file| u128::from(file.cum.unsigned_abs()))
                .sum::<u128>()
        };
        routines.sort_by_key(|routine| Reverse(size(routine)));
        routines
    }

    fn write_text(&self, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
        let count = match self.listing.routines.len() {
            1 => counted(1_usize, "function"),
            count => format!("{}, largest first", counted(count, "function")),
        };
        self.report.write_head(&count, out)?;
        for (at, routine) in self.routines().into_iter().enumerate() {
            if at > 0 {
                writeln!(out)?;
            }
            if routine.files.is_empty() {
                let name = String::from_utf8_lossy(&routine.name);
                writeln!(
                    out,
                    "{}: the profile names no source file",
                    printable(&name)
                )?;
            }
            for file in &routine.files {
                self.write_file(routine, file, layout, out)?;
            }
        }
        Ok(())
    }

    fn write_file(
        &self,
        routine: &Routine,
        file: &RoutineFile,
        layout: Layout,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let bold = match layout.color {
            true => Style::new().bold(),
            false => Style::new(),
        };
        let name = String::from_utf8_lossy(&routine.name);
        let name = printable(&name);
        let path = String::from_utf8_lossy(&file.path);
        let path = printable(&path);
        writeln!(
            out,
            "{}{name}{} in {path}",
            bold.render(),
            bold.render_reset()
        )?;
        let (flat, cum) = (self.report.label(file.flat), self.report.label(file.cum));
        let share = match self.report.share(file.cum) {
            share if share.is_empty() => share,
            share => format!(", {share} of the total"),
        };
        writeln!(out, "flat {flat}, cum {cum}{share}")?;
        let source = self.sources.get(&file.path);
        if let Some(error) = source.and_then(|source| source.error.as_ref()) {
            writeln!(out, "no source: {}", printable(error))?;
        }
        writeln!(out, "{:>10} {:>10} {:>6}", "flat", "cum", "line")?;
        for (line, text) in lines(file, source) {
            self.write_line(file, line, text, layout, out)?;
        }
        Ok(())
    }

    fn write_line(
        &self,
        file: &RoutineFile,
        line: i64,
        text: Option<&[u8]>,
        layout: Layout,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let value = file.line(line);
        let label = |value: i64| match value {
            0 => ".".to_owned(),
            value => self.report.label(value),
        };
        let flat = label(value.map_or(0, |value| value.flat));
        let cum = label(value.map_or(0, |value| value.cum));
        let start = format!("{flat:>10} {cum:>10} {line:>6}");
        let text = String::from_utf8_lossy(text.unwrap_or_default()).replace('\t', TAB);
        let mut text = printable(&text);
        if let Some(width) = layout.width {
            let room = width.saturating_sub(start.len() + 2).max(20);
            if cells(&text) > room {
                text = text.chars().take(room - 1).chain(['…']).collect();
            }
        }
        let style = match value {
            None if layout.color => Style::new().dimmed(),
            _ => Style::new(),
        };
        let whole = format!("{start}  {text}");
        let (on, off) = (style.render(), style.render_reset());
        writeln!(out, "{on}{}{off}", whole.trim_end())
    }

    fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        let report = &self.report;
        let document = ListDocument {
            envelope: Envelope::new("heapwise.list/1", &report.inputs, &report.warnings),
            value: report.json_value(),
            routines: self
                .routines()
                .into_iter()
                .map(|routine| self.json_routine(routine))
                .collect(),
        };
        json::write(&document, out)
    }

    fn json_routine(&self, routine: &Routine) -> JsonRoutine {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let file = |file: &RoutineFile| {
            let source = self.sources.get(&file.path);
            let line = |(line, source): (i64, Option<&[u8]>)| {
                let value = file.line(line);
                JsonLine {
                    line,
                    flat: value.map_or(0, |value| value.flat),
                    cum: value.map_or(0, |value| value.cum),
                    source: source.map(text),
                }
            };
            JsonFile {
                file: text(&file.path),
                flat: file.flat,
                cum: file.cum,
                error: source.and_then(|source| source.error.clone()),
                lines: lines(file, source).map(line).collect(),
            }
        };
        JsonRoutine {
            function: Some(text(&routine.name)).filter(|name| !name.is_empty()),
            files: routine.files.iter().map(file).collect(),
        }
    }
}

/// The lines of a file that are shown: all that the source has of the range, and those with a
/// value although the source does not have them.
fn lines<'a>(
    file: &'a RoutineFile,
    source: Option<&'a SourceText>,
) -> impl Iterator<Item = (i64, Option<&'a [u8]>)> {
    let in_source = source.into_iter().flat_map(|source| {
        let range = file.first_line..=file.last_line.max(file.first_line);
        source.lines.range(range)
    });
    let mut all: std::collections::BTreeMap<i64, Option<&[u8]>> = in_source
        .map(|(&line, text)| (line, Some(text.as_slice())))
        .collect();
    for value in &file.lines {
        all.entry(value.line).or_insert(None);
    }
    all.into_iter()
}

#[derive(Serialize)]
struct ListDocument<'a> {
    #[serde(flatten)]
    envelope: Envelope<'a>,
    #[serde(flatten)]
    value: JsonValue,
    routines: Vec<JsonRoutine>,
}

#[derive(Serialize)]
struct JsonRoutine {
    function: Option<String>,
    files: Vec<JsonFile>,
}

#[derive(Serialize)]
struct JsonFile {
    file: String,
    flat: i64,
    cum: i64,
    error: Option<String>,
    lines: Vec<JsonLine>,
}

#[derive(Serialize)]
struct JsonLine {
    line: i64,
    flat: i64,
    cum: i64,
    source: Option<String>,
}
