//! Why sites allocate and what would help, as text.

use std::io::{self, Write};

use anstyle::Style;
use heapwise_analysis::explain::Advice;

use super::{ExplainReport, table};
use crate::formats::site_text::{LEAST_NAME, cut, shorten};
use crate::formats::text::{Layout, printable, write_details, write_sentence, write_table};
use crate::views::origin::origin;

/// The names of lines under a piece of advice take this much.
const INDENT: usize = 2;
const NAME: usize = 9;

/// Code is further in than numbers.
const CODE_INDENT: usize = 6;

/// For people: what it comes to, the reasons, the sites, then what would help.
pub(super) fn write(report: &ExplainReport, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    write_sentence(&origin(&report.answer.header, report.merged), layout, out)?;
    for line in report.headline().into_iter().chain(report.log_line()) {
        write_sentence(&line, layout, out)?;
    }
    if !report.answer.reasons.is_empty() {
        writeln!(out)?;
        write_table(&table::reasons(report), layout, out)?;
    }
    writeln!(out)?;
    write_sites(report, layout, out)?;
    if let Some(line) = report.omitted() {
        write_sentence(&line, layout, out)?;
    }
    if let Some(line) = report.missing_code() {
        write_sentence(&line, layout, out)?;
    }
    if let Some(comparison) = &report.answer.comparison {
        writeln!(out)?;
        for line in report.comparison() {
            write_sentence(&line, layout, out)?;
        }
        if !comparison.sites.is_empty() {
            writeln!(out)?;
            write_table(&table::changes(report, comparison), layout, out)?;
        }
    }
    for (number, advice) in report.answer.advice.iter().enumerate() {
        write_advice(report, (number + 1, advice), layout, out)?;
    }
    match report.answer.advice.is_empty() {
        true => writeln!(
            out,
            "\nno advice: nothing here has the evidence that a rule asks for"
        ),
        false => {
            writeln!(out)?;
            let line = "Savings are upper bounds of their lines, and of what is named with them: do not add them up.";
            write_sentence(line, layout, out)
        }
    }?;
    let unchecked = report.unchecked();
    unchecked.map_or(Ok(()), |line| write_sentence(&line, layout, out))
}

/// The table of sites, with the code of each line under it, where it was found.
fn write_sites(report: &ExplainReport, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    let mut table = Vec::new();
    let sites = table::fitting_sites(report, layout.width);
    write_table(&sites, layout, &mut table)?;
    let room = layout.width.map_or(usize::MAX, |width| {
        width.saturating_sub(CODE_INDENT).max(LEAST_NAME)
    });
    let codes = report.shown().iter().map(|site| report.code_line(&site.at));
    // The titles have none.
    let codes = std::iter::once(None).chain(codes);
    for (line, code) in table.split_inclusive(|&byte| byte == b'\n').zip(codes) {
        out.write_all(line)?;
        if let Some(code) = code {
            let code = cut(&code, room);
            writeln!(out, "{:CODE_INDENT$}{}", "", printable(&code))?;
        }
    }
    Ok(())
}

fn write_advice(
    report: &ExplainReport,
    (number, advice): (usize, &Advice),
    layout: Layout,
    out: &mut dyn Write,
) -> io::Result<()> {
    let bold = Style::new().bold();
    let name = advice.subject.at.pprof_name();
    let name = match layout.width {
        Some(width) => shorten(&name, width.max(LEAST_NAME)).into_owned(),
        None => name,
    };
    let title = format!("{number}. {} at {}", advice.rule.name(), printable(&name));
    match layout.color {
        true => writeln!(out, "\n{bold}{title}{bold:#}")?,
        false => writeln!(out, "\n{title}")?,
    }
    let room = layout
        .width
        .map(|width| width.saturating_sub(INDENT + NAME).max(LEAST_NAME));
    let details = report.details(advice);
    write_details(details, (INDENT, NAME), room, out)
}
