//! `go tool pprof -list`, byte for byte.

use std::io::{self, Write};

use heapwise_analysis::units::percentage;
use heapwise_analysis::{Listing, RoutineFile, View};

use crate::pprof::labels::{Values, values_of};
use crate::views::source_text::{SourceText, SourceTexts};

/// Prints what `go tool pprof -list` prints (report/source.go: printSource). The listing is one
/// without means.
///
/// # Errors
///
/// Only those of `out`.
pub fn write_pprof_list(
    listing: &Listing,
    sources: &SourceTexts,
    view: &View,
    out: &mut dyn Write,
) -> io::Result<()> {
    let values = values_of(view);
    writeln!(out, "Total: {}", values.label(view.total()))?;
    for routine in &listing.routines {
        if routine.files.is_empty() {
            out.write_all(b"No source information for ")?;
            out.write_all(&routine.name)?;
            out.write_all(b"\n")?;
        }
        for file in &routine.files {
            out.write_all(b"ROUTINE ======================== ")?;
            out.write_all(&routine.name)?;
            out.write_all(b" in ")?;
            out.write_all(&file.path)?;
            out.write_all(b"\n")?;
            let (flat, cum) = (values.label(file.flat), values.label(file.cum));
            let share = percentage(file.cum, view.total());
            writeln!(out, "{flat:>10} {cum:>10} (flat, cum) {share} of Total")?;
            match sources.get(&file.path) {
                Some(SourceText {
                    error: Some(error), ..
                }) => writeln!(out, " Error: {error}")?,
                Some(text) => write_lines(file, text, &values, out)?,
                None => {}
            }
        }
    }
    Ok(())
}

fn write_lines(
    file: &RoutineFile,
    text: &SourceText,
    values: &Values,
    out: &mut dyn Write,
) -> io::Result<()> {
    let or_dot = |value: i64| match value {
        0 => ".".to_owned(),
        value => values.label(value),
    };
    let mut expected = file.first_line;
    for (&number, line) in text.lines.range(file.first_line..) {
        if number != expected || number > file.last_line {
            break;
        }
        expected = number.saturating_add(1);
        let value = file.line(number);
        let flat = or_dot(value.map_or(0, |value| value.flat));
        let cum = or_dot(value.map_or(0, |value| value.cum));
        write!(out, "{flat:>10} {cum:>10} {number:>6}:")?;
        out.write_all(line)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}
