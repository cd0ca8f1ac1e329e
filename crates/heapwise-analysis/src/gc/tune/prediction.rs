//! What a setting makes of a program.

use super::bracket::Bracket;
use super::goal::Bound;
use super::program::Program;
use super::setting::Setting;
use super::unsure::{Unsure, effective_gogc, limiter, reasons};
use super::{cost, cycle, peak};

/// What a setting is predicted to do. Bytes are Go's own, mapped and not released; what is not known is `None`.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Prediction {
    /// The setting.
    pub setting: Setting,
    /// Heap bytes at which a collection is to end; `None` where nothing is ever collected.
    pub heap_goal: Option<u64>,
    /// What decides that.
    pub bound: Option<Bound>,
    /// What GOGC would give the same room, in percent.
    pub effective_gogc: Option<f64>,
    /// Collections per second; `None` without an allocation rate.
    pub gc_per_second: Option<Bracket>,
    /// The part of all processors' time, from 0 to 1, that the collector takes from the program: marking on
    /// processors that are idle is not in it. `None` where a collection's CPU time is not known.
    pub gc_cpu: Option<Bracket>,
    /// The most bytes that are mapped at one time; the upper end is what to make room for.
    pub peak: Option<Bracket>,
    /// Why the prediction is not to be relied on; empty where it is.
    pub unsure: Vec<Unsure>,
}

/// Tells what a setting would do to a program that was measured under another.
#[must_use]
pub fn predict(program: &Program, setting: Setting) -> Prediction {
    let usual = program.goal(program.mean_live(), setting);
    let largest = program.goal(program.most_live(), setting);
    let Some((usual, largest)) = usual.zip(largest) else {
        return Prediction::never_collected(setting);
    };
    let gc_per_second = cycle::per_second(program, &usual);
    let gc_cpu = gc_per_second.and_then(|rate| cost::share(program, &usual, rate));
    let mut unsure = reasons(program, &usual, &largest);
    unsure.extend(limiter(program, gc_cpu));
    let limit = setting.memory_limit;
    Prediction {
        setting,
        heap_goal: Some(usual.bytes as u64),
        bound: Some(usual.bound),
        effective_gogc: Some(effective_gogc(program, program.mean_live(), &usual)),
        gc_per_second,
        gc_cpu,
        peak: Some(peak::peak(
            program,
            &usual,
            &largest,
            limit,
            unsure.is_empty(),
        )),
        unsure,
    }
}

impl Prediction {
    /// GOGC=off without a limit.
    fn never_collected(setting: Setting) -> Self {
        Self {
            setting,
            heap_goal: None,
            bound: None,
            effective_gogc: None,
            gc_per_second: None,
            gc_cpu: None,
            peak: None,
            unsure: Vec::new(),
        }
    }
}
