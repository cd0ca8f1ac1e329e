//! Rows on their way out, column by column.

use std::sync::Arc;

use super::fields::{ExportTable, Field, FieldType};

/// The values of a column, one for each row.
#[derive(Debug, Clone, PartialEq)]
pub enum Cells {
    /// Numbers, or moments in microseconds.
    Int(Vec<Option<i64>>),
    /// Texts.
    Text(Vec<Option<Arc<str>>>),
    /// Yes or no.
    Bool(Vec<bool>),
    /// Texts by name.
    TextMap(Vec<Vec<(Arc<str>, Arc<str>)>>),
    /// Numbers by name.
    IntMap(Vec<Vec<(Arc<str>, i64)>>),
}

/// A value of a row.
pub(super) enum Cell {
    Int(Option<i64>),
    Text(Option<Arc<str>>),
    Bool(bool),
    TextMap(Vec<(Arc<str>, Arc<str>)>),
    IntMap(Vec<(Arc<str>, i64)>),
}

impl Cell {
    /// Bytes of memory that it takes in a column.
    fn size(&self) -> usize {
        // Counts of the owners of a text, and its part of what is free.
        const BESIDE: usize = 32;
        let text = |text: &Arc<str>| text.len() + BESIDE;
        match self {
            Cell::Int(_) => size_of::<Option<i64>>(),
            Cell::Text(known) => {
                let own = known.as_ref().filter(|text| Arc::strong_count(text) == 1);
                size_of::<Option<Arc<str>>>() + own.map_or(0, text)
            }
            Cell::Bool(_) => size_of::<bool>(),
            Cell::TextMap(all) => {
                let texts = all.iter().map(|(name, value)| text(name) + text(value));
                let entries = size_of::<(Arc<str>, Arc<str>)>() * all.len();
                size_of::<Vec<()>>() + entries + texts.sum::<usize>()
            }
            Cell::IntMap(all) => {
                let entries = size_of::<(Arc<str>, i64)>() * all.len();
                size_of::<Vec<()>>() + entries
            }
        }
    }
}

/// Rows of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    table: ExportTable,
    columns: Vec<Cells>,
    rows: usize,
    /// Bytes of cells, and of what these have for themselves.
    size: usize,
}

impl Batch {
    /// No rows yet.
    pub fn new(table: ExportTable) -> Batch {
        Batch {
            table,
            columns: table.fields().iter().map(Cells::of).collect(),
            rows: 0,
            size: 0,
        }
    }

    /// The table.
    pub fn table(&self) -> ExportTable {
        self.table
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// About how many bytes of memory they take, but for texts that rows share.
    pub fn size(&self) -> usize {
        self.size
    }

    /// The columns with their values.
    pub fn columns(&self) -> impl Iterator<Item = (&'static Field, &Cells)> {
        self.table.fields().iter().zip(&self.columns)
    }

    /// Adds the rows of another batch of the table behind these.
    ///
    /// # Panics
    ///
    /// Never where both are of one table; in a debug build, where they are not.
    pub fn append(&mut self, mut other: Batch) {
        debug_assert_eq!(self.table, other.table, "rows of one table");
        self.rows += other.rows;
        self.size += other.size;
        for (column, more) in self.columns.iter_mut().zip(&mut other.columns) {
            column.append(more);
        }
    }

    /// Adds a row, which has the columns of the table in their order.
    pub(super) fn push<const N: usize>(&mut self, row: [Cell; N]) {
        debug_assert_eq!(N, self.columns.len(), "a value for each column");
        self.rows += 1;
        for (column, cell) in self.columns.iter_mut().zip(row) {
            self.size += cell.size();
            column.push(cell);
        }
    }
}

impl Cells {
    fn of(field: &Field) -> Cells {
        match field.type_ {
            FieldType::Int | FieldType::Time => Cells::Int(Vec::new()),
            FieldType::Text => Cells::Text(Vec::new()),
            FieldType::Bool => Cells::Bool(Vec::new()),
            FieldType::TextMap => Cells::TextMap(Vec::new()),
            FieldType::IntMap => Cells::IntMap(Vec::new()),
        }
    }

    fn append(&mut self, more: &mut Cells) {
        match (self, more) {
            (Cells::Int(all), Cells::Int(more)) => all.append(more),
            (Cells::Text(all), Cells::Text(more)) => all.append(more),
            (Cells::Bool(all), Cells::Bool(more)) => all.append(more),
            (Cells::TextMap(all), Cells::TextMap(more)) => all.append(more),
            (Cells::IntMap(all), Cells::IntMap(more)) => all.append(more),
            _ => debug_assert!(false, "values of the column's type"),
        }
    }

    fn push(&mut self, cell: Cell) {
        match (self, cell) {
            (Cells::Int(all), Cell::Int(one)) => all.push(one),
            (Cells::Text(all), Cell::Text(one)) => all.push(one),
            (Cells::Bool(all), Cell::Bool(one)) => all.push(one),
            (Cells::TextMap(all), Cell::TextMap(one)) => all.push(one),
            (Cells::IntMap(all), Cell::IntMap(one)) => all.push(one),
            _ => debug_assert!(false, "a value of the column's type"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(value: &str) -> Cell {
        Cell::TextMap(vec![("name".into(), value.into())])
    }

    #[test]
    fn a_text_that_rows_share_is_none_of_theirs() {
        let shared: Arc<str> = "a text of some length".into();
        let (own, other) = (Arc::<str>::from(&*shared), Arc::clone(&shared));
        let of_shared = Cell::Text(Some(other)).size();
        assert_eq!(of_shared, Cell::Text(None).size());
        assert!(Cell::Text(Some(own)).size() >= of_shared + shared.len());
        assert!(map("a longer value").size() > map("short").size());
    }

    #[test]
    fn rows_that_are_added_bring_what_they_take() {
        let mut all = Batch::new(ExportTable::Frames);
        let row = |depth| {
            let nothing = || Cell::Int(None);
            [
                nothing(),
                nothing(),
                Cell::Int(Some(depth)),
                Cell::Text(Some("main.main".into())),
                Cell::Text(None),
                Cell::Text(None),
                nothing(),
                nothing(),
                Cell::Bool(false),
                Cell::Text(None),
            ]
        };
        all.push(row(0));
        let of_one = all.size();
        assert!(of_one > 100);
        let mut more = Batch::new(ExportTable::Frames);
        more.push(row(1));
        more.push(row(2));
        all.append(more);
        assert_eq!((all.rows(), all.size()), (3, 3 * of_one));
    }
}
