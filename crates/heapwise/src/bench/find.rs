//! Which benchmarks a test binary has that match, by a first short run of them all.

use std::collections::BTreeMap;

use anyhow::bail;
use heapwise_analysis::Trial;
use heapwise_decode::{BenchmarkRun, benchmarks};

use crate::process::{Finished, first_lines};

/// What the first run of a binary showed.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Found {
    /// By the name that was printed.
    pub(super) trials: BTreeMap<String, Trial>,
    /// Those that skipped themselves.
    pub(super) skipped: Vec<String>,
    /// Those that ran, and printed what was not understood.
    pub(super) unread: Vec<String>,
}

impl Found {
    /// Whether it is not known what a benchmark measured.
    pub(super) fn is_unread(&self, name: &str) -> bool {
        self.unread.iter().any(|unread| is_of(name, unread))
    }
}

/// Reads what a run with `-test.v` printed.
pub(super) fn read(said: &Finished, whose: &str) -> anyhow::Result<Found> {
    let failed: Vec<&str> = named(&said.out, FAILED).collect();
    if !failed.is_empty() || !said.status.success() {
        bail!("{}", failure(said, whose, &failed));
    }
    let mut found = Found {
        skipped: named(&said.out, "--- SKIP: ").map(str::to_owned).collect(),
        ..Found::default()
    };
    let runs = benchmarks(&said.out).unwrap_or_default();
    for line in runs.iter().flat_map(|run| &run.lines) {
        let (Some(nanos), Some(bytes), Some(objects)) =
            (line.nanos_per_op, line.bytes_per_op, line.objects_per_op)
        else {
            bail!(
                "bench: {} of {whose} printed no time, B/op and allocs/op, expected them: it reports other numbers in \
                 their place",
                line.name
            );
        };
        if let Some(trial) = Trial::new(nanos, bytes, objects) {
            found.trials.insert(line.name.clone(), trial);
        }
    }
    found.unread = unread(&said.out, &runs, &found);
    Ok(found)
}

/// What was not understood, and the benchmarks that began and of which nothing else is known: `-test.v` names each before
/// it runs (`testing/benchmark.go`: `(*B).run`), also those that only run others.
fn unread(out: &str, runs: &[BenchmarkRun], found: &Found) -> Vec<String> {
    let mut unread: Vec<String> = runs.iter().flat_map(|run| run.unread.clone()).collect();
    let begun = |line: &&str| {
        let rest = line.strip_prefix("Benchmark");
        rest.is_some_and(|rest| {
            !rest.starts_with(char::is_lowercase) && !rest.contains(char::is_whitespace)
        })
    };
    let begun: Vec<&str> = out.lines().filter(begun).collect();
    for &name in &begun {
        let below = |other: &str| {
            let rest = other.strip_prefix(name);
            rest.is_some_and(|rest| rest.starts_with('/'))
        };
        let is_measured = found
            .trials
            .keys()
            .any(|known| is_of(known, name) || below(known));
        let is_skipped = found
            .skipped
            .iter()
            .any(|known| is_of(known, name) || below(known));
        let is_known = is_measured || is_skipped || begun.iter().any(|other| below(other));
        if !is_known && !unread.iter().any(|known| is_of(known, name)) {
            unread.push(name.to_owned());
        }
    }
    unread
}

/// Whether a printed name is that of a benchmark, with or without its number of processors.
fn is_of(printed: &str, name: &str) -> bool {
    let rest = printed.strip_prefix(name);
    rest.is_some_and(|rest| {
        let processors = rest.strip_prefix('-').unwrap_or(rest);
        processors.bytes().all(|byte| byte.is_ascii_digit())
            && (rest.is_empty() || rest != processors)
    })
}

/// The benchmarks that lines name which begin so.
fn named<'a>(out: &'a str, start: &'a str) -> impl Iterator<Item = &'a str> {
    let lines = out
        .lines()
        .filter_map(move |line| line.trim_start().strip_prefix(start));
    let names = lines.filter_map(|line| line.split_whitespace().next());
    names.filter(|name| name.starts_with("Benchmark"))
}

/// What is said of a benchmark into whose line something else was printed.
pub(crate) fn not_understood(name: &str) -> String {
    format!(
        "{name} is not understood and not compared: what it measured cannot be told from what is printed into its line"
    )
}

/// What went wrong, in the benchmark's own words.
pub(super) fn failure(said: &Finished, whose: &str, failed: &[&str]) -> String {
    let what = match failed {
        [] => "the benchmarks".to_owned(),
        names => names.join(", "),
    };
    let words = match (said.err.trim().is_empty(), said.out.find(FAILED)) {
        (_, Some(at)) => with_reason(&said.out, at),
        (false, None) => &said.err,
        (true, None) => &said.out,
    };
    format!(
        "bench: {what} of {whose} failed ({}):\n{}",
        said.status,
        first_lines(words)
    )
}

/// What is before the name of one that failed.
const FAILED: &str = "--- FAIL: ";

