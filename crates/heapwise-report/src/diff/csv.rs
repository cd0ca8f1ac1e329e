//! The comparison as comma-separated values, a row for each site of each benchmark.

use std::io::{self, Write};

use heapwise_analysis::DiffRow;
use heapwise_analysis::explain::ReasonPart;

use super::DiffReport;
use super::page::Page;
use super::why::Why;
use crate::explain::words;
use crate::formats::delimited::{
    SITE_FIELDS, estimate_fields, float, site_fields, write_remark, write_rows,
};

pub(super) fn write(report: &DiffReport, out: &mut dyn Write) -> io::Result<()> {
    let mut header = SITE_FIELDS.to_vec();
    header.extend(["inlined", "sample_type", "unit"]);
    header.extend(["before", "before_se", "before_low", "before_high"]);
    header.extend(["after", "after_se", "after_low", "after_high"]);
    header.extend(["delta", "ratio", "ratio_low", "ratio_high", "p", "q"]);
    header.extend(["verdict", "cum_before", "cum_after", "cum_verdict"]);
    header.extend([
        "if_same_work",
        "benchmark",
        "before_per_work",
        "after_per_work",
    ]);
    if report.reasons.is_some() {
        header.extend(["why", "reasons", "compiler", "lines", "fates"]);
    }
    let pages = report.pages();
    let rows = pages.iter().flat_map(|page| {
        let rows = page.shown().rows.into_iter();
        rows.map(|row| fields(page, row))
    });
    write_remark(report.left_out.as_ref(), out)?;
    write_rows(&header, rows, out)
}

fn fields(page: &Page<'_>, row: &DiffRow) -> Vec<String> {
    let sample_type = &page.difference.sample_type;
    let mut fields = site_fields(&row.site);
    fields.extend([
        row.inlined.name().to_owned(),
        sample_type.type_.clone(),
        sample_type.unit.clone(),
    ]);
    fields.extend(estimate_fields(row.flat.before));
    fields.extend(estimate_fields(row.flat.after));
    fields.push(row.flat.delta.value.to_string());
    let ratio = row.flat.ratio;
    fields.push(float(ratio.map(|ratio| ratio.value)));
    fields.push(float(ratio.and_then(|ratio| ratio.low)));
    fields.push(float(ratio.and_then(|ratio| ratio.high)));
    fields.push(float(row.flat.p));
    fields.push(float(row.flat.q));
    fields.push(row.flat.verdict.name().to_owned());
    fields.push(row.cum.before.value.to_string());
    fields.push(row.cum.after.value.to_string());
    fields.push(row.cum.verdict.name().to_owned());
    let conditional = row.flat.if_same_work;
    fields.push(conditional.map_or_else(String::new, |verdict| verdict.name().to_owned()));
    let benchmark = page.benchmark.map(|benchmark| benchmark.name.clone());
    fields.push(benchmark.unwrap_or_default());
    fields.push(float(row.flat.per_work.map(|known| known.before)));
    fields.push(float(row.flat.per_work.map(|known| known.after)));
    if page.report.reasons.is_some() {
        fields.extend(page.why(row).map(why_fields).unwrap_or_default());
    }
    fields
}

/// What became of it; reasons with their values, what the compiler says and where, as many of each as there are parts, the
/// most first; what became of the reasons of the older side.
fn why_fields(why: Why<'_>) -> [String; 5] {
    let parts = why.after.map_or(&[][..], |after| after.parts.as_slice());
    let each = |text: &dyn Fn(&ReasonPart) -> String| {
        let texts: Vec<String> = parts.iter().map(text).collect();
        texts.join("; ")
    };
    let fates = why.fates.unwrap_or_default().into_iter();
    let fates = fates.map(|(reason, fate)| format!("{} {}", reason.name(), fate.name()));
    [
        why.state.name().to_owned(),
        each(&|part| format!("{} {}", words::reason_name(&part.cause), part.value.value)),
        each(&|part| words::compiler(&part.cause)),
        each(&|part| part.at.pprof_name()),
        fates.collect::<Vec<String>>().join("; "),
    ]
}
