//! Which benchmark a stack belongs to.
//!
//! Every round of a benchmark is called by `testing.(*B).runN`, or on goroutines of its own by what
//! `testing.(*B).RunParallel` starts (`testing/benchmark.go`); the function called there is the
//! benchmark or, of a sub-benchmark, the function given to `(*B).Run`.

use heapwise_decode::{LocationIndex, Tables};

use crate::site::identity::package_of;

/// Who called for a sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Root<'a> {
    /// A round of a benchmark: the full name of the function that it is.
    Round(&'a str),
    /// What a test binary does outside its benchmarks: set-up of packages, `TestMain`, the runtime.
    Process,
    /// A goroutine that some benchmark may have started, or a stack too deep to say.
    Goroutine,
}

/// The roots of a profile's stacks.
pub(super) struct Roots {
    /// The names of the functions of each location, outermost first.
    locations: Vec<Vec<String>>,
}

const RUN_N: &str = "testing.(*B).runN";
const RUN_PARALLEL: &str = "testing.(*B).RunParallel.";
/// Below these benchmarks are named and chosen by patterns. They run on goroutines of their own (`testing/benchmark.go`:
/// `(*B).run1`, `(*B).doBench`), so that nothing that is measured is there, although a round calls it.
const CHOOSING: [&str; 2] = ["testing.(*B).Run", "testing.runBenchmarks"];

/// Whether a function is one that only stacks of benchmarks have.
pub(crate) fn is_of_benchmarks(function: &str) -> bool {
    function.starts_with("testing.(*B).")
}

impl Roots {
    pub(super) fn of(tables: &Tables) -> Roots {
        let name = |line: &heapwise_decode::Line| {
            let function = tables.function(line.function);
            tables.text(function.name).into_owned()
        };
        // Lines come innermost first.
        let names = |lines: &[heapwise_decode::Line]| lines.iter().rev().map(name).collect();
        Roots {
            locations: tables
                .locations()
                .map(|location| names(location.lines))
                .collect(),
        }
    }

    /// Whether a stack, given from the root to the leaf, is the runtime's own.
    pub(super) fn is_of_runtime(&self, stack: &[LocationIndex]) -> bool {
        let root = stack.first().and_then(|at| self.locations.get(at.get()));
        root.and_then(|names| names.first())
            .is_some_and(|name| is_of_runtime(name))
    }

    /// The root of a stack, which is given from the root to the leaf.
    ///
    /// Of what a round called, the first function that is named as a benchmark says whose it is;
    /// helpers that several benchmarks share may be between.
    pub(super) fn root(&self, stack: &[LocationIndex]) -> Root<'_> {
        let frames = || {
            let locations = stack.iter().filter_map(|at| self.locations.get(at.get()));
            locations.flatten().map(String::as_str)
        };
        if frames().any(|name| CHOOSING.contains(&name)) {
            return Root::Process;
        }
        let is_caller = |name: &str| name == RUN_N || name.starts_with(RUN_PARALLEL);
        let called = frames().skip_while(|name| !is_caller(name));
        // Benchmarks are called by a function of `testing` that is called so itself.
        let mut called = called.filter(|name| !is_of(name, &["testing"])).peekable();
        if let Some(&first) = called.peek() {
            let named = called.find(|name| is_benchmark(name));
            // What a round makes for itself before its timer runs (`testing/benchmark.go`: `runN`).
            let is_own = is_of(first, &["context"]);
            return match named {
                None if is_own => Root::Process,
                named => Root::Round(named.unwrap_or(first)),
            };
        }
        match frames().next() {
            None | Some("") => Root::Process,
            Some(name) if is_of(name, &["runtime", "testing", "main", "os/signal"]) => {
                Root::Process
            }
            // A closure still says whose it is.
            Some(name) if is_benchmark(name) => Root::Round(name),
            Some(_) => Root::Goroutine,
        }
    }
}

/// Whether a stack that begins so is the runtime's own, as of threads that it starts, and of no goroutine of the program.
fn is_of_runtime(root: &str) -> bool {
    is_of(root, &["runtime"]) && root != "runtime.main"
}

fn is_benchmark(name: &str) -> bool {
    top_level(name).starts_with("Benchmark")
}

fn is_of(name: &str, packages: &[&str]) -> bool {
    let package = package_of(name);
    package.is_some_and(|package| packages.contains(&package.as_str()))
}

