//! `go tool pprof -top`, byte for byte.

use std::io::{self, Write};

use heapwise_analysis::PprofTop;
use heapwise_analysis::units::{percentage, scale};

use crate::pprof_labels::{Values, profile_labels};

/// Prints what `go tool pprof -top` prints (report/report.go: printText).
///
/// # Errors
///
/// Only those of `out`.
pub fn write_pprof_top(top: &PprofTop, out: &mut dyn Write) -> io::Result<()> {
    let unit = top
        .header
        .sample_types
        .get(top.sample_index)
        .map_or("", |sample_type| &sample_type.unit);
    let values = Values::new(unit, output_unit(top, unit), 1.0);
    for label in labels(top, &values) {
        writeln!(out, "{label}")?;
    }
    writeln!(
        out,
        "{:>10} {:>5}% {:>5}% {:>10} {:>5}%",
        "flat", "flat", "sum", "cum", "cum"
    )?;
    let mut sum: i64 = 0;
    for row in &top.rows {
        sum = sum.saturating_add(row.flat);
        write!(
            out,
            "{:>10} {} {} {:>10} {}  ",
            values.label(row.flat),
            percentage(row.flat, top.total),
            percentage(sum, top.total),
            values.label(row.cum),
            percentage(row.cum, top.total),
        )?;
        out.write_all(&row.name)?;
        writeln!(out, "{}", row.inlined.suffix())?;
    }
    Ok(())
}

/// The unit of the smallest value, or of a hundred times it where the total is much larger
/// (report/report.go: selectOutputUnit).
fn output_unit(top: &PprofTop, from: &str) -> String {
    if top.rows.is_empty() {
        return "minimum".to_owned();
    }
    let least = top
        .rows
        .iter()
        .map(|row| if row.flat == 0 { row.cum } else { row.flat })
        .map(i64::saturating_abs)
        .filter(|&value| value > 0)
        .min()
        .unwrap_or(top.total);
    let (_, least_unit) = scale(least, from, "minimum");
    let (_, total_unit) = scale(top.total, from, "minimum");
    let unit = if least_unit != total_unit && least.saturating_mul(100) < top.total {
        scale(least.saturating_mul(100), from, "minimum").1
    } else {
        least_unit
    };
    if unit.is_empty() {
        from.to_owned()
    } else {
        unit
    }
}

/// The lines above the table (report/report.go: reportLabels, ProfileLabels).
fn labels(top: &PprofTop, values: &Values) -> Vec<String> {
    let sample_type = top.header.sample_types.get(top.sample_index);
    let type_name = sample_type.map_or("", |sample_type| &sample_type.type_);
    let mut labels = profile_labels(&top.header, type_name, top.total, values);
    let shown = top
        .rows
        .iter()
        .fold(0_i64, |sum, row| sum.saturating_add(row.flat));
    labels.push(format!(
        "Showing nodes accounting for {}, {} of {} total",
        values.label(shown),
        percentage(shown, top.total).trim(),
        values.label(top.total)
    ));
    if top.total == 0 {
        return labels;
    }
    if top.dropped > 0 {
        let cutoff = (top.total as f64 * top.node_fraction) as i64;
        labels.push(format!(
            "Dropped {} node{} (cum <= {})",
            top.dropped,
            if top.dropped > 1 { "s" } else { "" },
            values.label(cutoff.saturating_abs())
        ));
    }
    if !top.rows.is_empty() && top.rows.len() < top.candidates {
        labels.push(format!(
            "Showing top {} nodes out of {}",
            top.rows.len(),
            top.candidates
        ));
    }
    labels
}
