//! Algebra that the statistics obey whatever the samples are.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use heapwise_analysis::stats::*;
use proptest::prelude::*;

const QUANTITIES: [Quantity; 2] = [Quantity::Bytes, Quantity::Objects];

fn rate() -> impl Strategy<Value = SamplingRate> {
    prop_oneof![Just(512), Just(65_536), Just(524_288)]
        .prop_map(|bytes| SamplingRate::new(bytes).unwrap())
}

fn records() -> impl Strategy<Value = Vec<(u64, u64)>> {
    let size = prop_oneof![8_u64..2048, 2048_u64..4_000_000];
    prop::collection::vec((size, 0_u64..60), 0..5)
}

fn mix() -> impl Strategy<Value = Mix> {
    (rate(), records()).prop_map(|(rate, records)| Mix::from_records(rate, records))
}

/// Numbers of up to so many bits, of which each is as likely as any.
fn magnitude(bits: u32) -> impl Strategy<Value = u64> {
    (0..bits, any::<u64>()).prop_map(|(bits, number)| 1 << bits | number & ((1 << bits) - 1))
}

fn exposure() -> impl Strategy<Value = Exposure> {
    (1_u32..5).prop_map(|amount| Exposure::new(f64::from(amount)).unwrap())
}

/// Equal up to rounding, small values included.
fn close(left: f64, right: f64) -> bool {
    (left - right).abs() <= 1e-7 * left.abs().max(right.abs()) + 1e-12
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn p_value_does_not_depend_on_which_side_is_first(
        before in mix(), after in mix(), work in (exposure(), exposure()),
    ) {
        let first = Side { mix: &before, exposure: work.0 };
        let second = Side { mix: &after, exposure: work.1 };
        for quantity in QUANTITIES {
            let forth = Comparison::new(first, second, quantity).p_value();
            let back = Comparison::new(second, first, quantity).p_value();
            prop_assert!(close(forth, back), "{forth} {back}");
            prop_assert!((0.0..=1.0).contains(&forth));
        }
    }

    #[test]
    fn identical_sides_have_p_value_one(side in mix()) {
        for quantity in QUANTITIES {
            let comparison = Comparison::new(Side::new(&side), Side::new(&side), quantity);
            prop_assert_eq!(comparison.p_value(), 1.0);
        }
    }

    #[test]
    fn splitting_a_record_changes_nothing(rate in rate(), records in records(), part in 0_u64..60) {
        let whole = Mix::from_records(rate, records.iter().copied());
        let mut split = Mix::new(rate);
        for (size, samples) in records {
            let part = part.min(samples);
            split.add(size, part);
            split.add(size, samples - part);
        }
        prop_assert_eq!(whole, split);
    }

    #[test]
    fn rate_one_is_exact(records in records()) {
        let rate = SamplingRate::new(1).unwrap();
        let mix = Mix::from_records(rate, records.iter().copied());
        let bytes: u64 = records.iter().map(|(size, samples)| size * samples).sum();
        let total = estimate(&mix, Quantity::Bytes, Confidence::default());
        prop_assert_eq!(total.value, bytes as f64);
        prop_assert_eq!(total.standard_error, Some(0.0));
        prop_assert_eq!((total.low, total.high), (total.value, Some(total.value)));
    }

    #[test]
    fn interval_contains_the_estimate_and_respects_what_was_seen(mix in mix(), level in 0.5..0.999) {
        let confidence = Confidence::new(level).unwrap();
        for quantity in QUANTITIES {
            let total = estimate(&mix, quantity, confidence);
            let rounding = 1e-12 * total.value;
            prop_assert!(mix.seen(quantity) <= total.low + rounding);
            prop_assert!(total.low <= total.value + rounding);
            prop_assert!(total.high.is_none_or(|high| total.value <= high + rounding));
        }
    }

    #[test]
    fn interval_of_any_magnitude_contains_the_estimate(
        rate in magnitude(40),
        records in prop::collection::vec((magnitude(45), magnitude(40)), 1..6),
        level in 0.01..0.9999,
    ) {
        let mix = Mix::from_records(SamplingRate::new(rate).unwrap(), records);
        for quantity in [Quantity::Bytes, Quantity::Objects] {
            let known = estimate(&mix, quantity, Confidence::new(level).unwrap());
            prop_assert!(known.low >= mix.seen(quantity) * (1.0 - 1e-9), "{known:?}");
            prop_assert!(known.low <= known.value * (1.0 + 1e-9), "{known:?}");
            let high = known.high.unwrap();
            prop_assert!(high >= known.value * (1.0 - 1e-9) && high.is_finite(), "{known:?}");
        }
    }

    #[test]
    fn standard_error_stays_below_its_bound(mix in mix()) {
        let bound = mix.rate().standard_error_bound(mix.total(Quantity::Bytes));
        prop_assert!(mix.variance(Quantity::Bytes).sqrt() <= bound * (1.0 + 1e-12));
    }

    #[test]
    fn what_go_writes_is_recovered(size in 1_u64..10_000_000, sampled in 0_i64..5_000_000, rate in rate()) {
        let (objects, bytes) = scale(sampled, size, rate);
        prop_assert_eq!(recover(objects, bytes, size, rate), Some(sampled));
    }

    #[test]
    fn merged_mixes_add_up(rate in rate(), left in records(), right in records()) {
        let mut merged = Mix::from_records(rate, left.iter().copied());
        merged.merge(&Mix::from_records(rate, right.iter().copied())).unwrap();
        let together = Mix::from_records(rate, left.into_iter().chain(right));
        prop_assert_eq!(merged, together);
    }

    #[test]
    fn p_value_and_interval_agree(before in mix(), after in mix()) {
        let comparison = Comparison::new(Side::new(&before), Side::new(&after), Quantity::Bytes);
        let p_value = comparison.p_value();
        prop_assume!((p_value - 0.05).abs() > 1e-6 && !comparison.is_exact());
        if let Some(interval) = comparison.ratio_interval(Confidence::default()) {
            let unchanged = interval.low.is_some_and(|low| low <= 1.0)
                && interval.high.is_none_or(|high| high >= 1.0);
            prop_assert_eq!(unchanged, p_value > 0.05, "{:?} {}", interval, p_value);
        }
    }

    #[test]
    fn q_values_are_not_below_p_values(p_values in prop::collection::vec(0.0..=1.0, 0..40)) {
        for (p_value, q_value) in p_values.iter().zip(q_values(&p_values)) {
            prop_assert!(q_value >= *p_value && q_value <= 1.0);
        }
    }

    #[test]
    fn reversed_counts_swap_rise_and_fall(counts in prop::collection::vec(0_u32..50, 2..25)) {
        let forth: Vec<f64> = counts.iter().copied().map(f64::from).collect();
        let back: Vec<f64> = forth.iter().rev().copied().collect();
        let (forth, back) = (classify_even_trend(&forth).unwrap(), classify_even_trend(&back).unwrap());
        prop_assert!(close(forth.p_rise, back.p_fall));
        prop_assert!(close(forth.slope, -back.slope));
    }
}

