//! What memory in use does, as comma-separated values.

use std::io::{self, Write};

use heapwise_analysis::SiteGrowth;

use super::{GrowthReport, words};
use crate::formats::delimited::{SITE_FIELDS, float, site_fields, write_remark, write_rows};

const TITLES: [&str; 12] = [
    "label",
    "tentative",
    "first",
    "last",
    "rate_per_hour",
    "rate_low",
    "rate_high",
    "q",
    "since_snapshot",
    "values",
    "block_sizes",
    "callers",
];

/// A row for each site, and the total, which has no site; values are joined by spaces, callers by `;`.
pub(super) fn write(report: &GrowthReport, out: &mut dyn Write) -> io::Result<()> {
    let titles: Vec<&str> = TITLES.iter().chain(&SITE_FIELDS).copied().collect();
    let all = report.shown().iter().chain([&report.answer.total]);
    write_remark(report.left_out.as_ref(), out)?;
    write_rows(&titles, all.map(|site| row(report, site)), out)
}

fn row(report: &GrowthReport, growth: &SiteGrowth) -> Vec<String> {
    let rate = growth.trend.rate;
    let hourly = |value: Option<f64>| float(value.filter(|_| report.answer.has_times()));
    let values: Vec<String> = growth
        .values
        .iter()
        .map(|value| value.to_string())
        .collect();
    let sizes: Vec<String> = growth
        .sizes
        .iter()
        .map(|one| one.size.to_string())
        .collect();
    let site = growth.site.clone().unwrap_or_default();
    let mut row = vec![
        words::label_name(growth.verdict.label).to_owned(),
        growth.verdict.is_tentative.to_string(),
        growth.values.first().to_string(),
        growth.last().to_string(),
        hourly(Some(rate.value)),
        hourly(rate.low),
        hourly(rate.high),
        float(growth.q),
        (growth.trend.since + 1).to_string(),
        values.join(" "),
        sizes.join(" "),
        growth.callers.join(";"),
    ];
    row.extend(site_fields(&site));
    row
}
