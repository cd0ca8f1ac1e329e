//! Settings as Markdown.

use std::io::{self, Write};

use heapwise_analysis::gc::tune::Fit;

use super::table::{Detail, table};
use super::{TuneReport, go_setting, text, words};
use crate::formats::markdown;
use crate::formats::table::{Cell, Column, Table};

pub(super) fn write(report: &TuneReport, out: &mut dyn Write) -> io::Result<()> {
    let rows = words::facts(&report.measurement).into_iter();
    let cells =
        |(name, value, from): (&str, String, &str)| [name, &value, from].map(Cell::plain).to_vec();
    let facts = Table {
        columns: ["program", "value", "how it is known"]
            .map(Column::left)
            .into(),
        rows: rows.map(cells).collect(),
    };
    markdown::write_table(&facts, out)?;
    write_proposal(report, out)?;
    if !report.cells.is_empty() {
        writeln!(out)?;
        markdown::write_table(&table(&report.cells, Detail::All), out)?;
    }
    write_sentences(&text::sentences(report), out)
}

fn write_proposal(report: &TuneReport, out: &mut dyn Write) -> io::Result<()> {
    let Some(proposal) = &report.proposal else {
        return Ok(());
    };
    let source = report.container_source.as_deref();
    let mut sentences = vec![words::container(proposal, source, &report.measurement)];
    sentences.extend(words::fit(proposal));
    write_sentences(&sentences, out)?;
    writeln!(out)?;
    for prediction in &proposal.settings {
        let setting = go_setting(prediction.setting);
        writeln!(out, "- `{setting}`: {}", text::words_of(prediction))?;
    }
    match proposal.fit {
        Fit::TooSmall => Ok(()),
        _ => write_sentences(&words::why(proposal), out),
    }
}

fn write_sentences(sentences: &[String], out: &mut dyn Write) -> io::Result<()> {
    for sentence in sentences {
        writeln!(out, "\n{}", markdown::escape(sentence))?;
    }
    Ok(())
}
