//! The level of the heap over time: after each cycle that a snapshot knows.

use heapwise_stats::{Trend, TrendLabel, classify_trend};

use super::process::GcMoment;

/// Different cycles that it takes to tell whether the heap settles.
pub(super) const FEWEST: usize = 5;

/// What the heap after collections does.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct HeapTrend {
    /// In bytes per second: what is live, or the goal, which follows it.
    pub trend: Trend,
    /// Whether the goal may not follow what is live: the room between both becomes less, as below a memory limit.
    pub loses_room: bool,
}

/// What the heap after collections does. How many cycles are known where those are too few.
pub(super) fn heap_trend(series: &[GcMoment]) -> Result<HeapTrend, usize> {
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
    let trend = trend(&points).ok_or(points.len())?;
    Ok(HeapTrend {
        trend,
        loses_room: !tells_live(series) && loses_room(series),
    })
}

fn tells_live(series: &[GcMoment]) -> bool {
    series
        .iter()
        .any(|moment| moment.snapshot.heap.live.is_some())
}

fn trend(points: &[(f64, f64)]) -> Option<Trend> {
    let start = points.first().map_or(0.0, |point| point.0);
    let (times, levels): (Vec<f64>, Vec<f64>) = points
        .iter()
        .map(|point| (point.0 - start, point.1))
        .unzip();
    classify_trend(&times, &levels)
}

/// Whether what is allocated from the end of a cycle to that of the next, as far as nobody asked for one, becomes clearly
/// less: by GOGC that room is a part of what is live, and below a memory limit (runtime/mgcpacer.go: memoryLimitHeapGoal)
/// what is live takes it.
fn loses_room(series: &[GcMoment]) -> bool {
    let mut rooms: Vec<(f64, f64)> = Vec::new();
    let mut last: Option<&GcMoment> = None;
    for moment in series {
        let Some(before) = last else {
            last = Some(moment);
            continue;
        };
        let [old, new] = [before, moment].map(|one| &one.snapshot.counters);
        let grown = |old: Option<u64>, new: Option<u64>| new?.checked_sub(old?);
        let cycles = grown(old.num_gc, new.num_gc).unwrap_or(0);
        if cycles == 0 {
            continue;
        }
        last = Some(moment);
        let is_own = grown(old.num_forced_gc, new.num_forced_gc) == Some(0);
        let bytes = grown(old.total_alloc, new.total_alloc);
        if let (true, Some(bytes), Some(end)) = (is_own, bytes, moment.snapshot.heap.last_gc) {
            rooms.push((end as f64 / 1e9, bytes as f64 / cycles as f64));
        }
    }
    let is_rising = rooms
        .windows(2)
        .all(|pair| matches!(pair, [a, b] if a.0 < b.0));
    let falls = |trend: Trend| {
        let is_lower = trend.slope < 0.0 && matches!(trend.label, TrendLabel::Stepped);
        is_lower || matches!(trend.label, TrendLabel::Shrinking | TrendLabel::Fell)
    };
    rooms.len() >= FEWEST && is_rising && trend(&rooms).is_some_and(falls)
}
