//! What the collector is doing, as text.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use heapwise_analysis::gc::{AllocationCosts, GcProcess, Sign};
use heapwise_analysis::units::auto_label;

use super::facts::{facts, headline, percent};
use super::{GcReport, memory};
use crate::formats::error_text::relative;
use crate::formats::format::Format;
use crate::formats::site_text::{self, LEAST_NAME};
use crate::formats::table::{Cell, Column, Table};
use crate::formats::text::{Layout, fits, wrapped, write_sentence, write_table};

/// The names of facts take this much.
const NAME: usize = 13;

/// For people: what needs a look, then all numbers, then where the memory is.
pub(super) fn write(report: &GcReport, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    for (at, process) in report.answer.processes.iter().enumerate() {
        if at > 0 {
            writeln!(out)?;
        }
        write_process(report, process, layout, out)?;
    }
    for (at, trace) in report.traces.iter().enumerate() {
        if at > 0 || !report.answer.processes.is_empty() {
            writeln!(out)?;
        }
        trace.write(Format::Text, layout, out)?;
    }
    Ok(())
}

fn write_process(
    report: &GcReport,
    process: &GcProcess,
    layout: Layout,
    out: &mut dyn Write,
) -> io::Result<()> {
    let paths = report.paths_of(process);
    for line in headline(process, &paths, &report.zone) {
        write_sentence(&line, layout, out)?;
    }
    writeln!(out)?;
    for fact in facts(process) {
        write_hanging(fact.name, &fact.value, layout, out)?;
        if let Some(finding) = fact.finding {
            let style = sign_style(finding.sign);
            let sign = finding.sign.name();
            let sign = match layout.color {
                true => format!("{style}{sign}{style:#}"),
                false => sign.to_owned(),
            };
            write_hanging("", &format!("{sign}: {}", finding.why), layout, out)?;
        }
    }
    if let Some(screen) = &process.memory {
        writeln!(out)?;
        write_table(&memory::table(process, screen), layout, out)?;
        write_sentence(&memory::advice(process, screen), layout, out)?;
    }
    if let Some(costs) = &process.costs {
        writeln!(out)?;
        write_sentence(costs_title(costs), layout, out)?;
        if let Some(sentence) = report.calibrated_by(costs) {
            write_sentence(&sentence, layout, out)?;
        }
        write_table(&fitting_costs(process, costs, layout.width), layout, out)?;
    }
    Ok(())
}

/// A name, and its value in lines beside it.
fn write_hanging(name: &str, value: &str, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    let width = layout.width.map(|width| width.saturating_sub(NAME).max(30));
    for (at, line) in wrapped(value, width).iter().enumerate() {
        let name = if at == 0 { name } else { "" };
        writeln!(out, "{name:<NAME$}{line}")?;
    }
    Ok(())
}

fn sign_style(sign: Sign) -> Style {
    match sign {
        Sign::Look => AnsiColor::Yellow.on_default().bold(),
        Sign::Ok => AnsiColor::Green.on_default(),
        _ => Style::new(),
    }
}

/// What the numbers of [`costs_table`] are, and on which model they rest.
pub(super) fn costs_title(costs: &AllocationCosts) -> &'static str {
    match costs.within {
        true => {
            "What allocation costs, if cycles are as many as the bytes allocated between the snapshots ask for, and each \
             costs what the others do:"
        }
        false => {
            "What allocation costs, if cycles are as many as the bytes allocated since the start ask for, and each costs \
             what the others do:"
        }
    }
}

/// With the interval of the share only where a width has room for it: the error tells the same.
fn fitting_costs(process: &GcProcess, costs: &AllocationCosts, width: Option<usize>) -> Table {
    let table = costs_table(process, costs);
    match width.is_none_or(|width| fits(&table, width, LEAST_NAME)) {
        true => table,
        false => without_column(table, BETWEEN),
    }
}

fn without_column(mut table: Table, title: &str) -> Table {
    let at = table
        .columns
        .iter()
        .position(|column| column.title == title);
    if let Some(at) = at {
        table.columns.remove(at);
        table.rows.iter_mut().for_each(|row| drop(row.remove(at)));
    }
    table
}

/// The title of the interval of a share.
const BETWEEN: &str = "between";

/// The sites that allocate most, with what would be saved without them.
pub(super) fn costs_table(process: &GcProcess, costs: &AllocationCosts) -> Table {
    let whole = process.whole.as_ref();
    let cycles = whole.and_then(|whole| whole.cycles_per_second);
    let cpu = whole.and_then(|whole| whole.cpu).map(|cpu| cpu.share);
    let last = process.moments.last();
    let cpu = cpu.or(last.and_then(|last| last.snapshot.cpu.gc_fraction));
    let rows = costs.sites.iter().map(|site| {
        let share = costs.share(site);
        let of = |whole: Option<f64>, text: fn(f64) -> String| match (whole, share) {
            (Some(whole), Some((value, ..))) => text(whole * value),
            _ => String::new(),
        };
        let shares = share.map(|(value, low, high)| {
            (
                percent(value),
                format!("{} to {}", percent(low), percent(high)),
            )
        });
        let (value, interval) = shares.unwrap_or_default();
        vec![
            Cell::plain(auto_label(site.bytes.value, "bytes")),
            Cell::plain(relative(site.bytes)),
            Cell::plain(value),
            Cell::plain(interval),
            Cell::plain(of(cycles, |rate| format!("{rate:.2}/s"))),
            Cell::plain(of(cpu, percent)),
            Cell::styled(site.site.pprof_name(), site_text::style(&site.site)),
        ]
    });
    Table {
        columns: vec![
            Column::right("allocated"),
            Column::right("error"),
            Column::right("share"),
            Column::right(BETWEEN),
            Column::right("GC/s"),
            Column::right("CPU"),
            Column::sites("site"),
        ],
        rows: rows.collect(),
    }
}
