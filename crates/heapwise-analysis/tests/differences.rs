//! What differences say of two sides: for equal work, what most sites have in common, and what is shown.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

#[path = "common/heap.rs"]
mod heap;

use heap::heap;
use heapwise_analysis::stats::Exposure;
use heapwise_analysis::{
    DiffOptions, DiffRow, DiffSide, Difference, GivenWork, Granularity, Per, RankOptions, Ranking,
    TestKind, Trim, Verdict, diff, rank,
};
use heapwise_decode::Limits;

/// Blocks of each function: its name, their size, and how many were sampled.
type Sites<'a> = &'a [(&'a str, u64, i64)];

const RATE: u64 = 524_288;

/// Profiles of a side, and the work that each covers.
struct Side {
    rankings: Vec<Ranking>,
    index: Vec<usize>,
    work: Vec<Exposure>,
}

impl Side {
    fn of(rate: u64, profiles: &[Sites<'_>], work: &[f64]) -> Side {
        let options = RankOptions::new(Granularity::Functions);
        let ranked = |sites: &Sites<'_>| rank(&*heap(rate, sites), &options, &Limits::default());
        let rankings: Vec<Ranking> = profiles.iter().map(|one| ranked(one).unwrap()).collect();
        let type_ = |one: &Ranking| one.header.sample_index(Some("alloc_space")).unwrap();
        Side {
            index: rankings.iter().map(type_).collect(),
            rankings,
            work: work
                .iter()
                .map(|amount| Exposure::new(*amount).unwrap())
                .collect(),
        }
    }

    fn side(&self) -> DiffSide<'_> {
        let side = DiffSide::new(&self.rankings, &self.index);
        match self.work.is_empty() {
            true => side,
            false => side.with_exposures(&self.work),
        }
    }
}

fn compared(before: &Side, after: &Side, work: GivenWork) -> Difference {
    let mut options = DiffOptions::default();
    options.work = work;
    diff(&before.side(), &after.side(), &options).unwrap()
}

fn row<'a>(difference: &'a Difference, name: &str) -> &'a DiffRow {
    let mut rows = difference.rows.iter();
    rows.find(|row| row.site.pprof_name() == name).unwrap()
}

#[test]
fn small_rows_without_a_verdict_are_left_out_and_counted() {
    let before = [
        ("main.a", 8, 1000),
        ("main.b", 8, 13),
        ("main.c", 8, 12),
        ("main.d", 8, 3),
    ];
    let after = [
        ("main.a", 8, 900),
        ("main.b", 8, 13),
        ("main.c", 8, 12),
        ("main.d", 8, 1),
    ];
    let sides = [before, after].map(|sites| Side::of(1, &[&sites], &[]));
    let difference = compared(&sides[0], &sides[1], GivenWork::Same);
    let shown = |fraction: f64, count: usize| {
        let trim = Trim {
            node_fraction: fraction,
            node_count: Some(count),
            ..Trim::NONE
        };
        let shown = difference.shown(&trim, |_| true);
        let names: Vec<String> = shown.rows.iter().map(|row| row.site.pprof_name()).collect();
        let omitted = shown.omitted;
        (names.join(" "), omitted.rows, omitted.small, omitted.flat)
    };
    let all = "main.a main.d main.b main.c".to_owned();
    assert_eq!(shown(0.0, 0), (all, 0, 0, 0));
    // A part of the larger total, which is 8224 bytes: 102 of it are less than 13 blocks and more than 12.
    let large = "main.a main.d main.b".to_owned();
    assert_eq!(shown(0.0125, 0), (large, 1, 1, 0));
    assert_eq!(shown(0.0125, 1), ("main.a".to_owned(), 3, 1, -16));
    assert_eq!(shown(0.5, 0), ("main.a main.d".to_owned(), 2, 2, 0));
    let trim = Trim::NONE;
    let none = difference.shown(&trim, |row| row.site.pprof_name() == "main.b");
    assert_eq!((none.rows.len(), none.omitted.flat), (1, -816));
}

#[test]
fn changes_are_those_of_equal_work() {
    let sites: Sites<'_> = &[("main.f", 10, 100)];
    // Half as much for each operation, in one profile a side or in several.
    for (before, after) in [
        (&[10.0][..], &[20.0][..]),
        (&[4.0, 6.0], &[5.0, 25.0, 30.0]),
    ] {
        let before = Side::of(1, &vec![sites; before.len()], before);
        let after_sites: Sites<'_> = &[("main.f", 10, 100)];
        let profiles = vec![after_sites; after.len()];
        let after = Side::of(1, &profiles, after);
        let (old, new) = (
            before.work.iter().map(|work| work.amount()).sum::<f64>(),
            after.work.iter().map(|work| work.amount()).sum::<f64>(),
        );
        let counts = (before.rankings.len() as f64, after.rankings.len() as f64);
        let (of_old, of_new) = (1000.0 * counts.0 / old, 1000.0 * counts.1 / new);
        for (given, per) in [
            (GivenWork::Operations, Per::Operation),
            (
                GivenWork::Seconds(heapwise_analysis::Clock::new(1e6, 1)),
                Per::Second,
            ),
        ] {
            let difference = compared(&before, &after, given);
            assert_eq!(difference.exposures, Some((old, new)));
            let change = &row(&difference, "main.f").flat;
            let known = change.per_work.unwrap();
            assert_eq!(
                (known.per, known.before, known.after),
                (per, of_old, of_new)
            );
            let ratio = change.ratio.unwrap().value;
            assert!((ratio - of_new / of_old).abs() < 1e-12, "{ratio}");
            assert_eq!(
                change.delta.value,
                ((of_new / of_old - 1.0) * 1000.0).round() as i128
            );
        }
        let unknown = compared(&before, &after, GivenWork::Same);
        assert_eq!(row(&unknown, "main.f").flat.per_work, None);
    }
}

