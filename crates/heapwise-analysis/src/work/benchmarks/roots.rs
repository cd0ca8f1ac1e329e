//! Which benchmark a stack belongs to.
//!
//! Every round of a benchmark is called by `testing.(*B).runN`, or on goroutines of its own by what
//! `testing.(*B).RunParallel` starts (`testing/benchmark.go`); the function called there is the
//! benchmark or, of a sub-benchmark, the function given to `(*B).Run`.

use heapwise_decode::{LocationIndex, Tables};

use crate::site::package_of;

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
    locations: Vec<Place>,
}

/// What a location says of the frames around it.
#[derive(Debug, Clone, Default)]
struct Place {
    /// It calls rounds; the function inlined into the caller there, if any.
    caller: Option<Option<String>>,
    /// Its outermost function.
    outermost: String,
}

const RUN_N: &str = "testing.(*B).runN";
const RUN_PARALLEL: &str = "testing.(*B).RunParallel.";

impl Roots {
    pub(super) fn of(tables: &Tables) -> Roots {
        let place = |lines: &[heapwise_decode::Line]| {
            let name = |at: usize| -> Option<String> {
                let function = tables.function(lines.get(at)?.function);
                Some(tables.text(function.name).into_owned())
            };
            let caller = (0..lines.len()).find(|&at| {
                name(at).is_some_and(|name| name == RUN_N || name.starts_with(RUN_PARALLEL))
            });
            Place {
                // Lines come innermost first.
                caller: caller.map(|at| at.checked_sub(1).and_then(name)),
                outermost: lines.len().checked_sub(1).and_then(name).unwrap_or_default(),
            }
        };
        Roots {
            locations: tables
                .locations()
                .map(|location| place(location.lines))
                .collect(),
        }
    }

    /// The root of a stack, which is given from the root to the leaf.
    pub(super) fn root(&self, stack: &[LocationIndex]) -> Root<'_> {
        let place = |at: usize| self.locations.get(stack.get(at)?.get());
        for at in 0..stack.len() {
            let Some(Some(inlined)) = place(at).map(|place| &place.caller) else {
                continue;
            };
            let called = inlined.as_deref();
            let called = called.or_else(|| place(at + 1).map(|place| place.outermost.as_str()));
            match called {
                Some(name) if !is_of(name, &["testing"]) => return Root::Round(name),
                _ => {}
            }
        }
        match place(0).map(|place| place.outermost.as_str()) {
            None | Some("") => Root::Process,
            Some(name) if is_of(name, &["runtime", "testing", "main", "os/signal"]) => {
                Root::Process
            }
            Some(_) => Root::Goroutine,
        }
    }
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
    use super::{is_closure, top_level};

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
}
