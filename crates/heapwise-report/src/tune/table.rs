//! Which columns the settings have.

use heapwise_analysis::gc::tune::Prediction;

use super::words;
use crate::formats::table::{Cell, Column, Table};

/// How much is told of a setting.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Detail {
    /// What it does, and by which goal.
    All,
    /// What it does.
    Little,
}

/// A row for each setting.
pub(super) fn table(cells: &[Prediction], detail: Detail) -> Table {
    let has_notes = cells.iter().any(|cell| !cell.unsure.is_empty());
    let line = |cell: &Prediction| {
        let setting = cell.setting;
        let by = [
            (Column::right("acts as GOGC"), words::effective(cell)),
            (Column::right("heap goal"), words::goal(cell)),
        ];
        let mut line = vec![
            (Column::right("GOGC"), words::gogc(setting)),
            (Column::right("GOMEMLIMIT"), words::limit(setting)),
            (Column::right("peak up to"), words::peak(cell)),
            (Column::right("GC/s"), words::rate(cell)),
            (Column::right("GC CPU"), words::cpu(cell)),
        ];
        if detail == Detail::All {
            line.splice(2..2, by);
        }
        line.extend(has_notes.then(|| (Column::texts("unsure"), words::notes(cell))));
        let cells = line.into_iter();
        cells
            .map(|(column, text)| (column, Cell::plain(text)))
            .collect()
    };
    Table::of_lines(cells.iter().map(line))
}
