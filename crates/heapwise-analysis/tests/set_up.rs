//! Set-up that cannot be told from what a benchmark does per operation: what is decided of a site holds
//! whether or not it is set-up, on both sides alike, and what the benchmark counted stays exact.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use heapwise_analysis::stats::Exposure;
use heapwise_analysis::{
    BenchmarkInput, BenchmarkPart, Benchmarks, Claim, ClaimResult, Compared, Date, DiffOptions,
    DiffSide, Difference, Doubtful, GivenWork, Granularity, Outcome, RankOptions, Ranking, Samples,
    Verifier, VerifyOptions, diff, rank_profile,
};
use heapwise_decode::{
    BenchmarkRun, Function, Limits, Line, LocationIndex, MadeLabel, Profile, ProfileMaker,
    benchmarks,
};

/// A benchmark whose operations allocate 1024 bytes each in `main.big`, and that allocates twice before.
#[derive(Debug, Clone, Copy)]
struct Of {
    operations: i64,
    /// Samples of what operations allocate: each stands for 512 kB and half a block.
    samples: i64,
    /// Bytes of each of two blocks of set-up.
    set_up: i64,
}

/// Three runs of the same loop, as captured: with one round of one operation before that of all.
const PLAIN: Of = Of {
    operations: 20_000,
    samples: 40,
    set_up: 0,
};
const LARGE: Of = Of {
    samples: 39,
    set_up: 8 << 20,
    ..PLAIN
};
const LONG: Of = Of {
    operations: 60_000,
    samples: 122,
    set_up: 8 << 20,
};

impl Of {
    fn profile(self) -> Profile {
        let types: [(&[u8], &[u8]); 4] = [
            (b"alloc_objects", b"count"),
            (b"alloc_space", b"bytes"),
            (b"inuse_objects", b"count"),
            (b"inuse_space", b"bytes"),
        ];
        let mut maker = ProfileMaker::new(&Limits::default(), types);
        maker.set_period(b"space", b"bytes", 524_288);
        for (leaf, size, samples) in [
            ("main.big", 1024, self.samples),
            ("main.setUp", self.set_up, 2),
        ] {
            let names = ["testing.(*B).runN", "main.BenchmarkX", leaf];
            let stack: Vec<LocationIndex> =
                names.iter().map(|name| place(&mut maker, name)).collect();
            let label = MadeLabel::Number(maker.text(b"bytes"), size, maker.text(b""));
            // As Go scales what it sampled (runtime/pprof: scaleHeapSample).
            let scale = (1.0 - (-(size as f64) / 524_288.0).exp()).recip();
            let scaled = |amount: i64| (amount as f64 * scale) as i64;
            if size > 0 {
                let values = [scaled(samples), scaled(samples * size), 0, 0];
                maker.add_sample(&stack, &values, &[label]);
            }
        }
        maker.finish().unwrap()
    }

    fn printed(self) -> String {
        let operations = self.operations;
        format!("BenchmarkX-2 {operations} 500 ns/op 1024 B/op 1 allocs/op\n")
    }
}

fn place(maker: &mut ProfileMaker, name: &str) -> LocationIndex {
    let name = maker.text(name.as_bytes());
    let function = maker.add_function(Function::new(name).with_system_name(name));
    maker.add_location(None, 0, &[Line::new(function, 1)], false)
}

struct Sides {
    part: BenchmarkPart,
    rankings: [Vec<Ranking>; 2],
    covered: [Vec<Exposure>; 2],
    bytes_per_op: f64,
}

impl Sides {
    /// Of so many profiles a side.
    fn new(sides: [Of; 2], runs: usize) -> Sides {
        let profiles = sides.map(|of| (0..runs).map(|_| of.profile()).collect::<Vec<_>>());
        let printed: [Vec<BenchmarkRun>; 2] = sides.map(|of| {
            (0..runs)
                .flat_map(|_| benchmarks(&of.printed()).unwrap())
                .collect()
        });
        let input = |side: usize| BenchmarkInput::new(&profiles[side], &printed[side]);
        let known = Benchmarks::of(input(0), input(1)).unwrap();
        let rank = |side: usize, samples: Samples| -> Vec<Ranking> {
            let each = profiles[side].iter().enumerate();
            let options = RankOptions::new(Granularity::Functions);
            each.map(|(at, profile)| {
                rank_profile(&known.part(side == 1, at, profile, (0, samples)), &options)
            })
            .collect()
        };
        let rankings = [0, 1].map(|side| rank(side, Samples::Counted));
        let doubtful =
            [0, 1].map(|side| Doubtful::of(&rankings[side], &rank(side, Samples::Seldom)));
        let [old, new] = doubtful;
        let benchmark = known.all()[0].clone();
        let covered = [&benchmark.before, &benchmark.after].map(|side| {
            let each = side.covered().unwrap().into_iter();
            each.map(|amount| Exposure::new(amount).unwrap()).collect()
        });
        Sides {
            bytes_per_op: benchmark.after.bytes.value,
            part: BenchmarkPart::new(benchmark, old.or(new)),
            rankings,
            covered,
        }
    }

    fn ask<T>(
        &self,
        index: usize,
        ask: impl FnOnce(DiffSide<'_>, DiffSide<'_>, DiffOptions) -> T,
    ) -> T {
        let index = vec![index; self.rankings[0].len()];
        let side =
            |at: usize| DiffSide::new(&self.rankings[at], &index).with_exposures(&self.covered[at]);
        let mut options = DiffOptions::default();
        options.work = GivenWork::Benchmark(Box::new(self.part.clone()));
        ask(side(0), side(1), options)
    }

