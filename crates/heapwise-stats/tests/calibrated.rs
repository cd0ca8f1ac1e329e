//! Whether parts of exact totals are right as often as they say, on profiles of known truth.

#[allow(dead_code, reason = "shared with what measures more")]
mod draws;

use draws::{Random, blocks_for, bytes_of};
use heapwise_stats::{
    CalibratedComparison, Confidence, Exposure, Mix, PartOfTotal, Quantity, RatioTest,
    SamplingRate, calibrated,
};

const RATE: u64 = 512 << 10;
const OPERATIONS: f64 = 1000.0;
const TIMES: u32 = 150;

/// Sizes of the site's blocks and of the rest's.
const SIZES: [(&str, &[u64], &[u64]); 7] = [
    ("small in small", &[64], &[128]),
    ("large in small", &[1 << 20], &[64]),
    ("small in large", &[64], &[1 << 20]),
    ("huge in small", &[5 << 20], &[256]),
    ("small in huge", &[256], &[5 << 20]),
    ("mixed", &[32, 65_536, 2 << 20], &[64, 4096, 1 << 20]),
    ("certain in small", &[16 << 20], &[64]),
];

/// Expected samples of the site and of the rest.
const SAMPLES: [(f64, f64); 5] = [
    (0.5, 30.0),
    (5.0, 5.0),
    (8.0, 300.0),
    (40.0, 1.0),
    (60.0, 100.0),
];

/// The blocks of a profile.
#[derive(Clone)]
struct Blocks {
    site: Vec<(u64, u64)>,
    rest: Vec<(u64, u64)>,
}

/// A profile of them.
struct Drawn {
    site: Mix,
    rest: Mix,
    per_operation: Exposure,
}

impl Blocks {
    fn per_operation(&self) -> Exposure {
        let total = bytes_of(&self.site) + bytes_of(&self.rest);
        amount(total / OPERATIONS)
    }

    fn draw(&self, random: &mut Random) -> Drawn {
        Drawn {
            site: random.sampled(&self.site, rate()),
            rest: random.sampled(&self.rest, rate()),
            per_operation: self.per_operation(),
        }
    }

    fn with_site_times(&self, factor: f64) -> Blocks {
        let times = |&(size, blocks): &(u64, u64)| {
            let blocks = (blocks as f64 * factor).round();
            (size, (blocks as u64).max(1))
        };
        Blocks {
            site: self.site.iter().map(times).collect(),
            rest: self.rest.clone(),
        }
    }
}

impl Drawn {
    fn part(&self, operations: Option<Exposure>) -> PartOfTotal<'_> {
        let part = PartOfTotal::of_share(&self.site, &self.rest, self.per_operation);
        match operations {
            Some(operations) => part.with_operations(operations),
            None => part,
        }
    }
}

#[derive(Default)]
struct Wrong {
    intervals: u32,
    tests: u32,
    below: u32,
    above: u32,
}

fn measure(old: &Blocks, new: &Blocks, operations: Option<Exposure>) -> Wrong {
    let mut wrong = Wrong::default();
    let mut random = Random(7);
    let truth = bytes_of(&old.site) / OPERATIONS;
    let ratio = bytes_of(&new.site) / bytes_of(&old.site);
    for _ in 0..TIMES {
        let (before, after) = (old.draw(&mut random), new.draw(&mut random));
        let (before, after) = (before.part(operations), after.part(operations));
        let is_wrong = calibrated(before, Quantity::Bytes, Confidence::default())
            .is_some_and(|found| found.low > truth * 1.000_001 || found.high < truth * 0.999_999);
        let both = CalibratedComparison::new(before, after, Quantity::Bytes);
        wrong.intervals += u32::from(is_wrong);
        wrong.tests += u32::from(both.tails(ratio).two_sided() <= 0.05);
        wrong.below += u32::from(both.p_value_below(ratio) <= 0.05);
        wrong.above += u32::from(both.p_value_above(ratio) <= 0.05);
    }
    wrong
}

#[test]
fn true_parts_and_ratios_are_refuted_no_more_often_than_allowed() {
    // Three standard deviations above 5 %.
    let most = (0.05 + 3.0 * (0.05 * 0.95 / f64::from(TIMES)).sqrt()) * f64::from(TIMES);
    for (name, site, rest) in SIZES {
        for (of_site, of_rest) in SAMPLES {
            let old = Blocks {
                site: blocks_for(of_site, site, rate()),
                rest: blocks_for(of_rest, rest, rate()),
            };
            for factor in [1.0, 0.6] {
                let new = old.with_site_times(factor);
                for operations in [None, Exposure::new(OPERATIONS)] {
                    let wrong = measure(&old, &new, operations);
                    let worst = [wrong.intervals, wrong.tests, wrong.below, wrong.above];
                    assert!(
                        worst.iter().all(|&count| f64::from(count) <= most),
                        "{name}, {of_site} and {of_rest} samples, x{factor}, \
                         operations {operations:?}: {worst:?} of {TIMES}"
                    );
                }
            }
        }
    }
}

