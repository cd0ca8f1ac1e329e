//! Where a prediction may be wrong, and why.

use super::bracket::Bracket;
use super::cycle::is_outrun;
use super::goal::{Bound, Goal, MIB};
use super::program::Program;

/// Why a prediction is not to be relied on.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Unsure {
    /// Under the limit the heap may grow by less than 10 % of what is live: the collector runs nearly all the time,
    /// and a little more that is live makes it run all the time.
    NearLimit {
        /// What GOGC would give that room, in percent, at the largest live heap.
        effective_gogc: f64,
    },
    /// The collector would take more than half of the CPU time. The runtime then stops the program's assists, and
    /// memory grows past the limit.
    Limiter {
        /// Seconds until that.
        after_seconds: f64,
    },
    /// The live heap swings by more than half of the room that the limit leaves.
    LiveSwings {
        /// Bytes from the least to the most.
        swing: u64,
        /// Bytes of room.
        room: u64,
    },
    /// The program allocates more while a collection marks than the room leaves for that: the heap passes its goal.
    Outrun {
        /// Bytes allocated while a collection marks, as far as the measured run tells.
        marking: u64,
        /// Bytes of room.
        room: u64,
    },
    /// There are only a few MiB from one collection to the next: what is allocated while it marks, and whole spans,
    /// count.
    SmallRoom {
        /// Bytes of room.
        room: u64,
    },
}

impl Unsure {
    /// What programs know the reason by.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Unsure::NearLimit { .. } => "near_limit",
            Unsure::Limiter { .. } => "limiter",
            Unsure::LiveSwings { .. } => "live_swings",
            Unsure::Outrun { .. } => "outrun",
            Unsure::SmallRoom { .. } => "small_room",
        }
    }
}

/// An effective GOGC under which a limit is dangerous: what the Go team named in golang/go#58106.
pub(super) const DANGEROUS: f64 = 10.0;

/// Room in which single spans and what is allocated while marking count.
const SMALL_ROOM: f64 = 4.0 * MIB;

/// All reasons that apply, but for the limiter.
pub(super) fn reasons(program: &Program, usual: &Goal, largest: &Goal) -> Vec<Unsure> {
    let mut reasons = Vec::new();
    let is_limited = largest.bound == Bound::MemoryLimit;
    let effective = effective_gogc(program, program.most_live(), largest);
    if is_limited && effective < DANGEROUS {
        reasons.push(Unsure::NearLimit {
            effective_gogc: effective,
        });
    }
    if is_limited && program.is_wide() && largest.room < 0.5 * usual.room {
        reasons.push(Unsure::LiveSwings {
            swing: program.swing() as u64,
            room: largest.room as u64,
        });
    }
    if let Some(marking) = is_outrun(program, usual) {
        reasons.push(Unsure::Outrun {
            marking: marking as u64,
            room: usual.room as u64,
        });
    }
    if usual.room < SMALL_ROOM {
        reasons.push(Unsure::SmallRoom {
            room: usual.room as u64,
        });
    }
    reasons
}

/// What GOGC would give the room of a goal: 100 × room / (live + roots).
pub(super) fn effective_gogc(program: &Program, live: f64, goal: &Goal) -> f64 {
    let scanned = live + program.root_bytes();
    match scanned > 0.0 {
        true => 100.0 * goal.room / scanned,
        false => 0.0,
    }
}

/// The limiter, where it steps in.
pub(super) fn limiter(program: &Program, share: Option<Bracket>) -> Option<Unsure> {
    let after_seconds = super::limiter::trips_after(program, share?)?;
    Some(Unsure::Limiter { after_seconds })
}