#[test]
fn too_few_samples_leave_the_family() {
    let rate = SamplingRate::new(524_288).unwrap();
    let of = |samples| Mix::from_records(rate, [(64, samples)]);
    let reach = |before, after| {
        let (before, after) = (of(before), of(after));
        let sides = (Side::new(&before), Side::new(&after));
        could_reach(
            0.05,
            sides.0,
            sides.1,
            Quantity::Bytes,
            RunVariation::default(),
        )
    };
    assert!(!reach(2, 2));
    assert!(!reach(4, 0));
    assert!(reach(5, 0));
    assert!(reach(2, 3));
}

#[test]
fn nothing_sampled_still_bounds_the_bytes() {
    let rate = SamplingRate::new(524_288).unwrap();
    let bytes = estimate(&Mix::new(rate), Quantity::Bytes, Confidence::default());
    assert!((bytes.high.unwrap() / 524_288.0 - 3.689).abs() < 1e-3);
    assert_eq!(bytes.standard_error, None);
    let objects = estimate(&Mix::new(rate), Quantity::Objects, Confidence::default());
    assert_eq!(objects.high, None);
}

#[test]
fn certain_blocks_are_exact_and_count_without_error() {
    let rate = SamplingRate::new(524_288).unwrap();
    let mix = Mix::from_records(rate, [(67_108_864, 3)]);
    assert!(mix.is_exact(Quantity::Bytes));
    let total = estimate(&mix, Quantity::Objects, Confidence::default());
    assert_eq!((total.low, total.high), (3.0, Some(3.0)));
}

#[test]
fn claims_are_tested_against_their_own_ratio() {
    let rate = SamplingRate::new(524_288).unwrap();
    let before = Mix::from_records(rate, [(1024, 400)]);
    let after = Mix::from_records(rate, [(1024, 200)]);
    let halved = Comparison::new(Side::new(&before), Side::new(&after), Quantity::Bytes);
    assert!(halved.p_value_below(0.7) < 1e-4, "clearly below 0.7");
    assert!(halved.p_value_below(0.5) > 0.4, "not clearly below 0.5");
    assert!(halved.p_value_above(0.4) < 0.02, "clearly above 0.4");
}

