//! What of the collector a claim can be about.

use crate::gc::{GcProcessKind, GcQuantity};

/// The sample type of claims about the collector.
pub(super) const COLLECTOR: &str = "gc";

/// A number of the collector, as claims name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum GcMeasure {
    PauseP50,
    PauseP99,
    PauseMax,
    AllocRate,
    Cpu,
    Rate,
    Heap,
}

impl GcMeasure {
    pub(super) const ALL: [GcMeasure; 7] = [
        GcMeasure::PauseP50,
        GcMeasure::PauseP99,
        GcMeasure::PauseMax,
        GcMeasure::AllocRate,
        GcMeasure::Cpu,
        GcMeasure::Rate,
        GcMeasure::Heap,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            GcMeasure::PauseP50 => "pause_p50",
            GcMeasure::PauseP99 => "pause_p99",
            GcMeasure::PauseMax => "pause_max",
            GcMeasure::AllocRate => "alloc_rate",
            GcMeasure::Cpu => "cpu",
            GcMeasure::Rate => "rate",
            GcMeasure::Heap => "heap",
        }
    }

    /// The part of cycles of a quantile.
    pub(super) fn part(self) -> Option<f64> {
        match self {
            GcMeasure::PauseP50 => Some(0.5),
            GcMeasure::PauseP99 => Some(0.99),
            GcMeasure::PauseMax => Some(1.0),
            _ => None,
        }
    }

    /// The unit of its values.
    pub(super) fn unit(self) -> &'static str {
        match self {
            GcMeasure::AllocRate => "bytes/s",
            GcMeasure::Cpu => "percent",
            GcMeasure::Rate => "count/s",
            GcMeasure::Heap => "bytes",
            _ => "nanoseconds",
        }
    }

    /// The number that a change is decided on; `None` where none is.
    pub(super) fn quantity(self, kind: GcProcessKind) -> Option<GcQuantity> {
        let is_log = kind == GcProcessKind::Log;
        match self {
            GcMeasure::PauseP50 if is_log => Some(GcQuantity::StopP50),
            GcMeasure::PauseP50 => Some(GcQuantity::PauseP50),
            GcMeasure::PauseP99 if is_log => Some(GcQuantity::StopP99),
            GcMeasure::PauseP99 => Some(GcQuantity::PauseP99),
            GcMeasure::PauseMax => None,
            GcMeasure::AllocRate => Some(GcQuantity::AllocBytes),
            GcMeasure::Cpu => Some(GcQuantity::Cpu),
            GcMeasure::Rate => Some(GcQuantity::Cycles),
            GcMeasure::Heap => Some(GcQuantity::HeapGoal),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_of_a_log_are_its_stops() {
        let of = |measure: GcMeasure| {
            [GcProcessKind::Snapshots, GcProcessKind::Log].map(|kind| measure.quantity(kind))
        };
        let pauses = [GcQuantity::PauseP50, GcQuantity::StopP50].map(Some);
        assert_eq!(of(GcMeasure::PauseP50), pauses);
        let pauses = [GcQuantity::PauseP99, GcQuantity::StopP99].map(Some);
        assert_eq!(of(GcMeasure::PauseP99), pauses);
        // The longest of all changes with their number.
        assert_eq!(of(GcMeasure::PauseMax), [None; 2]);
        for measure in GcMeasure::ALL {
            let [of_snapshots, of_log] = of(measure);
            assert!(
                measure.part().is_some() || of_snapshots == of_log,
                "{}",
                measure.name()
            );
        }
    }
}
