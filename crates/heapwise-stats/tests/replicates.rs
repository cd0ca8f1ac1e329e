//! Several profiles per side: moderation over rows, unequal sides, profiles without sampling error.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use heapwise_stats::*;

/// Profiles of one site at the default rate, in small blocks.
fn profiles(counts: &[u64]) -> Vec<Mix> {
    let rate = SamplingRate::new(524_288).unwrap();
    let profile = |&samples: &u64| Mix::from_records(rate, [(1024, samples)]);
    counts.iter().map(profile).collect()
}

fn compare(table: &[(Vec<Mix>, Vec<Mix>)]) -> Result<Vec<ReplicateComparison>, Error> {
    let rows: Vec<ReplicateRow<'_>> = table
        .iter()
        .map(|(before, after)| ReplicateRow::new(before, after))
        .collect();
    let one = [Exposure::default(); 8];
    let exposures = RunExposures::new(&one[..table[0].0.len()], &one[..table[0].1.len()]);
    compare_replicates(&rows, exposures, Quantity::Bytes)
}

/// Twelve sites of which the last halves; every total is 5% larger in every second profile.
fn twelve_sites() -> Vec<(Vec<Mix>, Vec<Mix>)> {
    (0..12)
        .map(|site| {
            let level = 200 + 40 * site;
            let after = if site == 11 { level / 2 } else { level };
            let runs =
                |level: u64| profiles(&[level, level + level / 20, level, level + level / 20]);
            (runs(level), runs(after))
        })
        .collect()
}

#[test]
fn many_rows_are_moderated_and_a_real_change_stands_out() {
    let result = compare(&twelve_sites()).unwrap();
    for (site, row) in result.iter().enumerate() {
        assert_eq!(row.method, ReplicateMethod::Moderated);
        assert!(row.degrees <= 10.0, "the prior counts for four at most");
        assert_eq!(
            row.p_value() < 0.01,
            site == 11,
            "site {site}: {}",
            row.p_value()
        );
    }
    let changed = &result[11];
    let interval = changed.ratio_interval(Confidence::default()).unwrap();
    assert!(interval.low.unwrap() < 0.5 && interval.high.unwrap() > 0.5);
    assert!(interval.high.unwrap() < 1.0, "agrees with the p value");
    assert!(changed.p_value_below(0.9) < 0.01 && changed.p_value_above(0.9) > 0.9);
}

#[test]
fn variation_between_runs_raises_the_dispersion() {
    let steady = compare(&[(profiles(&[400, 402, 398]), profiles(&[300, 301, 299]))]).unwrap();
    let noisy = compare(&[(profiles(&[250, 402, 548]), profiles(&[200, 301, 399]))]).unwrap();
    assert_eq!(steady[0].method, ReplicateMethod::QuasiPoisson);
    assert_eq!(steady[0].dispersion, 1.0);
    assert!(noisy[0].dispersion > 10.0);
    assert!(steady[0].p_value() < 0.01 && noisy[0].p_value() > 0.2);
}

#[test]
fn one_profile_per_side_is_the_plain_comparison() {
    let (before, after) = (profiles(&[390]), profiles(&[292]));
    let plain = Comparison::new(Side::new(&before[0]), Side::new(&after[0]), Quantity::Bytes);
    let result = compare(&[(before.clone(), after.clone())]).unwrap();
    assert_eq!(result[0].method, ReplicateMethod::SamplingOnly);
    assert_eq!(result[0].p_value(), plain.p_value());
    let confidence = Confidence::default();
    assert_eq!(
        result[0].ratio_interval(confidence),
        plain.ratio_interval(confidence)
    );
}

#[test]
fn one_against_several_takes_the_dispersion_from_the_several() {
    let result = compare(&[(profiles(&[390]), profiles(&[250, 292, 334]))]).unwrap();
    assert_eq!(result[0].degrees, 2.0);
    assert!(result[0].observed_dispersion.unwrap() > 1.0);
}

#[test]
fn profiles_without_sampling_error_are_compared_by_their_spread() {
    let rate = SamplingRate::new(1).unwrap();
    let exact = |counts: [u64; 3]| counts.map(|n| Mix::from_records(rate, [(64, n)])).to_vec();
    let result = compare(&[(exact([1000, 1010, 990]), exact([900, 910, 890]))]).unwrap();
    assert_eq!(result[0].method, ReplicateMethod::Welch);
    let expected = welch_p_value(&[1000.0, 1010.0, 990.0], &[900.0, 910.0, 890.0]).unwrap();
    assert!((result[0].p_value() - expected).abs() < 1e-12);
    let interval = result[0].ratio_interval(Confidence::default()).unwrap();
    assert!(interval.low.unwrap() > 0.85 && interval.high.unwrap() < 0.95);
}

