//! CSV.

use std::io::{self, Write};

use heapwise_analysis::{Estimate, Site};

use super::text::printable;
use crate::views::left_out::LeftOut;

/// Writes rows of comma-separated values, quoted where needed.
pub(crate) fn write_rows(
    header: &[&str],
    rows: impl Iterator<Item = Vec<String>>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut all = Rows::start(header, out)?;
    for row in rows {
        all.write(&row)?;
    }
    all.finish()
}

/// Lines of what has no column, above all, each behind a `#`.
pub(crate) fn write_remarks(
    mut lines: impl Iterator<Item = String>,
    out: &mut dyn Write,
) -> io::Result<()> {
    lines.try_for_each(|line| writeln!(out, "# {}", printable(&line)))
}

/// What has no column stands above all, behind a `#`.
pub(crate) fn write_remark(line: Option<&LeftOut>, out: &mut dyn Write) -> io::Result<()> {
    match line {
        Some(left_out) => write_remarks([left_out.line()].into_iter(), out),
        None => Ok(()),
    }
}

/// Rows that are written one by one.
pub(crate) struct Rows<'a> {
    writer: csv::Writer<&'a mut dyn Write>,
}

impl<'a> Rows<'a> {
    pub(crate) fn start(header: &[&str], out: &'a mut dyn Write) -> io::Result<Rows<'a>> {
        let mut writer = csv::Writer::from_writer(out);
        writer.write_record(header).map_err(io::Error::other)?;
        Ok(Rows { writer })
    }

    pub(crate) fn write(&mut self, row: &[String]) -> io::Result<()> {
        self.writer.write_record(row).map_err(io::Error::other)
    }

    pub(crate) fn finish(mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

/// The titles of [`site_fields`].
pub(crate) const SITE_FIELDS: [&str; 5] = ["function", "package", "file", "line", "address"];

/// A site's columns; what the granularity leaves out is empty.
pub(crate) fn site_fields(site: &Site) -> Vec<String> {
    vec![
        site.function.clone().unwrap_or_default(),
        site.package.clone().unwrap_or_default(),
        site.file.clone().unwrap_or_default(),
        number(site.line),
        site.address
            .map(|address| format!("{address:#x}"))
            .unwrap_or_default(),
    ]
}

/// A number, or nothing.
pub(crate) fn number<T: ToString>(value: Option<T>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

/// A number that may be very small, in the shortest digits that tell it.
pub(crate) fn float(value: Option<f64>) -> String {
    value.map(|value| format!("{value:?}")).unwrap_or_default()
}

/// Value, standard error, and the two ends of the interval.
pub(crate) fn estimate_fields(estimate: Estimate) -> [String; 4] {
    [
        estimate.value.to_string(),
        float(estimate.se),
        number(estimate.low),
        number(estimate.high),
    ]
}
