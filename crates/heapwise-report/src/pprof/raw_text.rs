//! A profile as it is, table by table: what `go tool pprof -raw` prints.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Write};

use heapwise_analysis::{View, Zone, binary_file};
use heapwise_decode::{
    LabelValue, Line, LocationIndex, MappingIndex, Profile, Sample, StringIndex, Tables,
};

use crate::formats::go_text::go_duration;
use crate::formats::text::printable;

/// Prints a profile as `go tool pprof -raw` does, byte for byte, with times in UTC
/// (report/report.go: Generate).
///
/// ```text
/// PeriodType: space bytes
/// Period: 524288
/// Samples:
/// objects/count space/bytes
///        228     525440: 1 2
///                 bytes:[2304]
/// Locations
///      1: 0x48e90b M=1 main.makeOrder /src/main.go:47:0 s=0
///      2: 0x493806 M=1
/// Mappings
/// 1: 0x0/0xffffffffffffffff/0x0   [FN][FL][LN][IN]
/// ```
///
/// That is [`write_profile`] but for what pprof changes before every report: a profile without
/// mappings gets one, and a mapping's file that is the address it was fetched from is left out
/// (driver/fetch.go: locateBinaries, unsourceMappings).
///
/// # Errors
///
/// Only those of `out`.
pub fn write_raw(profile: &Profile, out: &mut dyn Write) -> io::Result<()> {
    Raw {
        for_report: true,
        ..Raw::of(profile.tables())
    }
    .write_profile(profile, out)
}

/// [`write_raw`] of what a view leaves of a profile. Whatever its granularity, places are told apart
/// by address; without inlined frames a place has the line of the function really called, and
/// columns only when they are asked for (driver/driver.go: applyCommandOverrides, aggregate).
///
/// # Errors
///
/// Those of `out`, and of samples that cannot be read again.
pub fn write_raw_view(view: &View, out: &mut dyn Write) -> io::Result<()> {
    write_view(&Raw::of_view(view), view, out)
}

/// [`write_raw_view`] for a terminal: control characters in texts are replaced, so that a line holds
/// what pprof puts into it and a terminal acts on nothing.
pub(crate) fn write_printable_view(view: &View, out: &mut dyn Write) -> io::Result<()> {
    let mut raw = Raw::of_view(view);
    raw.texts.are_printable = true;
    write_view(&raw, view, out)
}

fn write_view(raw: &Raw<'_>, view: &View, out: &mut dyn Write) -> io::Result<()> {
    raw.write_header(out)?;
    let mut written = Ok(());
    let read = view.each(|sample| {
        if written.is_ok() {
            written = write_sample(raw.texts, sample, out);
        }
    });
    written?;
    read.map_err(io::Error::other)?;
    raw.write_places(out)
}

/// Prints a profile as it was read, byte for byte as `Profile.String` of profile/profile.go.
///
/// # Errors
///
/// Only those of `out`.
pub fn write_profile(profile: &Profile, out: &mut dyn Write) -> io::Result<()> {
    Raw::of(profile.tables()).write_profile(profile, out)
}

struct Raw<'a> {
    texts: Texts<'a>,
    zone: Zone,
    /// Whether with what pprof changes before a report.
    for_report: bool,
    has_inlines: bool,
    has_columns: bool,
}