#[test]
fn nested_snapshots_with_falling_counts_are_refused() {
    let rate = SamplingRate::new(524_288).unwrap();
    let counts = |allocated, in_use| LifeCounts { allocated, in_use };
    let fell = NestedRecord {
        size: 64,
        earlier: counts(9, 2),
        later: counts(8, 2),
    };
    assert!(!fell.can_be_nested());
    assert_eq!(allocation_window(&[fell], rate), None);
    assert_eq!(in_use_change(&[fell], rate, Quantity::Bytes), None);
}

#[test]
fn mixed_sizes_have_no_reliable_upper_number_of_objects() {
    let rate = SamplingRate::new(524_288).unwrap();
    let narrow = Mix::from_records(rate, [(64, 3), (256, 2)]);
    let wide = Mix::from_records(rate, [(64, 3), (257, 2)]);
    let reliable = |mix, quantity| estimate(mix, quantity, Confidence::default()).high_is_reliable;
    assert!(reliable(&narrow, Quantity::Objects));
    assert!(!reliable(&wide, Quantity::Objects));
    assert!(reliable(&wide, Quantity::Bytes));
}

#[test]
fn equal_shares_are_not_told_apart() {
    let rate = SamplingRate::new(524_288).unwrap();
    let of = |samples| Mix::from_records(rate, [(64, samples)]);
    let (few, many, more) = (of(40), of(400), of(90));
    let side = |site, rest| SiteAndRest { site, rest };
    let same = share_p_value(side(&few, &many), side(&few, &many), Quantity::Bytes);
    assert_eq!(same, Some(1.0));
    let grown = share_p_value(side(&few, &many), side(&more, &many), Quantity::Bytes);
    assert!(grown.unwrap() < 0.001);
    assert_eq!(
        share_p_value(
            side(&Mix::new(rate), &many),
            side(&few, &many),
            Quantity::Bytes
        ),
        None
    );
}

#[test]
fn answers_are_debug_send_and_sync() {
    fn check<T: std::fmt::Debug + Send + Sync>() {}
    check::<Mix>();
    check::<Comparison>();
    check::<Estimate>();
    check::<RatioInterval>();
    check::<ReplicateComparison>();
    check::<ReplicateError>();
    check::<SizeClass>();
    check::<Trend>();
}

#[test]
fn impossible_ratios_are_refuted_by_what_was_seen() {
    let rate = SamplingRate::new(524_288).unwrap();
    let seen = Mix::from_records(rate, [(1024, 9)]);
    let comparison = Comparison::new(Side::new(&seen), Side::new(&seen), Quantity::Bytes);
    assert_eq!(comparison.p_value_above(0.0), 0.0);
    assert_eq!(comparison.p_value_below(0.0), 1.0);
    assert_eq!(comparison.p_value_below(f64::INFINITY), 0.0);
}

#[test]
fn extreme_input_ends_without_a_panic() {
    let rate = SamplingRate::new(u64::MAX).unwrap();
    let huge = Mix::from_records(rate, [(1, u64::MAX), (u64::MAX, u64::MAX), (u64::MAX, 1)]);
    let work = Exposure::new(f64::MIN_POSITIVE).unwrap();
    let side = Side {
        mix: &huge,
        exposure: work,
    };
    let empty = Mix::new(SamplingRate::new(1).unwrap());
    for quantity in QUANTITIES {
        let _ = estimate(&huge, quantity, Confidence::default());
        for (before, after) in [
            (side, Side::new(&empty)),
            (Side::new(&huge), side),
            (side, side),
        ] {
            let comparison = Comparison::new(before, after, quantity);
            let _ = (
                comparison.p_value(),
                comparison.ratio_interval(Confidence::default()),
            );
        }
    }
    assert!(skellam_sf(1.0, f64::NAN, 1.0).is_nan());
    assert_eq!(recover(i64::MIN, i64::MAX, u64::MAX, rate), None);
    assert_eq!(
        SizeClass::from_average(i64::MIN, i64::MIN, rate).map(|class| class.size()),
        Some(1)
    );
    assert_eq!(classify_even_trend(&[]), None);
    assert_eq!(classify_even_trend(&[f64::NAN, 1.0]), None);
    assert_eq!(q_values(&[f64::NAN]), [1.0]);
    assert_eq!(mann_whitney_p_value(&[], &[1.0]), None);
    assert_eq!(dispersion_prior(&[1.0], 4.0), None);
}
