//! How benchmarks are to be run so that a change of a given size shows: iterations, sampling rate, number of runs.

use heapwise_stats::{Confidence, Judgement};

/// What a short run showed of a benchmark.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trial {
    nanos_per_op: f64,
    bytes_per_op: f64,
    objects_per_op: f64,
}

impl Trial {
    /// `None` where a number is not finite or below 0.
    pub fn new(nanos_per_op: f64, bytes_per_op: f64, objects_per_op: f64) -> Option<Trial> {
        let all = [nanos_per_op, bytes_per_op, objects_per_op];
        let is_usable = all.iter().all(|value| value.is_finite() && *value >= 0.0);
        is_usable.then_some(Trial {
            nanos_per_op,
            bytes_per_op,
            objects_per_op,
        })
    }

    /// What an operation took.
    pub fn nanos_per_op(&self) -> f64 {
        self.nanos_per_op
    }

    /// Whether it allocates anything.
    pub fn allocates(&self) -> bool {
        self.objects_per_op > 0.0 || self.bytes_per_op > 0.0
    }
}

/// What runs are to show.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Aim {
    /// Runs of each side.
    pub runs: usize,
    /// The relative change that is to show, such as 0.1.
    pub detect: f64,
    /// At which confidence.
    pub confidence: Confidence,
}

impl Aim {
    /// A change of this size, in so many runs a side.
    pub fn new(runs: usize, detect: f64, confidence: Confidence) -> Aim {
        Aim {
            runs: runs.max(1),
            detect,
            confidence,
        }
    }
}

/// How the runs of a benchmark are profiled.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct ProfilePlan {
    /// Bytes between two samples; 1 records every block.
    pub rate: u64,
    /// Profiled runs of each side.
    pub runs: usize,
    /// Whether time is taken from runs of their own, because profiling would slow it.
    pub timed_apart: bool,
}

/// What a run has at most, as in Go (`testing/benchmark.go`: `predictN`).
const MOST_ITERATIONS: f64 = 1e9;

/// A site with this part of the bytes is to show the change.
const SHARE: f64 = 0.1;
/// Sites that are looked at beside it.
const ROWS: usize = 20;
/// The rate of `go test` itself.
const USUAL_RATE: f64 = 524_288.0;
/// With a finer rate than this most small blocks are recorded anyway.
const FINEST_RATE: f64 = 64.0;
/// Slower than by this part, and time is taken without profiling.
const SLOWED: f64 = 0.02;
/// To have no sampling error may take so many times as long.
const WORTH: f64 = 2.0;
/// So many runs say how much exact numbers vary.
const EXACT_RUNS: usize = 5;
/// What recording one block costs where it was not measured, in nanoseconds.
const USUAL_COST: f64 = 1_000.0;

/// The same number of iterations for both sides, so that the slower one takes about so long.
pub fn iterations(sides: [Trial; 2], run_nanos: f64) -> u64 {
    let slowest = sides
        .iter()
        .map(|side| side.nanos_per_op)
        .fold(0.0, f64::max);
    let wanted = run_nanos / slowest.max(1e-3);
    rounded(wanted.clamp(1.0, MOST_ITERATIONS))
}

/// To a number that people read easily: 1, 2, 3 or 5 and zeros.
fn rounded(wanted: f64) -> u64 {
    let power = 10_f64.powf(wanted.log10().floor());
    let steps = [5.0, 3.0, 2.0, 1.0];
    let step = steps
        .into_iter()
        .find(|step| step * power <= wanted * (1.0 + 1e-9));
    (step.unwrap_or(1.0) * power).round().max(1.0) as u64
}

/// How to profile both sides. `exact_nanos` is what an operation of the newer side took with every block recorded.
pub fn plan_profile(
    sides: [Trial; 2],
    iterations: u64,
    exact_nanos: Option<f64>,
    aim: &Aim,
) -> ProfilePlan {
    let [_, newer] = sides;
    let cost = exact_nanos
        .filter(|_| newer.objects_per_op > 0.0)
        .map_or(USUAL_COST, |exact| {
            ((exact - newer.nanos_per_op) / newer.objects_per_op).max(0.0)
        });
    let sampled = rate_that_shows(sides, iterations, aim);
    let slowed_at = |rate: f64| {
        let each = sides.iter().map(|side| slowed(side, rate, cost));
        each.fold(0.0, f64::max)
    };
    let plan = |rate: f64, runs: usize| ProfilePlan {
        rate: rate as u64,
        runs: if slowed_at(rate) > SLOWED {
            runs
        } else {
            aim.runs
        },
        timed_apart: slowed_at(rate) > SLOWED,
    };
    let time_of = |plan: &ProfilePlan| {
        let apart = if plan.timed_apart { aim.runs } else { 0 };
        apart as f64 + plan.runs as f64 * (1.0 + slowed_at(plan.rate as f64))
    };
    let exact = plan(1.0, EXACT_RUNS.max(aim.runs / 2).min(aim.runs));
    let sampled = plan(sampled, aim.runs);
    match time_of(&exact) <= WORTH * time_of(&sampled) {
        true => exact,
        false => sampled,
    }
}

