use std::io::{self, Write};

use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Width};

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

/// Cells between two columns.
const GAP: usize = 2;

/// Rows laid out at a time: laid out, a row takes kilobytes.
const ROWS_AT_A_TIME: usize = 64;

/// Writes a table with its columns aligned. The last column holds names.
pub(crate) fn write_table(table: &Table, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    let widths = widths(table);
    let name_width = layout.width.map(|width| {
        let others: usize = widths.iter().rev().skip(1).map(|w| w + GAP).sum();
        width.saturating_sub(others).max(LEAST_NAME)
    });
    let last = table.columns.len().saturating_sub(1);
    let titles = table.columns.iter().map(|column| column.title.to_string());
    write_lines(table, &widths, std::iter::once(titles.collect()), out)?;
    for rows in table.rows.chunks(ROWS_AT_A_TIME) {
        let lines = rows.iter().map(|row| {
            let cells = row.iter().enumerate();
            let shown = cells.map(|(at, cell)| {
                let limit = name_width.filter(|_| at == last);
                shown(cell, limit, layout.color)
            });
            shown.collect()
        });
        write_lines(table, &widths, lines, out)?;
    }
    Ok(())
}

/// Writes some lines of a table whose columns have these widths.
fn write_lines(
    table: &Table,
    widths: &[usize],
    lines: impl Iterator<Item = Vec<String>>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut rendered = comfy_table::Table::new();
    rendered
        .load_style(NOTHING)
        .set_content_arrangement(ContentArrangement::Disabled)
        .add_rows(lines);
    for (at, (column, width)) in table.columns.iter().zip(widths).enumerate() {
        if let Some(rendered) = rendered.column_mut(at) {
            let gap = if at == 0 { 0 } else { GAP as u16 };
            let width = u16::try_from(*width).unwrap_or(u16::MAX);
            let least = Width::Fixed(width.saturating_add(gap));
            rendered
                .set_padding((gap, 0))
                .set_constraint(ColumnConstraint::LowerBoundary(least))
                .set_cell_alignment(match column.align {
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
