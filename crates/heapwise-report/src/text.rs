use std::borrow::Cow;
use std::io::{self, Write};

use anstyle::Style;

use crate::site_text::{cells, shorten};
use crate::table::{Align, Table};

/// How text is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Layout {
    /// Cells per line; names are shortened to fit. `None`: nothing is shortened, as for a file or
    /// another program.
    pub width: Option<usize>,
    /// Whether to colour.
    pub color: bool,
}

impl Layout {
    /// A layout for a terminal of this width.
    pub fn new(width: Option<usize>, color: bool) -> Layout {
        Layout { width, color }
    }
}

/// The least width that a name keeps, however narrow the terminal.
const LEAST_NAME: usize = 20;

/// Cells between two columns.
const GAP: usize = 2;

/// Writes a table with its columns aligned. The last column holds names.
pub(crate) fn write_table(table: &Table, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    let widths = widths(table);
    let name_width = layout.width.map(|width| {
        let others: usize = widths.iter().rev().skip(1).map(|w| w + GAP).sum();
        width.saturating_sub(others).max(LEAST_NAME)
    });
    let last = table.columns.len().saturating_sub(1);
    let places: Vec<Place> = table
        .columns
        .iter()
        .zip(&widths)
        .enumerate()
        .map(|(at, (column, &width))| Place {
            gap: if at == 0 { 0 } else { GAP },
            width,
            limit: name_width.filter(|_| at == last),
            align: column.align,
        })
        .collect();
    let titles = table
        .columns
        .iter()
        .map(|column| (&*column.title, Style::new()));
    write_line(&places, titles, layout.color, out)?;
    for row in &table.rows {
        let texts = row.iter().map(|cell| (cell.text.as_str(), cell.style));
        write_line(&places, texts, layout.color, out)?;
    }
    Ok(())
}

/// Where in a line the texts of a column go.
struct Place {
    gap: usize,
    width: usize,
    /// What longer texts are shortened to.
    limit: Option<usize>,
    align: Align,
}

/// Writes a line, without blanks at its end.
fn write_line<'a>(
    places: &[Place],
    texts: impl Iterator<Item = (&'a str, Style)>,
    color: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut blanks = 0;
    for (place, (text, style)) in places.iter().zip(texts) {
        let text = match place.limit {
            Some(limit) => Cow::Owned(shorten(text, limit)),
            None => Cow::Borrowed(text),
        };
        let text = printable(&text);
        let free = place.width.saturating_sub(cells(&text));
        let (before, after) = match place.align {
            Align::Right => (free, 0),
            Align::Left => (0, free),
        };
        blanks += place.gap + before;
        if !text.is_empty() {
            write!(out, "{:blanks$}", "")?;
            if color {
                write!(out, "{style}{text}{style:#}")?;
            } else {
                out.write_all(text.as_bytes())?;
            }
            blanks = 0;
        }
        blanks += after;
    }
    writeln!(out)
}

fn widths(table: &Table) -> Vec<usize> {
    (0..table.columns.len())
        .map(|at| {
            let title = table
                .columns
                .get(at)
                .map_or(0, |column| cells(&column.title));
            let rows = table.rows.iter().filter_map(|row| row.get(at));
            rows.map(|cell| cells(&cell.text)).fold(title, usize::max)
        })
        .collect()
}

/// Names come from the profile: control characters must not reach the terminal.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    if text.contains(char::is_control) {
        Cow::Owned(text.replace(char::is_control, "\u{fffd}"))
    } else {
        Cow::Borrowed(text)
    }
}
