//! Which settings suit a container.

use super::goal::{Bound, HEADROOM, MIB};
use super::prediction::{Prediction, predict};
use super::program::Program;
use super::setting::Setting;
use super::unsure::{DANGEROUS, Unsure};

/// What settings are to be found for.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Request {
    /// Bytes that the container may use.
    pub container: u64,
    /// Bytes of it to leave free: page cache, what is not Go's and grows, what predictions are off by.
    pub margin: u64,
    /// The part of all processors' time, above 0 and up to 1, that the collector may take.
    pub cpu_budget: f64,
}

impl Request {
    /// A container, what to leave free of it, and what the collector may take.
    #[must_use]
    pub fn new(container: u64, margin: u64, cpu_budget: f64) -> Self {
        Self {
            container,
            margin,
            cpu_budget,
        }
    }
}

/// Whether a program has room in a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fit {
    /// The collector stays within its budget.
    Fits,
    /// It runs, but the collector takes more than its budget. Not told without a rate and a cost of collections.
    Tight,
    /// The limit would be near or under what is live: the collector would run all the time.
    TooSmall,
}

impl Fit {
    /// What programs know it by.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Fit::Fits => "fits",
            Fit::Tight => "tight",
            Fit::TooSmall => "too_small",
        }
    }
}

/// What speaks against GOGC=off with a limit.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Caution {
    /// The live heap was not steady: what it grows by comes out of the room.
    LiveVaries {
        /// The least bytes that a collection left.
        least: u64,
        /// The most.
        most: u64,
    },
    /// The live heap was seen less than five times, so that it is not known whether it swings or grows.
    LiveSeldomSeen {
        /// How often.
        times: u32,
    },
    /// The limit leaves little room.
    LittleRoom {
        /// What GOGC would give it, in percent.
        effective_gogc: f64,
    },
}

impl Caution {
    /// What programs know it by.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Caution::LiveVaries { .. } => "live_varies",
            Caution::LiveSeldomSeen { .. } => "live_seldom_seen",
            Caution::LittleRoom { .. } => "little_room",
        }
    }
}

/// Settings for a container.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Proposal {
    /// What was asked.
    pub request: Request,
    /// The largest memory limit that the container allows: without what is not Go's, and the margin. 0 where these
    /// are all of it.
    pub memory_limit: u64,
    /// The least memory limit with which the collector keeps to its budget; `None` without an allocation rate, a
    /// collection's share of CPU time.
    pub least_limit: Option<u64>,
    /// The container that this needs.
    pub least_container: Option<u64>,
    /// Whether there is room.
    pub fit: Fit,
    /// Bytes that the largest live heap may still grow by before the limit leaves less than a GOGC of 10 would.
    pub live_left: u64,
    /// What speaks against GOGC=off.
    pub cautions: Vec<Caution>,
    /// The settings, the one to take first.
    pub settings: Vec<Prediction>,
}

/// Finds settings for a container.
#[must_use]
pub fn propose(program: &Program, request: Request) -> Proposal {
    let taken = program.non_go().saturating_add(request.margin);
    let memory_limit = floor_to_mib(request.container.saturating_sub(taken));
    let least_limit = least_limit(program, request.cpu_budget);
    let off = predict(program, Setting::new(None, Some(memory_limit)));
    let cautions = cautions(program, &off);
    let backed = predict(program, largest_gogc(program, memory_limit));
    let settings = match cautions.is_empty() {
        true => vec![off.clone(), backed],
        false => vec![backed, off.clone()],
    };
    Proposal {
        request,
        memory_limit,
        least_limit,
        least_container: least_limit.map(|limit| limit.saturating_add(taken)),
        fit: fit(&off, memory_limit, least_limit),
        live_left: live_left(program, memory_limit),
        cautions,
        settings,
    }
}

/// M ≥ N + (L + A c / (u P)) / 0.97: with so much room as makes A / room collections per second, each of c CPU seconds,
/// cost the part u of P processors; behind it the limit's headroom (`limit_goal` turned around).
fn least_limit(program: &Program, budget: f64) -> Option<u64> {
    let rate = program.allocation_rate()?.high;
    let room = rate * program.share_per_cycle()? / budget;
    let goal = program.most_live() + room;
    let limit = program.non_heap_under(goal) + (goal / (1.0 - HEADROOM)).max(goal + MIB);
    limit.is_finite().then_some(limit as u64)
}

fn fit(off: &Prediction, limit: u64, least: Option<u64>) -> Fit {
    let is_spiral = |reason: &Unsure| {
        matches!(
            reason,
            Unsure::NearLimit { .. } | Unsure::Limiter { .. } | Unsure::SmallRoom { .. }
        )
    };
    match least {
        _ if off.unsure.iter().any(is_spiral) => Fit::TooSmall,
        Some(least) if least > limit => Fit::Tight,
        _ => Fit::Fits,
    }
}

