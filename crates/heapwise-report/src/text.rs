use std::io::{self, Write};

use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, ContentArrangement};

use crate::site_text::{cells, shorten};
use crate::table::{Align, Cell, Table};

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

/// Writes a table with its columns aligned. The last column holds names.
pub(crate) fn write_table(table: &Table, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    let name_width = layout.width.map(|width| {
        let others: usize = widths(table).iter().rev().skip(1).map(|w| w + 2).sum();
        width.saturating_sub(others).max(LEAST_NAME)
    });
    let mut rendered = comfy_table::Table::new();
    rendered
        .load_style(NOTHING)
        .set_content_arrangement(ContentArrangement::Disabled)
        .set_header(table.columns.iter().map(|column| column.title.clone()));
    let last = table.columns.len().saturating_sub(1);
    for row in &table.rows {
        rendered.add_row(row.iter().enumerate().map(|(at, cell)| {
            let limit = name_width.filter(|_| at == last);
            shown(cell, limit, layout.color)
        }));
    }
    for (at, column) in table.columns.iter().enumerate() {
        if let Some(rendered) = rendered.column_mut(at) {
            rendered.set_padding((if at == 0 { 0 } else { 2 }, 0));
            rendered.set_cell_alignment(match column.align {
                Align::Left => CellAlignment::Left,
                Align::Right => CellAlignment::Right,
            });
        }
    }
    writeln!(out, "{}", rendered.trim_fmt())
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

fn shown(cell: &Cell, limit: Option<usize>, color: bool) -> String {
    let text = match limit {
        Some(limit) => shorten(&cell.text, limit),
        None => cell.text.clone(),
    };
    let text = printable(&text);
    if color {
        format!("{}{text}{}", cell.style.render(), cell.style.render_reset())
    } else {
        text
    }
}

/// Names come from the profile: control characters must not reach the terminal.
pub(crate) fn printable(text: &str) -> String {
    if text.chars().any(char::is_control) {
        text.chars()
            .map(|c| if c.is_control() { '\u{fffd}' } else { c })
            .collect()
    } else {
        text.to_owned()
    }
}
