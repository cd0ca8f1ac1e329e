//! Reasons and sites as rows.

use heapwise_analysis::explain::{ChangedSite, LogComparison, ReasonShare, Subject};

use super::rate::Rates;
use super::{ExplainReport, words};
use crate::formats::site_text::style;
use crate::formats::table::{Cell, Column, Table};
use crate::formats::text::{self, READABLE_NAME};

/// A row for each reason.
pub(super) fn reasons(report: &ExplainReport) -> Table {
    let line = |share: &ReasonShare| {
        vec![
            (
                Column::right("flat"),
                Cell::plain(report.label(share.value.value)),
            ),
            (Column::right("±"), Cell::plain(words::error(share.value))),
            (
                Column::right("part"),
                Cell::plain(report.percent(share.value.value)),
            ),
            (Column::right("sites"), Cell::plain(share.sites.to_string())),
            (Column::left("reason"), Cell::plain(share.reason.words())),
        ]
    };
    Table::of_lines(report.answer.reasons.iter().map(line))
}

/// A row for each site of which two logs say different things.
pub(super) fn changes(report: &ExplainReport, comparison: &LogComparison) -> Table {
    let line = |one: &ChangedSite| {
        let value = one.subject.value;
        vec![
            (Column::left("change"), Cell::plain(one.fate.words())),
            (
                Column::right("flat"),
                Cell::plain(report.label(value.value)),
            ),
            (Column::right("±"), Cell::plain(words::error(value))),
            (
                Column::right("flat%"),
                Cell::plain(report.percent(value.value)),
            ),
            (
                Column::left("before"),
                Cell::plain(words::cause(&one.before)),
            ),
            (
                Column::left("after"),
                Cell::plain(words::cause(&one.subject.cause)),
            ),
            (
                Column::sites("line"),
                Cell::styled(one.subject.at.pprof_name(), style(&one.subject.at)),
            ),
        ]
    };
    Table::of_lines(comparison.sites.iter().map(line))
}

/// A row for each site, with how fast it allocates where that is known.
pub(super) fn sites(report: &ExplainReport) -> Table {
    let shown = report.shown().iter();
    Table::of_lines(shown.map(|site| {
        let mut line = site_line(report, site);
        line.splice(RATES_AT..RATES_AT, rate_cells(report, site));
        line
    }))
}

/// With the code of each line in a column of its own, where it was looked for.
pub(super) fn sites_with_code(report: &ExplainReport) -> Table {
    let mut table = sites(report);
    if report.code.is_some() {
        table.columns.push(Column::left("code"));
        let codes = report.shown().iter().map(|site| report.code_line(&site.at));
        for (row, code) in table.rows.iter_mut().zip(codes) {
            row.push(Cell::plain(code.unwrap_or_default()));
        }
    }
    table
}

/// With rates only where a width has room for them.
pub(super) fn fitting_sites(report: &ExplainReport, width: Option<usize>) -> Table {
    let table = sites(report);
    match width.is_none_or(|width| text::fits(&table, width, READABLE_NAME)) {
        true => table,
        false => Table::of_lines(report.shown().iter().map(|site| site_line(report, site))),
    }
}

/// Behind the part of the total.
const RATES_AT: usize = 3;

fn rate_cells(report: &ExplainReport, subject: &Subject) -> Vec<(Column, Cell)> {
    let Some([bytes, objects]) = report.rate_titles() else {
        return Vec::new();
    };
    let rates = report.rates(subject.allocated);
    let text = |of: fn(&Rates) -> String| rates.as_ref().map(of).unwrap_or_default();
    vec![
        (Column::right(bytes), Cell::plain(text(Rates::bytes_text))),
        (
            Column::right(objects),
            Cell::plain(text(Rates::objects_text)),
        ),
    ]
}

fn site_line(report: &ExplainReport, subject: &Subject) -> Vec<(Column, Cell)> {
    vec![
        (
            Column::right("flat"),
            Cell::plain(report.label(subject.value.value)),
        ),
        (Column::right("±"), Cell::plain(words::error(subject.value))),
        (
            Column::right("flat%"),
            Cell::plain(report.percent(subject.value.value)),
        ),
        (Column::right("blocks"), Cell::plain(words::sizes(subject))),
        (Column::right("in use"), Cell::plain(words::kept(subject))),
        (
            Column::left("reason"),
            Cell::plain(words::cause(&subject.cause)),
        ),
        (
            Column::sites("line"),
            Cell::styled(subject.at.pprof_name(), style(&subject.at)),
        ),
    ]
}
