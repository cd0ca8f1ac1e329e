//! The statistics against reference values computed with 40-digit arithmetic; see
//! `testdata/statistics/README.md` for the sections and their tolerances.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use heapwise_stats::*;
use serde_json::Value;

const VECTORS: &str = include_str!("../../../testdata/statistics/vectors.json");

fn section(name: &str) -> Value {
    let mut vectors: Value = serde_json::from_str(VECTORS).unwrap();
    let section = vectors[name].take();
    assert!(!section.is_null(), "no section {name}");
    section
}

fn rows(name: &str) -> Vec<Value> {
    section(name).as_array().unwrap().clone()
}

/// Fails unless `actual` is within `tolerance` of `expected`, relative to it (absolute below 1e-300).
fn check(what: &str, actual: f64, expected: &Value, tolerance: f64) {
    let expected = expected.as_f64().unwrap();
    let allowed = tolerance * expected.abs() + 1e-300;
    assert!(
        (actual - expected).abs() <= allowed,
        "{what}: {actual:e} is not {expected:e}"
    );
}

/// The same where null stands for "there is none".
fn check_optional(what: &str, actual: Option<f64>, expected: &Value, tolerance: f64) {
    match actual {
        None => assert!(expected.is_null(), "{what}: none, but {expected} expected"),
        Some(actual) => {
            assert!(!expected.is_null(), "{what}: {actual}, but none expected");
            check(what, actual, expected, tolerance);
        }
    }
}

fn rate_of(row: &Value) -> SamplingRate {
    SamplingRate::new(row["rate"].as_u64().unwrap()).unwrap()
}

fn mix_of(records: &Value, rate: SamplingRate) -> Mix {
    let records = records.as_array().unwrap().iter();
    Mix::from_records(
        rate,
        records.map(|record| (record[0].as_u64().unwrap(), record[1].as_u64().unwrap())),
    )
}

fn numbers(list: &Value) -> Vec<f64> {
    let list = list.as_array().unwrap().iter();
    list.map(|value| value.as_f64().unwrap()).collect()
}

const QUANTITIES: [(&str, Quantity); 2] =
    [("bytes", Quantity::Bytes), ("objects", Quantity::Objects)];

#[test]
fn go_scaling_is_reproduced_and_undone() {
    for row in rows("go_scale") {
        let [n, size, objects, bytes] =
            ["n", "size", "objects", "bytes"].map(|name| row[name].as_i64().unwrap());
        let size = size.unsigned_abs();
        assert_eq!(scale(n, size, rate_of(&row)), (objects, bytes), "{row}");
        assert_eq!(
            recover(objects, bytes, size, rate_of(&row)),
            Some(n),
            "{row}"
        );
    }
}

#[test]
fn sums_and_differences_of_scaled_values_are_undone() {
    for row in rows("merged_scale") {
        let [n, size, objects, bytes] =
            ["n", "size", "objects", "bytes"].map(|name| row[name].as_i64().unwrap());
        let recovered = recover(objects, bytes, size.unsigned_abs(), rate_of(&row));
        assert_eq!(recovered, Some(n), "{row}");
    }
}

#[test]
fn rescaled_records_are_refused() {
    let rate = SamplingRate::new(524_288).unwrap();
    let finer = SamplingRate::new(65_536).unwrap();
    for size in [16, 1024, 32_768, 262_144] {
        let (objects, bytes) = scale(10, size, rate);
        let (fine_objects, fine_bytes) = scale(33, size, finer);
        assert_eq!(recover(objects * 9 / 7, bytes * 9 / 7, size, rate), None);
        let merged = recover(objects + fine_objects, bytes + fine_bytes, size, rate);
        assert_eq!(merged, None, "rates mixed at {size}");
    }
}