impl<'a> Raw<'a> {
    /// All that a profile has.
    fn of(tables: &'a Tables) -> Raw<'a> {
        Raw {
            texts: Texts {
                tables,
                are_printable: false,
            },
            zone: Zone::default(),
            for_report: false,
            has_inlines: true,
            has_columns: true,
        }
    }

    /// What pprof shows of a view.
    fn of_view(view: &'a View) -> Raw<'a> {
        let options = view.options();
        Raw {
            zone: options.zone.clone(),
            for_report: true,
            has_inlines: !options.no_inlines,
            has_columns: !options.no_inlines || options.show_columns,
            ..Raw::of(view.tables())
        }
    }

    fn write_profile(&self, profile: &Profile, out: &mut dyn Write) -> io::Result<()> {
        self.write_header(out)?;
        for sample in profile.samples() {
            write_sample(self.texts, &sample, out)?;
        }
        self.write_places(out)
    }

    /// Everything behind the samples.
    fn write_places(&self, out: &mut dyn Write) -> io::Result<()> {
        let tables = self.texts.tables;
        writeln!(out, "Locations")?;
        for at in 0..tables.location_count() {
            if let Some(index) = tables.location_index(at) {
                self.write_location(index, out)?;
            }
        }
        writeln!(out, "Mappings")?;
        if self.adds_mapping() {
            writeln!(out, "1: 0x0/0x0/0x0   ")?;
        }
        for at in 0..tables.mappings().len() {
            if let Some(index) = tables.mapping_index(at) {
                self.write_mapping(index, out)?;
            }
        }
        Ok(())
    }

    fn adds_mapping(&self) -> bool {
        self.for_report && self.texts.tables.mappings().is_empty()
    }

    /// Everything up to the names of the values.
    fn write_header(&self, out: &mut dyn Write) -> io::Result<()> {
        let (texts, tables) = (self.texts, self.texts.tables);
        for &comment in tables.comment_indexes() {
            write_all(out, &[b"Comment: ", &texts.bytes(comment), b"\n"])?;
        }
        let doc_url = tables.doc_url();
        if !doc_url.is_empty() {
            writeln!(out, "Doc: {}", texts.shown(doc_url))?;
        }
        let period = tables.period_type().unwrap_or_default();
        let (type_, unit) = (texts.bytes(period.type_), texts.bytes(period.unit));
        write_all(out, &[b"PeriodType: ", &type_, b" ", &unit, b"\n"])?;
        writeln!(out, "Period: {}", tables.period().unwrap_or(0))?;
        if let Some(time) = tables.time_nanos() {
            writeln!(out, "Time: {}", self.zone.exact_time(time))?;
        }
        if let Some(duration) = tables.duration_nanos() {
            // The verb is `%.4v`, whose precision cuts the text.
            let short: String = go_duration(duration).chars().take(4).collect();
            writeln!(out, "Duration: {short}")?;
        }
        writeln!(out, "Samples:")?;
        write_all(out, &[sample_types(texts).trim_ascii(), b"\n"])
    }
}

/// The texts of a profile as they are printed.
#[derive(Clone, Copy)]
struct Texts<'a> {
    tables: &'a Tables,
    /// Whether without what a terminal would act on.
    are_printable: bool,
}

impl<'a> Texts<'a> {
    fn bytes(self, text: StringIndex) -> Cow<'a, [u8]> {
        if self.are_printable {
            let shown = self.shown(self.tables.text(text));
            Cow::Owned(shown.into_owned().into_bytes())
        } else {
            Cow::Borrowed(self.tables.text_bytes(text))
        }
    }

    fn shown(self, text: Cow<'a, str>) -> Cow<'a, str> {
        if self.are_printable {
            Cow::Owned(printable(&text).into_owned())
        } else {
            text
        }
    }
}

fn write_all(out: &mut dyn Write, parts: &[&[u8]]) -> io::Result<()> {
    parts.iter().try_for_each(|part| out.write_all(part))
}

/// `alloc_space/bytes inuse_space/bytes[dflt] `.
fn sample_types(texts: Texts<'_>) -> Vec<u8> {
    let tables = texts.tables;
    let mut line = Vec::new();
    let default = tables.default_sample_type();
    for value_type in tables.sample_types() {
        line.extend_from_slice(&texts.bytes(value_type.type_));
        line.push(b'/');
        line.extend_from_slice(&texts.bytes(value_type.unit));
        if tables.text(value_type.type_) == default {
            line.extend_from_slice(b"[dflt]");
        }
        line.push(b' ');
    }
    line
}

/// Values, stack from the leaf, and labels below (profile/profile.go: Sample.string).
fn write_sample(texts: Texts<'_>, sample: &Sample<'_>, out: &mut dyn Write) -> io::Result<()> {
    for value in sample.values() {
        write!(out, " {value:>10}")?;
    }
    out.write_all(b": ")?;
    for &location in sample.stack().iter().rev() {
        write!(out, "{} ", texts.tables.location_id(location).unwrap_or(0))?;
    }
    out.write_all(b"\n")?;
    let labels = LabelLines::of(texts, sample);
    for line in [labels.texts, labels.numbers] {
        if !line.is_empty() {
            write!(out, "{:16}", "")?;
            out.write_all(&line.join(&b' '))?;
            out.write_all(b"\n")?;
        }
    }
    Ok(())
}

/// The labels of a sample as they are printed: one text for each name, in order.
struct LabelLines {
    texts: Vec<Vec<u8>>,
    numbers: Vec<Vec<u8>>,
}

impl LabelLines {
    fn of(texts: Texts<'_>, sample: &Sample<'_>) -> LabelLines {
        let mut words = BTreeMap::<Cow<'_, [u8]>, Vec<Vec<u8>>>::new();
        let mut numbers = BTreeMap::<Cow<'_, [u8]>, Vec<(i64, StringIndex)>>::new();
        for label in sample.labels().iter() {
            let key = texts.bytes(label.key);
            match label.value {
                LabelValue::Text(text) => {
                    let text = texts.bytes(text).into_owned();
                    words.entry(key).or_default().push(text);
                }
                LabelValue::Number { value, unit } => {
                    numbers.entry(key).or_default().push((value, unit));
                }
            }
        }
        let numbers = numbers
            .into_iter()
            .map(|(key, values)| (key, numbers_of(texts, &values)));
        LabelLines {
            texts: listed(words.into_iter()),
            numbers: listed(numbers),
        }
    }
}

/// Each number with its unit, or without when none of them has one (profile/profile.go:
/// numLabelsToString).
fn numbers_of(texts: Texts<'_>, values: &[(i64, StringIndex)]) -> Vec<Vec<u8>> {
    let have_units = values.iter().any(|(_, unit)| !unit.is_empty());
    let number = |&(value, unit): &(i64, StringIndex)| {
        let mut text = value.to_string().into_bytes();
        if have_units {
            text.push(b' ');
            text.extend_from_slice(&texts.bytes(unit));
        }
        text
    };
    values.iter().map(number).collect()
}

/// `name:[one two]` of each name, sorted as whole texts.
fn listed<'a>(labels: impl Iterator<Item = (Cow<'a, [u8]>, Vec<Vec<u8>>)>) -> Vec<Vec<u8>> {
    let mut lines: Vec<Vec<u8>> = labels
        .map(|(key, values)| [&key, &b":["[..], &values.join(&b' '), b"]"].concat())
        .collect();
    lines.sort();
    lines
}

