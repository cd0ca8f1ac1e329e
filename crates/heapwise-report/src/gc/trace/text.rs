//! A log of the collector as text.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use heapwise_analysis::gc::{Sign, TraceProcess};

use super::rows::{Row, rows, time};
use super::spark::sparks;
use super::{GcTraceReport, words};
use crate::formats::text::{Layout, printable, wrapped, write_sentence};

/// Names take this much, signs that much.
const NAME: usize = 14;
const SIGN: usize = 11;
/// What a full bar means takes this much.
const MOST: usize = 14;
/// Bars of a series without a width, and the fewest and the most of any.
const BARS: usize = 60;
const LEAST_BARS: usize = 16;
const MOST_BARS: usize = 160;
/// Processes that are shown in full.
const MOST_PROCESSES: usize = 10;

/// For people: each process with its numbers, what is to be said of them, and series.
pub(super) fn write(report: &GcTraceReport, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    let trace = &report.trace;
    for line in words::headline(trace) {
        write_sentence(&line, layout, out)?;
    }
    let count = trace.processes.len();
    for (at, process) in trace.processes.iter().enumerate().take(MOST_PROCESSES) {
        writeln!(out)?;
        let title = words::title(process, at, count);
        for line in wrapped(&title, layout.width) {
            writeln!(
                out,
                "{}",
                styled(&printable(&line), Style::new().bold(), layout)
            )?;
        }
        write_process(process, layout, out)?;
    }
    if count > MOST_PROCESSES {
        let left = count - MOST_PROCESSES;
        writeln!(out)?;
        write_sentence(
            &format!("{left} more, which the other formats have"),
            layout,
            out,
        )?;
    }
    writeln!(out)?;
    for line in words::footer(trace) {
        write_sentence(&line, layout, out)?;
    }
    Ok(())
}

fn write_process(process: &TraceProcess, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    for row in rows(process) {
        write_row(&row, layout, out)?;
    }
    let room = layout.width.map(|width| width.saturating_sub(NAME + MOST));
    let bars = room.map_or(BARS, |room| room.clamp(LEAST_BARS, MOST_BARS));
    if let Some((sparks, nanos)) = sparks(process, bars) {
        writeln!(
            out,
            "{:NAME$}a bar for each {}, and what a full one is",
            "",
            time(nanos)
        )?;
        for spark in sparks {
            writeln!(out, "{:<NAME$}{}  {}", spark.name, spark.bars, spark.most)?;
        }
    }
    for line in words::remarks(process) {
        write_sentence(&line, layout, out)?;
    }
    Ok(())
}

/// The number, and below it what is to be said.
fn write_row(row: &Row, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    let indent = NAME + SIGN;
    let room = layout
        .width
        .map(|width| width.saturating_sub(indent).max(LEAST_BARS));
    let sign = row.finding.as_ref().map(|finding| finding.sign);
    let name = sign.map_or("", Sign::name);
    let padded = styled(&format!("{name:<SIGN$}"), style(sign), layout);
    let mut before = format!("{:<NAME$}{padded}", row.name);
    let why = row.finding.iter().map(|finding| finding.why.clone());
    for text in std::iter::once(row.value.clone()).chain(why) {
        for line in wrapped(&text, room) {
            writeln!(out, "{before}{}", printable(&line))?;
            before = " ".repeat(indent);
        }
    }
    Ok(())
}

fn style(sign: Option<Sign>) -> Style {
    let color = match sign {
        Some(Sign::Ok) => AnsiColor::Green,
        Some(Sign::Look) => AnsiColor::Red,
        _ => return Style::new(),
    };
    Style::new().fg_color(Some(color.into()))
}

fn styled(text: &str, style: Style, layout: Layout) -> String {
    match layout.color {
        true => format!("{style}{text}{style:#}"),
        false => text.to_owned(),
    }
}
