//! Levels of simulated processes, sampled as Go samples: how often a rate's interval holds the truth, and how often
//! what does not grow is called growing.
//!
//! `REPETITIONS=2000 cargo test -p heapwise-stats --release --test levels -- --nocapture` prints the table.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a measurement"
)]

#[allow(dead_code, reason = "other tests draw profiles")]
mod draws;

use draws::Random;
use heapwise_stats::{
    Confidence, LevelLabel, LevelRecord, LevelSampling, LevelSeries, LevelTrend, LifeCounts,
    Quantity, SamplingRate, level_trend,
};

const MB: f64 = 1048576.0;
const RATE: u64 = 512 * 1024;
const BLOCK: u64 = 4096;

/// What the true level of a process does. Megabytes and windows.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Static,
    Cache,
    WarmUp,
    Leak(f64),
    LeakInChurn(f64),
    LateLeak(f64),
    Sawtooth,
    Wandering,
    Step,
    RandomWalk,
}

use Kind::{
    Cache, LateLeak, Leak, LeakInChurn, RandomWalk, Sawtooth, Static, Step, Wandering, WarmUp,
};

const KINDS: [Kind; 13] = [
    Static,
    Cache,
    WarmUp,
    Leak(0.5),
    Leak(1.0),
    Leak(5.0),
    LeakInChurn(1.0),
    LeakInChurn(5.0),
    LateLeak(5.0),
    Sawtooth,
    Wandering,
    Step,
    RandomWalk,
];

impl Kind {
    /// True levels in bytes, the part replaced in each window, and the true rate, where there is one.
    fn levels(self, count: usize, random: &mut Random) -> (Vec<f64>, f64, Option<f64>) {
        let last = (count - 1) as f64;
        let mut walk = 100.0;
        let mut wander = random.normal();
        let phase = random.unit() * 5.0;
        let at_step = (0.3 + 0.4 * random.unit()) * last;
        let start = 0.55 * last;
        let mut level = |at: usize| {
            let time = at as f64;
            match self {
                Static | Cache => 100.0,
                WarmUp => 5.0 + 95.0 * (1.0 - (-6.0 * time / last).exp()),
                Leak(rate) => 20.0 + rate * time,
                LeakInChurn(rate) => 100.0 + rate * time,
                LateLeak(rate) => 20.0 + rate * (time - start).max(0.0),
                Sawtooth => 20.0 + 8.0 * ((time + phase) % 5.0),
                Wandering => {
                    wander = 0.7 * wander + 0.714 * random.normal();
                    (100.0 + 15.0 * wander).max(5.0)
                }
                Step => {
                    if time < at_step {
                        50.0
                    } else {
                        80.0
                    }
                }
                RandomWalk => {
                    walk = f64::max(walk + 5.0 * random.normal(), 5.0);
                    walk
                }
            }
        };
        let levels = (0..count).map(|at| level(at) * MB).collect();
        let (replaced, rate) = match self {
            Static => (0.0, Some(0.0)),
            Cache => (0.5, Some(0.0)),
            Leak(rate) => (0.0, Some(rate)),
            LeakInChurn(rate) => (0.3, Some(rate)),
            LateLeak(rate) => (0.0, Some(rate)),
            WarmUp | Step => (0.1, None),
            Wandering | Sawtooth | RandomWalk => (0.2, Some(0.0)),
        };
        (levels, replaced, rate)
    }
}

fn sampled(levels: &[f64], (replaced, garbage): (f64, f64), random: &mut Random) -> LevelSeries {
    let size = BLOCK as f64;
    let chance = 1.0 - (-size / RATE as f64).exp();
    let mut alive = random.poisson(levels[0] / size * chance);
    let mut allocated = alive + random.poisson(100.0);
    let mut counts = vec![LifeCounts::new(allocated, alive)];
    for pair in levels.windows(2) {
        let change = pair[1] - pair[0];
        let gone = replaced * pair[0] + (-change).max(0.0);
        let part = (gone / pair[0]).min(1.0);
        let died = (0..alive).filter(|_| random.unit() < part).count() as u64;
        let born = random.poisson((replaced * pair[0] + change.max(0.0)) / size * chance);
        let garbage = random.poisson(garbage);
        alive = alive - died + born;
        allocated += born + garbage;
        counts.push(LifeCounts::new(allocated, alive));
    }
    let values = counts
        .iter()
        .map(|count| count.in_use() as f64 * size / chance)
        .collect();
    let times = (0..levels.len()).map(|at| at as f64).collect();
    let records = vec![LevelRecord::new(BLOCK, counts)];
    let sampling = LevelSampling::Sampled(SamplingRate::new(RATE).unwrap(), records);
    LevelSeries::new(times, values, sampling, Quantity::Bytes).unwrap()
}

