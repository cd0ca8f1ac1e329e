//! How text for people is laid out: tables in columns, sentences in lines, nothing that a terminal acts on.

use std::borrow::Cow;
use std::io::{self, Write};

use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, ColumnConstraint, Width};

use crate::formats::site_text::{LEAST_NAME, cells, cut, shorten};
use crate::formats::table::{Cell, Shrink, Table};

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
const GAP: u16 = 2;

/// The most cells of a text in a table: comfy-table counts them in 16 bits.
const MOST: usize = 60_000;

/// Lines that are laid out together: comfy-table holds each cell several times, and what these take is used again for the next.
/// Of 1,600 rows at once, most of the time went into clearing new pages of memory.
const BLOCK: usize = 64;

/// Writes a table with its columns aligned. Names are shortened to what the other columns leave.
pub(crate) fn write_table(table: &Table, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    let widths = widths(table);
    let limit = layout
        .width
        .map_or(MOST, |width| name_limit(table, &widths, width).min(MOST));
    let places = places(table, &widths, limit);
    let columns = table.columns.iter();
    let titles = columns.map(|column| Cell::plain(printable(&column.title)));
    let mut block: Vec<Vec<Cell>> = vec![titles.collect()];
    for row in &table.rows {
        if block.len() == BLOCK {
            write_block(&block, &places, layout.color, out)?;
            block.clear();
        }
        block.push(shown(row, table, limit));
    }
    write_block(&block, &places, layout.color, out)
}

/// Where a column stands: how wide it is with the gap before it, and on which side its texts are.
struct Place {
    width: u16,
    gap: u16,
    align: CellAlignment,
}

/// The places of all columns, where names have so many cells at most.
fn places(table: &Table, widths: &[usize], limit: usize) -> Vec<Place> {
    let columns = table.columns.iter().zip(widths).enumerate();
    let places = columns.map(|(at, (column, &width))| {
        let most = match column.shrink {
            Shrink::Never => MOST,
            Shrink::Site | Shrink::Middle => limit.max(cells(&printable(&column.title))),
        };
        let gap = if at == 0 { 0 } else { GAP };
        Place {
            width: gap.saturating_add(u16::try_from(width.min(most)).unwrap_or(u16::MAX)),
            gap,
            align: column.align,
        }
    });
    places.collect()
}

/// Writes lines of a table.
fn write_block(
    lines: &[Vec<Cell>],
    places: &[Place],
    color: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut grid = comfy_table::Table::new();
    grid.load_style(NOTHING);
    grid.add_rows(lines.iter().map(|line| line.iter().map(|cell| &cell.text)));
    for (at, place) in places.iter().enumerate() {
        if let Some(column) = grid.column_mut(at) {
            column
                .set_padding((place.gap, 0))
                .set_cell_alignment(place.align);
            column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(place.width)));
        }
    }
    for (text, line) in grid.lines().zip(lines) {
        write_line(&text, line, color, out)?;
    }
    Ok(())
}

/// The cells of a row as they fit, without what a terminal would act on.
fn shown(row: &[Cell], table: &Table, limit: usize) -> Vec<Cell> {
    row.iter()
        .zip(&table.columns)
        .map(|(cell, column)| {
            let text = match column.shrink {
                Shrink::Never => cut(&cell.text, MOST),
                Shrink::Site => shorten(&cell.text, limit),
                Shrink::Middle => cut(&cell.text, limit),
            };
            Cell::styled(printable(&text), cell.style)
        })
        .collect()
}

/// Writes a line of a table, without blanks at its end. Its cells are looked up in it to be coloured:
/// nothing but blanks is between them, and escape codes are not there while it is laid out.
fn write_line(text: &str, cells: &[Cell], color: bool, out: &mut dyn Write) -> io::Result<()> {
    let mut rest = text.trim_end_matches(' ');
    let styled = cells.iter().filter(|_| color);
    for Cell { text, style } in styled.filter(|cell| !cell.text.is_empty()) {
        if let Some((blanks, after)) = rest.split_once(text.as_str()) {
            write!(out, "{blanks}{style}{text}{style:#}")?;
            rest = after;
        }
    }
    writeln!(out, "{rest}")
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
    let gaps = usize::from(GAP) * table.columns.len().saturating_sub(1);
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

fn widths(table: &Table) -> Vec<usize> {
    (0..table.columns.len())
        .map(|at| {
            let title = table
                .columns
                .get(at)
                .map_or(0, |column| cells(&printable(&column.title)));
            let rows = table.rows.iter().filter_map(|row| row.get(at));
            rows.map(|cell| cells(&printable(&cell.text)))
                .fold(title, usize::max)
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

/// Writes lines of text behind their names, in columns of these widths: an indent and the name. Text has so much room.
pub(crate) fn write_details<'a>(
    details: impl IntoIterator<Item = (&'a str, String)>,
    (indent, width): (usize, usize),
    room: Option<usize>,
    out: &mut dyn Write,
) -> io::Result<()> {
    for (mut name, text) in details {
        for line in wrapped(&text, room) {
            writeln!(out, "{:indent$}{name:<width$}{}", "", printable(&line))?;
            name = "";
        }
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

#[cfg(test)]
mod tests {
    use super::{BLOCK, Layout, cells, write_table};
    use crate::formats::table::{Cell, Column, Table};

    /// What is left of the number on each line, of a table with so many rows, whose names are these in turn.
    fn written(names: &[&str], rows: usize, width: Option<usize>) -> Vec<String> {
        let names = names.iter().cycle().take(rows).enumerate();
        let rows = names.map(|(at, name)| vec![Cell::plain(*name), Cell::plain(at.to_string())]);
        let table = Table {
            columns: vec![Column::sites("name"), Column::right("number")],
            rows: rows.collect(),
        };
        let mut out = Vec::new();
        write_table(&table, Layout::new(width, false), &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn columns_stand_where_they_stood_in_lines_before() {
        let names = [
            "main.f",
            "a.com/b.世界世界",
            "of a\r\nCRLF 世",
            "\u{1b}[31mred",
            "e\u{301}\u{200b}",
            "",
            "example.com/a/very/long/name.(*T).Read",
        ];
        for width in [None, Some(40), Some(20)] {
            for rows in [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK + 5] {
                let lines = written(&names, rows, width);
                assert_eq!(lines.len(), rows + 1, "{width:?} {rows}");
                let ends: Vec<usize> = lines.iter().map(|line| cells(line)).collect();
                assert!(ends.iter().all(|end| Some(end) == ends.first()), "{ends:?}");
                for (at, line) in lines.iter().skip(1).enumerate() {
                    assert!(line.ends_with(&format!(" {at}")), "{line}");
                }
            }
        }
    }
}
