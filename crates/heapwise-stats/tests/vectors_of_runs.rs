//! Detectable changes, parts of exact totals, means and variation of runs against reference values computed
//! with 25-digit arithmetic by `scripts/statistics-vectors.py`; see `testdata/statistics/README.md`.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use heapwise_stats::*;
use serde_json::Value;

const VECTORS: &str = include_str!("../../../testdata/statistics/runs.json");

fn rows(name: &str) -> Vec<Value> {
    let vectors: Value = serde_json::from_str(VECTORS).unwrap();
    let rows = vectors[name].as_array().unwrap().clone();
    assert!(!rows.is_empty(), "no section {name}");
    rows
}

fn check(what: &str, actual: f64, expected: &Value, tolerance: f64) {
    let expected = expected.as_f64().unwrap();
    assert!(
        (actual - expected).abs() <= tolerance * expected.abs() + 1e-300,
        "{what}: {actual:e} is not {expected:e}"
    );
}

fn number(row: &Value, name: &str) -> f64 {
    row[name].as_f64().unwrap()
}

fn whole(row: &Value, name: &str) -> u64 {
    row[name].as_u64().unwrap()
}

fn rate_of(row: &Value) -> SamplingRate {
    SamplingRate::new(whole(row, "rate")).unwrap()
}

fn mix_of(records: &Value, rate: SamplingRate) -> Mix {
    let records = records.as_array().unwrap().iter();
    Mix::from_records(
        rate,
        records.map(|record| (record[0].as_u64().unwrap(), record[1].as_u64().unwrap())),
    )
}

#[test]
fn parts_of_exact_totals_equal_the_reference() {
    for row in rows("calibrated") {
        let rate = rate_of(&row);
        let mixes =
            ["A", "B"].map(|side| ["site", "rest"].map(|part| mix_of(&row[side][part], rate)));
        let amounts =
            ["A", "B"].map(|side| Exposure::new(number(&row[side], "per_operation")).unwrap());
        let part = |at: usize| PartOfTotal::of_share(&mixes[at][0], &mixes[at][1], amounts[at]);
        let found = calibrated(part(0), Quantity::Bytes, Confidence::default()).unwrap();
        check("value", found.value, &row["value"], 1e-8);
        check(
            "error",
            found.log_standard_error.unwrap(),
            &row["log_se"],
            1e-8,
        );
        let both = CalibratedComparison::new(part(0), part(1), Quantity::Bytes);
        check("ratio", both.ratio().unwrap(), &row["ratio"], 1e-8);
        for test in row["tests"].as_array().unwrap() {
            let bound = number(test, "bound");
            check("above", both.p_value_above(bound), &test["above"], 1e-6);
            check("below", both.p_value_below(bound), &test["below"], 1e-6);
        }
    }
}

#[test]
fn detectable_changes_of_rows_among_others_equal_the_reference() {
    for row in rows("detectable") {
        let confidence = Confidence::new(number(&row, "level")).unwrap();
        let count = |name| usize::try_from(whole(&row, name)).unwrap();
        let judgement = Judgement::new(confidence, count("rows"), count("significant"));
        let samples = number(&row, "samples");
        let rise = judgement.detectable_rise(samples).unwrap();
        let fall = judgement.detectable_fall(samples).unwrap();
        check("rise", rise, &row["rise"], 1e-8);
        check("fall", fall, &row["fall"], 1e-8);
    }
}

#[test]
fn means_over_runs_equal_the_reference() {
    for row in rows("run_mean") {
        let run = |samples: &Value| {
            let records = [(whole(&row, "size"), samples.as_u64().unwrap())];
            let mix = Mix::from_records(rate_of(&row), records);
            estimate(&mix, Quantity::Bytes, Confidence::default())
        };
        let runs: Vec<Estimate> = row["samples"].as_array().unwrap().iter().map(run).collect();
        let mean = mean_of_runs(&runs, Confidence::default()).unwrap();
        check("value", mean.value, &row["value"], 1e-8);
        check("error", mean.standard_error, &row["se"], 1e-8);
        check("low", mean.low, &row["low"], 1e-8);
        check("high", mean.high.unwrap(), &row["high"], 1e-8);
    }
}

#[test]
fn limits_of_changes_in_use_equal_the_reference() {
    for row in rows("in_use") {
        let (born, died) = (whole(&row, "born"), whole(&row, "died"));
        let record = NestedRecord::new(
            whole(&row, "size"),
            LifeCounts::new(900, 600),
            LifeCounts::new(900 + born, 600 + born - died),
        );
        let limits = in_use_limits(
            &[record],
            rate_of(&row),
            Quantity::Bytes,
            Confidence::default(),
        );
        let limits = limits.unwrap();
        check("low", limits.low.unwrap(), &row["low"], 1e-8);
        check("high", limits.high.unwrap(), &row["high"], 1e-8);
    }
}

#[test]
fn rows_judged_by_the_variation_of_all_equal_the_reference() {
    // Blocks so small against the rate that none is ever certain.
    let rate = SamplingRate::new(1 << 52).unwrap();
    for table in rows("run_spread") {
        let each = usize::try_from(whole(&table, "profiles")).unwrap();
        let mixes: Vec<Vec<Mix>> = table["rows"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| {
                let counts = row.as_array().unwrap().iter();
                counts
                    .map(|count| Mix::from_records(rate, [(1, count.as_u64().unwrap())]))
                    .collect()
            })
            .collect();
        let sides: Vec<_> = mixes
            .iter()
            .map(|row| {
                let (before, after) = row.split_at(each);
                ReplicateRow::new(before, after)
            })
            .collect();
        let work = vec![Exposure::default(); each];
        let exposures = RunExposures::new(&work, &work);
        let compared = compare_replicates(&sides, exposures, Quantity::Bytes).unwrap();
        for (at, row) in compared.iter().enumerate() {
            assert_eq!(row.method, ReplicateMethod::EmpiricalBayes);
            let observed = row.observed_dispersion.unwrap();
            check("observed", observed, &table["observed"][at], 1e-8);
            // The weights stop moving at 1e-6, which is where their rounding may differ.
            let expected = table["p"][at].as_f64().unwrap();
            assert!(
                (row.p_value() - expected).abs() < 1e-5,
                "row {at}: {} is not {expected}",
                row.p_value()
            );
        }
    }
}
