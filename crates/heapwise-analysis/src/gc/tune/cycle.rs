//! How much is allocated from one collection to the next, and so how many there are in a second.
//!
//! The pacer starts a collection at the goal without a runway, which it holds between 45/64 of the room and the larger
//! of 61/64 of it and the goal without 4 MiB (mgcpacer.go: trigger); the collection is to end at the goal, and what is
//! allocated while it marks comes on top of the trigger. The runway depends on how fast the program allocates and the
//! collector marks, of which a measured run tells one number: what was allocated per collection.

use super::bracket::Bracket;
use super::cost::{longest_marking, most_collections};
use super::goal::{Bound, Goal, LEAST_HEAP};
use super::program::Program;
use crate::gc::span::LONGEST_PERIOD_SECONDS;

/// The least part of the room behind which a collection starts (mgcpacer.go: minTriggerRatioNum).
pub(super) const FIRST_TRIGGER: f64 = 45.0 / 64.0;

/// The last part of it, in small heaps (mgcpacer.go: maxTriggerRatioNum).
const LAST_TRIGGER: f64 = 61.0 / 64.0;

/// The distance that a goal keeps from its trigger (mgcpacer.go: minRunway), taken for the least that is allocated
/// between two collections.
const LEAST_ROOM: f64 = 64.0 * 1024.0;

/// How far the room may be off, as a part of itself; of the goal where that is given by the limit, which does not
/// move with the live heap. Both from the programs that were measured.
const OFF_BY: f64 = 0.03;
const LIMIT_OFF_BY: f64 = 0.015;

/// Where more of the room than this was allocated per collection, its trigger may not have been at the first place.
const FIRST_AT_MOST: f64 = 0.8;

/// A collection is started when none was for so long.
const LEAST_PER_SECOND: f64 = 1.0 / LONGEST_PERIOD_SECONDS;

/// Collections per second; `None` where the allocation rate is not known.
pub(super) fn per_second(program: &Program, goal: &Goal) -> Option<Bracket> {
    let rate = program.allocation_rate()?;
    let allocated = allocated(program, goal);
    let most = most_collections(program);
    let cap = |per_second: f64| most.map_or(per_second, |most| per_second.min(most));
    let rates = Bracket::new(rate.low / allocated.high, rate.high / allocated.low);
    Some(rates.map(|per_second| cap(per_second).max(LEAST_PER_SECOND)))
}

/// Bytes allocated per collection.
pub(super) fn allocated(program: &Program, goal: &Goal) -> Bracket {
    let room = room(goal);
    let (low, high) = match measured(program) {
        Some(measured) => measured.allocated_in(room),
        None => (FIRST_TRIGGER * room.low, room.high),
    };
    Bracket::new(low, high).map(|bytes| bytes.max(LEAST_ROOM))
}

/// The most bytes that are allocated while a collection marks; `None` where no run told it.
pub(super) fn most_while_marking(program: &Program) -> Option<f64> {
    Some(measured(program)?.most_while_marking())
}

/// Whether more is allocated while a collection marks than a first trigger leaves of the room: assists do not hold
/// that back, and the heap passes its goal.
pub(super) fn is_outrun(program: &Program, goal: &Goal) -> Option<f64> {
    let marking = measured(program)?.marking;
    (marking > (1.0 - FIRST_TRIGGER) * goal.room).then_some(marking)
}

/// What a measured run tells of a collection.
struct Measured {
    /// Bytes between what was live and the goal.
    room: f64,
    /// Bytes allocated per collection.
    allocated: f64,
    /// Those of them that were allocated while it marked, if the trigger was at its first place.
    marking: f64,
}

fn measured(program: &Program) -> Option<Measured> {
    let room = program.measured()?.room;
    let allocated = program.allocated_per_cycle()?;
    let marking = (allocated - FIRST_TRIGGER * room).max(0.0);
    let longest = longest_marking(program).zip(program.allocation_rate());
    let most = longest.map_or(marking, |(seconds, rate)| seconds * rate.high);
    (room > 0.0).then_some(Measured {
        room,
        allocated,
        marking: marking.min(most),
    })
}

