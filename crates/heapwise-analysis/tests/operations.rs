//! How many operations profiles of benchmarks cover: what is not known of it never makes a site that
//! did not change look changed, and what is known exactly stays exact.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]
#![allow(clippy::disallowed_methods, reason = "reads captured profiles")]

use std::path::{Path, PathBuf};

use heapwise_analysis::stats::Exposure;
use heapwise_analysis::{
    BenchmarkInput, BenchmarkPart, Benchmarks, DiffOptions, DiffRow, DiffSide, Difference,
    Doubtful, GivenWork, Granularity, RankOptions, Ranking, Samples, Verdict, diff, rank_profile,
};
use heapwise_decode::{BenchmarkRun, Limits, Profile, benchmarks, text_of};

/// A side of `testdata/work/fixed`: `keep` allocates 64 bytes in each operation on both sides, `drop`
/// 4096 on the older one, 300 operations in each of three runs, and a little that is set-up.
struct Captured {
    profiles: Vec<Profile>,
    runs: Vec<BenchmarkRun>,
}

impl Captured {
    fn read(side: &str, runs: usize) -> Captured {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/work/fixed");
        let text = std::fs::read(folder.join(side).with_extension("txt")).unwrap();
        let mut printed = benchmarks(&text_of(&text)).unwrap();
        printed.truncate(runs);
        let path = |run: usize| -> PathBuf { folder.join(side).join(format!("{run}.pb.gz")) };
        let profile = |run| {
            let bytes = std::fs::read(path(run)).unwrap();
            Profile::read(&bytes[..], &Limits::default()).unwrap()
        };
        Captured {
            profiles: (1..=runs).map(profile).collect(),
            runs: printed,
        }
    }

    fn input(&self, is_fixed: bool) -> BenchmarkInput<'_> {
        let input = BenchmarkInput::new(&self.profiles, &self.runs);
        match is_fixed {
            true => input.with_fixed_iterations(),
            false => input,
        }
    }
}

/// The bytes of so many runs a side, of iterations that are known to be `fixed` or not.
fn compared(runs: usize, is_fixed: bool) -> Difference {
    of_sides(
        ["before", "after"].map(|side| Captured::read(side, runs)),
        is_fixed,
    )
}

fn of_sides(sides: [Captured; 2], is_fixed: bool) -> Difference {
    let [before, after] = &sides;
    let runs = before.profiles.len();
    let known = Benchmarks::of(before.input(is_fixed), after.input(is_fixed)).unwrap();
    let options = RankOptions::new(Granularity::Functions);
    let rank = |side: usize, samples: Samples| -> Vec<Ranking> {
        let profiles = sides[side].profiles.iter().enumerate();
        let part = |(at, profile)| {
            let part = known.part(side == 1, at, profile, (0, samples));
            rank_profile(&part, &options)
        };
        profiles.map(part).collect()
    };
    let ranked = [0, 1].map(|side| rank(side, Samples::Counted));
    let doubtful = [0, 1].map(|side| Doubtful::of(&ranked[side], &rank(side, Samples::Seldom)));
    let [old, new] = doubtful;
    let benchmark = known.all().first().unwrap();
    let covered = [&benchmark.before, &benchmark.after].map(|side| {
        let each = side.covered().unwrap().into_iter();
        each.map(|operations| Exposure::new(operations).unwrap())
            .collect::<Vec<_>>()
    });
    let index = vec![1; runs];
    let side = |at: usize| DiffSide::new(&ranked[at], &index).with_exposures(&covered[at]);
    let part = BenchmarkPart::new(benchmark.clone(), old.or(new));
    let mut options = DiffOptions::default();
    options.work = GivenWork::Benchmark(Box::new(part));
    diff(&side(0), &side(1), &options).unwrap()
}

fn row<'a>(difference: &'a Difference, name: &str) -> &'a DiffRow {
    let mut rows = difference.rows.iter();
    rows.find(|row| row.site.pprof_name().contains(name))
        .unwrap()
}

#[test]
fn operations_that_were_asked_for_are_exact() {
    for runs in [1, 3] {
        let difference = compared(runs, true);
        let all = 301.0 * runs as f64;
        assert_eq!(difference.exposures, Some((all, all)));
        let kept = row(&difference, "fixed.keep");
        assert_eq!(kept.flat.verdict, Verdict::NoChangeSeen);
        assert_eq!(kept.flat.delta.value, 0);
        assert_eq!(kept.flat.per_work.unwrap().after, 64.0);
        assert_eq!(row(&difference, "fixed.drop").flat.verdict, Verdict::Gone);
    }
}

#[test]
fn what_did_not_change_is_not_less_because_set_up_is_a_larger_part() {
    for runs in [1, 2, 3] {
        let difference = compared(runs, false);
        let kept = &row(&difference, "fixed.keep").flat;
        // The sites of the benchmark add up to its bytes, of which set-up takes some from this one; not what its binary
        // allocates to choose it, which was more.
        let ratio = kept.ratio.unwrap().value;
        assert!((0.99..1.0).contains(&ratio), "{kept:?}");
        assert_eq!(kept.verdict, Verdict::NoChangeSeen, "{kept:?}");
        assert_eq!(row(&difference, "fixed.drop").flat.verdict, Verdict::Gone);
        let changed = difference
            .rows
            .iter()
            .filter(|row| row.flat.verdict.is_change());
        assert_eq!(changed.count(), 1);
    }
}

#[test]
fn what_a_benchmark_allocates_no_more_is_gone() {
    for (runs, is_fixed) in [(1, true), (3, true), (1, false), (3, false)] {
        let before = Captured::read("before", runs);
        let mut after = Captured::read("before", runs);
        for profile in &mut after.profiles {
            *profile = profile.only(|_| false);
        }
        for line in after.runs.iter_mut().flat_map(|run| &mut run.lines) {
            (line.bytes_per_op, line.objects_per_op) = (Some(0.0), Some(0.0));
        }
        let difference = of_sides([before, after], is_fixed);
        assert_eq!(difference.total.verdict, Verdict::Gone);
        for site in ["fixed.keep", "fixed.drop"] {
            let change = &row(&difference, site).flat;
            assert_eq!(change.verdict, Verdict::Gone, "{change:?}");
        }
    }
}
