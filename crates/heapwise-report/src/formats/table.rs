//! What a table is before it has a format: columns, and rows of cells.

use std::borrow::Cow;

use anstyle::Style;
use comfy_table::CellAlignment;

/// A table as every format shows it: which columns, which rows, in which order.
pub(crate) struct Table {
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Vec<Vec<Cell>>,
}

impl Table {
    /// A table of lines that all have the same columns.
    pub(crate) fn of_lines(lines: impl IntoIterator<Item = Vec<(Column, Cell)>>) -> Table {
        let mut columns = Vec::new();
        let rows = lines
            .into_iter()
            .map(|line| {
                let (titles, cells): (Vec<Column>, Vec<Cell>) = line.into_iter().unzip();
                if columns.is_empty() {
                    columns = titles;
                }
                cells
            })
            .collect();
        Table { columns, rows }
    }
}

/// A column.
pub(crate) struct Column {
    pub(crate) title: Cow<'static, str>,
    pub(crate) align: CellAlignment,
    pub(crate) shrink: Shrink,
}

/// What goes of a text that has not enough room.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shrink {
    /// Nothing: the line gets longer.
    Never,
    /// What tells least of the name of a site.
    Site,
    /// The middle.
    Middle,
}

/// A cell: its text and how it looks on a terminal.
#[derive(Clone)]
pub(crate) struct Cell {
    pub(crate) text: String,
    pub(crate) style: Style,
}

impl Column {
    pub(crate) fn left(title: impl Into<Cow<'static, str>>) -> Column {
        Column {
            title: title.into(),
            align: CellAlignment::Left,
            shrink: Shrink::Never,
        }
    }

    /// A column of names of sites, which are shortened to fit.
    pub(crate) fn sites(title: impl Into<Cow<'static, str>>) -> Column {
        Column {
            shrink: Shrink::Site,
            ..Column::left(title)
        }
    }

    /// A column of texts from the profile, which are shortened to fit.
    pub(crate) fn texts(title: impl Into<Cow<'static, str>>) -> Column {
        Column {
            shrink: Shrink::Middle,
            ..Column::left(title)
        }
    }

    pub(crate) fn right(title: impl Into<Cow<'static, str>>) -> Column {
        Column {
            title: title.into(),
            align: CellAlignment::Right,
            shrink: Shrink::Never,
        }
    }
}

impl Cell {
    pub(crate) fn plain(text: impl Into<String>) -> Cell {
        Cell {
            text: text.into(),
            style: Style::new(),
        }
    }

    pub(crate) fn styled(text: impl Into<String>, style: Style) -> Cell {
        Cell {
            text: text.into(),
            style,
        }
    }
}
