//! Which benchmarks a test binary has that match, by a first short run of them all.

use std::collections::BTreeMap;

use anyhow::bail;
use heapwise_analysis::Trial;
use heapwise_decode::benchmarks;

use crate::process::{Finished, first_lines};

/// What the first run of a binary showed.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Found {
    /// By the name that was printed.
    pub(super) trials: BTreeMap<String, Trial>,
    /// Those that skipped themselves.
    pub(super) skipped: Vec<String>,
}

/// Reads what a run with `-test.v` printed.
pub(super) fn read(said: &Finished, whose: &str) -> anyhow::Result<Found> {
    let failed: Vec<&str> = named(&said.out, "--- FAIL: ").collect();
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
    Ok(found)
}

/// The benchmarks that lines name which begin so.
fn named<'a>(out: &'a str, start: &'a str) -> impl Iterator<Item = &'a str> {
    let lines = out
        .lines()
        .filter_map(move |line| line.trim_start().strip_prefix(start));
    let names = lines.filter_map(|line| line.split_whitespace().next());
    names.filter(|name| name.starts_with("Benchmark"))
}

/// What went wrong, in the benchmark's own words.
pub(super) fn failure(said: &Finished, whose: &str, failed: &[&str]) -> String {
    let what = match failed {
        [] => "the benchmarks".to_owned(),
        names => names.join(", "),
    };
    let words = match (said.err.trim().is_empty(), said.out.find("--- FAIL: ")) {
        (_, Some(at)) => said.out.get(at..).unwrap_or_default(),
        (false, None) => &said.err,
        (true, None) => &said.out,
    };
    format!(
        "bench: {what} of {whose} failed ({}):\n{}",
        said.status,
        first_lines(words)
    )
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
        let other = "BenchmarkA-2 100 5 ns/op\nPASS\n";
        assert!(read(&said(0, other, ""), "main").is_err());
    }
}