#[test]
fn a_site_without_any_sample_is_unchanged() {
    let result = compare(&[(profiles(&[0, 0]), profiles(&[0, 0]))]).unwrap();
    assert_eq!(result[0].p_value(), 1.0);
    assert_eq!(result[0].ratio_interval(Confidence::default()), None);
}

#[test]
fn tables_that_do_not_fit_are_refused() {
    let finer = Mix::new(SamplingRate::new(65_536).unwrap());
    let mut mixed = profiles(&[5, 6]);
    mixed[1] = finer;
    let refused = compare(&[(mixed, profiles(&[5, 6]))]);
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::RowRatesDiffer(0));
    let ragged = [
        (profiles(&[5, 6]), profiles(&[5, 6])),
        (profiles(&[5]), profiles(&[5, 6])),
    ];
    assert_eq!(
        compare(&ragged).unwrap_err().kind(),
        ErrorKind::ProfileCount(1)
    );
    let nobody = RunExposures::new(&[], &[]);
    let refused = compare_replicates(&[], nobody, Quantity::Bytes);
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::NoProfiles);
}

#[test]
fn work_that_is_not_known_exactly_is_no_change() {
    let one = [Exposure::default(); 3];
    let known = RunExposures::new(&one, &one);
    let p_value = |row: &(Vec<Mix>, Vec<Mix>), exposures: RunExposures<'_>| {
        let rows = [ReplicateRow::new(&row.0, &row.1)];
        compare_replicates(&rows, exposures, Quantity::Bytes).unwrap()[0].clone()
    };
    let exact = |counts: &[u64]| -> Vec<Mix> {
        let rate = SamplingRate::new(1).unwrap();
        let profile = |&samples: &u64| Mix::from_records(rate, [(64, samples)]);
        counts.iter().map(profile).collect()
    };
    for (before, after, gone) in [
        (exact(&[314; 3]), exact(&[301; 3]), exact(&[0; 3])),
        (
            profiles(&[40_000, 40_100, 39_900]),
            profiles(&[38_200, 38_300, 38_400]),
            profiles(&[0; 3]),
        ),
    ] {
        let row = (before.clone(), after);
        let doubtful = known.with_doubt(0.03);
        assert!(p_value(&row, known).p_value() < 0.01);
        let judged = p_value(&row, doubtful);
        assert!(judged.p_value() > 0.2, "{}", judged.p_value());
        let interval = judged.ratio_interval(Confidence::default()).unwrap();
        assert!(interval.low.unwrap() < 0.9 && interval.high.unwrap() > 1.02);
        let gone = (before, gone);
        assert!(p_value(&gone, doubtful).p_value() < 0.01);
    }
}

#[test]
fn an_interval_ends_where_the_test_begins_to_reject() {
    // Many rows whose profiles differ by more than sampling explains.
    let many: Vec<_> = (0..60_u64)
        .map(|site| {
            let level = 100 + 11 * site;
            let off = |run: u64| (site * 7 + run * 13) % 29;
            let runs = |level: u64| {
                let counts: Vec<u64> = (0..5).map(|run| level * (86 + off(run)) / 100).collect();
                profiles(&counts)
            };
            (runs(level), runs(level + site))
        })
        .collect();
    let few = vec![(profiles(&[250, 402, 548]), profiles(&[200, 301, 399]))];
    let unequal = vec![(profiles(&[390]), profiles(&[250, 292, 334]))];
    use ReplicateMethod::{EmpiricalBayes, Moderated, QuasiPoisson};
    for (table, method) in [
        (many, EmpiricalBayes),
        (twelve_sites(), Moderated),
        (few, QuasiPoisson),
        (unequal, QuasiPoisson),
    ] {
        for row in compare(&table).unwrap() {
            assert_eq!(row.method, method);
            for level in [0.5, 0.9, 0.95, 0.99] {
                let interval = row.ratio_interval(Confidence::new(level).unwrap()).unwrap();
                let tail = (1.0 - level) / 2.0;
                let above = row.p_value_above(interval.low.unwrap());
                let below = row.p_value_below(interval.high.unwrap());
                for p in [above, below] {
                    assert!((p / tail - 1.0).abs() < 1e-3, "{method:?} {level}: {p}");
                }
            }
        }
    }
}