/// The text from the last lines that the benchmark printed before it failed at a place: with `-test.v` the reason is there.
fn with_reason(out: &str, at: usize) -> &str {
    /// Lines that are shown of it.
    const MOST: usize = 6;
    let before = out.get(..at).unwrap_or_default();
    let is_reason = |line: &str| line.starts_with(' ') || line.starts_with('\t');
    let lines = before.split_inclusive('\n').rev();
    let lines = lines.take_while(|line| is_reason(line)).take(MOST);
    let length: usize = lines.map(str::len).sum();
    out.get(at - length..).unwrap_or_default()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::process::ExitStatusExt;
    use std::process::ExitStatus;

    fn said(code: i32, out: &str, err: &str) -> Finished {
        Finished {
            status: ExitStatus::from_raw(code << 8),
            out: out.to_owned(),
            err: err.to_owned(),
        }
    }

    #[test]
    fn finds_what_ran_and_what_skipped_itself() {
        let out = "goos: linux\r\npkg: x\r\nBenchmarkA\r\nBenchmarkA-2 \t 100\t 5 ns/op\t 8 B/op\t 2 allocs/op\r\n\
            BenchmarkB\n    b_test.go:5: no network\n--- SKIP: BenchmarkB\n\
            BenchmarkC/x\nhello from it\nBenchmarkC/x-2 50 7.5 ns/op 3 MB/s 0 B/op 0 allocs/op\nPASS\n";
        let found = read(&said(0, out, ""), "main").unwrap();
        let names: Vec<&str> = found.trials.keys().map(String::as_str).collect();
        assert_eq!(names, ["BenchmarkA-2", "BenchmarkC/x-2"]);
        assert_eq!(
            found.trials["BenchmarkA-2"],
            Trial::new(5.0, 8.0, 2.0).unwrap()
        );
        assert_eq!(found.skipped, ["BenchmarkB"]);
        assert_eq!(
            read(&said(0, "PASS\n", ""), "main").unwrap(),
            Found::default()
        );
    }

    #[test]
    fn what_began_and_is_not_understood_is_told() {
        let numbers = "100\t 5 ns/op\t 8 B/op\t 2 allocs/op";
        for (out, trials, unread) in [
            (
                format!("BenchmarkA\n..BenchmarkA-2 \t {numbers}\nPASS\n"),
                &["BenchmarkA-2"][..],
                &[][..],
            ),
            (
                format!("BenchmarkA\n..BenchmarkA \t {numbers}\nPASS\n"),
                &["BenchmarkA"],
                &[],
            ),
            (
                format!("BenchmarkA\nBenchmarkA/x-2\nBenchmarkA/x-2-2 \t {numbers}\nPASS\n"),
                &["BenchmarkA/x-2-2"],
                &[],
            ),
            (
                "BenchmarkA\nBenchmarkA/x\n--- SKIP: BenchmarkA/x\nPASS\n".to_owned(),
                &[],
                &[],
            ),
            (
                format!("BenchmarkA\nBenchmarkA-2 \t 7 8 ns/op {numbers}\nPASS\n"),
                &[],
                &["BenchmarkA-2"],
            ),
            (
                format!("BenchmarkA\nBenchmarkAB\nBenchmarkAB-2 \t {numbers}\nPASS\n"),
                &["BenchmarkAB-2"],
                &["BenchmarkA"],
            ),
            (
                "BenchmarkA\nBenchmarkA/x\nhiPASS\n".to_owned(),
                &[],
                &["BenchmarkA/x"],
            ),
        ] {
            let found = read(&said(0, &out, ""), "main").unwrap();
            let names: Vec<&str> = found.trials.keys().map(String::as_str).collect();
            assert_eq!(
                (names.as_slice(), found.unread.as_slice()),
                (
                    trials,
                    unread
                        .iter()
                        .map(|name| (*name).to_owned())
                        .collect::<Vec<_>>()
                        .as_slice()
                ),
                "{out}"
            );
        }
    }

    #[test]
    fn says_in_its_own_words_what_failed() {
        let failed = "--- FAIL: BenchmarkA\n    a_test.go:9: wrong\nFAIL\n";
        let error = read(&said(1, failed, "exit"), "main")
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("BenchmarkA of main failed") && error.contains("a_test.go:9: wrong"),
            "{error}"
        );
        let error = read(
            &said(2, "goos: linux\n", "panic: boom\n\ngoroutine 1"),
            "main",
        )
        .unwrap_err();
        assert!(error.to_string().contains("panic: boom"), "{error}");
        let out = "BenchmarkB\nBenchmarkB-2 1 2 ns/op 3 B/op 4 allocs/op\nBenchmarkA\n    a_test.go:9: no\n        database\n\
            --- FAIL: BenchmarkA\nFAIL\n";
        let error = read(&said(1, out, ""), "main").unwrap_err().to_string();
        assert!(
            error.ends_with(":\n        a_test.go:9: no\n            database\n    --- FAIL: BenchmarkA\n    FAIL"),
            "{error}"
        );
        let panic = "panic: boom\n\ngoroutine 1 [running]:\nmain.A()\n\t/x/a.go:5 +0x1d\n";
        let error = read(&said(2, "", panic), "main").unwrap_err().to_string();
        assert!(
            error.ends_with("main.A()\n        /x/a.go:5 +0x1d"),
            "{error}"
        );
        let other = "BenchmarkA-2 100 5 ns/op\nPASS\n";
        assert!(read(&said(0, other, ""), "main").is_err());
    }
}
