//! How many goroutines there are over a series, as a picture.

use super::GoroutinesReport;
use crate::page::chart::{Chart, Line, MOST_LINES};
use crate::page::times::times;

/// All goroutines, and the groups that are told first.
pub(super) fn charts(report: &GoroutinesReport) -> Vec<String> {
    let series = &report.answer.series;
    let (times, is_timed) = times(series.iter().map(|point| point.time_nanos));
    let total = Line {
        name: "all goroutines".to_owned(),
        values: series.iter().map(|point| point.total as f64).collect(),
        ..Line::default()
    };
    let groups = report.answer.groups.iter().take(MOST_LINES - 1);
    let groups = groups.map(|group| Line {
        name: report.title(group),
        values: group.counts.iter().map(|&count| count as f64).collect(),
        ..Line::default()
    });
    let chart = Chart {
        title: "goroutines".to_owned(),
        unit: "count".to_owned(),
        times,
        is_timed,
        lines: std::iter::once(total).chain(groups).collect(),
        ..Chart::default()
    };
    chart.svg().into_iter().collect()
}