/// The parts of a function's name behind its package: `BenchmarkX` and `func1` of
/// `example.com/p_test.BenchmarkX.func1`.
fn parts(name: &str) -> impl Iterator<Item = &str> {
    let base = name.rsplit('/').next().unwrap_or(name);
    let parts = base.split(['.', '[', '-']);
    // A package may be called `yaml.v3`.
    let is_benchmark = |part: &&str| part.starts_with("Benchmark");
    let skipped = parts.clone().position(|part| is_benchmark(&part));
    parts.skip(skipped.unwrap_or(1))
}

/// The name of the top-level function that a function, which may be a closure in it, belongs to.
pub(super) fn top_level(name: &str) -> &str {
    parts(name).next().unwrap_or(name)
}

/// Whether a function is a closure in another.
pub(super) fn is_closure(name: &str) -> bool {
    let is_literal = |part: &str| {
        let number = part.strip_prefix("func").unwrap_or(part);
        !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    };
    parts(name).skip(1).any(is_literal)
}

#[cfg(test)]
mod tests {
    use super::is_of_runtime;
    use heapwise_decode::{Limits, Profile};

    use super::{Root, Roots, is_closure, top_level};

    /// Stacks, root first, as a benchmark's binary has them.
    const STACKS: &str = "\
testing.(*B).run1.func1;testing.(*B).runN;p.BenchmarkX;p.f 1
testing.(*B).launch;testing.(*B).runN;p.BenchmarkX;context.WithCancel;context.withCancel 1
testing.(*B).launch;testing.(*B).runN;context.BenchmarkCancel;context.WithCancel 1
testing.(*B).launch;testing.(*B).runN;p.helper.func1;p.f 1
testing.(*B).launch;testing.(*B).runN;context.WithCancel;context.withCancel 1
testing.(*B).launch;testing.(*B).runN;testing.(*B).ResetTimer 1
testing.(*B).launch;testing.(*B).runN;p.BenchmarkX;testing.(*B).Run;testing.(*matcher).fullName;testing.simpleMatch.matches;testing/internal/testdeps.TestDeps.MatchString;regexp.(*Regexp).doMatch 1
runtime.main;main.main;testing.(*M).Run;testing.runBenchmarks;testing.(*B).runN;testing.runBenchmarks.func1;testing.(*B).Run;testing.(*matcher).fullName;testing/internal/testdeps.TestDeps.MatchString;regexp.(*Regexp).doMatch 1
runtime.main;main.main;testing.(*M).Run;testing.runBenchmarks;testing.newMatcher;regexp.(*Regexp).doMatch 1
";

    #[test]
    fn what_chooses_benchmarks_is_of_none() {
        let profile = Profile::read(&STACKS.as_bytes(), &Limits::default()).unwrap();
        let roots = Roots::of(profile.tables());
        let mut found = Vec::new();
        for sample in profile.samples() {
            found.push(match roots.root(sample.stack()) {
                Root::Round(name) => name.to_owned(),
                Root::Process => "process".to_owned(),
                Root::Goroutine => "goroutine".to_owned(),
            });
        }
        let expected = [
            "p.BenchmarkX",
            "p.BenchmarkX",
            "context.BenchmarkCancel",
            "p.helper.func1",
            "process",
            "process",
            "process",
            "process",
            "process",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn names_benchmarks() {
        for (name, expected, closure) in [
            ("example.com/p.BenchmarkX", "BenchmarkX", false),
            ("example.com/p_test.BenchmarkX.func1", "BenchmarkX", true),
            ("gopkg.in/yaml.v3.BenchmarkX", "BenchmarkX", false),
            ("gopkg.in/yaml%2ev3.BenchmarkX", "BenchmarkX", false),
            ("p.BenchmarkX[...].func2.1", "BenchmarkX", true),
            ("p.BenchmarkX-range1", "BenchmarkX", false),
            ("p.benchmarkAll.func1", "benchmarkAll", true),
        ] {
            let found = (top_level(name), is_closure(name));
            assert_eq!(found, (expected, closure), "{name}");
        }
    }

    #[test]
    fn what_the_runtime_does_for_itself_is_no_set_up() {
        for root in ["runtime.mstart", "runtime.mcall", "runtime.systemstack"] {
            assert!(is_of_runtime(root), "{root}");
        }
        for root in [
            "runtime.main",
            "main.main",
            "runtime/pprof.x",
            "x.BenchmarkA",
        ] {
            assert!(!is_of_runtime(root), "{root}");
        }
    }
}
