use std::borrow::Cow;
use std::io::{self, Write};

use anstyle::Style;

use crate::formats::site_text::{LEAST_NAME, cells, cut, shorten};
use crate::formats::table::{Align, Shrink, Table};

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

/// Cells between two columns.
const GAP: usize = 2;

/// Writes a table with its columns aligned. Names are shortened to what the other columns leave.
pub(crate) fn write_table(table: &Table, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    let widths = widths(table);
    let limit = layout
        .width
        .map_or(usize::MAX, |width| name_limit(table, &widths, width));
    let places: Vec<Place> = table
        .columns
        .iter()
        .zip(&widths)
        .enumerate()
        .map(|(at, (column, &width))| Place {
            gap: if at == 0 { 0 } else { GAP },
            width: match column.shrink {
                Shrink::Never => width,
                _ => width.min(limit.max(cells(&column.title))),
            },
            limit,
            align: column.align,
            shrink: column.shrink,
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
    limit: usize,
    align: Align,
    shrink: Shrink,
}

/// Whether a table fits a width with names of at least `name` cells, unless they are shorter.
pub(crate) fn fits(table: &Table, width: usize, name: usize) -> bool {
    let widths = widths(table);
    let columns = table.columns.iter().zip(&widths);
    let names = columns.filter(|(column, _)| column.shrink != Shrink::Never);
    let names: usize = names.map(|(_, &own)| own.min(name)).sum();
    used(table, &widths) + names <= width
}

/// The width from which a name needs no guessing.
pub(crate) const READABLE_NAME: usize = 28;

/// What all but the names take.
fn used(table: &Table, widths: &[usize]) -> usize {
    let columns = table.columns.iter().zip(widths);
    let fixed = columns.filter(|(column, _)| column.shrink == Shrink::Never);
    let gaps = GAP * table.columns.len().saturating_sub(1);
    fixed.map(|(_, width)| width).sum::<usize>() + gaps
}

/// How wide names may be so that a table fits: those that need less leave their room to others.
fn name_limit(table: &Table, widths: &[usize], width: usize) -> usize {
    let columns = table.columns.iter().zip(widths);
    let names = columns.filter(|(column, _)| column.shrink != Shrink::Never);
    let mut names: Vec<usize> = names.map(|(_, &width)| width).collect();
    names.sort_unstable();
    let mut room = width.saturating_sub(used(table, widths));
    let mut left = names.len();
    for name in names {
        let share = room / left.max(1);
        if name > share {
            return share.max(LEAST_NAME);
        }
        room -= name;
        left -= 1;
    }
    usize::MAX
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
        let text = match place.shrink {
            Shrink::Never => Cow::Borrowed(text),
            Shrink::Site => shorten(text, place.limit),
            Shrink::Middle => cut(text, place.limit),
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

/// A sentence in lines of a width, if there is one.
pub(crate) fn wrapped(text: &str, width: Option<usize>) -> Vec<String> {
    let Some(width) = width else {
        return vec![text.to_owned()];
    };
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in text.split(' ') {
        let length = cells(&line) + 1 + cells(word);
        if !line.is_empty() && length > width {
            lines.push(std::mem::take(&mut line));
        } else if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(line);
    lines
}

/// Writes a sentence in lines that fit.
pub(crate) fn write_sentence(text: &str, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    for line in wrapped(text, layout.width) {
        writeln!(out, "{}", printable(&line))?;
    }
    Ok(())
}

/// Names come from the profile: control characters must not reach the terminal.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    if text.contains(char::is_control) {
        Cow::Owned(text.replace(char::is_control, "\u{fffd}"))
    } else {
        Cow::Borrowed(text)
    }
}