/// The room, with what it may be off by.
fn room(goal: &Goal) -> Bracket {
    let off = match goal.bound {
        Bound::MemoryLimit => LIMIT_OFF_BY * goal.bytes,
        _ => OFF_BY * goal.room,
    };
    Bracket::new((goal.room - off).max(LEAST_ROOM), goal.most_room + off)
}

impl Measured {
    /// Marking takes the same time again under another setting, or up to twice of it.
    fn most_while_marking(&self) -> f64 {
        2.0 * self.marking + 0.02 * self.room
    }

    /// Half of it, unless the trigger may well have been later than at its first place.
    fn least_while_marking(&self) -> f64 {
        match self.allocated < FIRST_AT_MOST * self.room {
            true => 0.5 * self.marking,
            false => 0.0,
        }
    }

    /// What another room makes of the bytes that were allocated per collection.
    ///
    /// Either the trigger was at its first place, and what was allocated above that came while marking, which takes
    /// about the same time again (it varies: half to twice of it); or it was at the goal without a runway, and what
    /// fell short of the goal falls short again; or it was at its last place, and will be there again. The truth is
    /// between.
    fn allocated_in(&self, room: Bracket) -> (f64, f64) {
        let (least, most) = (self.least_while_marking(), self.most_while_marking());
        let first = |room: f64, marking: f64| FIRST_TRIGGER * room + marking;
        let was_last = self.allocated > last_trigger(self.room) - 0.05 * self.room;
        let short = match was_last {
            true => 0.0,
            false => 0.9 * (self.room - self.allocated).max(0.0),
        };
        let high = first(room.high, most).max(room.high - short);
        if (room.low + room.high) / 2.0 > self.room {
            let last = last_trigger(room.high) + most;
            return (first(room.low, least), high.min(last).min(room.high));
        }
        let is_outrun = self.marking > (1.0 - FIRST_TRIGGER) * room.low;
        let high = if is_outrun { high } else { high.min(room.high) };
        (first(room.low, least.min(0.1 * room.low)), high)
    }
}

/// The last place of a trigger.
fn last_trigger(room: f64) -> f64 {
    (LAST_TRIGGER * room).max(room - LEAST_HEAP)
}

#[cfg(test)]
mod tests {
    use super::{Measured, allocated, per_second};
    use crate::gc::tune::goal::{Goal, MIB};
    use crate::gc::tune::{Bracket, Program, Setting};

    fn at(program: &Program, gogc: u32) -> Goal {
        program
            .goal(100.0 * MIB, Setting::new(Some(gogc), None))
            .expect("collects")
    }

    #[test]
    fn without_a_measured_rate_only_the_trigger_is_known() {
        let program = Program::new(100 << 20, 0).with_allocation_rate(100.0 * MIB);
        let bytes = allocated(&program, &at(&program, 100));
        assert!((bytes.low / MIB - 97.0 * 45.0 / 64.0).abs() < 1e-9);
        assert!((bytes.high / MIB - 103.0).abs() < 1e-9);
        let rate = per_second(&program, &at(&program, 100)).expect("has a rate");
        assert!((rate.low - 100.0 / 103.0).abs() < 1e-9);
    }

    #[test]
    fn a_measured_run_narrows_it() {
        // 74 of 100 MiB: 3.7 above the first trigger, 26 short of the goal.
        let narrow = |room: f64| {
            let measured = Measured {
                room: 100.0,
                allocated: 74.0,
                marking: 74.0 - 4500.0 / 64.0,
            };
            let (low, high) = measured.allocated_in(Bracket::new(room, room));
            (low / room, high / room)
        };
        assert!(narrow(100.0).0 > 0.72 && narrow(100.0).1 < 0.81);
        assert!(narrow(400.0).0 < 0.71 && (narrow(400.0).1 - (400.0 - 23.4) / 400.0).abs() < 1e-9);
        assert!(narrow(25.0).0 > 0.76 && narrow(25.0).1 == 1.0);
        // 3.7 MiB while it marks, and 2.97 behind the first trigger: the heap passes its goal.
        assert!(narrow(10.0).1 > 1.6);
    }

    #[test]
    fn there_is_one_in_two_minutes_at_least() {
        let program = Program::new(100 << 20, 0).with_allocation_rate(1.0);
        let rate = per_second(&program, &at(&program, 100)).expect("has a rate");
        assert_eq!(rate, Bracket::new(1.0 / 120.0, 1.0 / 120.0));
    }
}
