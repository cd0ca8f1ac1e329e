//! The level of the heap over time: after each cycle that a snapshot knows.

use heapwise_stats::{Trend, classify_trend};

use super::process::GcMoment;

/// Different cycles that it takes to tell whether the heap settles.
pub(super) const FEWEST: usize = 5;

/// What the heap after collections does, in bytes per second: what is live, or the goal, which follows it. How many
/// cycles are known where those are too few.
pub(super) fn heap_trend(series: &[GcMoment]) -> Result<Trend, usize> {
    let mut points: Vec<(f64, f64)> = Vec::new();
    for moment in series {
        let heap = &moment.snapshot.heap;
        let level = heap.live.or(heap.goal);
        if let (Some(end), Some(level)) = (heap.last_gc, level) {
            let seconds = end as f64 / 1e9;
            // The same cycle again is the same data.
            if points.last().is_none_or(|&(before, _)| before < seconds) {
                points.push((seconds, level as f64));
            }
        }
    }
    if points.len() < FEWEST {
        return Err(points.len());
    }
    let start = points.first().map_or(0.0, |point| point.0);
    let (times, levels): (Vec<f64>, Vec<f64>) = points
        .iter()
        .map(|point| (point.0 - start, point.1))
        .unzip();
    classify_trend(&times, &levels).ok_or(points.len())
}
