//! Sites as rows.

use heapwise_analysis::SiteGrowth;

use super::{GrowthReport, words};
use crate::formats::site_text::{singular, style};
use crate::formats::table::{Cell, Column, Table};

/// A row for each site, and one for the total.
pub(super) fn table(report: &GrowthReport, sites: &[&SiteGrowth]) -> Table {
    let all = sites.iter().copied().chain([&report.answer.total]);
    Table::of_lines(all.map(|site| line(report, site)))
}

fn line(report: &GrowthReport, site: &SiteGrowth) -> Vec<(Column, Cell)> {
    let name = match &site.site {
        Some(site) => Cell::styled(site.pprof_name(), style(site)),
        None => Cell::plain("total"),
    };
    vec![
        (
            Column::left("trend"),
            Cell::plain(words::verdict_and_place(site)),
        ),
        (
            Column::right("in use"),
            Cell::plain(report.level(site.last())),
        ),
        (
            Column::right("rate"),
            Cell::plain(report.rate_value(site.trend.rate)),
        ),
        (
            Column::right("±"),
            Cell::plain(report.rate_error(site.trend.rate)),
        ),
        (
            Column::left("over time"),
            Cell::plain(words::small_chart(&site.values)),
        ),
        (Column::sites(singular(report.answer.granularity)), name),
    ]
}