#[test]
fn records_have_the_reference_interval() {
    for row in rows("record") {
        let size = row["size"].as_u64().unwrap();
        let class = SizeClass::new(size, rate_of(&row)).unwrap();
        check("p", class.hit_chance(), &row["p"], 1e-12);
        let mix = Mix::from_records(rate_of(&row), [(size, row["n"].as_u64().unwrap())]);
        check_estimates(&mix, &row);
    }
}

#[test]
fn sites_have_the_reference_interval() {
    for row in rows("site") {
        let mix = mix_of(&row["records"], rate_of(&row));
        check_estimates(&mix, &row);
        for (name, quantity) in QUANTITIES {
            let expected = &row[name];
            let effective = mix.effective_samples(quantity);
            check_optional("kappa", mix.kappa(quantity), &expected["kappa"], 1e-8);
            check_optional("effective", effective, &expected["effective"], 1e-8);
        }
    }
}

fn check_estimates(mix: &Mix, row: &Value) {
    for (name, quantity) in QUANTITIES {
        let expected = &row[name];
        let actual = estimate(mix, quantity, Confidence::default());
        check("estimate", actual.value, &expected["estimate"], 1e-8);
        check_optional("se", actual.standard_error, &expected["se"], 1e-8);
        check("seen", mix.seen(quantity), &expected["seen"], 1e-8);
        check("low", actual.low, &expected["lo"], 1e-8);
        check_high(mix, quantity, &actual, &expected["hi"]);
    }
}

/// The references are of the sizes sampled; what may go unseen beside them is added to objects, and to bytes
/// that less than this is known of.
fn check_high(mix: &Mix, quantity: Quantity, actual: &Estimate, of_sampled: &Value) {
    let Some(of_sampled) = of_sampled.as_f64() else {
        return assert_eq!(actual.high, None);
    };
    let unseen = unseen(mix.rate(), quantity, Confidence::default());
    let expected = match quantity {
        _ if mix.is_empty() => of_sampled,
        Quantity::Bytes => of_sampled.max(actual.value + unseen),
        Quantity::Objects => of_sampled + unseen,
    };
    check("high", actual.high.unwrap(), &expected.into(), 1e-8);
}

#[test]
fn skellam_tail_is_accurate() {
    for row in rows("skellam_sf") {
        let [y, mean_1, mean_2, expected] =
            ["y", "l1", "l2", "sf"].map(|name| row[name].as_f64().unwrap());
        let actual = skellam_sf(y, mean_1, mean_2);
        assert!((actual - expected).abs() <= 1e-9, "{row}: {actual}");
    }
}

/// Compares the two sides of a row that has `A` and `B` with their own rates and exposures.
fn compare(row: &Value, quantity: Quantity) -> Comparison {
    let [before, after] = ["A", "B"].map(|name| mix_of(&row[name]["records"], rate_of(&row[name])));
    let [exposure_before, exposure_after] =
        ["A", "B"].map(|name| Exposure::new(row[name]["exposure"].as_f64().unwrap()).unwrap());
    Comparison::new(
        Side::new(&before).with_exposure(exposure_before),
        Side::new(&after).with_exposure(exposure_after),
        quantity,
    )
}

#[test]
fn pairs_have_the_reference_p_value_and_ratio() {
    for row in rows("pair") {
        // Of blocks that cannot be missed the reference knows no small ones beside them.
        if row["name"]
            .as_str()
            .is_some_and(|name| name.ends_with("exact"))
        {
            continue;
        }
        for (name, quantity) in QUANTITIES {
            let expected = &row[name];
            let what = |field: &str| format!("{} {name} {field}", row["name"]);
            let comparison = compare(&row, quantity);
            check(&what("p"), comparison.p_value(), &expected["p"], 1e-8);
            let interval = comparison.ratio_interval(Confidence::default()).unwrap();
            check_optional(&what("ratio"), interval.ratio, &expected["ratio"], 1e-8);
            check_optional(&what("low"), interval.low, &expected["ratio_lo"], 1e-8);
            check_optional(&what("high"), interval.high, &expected["ratio_hi"], 1e-8);
        }
    }
}

