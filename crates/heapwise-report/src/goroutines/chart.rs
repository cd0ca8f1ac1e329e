//! How many goroutines there are over a series, as a picture.

use super::GoroutinesReport;
use crate::page::chart::{Chart, Line, MOST_LINES};

/// All goroutines, and the groups that are told first.
pub(super) fn charts(report: &GoroutinesReport) -> Vec<String> {
    let series = &report.answer.series;
    let nanos: Option<Vec<i64>> = series.iter().map(|point| point.time_nanos).collect();
    let times: Vec<f64> = match &nanos {
        Some(nanos) => {
            let first = nanos.first().copied().unwrap_or(0);
            nanos.iter().map(|&at| (at - first) as f64 / 1e9).collect()
        }
        None => (0..series.len()).map(|at| at as f64).collect(),
    };
    let total = Line {
        name: "all goroutines".to_owned(),
        values: series.iter().map(|point| point.total as f64).collect(),
        band: None,
    };
    let groups = report.answer.groups.iter().take(MOST_LINES - 1);
    let groups = groups.map(|group| Line {
        name: report.title(group),
        values: group.counts.iter().map(|&count| count as f64).collect(),
        band: None,
    });
    let chart = Chart {
        title: "goroutines".to_owned(),
        unit: "count".to_owned(),
        times,
        is_timed: nanos.is_some(),
        lines: std::iter::once(total).chain(groups).collect(),
    };
    chart.svg().into_iter().collect()
}
