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
        let first = Side::new(&before).with_exposure(work.0);
        let second = Side::new(&after).with_exposure(work.1);
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
fn certain_blocks_have_no_error_but_may_have_had_small_ones_beside_them() {
    let rate = SamplingRate::new(524_288).unwrap();
    let mix = Mix::from_records(rate, [(67_108_864, 3)]);
    assert!(mix.is_exact(Quantity::Bytes));
    let bytes = estimate(&mix, Quantity::Bytes, Confidence::default());
    let unseen = bytes.high.unwrap() - bytes.value;
    assert_eq!((bytes.low, bytes.standard_error), (bytes.value, Some(0.0)));
    assert!((unseen / 524_288.0 - 3.689).abs() < 1e-3, "{unseen}");
    let objects = estimate(&mix, Quantity::Objects, Confidence::default());
    assert_eq!((objects.low, objects.high_is_reliable), (3.0, false));
    let every = Mix::from_records(SamplingRate::new(1).unwrap(), [(67_108_864, 3)]);
    let objects = estimate(&every, Quantity::Objects, Confidence::default());
    assert_eq!((objects.low, objects.high), (3.0, Some(3.0)));
}

#[test]
fn blocks_that_are_missed_once_in_a_million_count_as_those_that_never_are() {
    let rate = SamplingRate::new(524_288).unwrap();
    for rates in [12, 19, 21, 100] {
        let mix = Mix::from_records(rate, [(rates * 524_288, 4)]);
        let bytes = estimate(&mix, Quantity::Bytes, Confidence::default());
        let unseen = bytes.high.unwrap() - bytes.value;
        assert!(unseen > 3.68 * 524_288.0, "{rates} rates: {unseen}");
    }
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
    let counts = |allocated, in_use| LifeCounts::new(allocated, in_use);
    let fell = NestedRecord::new(64, counts(9, 2), counts(8, 2));
    assert!(!fell.can_be_nested());
    assert_eq!(allocation_window(&[fell], rate), None);
    assert_eq!(in_use_change(&[fell], rate, Quantity::Bytes), None);
}

#[test]
fn objects_have_an_upper_limit_only_where_unseen_small_blocks_do_not_matter() {
    let rate = SamplingRate::new(524_288).unwrap();
    let reliable = |records: &[(u64, u64)], quantity| {
        let mix = Mix::from_records(rate, records.iter().copied());
        estimate(&mix, quantity, Confidence::default()).high_is_reliable
    };
    assert!(!reliable(&[(64, 3), (256, 2)], Quantity::Objects));
    assert!(!reliable(&[(1024, 4000)], Quantity::Objects));
    assert!(!reliable(&[(1 << 20, 100_000)], Quantity::Objects));
    assert!(reliable(&[(16, 100)], Quantity::Objects));
    assert!(reliable(&[(8, 50), (1 << 20, 3)], Quantity::Objects));
    assert!(reliable(&[(64, 3), (1 << 20, 2)], Quantity::Bytes));
}