#[test]
fn of_certain_blocks_only_unseen_small_ones_leave_a_doubt() {
    let row = rows("pair")
        .into_iter()
        .find(|row| {
            row["name"]
                .as_str()
                .is_some_and(|name| name.ends_with("exact"))
        })
        .expect("a pair of certain blocks");
    let test = compare(&row, Quantity::Bytes);
    assert!(!test.is_exact());
    // 64 MB more at a rate of 512 kB: twice exp(-128).
    assert!((test.p_value() / (2.0 * (-128.0_f64).exp()) - 1.0).abs() < 1e-9);
    let interval = test.ratio_interval(Confidence::default()).unwrap();
    let unseen = -(0.025_f64).ln() / 128.0;
    let (low, high) = (interval.low.unwrap(), interval.high.unwrap());
    assert!((low - 4.0 / (3.0 + unseen)).abs() < 1e-9, "{low}");
    assert!((high - (4.0 + unseen) / 3.0).abs() < 1e-9, "{high}");
}

#[test]
fn large_pairs_have_the_reference_p_value() {
    for row in rows("pair_large") {
        let actual = compare(&row, Quantity::Bytes).p_value();
        let tolerance = row["tolerance"].as_f64().unwrap();
        check(
            &row["name"].to_string(),
            actual,
            &row["bytes"]["p"],
            tolerance,
        );
    }
}

#[test]
fn assumed_run_variation_widens_the_noise() {
    for row in rows("run_cv") {
        let [before, after] = ["A", "B"].map(|name| mix_of(&row[name], rate_of(&row)));
        let variation = RunVariation::with_coefficient(row["run_cv"].as_f64().unwrap());
        let comparison = Comparison::new(Side::new(&before), Side::new(&after), Quantity::Bytes);
        let actual = comparison.with_variation(variation).p_value();
        check(&row.to_string(), actual, &row["p"], 1e-6);
    }
}

/// Profiles of Poisson totals: blocks so small against the rate that none is ever certain.
fn poisson_profiles(totals: &Value) -> Vec<Mix> {
    let rate = SamplingRate::new(1 << 52).unwrap();
    let profile = |total: &f64| Mix::from_records(rate, [(1, *total as u64)]);
    numbers(totals).iter().map(profile).collect()
}

#[test]
fn several_profiles_have_the_reference_dispersion_and_p_value() {
    for row in section("several_profiles")["rows"].as_array().unwrap() {
        let [before, after] = ["A", "B"].map(|name| poisson_profiles(&row[name]));
        let exposures = vec![Exposure::default(); before.len().max(after.len())];
        let exposures = RunExposures::new(&exposures[..before.len()], &exposures[..after.len()]);
        let table = [ReplicateRow::new(&before, &after)];
        let result = compare_replicates(&table, exposures, Quantity::Objects).unwrap();
        let actual = &result[0];
        assert_eq!(actual.method, ReplicateMethod::QuasiPoisson);
        check_optional("phi", actual.observed_dispersion, &row["phi"], 1e-6);
        check("df", actual.degrees, &row["df"], 1e-12);
        // These p values come from a coarser expansion for many samples: absolute, not relative.
        for (p_value, name) in [
            (actual.p_value_known_dispersion, "p_etest"),
            (actual.p_value(), "p"),
        ] {
            let expected = row[name].as_f64().unwrap();
            assert!((p_value - expected).abs() < 1e-6, "{row} {name}: {p_value}");
        }
        let [before, after] = ["A", "B"].map(|name| numbers(&row[name]));
        check_optional("welch", welch_p_value(&before, &after), &row["welch"], 1e-6);
        let rank = mann_whitney_p_value(&before, &after);
        check_optional("rank", rank, &row["mann_whitney"], 1e-6);
    }
}

