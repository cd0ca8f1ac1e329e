//! Numbers of the collector in words.

use heapwise_analysis::Measured;
use heapwise_analysis::units::auto_label;

/// A number with its bounds, or its change with the interval of that.
pub(super) fn observed(measured: &Measured, unit: &str) -> String {
    let label = |value: f64| label(value, unit);
    if let Some(before) = measured.before {
        let change = change(measured);
        return format!("{} -> {}{change}", label(before), label(measured.value));
    }
    let [value, low, high] = [measured.value, measured.low, measured.high].map(label);
    match low == high {
        true => value,
        false => format!("{value} ({low}..{high})"),
    }
}

/// A change with its interval, if there is one.
pub(super) fn change(measured: &Measured) -> String {
    match measured.ratio {
        Some(ends) => {
            let [ratio, low, high] = ends.map(percent);
            format!(", {ratio} ({low}..{high})")
        }
        None => String::new(),
    }
}

fn percent(ratio: f64) -> String {
    format!("{:+.1}%", (ratio - 1.0) * 100.0)
}

/// A value in its unit.
fn label(value: f64, unit: &str) -> String {
    match unit {
        "percent" => format!("{value:.2}%"),
        "count/s" => format!("{value:.2}/s"),
        "bytes/s" => format!("{}/s", auto_label(value.round() as i128, "bytes")),
        unit => auto_label(value.round() as i128, unit),
    }
}
