//! `go tool pprof -top`, byte for byte.

use std::io::{self, Write};

use heapwise_analysis::{Header, PprofTop};

use crate::time::utc;
use heapwise_analysis::units::{percentage, scale, scaled_label};

/// Prints what `go tool pprof -top` prints (report/report.go: printText).
///
/// # Errors
///
/// Only those of `out`.
pub fn write_pprof_top(top: &PprofTop, out: &mut dyn Write) -> io::Result<()> {
    let values = Values::new(top);
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

/// How values are printed: all in one unit.
struct Values {
    from: String,
    to: String,
}

impl Values {
    fn new(top: &PprofTop) -> Values {
        let unit = top
            .header
            .sample_types
            .get(top.sample_index)
            .map_or("", |sample_type| &sample_type.unit);
        Values {
            from: unit.to_owned(),
            to: output_unit(top, unit),
        }
    }

    fn label(&self, value: i64) -> String {
        scaled_label(value, &self.from, &self.to)
    }
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
    let mut labels = profile_labels(top, values);
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

fn profile_labels(top: &PprofTop, values: &Values) -> Vec<String> {
    let header = &top.header;
    let mut labels = Vec::new();
    if let Some(binary) = &header.binary {
        labels.push(format!("File: {}", base_name(binary)));
    }
    if let Some(build_id) = &header.build_id {
        labels.push(format!("Build ID: {build_id}"));
    }
    let comments = header.comments.iter();
    labels.extend(
        comments
            .filter(|comment| !comment.starts_with('#'))
            .cloned(),
    );
    if let Some(sample_type) = header.sample_types.get(top.sample_index)
        && !sample_type.type_.is_empty()
    {
        labels.push(format!("Type: {}", sample_type.type_));
    }
    if let Some(url) = &header.doc_url {
        labels.push(format!("Doc: {url}"));
    }
    if let Some(time) = header.time_nanos {
        labels.push(format!("Time: {}", utc(time)));
    }
    labels.extend(duration(header, top.total, values));
    labels
}

fn duration(header: &Header, total: i64, values: &Values) -> Option<String> {
    let duration = header.duration_nanos?;
    let (total_nanos, unit) = scale(total, &values.from, "nanoseconds");
    let ratio = if unit == "ns" && total_nanos != 0.0 {
        format!("({})", percentage(total_nanos as i64, duration))
    } else {
        String::new()
    };
    Some(format!(
        "Duration: {}, Total samples = {} {ratio}",
        scaled_label(duration, "nanoseconds", "auto"),
        values.label(total)
    ))
}

/// The last element of a path (Go's filepath.Base).
pub(crate) fn base_name(path: &str) -> &str {
    match path.trim_end_matches('/').rsplit('/').next() {
        Some("") | None => "/",
        Some(base) => base,
    }
}
