//! What `go test -bench` prints.

use std::borrow::Cow;

use crate::error::{Error, Result};
use crate::text::{MOST_LEVELS, clean, outer_texts, unescape_json};

/// One line of the output of `go test -bench`: what one benchmark measured in its last round.
///
/// Bytes and objects are exact: counted by the runtime over the timed part of the round
/// (`testing/benchmark.go`: `(*B).StopTimer`), and then rounded to whole numbers.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct BenchmarkLine {
    /// As printed: with the names of sub-benchmarks behind `/`, and `-8` for 8 processors.
    pub name: String,
    /// Iterations of the last round. What a profile of the same run covers are all rounds.
    pub operations: f64,
    /// `ns/op`, as precisely as it is printed.
    pub nanos_per_op: Option<f64>,
    /// `B/op`; `None` without `-benchmem`.
    pub bytes_per_op: Option<f64>,
    /// `allocs/op`.
    pub objects_per_op: Option<f64>,
}

impl BenchmarkLine {
    /// The function that the benchmark is: its name without those of sub-benchmarks and without
    /// the number of processors.
    pub fn function(&self) -> &str {
        let name = self.name.split('/').next().unwrap_or_default();
        // No Go identifier has a `-`.
        name.split('-').next().unwrap_or_default()
    }

    /// Whether it is a sub-benchmark.
    pub fn is_sub_benchmark(&self) -> bool {
        self.name.contains('/')
    }
}

/// What one run of a test binary measured, in the order printed; a benchmark has several lines
/// with `-count` or `-cpu`.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct BenchmarkRun {
    /// The package, where the text says it.
    pub package: Option<String>,
    /// Its benchmarks.
    pub lines: Vec<BenchmarkLine>,
}

/// Reads the output of `go test -bench`, one or more runs after one another, in plain text, as `-json` writes it, or in
/// the texts of another log (JSON, logfmt).
///
/// A line is `BenchmarkName-2   30000   5728 ns/op   800 B/op   60 allocs/op`: name, iterations, and
/// pairs of a value and its unit (golang.org/design/14313-benchmark-format), behind whatever a log
/// puts before it. Where a benchmark prints something itself, its name is on an earlier line than
/// its numbers. A run ends with `PASS`, `FAIL` or `ok`, or where another package begins.
///
/// # Errors
///
/// Text without any benchmark line.
pub fn benchmarks(text: &str) -> Result<Vec<BenchmarkRun>> {
    let mut text = Cow::Borrowed(text);
    for _ in 0..MOST_LEVELS {
        let plain = of_test_json(&text);
        let runs = runs(plain.as_deref().unwrap_or(&text));
        if !runs.is_empty() {
            return Ok(runs);
        }
        match within(&text) {
            Some(inner) => text = Cow::Owned(inner),
            None => break,
        }
    }
    Err(Error::structure(
        "benchmark output",
        "no line of a benchmark",
        "lines such as `BenchmarkName-2 30000 5728 ns/op 800 B/op 60 allocs/op`",
    ))
}

fn runs(text: &str) -> Vec<BenchmarkRun> {
    let mut reader = Reader::default();
    for line in text.lines() {
        reader.line(line);
    }
    reader.finish();
    reader.runs
}

/// The output within what `go test -json` writes, or `None` of other text.
///
/// ```text
/// {"Action":"output","Package":"x","Output":"BenchmarkA-2 \t"}
/// {"Action":"output","Package":"x","Output":"  100\t  5 ns/op\n"}
/// ```
fn of_test_json(text: &str) -> Option<String> {
    let mut plain = Vec::new();
    let mut is_json = false;
    for line in text
        .lines()
        .filter(|line| line.trim_start().starts_with('{'))
    {
        if let Some(output) = output(line) {
            is_json |= line.contains("\"Action\"");
            unescape_json(before_quote(output.as_bytes()), &mut plain);
        }
    }
    is_json.then(|| String::from_utf8_lossy(&plain).into_owned())
}

/// What follows the quote that opens the text of this name; others than Go write spaces between.
fn output(line: &str) -> Option<&str> {
    let (_, after) = line.split_once("\"Output\"")?;
    after
        .trim_start()
        .strip_prefix(':')?
        .trim_start()
        .strip_prefix('"')
}

/// The texts in quotes of all lines, each a line or more; `None` where there are none.
fn within(text: &str) -> Option<String> {
    let mut inner = String::new();
    for line in text.lines() {
        for text in outer_texts(line.as_bytes()) {
            inner.push_str(&String::from_utf8_lossy(&text));
            inner.push('\n');
        }
    }
    (!inner.is_empty()).then_some(inner)
}

/// What is before the quote that ends a text.
fn before_quote(text: &[u8]) -> &[u8] {
    let mut is_escaped = false;
    let end = text.iter().position(|&byte| {
        let is_end = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        is_end
    });
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}