/// By which part of itself recording samples at this rate slows an operation.
fn slowed(side: &Trial, rate: f64, cost: f64) -> f64 {
    let samples = (side.bytes_per_op / rate).min(side.objects_per_op);
    samples * cost / side.nanos_per_op.max(1e-3)
}

/// The rate at which the change shows at a site with a tenth of the bytes, in all runs together.
fn rate_that_shows(sides: [Trial; 2], iterations: u64, aim: &Aim) -> f64 {
    let bytes = sides
        .iter()
        .map(|side| side.bytes_per_op)
        .filter(|bytes| *bytes > 0.0);
    let least = bytes.fold(f64::INFINITY, f64::min);
    let judgement = Judgement::new(aim.confidence, ROWS, 0);
    let Some(needed) = judgement.samples_needed(-aim.detect.abs().min(0.99)) else {
        return USUAL_RATE;
    };
    let all = SHARE * least * iterations as f64 * aim.runs as f64;
    let wanted = (all / needed).min(USUAL_RATE);
    match wanted >= FINEST_RATE {
        // A power of two, as the usual one is.
        true => wanted.log2().floor().exp2(),
        false => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trial(nanos: f64, bytes: f64, objects: f64) -> Trial {
        Trial::new(nanos, bytes, objects).unwrap()
    }

    fn aim(runs: usize, detect: f64) -> Aim {
        Aim::new(runs, detect, Confidence::default())
    }

    #[test]
    fn iterations_fill_the_time_of_the_slower_side() {
        let sides = |one, two| [trial(one, 0.0, 0.0), trial(two, 0.0, 0.0)];
        assert_eq!(iterations(sides(1000.0, 500.0), 3e8), 300_000);
        assert_eq!(iterations(sides(500.0, 1200.0), 3e8), 200_000);
        assert_eq!(iterations(sides(5e9, 1.0), 3e8), 1);
        assert_eq!(iterations(sides(0.0, 0.0), 3e8), 1_000_000_000);
    }

    #[test]
    fn what_is_cheap_to_record_is_recorded_whole() {
        // One block in 100 microseconds.
        let sides = [trial(1e5, 4096.0, 1.0); 2];
        let plan = plan_profile(sides, 3000, Some(1.01e5), &aim(10, 0.1));
        assert_eq!((plan.rate, plan.runs, plan.timed_apart), (1, 10, false));
        let slower = plan_profile(sides, 3000, Some(1.5e5), &aim(10, 0.1));
        assert_eq!((slower.rate, slower.runs, slower.timed_apart), (1, 5, true));
    }

    #[test]
    fn what_is_not_is_sampled_so_finely_that_the_change_shows() {
        // Two blocks in 100 nanoseconds, each of which costs ten times that to record.
        let sides = [trial(100.0, 64.0, 2.0); 2];
        let plan = plan_profile(sides, 3_000_000, Some(2100.0), &aim(10, 0.1));
        assert!(plan.rate > 1 && plan.rate < 524_288, "{plan:?}");
        let coarse = plan_profile(sides, 3_000_000, Some(2100.0), &aim(10, 0.5));
        assert!(coarse.rate > plan.rate, "{coarse:?}");
        let needed = Judgement::new(Confidence::default(), ROWS, 0)
            .samples_needed(-0.1)
            .unwrap();
        let samples = 0.1 * 64.0 * 3e6 * 10.0 / plan.rate as f64;
        assert!(
            samples >= needed && samples < 2.0 * needed,
            "{samples} {needed}"
        );
    }

    #[test]
    fn nothing_allocated_needs_nothing() {
        let sides = [trial(100.0, 0.0, 0.0); 2];
        let plan = plan_profile(sides, 1000, None, &aim(10, 0.1));
        assert!(!plan.timed_apart);
        assert_eq!(plan.runs, 10);
        assert_eq!(Trial::new(f64::NAN, 0.0, 0.0), None);
    }
}
