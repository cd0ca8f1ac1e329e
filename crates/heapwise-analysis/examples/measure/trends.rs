//! What series of counts are called that leak, and that do not.

use heapwise_analysis::stats::{TrendLabel, classify_even_trend};

use super::Effort;
use super::draws::Random;
use super::report::{Report, Tally};

/// At most this part of the series of a kind that does not grow is called growing,
const FALSE: f64 = 0.05;
/// the same of steps of two to five standard deviations of the load, of which the series shows little,
const FALSE_OF_SMALL: f64 = 0.08;
/// and at least this part of the leaks.
const FOUND: f64 = 0.65;
const SEED: u64 = 77;

/// A kind of series: its level at each snapshot, from which the load departs.
type Kind = fn(&mut Random, usize, f64) -> Vec<f64>;

const STEADY: [(&str, Kind); 10] = [
    ("steady", steady),
    ("noisy step", step),
    ("small noisy step", small_step),
    ("decaying spike", spike),
    ("slowly decaying small spike", small_spike),
    ("slow sawtooth", sawtooth),
    ("sawtooth longer than the series", long_sawtooth),
    ("warm-up", warm_up),
    ("batches", batches),
    ("two steps", two_steps),
];
const LEAKS: [(&str, Kind); 4] = [
    ("linear leak", linear),
    ("late leak", late),
    ("strong late leak", strong_late),
    ("leak under a sawtooth", linear_on_sawtooth),
];

/// Measures all kinds at several lengths.
pub(super) fn labels(effort: Effort, report: &mut Report) {
    let times = match effort {
        Effort::All => 2000,
        Effort::Quick => 200,
    };
    for (name, kind) in STEADY {
        for length in [5, 8, 12, 20] {
            let growing = growing(kind, length, times);
            let what = format!("{name}, {length} snapshots, called growing");
            match name {
                // Where only its rise was seen nothing tells it from a leak.
                "sawtooth longer than the series" => report.share(what, growing),
                "small noisy step" => report.at_most(what, growing, FALSE_OF_SMALL),
                _ => report.at_most(what, growing, FALSE),
            }
        }
    }
    for (name, kind) in LEAKS {
        for length in [5, 8, 12, 20] {
            let found = growing(kind, length, times);
            let what = format!("{name}, {length} snapshots, called growing");
            if length < 8 {
                report.share(what, found);
            } else {
                report.at_least(what, found, FOUND);
            }
        }
    }
}

fn growing(kind: Kind, length: usize, times: u32) -> Tally {
    let mut random = Random(SEED);
    let mut tally = Tally::default();
    for _ in 0..times {
        let base = 20.0 * 25_f64.powf(random.unit());
        let levels = kind(&mut random, length, base);
        let counts: Vec<f64> = levels
            .iter()
            .map(|&level| random.poisson(level) as f64)
            .collect();
        let label = classify_even_trend(&counts).map(|trend| trend.label);
        tally.count(label == Some(TrendLabel::Growing));
    }
    tally
}

/// A change worth 5 to 20 standard deviations of the load.
fn change(random: &mut Random, base: f64) -> f64 {
    (5.0 + 15.0 * random.unit()) * base.sqrt()
}

fn series(length: usize, level: impl Fn(f64) -> f64) -> Vec<f64> {
    (0..length).map(|at| level(at as f64)).collect()
}

fn steady(_: &mut Random, length: usize, base: f64) -> Vec<f64> {
    series(length, |_| base)
}

fn step(random: &mut Random, length: usize, base: f64) -> Vec<f64> {
    let at = (0.15 + 0.7 * random.unit()) * length as f64;
    let jump = change(random, base);
    series(length, |time| if time < at { base } else { base + jump })
}

fn small_step(random: &mut Random, length: usize, base: f64) -> Vec<f64> {
    let at = (0.15 + 0.7 * random.unit()) * length as f64;
    let jump = (2.0 + 3.0 * random.unit()) * base.sqrt();
    series(length, |time| if time < at { base } else { base + jump })
}

fn two_steps(random: &mut Random, length: usize, base: f64) -> Vec<f64> {
    let at = (0.15 + 0.4 * random.unit()) * length as f64;
    let (up, down) = (change(random, base), 0.5 + 0.5 * random.unit());
    let until = at + (0.2 + 0.3 * random.unit()) * length as f64;
    series(length, |time| {
        let is_up = f64::from(u8::from(time >= at));
        let is_over = f64::from(u8::from(time >= until));
        base + up * (is_up - down * is_over)
    })
}

fn spike(random: &mut Random, length: usize, base: f64) -> Vec<f64> {
    let at = (random.unit() * length as f64).floor();
    let jump = change(random, base);
    let left = 0.4 + 0.45 * random.unit();
    series(length, |time| {
        if time < at {
            base
        } else {
            base + jump * left.powf(time - at)
        }
    })
}

fn small_spike(random: &mut Random, length: usize, base: f64) -> Vec<f64> {
    let at = (0.15 + 0.7 * random.unit()) * length as f64;
    let jump = (3.0 + 7.0 * random.unit()) * base.sqrt();
    let pace = (0.2 + 0.4 * random.unit()) * length as f64;
    series(length, |time| {
        let since = time - at;
        let left = if since < 0.0 {
            0.0
        } else {
            (-since / pace).exp()
        };
        base + jump * left
    })
}

fn long_sawtooth(random: &mut Random, length: usize, base: f64) -> Vec<f64> {
    let period = (0.9 + 0.4 * random.unit()) * length as f64;
    let (phase, height) = (random.unit(), change(random, base));
    series(length, |time| {
        base + height * (time / period + phase).fract()
    })
}

fn sawtooth(random: &mut Random, length: usize, base: f64) -> Vec<f64> {
    let period = (0.4 + 0.5 * random.unit()) * length as f64;
    let (phase, height) = (random.unit(), change(random, base));
    series(length, |time| {
        base + height * (time / period + phase).fract()
    })
}

fn warm_up(random: &mut Random, length: usize, base: f64) -> Vec<f64> {
    let pace = (0.08 + 0.12 * random.unit()) * length as f64;
    let height = change(random, base);
    series(length, |time| base + height * (1.0 - (-time / pace).exp()))
}

fn batches(random: &mut Random, length: usize, base: f64) -> Vec<f64> {
    let height = change(random, base);
    (0..length)
        .map(|_| base + if random.unit() < 0.4 { height } else { 0.0 })
        .collect()
}

fn linear(random: &mut Random, length: usize, base: f64) -> Vec<f64> {
    let height = change(random, base);
    series(length, |time| base + height * time / (length - 1) as f64)
}

fn late(random: &mut Random, length: usize, base: f64) -> Vec<f64> {
    let height = change(random, base);
    ramp_from(0.3 + 0.3 * random.unit(), height, length, base)
}

fn strong_late(random: &mut Random, length: usize, base: f64) -> Vec<f64> {
    let height = 2.0 * change(random, base);
    ramp_from(0.3 + 0.3 * random.unit(), height, length, base)
}

fn ramp_from(part: f64, height: f64, length: usize, base: f64) -> Vec<f64> {
    let last = (length - 1) as f64;
    let from = part * last;
    series(length, |time| {
        base + height * ((time - from) / (last - from)).max(0.0)
    })
}

fn linear_on_sawtooth(random: &mut Random, length: usize, base: f64) -> Vec<f64> {
    let height = change(random, base);
    let (phase, period) = (random.unit(), 2.0 + random.unit());
    series(length, |time| {
        let tooth = 0.25 * height * (time / period + phase).fract();
        base + height * time / (length - 1) as f64 + tooth
    })
}