#[derive(Default)]
struct Reader {
    runs: Vec<BenchmarkRun>,
    run: BenchmarkRun,
    /// A name whose numbers have not come yet.
    name: Option<String>,
}

impl Reader {
    fn line(&mut self, line: &str) {
        let is_marked = line.contains(['\x1b', '#', '^']) || line.starts_with("_bk;");
        let clean = is_marked.then(|| clean(line.as_bytes()));
        let clean = clean.as_deref().map(String::from_utf8_lossy);
        let fields: Vec<&str> = clean
            .as_deref()
            .unwrap_or(line)
            .split_whitespace()
            .collect();
        match Border::of(&fields) {
            Some(Border::End) => return self.finish(),
            Some(Border::Package(package)) => {
                self.finish();
                self.run.package = Some(package.to_owned());
                return;
            }
            None => {}
        }
        let named = fields.iter().position(|word| is_benchmark_name(word));
        let name = named.and_then(|at| fields.get(at).copied());
        let numbers = fields.get(named.map_or(0, |at| at + 1)..);
        match (name, measured(numbers.unwrap_or_default())) {
            (Some(name), Some(line)) => self.add(name.to_owned(), line),
            (Some(name), None) => self.name = Some(name.to_owned()),
            (None, Some(line)) => {
                if let Some(name) = self.name.take() {
                    self.add(name, line);
                }
            }
            (None, None) => {}
        }
    }

    fn add(&mut self, name: String, line: BenchmarkLine) {
        self.name = None;
        self.run.lines.push(BenchmarkLine { name, ..line });
    }

    fn finish(&mut self) {
        self.name = None;
        let finished = std::mem::take(&mut self.run);
        if !finished.lines.is_empty() {
            self.runs.push(finished);
        }
    }
}

/// What separates runs, behind whatever a log puts before it.
enum Border<'a> {
    /// `PASS`, `FAIL`, or `ok` with the package and how long it took.
    End,
    /// `pkg: example.com/app`.
    Package(&'a str),
}

