//! Groups of goroutines as CSV.

use std::io::{self, Write};

use heapwise_analysis::{GoroutineGroup, Site};

use super::{GoroutinesReport, words};
use crate::formats::delimited::{float, number, write_remarks, write_rows};

const HEADER: [&str; 22] = [
    "verdict",
    "count",
    "leaked",
    "name",
    "state",
    "wait_minutes_min",
    "wait_minutes_max",
    "trend",
    "tentative",
    "per_hour",
    "function",
    "file",
    "line",
    "created_by",
    "created_file",
    "created_line",
    "stack",
    "counts",
    "leaked_new",
    "leaked_known",
    "piling_up",
    "allowed_until",
];

/// A row for each group; the stack is joined by `;`, the counts of a series by spaces. Above all, behind a `#`, why numbers may be
/// other ones.
pub(super) fn write(report: &GoroutinesReport, out: &mut dyn Write) -> io::Result<()> {
    write_remarks(report.doubts(), out)?;
    let rows = report.shown().iter().map(|group| row(report, group));
    write_rows(&HEADER, rows, out)
}

fn row(report: &GoroutinesReport, group: &GoroutineGroup) -> Vec<String> {
    let answer = &report.answer;
    let creator = group.created_by.and_then(|at| answer.site(at));
    let stack: Vec<&str> = answer
        .sites_of(&group.stack)
        .map(|site| site.function.as_deref().unwrap_or(""))
        .collect();
    let counts: Vec<String> = group.counts.iter().map(i64::to_string).collect();
    let trend = group.trend;
    let mut row = vec![
        group.verdict.map_or("", |v| v.name()).to_owned(),
        group.count.to_string(),
        group.leaked.to_string(),
        group.name.clone().unwrap_or_default(),
        group.state.clone(),
        number(group.wait_minutes.map(|(least, _)| least)),
        number(group.wait_minutes.map(|(_, most)| most)),
        trend.map_or("", |t| words::label(t.label)).to_owned(),
        number(trend.map(|trend| trend.tentative)),
        float(trend.and_then(|trend| trend.per_hour)),
    ];
    row.extend(place(report.telling(group)));
    row.extend(place(creator));
    row.push(stack.join(";"));
    row.push(counts.join(" "));
    let over_time = group.leaked_over_time.as_ref();
    row.push(number(over_time.map(|leaked| leaked.new)));
    row.push(number(over_time.map(|leaked| leaked.known)));
    row.push(number(group.lasting.map(|lasting| lasting.still)));
    row.push(number(group.allowed.as_ref().map(|a| a.until)));
    row
}

fn place(site: Option<&Site>) -> [String; 3] {
    let Some(site) = site else {
        return Default::default();
    };
    [
        site.function.clone().unwrap_or_default(),
        site.file.clone().unwrap_or_default(),
        number(site.line),
    ]
}