#[test]
fn equal_shares_are_not_told_apart() {
    let rate = SamplingRate::new(524_288).unwrap();
    let of = |samples| Mix::from_records(rate, [(64, samples)]);
    let (few, many, more) = (of(40), of(400), of(90));
    let side = |site, rest| SiteAndRest::new(site, rest);
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
    check::<Error>();
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
    let side = Side::new(&huge).with_exposure(work);
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

#[test]
fn a_side_without_uncertain_blocks_borrows_the_other_sides() {
    let rate = SamplingRate::new(524_288).unwrap();
    let certain = Mix::from_records(rate, [(32 << 20, 3)]);
    // One block of two rates more is sampled on one side in 23 % of pairs that have it on both.
    let lucky = Mix::from_records(rate, [(32 << 20, 3), (1 << 20, 1)]);
    let compare = |before, after| {
        Comparison::new(Side::new(before), Side::new(after), Quantity::Bytes).p_value()
    };
    assert!(compare(&certain, &lucky) > 0.05);
    assert!(compare(&lucky, &certain) > 0.05);
    assert_eq!(compare(&certain, &certain), 1.0);
    let more = Mix::from_records(rate, [(32 << 20, 6), (1 << 20, 1)]);
    assert!(compare(&certain, &more) < 0.01);
}

#[test]
fn a_detectable_change_is_what_its_samples_are_needed_for() {
    let confidence = |level| Confidence::new(level).unwrap();
    let judgements = [
        Judgement::default(),
        Judgement::new(confidence(0.99), 20, 0),
        Judgement::new(confidence(0.95), 200, 3),
        Judgement::with_degrees(confidence(0.95), 20, 0, 4.0),
    ];
    for judgement in judgements {
        for samples in [300.0, 4000.0, 1e5] {
            let rise = judgement.detectable_rise(samples).unwrap();
            let fall = judgement.detectable_fall(samples).unwrap();
            for change in [rise, -fall] {
                let needed = judgement.samples_needed(change).unwrap();
                assert!((needed / samples - 1.0).abs() < 1e-9, "{change}: {needed}");
            }
        }
    }
    let rise = |judgement: &Judgement| judgement.detectable_rise(100.0).unwrap();
    let sizes: Vec<f64> = judgements.iter().map(rise).collect();
    assert!(sizes[0] < sizes[1] && sizes[0] < sizes[2] && sizes[0] < sizes[3]);
    let one = Judgement::default();
    assert_eq!(one.detectable_rise(0.0), None);
    assert_eq!(one.detectable_fall(2.0), None);
    for change in [0.0, -1.0, f64::NAN] {
        assert_eq!(one.samples_needed(change), None);
    }
    assert!((Judgement::with_degrees(confidence(0.95), 1, 0, f64::INFINITY)) == one);
}

#[test]
fn all_looks_together_spend_what_one_may() {
    let confidence = Confidence::default();
    let spent = |look: u32| {
        1.0 - confidence_at_look(confidence, std::num::NonZeroU32::new(look).unwrap()).level()
    };
    assert!((spent(1) - 0.025).abs() < 1e-12);
    assert!((spent(2) - 0.05 / 6.0).abs() < 1e-12);
    let all: f64 = (1..=1000).map(spent).sum();
    assert!(all < 0.05 && all > 0.0499, "{all}");
    assert!(spent(u32::MAX) > 0.0);
}

#[test]
fn the_mean_of_runs_knows_of_their_variation() {
    let rate = SamplingRate::new(524_288).unwrap();
    let run = |samples| {
        let mix = Mix::from_records(rate, [(64, samples)]);
        estimate(&mix, Quantity::Bytes, Confidence::default())
    };
    let confidence = Confidence::default();
    let one = mean_of_runs(&[run(100)], confidence).unwrap();
    assert_eq!(
        (one.low, one.high, Some(one.standard_error)),
        (run(100).low, run(100).high, run(100).standard_error)
    );
    let alike = mean_of_runs(&[run(100), run(101), run(99)], confidence).unwrap();
    let apart = mean_of_runs(&[run(60), run(100), run(140)], confidence).unwrap();
    let width = |mean: &RunMean| mean.high.unwrap() - mean.low;
    assert!(width(&alike) < width(&one) * 1.5);
    assert!(width(&apart) > 2.0 * width(&alike));
    assert!((apart.value - 100.0 * one.value / 100.0).abs() < 1e-6 * one.value);
    assert_eq!(mean_of_runs(&[], confidence), None);
    let none = mean_of_runs(&[run(0), run(0)], confidence).unwrap();
    assert!(none.low == 0.0 && none.high.unwrap() > 0.0);
    // Objects of which few were sampled have no upper limit, however many runs there are.
    let objects = |samples| {
        let mix = Mix::from_records(rate, [(4096, samples)]);
        estimate(&mix, Quantity::Objects, Confidence::default())
    };
    let objects = mean_of_runs(&[objects(50), objects(55)], confidence).unwrap();
    assert_eq!(objects.high, None);
}

#[test]
fn changes_in_use_have_limits_even_where_nothing_was_seen_to_change() {
    let rate = SamplingRate::new(524_288).unwrap();
    let record = |allocated, in_use| {
        NestedRecord::new(
            1024,
            LifeCounts::new(40, 30),
            LifeCounts::new(allocated, in_use),
        )
    };
    let limits = |record, quantity| {
        let limits = in_use_limits(&[record], rate, quantity, Confidence::default()).unwrap();
        (limits.low, limits.high)
    };
    let still = limits(record(40, 30), Quantity::Bytes);
    let unseen = unseen(rate, Quantity::Bytes, Confidence::default());
    assert_eq!(still, (Some(-unseen), Some(unseen)));
    let (low, high) = limits(record(44, 34), Quantity::Bytes);
    let change = in_use_change(&[record(44, 34)], rate, Quantity::Bytes).unwrap();
    assert!(low.unwrap() < change.value && change.value < high.unwrap());
    assert!(high.unwrap() - change.value > 1.96 * change.standard_error);
    assert_eq!(limits(record(44, 34), Quantity::Objects), (None, None));
    let fell = record(39, 30);
    assert_eq!(
        in_use_limits(&[fell], rate, Quantity::Bytes, Confidence::default()),
        None
    );
}
