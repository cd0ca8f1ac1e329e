//! How many goroutines there are of each group over a series, as shades.

use super::{GoroutinesReport, words};
use crate::page::heat::{Heat, HeatRow};
use crate::page::times::times;

/// By group.
pub(super) fn heats(report: &GoroutinesReport) -> Vec<String> {
    let series = &report.answer.series;
    let (times, is_timed) = times(series.iter().map(|point| point.time_nanos));
    let rows = report.answer.groups.iter().map(|group| HeatRow {
        name: format!(
            "{}, {}",
            report.place_name(group),
            words::state(&group.state)
        ),
        values: group.counts.iter().map(|&count| count.into()).collect(),
    });
    let heat = Heat {
        title: "goroutines by group: the stronger, the more".to_owned(),
        unit: "count".to_owned(),
        times,
        is_timed,
        rows: rows.collect(),
    };
    heat.shown().html().into_iter().collect()
}
