//! What pprof prints above its reports, and how it prints values.

use heapwise_analysis::units::{percentage, scale, scaled_label};
use heapwise_analysis::{Header, View};

/// How a report of pprof prints values.
pub(crate) use heapwise_analysis::OutputUnit as Values;

/// The values of a view. Where a report does not choose one unit for all its values, each has its
/// own.
pub(crate) fn values_of(view: &View) -> Values {
    let unit = view.sample_type().map_or("", |kind| kind.unit.as_str());
    let options = view.options();
    Values::new(unit, options.unit.as_str(), options.divide_by)
}

/// [`profile_labels`] of a view.
pub(crate) fn view_labels(view: &View, values: &Values) -> Vec<String> {
    profile_labels(view.header(), &type_name(view), view.total(), values)
}

/// The name of the value that a view shows (driver/driver.go: reportOptions).
pub(crate) fn type_name(view: &View) -> String {
    let name = view.sample_type().map_or("", |kind| kind.type_.as_str());
    let prefix = if view.options().mean { "mean_" } else { "" };
    format!("{prefix}{name}")
}

/// The lines that tell what a report is of (report/report.go: ProfileLabels).
pub(crate) fn profile_labels(
    header: &Header,
    sample_type: &str,
    total: i64,
    values: &Values,
) -> Vec<String> {
    let mut labels = Vec::new();
    if let Some(binary) = header.binary_name() {
        labels.push(format!("File: {binary}"));
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
    if !sample_type.is_empty() {
        labels.push(format!("Type: {sample_type}"));
    }
    if let Some(url) = &header.doc_url {
        labels.push(format!("Doc: {url}"));
    }
    if let Some(time) = header.time() {
        labels.push(format!("Time: {time}"));
    }
    labels.extend(duration(header, total, values));
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