impl<'a> Border<'a> {
    fn of(words: &[&'a str]) -> Option<Border<'a>> {
        match words {
            ["PASS" | "FAIL" | "ok", ..] => Some(Border::End),
            [prefix @ .., "PASS" | "FAIL"] if is_of_log(prefix) => Some(Border::End),
            [.., "ok" | "FAIL", _, took] if is_duration(took) => Some(Border::End),
            [.., "pkg:", package] => Some(Border::Package(package)),
            _ => None,
        }
    }
}

/// Whether words may be what a log puts before a line, with a time or a number, and not what a benchmark printed.
fn is_of_log(words: &[&str]) -> bool {
    words
        .iter()
        .any(|word| word.contains(|c: char| c.is_ascii_digit()))
}

/// As `go test` says how long a package took: `1.234s`.
fn is_duration(word: &str) -> bool {
    let seconds = word.strip_suffix('s');
    seconds.is_some_and(|seconds| seconds.parse::<f64>().is_ok())
}

/// `Benchmark`, and then no lower-case letter (`testing/benchmark.go`, by the rule of `go test`).
fn is_benchmark_name(word: &str) -> bool {
    word.strip_prefix("Benchmark")
        .is_some_and(|rest| !rest.starts_with(char::is_lowercase))
}

/// Iterations and pairs of value and unit, of which one is `ns/op`; the name is left empty.
fn measured(fields: &[&str]) -> Option<BenchmarkLine> {
    let (count, pairs) = fields.split_first()?;
    let operations: f64 = count.parse::<u64>().ok()? as f64;
    let value_of = |unit: &str| {
        let pairs = pairs.windows(2);
        let value = pairs.filter(|pair| pair.get(1) == Some(&unit));
        value
            .filter_map(|pair| pair.first()?.parse::<f64>().ok())
            .find(|value| value.is_finite() && *value >= 0.0)
    };
    let is_measured = pairs.iter().any(|unit| unit.ends_with("/op"));
    (operations > 0.0 && is_measured).then(|| BenchmarkLine {
        name: String::new(),
        operations,
        nanos_per_op: value_of("ns/op"),
        bytes_per_op: value_of("B/op"),
        objects_per_op: value_of("allocs/op"),
    })
}

#[cfg(test)]
mod tests {
    use super::{BenchmarkLine, benchmarks};

    fn line(
        name: &str,
        operations: f64,
        bytes: Option<f64>,
        objects: Option<f64>,
    ) -> BenchmarkLine {
        BenchmarkLine {
            name: name.to_owned(),
            operations,
            nanos_per_op: Some(5.0),
            bytes_per_op: bytes,
            objects_per_op: objects,
        }
    }

    #[test]
    fn reads_runs_and_lines() {
        let text = "goos: linux\npkg: example.com/x\n\
            BenchmarkA-2   100   5 ns/op   8 B/op   2 allocs/op\n\
            BenchmarkB/size-10-2   50   5 ns/op   7.5 MB/s\n\
            PASS\nok  \tx\t1s\n\
            BenchmarkA-2   10   5 ns/op   8 B/op   2 allocs/op\n";
        let runs = benchmarks(text).unwrap();
        assert_eq!(runs.len(), 2);
        assert_eq!(runs[0].package.as_deref(), Some("example.com/x"));
        assert_eq!(
            runs[0].lines,
            [
                line("BenchmarkA-2", 100.0, Some(8.0), Some(2.0)),
                line("BenchmarkB/size-10-2", 50.0, None, None),
            ]
        );
        assert_eq!(runs[0].lines[1].function(), "BenchmarkB");
        assert!(runs[0].lines[1].is_sub_benchmark());
        assert_eq!(runs[1].lines.len(), 1);
    }

    #[test]
    fn reads_behind_prefixes_and_across_lines() {
        let split = "BenchmarkA-2   \thello\nworld\n   100   5 ns/op   8 B/op   2 allocs/op\n";
        let logged = "2026-11-28T08:00:00Z run | BenchmarkA-2 100 5 ns/op 8 B/op 2 allocs/op\r\n";
        let json = r#"{"Time":"x","Action":"output","Package":"p","Output":"BenchmarkA-2   \t"}
{"Time":"x","Action":"output","Package":"p","Output":"     100\t  5 ns/op\t  8 B/op\t  2 allocs/op\n"}
"#;
        for text in [split, logged, json] {
            let runs = benchmarks(text).unwrap();
            let expected = [line("BenchmarkA-2", 100.0, Some(8.0), Some(2.0))];
            assert_eq!(runs[0].lines, expected, "{text}");
        }
    }

    #[test]
    fn reads_runs_out_of_other_logs() {
        let text = "pkg: example.com/a\nBenchmarkA-2 \t 100\t 5 ns/op\t 8 B/op\t 2 allocs/op\nPASS\n\
                    ok  \texample.com/a\t1.234s\npkg: example.com/b\n\
                    BenchmarkB/x#01-2 \t 10\t 5 ns/op\t 8 B/op\t 2 allocs/op\nPASS\n\
                    BenchmarkB/x#01-2 \t 20\t 5 ns/op\t 8 B/op\t 2 allocs/op\nFAIL\n";
        let expected = benchmarks(text).unwrap();
        assert_eq!(expected.len(), 3);
        assert_eq!(expected[1].package.as_deref(), Some("example.com/b"));
        let escape = |line: &str| line.replace('\t', "\\t");
        type Wrap<'a> = &'a dyn Fn(&str) -> String;
        let wraps: [Wrap<'_>; 10] = [
            &|line| format!("2026-11-30T01:02:03.1234567Z {line}"),
            &|line| format!("\x1b[36mbuild-1  |\x1b[0m {line}\r"),
            &|line| format!("\x1b_bk;t=1700000000000\x07{line}\r"),
            &|line| format!("_bk;t=1700000000000\x07{line}"),
            &|line| format!("Nov 30 01:02:03 host go[1]: {}", line.replace('\t', "#011")),
            &|line| format!("{{\"log\":\"{}\\n\",\"stream\":\"stdout\"}}", escape(line)),
            &|line| {
                format!(
                    "{{\"insertId\": \"1\", \"textPayload\": \"{}\"}}",
                    escape(line)
                )
            },
            &|line| format!("time=1 level=INFO msg=\"{}\"", escape(line)),
            &|line| {
                let output = format!("\"Output\": \"{}\\n\"", escape(line));
                format!("{{\"Action\": \"output\", \"Test\": \"BenchmarkA\", {output}}}")
            },
            &|line| {
                let inner = format!("{{\"msg\":\"{}\"}}", escape(line));
                let inner = inner.replace('\\', "\\\\").replace('"', "\\\"");
                format!("{{\"log\":\"{inner}\\n\"}}")
            },
        ];
        for wrap in wraps {
            let wrapped: String = text.lines().map(|line| wrap(line) + "\n").collect();
            assert_eq!(benchmarks(&wrapped).unwrap(), expected, "{wrapped}");
        }
        let printed = text.replace("allocs/op\n", "allocs/op\nall of them PASS\n");
        assert_eq!(benchmarks(&printed).unwrap(), expected);
        let whole = format!("{{\"output\":\"{}\"}}", escape(text).replace('\n', "\\n"));
        assert_eq!(benchmarks(&whole).unwrap(), expected);
    }

    #[test]
    fn refuses_text_without_benchmarks() {
        for text in [
            "PASS\nBenchmarkA\n",
            "",
            "Benchmarking 100 ns/op is 5",
            "{}",
        ] {
            assert!(benchmarks(text).is_err(), "{text}");
        }
    }
}
