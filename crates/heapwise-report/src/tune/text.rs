//! Settings as text for people.

use std::io::{self, Write};

use heapwise_analysis::gc::tune::{Fit, Prediction};

use super::table::{Detail, table};
use super::{TuneReport, go_setting, words};
use crate::formats::table::{Cell, Column, Table};
use crate::formats::text::{self, Layout};

pub(super) fn write(report: &TuneReport, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    write_program(report, layout, out)?;
    write_proposal(report, layout, out)?;
    if !report.cells.is_empty() {
        writeln!(out)?;
        let whole = table(&report.cells, Detail::All);
        let fits = |width| text::fits(&whole, width, text::READABLE_NAME);
        match layout.width.is_none_or(fits) {
            true => text::write_table(&whole, layout, out)?,
            false => text::write_table(&table(&report.cells, Detail::Little), layout, out)?,
        }
    }
    let sentences = sentences(report);
    if !sentences.is_empty() {
        writeln!(out)?;
    }
    for sentence in sentences {
        text::write_sentence(&sentence, layout, out)?;
    }
    Ok(())
}

fn write_program(report: &TuneReport, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    let rows = words::facts(&report.measurement).into_iter();
    let cells =
        |(name, value, from): (&str, String, &str)| [name, &value, from].map(Cell::plain).to_vec();
    let facts = Table {
        columns: ["program", "", "how it is known"].map(Column::left).into(),
        rows: rows.map(cells).collect(),
    };
    text::write_table(&facts, layout, out)
}

fn write_proposal(report: &TuneReport, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    let Some(proposal) = &report.proposal else {
        return Ok(());
    };
    writeln!(out)?;
    let source = report.container_source.as_deref();
    let container = words::container(proposal, source, &report.measurement);
    let mut sentences = vec![container];
    sentences.extend(words::fit(proposal));
    for sentence in sentences {
        text::write_sentence(&sentence, layout, out)?;
    }
    for (at, prediction) in proposal.settings.iter().enumerate() {
        let choice = match (at, proposal.fit) {
            (0, Fit::TooSmall) => "NO SETTING SUITS; the nearest:",
            (0, _) => "PROPOSED",
            _ => "or",
        };
        writeln!(out, "\n{choice} {}", go_setting(prediction.setting))?;
        let width = layout.width.map(|width| width.saturating_sub(INDENT.len()));
        for line in text::wrapped(&words_of(prediction), width) {
            writeln!(out, "{INDENT}{line}")?;
        }
    }
    if proposal.fit == Fit::TooSmall {
        return Ok(());
    }
    writeln!(out)?;
    for sentence in words::why(proposal) {
        text::write_sentence(&sentence, layout, out)?;
    }
    Ok(())
}

/// What a setting does is part of it.
const INDENT: &str = "   ";

/// What a setting does, in one line.
pub(super) fn words_of(prediction: &Prediction) -> String {
    let notes = words::notes(prediction);
    let unsure = match notes.is_empty() {
        true => String::new(),
        false => format!("; unsure: {notes}"),
    };
    format!(
        "{}, GC/s {}, GC CPU {}{unsure}",
        words::memory(prediction),
        words::rate(prediction),
        words::cpu(prediction)
    )
}

/// What the short words of the tables mean.
pub(super) fn sentences(report: &TuneReport) -> Vec<String> {
    let mut cells = report.cells.clone();
    cells.extend(report.proposal.iter().flat_map(|one| one.settings.clone()));
    let mut sentences = words::meanings(&cells);
    if cells
        .iter()
        .any(|cell| cell.gc_cpu.is_none() && cell.heap_goal.is_some())
    {
        sentences.push(
            "?: not known, for want of the CPU time of a collection, or of GOMAXPROCS beside it."
                .to_owned(),
        );
    }
    sentences
}