impl Raw<'_> {
    /// A line for each line of a location, or one without (profile/profile.go: Location.string).
    fn write_location(&self, index: LocationIndex, out: &mut dyn Write) -> io::Result<()> {
        let tables = self.texts.tables;
        let location = tables.location(index);
        let id = tables.location_id(index).unwrap_or(0);
        write!(out, "{id:>6}: {:#x} ", location.address)?;
        if let Some(mapping) = location.mapping {
            write!(out, "M={} ", tables.mapping_id(mapping).unwrap_or(0))?;
        } else if self.adds_mapping() {
            out.write_all(b"M=1 ")?;
        }
        if location.is_folded {
            out.write_all(b"[F] ")?;
        }
        if location.lines.is_empty() {
            return out.write_all(b"\n");
        }
        let lines = match location.lines {
            [.., called] if !self.has_inlines => std::slice::from_ref(called),
            lines => lines,
        };
        for (at, line) in lines.iter().enumerate() {
            if at > 0 {
                write!(out, "{:13}", "")?;
            }
            let column = if self.has_columns { line.column } else { 0 };
            write_line(self.texts, &line.with_column(column), out)?;
        }
        Ok(())
    }

    /// `1: 0x400000/0x4a0000/0x0 /bin/app 4c2f [FN]` (profile/profile.go: Mapping.string).
    fn write_mapping(&self, index: MappingIndex, out: &mut dyn Write) -> io::Result<()> {
        let tables = self.texts.tables;
        let Some(mapping) = tables.mapping(index) else {
            return Ok(());
        };
        let id = tables.mapping_id(index).unwrap_or(0);
        let (start, limit, offset) = (mapping.start, mapping.limit, mapping.offset);
        write!(out, "{id}: {start:#x}/{limit:#x}/{offset:#x} ")?;
        let file = match self.for_report {
            true if binary_file(tables, mapping).is_empty() => StringIndex::EMPTY,
            _ => mapping.file,
        };
        let (file, build_id) = (self.texts.bytes(file), self.texts.bytes(mapping.build_id));
        write_all(out, &[&file, b" ", &build_id, b" "])?;
        let symbols = mapping.symbols;
        let flags = [
            (symbols.functions, "[FN]"),
            (symbols.filenames, "[FL]"),
            (symbols.line_numbers, "[LN]"),
            (symbols.inline_frames && self.has_inlines, "[IN]"),
        ];
        for (_, flag) in flags.iter().filter(|(is_set, _)| *is_set) {
            out.write_all(flag.as_bytes())?;
        }
        out.write_all(b"\n")
    }
}

/// `main.makeOrder /src/main.go:47:0 s=40`, and the name in the symbol table if it is another.
fn write_line(texts: Texts<'_>, line: &Line, out: &mut dyn Write) -> io::Result<()> {
    let function = texts.tables.function(line.function);
    let (name, system_name) = (
        texts.bytes(function.name),
        texts.bytes(function.system_name),
    );
    write_all(out, &[&name, b" ", &texts.bytes(function.filename)])?;
    let (line, column) = (line.line, line.column);
    write!(out, ":{line}:{column} s={}", function.start_line)?;
    if name != system_name {
        write_all(out, &[b"(", &system_name, b")"])?;
    }
    out.write_all(b"\n")
}
