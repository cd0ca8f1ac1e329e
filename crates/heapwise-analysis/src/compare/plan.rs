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

    #[test]
    fn numbers_are_rounded_down_to_ones_that_are_read_easily() {
        for (wanted, read) in [
            (1.0, 1),
            (1.9, 1),
            (2.0, 2),
            (2.9, 2),
            (3.0, 3),
            (4.9, 3),
            (5.0, 5),
            (9.9, 5),
            (10.0, 10),
            (29.0, 20),
            (449.0, 300),
            (99_999.0, 50_000),
            (1e9, 1_000_000_000),
        ] {
            assert_eq!(rounded(wanted), read, "{wanted}");
        }
    }

    #[test]
    fn a_trial_says_whether_anything_is_allocated() {
        assert!(!trial(1.0, 0.0, 0.0).allocates());
        assert!(trial(1.0, 8.0, 0.0).allocates() && trial(1.0, 0.0, 1.0).allocates());
        assert_eq!(trial(7.0, 8.0, 1.0).nanos_per_op(), 7.0);
        for (nanos, bytes, objects) in [
            (-1.0, 0.0, 0.0),
            (0.0, f64::INFINITY, 0.0),
            (0.0, 0.0, -1.0),
        ] {
            assert_eq!(Trial::new(nanos, bytes, objects), None);
        }
        assert_eq!(aim(0, 0.1).runs, 1);
    }

    #[test]
    fn recording_slows_by_what_its_samples_cost() {
        // A sample of every 512 bytes, but not more than there are blocks, each a tenth of the operation.
        assert_eq!(slowed(&trial(1000.0, 1024.0, 4.0), 512.0, 100.0), 0.2);
        assert_eq!(slowed(&trial(1000.0, 1024.0, 4.0), 1.0, 100.0), 0.4);
        assert_eq!(slowed(&trial(1000.0, 0.0, 0.0), 1.0, 100.0), 0.0);
    }

    #[test]
    fn the_rate_is_the_coarsest_power_of_two_that_shows_the_change() {
        let rate = |bytes: [f64; 2], iterations, runs| {
            let sides = bytes.map(|bytes| trial(100.0, bytes, 1.0));
            rate_that_shows(sides, iterations, &aim(runs, 0.1))
        };
        let judgement = Judgement::new(Confidence::default(), 20, 0);
        let needed = judgement.samples_needed(-0.1).unwrap();
        // A tenth of all bytes, of the side that has fewer.
        let all = |rate: f64| (rate * needed * 10.0).ceil();
        assert_eq!(rate([all(512.0), 1e12], 1, 1), 512.0);
        assert_eq!(rate([1e12, all(1023.0)], 1, 1), 512.0);
        assert_eq!(rate([all(1024.0), all(1024.0)], 1, 1), 1024.0);
        assert_eq!(rate([all(64.0); 2], 4, 2), 512.0);
        // Never coarser than is usual, and of less than 64 bytes every block.
        assert_eq!(rate([all(1e9); 2], 1, 1), 524_288.0);
        assert_eq!(rate([all(64.0); 2], 1, 1), 64.0);
        assert_eq!(rate([all(63.0); 2], 1, 1), 1.0);
        // A side without bytes says nothing.
        assert_eq!(rate([0.0, all(512.0)], 1, 1), 512.0);
    }

    #[test]
    fn recording_every_block_is_worth_twice_the_time() {
        // One block in an operation of 1 microsecond, of which nothing but a fine rate shows the change.
        let sides = [trial(1000.0, 1024.0, 1.0); 2];
        let of = |nanos: f64| plan_profile(sides, 100_000, Some(nanos), &aim(10, 0.1));
        // Ten runs without profiling and five that take three times as long are no more than twice ten.
        for (nanos, rate_is_one, runs, apart) in [
            (1010.0, true, 10, false),
            (1020.0, true, 10, false),
            (1030.0, true, 5, true),
            (2990.0, true, 5, true),
        ] {
            let plan = of(nanos);
            assert_eq!(
                (plan.rate == 1, plan.runs, plan.timed_apart),
                (rate_is_one, runs, apart),
                "{nanos}"
            );
        }
        assert!(of(9000.0).rate > 1, "{:?}", of(9000.0));
        // What it costs where nothing is allocated, or was not measured, is assumed.
        let unknown = plan_profile(sides, 100_000, None, &aim(10, 0.1));
        assert_eq!(unknown, of(2000.0));
        let many = plan_profile(sides, 100_000, Some(1030.0), &aim(30, 0.1));
        assert_eq!(many.runs, 15);
        let few = plan_profile(sides, 100_000, Some(1030.0), &aim(3, 0.1));
        assert_eq!(few.runs, 3);
    }
}