#[test]
fn dispersion_prior_equals_the_reference_fit() {
    let row = section("squeeze");
    let degrees = row["df"].as_f64().unwrap();
    let prior = dispersion_prior(&numbers(&row["phi"]), degrees).unwrap();
    check("d0", prior.degrees, &row["d0"], 1e-6);
    check("s0", prior.scale, &row["s0"], 1e-6);
}

#[test]
fn nested_snapshots_have_the_reference_change() {
    for row in rows("nested") {
        let counts = |index: usize| {
            LifeCounts::new(
                row["alloc_n"][index].as_u64().unwrap(),
                row["inuse_n"][index].as_u64().unwrap(),
            )
        };
        let record = NestedRecord::new(row["size"].as_u64().unwrap(), counts(0), counts(1));
        let window = allocation_window(&[record], rate_of(&row)).unwrap();
        let allocated = estimate(&window, Quantity::Bytes, Confidence::default());
        check("window", allocated.value, &row["window_alloc_bytes"], 1e-8);
        check_optional(
            "se",
            allocated.standard_error,
            &row["window_alloc_se"],
            1e-8,
        );
        let change = in_use_change(&[record], rate_of(&row), Quantity::Bytes).unwrap();
        check("change", change.value, &row["inuse_change"], 1e-8);
        check("events", change.events as f64, &row["events"], 0.0);
        check("se", change.standard_error, &row["inuse_change_se"], 1e-8);
        check("p", change.p_value, &row["p_inuse"], 1e-8);
    }
}

#[test]
fn shares_have_the_reference_error() {
    for row in rows("share") {
        let [site, rest] = ["site", "rest"].map(|name| mix_of(&row[name], rate_of(&row)));
        let actual = share(&site, &rest, Quantity::Bytes).unwrap();
        check("share", actual.value, &row["share"], 1e-8);
        check("se", actual.standard_error, &row["se"], 1e-8);
    }
}

#[test]
fn detectable_changes_equal_the_reference() {
    for row in section("mde")["rows"].as_array().unwrap() {
        let samples = row["effective"].as_f64().unwrap();
        check_optional("up", detectable_rise(samples), &row["up"], 1e-8);
        check_optional("down", detectable_fall(samples), &row["down"], 1e-8);
        let longer = times_longer(samples, -0.1);
        check_optional("longer", longer, &row["times_longer_10pct_down"], 1e-8);
    }
}

#[test]
fn q_values_equal_the_reference() {
    let family = section("bh");
    let actual = q_values(&numbers(&family["p"]));
    for (actual, expected) in actual.iter().zip(family["q"].as_array().unwrap()) {
        check("q", *actual, expected, 1e-8);
    }
}

/// The reference's name of a label; tentative ones end in a question mark.
fn name_of(trend: &Trend) -> String {
    let mark = if trend.tentative { "?" } else { "" };
    format!("{:?}{mark}", trend.label).to_lowercase()
}

#[test]
fn trends_have_the_reference_label() {
    for row in rows("trend") {
        let counts = numbers(&row["counts"]);
        let trend = classify_even_trend(&counts).unwrap();
        assert_eq!(name_of(&trend), row["label"].as_str().unwrap(), "{row}");
        assert_eq!(
            kendall_statistic(&counts),
            row["S"].as_i64().unwrap(),
            "{row}"
        );
        check("p", trend.p_rise, &row["p_increase"], 1e-8);
        check("p", kendall_p_value_rise(&counts), &row["p_increase"], 1e-8);
        check("slope", trend.slope, &row["theil_sen"], 1e-8);
    }
}

/// By trend.py with numpy 2.4: the rise is exactly what is material, less a rounding.
#[test]
fn a_ramp_that_rises_by_exactly_what_is_material_is_stable() {
    for counts in [
        [3.0, 4.0, 5.0, 6.0, 6.0, 6.0, 6.0],
        [40.0, 41.0, 42.0, 43.0, 43.0, 43.0, 43.0],
    ] {
        let trend = classify_even_trend(&counts).unwrap();
        assert_eq!(name_of(&trend), "stable", "{counts:?}");
    }
}
