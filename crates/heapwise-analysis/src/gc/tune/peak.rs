//! The most memory that the Go runtime has mapped and not released.

use super::bracket::Bracket;
use super::cycle::{FIRST_TRIGGER, most_while_marking};
use super::goal::{Bound, Goal};
use super::program::Program;

/// How far a heap may pass its goal while the live heap grows (mgcpacer.go: revise, maxOvershoot).
const OVERSHOOT: f64 = 1.1;

/// From what a collection starts at to the most: the goal of the largest live heap and the non-heap memory. Where the
/// live heap swings, the heap passes the goal by 10 %, and by what a swing brings that the room does not hold; where
/// much is allocated while a collection marks, by that. A limit holds it otherwise (the runtime releases free memory
/// for it) where there is room to collect in.
pub(super) fn peak(
    program: &Program,
    usual: &Goal,
    largest: &Goal,
    limit: Option<u64>,
    is_sure: bool,
) -> Bracket {
    let least = usual.bytes - usual.room * (1.0 - FIRST_TRIGGER) + usual.non_heap;
    let marking = most_while_marking(program).unwrap_or(0.0);
    let marked = largest.bytes - largest.room * (1.0 - FIRST_TRIGGER) + marking;
    let mut most = largest.bytes.max(marked) + largest.non_heap;
    if program.is_wide() {
        let over = (program.swing() - usual.room).max(0.0);
        most = most.max(largest.bytes * OVERSHOOT + over + largest.non_heap);
    }
    if let Some(limit) = limit.map(|limit| limit as f64)
        && (largest.bound == Bound::MemoryLimit || most > limit)
    {
        most = match is_sure {
            true => limit.max(marked + largest.non_heap),
            false => most.max(limit),
        };
    }
    Bracket::new(least.min(most), most)
}
