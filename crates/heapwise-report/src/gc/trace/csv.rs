//! A log of the collector as CSV.

use std::io::{self, Write};

use heapwise_analysis::gc::{Bucket, TraceProcess};

use super::GcTraceReport;
use crate::formats::delimited::{float, write_rows};

const HEADER: [&str; 16] = [
    "process",
    "origin",
    "restart",
    "at_seconds",
    "step_seconds",
    "cycles",
    "forced",
    "longest_stop_nanos",
    "stops_nanos",
    "mark_nanos",
    "gc_cpu_nanos",
    "assist_cpu_nanos",
    "heap_start_mib",
    "heap_live_mib",
    "heap_goal_mib",
    "procs",
];

/// A row for each step of time in which a cycle started; processes are numbered from 1.
pub(super) fn write(report: &GcTraceReport, out: &mut dyn Write) -> io::Result<()> {
    let processes = report.trace.processes.iter().enumerate();
    let rows = processes.flat_map(|(at, process)| {
        let buckets = process.buckets().iter();
        buckets.map(move |bucket| row(at + 1, process, bucket))
    });
    write_rows(&HEADER, rows, out)
}

fn row(number: usize, process: &TraceProcess, bucket: &Bucket) -> Vec<String> {
    let seconds = |nanos: u64| float(Some(nanos as f64 / 1e9));
    let mut row = vec![
        number.to_string(),
        process.origin().to_owned(),
        process.is_restart().to_string(),
        seconds(bucket.at_nanos),
        seconds(process.step_nanos()),
    ];
    let numbers = [
        bucket.cycles,
        bucket.forced,
        bucket.longest_stop,
        bucket.stops,
        bucket.mark,
        bucket.cpu,
        bucket.assist,
        bucket.start_mib,
        bucket.live_mib,
        bucket.goal_mib,
        u64::from(bucket.procs),
    ];
    row.extend(numbers.iter().map(u64::to_string));
    row
}
