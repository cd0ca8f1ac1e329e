//! Reasons and sites as rows.

use heapwise_analysis::explain::{ChangedSite, LogComparison, ReasonShare, Subject};

use super::{ExplainReport, words};
use crate::formats::site_text::style;
use crate::formats::table::{Cell, Column, Table};

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

/// A row for each site.
pub(super) fn sites(report: &ExplainReport) -> Table {
    Table::of_lines(report.shown().iter().map(|site| site_line(report, site)))
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
