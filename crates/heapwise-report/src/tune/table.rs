//! Which columns the settings have.

use heapwise_analysis::gc::tune::Prediction;

use super::words;
use crate::formats::table::{Cell, Column, Table};

/// A row for each setting.
pub(super) fn table(cells: &[Prediction]) -> Table {
    let has_notes = cells.iter().any(|cell| !cell.unsure.is_empty());
    let line = |cell: &Prediction| {
        let setting = cell.setting;
        let mut line = vec![
            (Column::right("GOGC"), words::gogc(setting)),
            (Column::right("GOMEMLIMIT"), words::limit(setting)),
            (Column::right("acts as GOGC"), words::effective(cell)),
            (Column::right("heap goal"), words::goal(cell)),
            (Column::right("peak up to"), words::peak(cell)),
            (Column::right("GC/s"), words::rate(cell)),
            (Column::right("GC CPU"), words::cpu(cell)),
        ];
        line.extend(has_notes.then(|| (Column::left("unsure"), words::notes(cell))));
        let cells = line.into_iter();
        cells
            .map(|(column, text)| (column, Cell::plain(text)))
            .collect()
    };
    Table::of_lines(cells.iter().map(line))
}
