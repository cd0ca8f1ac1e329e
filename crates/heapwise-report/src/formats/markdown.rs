use std::io::{self, Write};

use comfy_table::CellAlignment;

use crate::formats::table::Table;
use crate::formats::text::printable;

/// Writes a table that GitHub and GitLab render.
pub(crate) fn write_table(table: &Table, out: &mut dyn Write) -> io::Result<()> {
    let line = |out: &mut dyn Write, cells: Vec<String>| writeln!(out, "| {} |", cells.join(" | "));
    line(
        out,
        table.columns.iter().map(|c| escape(&c.title)).collect(),
    )?;
    line(
        out,
        table
            .columns
            .iter()
            .map(|column| match column.align {
                CellAlignment::Right => "---:".to_owned(),
                _ => ":---".to_owned(),
            })
            .collect(),
    )?;
    write_rows(table, out)
}

/// Writes the rows of a table without its head.
pub(crate) fn write_rows(table: &Table, out: &mut dyn Write) -> io::Result<()> {
    for row in &table.rows {
        let cells: Vec<String> = row.iter().map(|cell| escape(&cell.text)).collect();
        writeln!(out, "| {} |", cells.join(" | "))?;
    }
    Ok(())
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
