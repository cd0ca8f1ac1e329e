//! Errors from mean sizes of blocks, as a store of profiles leaves them, beside those of the same profiles with all sizes.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "tests on files of the repository"
)]

#[path = "common/joined.rs"]
mod joined;

use std::path::{Path, PathBuf};

use heapwise_analysis::stats::Confidence;
use heapwise_analysis::{
    Granularity, RankOptions, Ranking, SamplingError, merge, rank, rank_reader,
};
use heapwise_decode::{Limits, ProfileReader};
use joined::{TYPES, joined};

const PROFILES: [&str; 5] = [
    "server/heap.pb.gz",
    "server/go1.27/heap.later.pb.gz",
    "server/leak/heap.19.pb.gz",
    "server/go1.21/heap.later.pb.gz",
    "pyroscope/heap.pb.gz",
];

fn testdata(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../testdata")
        .join(path)
}

fn options() -> RankOptions {
    RankOptions::new(Granularity::Functions)
}

fn ranked(bytes: &[u8]) -> Ranking {
    rank(bytes, &options(), &Limits::default()).unwrap()
}

/// The approximate error over the known one, of sites with at least `least` sampled blocks.
fn ratios(path: &str, index: usize, least: i128) -> Vec<f64> {
    let bytes = std::fs::read(testdata(path)).unwrap();
    let (known, near) = (ranked(&bytes), ranked(&joined(&bytes)));
    let confidence = Confidence::default();
    let mut ratios = Vec::new();
    for row in &known.rows {
        let sure = known.flat_estimate(row, index, confidence);
        let other = near
            .rows
            .iter()
            .find(|other| other.site == row.site)
            .unwrap();
        let approximate = near.flat_estimate(other, index, confidence);
        assert_eq!(sure.value, approximate.value, "{path}: {:?}", row.site);
        if let (Some(one), Some(two)) = (sure.se, approximate.se)
            && sure.sampled.is_some_and(|sampled| sampled >= least)
            && one > 0.0
        {
            ratios.push(two / one);
        }
    }
    ratios
}

/// The smallest and the largest ratio, of sites with 5 sampled blocks or more.
#[track_caller]
fn check(index: usize, at_least: f64, at_most: f64) {
    let mut count = 0;
    for path in PROFILES {
        for ratio in ratios(path, index, 5) {
            let name = TYPES.get(index).map(|(name, _)| name);
            assert!(
                (at_least..at_most).contains(&ratio),
                "{path} {name:?}: {ratio}"
            );
            count += 1;
        }
    }
    assert!(count > 2, "{count}");
}

#[test]
fn errors_of_bytes_are_those_of_all_sizes_within_a_few_percent() {
    check(1, 0.95, 1.05);
    check(3, 0.95, 1.05);
}

#[test]
fn errors_of_objects_are_up_to_a_quarter_too_small_here() {
    check(0, 0.75, 1.05);
    check(2, 0.75, 1.05);
}

#[test]
fn they_are_called_approximate_and_survive_being_merged() {
    let bytes = std::fs::read(testdata(PROFILES[0])).unwrap();
    let near = ranked(&joined(&bytes));
    assert_eq!(near.sampling_of(3).error(), SamplingError::Approximate);
    assert_eq!(near.sampling_of(3).error().name(), "approximate");
    let limits = Limits::default();
    let open = |bytes: Vec<u8>| ProfileReader::open_tables(bytes, &limits).unwrap();
    let one = open(joined(&bytes));
    let sum = rank_reader(&merge(&[&one, &one], &limits).unwrap(), &options()).unwrap();
    assert_eq!(sum.sampling_of(3).error(), SamplingError::Approximate);
    assert_eq!(sum.total(3).net, 2 * near.total(3).net);
    // Beside sizes that are known, what is approximate stays so.
    let other = open(bytes);
    let sum = rank_reader(&merge(&[&one, &other], &limits).unwrap(), &options()).unwrap();
    assert_eq!(sum.sampling_of(3).error(), SamplingError::Approximate);
}
