//! The size at which a collection is to end: by GOGC, by the memory limit, and which of them counts.

use super::setting::Setting;

pub(super) const MIB: f64 = 1024.0 * 1024.0;

/// The heap size under which nothing is collected at GOGC=100 (mgcpacer.go: defaultHeapMinimum).
pub(super) const LEAST_HEAP: f64 = 4.0 * MIB;

/// What decides the goal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Bound {
    /// GOGC.
    Gogc,
    /// The least heap, 4 MiB × GOGC / 100.
    LeastHeap,
    /// The memory limit.
    MemoryLimit,
}

impl Bound {
    /// What programs know it by.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Bound::Gogc => "gogc",
            Bound::LeastHeap => "least_heap",
            Bound::MemoryLimit => "memory_limit",
        }
    }
}

/// A goal.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Goal {
    /// Heap bytes at which a collection is to end.
    pub(super) bytes: f64,
    /// What may be allocated between two collections: the goal without the live heap.
    pub(super) room: f64,
    /// The same when gaps in spans are filled, which is when the next collection starts.
    pub(super) most_room: f64,
    pub(super) bound: Bound,
    /// Non-heap memory that goes with it.
    pub(super) non_heap: f64,
}

/// The goal with so much live and so many roots; `None` where nothing is ever collected. The non-heap memory is a
/// function of the goal: the two depend on each other, and settle.
pub(super) fn goal_at(
    live: f64,
    roots: f64,
    non_heap: impl Fn(f64) -> f64,
    setting: Setting,
) -> Option<Goal> {
    let by_gogc = setting.gogc.map(|gogc| gogc_goal(live, roots, gogc));
    let mut goal = match (by_gogc, setting.memory_limit) {
        (Some(goal), _) => goal.0,
        (None, Some(limit)) => limit as f64,
        (None, None) => return None,
    };
    let mut bound = by_gogc.map_or(Bound::MemoryLimit, |goal| goal.1);
    if let Some(limit) = setting.memory_limit {
        for _ in 0..ROUNDS {
            let limited = limit_goal(live, non_heap(goal), limit as f64);
            match by_gogc {
                Some((own, by)) if own <= limited => (goal, bound) = (own, by),
                _ => (goal, bound) = (limited, Bound::MemoryLimit),
            }
        }
    }
    let room = (goal - live).max(0.0);
    Some(Goal {
        bytes: goal,
        room,
        most_room: room,
        bound,
        non_heap: non_heap(goal),
    })
}

/// Non-heap memory changes by a small part of what the goal changes by: a few rounds leave nothing.
const ROUNDS: usize = 12;

/// The goal by GOGC: live + (live + roots) × GOGC / 100, and no less than 4 MiB × GOGC / 100
/// (mgcpacer.go: commit, setGCPercent; roots count since Go 1.18).
pub(super) fn gogc_goal(live: f64, roots: f64, gogc: u32) -> (f64, Bound) {
    let part = f64::from(gogc) / 100.0;
    let own = live + (live + roots) * part;
    let least = LEAST_HEAP * part;
    match own < least {
        true => (least, Bound::LeastHeap),
        false => (own, Bound::Gogc),
    }
}

/// The goal by the limit: what the non-heap memory leaves of it, without a headroom of 3 % or 1 MiB, and never less
/// than what is live (mgcpacer.go: memoryLimitHeapGoal, for a program that is not above its limit).
pub(super) fn limit_goal(live: f64, non_heap: f64, limit: f64) -> f64 {
    if non_heap >= limit {
        return live;
    }
    let left = limit - non_heap;
    let headroom = (left * HEADROOM).max(MIB);
    let goal = match left - headroom < headroom {
        true => headroom,
        false => left - headroom,
    };
    goal.max(live)
}

/// mgcpacer.go: memoryLimitHeapGoalHeadroomPercent.
pub(super) const HEADROOM: f64 = 0.03;

#[cfg(test)]
mod tests {
    use super::{Bound, MIB, gogc_goal, limit_goal};

    #[test]
    fn gogc_counts_roots_and_has_a_least_heap() {
        assert_eq!(gogc_goal(100.0 * MIB, 0.0, 100), (200.0 * MIB, Bound::Gogc));
        assert_eq!(
            gogc_goal(100.0 * MIB, 20.0 * MIB, 50),
            (160.0 * MIB, Bound::Gogc)
        );
        assert_eq!(gogc_goal(MIB, 0.0, 200), (8.0 * MIB, Bound::LeastHeap));
        assert_eq!(gogc_goal(MIB, 0.0, 0), (MIB, Bound::Gogc));
    }

    #[test]
    fn the_limit_leaves_a_headroom_and_never_less_than_is_live() {
        // 200 − 20 = 180, of which 3 % are 5.4.
        let goal = limit_goal(10.0 * MIB, 20.0 * MIB, 200.0 * MIB);
        assert!((goal / MIB - 174.6).abs() < 1e-9);
        // 10 left: the headroom is 1 MiB.
        assert_eq!(limit_goal(0.0, 20.0 * MIB, 30.0 * MIB), 9.0 * MIB);
        // 1.5 left, less than two headrooms.
        assert_eq!(limit_goal(0.0, 20.0 * MIB, 21.5 * MIB), MIB);
        assert_eq!(
            limit_goal(300.0 * MIB, 20.0 * MIB, 200.0 * MIB),
            300.0 * MIB
        );
        assert_eq!(limit_goal(5.0 * MIB, 20.0 * MIB, 20.0 * MIB), 5.0 * MIB);
    }
}