#[derive(Default)]
struct Tally {
    labels: [usize; 8],
    /// Surely growing, alone and among fifty.
    alone: usize,
    sure: usize,
    covered: usize,
    scored: usize,
    width: f64,
}

fn measure(kind: Kind, count: usize, repetitions: usize) -> Tally {
    let mut random = Random(count as u64 * 1000 + format!("{kind:?}").len() as u64);
    let mut tally = Tally::default();
    for _ in 0..repetitions {
        let (levels, replaced, truth) = kind.levels(count, &mut random);
        let garbage = if replaced > 0.0 { 20.0 } else { 0.0 };
        let series = sampled(&levels, (replaced, garbage), &mut random);
        let trend: LevelTrend = level_trend(&series, Confidence::default());
        tally.labels[trend.label as usize] += 1;
        let is_growing = trend.label == LevelLabel::Growing;
        tally.alone += usize::from(is_growing && !trend.tentative && trend.p_growth < 0.05);
        tally.sure += usize::from(is_growing && !trend.tentative && trend.p_growth < 0.05 / 50.0);
        let is_late = matches!(kind, LateLeak(_));
        if let Some(truth) = truth.filter(|_| !is_late || is_growing) {
            tally.scored += 1;
            let truth = truth * MB;
            let (low, high) = (trend.rate.low.unwrap(), trend.rate.high.unwrap());
            tally.covered += usize::from(low <= truth && truth <= high);
            tally.width += (high - low) / MB / 2.0;
        }
    }
    tally
}

#[test]
fn rates_hold_the_truth_and_what_does_not_grow_is_not_called_so() {
    let repetitions = std::env::var("REPETITIONS").ok();
    let repetitions = repetitions
        .and_then(|text| text.parse().ok())
        .unwrap_or(100);
    println!("labels: growing rose stepped warming fluctuating fell shrinking stable, per cent");
    for count in [3, 5, 8, 12, 20, 40] {
        for kind in KINDS {
            let tally = measure(kind, count, repetitions);
            print(kind, count, &tally, repetitions);
            check(kind, count, &tally, repetitions);
        }
    }
}

fn part(number: usize, of: usize) -> f64 {
    100.0 * number as f64 / of.max(1) as f64
}

fn print(kind: Kind, count: usize, tally: &Tally, repetitions: usize) {
    let labels = tally.labels.iter();
    let labels: Vec<String> = labels
        .map(|&number| format!("{:3.0}", part(number, repetitions)))
        .collect();
    println!(
        "{count:3} {:18} {}  sure {:3.0}, among 50 {:3.0}  rate {:5.1} of {:4}, +-{:.2} MB",
        format!("{kind:?}"),
        labels.join(" "),
        part(tally.alone, repetitions),
        part(tally.sure, repetitions),
        part(tally.covered, tally.scored),
        tally.scored,
        tally.width / tally.scored.max(1) as f64
    );
}

/// With room for the noise of a hundred repetitions.
fn check(kind: Kind, count: usize, tally: &Tally, repetitions: usize) {
    if count < 5 {
        return;
    }
    let sure = part(tally.alone, repetitions);
    let is_short = count < 8;
    let (most, least) = match kind {
        Static | Cache | WarmUp | Step => (3.0, 0.0),
        Wandering | RandomWalk => (6.0, 0.0),
        Sawtooth => (if is_short { 25.0 } else { 3.0 }, 0.0),
        Leak(5.0) => (100.0, 95.0),
        Leak(1.0) => (100.0, if is_short { 35.0 } else { 78.0 }),
        LateLeak(_) => (100.0, if count < 12 { 0.0 } else { 95.0 }),
        Leak(_) | LeakInChurn(_) => (100.0, 0.0),
    };
    assert!(
        (least..=most).contains(&sure),
        "{count} {kind:?}: {sure}% growing"
    );
    let is_hard = is_short && matches!(kind, Sawtooth | LateLeak(_));
    let covered = part(tally.covered, tally.scored);
    assert!(
        is_hard || tally.scored == 0 || covered >= 87.0,
        "{count} {kind:?}: {covered}% covered"
    );
}
