//! What the collector is doing, as CSV: one number a row.

use std::io::{self, Write};

use heapwise_analysis::gc::{GcInterval, GcProcess, Rate};

use super::{GcReport, memory};
use crate::formats::delimited::write_rows;
use crate::formats::format::Format;
use crate::formats::text::Layout;

const HEADER: [&str; 7] = ["process", "group", "name", "value", "low", "high", "unit"];

/// A row for each number of each process.
pub(super) fn write(report: &GcReport, out: &mut dyn Write) -> io::Result<()> {
    // Logs have columns of their own.
    if report.answer.processes.is_empty() {
        let mut traces = report.traces.iter();
        return traces.try_for_each(|trace| trace.write(Format::Csv, Layout::default(), out));
    }
    let processes = report.answer.processes.iter().enumerate();
    let rows = processes.flat_map(|(at, process)| {
        let rows = rows(process).into_iter();
        rows.map(move |row| [vec![at.to_string()], row].concat())
    });
    write_rows(&HEADER, rows, out)
}

fn rows(process: &GcProcess) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    if let Some(whole) = &process.whole {
        rows.extend(interval(whole));
    }
    if let Some(screen) = &process.memory {
        for row in &screen.rows {
            let (low, high) = match row.error {
                0 => (row.bytes, row.bytes),
                error => (
                    row.bytes.saturating_sub(error),
                    row.bytes.saturating_add(error),
                ),
            };
            rows.push(numbers(
                "memory",
                row.kind.name(),
                [row.bytes, low, high],
                "bytes",
            ));
        }
        rows.push(number("memory", "sys", screen.sys, "bytes"));
        rows.push(number("memory", "counted", screen.counted, "bytes"));
        for row in &screen.outside {
            let (bytes, name) = memory::outside(*row);
            rows.push(number("outside", name, bytes, "bytes"));
        }
        rows.extend(
            screen
                .resident
                .map(|bytes| number("outside", "resident", bytes, "bytes")),
        );
        rows.extend(
            screen
                .max_resident
                .map(|bytes| number("outside", "max_resident", bytes, "bytes")),
        );
    }
    rows.extend(process.live.iter().map(|site| {
        let bytes = site.bytes;
        let ends =
            [bytes.low, bytes.high].map(|end| end.map_or(String::new(), |end| end.to_string()));
        let [low, high] = ends;
        row(
            "live",
            &site.site.pprof_name(),
            [bytes.value.to_string(), low, high],
            "bytes",
        )
    }));
    rows
}

fn interval(whole: &GcInterval) -> Vec<Vec<String>> {
    let mut rows = vec![number("interval", "cycles", whole.cycles, "count")];
    let mut add = |name, value: Option<u64>, unit| {
        rows.extend(value.map(|value| number("interval", name, value, unit)));
    };
    add("forced", whole.forced, "count");
    add("alloc_bytes", whole.alloc_bytes, "bytes");
    add("alloc_objects", whole.alloc_objects, "count");
    if let Some(pauses) = whole.pauses {
        add("pause_p50", Some(pauses.p50), "nanoseconds");
        add("pause_p99", Some(pauses.p99), "nanoseconds");
        add("pause_max", Some(pauses.max), "nanoseconds");
        add("pause_total", Some(pauses.total), "nanoseconds");
        add("pauses_hidden", Some(pauses.hidden), "count");
    }
    let rates = [
        (
            "seconds",
            whole.span.map(|span| [span.seconds, span.low, span.high]),
            "seconds",
        ),
        (
            "alloc_bytes_per_second",
            whole.alloc_bytes_per_second().map(ends),
            "bytes/s",
        ),
        (
            "alloc_objects_per_second",
            whole.alloc_objects_per_second().map(ends),
            "count/s",
        ),
        (
            "gc_per_second",
            whole.cycles_per_second.map(|rate| [rate; 3]),
            "count/s",
        ),
        (
            "gc_cpu_fraction",
            whole.cpu.map(|cpu| [cpu.share; 3]),
            "ratio",
        ),
        (
            "assist_share",
            whole.assist_share.map(|share| [share; 3]),
            "ratio",
        ),
    ];
    rows.extend(rates.into_iter().filter_map(|(name, ends, unit)| {
        Some(row(
            "interval",
            name,
            ends?.map(|end| end.to_string()),
            unit,
        ))
    }));
    rows
}

fn ends(rate: Rate) -> [f64; 3] {
    [rate.value, rate.low, rate.high]
}

fn number(group: &str, name: &str, value: u64, unit: &str) -> Vec<String> {
    numbers(group, name, [value; 3], unit)
}

fn numbers(group: &str, name: &str, ends: [u64; 3], unit: &str) -> Vec<String> {
    row(group, name, ends.map(|end| end.to_string()), unit)
}

fn row(group: &str, name: &str, ends: [String; 3], unit: &str) -> Vec<String> {
    let [value, low, high] = ends;
    vec![
        group.to_owned(),
        name.to_owned(),
        value,
        low,
        high,
        unit.to_owned(),
    ]
}
