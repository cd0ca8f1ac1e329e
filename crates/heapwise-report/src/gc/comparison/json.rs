//! What differs between two sides, as JSON.

use heapwise_analysis::gc::{GcBasis, GcChange, GcComparison, GcDifference};
use serde::Serialize;

#[derive(Serialize)]
pub(in crate::gc) struct JsonComparison<'a> {
    why_not: Option<&'static str>,
    repeated_logs: usize,
    differences: Vec<JsonDifference<'a>>,
}

impl<'a> JsonComparison<'a> {
    pub(in crate::gc) fn new(comparison: &'a GcComparison) -> Self {
        let differences = comparison.differences.iter();
        Self {
            why_not: comparison.why_not,
            repeated_logs: comparison.repeated,
            differences: differences.map(JsonDifference::new).collect(),
        }
    }
}

#[derive(Serialize)]
struct JsonDifference<'a> {
    source: &'static str,
    processes_before: usize,
    processes_after: usize,
    changes: Vec<JsonChange<'a>>,
}

impl<'a> JsonDifference<'a> {
    fn new(difference: &'a GcDifference) -> Self {
        Self {
            source: difference.kind.name(),
            processes_before: difference.before,
            processes_after: difference.after,
            changes: difference.changes.iter().map(JsonChange::new).collect(),
        }
    }
}

#[derive(Serialize)]
struct JsonChange<'a> {
    quantity: &'static str,
    unit: &'static str,
    before: Option<f64>,
    after: Option<f64>,
    ratio: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    p: Option<f64>,
    q: Option<f64>,
    verdict: &'static str,
    basis: Option<&'static str>,
    why: Option<&'a str>,
}

impl<'a> JsonChange<'a> {
    fn new(change: &'a GcChange) -> Self {
        Self {
            quantity: change.quantity.name(),
            unit: change.quantity.unit(),
            before: change.before,
            after: change.after,
            ratio: change.factor(),
            low: change.ratio.and_then(|ratio| ratio.low),
            high: change.ratio.and_then(|ratio| ratio.high),
            p: change.p,
            q: change.q,
            verdict: change.verdict.name(),
            basis: change.basis.map(GcBasis::name),
            why: change.why.as_deref(),
        }
    }
}
