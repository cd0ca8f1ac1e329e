//! What memory in use does, as text.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use heapwise_analysis::SiteGrowth;

use super::table::table;
use super::{GrowthReport, words};
use crate::formats::site_text::{LEAST_NAME, shorten};
use crate::formats::text::{
    Layout, printable, wrapped, write_details, write_sentence, write_table,
};

/// The names of lines under a site take this much.
const INDENT: usize = 2;
const NAME: usize = 11;

/// For people: the total, then what grows in full, then a table of what else changes.
pub(super) fn write(report: &GrowthReport, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    for line in report.headline() {
        write_sentence(&line, layout, out)?;
    }
    let (growing, others) = report.changing();
    for site in growing {
        write_site(report, site, layout, out)?;
    }
    writeln!(out)?;
    write_table(&table(report, &others), layout, out)?;
    let footer = report.footer();
    if !footer.is_empty() {
        writeln!(out)?;
    }
    footer
        .iter()
        .try_for_each(|line| write_sentence(line, layout, out))
}

fn write_site(
    report: &GrowthReport,
    site: &SiteGrowth,
    layout: Layout,
    out: &mut dyn Write,
) -> io::Result<()> {
    let rate = format!(
        "{}: {}",
        words::verdict(site.verdict),
        report.rate(site.trend.rate)
    );
    let name = site
        .site
        .as_ref()
        .map_or("total".to_owned(), |site| site.pprof_name());
    let name = match layout.width {
        Some(width) => shorten(&name, width.max(LEAST_NAME)).into_owned(),
        None => name,
    };
    let red = Style::new().fg_color(Some(AnsiColor::Red.into())).bold();
    let name = printable(&name);
    match layout.color && site.is_growing() {
        true => writeln!(out, "\n{red}{name}{red:#}")?,
        false => writeln!(out, "\n{name}")?,
    }
    let room = layout
        .width
        .map(|width| width.saturating_sub(INDENT + NAME).max(LEAST_NAME));
    for line in wrapped(
        &rate,
        layout.width.map(|width| width.saturating_sub(INDENT)),
    ) {
        writeln!(out, "{:INDENT$}{line}", "")?;
    }
    let details = report.details(site);
    write_details(details, (INDENT, NAME), room, out)
}
