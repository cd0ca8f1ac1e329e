//! Names of benchmarks on both sides, where these ran on different numbers of processors.
//!
//! `go test` puts `-N` behind the name of a benchmark where GOMAXPROCS is not 1 (`testing/benchmark.go`: benchmarkName), so a
//! machine with other processors gives the same benchmark another name. Names of sub-benchmarks may end like that as well.

use std::borrow::Cow;
use std::collections::BTreeSet;

use heapwise_decode::{BenchmarkLine, BenchmarkRun};

/// The runs of both sides with names that can be compared, and what is to be known of that.
pub(super) struct Alike<'a> {
    pub(super) before: Cow<'a, [BenchmarkRun]>,
    pub(super) after: Cow<'a, [BenchmarkRun]>,
    pub(super) note: Option<String>,
}

impl<'a> Alike<'a> {
    /// With the names as they are, or where more are alike then, without the processors that all of a side have.
    pub(super) fn of(before: &'a [BenchmarkRun], after: &'a [BenchmarkRun]) -> Alike<'a> {
        let of = |runs| [None, processors(runs)];
        let mut best = (common(before, None, after, None), None, None);
        for old in of(before) {
            for new in of(after).into_iter().filter(|new| *new != old) {
                let found = common(before, old, after, new);
                if found > best.0 {
                    best = (found, old, new);
                }
            }
        }
        let (_, old, new) = best;
        let said = |processors: Option<&str>| processors.unwrap_or("1").to_owned();
        let note = (old != new).then(|| {
            format!(
                "the benchmarks of the sides ran with GOMAXPROCS {} and {}: names are compared without it",
                said(old),
                said(new)
            )
        });
        Alike {
            before: without(before, old),
            after: without(after, new),
            note,
        }
    }
}

/// How many names both sides have, without these numbers of processors.
fn common(
    before: &[BenchmarkRun],
    old: Option<&str>,
    after: &[BenchmarkRun],
    new: Option<&str>,
) -> usize {
    let of = |runs, processors| -> BTreeSet<&str> {
        lines(runs)
            .map(|line| bare(&line.name, processors))
            .collect()
    };
    of(before, old).intersection(&of(after, new)).count()
}

fn lines(runs: &[BenchmarkRun]) -> impl Iterator<Item = &BenchmarkLine> {
    runs.iter().flat_map(|run| &run.lines)
}

/// The number that all names of a side end with.
fn processors(runs: &[BenchmarkRun]) -> Option<&str> {
    let mut all = lines(runs).map(|line| ending(&line.name));
    let first = all.next()??;
    all.all(|ending| ending == Some(first)).then_some(first)
}

/// The number behind the last `-` of a name.
fn ending(name: &str) -> Option<&str> {
    let (_, ending) = name.rsplit_once('-')?;
    let is_number = !ending.is_empty() && ending.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then_some(ending)
}

/// A name without its processors.
fn bare<'a>(name: &'a str, processors: Option<&str>) -> &'a str {
    let of = |processors| name.strip_suffix(processors)?.strip_suffix('-');
    processors.and_then(of).unwrap_or(name)
}

fn without<'a>(runs: &'a [BenchmarkRun], processors: Option<&str>) -> Cow<'a, [BenchmarkRun]> {
    if processors.is_none() {
        return Cow::Borrowed(runs);
    }
    let mut runs = runs.to_vec();
    for line in runs.iter_mut().flat_map(|run| &mut run.lines) {
        line.name = bare(&line.name, processors).to_owned();
    }
    Cow::Owned(runs)
}

#[cfg(test)]
mod tests {
    use heapwise_decode::benchmarks;

    use super::*;

    fn runs(names: &[&str]) -> Vec<BenchmarkRun> {
        let line = |name: &&str| format!("{name} 100 5 ns/op 64 B/op 1 allocs/op\n");
        benchmarks(&names.iter().map(line).collect::<String>()).unwrap()
    }

    fn names(runs: &[BenchmarkRun]) -> Vec<&str> {
        lines(runs).map(|line| &*line.name).collect()
    }

    #[test]
    fn other_processors_are_no_other_benchmark() {
        for (before, after, expected, said) in [
            (
                &["BenchmarkA-2"][..],
                &["BenchmarkA"][..],
                "BenchmarkA",
                "2 and 1",
            ),
            (
                &["BenchmarkA"],
                &["BenchmarkA-16"],
                "BenchmarkA",
                "1 and 16",
            ),
            (
                &["BenchmarkA-2", "BenchmarkB-2"],
                &["BenchmarkA-8", "BenchmarkB-8"],
                "BenchmarkA",
                "2 and 8",
            ),
            // Names that end in a number themselves.
            (
                &["BenchmarkA/size-8", "BenchmarkA/size-16"],
                &["BenchmarkA/size-8-4", "BenchmarkA/size-16-4"],
                "BenchmarkA/size-8",
                "1 and 4",
            ),
            (
                &["BenchmarkA/size-8-2", "BenchmarkA/size-16-2"],
                &["BenchmarkA/size-8-4", "BenchmarkA/size-16-4"],
                "BenchmarkA/size-8",
                "2 and 4",
            ),
        ] {
            let (old, new) = (runs(before), runs(after));
            let alike = Alike::of(&old, &new);
            assert_eq!(names(&alike.before), names(&alike.after), "{before:?}");
            assert_eq!(names(&alike.before)[0], expected);
            let note = alike.note.unwrap();
            assert!(note.contains(&format!("GOMAXPROCS {said}:")), "{note}");
        }
    }

    #[test]
    fn what_is_alike_stays_as_it_is() {
        for (before, after) in [
            (&["BenchmarkA-2"][..], &["BenchmarkA-2"][..]),
            (&["BenchmarkA"], &["BenchmarkA"]),
            (
                &["BenchmarkA/size-8"],
                &["BenchmarkA/size-8", "BenchmarkA/size-16"],
            ),
            // With -cpu 1,2 a side has both.
            (
                &["BenchmarkA", "BenchmarkA-2"],
                &["BenchmarkA", "BenchmarkA-2"],
            ),
            (&["BenchmarkA-2"], &["BenchmarkB-2"]),
        ] {
            let (old, new) = (runs(before), runs(after));
            let alike = Alike::of(&old, &new);
            assert_eq!(
                (names(&alike.before), names(&alike.after)),
                (before.to_vec(), after.to_vec())
            );
            assert_eq!(alike.note, None);
        }
    }
}