#[test]
fn what_most_sites_have_in_common_is_the_work() {
    let names = ["main.a", "main.b", "main.c", "main.d", "main.e"];
    let sites = |factor: i64, others: Sites<'static>| -> Vec<(&'static str, u64, i64)> {
        let own = names
            .iter()
            .zip(1..)
            .map(|(name, at)| (*name, 8, 100 * at * factor));
        own.chain(others.iter().copied()).collect()
    };
    let side = |rate: u64, sites: &[(&str, u64, i64)]| Side::of(rate, &[sites], &[]);
    let gone: Sites<'_> = &[("main.gone", 8, 50)];
    let new: Sites<'_> = &[("main.new", 8, 50)];
    let (before, after) = (side(1, &sites(2, gone)), side(1, &sites(3, new)));
    let found = compared(&before, &after, GivenWork::Nothing)
        .common_factor
        .unwrap();
    assert!((found.value - 1.5).abs() < 1e-9, "{found:?}");
    // What is on one side only has no factor.
    assert_eq!((found.sites, found.of), (5, 5));
    assert!(
        compared(&before, &after, GivenWork::Same)
            .common_factor
            .is_none()
    );
    // Sampled, each site speaks by its samples, and one with fewer than five on a side not at all.
    let few: Sites<'_> = &[("main.few", 1024, 4), ("main.more", 1024, 6)];
    let (before, after) = (side(RATE, &sites(2, few)), side(RATE, &sites(3, few)));
    let found = compared(&before, &after, GivenWork::Nothing)
        .common_factor
        .unwrap();
    assert_eq!((found.sites, found.of), (6, 6));
    let samples = |factor: f64| 1500.0 * factor;
    let error = (1.0 / samples(2.0) + 1.0 / samples(3.0)).sqrt();
    let width = (found.high / found.low).ln() / (2.0 * 1.959_964);
    assert!((width / error - 1.0).abs() < 0.02, "{width} {error}");
}

#[test]
fn exact_numbers_are_judged_by_their_values() {
    let sites = |count: i64| Side::of(1, &[&[("main.f", 8, count), ("main.g", 8, 7)]], &[]);
    for (before, after, verdict) in [
        (100, 99, Verdict::Decreased),
        (100, 101, Verdict::Increased),
        (100, 100, Verdict::NoChangeSeen),
    ] {
        let difference = compared(&sites(before), &sites(after), GivenWork::Same);
        assert_eq!(row(&difference, "main.f").flat.verdict, verdict);
        assert_eq!(
            row(&difference, "main.g").flat.verdict,
            Verdict::NoChangeSeen
        );
        assert_eq!(difference.total.delta.value, 8 * i128::from(after - before));
        assert_eq!(difference.total.basis.name(), "exact");
    }
}

#[test]
fn ranks_are_those_of_the_values_of_each_profile() {
    let side = |counts: [i64; 4]| {
        let sites = counts.map(|count| [("main.f", 1024, count), ("main.g", 1024, 50)]);
        let sites: Vec<Sites<'_>> = sites.iter().map(|one| &one[..]).collect();
        Side::of(RATE, &sites, &[])
    };
    let p = |before: [i64; 4], after: [i64; 4]| {
        let (before, after) = (side(before), side(after));
        let mut options = DiffOptions::default();
        options.work = GivenWork::Same;
        options.test = TestKind::MannWhitney;
        let difference = diff(&before.side(), &after.side(), &options).unwrap();
        (
            difference.total.p.unwrap(),
            row(&difference, "main.f").flat.p.unwrap(),
        )
    };
    // Of the 70 ways to choose four of eight two are as far apart as can be, and four are where one pair is exchanged.
    for (after, ways) in [([80, 81, 82, 83], 2.0), ([80, 81, 82, 101], 4.0)] {
        let found = p([100, 102, 103, 104], after);
        let expected: f64 = ways / 70.0;
        assert!((found.0 - expected).abs() < 1e-9, "{found:?}");
        assert!((found.1 - expected).abs() < 1e-9, "{found:?}");
    }
}

#[test]
fn several_profiles_on_either_side_are_the_grounds() {
    let side = |rate: u64, profiles: usize| {
        let sites: Sites<'_> = &[("main.f", 1024, 100)];
        Side::of(rate, &vec![sites; profiles], &[])
    };
    for (before, after, of_samples, of_all) in [
        (1, 1, "sampling", "exact"),
        (1, 3, "replicates", "replicates"),
        (3, 1, "replicates", "replicates"),
        (2, 2, "replicates", "replicates"),
    ] {
        for (rate, expected) in [(RATE, of_samples), (1, of_all)] {
            let difference = compared(&side(rate, before), &side(rate, after), GivenWork::Same);
            let found = difference.total.basis.name();
            assert_eq!(found, expected, "{before} {after} {rate}");
            assert_eq!(difference.profiles, (before, after));
        }
    }
}
