//! Sites by exact counters of size classes beside a sample.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "captures are read from files"
)]

use std::path::Path;

use heapwise_analysis::gc::{Calibration, GcMoment, NotCalibrated};
use heapwise_analysis::stats::Confidence;
use heapwise_analysis::{Estimate, Granularity, RankOptions, Ranking, rank};
use heapwise_decode::{Limits, gc_snapshots};

/// A heap text: of each function how many blocks of which size were sampled, and how many bytes all are.
fn text(sites: &[(&str, u64, u64)], total: u64, num_gc: u64) -> String {
    let mut text = "heap profile: 0: 0 [1: 1] @ heap/1048576\n".to_owned();
    for (at, (name, size, count)) in sites.iter().enumerate() {
        // What is printed of a frame is the call, one before where it returns to.
        let address = 0x1000 + 16 * at;
        let call = address - 1;
        let bytes = size * count;
        text += &format!(
            "0: 0 [{count}: {bytes}] @ {address:#x}\n#\t{call:#x}\t{name}+0x1\t/main.go:1\n\n"
        );
    }
    text + &format!("\n# runtime.MemStats\n# TotalAlloc = {total}\n# NumGC = {num_gc}\n")
}

fn vars(classes: &[(u64, u64)], total: u64, num_gc: u64) -> String {
    let class = |(size, mallocs): &(u64, u64)| {
        format!(r#"{{"Size":{size},"Mallocs":{mallocs},"Frees":0}}"#)
    };
    let classes: Vec<String> = classes.iter().map(class).collect();
    let classes = classes.join(",");
    format!(
        r#"{{"cmdline": [], "memstats": {{"TotalAlloc":{total},"NumGC":{num_gc},"BySize":[{classes}]}}}}"#
    )
}

fn moment(bytes: &[u8], is_forced: bool) -> GcMoment {
    let snapshot = gc_snapshots(bytes, &Limits::default()).unwrap().remove(0);
    GcMoment::new(snapshot, 0).with_forced(is_forced.then_some(true))
}

fn ranking(bytes: &[u8]) -> Ranking {
    let options = RankOptions::new(Granularity::Functions);
    rank(bytes, &options, &Limits::default()).unwrap()
}

fn calibration(text: &[u8], vars: &[u8], is_forced: bool) -> Result<Calibration, NotCalibrated> {
    Calibration::new(
        &moment(text, is_forced),
        &moment(vars, false),
        &ranking(text),
    )
}

/// What the sample alone says of a function, and what counters make of it.
fn estimates(calibration: &Calibration, ranking: &Ranking, name: &str) -> (Estimate, Estimate) {
    let mut rows = ranking.rows.iter();
    let row = rows
        .find(|row| row.site.pprof_name() == name)
        .unwrap_or_else(|| unreachable!("{name} is in the profile"));
    let index = ranking.header.sample_index(Some("alloc_space")).unwrap();
    let sampled = ranking.flat_estimate(row, index, Confidence::default());
    let calibrated = calibration.estimate(&row.flat_blocks, Confidence::default());
    (sampled, calibrated.unwrap())
}

#[test]
fn a_class_of_one_size_is_divided_by_its_samples() {
    // 40 samples of 64 bytes stand for 40 · 64 / (1 - exp(-64/524288)) = 20 972 800 bytes; the counter says 25 000 000.
    let (total, size) = (25_000_000_u64, 64);
    let text = text(&[("main.a", size, 30), ("main.b", size, 10)], total, 500);
    let vars = vars(&[(size, total / size)], total, 500);
    let calibration = calibration(text.as_bytes(), vars.as_bytes(), true).unwrap();
    let ranking = ranking(text.as_bytes());
    let (sampled, calibrated) = estimates(&calibration, &ranking, "main.a");
    assert_eq!(calibrated.value, i128::from(total * 3 / 4));
    let weight = 64.0 / (1.0 - (-64.0_f64 / 524_288.0).exp());
    let close = |found: f64, expected: f64| {
        assert!(
            (found / expected - 1.0).abs() < 1e-3,
            "{found}, not {expected}"
        )
    };
    close(sampled.se.unwrap(), 30.0_f64.sqrt() * weight);
    // The class has total/weight samples to be expected, of which a share of 3/4 is told: sqrt(p (1-p) / n).
    let expected = total as f64 / weight;
    close(
        calibrated.se.unwrap(),
        total as f64 * (0.75 * 0.25 / expected).sqrt(),
    );
    assert_eq!(calibration.total(), Estimate::exact(i128::from(total)));
}

#[test]
fn classes_with_few_samples_are_joined_and_what_is_above_all_is_the_rest() {
    let sites = [
        ("main.a", 64, 12),
        ("main.a", 80, 6),
        ("main.b", 80, 6),
        ("main.c", 1024, 25),
        ("main.d", 32_768, 40),
    ];
    let counters = [(64, 100_000), (80, 78_000), (1024, 12_800)];
    let small: u64 = counters.iter().map(|(size, mallocs)| size * mallocs).sum();
    let total = small + 21_000_000;
    let text = text(&sites, total, 500);
    let vars = vars(&counters, total, 500);
    let calibration = calibration(text.as_bytes(), vars.as_bytes(), true).unwrap();
    assert_eq!(calibration.strata(), 3);
    let ranking = ranking(text.as_bytes());
    let of = |name| estimates(&calibration, &ranking, name).1.value;
    // Who is alone in a stratum has all of it.
    assert_eq!(of("main.c"), 1024 * 12_800);
    assert_eq!(of("main.d"), 21_000_000);
    // 18 of 24 samples in the classes of 64 and 80 bytes, which stand for as much each but for 16 bytes.
    let both = i128::from(64_u64 * 100_000 + 80 * 78_000);
    assert!(
        (of("main.a") - both * 3 / 4).abs() < 1_000,
        "{}",
        of("main.a")
    );
    assert!((of("main.a") + of("main.b") - both).abs() <= 1);
}

#[test]
fn classes_are_scaled_to_the_total_of_the_profile() {
    let text = text(&[("main.a", 64, 30)], 10_000_000, 500);
    let vars = vars(&[(64, 1_000_000 / 64)], 10_050_000, 501);
    let calibration = calibration(text.as_bytes(), vars.as_bytes(), true).unwrap();
    // All else is above the largest class, where nothing was sampled: one stratum, which main.a has alone.
    let (_, of_site) = estimates(&calibration, &ranking(text.as_bytes()), "main.a");
    assert_eq!(calibration.strata(), 1);
    assert_eq!(of_site.value, 10_000_000);
}

#[test]
fn a_block_that_is_never_missed_leaves_room_for_those_that_are() {
    let total = (32 << 20) + 21_000_000;
    let text = text(
        &[("main.a", 24_576, 40), ("main.hold", 32 << 20, 1)],
        total,
        500,
    );
    let vars = vars(&[(64, 0)], total, 500);
    let calibration = calibration(text.as_bytes(), vars.as_bytes(), true).unwrap();
    let (_, of_site) = estimates(&calibration, &ranking(text.as_bytes()), "main.a");
    assert_eq!(of_site.value, i128::from(total - (32 << 20)));
    // Of 40 samples, three may have been of others.
    let least = of_site.low.unwrap() as f64 / of_site.value as f64;
    assert!((0.85..0.95).contains(&least), "{least}");
}

#[test]
fn counters_of_another_time_say_nothing() {
    let text = |num_gc| text(&[("main.a", 64, 30)], 25_000_000, num_gc);
    let vars = |total: u64, num_gc| vars(&[(64, 390_000)], total, num_gc);
    let why = |text: String, vars: String, is_forced| {
        calibration(text.as_bytes(), vars.as_bytes(), is_forced).err()
    };
    assert_eq!(why(text(9), vars(25_000_000, 9), true), None);
    assert_eq!(why(text(9), vars(25_010_000, 11), true), None);
    let apart = Some(NotCalibrated::TooFarApart);
    assert_eq!(why(text(9), vars(25_300_000, 9), true), apart);
    // Without a collection the profile lacks up to two cycles: of 9 too much, of 200 a hundredth.
    let behind = Some(NotCalibrated::MayBeBehind);
    assert_eq!(why(text(9), vars(25_000_000, 9), false), behind);
    assert_eq!(why(text(200), vars(25_000_000, 200), false), None);
    let unknown = Some(NotCalibrated::Unknown);
    let without = r#"{"cmdline": [], "memstats": {"TotalAlloc":25000000,"NumGC":9}}"#;
    assert_eq!(why(text(9), without.to_owned(), true), unknown);
}

/// What `testdata/src/calibrate` allocates at each site, in bytes: 100 rounds of blocks of one size class.
const TRUTH: [(&str, i128); 6] = [
    ("main.records", 100 * 20_000 * 64),
    ("main.others", 100 * 2_500 * 64),
    ("main.pages", 100 * 1_800 * 1024),
    // 128 pointers and a header.
    ("main.halves", 100 * 200 * 1152),
    ("main.buffers", 100 * 30 * 24_576),
    ("main.blobs", 100 * 6 * 106_496),
];

/// How many times smaller the error of a site is at least: the square root of 1 / (1 - p), p being its part of a stratum.
fn expected_gain(name: &str) -> f64 {
    match name {
        "main.records" => 2.5,
        "main.pages" => 2.8,
        "main.buffers" | "main.blobs" => 1.2,
        _ => 1.0,
    }
}

/// Root of the mean square of errors, in parts of the truth: of the sample alone, and with counters.
fn errors(found: &[(Estimate, Estimate)], truth: i128) -> (f64, f64) {
    let square = |estimate: &Estimate| ((estimate.value - truth) as f64 / truth as f64).powi(2);
    let root = |sum: f64| (sum / found.len() as f64).sqrt();
    (
        root(found.iter().map(|(sampled, _)| square(sampled)).sum()),
        root(found.iter().map(|(_, calibrated)| square(calibrated)).sum()),
    )
}

#[test]
fn counters_make_real_captures_more_exact_and_intervals_hold_the_truth() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/gc/calibrate");
    let read = |name: String| std::fs::read(folder.join(name)).unwrap();
    let captures: Vec<_> = (0..12)
        .map(|at| {
            let text = read(format!("{at:02}.heap-gc1.debug1.txt.gz"));
            let vars = read(format!("{at:02}.vars.json.gz"));
            let calibration = calibration(&text, &vars, true).unwrap();
            (calibration, ranking(&text))
        })
        .collect();
    let (mut missed, mut all, mut gains) = (0, 0, 0.0);
    for (name, truth) in TRUTH {
        let found = captures.iter();
        let found = found.map(|(calibration, ranking)| estimates(calibration, ranking, name));
        let found: Vec<(Estimate, Estimate)> = found.collect();
        let (sampled, calibrated) = errors(&found, truth);
        println!(
            "{name}: {:.1} % -> {:.1} %",
            sampled * 100.0,
            calibrated * 100.0
        );
        gains += (sampled / calibrated).ln() / TRUTH.len() as f64;
        let said = found.iter().map(|(a, b)| a.se.unwrap() / b.se.unwrap());
        let gain = said.sum::<f64>() / found.len() as f64;
        let least = expected_gain(name);
        assert!(gain > least, "{name}: {gain}, not {least}");
        for (_, estimate) in &found {
            all += 1;
            let is_held = estimate.low.unwrap() <= truth && truth <= estimate.high.unwrap();
            missed += usize::from(!is_held);
        }
    }
    assert!(gains.exp() > 1.3, "all sites: {}", gains.exp());
    println!("{missed} of {all} missed");
    // 95 % intervals of 72 numbers: more than 10 misses have a chance below 1 in 300.
    assert!(missed <= 10, "{missed} of {all}");
}
