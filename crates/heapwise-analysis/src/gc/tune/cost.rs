//! The CPU time that the collector takes from a program.

use super::bracket::Bracket;
use super::goal::Goal;
use super::program::Program;

/// Marking takes a quarter of the processors (mgcpacer.go: gcBackgroundUtilization), and what is idle besides; so all
/// of its work is at most four times what was not done on idle processors.
const ALL_OF_BACKGROUND: f64 = 4.0;

/// How much less and more a collection took from one run to the next under the same setting, since idle processors do
/// more or less of the work. This and the next two are what the measured programs showed, not a rule of the runtime.
const LESS: f64 = 0.6;
const MORE: f64 = 1.7;

/// The same, at the least, where there is less than half of the room: the program assists.
const LESS_OF_LITTLE: f64 = 0.9;

/// The part of all work that was not left to idle processors at the most where there is less room.
const MOST_OF_ALL: f64 = 0.75;

/// The share of all processors' time, between 0 and 1, without marking on idle ones.
pub(super) fn share(program: &Program, goal: &Goal, per_second: Bracket) -> Option<Bracket> {
    let cycle = per_cycle(program, goal)?;
    let share = |rate: f64, cycle: f64| (rate * cycle).min(1.0);
    Some(Bracket::new(
        share(per_second.low, cycle.low),
        share(per_second.high, cycle.high),
    ))
}

/// Seconds that a collection takes of all processors. All of its work is the same under every setting; with less room the program does more
/// of it in assists, and idle processors less.
fn per_cycle(program: &Program, goal: &Goal) -> Option<Bracket> {
    let measured = program.share_per_cycle()?;
    let all = all_work(program)?;
    let room = program.measured().map_or(0.0, |measured| measured.room);
    let more = MORE * measured;
    let most = match goal.room < 0.9 * room {
        true => more.max(MOST_OF_ALL * all),
        false => more,
    };
    let less = match goal.room < 0.5 * room {
        true => LESS_OF_LITTLE,
        false => LESS,
    };
    Some(Bracket::new(less * measured, most.min(all)))
}

/// The same with marking on idle processors.
fn all_work(program: &Program) -> Option<f64> {
    let measured = program.share_per_cycle()?;
    let all = program.idle_share_per_cycle().map(|idle| measured + idle);
    Some(all.unwrap_or(ALL_OF_BACKGROUND * measured))
}

/// The most collections in a second: one behind the other, on all processors.
pub(super) fn most_collections(program: &Program) -> Option<f64> {
    let least = program.share_per_cycle()? + program.idle_share_per_cycle().unwrap_or(0.0);
    Some(1.0 / least)
}

/// The most seconds that a collection marks: a quarter of the processors does so all the time, and what is not done on
/// idle ones is that, assists and pauses.
pub(super) fn longest_marking(program: &Program) -> Option<f64> {
    Some(program.share_per_cycle()? * ALL_OF_BACKGROUND)
}

#[cfg(test)]
mod tests {
    use super::{most_collections, share};
    use crate::gc::tune::goal::{Goal, MIB};
    use crate::gc::tune::{Bracket, Program, Setting};

    fn program() -> Program {
        Program::new(100 << 20, 0)
            .with_processors(4)
            .with_cpu_per_cycle(0.010, Some(0.030))
    }

    fn at(gogc: u32) -> Goal {
        program()
            .goal(100.0 * MIB, Setting::new(Some(gogc), None))
            .expect("collects")
    }

    #[test]
    fn less_room_may_take_all_of_the_work_from_the_program() {
        let rate = Bracket::new(2.0, 3.0);
        // 2 × 6 ms of 4 s, 3 × 17 ms; 2 × 9 ms, 3 × 30 ms.
        let near = |found: Option<Bracket>, low: f64, high: f64| {
            let found = found.expect("is known");
            assert!((found.low - low).abs() < 1e-12 && (found.high - high).abs() < 1e-12);
        };
        near(share(&program(), &at(100), rate), 0.003, 0.01275);
        near(share(&program(), &at(40), rate), 0.0045, 0.0225);
        let unknown = program().with_cpu_per_cycle(0.010, None);
        near(share(&unknown, &at(40), rate), 0.0045, 0.0225);
        assert_eq!(
            share(&Program::new(1, 0).with_processors(4), &at(50), rate),
            None
        );
    }

    #[test]
    fn collections_cannot_overlap() {
        assert_eq!(most_collections(&program()), Some(100.0));
    }
}