    fn diff(&self, index: usize) -> Difference {
        self.ask(index, |before, after, options| {
            diff(&before, &after, &options).unwrap()
        })
    }

    fn decide(&self, text: &str) -> Outcome {
        let claim = Claim::parse(text).unwrap();
        let index = usize::from(text.starts_with("alloc_space"));
        let operations: f64 = self.covered[1].iter().map(|amount| amount.amount()).sum();
        self.ask(index, |before, after, options| {
            let exact = (index == 1).then_some(self.bytes_per_op);
            let compared = Compared::new(Some(before), after)
                .with_operations(Some(operations))
                .with_exact_per_operation(exact);
            let today = Date::parse("2027-01-31").unwrap();
            let options = VerifyOptions::new(options, Vec::new(), today).unwrap();
            Verifier::new(&compared, &options).unwrap().decide(&claim)
        })
    }
}

/// All pairs of the three.
fn pairs() -> Vec<[Of; 2]> {
    let all = [PLAIN, LARGE, LONG];
    let pairs = all.into_iter().flat_map(|old| all.map(|new| [old, new]));
    pairs.collect()
}

#[test]
fn what_did_not_change_is_not_decided_to_have() {
    for (pair, runs) in pairs().into_iter().flat_map(|pair| [(pair, 1), (pair, 3)]) {
        let sides = Sides::new(pair, runs);
        for claim in [
            "alloc_space main.big <= -5%",
            "alloc_space main.big >= +5%",
            "alloc_space main.big <= 980B/op",
            "alloc_space main.big >= 1100B/op",
            "alloc_objects main.big <= -5%",
            "alloc_objects main.big <= 0/op",
        ] {
            let outcome = sides.decide(claim);
            assert_ne!(outcome.result, ClaimResult::Pass, "{pair:?} {runs} {claim}");
        }
        // What holds whatever is set-up is decided.
        for claim in [
            "alloc_space main.big <= 2kB/op",
            "alloc_space main.big >= 256B/op",
        ] {
            let outcome = sides.decide(claim);
            assert_eq!(outcome.result, ClaimResult::Pass, "{pair:?} {runs} {claim}");
        }
    }
}

#[test]
fn why_it_is_not_decided_is_said() {
    for claim in [
        "alloc_space main.big <= -5%",
        "alloc_space main.big <= 980B/op",
    ] {
        let outcome = Sides::new([PLAIN, LARGE], 1).decide(claim);
        let reason = format!("{:?}", outcome.reason);
        assert!(reason.contains("set-up cannot be told"), "{reason}");
    }
}

#[test]
fn an_estimate_is_in_its_interval_of_bytes_and_of_objects() {
    for (pair, runs) in pairs().into_iter().flat_map(|pair| [(pair, 1), (pair, 3)]) {
        for index in [0, 1] {
            let difference = Sides::new(pair, runs).diff(index);
            let rows = difference.rows.iter();
            let big = rows.map(|row| &row.flat).find(|flat| flat.before.value > 0);
            let ratio = big.unwrap().ratio.unwrap();
            let (low, high) = (ratio.low.unwrap(), ratio.high.unwrap());
            let is_in = low <= ratio.value + 1e-9 && ratio.value <= high + 1e-9;
            assert!(is_in, "{pair:?} {runs} {index}: {ratio:?}");
            assert!(
                low <= 1.0 && 1.0 <= high,
                "{pair:?} {runs} {index}: {ratio:?}"
            );
        }
    }
}

#[test]
fn sites_add_up_to_what_the_benchmark_counted() {
    for (pair, runs) in pairs().into_iter().flat_map(|pair| [(pair, 1), (pair, 3)]) {
        let difference = Sides::new(pair, runs).diff(1);
        let mut sums = (0.0, 0.0);
        for work in difference.rows.iter().filter_map(|row| row.flat.per_work) {
            sums = (sums.0 + work.before, sums.1 + work.after);
        }
        for sum in [sums.0, sums.1] {
            assert!((sum - 1024.0).abs() < 1.0, "{pair:?} {runs}: {sums:?}");
        }
    }
}

#[test]
fn set_up_that_one_side_tells_apart_is_kept_apart_on_both() {
    for pair in [[LARGE, LONG], [LONG, LARGE]] {
        let difference = Sides::new(pair, 1).diff(1);
        let names: Vec<String> = difference
            .rows
            .iter()
            .map(|row| row.site.pprof_name())
            .collect();
        assert!(!names.contains(&"main.setUp".to_owned()), "{names:?}");
        let rows = difference.rows.iter();
        let big = rows.map(|row| row.flat.per_work).max_by(|a, b| {
            let after =
                |work: &Option<_>| work.map_or(0.0, |work: heapwise_analysis::PerWork| work.after);
            after(a).total_cmp(&after(b))
        });
        let big = big.flatten().unwrap();
        assert!((big.before - big.after).abs() < 1.0, "{big:?}");
    }
}

#[test]
fn what_both_benchmarks_counted_alike_is_decided() {
    for pair in pairs() {
        let sides = Sides::new(pair, 1);
        let outcome = sides.decide("alloc_space total <= -1%");
        assert_eq!(outcome.result, ClaimResult::Fail, "{pair:?}: {outcome:?}");
        let outcome = sides.decide("alloc_space total <= +1%");
        assert_eq!(outcome.result, ClaimResult::Pass, "{pair:?}: {outcome:?}");
        let outcome = sides.decide("alloc_space total <= 1024B/op");
        assert_eq!(outcome.result, ClaimResult::Pass, "{pair:?}: {outcome:?}");
    }
}