/// From G − L = (L + roots) × 10 % at the live heap to come.
fn live_left(program: &Program, limit: u64) -> u64 {
    let part = DANGEROUS / 100.0;
    let live = program.most_live();
    let setting = Setting::new(None, Some(limit));
    let Some(goal) = program
        .goal(live, setting)
        .filter(|goal| goal.bound == Bound::MemoryLimit)
    else {
        return 0;
    };
    let most = (goal.bytes - part * program.root_bytes()) / (1.0 + part);
    (most - live).max(0.0) as u64
}

/// How often the live heap is to be seen before it is called steady.
const ENOUGH: u32 = 5;

/// An effective GOGC under which a little growth of the live heap costs much: half of the usual.
const LITTLE: f64 = 50.0;

fn cautions(program: &Program, off: &Prediction) -> Vec<Caution> {
    let mut cautions = Vec::new();
    let range = program.live_range();
    if let Some(range) = range.filter(|_| program.is_wide()) {
        cautions.push(Caution::LiveVaries {
            least: range.low as u64,
            most: range.high as u64,
        });
    }
    let at_least = if range.is_some() { ENOUGH } else { 1 };
    let times = program.live_seen().unwrap_or(at_least);
    if times < ENOUGH {
        cautions.push(Caution::LiveSeldomSeen { times });
    }
    let little = off.effective_gogc.filter(|&gogc| gogc < LITTLE);
    cautions.extend(little.map(|effective_gogc| Caution::LittleRoom { effective_gogc }));
    cautions
}

/// Values of GOGC that people use.
const USUAL: [u32; 10] = [1000, 800, 600, 400, 300, 200, 150, 100, 75, 50];

/// The largest of the usual values with which the peak stays under the limit, which then is a backstop only; where
/// there is none, the value that the program has.
fn largest_gogc(program: &Program, limit: u64) -> Setting {
    let fits = |gogc: &u32| {
        let peak = predict(program, Setting::new(Some(*gogc), None)).peak;
        peak.is_some_and(|peak| peak.high <= limit as f64)
    };
    let own = program.setting().gogc.unwrap_or(100);
    let gogc = USUAL.into_iter().find(fits).unwrap_or(own);
    Setting::new(Some(gogc), Some(limit))
}

fn floor_to_mib(bytes: u64) -> u64 {
    bytes & !((1 << 20) - 1)
}

#[cfg(test)]
mod tests {
    use super::{Caution, Fit, Request, least_limit, propose};
    use crate::gc::tune::Program;

    /// 100 MiB live, 23.5 MiB besides of which none grows, 400 MiB/s, 4 processors, 20 ms a collection.
    fn program() -> Program {
        Program::new(100 << 20, (3 << 20) + (1 << 19))
            .with_live_range(98 << 20, 104 << 20)
            .with_allocation_rate(400.0 * 1048576.0)
            .with_processors(4)
            .with_cpu_per_cycle(0.020, Some(0.0))
    }

    #[test]
    fn the_least_limit_is_that_of_the_formula() {
        // Room: 400 × 0.020 / (0.05 × 4) = 40 MiB; (104 + 40) / 0.97 + 3.5.
        let expected = (144.0 / 0.97 + 3.5) * 1048576.0;
        let found = least_limit(&program(), 0.05).expect("all is known");
        assert!((found as f64 - expected).abs() < 2.0);
        assert_eq!(least_limit(&Program::new(1, 1), 0.05), None);
    }

    #[test]
    fn a_container_with_room_takes_the_limit_alone() {
        let found = propose(&program(), Request::new(400 << 20, 20 << 20, 0.05));
        assert_eq!(found.memory_limit, 380 << 20);
        assert_eq!((found.fit, found.cautions.len()), (Fit::Fits, 0));
        assert_eq!(found.settings[0].setting.gogc, None);
        assert_eq!(found.settings[1].setting.gogc, Some(200));
        // (0.97 × 376.5) / 1.1 − 104 MiB.
        let left = (0.97 * 376.5 / 1.1 - 104.0) * 1048576.0;
        assert!((found.live_left as f64 - left).abs() < 2.0);
    }

    #[test]
    fn a_small_container_is_called_so() {
        let near = propose(&program(), Request::new(114 << 20, 0, 0.05));
        assert_eq!((near.fit, near.live_left), (Fit::TooSmall, 0));
        let tight = propose(&program(), Request::new(140 << 20, 0, 0.05));
        assert_eq!(tight.fit, Fit::Tight);
        assert!(matches!(tight.cautions[..], [Caution::LittleRoom { .. }]));
        let none = propose(&program(), Request::new(10 << 20, 20 << 20, 0.05));
        assert_eq!((none.fit, none.memory_limit), (Fit::TooSmall, 0));
    }

    #[test]
    fn a_live_heap_that_was_seldom_seen_or_swings_keeps_gogc() {
        let once = Program::new(100 << 20, 4 << 20);
        let found = propose(&once, Request::new(400 << 20, 0, 0.05));
        assert_eq!(found.cautions, [Caution::LiveSeldomSeen { times: 1 }]);
        assert!(found.settings[0].setting.gogc.is_some());
        let swings = program().with_live_range(80 << 20, 140 << 20);
        let found = propose(&swings, Request::new(400 << 20, 0, 0.05));
        assert!(matches!(found.cautions[..], [Caution::LiveVaries { .. }]));
    }
}
