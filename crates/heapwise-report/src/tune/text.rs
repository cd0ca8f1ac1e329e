//! Settings as text for people.

use std::io::{self, Write};

use super::table::table;
use super::{TuneReport, go_setting, words};
use crate::formats::table::{Cell, Column, Table};
use crate::formats::text::{self, Layout};

pub(super) fn write(report: &TuneReport, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    write_program(report, layout, out)?;
    write_proposal(report, layout, out)?;
    if !report.cells.is_empty() {
        writeln!(out)?;
        text::write_table(&table(&report.cells), layout, out)?;
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
    let cells = |(name, value, from): (&str, String, &str)| {
        [name, &value, from].map(|text| Cell::plain(text)).to_vec()
    };
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
    let non_go = report.measurement.program.non_go();
    let source = report.container_source.as_deref();
    let container = words::container(proposal, source, non_go);
    let mut sentences = vec![container];
    sentences.extend(words::fit(proposal));
    for sentence in sentences {
        text::write_sentence(&sentence, layout, out)?;
    }
    for (at, prediction) in proposal.settings.iter().enumerate() {
        let choice = if at == 0 { "PROPOSED" } else { "or" };
        writeln!(out, "\n{choice} {}", go_setting(prediction.setting))?;
        writeln!(out, "   {}", words_of(prediction))?;
    }
    writeln!(out)?;
    for sentence in words::why(proposal) {
        text::write_sentence(&sentence, layout, out)?;
    }
    Ok(())
}

/// What a setting does, in one line.
pub(super) fn words_of(prediction: &heapwise_analysis::gc::tune::Prediction) -> String {
    let notes = words::notes(prediction);
    let unsure = match notes.is_empty() {
        true => String::new(),
        false => format!("; unsure: {notes}"),
    };
    format!(
        "memory up to {}, GC/s {}, GC CPU {}{unsure}",
        words::peak(prediction),
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
            "?: not known, for want of GOMAXPROCS or of the CPU time of a collection.".to_owned(),
        );
    }
    sentences
}
