//! The labels of series of many shapes, sizes and lengths. They are what the rules of today say, letter by letter: where a
//! threshold moves on purpose, `LABELS=print cargo test -p heapwise-stats --test labels -- --nocapture` prints the new table.
#![allow(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a table"
)]

#[allow(dead_code, reason = "other tests draw profiles")]
mod draws;

use draws::Random;
use heapwise_stats::{
    Confidence, LevelLabel, LevelRecord, LevelSampling, LevelSeries, LifeCounts, Quantity,
    SamplingRate, TrendLabel, classify_even_trend, level_trend,
};

/// What of a change is there after a part of the time.
type Part = fn(f64) -> f64;

const SHAPES: [(&str, Part); 9] = [
    ("flat", |_| 0.0),
    ("line", |at| at),
    ("step", |at| if at < 0.45 { 0.0 } else { 1.0 }),
    ("late step", |at| if at < 0.8 { 0.0 } else { 1.0 }),
    ("warm-up", |at| (at / 0.4).min(1.0)),
    ("late ramp", |at| ((at - 0.5) / 0.5).max(0.0)),
    ("bend", |at| at.sqrt()),
    (
        "spike",
        |at| if (0.4..0.55).contains(&at) { 1.0 } else { 0.0 },
    ),
    ("saw", |at| at * 3.0 % 1.0),
];
const LEVELS: [f64; 3] = [8.0, 60.0, 3000.0];
const CHANGES: [f64; 8] = [-0.7, -0.25, 0.08, 0.2, 0.35, 0.6, 1.2, 4.0];
const NOISES: [f64; 3] = [0.0, 0.6, 1.5];
const LENGTHS: [usize; 5] = [2, 4, 5, 11, 30];

/// One row of letters for each shape, level and noise.
fn rows(letter: impl Fn(&[f64]) -> char) -> Vec<String> {
    let mut rows = Vec::new();
    for (name, shape) in SHAPES {
        for level in LEVELS {
            for noise in NOISES {
                let mut random = Random(7);
                let mut row = format!("{name} {level} {noise} ");
                for change in CHANGES {
                    for length in LENGTHS {
                        let counts: Vec<f64> = (0..length)
                            .map(|at| {
                                let part = shape(at as f64 / (length - 1) as f64);
                                let count = level * (1.0 + change * part);
                                let sway = 2.0 * random.unit() - 1.0;
                                (count + noise * sway * count.sqrt()).max(0.0).round()
                            })
                            .collect();
                        row.push(letter(&counts));
                    }
                }
                rows.push(row);
            }
        }
    }
    rows
}

fn check(found: &[String], golden: &str) {
    if std::env::var_os("LABELS").is_some() {
        println!("{}", found.join("\n"));
        return;
    }
    let expected: Vec<&str> = golden.lines().collect();
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert_eq!(found, expected);
    }
}

#[test]
fn counts_have_the_labels_of_the_table() {
    let letter = |counts: &[f64]| match classify_even_trend(counts).unwrap().label {
        TrendLabel::Growing => 'G',
        TrendLabel::Stepped => 'T',
        TrendLabel::Stable => '.',
        TrendLabel::Fluctuating => '~',
        TrendLabel::Shrinking => 'S',
        TrendLabel::Rose => 'r',
        TrendLabel::Fell => 'f',
        _ => '?',
    };
    check(&rows(letter), include_str!("labels/counts.txt"));
}

#[test]
fn levels_have_the_labels_of_the_table() {
    let letter = |counts: &[f64]| {
        let times = (0..counts.len()).map(|at| at as f64).collect();
        let series = LevelSeries::new(
            times,
            counts.to_vec(),
            LevelSampling::Exact,
            Quantity::Bytes,
        );
        letter_of(level_trend(&series.unwrap(), Confidence::default()).label)
    };
    check(&rows(letter), include_str!("labels/levels.txt"));
}

fn letter_of(label: LevelLabel) -> char {
    match label {
        LevelLabel::Growing => 'G',
        LevelLabel::Rose => 'r',
        LevelLabel::Stepped => 'T',
        LevelLabel::WarmingUp => 'w',
        LevelLabel::Fluctuating => '~',
        LevelLabel::Fell => 'f',
        LevelLabel::Shrinking => 'S',
        LevelLabel::Stable => '.',
        _ => '?',
    }
}

/// Counts as sampled blocks in use, of which a part is replaced between two snapshots.
fn sampled(counts: &[f64], replaced: f64) -> LevelSeries {
    const SIZE: u64 = 65_536;
    let rate = SamplingRate::new(524_288).unwrap();
    let scale = SIZE as f64 / (1.0 - (-(SIZE as f64) / 524_288.0).exp());
    let (mut allocated, mut before) = (0, 0);
    let lives = counts.iter().map(|&count| {
        let in_use = count as u64;
        let gone = (replaced * before as f64) as u64;
        allocated += in_use.saturating_sub(before) + gone;
        before = in_use;
        LifeCounts::new(allocated, in_use)
    });
    let records = vec![LevelRecord::new(SIZE, lives.collect())];
    let times = (0..counts.len()).map(|at| at as f64).collect();
    let values = counts.iter().map(|count| count * scale).collect();
    let sampling = LevelSampling::Sampled(rate, records);
    LevelSeries::new(times, values, sampling, Quantity::Bytes).unwrap()
}

#[test]
fn sampled_levels_have_the_labels_of_the_table() {
    let letter =
        |counts: &[f64]| letter_of(level_trend(&sampled(counts, 0.1), Confidence::default()).label);
    check(&rows(letter), include_str!("labels/sampled.txt"));
}
