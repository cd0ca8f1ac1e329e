//! Profiles in different units of one family add up in the finest (measurement.go: ScaleProfiles).
#![allow(clippy::unwrap_used, reason = "builds its own profiles")]

use heapwise_analysis::{BaseMode, merge, normalize, subtract};
use heapwise_decode::{Function, Limits, Line, NoSource, ProfileMaker, ProfileReader};

type Reader = ProfileReader<NoSource>;

/// A contention profile in one unit: a function, and its contentions and delay.
fn contention(unit: &str, period: i64, rows: &[(&str, i64, i64)]) -> Reader {
    let types = [("contentions", "count"), ("delay", unit)];
    let types = types.map(|(type_, unit)| (type_.as_bytes(), unit.as_bytes()));
    let mut maker = ProfileMaker::new(&Limits::default(), types);
    maker.set_period(b"delay", unit.as_bytes(), period);
    for &(function, contentions, delay) in rows {
        let name = maker.text(function.as_bytes());
        let filename = maker.text(b"main.go");
        let function = maker.add_function(
            Function::new(name)
                .with_system_name(name)
                .with_filename(filename),
        );
        let line = Line::new(function, 1);
        let location = maker.add_location(None, 0, &[line], false);
        maker.add_sample(&[location], &[contentions, delay], &[]);
    }
    ProfileReader::of(maker.finish().unwrap())
}

fn values(profile: &Reader) -> Vec<Vec<i64>> {
    let profile = profile.to_profile(&Limits::default()).unwrap();
    let samples = profile.samples();
    samples.map(|sample| sample.values().to_vec()).collect()
}

fn unit(profile: &Reader) -> String {
    let tables = profile.tables();
    tables.text(tables.sample_types()[1].unit).into_owned()
}

#[test]
fn the_finest_unit_wins_whichever_comes_first() {
    let limits = Limits::default();
    let fine = contention("nanoseconds", 7, &[("main.f", 1, 500)]);
    let coarse = contention("microseconds", 3, &[("main.f", 2, 4), ("main.g", 1, 1)]);
    for (pair, order) in [
        ([&fine, &coarse], vec![vec![3, 4_500], vec![1, 1_000]]),
        ([&coarse, &fine], vec![vec![3, 4_500], vec![1, 1_000]]),
    ] {
        let sum = merge(&pair, &limits).unwrap();
        assert_eq!(unit(&sum), "nanoseconds");
        assert_eq!(values(&sum), order);
        assert_eq!(sum.tables().period(), Some(3_000));
    }
    let rest = subtract(&fine, &coarse, BaseMode::Base, &limits).unwrap();
    assert_eq!(values(&rest), [[-1, -3_500], [-1, -1_000]]);
}

/// What has to be scaled decides whether a sample stays (profile/profile.go: ScaleN).
#[test]
fn a_sample_of_which_nothing_scaled_is_left_goes() {
    let fine = contention("nanoseconds", 1, &[("main.f", 1, 500)]);
    let coarse = contention("microseconds", 1, &[("main.g", 9, 0)]);
    let sum = merge(&[&fine, &coarse], &Limits::default()).unwrap();
    assert_eq!(values(&sum), [[1, 500]]);
    let same = contention("nanoseconds", 1, &[("main.g", 9, 0)]);
    let sum = merge(&[&fine, &same], &Limits::default()).unwrap();
    assert_eq!(values(&sum), [[1, 500], [9, 0]]);
}

#[test]
fn units_that_do_not_convert_are_refused() {
    let time = contention("nanoseconds", 1, &[("main.f", 1, 500)]);
    let space = contention("bytes", 1, &[("main.f", 1, 500)]);
    let error = merge(&[&time, &space], &Limits::default()).unwrap_err();
    assert!(error.to_string().contains("delay/bytes"), "{error}");
}

#[test]
fn a_normalised_profile_has_the_sums_of_the_other() {
    let small = || contention("nanoseconds", 1, &[("main.f", 1, 100), ("main.g", 3, 300)]);
    let large = contention("nanoseconds", 1, &[("main.f", 8, 1_000)]);
    let scaled = normalize(small(), &large).unwrap();
    assert_eq!(values(&scaled), [[2, 250], [6, 750]]);
    let unlike = contention("seconds", 1, &[]);
    assert_eq!(
        values(&normalize(small(), &unlike).unwrap()),
        [[0_i64; 2]; 0]
    );
}
