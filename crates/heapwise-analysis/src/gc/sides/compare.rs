//! All numbers of two sides.

use heapwise_stats::{Confidence, q_values};

use super::change::GcChange;
use super::side::{GcProcessKind, GcSide};

/// What differs between two sides.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct GcComparison {
    /// By snapshots, and by logs, where both sides have them.
    pub differences: Vec<GcDifference>,
    /// Why nothing can be compared.
    pub why_not: Option<&'static str>,
    /// Logs that were given again: they are no further runs.
    pub repeated: usize,
}

/// What differs by one kind of source.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct GcDifference {
    /// Which kind.
    pub kind: GcProcessKind,
    /// Processes of the older side.
    pub before: usize,
    /// Processes of the newer side.
    pub after: usize,
    /// The numbers.
    pub changes: Vec<GcChange>,
}

/// Compares what both sides have by the same kind of source.
pub fn compare_gc(before: &GcSide<'_>, after: &GcSide<'_>, confidence: Confidence) -> GcComparison {
    let mut differences = Vec::new();
    for kind in [GcProcessKind::Snapshots, GcProcessKind::Log] {
        let sides = [before, after].map(|side| side.of_kind(kind));
        let [old, new] = &sides;
        if old.is_empty() || new.is_empty() {
            continue;
        }
        let quantities = kind.quantities().iter();
        let changes = quantities.map(|&quantity| GcChange::new(quantity, [old, new], confidence));
        let mut changes: Vec<GcChange> = changes.collect();
        let family: Vec<f64> = changes.iter().filter_map(|change| change.p).collect();
        let mut adjusted = q_values(&family).into_iter();
        for change in changes.iter_mut().filter(|change| change.p.is_some()) {
            change.settle(adjusted.next().unwrap_or(1.0), confidence);
        }
        differences.push(GcDifference {
            kind,
            before: old.len(),
            after: new.len(),
            changes,
        });
    }
    let is_empty = before.processes.is_empty() || after.processes.is_empty();
    let why_not = match is_empty {
        true => "a side has no cycle that was understood",
        false => "one side has snapshots, the other a log: their numbers do not mean the same",
    };
    GcComparison {
        why_not: differences.is_empty().then_some(why_not),
        differences,
        repeated: before.repeated + after.repeated,
    }
}
