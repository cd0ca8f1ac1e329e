//! When the moments of a series were.

use heapwise_analysis::units::{auto_label, narrow};

/// When points were, in seconds since the first, and that this is known; else their numbers.
pub(crate) fn times(nanos: impl Iterator<Item = Option<i64>> + Clone) -> (Vec<f64>, bool) {
    let known: Option<Vec<i64>> = nanos.clone().collect();
    match known {
        Some(nanos) => {
            let first = nanos.first().copied().unwrap_or(0);
            let since = nanos
                .iter()
                .map(|&at| at.saturating_sub(first) as f64 / 1e9);
            (since.collect(), true)
        }
        None => ((0..nanos.count()).map(|at| at as f64).collect(), false),
    }
}

/// When a moment was: how long after the first, else which snapshot it is.
pub(crate) fn moment(at: usize, seconds: Option<f64>) -> String {
    match seconds {
        Some(_) if at == 0 => "start".to_owned(),
        Some(seconds) => format!(
            "+{}",
            auto_label(narrow((seconds * 1e9) as i128).into(), "nanoseconds")
        ),
        None => format!("snapshot {}", at + 1),
    }
}