/// How often a fall by a quarter is found.
fn found(site: &[u64], rest: &[u64], operations: Option<Exposure>) -> f64 {
    let old = Blocks {
        site: blocks_for(200.0, site, rate()),
        rest: blocks_for(200.0, rest, rate()),
    };
    let new = old.with_site_times(0.75);
    let mut random = Random(11);
    let found = (0..TIMES).filter(|_| {
        let (before, after) = (old.draw(&mut random), new.draw(&mut random));
        let (before, after) = (before.part(operations), after.part(operations));
        CalibratedComparison::new(before, after, Quantity::Bytes).p_value() <= 0.05
    });
    found.count() as f64 / f64::from(TIMES)
}

#[test]
fn real_changes_are_found() {
    let exactly = Exposure::new(OPERATIONS);
    assert!(found(&[64], &[64], None) > 0.9);
    // The noise of small blocks beside large ones is in the share, not in the regression.
    assert!(found(&[2 << 20], &[64], exactly) > 0.99);
}

fn rate() -> SamplingRate {
    SamplingRate::new(RATE).expect("a rate")
}

fn mix(records: &[(u64, u64)]) -> Mix {
    Mix::from_records(rate(), records.iter().copied())
}

fn amount(bytes: f64) -> Exposure {
    Exposure::new(bytes).expect("above zero")
}

#[test]
fn says_nothing_without_samples_and_little_of_a_site_without_any() {
    let (none, some) = (mix(&[]), mix(&[(64, 100)]));
    let nothing = PartOfTotal::of_share(&none, &none, amount(100.0));
    let absent = PartOfTotal::of_share(&none, &some, amount(100.0));
    let confidence = Confidence::default();
    assert_eq!(calibrated(nothing, Quantity::Bytes, confidence), None);
    let found = calibrated(absent, Quantity::Bytes, confidence).unwrap();
    assert_eq!((found.value, found.low), (0.0, 0.0));
    assert_eq!(found.log_standard_error, None);
    // One minus the hundredth root of 2.5 %.
    assert!((found.high - 3.6).abs() < 0.5, "{}", found.high);
    let both = CalibratedComparison::new(absent, nothing, Quantity::Bytes);
    assert_eq!(both.p_value(), 1.0);
    assert_eq!(both.ratio_interval(confidence), None);
    // Gone, or new: of these there is one.
    let present = PartOfTotal::of_share(&some, &some, amount(100.0));
    let gone = CalibratedComparison::new(present, absent, Quantity::Bytes);
    let interval = gone.ratio_interval(confidence).unwrap();
    assert_eq!((interval.ratio, interval.low), (Some(0.0), Some(0.0)));
    assert!(
        gone.p_value() < 1e-9 && interval.high.unwrap() < 0.2,
        "{} {interval:?}",
        gone.p_value()
    );
    let new = CalibratedComparison::new(absent, present, Quantity::Bytes);
    let interval = new.ratio_interval(confidence).unwrap();
    assert!(
        interval.ratio.is_none_or(f64::is_infinite) && interval.high.is_none(),
        "{interval:?}"
    );
}

#[test]
fn a_site_that_is_everything_follows_the_exact_totals() {
    let (site, none) = (mix(&[(64, 60)]), mix(&[]));
    let before = PartOfTotal::of_share(&site, &none, amount(100.0));
    let after = PartOfTotal::of_share(&site, &none, amount(60.0));
    let both = CalibratedComparison::new(before, after, Quantity::Bytes);
    assert!((both.ratio().unwrap() - 0.6).abs() < 1e-9);
    assert!(both.p_value() < 1e-6);
    let interval = both.ratio_interval(Confidence::default()).unwrap();
    assert!(interval.low.unwrap() > 0.5 && interval.high.unwrap() < 0.7);
}

#[test]
fn exchanging_the_sides_inverts_the_ratio_and_keeps_the_p_value() {
    let (site, rest) = (mix(&[(64, 40), (1 << 20, 3)]), mix(&[(4096, 90)]));
    let (other, others) = (mix(&[(64, 21)]), mix(&[(4096, 110), (2 << 20, 1)]));
    let before = PartOfTotal::of_share(&site, &rest, amount(900.0));
    let after = PartOfTotal::of_share(&other, &others, amount(1000.0));
    let forth = CalibratedComparison::new(before, after, Quantity::Bytes);
    let back = CalibratedComparison::new(after, before, Quantity::Bytes);
    assert!((forth.p_value() - back.p_value()).abs() < 1e-9);
    let confidence = Confidence::default();
    let (one, two) = (
        forth.ratio_interval(confidence).unwrap(),
        back.ratio_interval(confidence).unwrap(),
    );
    assert!((one.low.unwrap() * two.high.unwrap() - 1.0).abs() < 1e-6);
    assert!((one.high.unwrap() * two.low.unwrap() - 1.0).abs() < 1e-6);
}

#[test]
fn nothing_is_uncertain_where_every_block_is_recorded() {
    let rate = SamplingRate::new(1).unwrap();
    let site = Mix::from_records(rate, [(64, 10)]);
    let rest = Mix::from_records(rate, [(32, 20)]);
    let part = PartOfTotal::of_share(&site, &rest, amount(128.0));
    let found = calibrated(part, Quantity::Bytes, Confidence::default()).unwrap();
    assert_eq!((found.value, found.low, found.high), (64.0, 64.0, 64.0));
    assert_eq!(found.effective_samples, None);
    let same = CalibratedComparison::new(part, part, Quantity::Bytes);
    assert_eq!(same.p_value(), 1.0);
    assert_eq!(same.p_value_below(1.01), 0.0);
}
