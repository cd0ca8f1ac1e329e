//! Tables as Markdown.

use std::io::{self, Write};

use comfy_table::CellAlignment;

use crate::formats::table::{Cell, Column, Table};
use crate::formats::text::printable;

/// Writes a table that GitHub and GitLab render.
pub(crate) fn write_table(table: &Table, out: &mut dyn Write) -> io::Result<()> {
    write_columns(&table.columns, out)?;
    write_rows(table, out)
}

/// Writes the head of a table.
pub(crate) fn write_columns(columns: &[Column], out: &mut dyn Write) -> io::Result<()> {
    let titles = columns.iter().map(|column| escape(&column.title));
    write_line(titles.collect(), out)?;
    let marks = columns.iter().map(|column| match column.align {
        CellAlignment::Right => "---:".to_owned(),
        _ => ":---".to_owned(),
    });
    write_line(marks.collect(), out)
}

/// Writes the rows of a table without its head.
pub(crate) fn write_rows(table: &Table, out: &mut dyn Write) -> io::Result<()> {
    table.rows.iter().try_for_each(|row| write_row(row, out))
}

/// Writes a row.
pub(crate) fn write_row(cells: &[Cell], out: &mut dyn Write) -> io::Result<()> {
    write_line(cells.iter().map(|cell| escape(&cell.text)).collect(), out)
}

fn write_line(cells: Vec<String>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "| {} |", cells.join(" | "))
}

/// Keeps a text one cell: what Markdown or HTML would take for markup is escaped.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in printable(text).chars() {
        match c {
            '|' | '*' | '_' | '`' | '[' | ']' | '\\' | '~' | '#' => {
                escaped.push('\\');
                escaped.push(c);
            }
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            _ => escaped.push(c),
        }
    }
    escaped
}
