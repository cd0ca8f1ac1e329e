//! The numbers of both sides, as rows.

use heapwise_analysis::gc::{GcBasis, GcChange, GcDifference, GcVerdict};

use super::words::{change, level, why};
use crate::formats::table::{Cell, Column, Table};
use crate::verify::words::p_value;

pub(super) const HEADER: [&str; 13] = [
    "source", "name", "before", "after", "ratio", "low", "high", "p", "q", "verdict", "basis",
    "unit", "why",
];

/// For people.
pub(super) fn table(difference: &GcDifference) -> Table {
    let rows = difference.changes.iter().map(|one| {
        let side = |value: Option<f64>| value.map_or(String::new(), |value| level(one, value));
        let cells = [
            one.quantity.in_words().to_owned(),
            side(one.before),
            side(one.after),
            change(one),
            one.q.map_or(String::new(), p_value),
            verdict(one.verdict).to_owned(),
        ];
        let mut cells: Vec<Cell> = cells.into_iter().map(Cell::plain).collect();
        cells.push(Cell::plain(why(one)));
        cells
    });
    Table {
        columns: vec![
            Column::left(""),
            Column::right("before"),
            Column::right("after"),
            Column::left("change"),
            Column::right("q"),
            Column::left("verdict"),
            Column::left("why"),
        ],
        rows: rows.collect(),
    }
}

fn verdict(verdict: GcVerdict) -> &'static str {
    match verdict {
        GcVerdict::NoChangeSeen => "no change seen",
        other => other.name(),
    }
}

/// For CSV: nothing is what is not known.
pub(super) fn rows(difference: &GcDifference) -> Vec<Vec<String>> {
    let rows = difference.changes.iter().map(|one| row(difference, one));
    rows.collect()
}

fn row(difference: &GcDifference, one: &GcChange) -> Vec<String> {
    let number = |value: Option<f64>| value.map_or(String::new(), |value| value.to_string());
    vec![
        difference.kind.name().to_owned(),
        one.quantity.name().to_owned(),
        number(one.before),
        number(one.after),
        number(one.factor()),
        number(one.ratio.and_then(|ratio| ratio.low)),
        number(one.ratio.and_then(|ratio| ratio.high)),
        number(one.p),
        number(one.q),
        one.verdict.name().to_owned(),
        one.basis.map_or("", GcBasis::name).to_owned(),
        one.quantity.unit().to_owned(),
        one.why.clone().unwrap_or_default(),
    ]
}
