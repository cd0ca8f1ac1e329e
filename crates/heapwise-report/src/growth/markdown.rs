//! What memory in use does, as Markdown.

use std::io::{self, Write};

use super::table::table;
use super::{GrowthReport, words};
use crate::formats::markdown;

pub(super) fn write(report: &GrowthReport, out: &mut dyn Write) -> io::Result<()> {
    for line in report.headline() {
        writeln!(out, "{}\n", markdown::escape(&line))?;
    }
    let (growing, others) = report.changing();
    for site in &growing {
        let name = site
            .site
            .as_ref()
            .map_or("total".to_owned(), |site| site.pprof_name());
        let rate = report.rate(site.trend.rate);
        let words = format!("{} is {}: {rate}", name, words::verdict(site.verdict));
        write!(out, "- {}", markdown::escape(&words))?;
        for (name, text) in report.details(site) {
            write!(out, "; {name} {}", markdown::escape(&text))?;
        }
        writeln!(out)?;
    }
    if !growing.is_empty() {
        writeln!(out)?;
    }
    markdown::write_table(&table(report, &others), out)?;
    for line in report.footer() {
        writeln!(out, "\n{}", markdown::escape(&line))?;
    }
    Ok(())
}
