//! Which benchmark the stacks of profiles belong to, and what is refused.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use heapwise_analysis::{BenchmarkInput, Benchmarks, Samples, Uncovered};
use heapwise_decode::{
    BenchmarkRun, Function, Limits, Line, LocationIndex, MadeLabel, Profile, ProfileMaker,
    benchmarks,
};

/// A stack, its root first, and how many blocks of a size it allocated.
type Stack<'a> = (&'a [&'a str], i64, i64);

const ROUND: &str = "testing.(*B).runN";

/// A profile with every block recorded.
fn profile(stacks: &[Stack<'_>]) -> Profile {
    profile_at(1, stacks)
}

fn profile_at(rate: i64, stacks: &[Stack<'_>]) -> Profile {
    let types: [(&[u8], &[u8]); 2] = [(b"alloc_objects", b"count"), (b"alloc_space", b"bytes")];
    let mut maker = ProfileMaker::new(&Limits::default(), types);
    maker.set_period(b"space", b"bytes", rate);
    for (stack, objects, size) in stacks {
        let stack: Vec<LocationIndex> = stack.iter().map(|name| place(&mut maker, name)).collect();
        let label = MadeLabel::Number(maker.text(b"bytes"), *size, maker.text(b""));
        maker.add_sample(&stack, &[*objects, objects * size], &[label]);
    }
    maker.finish().unwrap()
}

fn place(maker: &mut ProfileMaker, name: &str) -> LocationIndex {
    let name = maker.text(name.as_bytes());
    let function = maker.add_function(Function::new(name).with_system_name(name));
    maker.add_location(None, 0, &[Line::new(function, 1)], false)
}

/// Lines of `go test -bench`, each of its name, operations and bytes, all of one run.
fn run(lines: &[(&str, u32, u32)]) -> Vec<BenchmarkRun> {
    let line = |(name, operations, bytes): &(&str, u32, u32)| {
        format!("{name}-2 {operations} 5 ns/op {bytes} B/op 1 allocs/op\n")
    };
    benchmarks(&lines.iter().map(line).collect::<String>()).unwrap()
}

struct Side {
    profiles: Vec<Profile>,
    runs: Vec<BenchmarkRun>,
}

impl Side {
    fn of(stacks: &[Stack<'_>], lines: &[(&str, u32, u32)]) -> Side {
        Side {
            profiles: vec![profile(stacks)],
            runs: run(lines),
        }
    }

    fn input(&self) -> BenchmarkInput<'_> {
        BenchmarkInput::new(&self.profiles, &self.runs)
    }

    /// Compared with itself.
    fn found(&self) -> Benchmarks {
        Benchmarks::of(self.input(), self.input()).unwrap()
    }

    fn refused(&self) -> String {
        let refused = Benchmarks::of(self.input(), self.input());
        refused.unwrap_err().to_string()
    }

    /// Of each benchmark the operations that its first profile covers, and the bytes that belong to it.
    fn covered(&self) -> Vec<(String, Result<f64, Uncovered>, i64)> {
        let found = self.found();
        let all = found.all().iter().enumerate();
        all.map(|(at, benchmark)| {
            let coverage = &benchmark.after.coverage[0];
            let part = found.part(true, 0, &self.profiles[0], (at, Samples::Counted));
            let bytes = part.samples().map(|sample| sample.values()[1]).sum();
            (benchmark.name.clone(), coverage.operations, bytes)
        })
        .collect()
    }
}

fn named(name: &str, operations: f64, bytes: i64) -> (String, Result<f64, Uncovered>, i64) {
    (name.to_owned(), Ok(operations), bytes)
}

const X: (&str, u32, u32) = ("BenchmarkX", 100, 64);
const Y: (&str, u32, u32) = ("BenchmarkY", 100, 32);
const OF_X: Stack<'_> = (&[ROUND, "p.BenchmarkX", "p.make"], 150, 64);
const OF_Y: Stack<'_> = (&[ROUND, "p.BenchmarkY", "p.make"], 120, 32);

#[test]
fn stacks_belong_to_the_benchmark_that_a_round_called() {
    let parallel = "testing.(*B).RunParallel.func1";
    let of_closure: Stack<'_> = (&[parallel, "p.BenchmarkX.func1", "p.other"], 100, 64);
    // What the test binary does beside is nobody's.
    let of_process: Stack<'_> = (&["testing.(*M).Run", "p.setUp"], 7, 1_000_000);
    let both = Side::of(&[OF_Y, OF_X, of_closure, of_process], &[X, Y]);
    let expected = [
        named("BenchmarkX", 250.0, 250 * 64),
        named("BenchmarkY", 120.0, 120 * 32),
    ];
    assert_eq!(both.covered(), expected);
    assert!(both.found().notes().is_empty());
    assert_eq!(both.found().all()[0].pooled, 1);
}

#[test]
fn a_benchmark_of_one_side_is_named_and_left_out() {
    let both = Side::of(&[OF_X, OF_Y], &[X, Y]);
    let one = Side::of(&[OF_X], &[X]);
    let found = Benchmarks::of(both.input(), one.input()).unwrap();
    assert_eq!(found.one_sided().older, ["BenchmarkY"]);
    assert!(found.one_sided().newer.is_empty());
    assert_eq!(found.all().len(), 1);
    let found = Benchmarks::of(one.input(), both.input()).unwrap();
    assert_eq!(found.one_sided().newer, ["BenchmarkY"]);
    assert!(found.one_sided().older.is_empty());
    let other = Side::of(&[OF_Y], &[Y]);
    let refused = Benchmarks::of(one.input(), other.input()).unwrap_err();
    let said = "found BenchmarkX before and BenchmarkY after, expected a benchmark in both";
    assert_eq!(refused.to_string(), said);
}

#[test]
fn a_text_of_another_run_is_refused() {
    let said = "found BenchmarkY in the text and not in the profile, which has BenchmarkX: expected \
                text and profile of one run";
    // 100 operations of 32 bytes cannot be missed; beside another that is there, too.
    assert_eq!(Side::of(&[OF_X], &[Y]).refused(), said);
    assert_eq!(Side::of(&[OF_X], &[X, Y]).refused(), said);
    // Two operations of 8 bytes may be missed, but not where nothing else of the text is there.
    let little = ("BenchmarkY", 2, 8);
    assert_eq!(Side::of(&[OF_X], &[little]).refused(), said);
    let missed = Side::of(&[OF_X], &[X, little]).covered();
    assert_eq!(missed[0], named("BenchmarkX", 150.0, 150 * 64));
    assert_eq!(missed[1].1, Err(Uncovered::NoSamples));
    // More than 20 samples are expected of 21 bytes, and not of 20.
    let at_limit = ("BenchmarkY", 1, 20);
    assert!(Side::of(&[OF_X], &[X, at_limit]).covered()[1].1.is_err());
    assert_eq!(
        Side::of(&[OF_X], &[X, ("BenchmarkY", 1, 21)]).refused(),
        said
    );
    // At the usual rate 20 samples are 10 MiB.
    let sampled = |operations: u32| Side {
        profiles: vec![profile_at(524_288, &[OF_X])],
        runs: run(&[("BenchmarkX", 100, 64), ("BenchmarkY", operations, 1024)]),
    };
    assert!(sampled(10_240).covered()[1].1.is_err());
    assert_eq!(sampled(10_250).refused(), said);
    // What runs on a goroutine of its own is no round of another name.
    let goroutine: Stack<'_> = (&["p.worker", "p.make"], 150, 64);
    let alone = Side::of(&[goroutine], &[X]).refused();
    assert!(alone.starts_with("found BenchmarkX in the text"), "{alone}");
    let empty = Side::of(&[], &[Y]).refused();
    assert!(empty.starts_with("found BenchmarkY in the text"), "{empty}");
}

#[test]
fn what_says_nothing_of_allocations_is_refused() {
    let no_bytes = Side {
        profiles: vec![profile(&[OF_X])],
        runs: benchmarks("BenchmarkX-2 100 5 ns/op\n").unwrap(),
    };
    let said = "found no B/op of BenchmarkX-2, expected what `go test -bench -benchmem` prints";
    assert_eq!(no_bytes.refused(), said);
    let types: [(&[u8], &[u8]); 1] = [(b"inuse_space", b"bytes")];
    let level = ProfileMaker::new(&Limits::default(), types)
        .finish()
        .unwrap();
    let no_allocations = Side {
        profiles: vec![level],
        runs: run(&[X]),
    };
    let said = "found a profile without alloc_space, expected that of `-memprofile`";
    assert_eq!(no_allocations.refused(), said);
}

#[test]
fn functions_of_other_names_belong_to_the_benchmarks_that_lack_stacks() {
    let helper: Stack<'_> = (&[ROUND, "p.cases.func1", "p.make"], 130, 64);
    let sub = ("BenchmarkX/a", 100, 64);
    // One benchmark: what a round calls is its own.
    let one = Side::of(&[helper], &[sub]);
    assert_eq!(one.covered(), [named("BenchmarkX", 130.0, 130 * 64)]);
    // Two, of which one is there: the other's.
    let two = Side::of(&[helper, OF_Y], &[sub, Y]);
    let expected = [
        named("BenchmarkX", 130.0, 130 * 64),
        named("BenchmarkY", 120.0, 120 * 32),
    ];
    assert_eq!(two.covered(), expected);
    // Two that are not there: they are one.
    let pooled = Side::of(&[helper], &[sub, ("BenchmarkZ/a", 100, 64)]);
    assert_eq!(pooled.covered()[0].0, "BenchmarkX, BenchmarkZ");
    assert_eq!(pooled.covered().len(), 1);
    assert_eq!(pooled.found().all()[0].pooled, 2);
}

#[test]
fn what_a_function_does_before_its_sub_benchmarks_is_set_up() {
    let set_up: Stack<'_> = (&[ROUND, "p.BenchmarkX", "p.load"], 3, 5000);
    let of_sub: Stack<'_> = (&[ROUND, "p.BenchmarkX.func1", "p.make"], 140, 64);
    let subs = Side::of(&[set_up, of_sub], &[("BenchmarkX/a", 100, 64)]);
    assert_eq!(subs.covered(), [named("BenchmarkX", 140.0, 140 * 64)]);
    // Of a benchmark without any it is what is measured.
    let own: Stack<'_> = (&[ROUND, "p.BenchmarkX", "p.load"], 100, 64);
    let plain = Side::of(&[own, of_sub], &[X]);
    assert_eq!(plain.covered(), [named("BenchmarkX", 240.0, 240 * 64)]);
}

#[test]
fn goroutines_of_their_own_belong_to_a_benchmark_that_is_alone() {
    let worker = |objects| -> Stack<'_> { (&["p.worker", "p.make"], objects, 64) };
    let alone = Side::of(&[OF_X, worker(100)], &[X]);
    assert_eq!(alone.covered(), [named("BenchmarkX", 250.0, 250 * 64)]);
    // Beside another nobody can say whose they are: of more than a fiftieth of the bytes that matters.
    let all = 150 * 64 + 120 * 32;
    let fits = all / 50 / 64;
    let few = Side::of(&[OF_X, OF_Y, worker(fits)], &[X, Y]);
    let expected = [
        named("BenchmarkX", 150.0, 150 * 64),
        named("BenchmarkY", 120.0, 120 * 32),
    ];
    assert_eq!(few.covered(), expected);
    let many = Side::of(&[OF_X, OF_Y, worker(fits + 1)], &[X, Y]);
    for (name, operations, _) in many.covered() {
        assert_eq!(operations, Err(Uncovered::OtherGoroutines), "{name}");
    }
}

#[test]
fn a_profile_covers_the_operations_of_its_own_run() {
    let profiles = || {
        let of = |objects| profile(&[(&[ROUND, "p.BenchmarkX", "p.make"], objects, 64)]);
        vec![of(150), of(900)]
    };
    let own = Side {
        profiles: profiles(),
        runs: [run(&[X]), run(&[("BenchmarkX", 600, 64)])].concat(),
    };
    let operations = |side: &Side| -> Vec<Result<f64, Uncovered>> {
        let found = side.found();
        let coverage = found.all()[0].after.coverage.iter();
        coverage.map(|known| known.operations).collect()
    };
    assert_eq!(operations(&own), [Ok(150.0), Ok(900.0)]);
    assert_eq!(own.found().all()[0].after.operations, 700.0);
    // The second is more than three rounds of 100 and less than one of 1200.
    for (wrong, why) in [
        (100, Uncovered::TooFewBytes),
        (1200, Uncovered::TooFewBytes),
    ] {
        let other = Side {
            profiles: profiles(),
            runs: [run(&[X]), run(&[("BenchmarkX", wrong, 64)])].concat(),
        };
        assert_eq!(operations(&other), [Ok(150.0), Err(why)], "{wrong}");
    }
    // A text that is not of each profile does not bound them.
    let of_all = Side {
        profiles: profiles(),
        runs: run(&[X]),
    };
    assert_eq!(operations(&of_all), [Ok(150.0), Ok(900.0)]);
    // Bytes for each operation are those of the run, told in operations of the mean of both.
    let differ = Side {
        profiles: profiles(),
        runs: [run(&[X]), run(&[("BenchmarkX", 600, 96)])].concat(),
    };
    let mean = 80.0;
    let expected = [Ok(150.0 * 64.0 / mean), Ok(900.0 * 64.0 / mean)];
    assert_eq!(operations(&differ), expected);
    // Fewer bytes than the mean are no fewer operations.
    let [small, large] = [(100, 64), (600, 96)]
        .map(|(objects, size)| profile(&[(&[ROUND, "p.BenchmarkX", "p.make"], objects, size)]));
    let exact = Side {
        profiles: vec![small, large],
        runs: [run(&[X]), run(&[("BenchmarkX", 600, 96)])].concat(),
    };
    let expected = [Ok(100.0 * 64.0 / mean), Ok(600.0 * 96.0 / mean)];
    assert_eq!(operations(&exact), expected);
    // A run that allocates nothing did what it printed.
    let small = profile(&[(&[ROUND, "p.BenchmarkX", "p.make"], 100, 64)]);
    let nothing = Side {
        profiles: vec![small, profile(&[])],
        runs: [run(&[X]), run(&[("BenchmarkX", 600, 0)])].concat(),
    };
    assert_eq!(operations(&nothing), [Ok(100.0 * 64.0 / 32.0), Ok(600.0)]);
}
