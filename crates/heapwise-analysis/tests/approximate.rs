//! Errors from mean sizes of blocks, as a store of profiles leaves them, beside those of the same profiles with all sizes.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "tests on files of the repository"
)]

use std::path::{Path, PathBuf};

use heapwise_analysis::stats::Confidence;
use heapwise_analysis::{
    Granularity, JoinPart, Joined, RankOptions, Ranking, SampleType, Sampling, SamplingError, join,
    rank,
};
use heapwise_decode::{Limits, Profile, encode};

const TYPES: [(&str, &str); 4] = [
    ("alloc_objects", "count"),
    ("alloc_space", "bytes"),
    ("inuse_objects", "count"),
    ("inuse_space", "bytes"),
];

fn testdata(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../testdata")
        .join(path)
}

/// What comes of a profile whose types are asked for one by one.
fn joined(bytes: &[u8]) -> Vec<u8> {
    let limits = Limits::default();
    let profile = Profile::read(bytes, &limits).unwrap();
    let part = |column| JoinPart {
        profile: &profile,
        value: column,
        column,
    };
    let parts: Vec<JoinPart<'_>> = (0..4).map(part).collect();
    let mut joined = Joined::default();
    let types = TYPES
        .iter()
        .map(|(name, unit)| (SampleType::new(name, unit), 1));
    joined.sample_types = types.collect();
    joined.default_type = "inuse_space".to_owned();
    joined.period = profile
        .tables()
        .period()
        .map(|rate| (SampleType::new("space", "bytes"), rate));
    let mut out = Vec::new();
    encode(&join(&parts, &joined, &limits).unwrap(), &mut out).unwrap();
    out
}

fn ranked(bytes: &[u8]) -> Ranking {
    rank(
        bytes,
        &RankOptions::new(Granularity::Functions),
        &Limits::default(),
    )
    .unwrap()
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

#[test]
fn print() {
    for path in std::env::var("PROFILES").unwrap().split_whitespace() {
        for (index, (name, _)) in TYPES.iter().enumerate() {
            let mut all = ratios(path, index, 5);
            all.sort_by(f64::total_cmp);
            let n = all.len();
            if n > 0 {
                println!(
                    "{path} {name} n={n} min {:.2} p10 {:.2} median {:.2} p90 {:.2} max {:.2}",
                    all[0],
                    all[n / 10],
                    all[n / 2],
                    all[n * 9 / 10],
                    all[n - 1]
                );
            }
        }
    }
    let _ = (Sampling::Exact, SamplingError::Exact);
}
